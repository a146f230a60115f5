"""The answer when the board cannot be asked: 503, wherever in a request that is found out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, Final

from flask import Flask, got_request_exception, has_request_context, request
from werkzeug.exceptions import ServiceUnavailable

from ..errors import BoardUnavailableError

logger = logging.getLogger("flask_phpbb3")

_FAILED: Final = "flask_phpbb3.board_failed"
"""The key of a request's environment that tells of a failure which no error handler was asked about."""


def answer_with_503(app: Flask) -> None:
    """Answer a board that cannot be asked with 503, unless the application has its own handler.

    The site's own page for 503 is shown. Where the failure comes up in another error page, or behind the view, Flask
    asks no handler and makes a 500 of it; that is answered with a plain 503.
    """
    if BoardUnavailableError not in app.error_handler_spec[None][None]:
        app.register_error_handler(BoardUnavailableError, partial(_board_unavailable, app))
    got_request_exception.connect(_note, app, weak=False)
    app.wsgi_app = _Outages(app.wsgi_app)  # type: ignore[method-assign]  # as Flask's documentation does


def _board_unavailable(app: Flask, error: BoardUnavailableError) -> Any:
    logger.error("The board cannot be asked: %s", error)
    answer = _answer()
    for handlers in _handlers(app):
        for kind in type(answer).__mro__:
            if handler := handlers.get(kind):
                return app.ensure_sync(handler)(answer)
    return answer


def _handlers(app: Flask) -> Iterator[Any]:
    """Yield the error handlers that Flask would ask about a 503, the most specific first."""
    for code in (ServiceUnavailable.code, None):
        for name in (*request.blueprints, None):
            with suppress(KeyError):
                yield app.error_handler_spec[name][code]


def _answer() -> ServiceUnavailable:
    return ServiceUnavailable("The forum cannot be reached at the moment. Please try again soon.")


def _note(_: Flask, *, exception: BaseException, **__: Any) -> None:
    if isinstance(exception, BoardUnavailableError) and has_request_context():
        request.environ[_FAILED] = True


class _Outages:
    """A WSGI application that answers 503 where another fails because the board cannot be asked.

    :param wsgi_app: the other one.
    """

    def __init__(self, wsgi_app: Callable[..., Iterable[bytes]]) -> None:
        self._wsgi_app = wsgi_app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        failed = False

        def start(status: str, *arguments: Any) -> Any:
            nonlocal failed
            failed = _FAILED in environ and status.startswith("500")
            return (lambda data: None) if failed else start_response(status, *arguments)

        try:
            body = self._wsgi_app(environ, start)
        except BoardUnavailableError as error:
            logger.error("The board cannot be asked: %s", error)  # noqa: TRY400 - the message says it all
        else:
            if not failed:
                return body
            if hasattr(body, "close"):
                body.close()
        answer = _answer().get_response(environ)
        answer.headers["Cache-Control"] = "no-store"
        return answer(environ, start_response)
