"""The service beside the board: it runs statements that it knows by name, for whoever has the token.

::

    SERVICE_TOKEN=… PHPBB_CONFIG=/var/www/forum/config.php flask --app phpbb3_http.service run --port 8443

It asks the board by any of the library's own drivers, so the account needs SELECT and no more.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import Flask, current_app, jsonify, request
from flask.json.provider import DefaultJSONProvider
from flask_phpbb3 import (
    BoardUnavailableError,
    BoundPhpBB3,
    ParameterError,
    PhpBB3,
    Query,
    StatementFailedError,
    StatementTimeoutError,
)
from werkzeug.wrappers import Response

_HIDDEN = "user_password"
"""A statement that reads it stays here: nobody tries passwords from outside."""


class _Numbers(DefaultJSONProvider):
    """Numbers as JSON has them: what a database counts or sums up may come as a decimal."""

    sort_keys = False

    @staticmethod
    def default(value: Any) -> Any:
        if isinstance(value, Decimal):
            return int(value) if value == int(value) else float(value)
        return DefaultJSONProvider.default(value)


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Make the service.

    :param settings: what leads to the board, and ``SERVICE_TOKEN``; without them, the environment's
        ``PHPBB_CONFIG`` and ``SERVICE_TOKEN``.
    """
    app = Flask(__name__)
    app.json = _Numbers(app)
    app.config.update(
        settings
        or {
            "PHPBB3": {"DRIVER": "auto", "VERSION": "auto"},
            "PHPBB3_DATABASE": {"PHPBB_CONFIG": os.environ["PHPBB_CONFIG"]},
            "SERVICE_TOKEN": os.environ["SERVICE_TOKEN"],
        }
    )
    if len(app.config["SERVICE_TOKEN"]) < 16:
        raise RuntimeError("SERVICE_TOKEN must have 16 characters or more.")
    PhpBB3(app)
    app.extensions["phpbb3_http"] = Statements()
    app.add_url_rule("/statements/<name>", view_func=run, methods=["POST"])
    app.before_request(let_in)
    app.register_error_handler(ParameterError, lambda error: _problem(400, "parameters", error))
    app.register_error_handler(BoardUnavailableError, _unavailable)
    return app


def let_in() -> Response | None:
    """Refuse whoever does not give the token, without a word about what there is."""
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {current_app.config['SERVICE_TOKEN']}"
    if hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
        return None
    return _problem(401, "token", "The token is missing or wrong.")


def run(name: str) -> Response:
    """Run a statement with the parameters of the body, and return its rows."""
    query = current_app.extensions["phpbb3_http"].get(_bound(), name)
    if query is None:
        return _problem(404, "statement", "the service runs no statement of that name")
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict) or set(asked) != {"parameters", "skip", "limit"}:
        return _problem(400, "parameters", "the body is not what this package's driver sends")
    parameters, skip, limit = asked["parameters"], asked["skip"], asked["limit"]
    if not isinstance(parameters, dict) or set(parameters) != set(query.parameters):
        return _problem(400, "parameters", f"the service's statement takes {', '.join(query.parameters)}")
    if not _is_number(skip) or not (limit is None or _is_number(limit)):
        return _problem(400, "parameters", "skip and limit are numbers of rows")
    return jsonify(rows=_bound().driver.read(query, parameters, skip=skip, limit=limit))


class Statements:
    """What may be run: the reading statements of the board's version, but for passwords.

    They are read once, and again when the board has another version.
    """

    def __init__(self) -> None:
        self._line: object = None
        self._known: dict[str, Query] = {}

    def get(self, bound: BoundPhpBB3, name: str) -> Query | None:
        """Return a statement of the board; None if there is none of that name."""
        line = bound.board.connector().line
        if line is not self._line:
            known = line.query_set(bound.driver.dialect)
            compiled = known.compile(bound.settings.database.table_prefix, line.user_columns)
            self._known = {
                query.name: query
                for query in compiled.values()
                if query.operation != "set" and _HIDDEN not in query.sql
            }
            self._line = line
        return self._known.get(name)


def _unavailable(error: BoardUnavailableError) -> Response:
    if isinstance(error, StatementTimeoutError):
        return _problem(504, "timeout", error)
    if isinstance(error, StatementFailedError):
        return _problem(500, "statement", error)
    return _problem(503, "unavailable", error)


def _problem(status: int, kind: str, said: object) -> Response:
    answer = jsonify(error=kind, message=str(said))
    answer.status_code = status
    return answer


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _bound() -> BoundPhpBB3:
    found = current_app.extensions["phpbb3"]
    assert isinstance(found, BoundPhpBB3)
    return found
