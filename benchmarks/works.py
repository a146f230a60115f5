"""The pieces of work that are measured: each is made once, and then done as often as wanted.

A work is paired with another one that does what nobody can do without, so that a ratio tells what is added.
Here are those that need no server, whose instructions can be counted.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from cachelib import SimpleCache
from flask import Flask, session

from flask_phpbb3 import BoundPhpBB3, PhpBB3
from flask_phpbb3.phpbb.acl import AclRow, UserAcl, fits
from flask_phpbb3.phpbb.acl_options import AclOption, AclOptions
from flask_phpbb3.testing import EmbeddedBoard, MiniatureBoard

from .timing import Work

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Benchmark/1.0"
FORUMS = 1000
LINES = 10
GROUPS = 10
OPTIONS = 125


def fill(board: MiniatureBoard) -> None:
    """Make twenty forums, and a member with the permission string that phpBB stores for those."""
    board.add_user("alice")
    for number in range(20):
        forum = board.add_forum(f"Forum {number}")
        for group in ("GUESTS", "REGISTERED"):
            board.grant_role("ROLE_FORUM_STANDARD", group=group, forum=forum)


@contextmanager
def embedded_board(
    sow: Callable[[MiniatureBoard], object] = fill,
) -> Iterator[tuple[MiniatureBoard, dict[str, Any]]]:
    """Make a board in an SQLite file; yield it with an application's settings, but for ages, which are zero there.

    :param sow: fills it.
    """
    with tempfile.TemporaryDirectory() as folder, closing(EmbeddedBoard(Path(folder) / "board.db")) as board:
        sow(board)
        yield board, {name: value for name, value in board.settings.items() if not name.endswith("_TTL")}


def make_app(board: MiniatureBoard, settings: Mapping[str, Any]) -> Flask:
    """Return an application that asks one permission; it has no SECRET_KEY, so Flask's cookie costs nothing.

    Stores the permission strings of the guest and alice, as phpBB does at their next visit.
    """
    app = Flask("benchmark")
    app.config.update({"PHPBB3_BOARD_TTL": 3600, "PHPBB3_BAN_TTL": 3600, **settings})
    PhpBB3(app)
    app.add_url_rule("/", "page", lambda: str(session.has_privilege("f_read", 2)))  # type: ignore[attr-defined]
    bound: BoundPhpBB3 = app.extensions["phpbb3"]
    for user in (1, board.user_id("alice")):
        computed = bound.get_acl(user_id=user).encode()
        with board._rows.transaction():
            board._rows.update("users", {"user_id": user}, user_permissions=computed)
    return app


def bare_app() -> Flask:
    """Return an application that asks nothing."""
    app = Flask("bare")
    app.add_url_rule("/", "page", lambda: "True")
    return app


def environ_of(cookie: str = "") -> dict[str, Any]:
    """Return WSGI's environment of a request for the page."""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "HTTP_USER_AGENT": BROWSER,
        "HTTP_ACCEPT_LANGUAGE": "en",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        **({"HTTP_COOKIE": cookie} if cookie else {}),
    }


def request_of(app: Flask, cookie: str = "") -> Work:
    """Return the work of serving one request, from WSGI's environment to the last byte."""
    environ = environ_of(cookie)
    start: Any = lambda *_: None  # noqa: E731

    def serve() -> bytes:
        return b"".join(app(dict(environ), start))

    assert serve() == b"True"
    return serve


def cookie_of(board: MiniatureBoard) -> str:
    """Return the Cookie header of alice, who has just signed in."""
    return "; ".join(f"{name}={value}" for name, value in board.sign_in("alice", browser=BROWSER).items())


@contextmanager
def bare() -> Iterator[Work]:
    """Serve a page that asks nothing."""
    yield request_of(bare_app())


@contextmanager
def guest() -> Iterator[Work]:
    """Serve a page that asks one permission of a guest."""
    with embedded_board() as (board, settings):
        yield request_of(make_app(board, settings))


@contextmanager
def signed_in() -> Iterator[Work]:
    """Serve a page that asks one permission of somebody signed in."""
    with embedded_board() as (board, settings):
        yield request_of(make_app(board, settings), cookie_of(board))


@contextmanager
def statement() -> Iterator[Work]:
    """Ask SQLite for the row of a session by hand, as a dict."""
    with embedded_board() as (board, settings):
        sid = session_id_of(cookie_of(board))
        sql = session_statement(make_app(board, settings))
        sql = sql.replace("%(session_id)s", ":session_id").replace("%(now)s", ":now").replace("%%", "%")
        path = settings["PHPBB3_DATABASE"]["DATABASE"]
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:

            def ask() -> dict[str, Any]:
                cursor = connection.execute(sql, {"session_id": sid, "now": 1})
                names = [column[0] for column in cursor.description]
                return dict(zip(names, cursor.fetchone(), strict=True))

            assert ask()["username"] == "alice"
            yield ask


def session_id_of(cookie: str) -> str:
    """Return the session id in a Cookie header."""
    return next(part.partition("=")[2] for part in cookie.split("; ") if "_sid=" in part)


def session_statement(app: Flask) -> str:
    """Return the statement that reads a session."""
    return str(app.extensions["phpbb3"].board.connector()._queries["get_session"].sql)


def some_options() -> AclOptions:
    """Return as many options as phpBB has, half of them local."""
    names = [f"{kind}_{number}" for kind in "aufm" for number in range(OPTIONS // 4)]
    flags = [f"{kind}_" for kind in "aufm"]
    return AclOptions(
        AclOption(number, name, is_global=name[0] != "f", is_local=name[0] in "fm")
        for number, name in enumerate([*flags, *names], 1)
    )


def permission_string(lines: int) -> str:
    """Return a string for many forums with a number of distinct lines."""
    options = some_options()
    rows = [
        AclRow(forum, option, 0, 1)
        for forum in range(1, FORUMS + 1)
        for option in range(5, 7 + OPTIONS)
        if (forum % lines) >> (option % 10) & 1 or option == 70
    ]
    return UserAcl.compute(options, user_type=0, user_rows=rows, group_rows=(), role_data={}).encode()


def _decode(lines: int) -> Work:
    options, text = some_options(), permission_string(lines)
    return lambda: UserAcl.decode(text, options).forums("f_5")


@contextmanager
def decode_few_lines() -> Iterator[Work]:
    """Decode a string of a thousand forums with ten distinct lines, and list the forums of a right."""
    yield _decode(LINES)


@contextmanager
def decode_many_lines() -> Iterator[Work]:
    """Decode one with a distinct line for each forum, and list the forums of a right."""
    yield _decode(FORUMS)


@contextmanager
def int_loop() -> Iterator[Work]:
    """Read a number out of each line: what nobody who decodes can do without."""
    text = permission_string(FORUMS)
    mask = 1 << 3

    def loop() -> int:
        return sum(1 for line in text.split("\n") if line and int(line[:6], 36) & mask)

    yield loop


@contextmanager
def has_privilege() -> Iterator[Work]:
    """Ask for one right that is decoded."""
    acl = UserAcl.decode(permission_string(LINES), some_options())
    acl.has_privilege("f_5", 7)
    yield lambda: acl.has_privilege("f_5", 7)


@contextmanager
def session_has_privilege() -> Iterator[Work]:
    """Ask for one right of somebody signed in through ``flask.session``."""
    with embedded_board() as (board, settings):
        app = make_app(board, settings)
        visit = app.test_request_context(
            headers={"Cookie": cookie_of(board), "User-Agent": BROWSER},
            environ_overrides={"REMOTE_ADDR": "127.0.0.1"},
        )
        with visit:
            visitor: Any = session
            assert visitor.is_authenticated
            assert visitor.has_privilege("f_read", 2)
            yield lambda: visitor.has_privilege("f_read", 2)


@contextmanager
def cached_answer() -> Iterator[Work]:
    """Take a tiny answer from the process's own cache."""
    with embedded_board() as (board, settings):
        bound: BoundPhpBB3 = make_app(board, settings).extensions["phpbb3"]
        alice, group = board.user_id("alice"), board.group_id("REGISTERED")
        ask: Work = lambda: bound.has_membership(user_id=alice, group_id=group, cache=True)  # noqa: E731
        assert ask() is True
        with board._rows.transaction():
            board._rows.delete("user_group", user_id=alice)
        assert ask() is True
        yield ask


@contextmanager
def simple_get() -> Iterator[Work]:
    """Take as tiny a value from cachelib's own."""
    cache = SimpleCache()
    cache.set("key", "true")
    yield lambda: cache.get("key")


@contextmanager
def dict_look_up() -> Iterator[Work]:
    """Look one entry up in a dict."""
    rights = {("f_5", 7): True}
    yield lambda: rights.get(("f_5", 7))


@contextmanager
def row_taken() -> Iterator[Work]:
    """Take a session's row from a driver that has it ready: bound, unescaped, copied."""
    with embedded_board() as (board, settings):
        bound: BoundPhpBB3 = make_app(board, settings).extensions["phpbb3"]
        connector, driver = bound.board.connector(), bound.driver
        values = {"session_id": session_id_of(cookie_of(board)), "now": 1}
        rows = driver.read(connector._queries["get_session"], values)
        driver.read = lambda *_, **__: rows  # type: ignore[method-assign]
        take: Work = lambda: connector.private("get_session", **values)  # noqa: E731
        assert take()["username"] == "alice"
        yield take


@contextmanager
def connection_lent() -> Iterator[Work]:
    """Borrow a connection that is idle, and give it back."""
    with embedded_board() as (board, settings):
        driver: Any = make_app(board, settings).extensions["phpbb3"].driver
        pool = driver._pool

        def lend() -> None:
            pool.release(pool.acquire())

        yield lend


@contextmanager
def width_checked() -> Iterator[Work]:
    """See whether a member's permission string has the width of the board's options."""
    with embedded_board() as (board, settings):
        bound: BoundPhpBB3 = make_app(board, settings).extensions["phpbb3"]
        text = bound.get_acl(user_id=board.user_id("alice")).encode()
        options = bound.board.data().options
        assert fits(text, options)
        yield lambda: fits(text, options)


@contextmanager
def compute_permissions() -> Iterator[Work]:
    """Compute the permissions of a member of ten groups with roles in a thousand forums."""
    options = some_options()
    roles = {role: dict.fromkeys(range(35, 35 + role), 1) for role in range(10, 20)}
    rows = [
        AclRow(forum, 0, 10 + (group + forum % 3) % 10, 0, group)
        for group in range(1, GROUPS + 1)
        for forum in range(1, FORUMS + 1)
    ]
    yield lambda: UserAcl.compute(options, user_type=0, user_rows=(), group_rows=rows, role_data=roles)


WORKS: dict[str, Callable[[], Any]] = {
    work.__name__: work
    for work in (
        bare,
        guest,
        signed_in,
        statement,
        decode_few_lines,
        decode_many_lines,
        int_loop,
        has_privilege,
        session_has_privilege,
        dict_look_up,
        cached_answer,
        simple_get,
        row_taken,
        connection_lent,
        width_checked,
        compute_permissions,
    )
}
