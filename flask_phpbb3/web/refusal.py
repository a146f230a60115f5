"""What a visitor gets who may not see a page: the way to the sign-in, or 403."""

from __future__ import annotations

import datetime
import re
from typing import Any, Final

from flask import jsonify, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import Forbidden, Unauthorized

from ..phpbb.bans import Ban
from ..session.sessions import PhpBB3Session
from .current import current_visitor
from .urls import BoardUrls

_JSON_TYPE: Final = re.compile(r"(?:application|text)/(?:[\w.+-]+\+)?json(?:;.*)?")
_HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
_PAGE_LOADS: Final = frozenset({"navigate", "nested-navigate"})


class SignInRequired(Unauthorized):
    """Report 401: the visitor must sign in at a forum that cannot send people back to this site.

    An error handler for it, or for 401, can show a page of its own.

    :ivar login_url: where to sign in.
    """

    def __init__(self, login_url: str) -> None:
        super().__init__("Sign in at the forum, then open this page again.")
        self.login_url = login_url

    def get_description(self, environ: Any = None, scope: Any = None) -> str:
        """Return the text of the page, with the link."""
        text = Markup('<p>{}</p><p><a href="{}">Sign in</a></p>')
        return text.format(self.description, self.login_url)


def refuse(*, as_json: bool | None = None) -> ResponseReturnValue:
    """Return what the current visitor gets who may not see a page.

    A guest is sent to the sign-in page and back; where phpBB would not send people back here, a page with
    status 401 has the link. Anybody else, also a bot and who is banned, gets 403. A program gets 401 or 403 as
    JSON: ``error``, ``message`` and, with 401, ``login_url``.

    :param as_json: whether a program asks; None finds out: the request sends JSON, names a JSON type in
        ``Accept`` at least as high as HTML, or was sent by a script (``X-Requested-With``, ``Sec-Fetch-Mode``).
    :raises BoardUnavailableError: if the board could not be asked who the visitor is.
    :raises Forbidden: as Flask's ``abort(403)``.
    :raises SignInRequired: where the sign-in page does not lead back.
    """
    visitor = current_visitor()
    # Nobody is sent away as the guest whom a dead board makes of everybody.
    if visitor.failure is not None:
        raise visitor.failure
    urls = BoardUrls(visitor.board)
    can_sign_in = not (visitor.is_authenticated or visitor.is_bot or visitor.ban)
    if _is_sent_by_a_program() if as_json is None else as_json:
        return _json_answer(urls.login(next="") if can_sign_in else None, visitor)
    if not can_sign_in:
        raise Forbidden(_reason(visitor))
    if not urls.leads_back:
        raise SignInRequired(urls.login(next=""))
    return redirect(urls.login(), code=302)


def _is_sent_by_a_program() -> bool:
    if request.is_json or request.headers.get("X-Requested-With", "").lower() == "xmlhttprequest":
        return True
    if request.headers.get("Sec-Fetch-Mode", "navigate") not in _PAGE_LOADS:
        return True
    # Types that are named, not what "*/*" would take as well: scripts send it along with what they want.
    qualities = {name.lower(): quality for name, quality in request.accept_mimetypes}
    json = max((quality for name, quality in qualities.items() if _JSON_TYPE.fullmatch(name)), default=0)
    html = max((quality for name, quality in qualities.items() if name in _HTML_TYPES), default=0)
    return json > 0 and json >= html


def _json_answer(login_url: str | None, visitor: PhpBB3Session) -> ResponseReturnValue:
    if login_url is None:
        return jsonify(error="forbidden", message=_reason(visitor)), Forbidden.code
    return (
        jsonify(error="login_required", message="Sign in at the forum.", login_url=login_url),
        Unauthorized.code,
    )


def _reason(visitor: PhpBB3Session) -> str:
    if visitor.ban:
        return _ban_text(visitor.ban)
    return "You are not allowed to see this page."


def _ban_text(ban: Ban) -> str:
    text = "You are banned from the forum"
    if ban.end:
        end = datetime.datetime.fromtimestamp(ban.end, datetime.timezone.utc)
        text += f" until {end:%Y-%m-%d %H:%M} UTC"
    return f"{text}: {ban.reason}" if ban.reason else f"{text}."
