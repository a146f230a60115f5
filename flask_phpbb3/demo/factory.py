"""Put the demo's parts together."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cachelib import FileSystemCache
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from flask_phpbb3 import BoardUnavailableError, SqlDriver
from flask_phpbb3.config import read_settings
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.web.current import current_visitor

from . import (
    account,
    addon_pages,
    behind,
    csrf,
    errors,
    forum_side,
    forums,
    front,
    inbox,
    lab,
    looks,
    members,
    permissions,
    queries,
    search,
    texts,
    wording,
    yours,
)
from .board import DemoBoard
from .ending import end_cleanly
from .extensions import phpbb3

_PARTS: Final = (
    account,
    forum_side,
    front,
    forums,
    members,
    search,
    inbox,
    permissions,
    yours,
    lab,
    addon_pages,
)
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_app(
    *, driver: str = "sqlite3", addons: Sequence[str] = (), database: Mapping[str, Any] | None = None
) -> Flask:
    """Make the demo with a board of its own, which lives as long as the process.

    Signing in without a password never reaches a board that holds anything: whatever it is told, it makes its board
    itself.

    :param driver: the driver; without ``database`` any that reads a SQLite file.
    :param database: entries of ``PHPBB3_DATABASE`` that lead to a server's database in which the account may make
        tables, for a driver over a DB-API module; the tables go with the process.
    :param addons: names of installed add-ons; their tables are on the board, with rows if the add-on's package has a
        module ``demo`` with a function ``fill(board)``.
    """
    end_cleanly()
    server = _server(driver, database) if database is not None else None
    board = DemoBoard(addons, server)
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=secrets.token_hex(),
        SESSION_COOKIE_NAME="flask_phpbb3_demo",
        SESSION_COOKIE_SAMESITE="Lax",
        PHPBB3={"DRIVER": driver, "VERSION": "3.3"},
        PHPBB3_DATABASE=_prefixed(database) if database is not None else {"DATABASE": str(board.path)},
        PHPBB3_BOARD_URL=texts.BOARD_URL,
        PHPBB3_LOGIN_URL="/forum/login?needed=1&redirect={next}",
        PHPBB3_RECORD_STATEMENTS=True,
        PHPBB3_BAN_TTL=0,  # Whoever bans themselves sees it at the next click.
        PHPBB3_MARKUP=texts.MARKUP,
    )
    app.extensions[account.EXTENSION_NAME] = board
    app.register_error_handler(HTTPException, errors.http_error)
    app.register_error_handler(BoardUnavailableError, errors.board_unavailable)
    # Files instead of memory, so that workers that share the board share its visitors' keys, too.
    keys = FileSystemCache(str(board.keys_directory), threshold=10_000)
    phpbb3.init_app(app, cache=keys, plugins=[queries, *addons])
    app.before_request(_identify)
    app.before_request(csrf.protect)
    app.after_request(_restrict)
    wording.init_app(app)
    csrf.init_app(app)
    behind.init_app(app)
    texts.init_app(app)
    looks.init_app(app)
    app.jinja_env.globals["has_addons"] = bool(addons)
    for part in _PARTS:
        app.register_blueprint(part.blueprint)
    return app


def _server(driver: str, database: Mapping[str, Any]) -> SqlDriver[Any]:
    """Return a driver that leads to a database for the demo's board."""
    driver_class = Plugins().driver(driver)
    config = {"PHPBB3": {"DRIVER": driver}, "PHPBB3_DATABASE": _prefixed(database)}
    made = driver_class(read_settings(config, driver_keys=driver_class.settings_keys))
    if not isinstance(made, SqlDriver):
        raise RuntimeError(
            f"The driver {driver!r} is over no DB-API module, so the demo cannot make its board by it."
        )
    return made


def _prefixed(database: Mapping[str, Any]) -> dict[str, Any]:
    return {**database, "TABLE_PREFIX": DemoBoard.TABLE_PREFIX}


def _identify() -> None:
    """Ask the board before anything is shown, so that one that cannot be asked is met in one place."""
    if request.endpoint != "static":
        _ = current_visitor().identification


def _restrict(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
