"""The same request on PostgreSQL and MariaDB, beside the statement that nobody can do without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing import MiniatureBoard, Schema
from tests.servers import OWNER, MariaDb, PostgreSql, running
from tests.writing import connect

from .works import Work, cookie_of, fill, make_app, request_of, session_id_of, session_statement

DRIVERS = {"psycopg2": PostgreSql, "psycopg": PostgreSql, "pymysql": MariaDb}
_RELEASE = "3.3.15"


@contextmanager
def works_of(driver: str) -> Iterator[dict[str, Work]]:
    """Start the driver's server; yield the works ``statement`` and ``signed in``, and ``without prepare``."""
    kind = DRIVERS[driver]
    with running(kind) as server:
        server.execute("CREATE DATABASE board_1")
        database = {"HOST": server.host, "PORT": server.port, "DATABASE": "board_1", "USER": OWNER}
        with closing(connect(kind.name, database)) as connection:
            board = MiniatureBoard(
                connection,
                Schema.load(*Plugins().line("3.3").schema),
                release=_RELEASE,
                dialect="mysql" if kind is MariaDb else "postgresql",
            )
            board.create()
            fill(board)
            cookie = cookie_of(board)
            settings = {"PHPBB3": {"DRIVER": driver, "VERSION": "3.3"}, "PHPBB3_DATABASE": database}
            unprepared = {**settings, "PHPBB3_DATABASE": {**database, "PREPARE": False}}
            app, plain = make_app(board, settings), make_app(board, unprepared)
            with _by_hand(driver, database, session_statement(app), session_id_of(cookie)) as ask:
                yield {
                    "statement": ask,
                    "signed in": request_of(app, cookie),
                    "without prepare": request_of(plain, cookie),
                }
            for made in (app, plain):
                made.extensions["phpbb3"].driver.close()


@contextmanager
def _by_hand(driver: str, database: dict[str, Any], sql: str, session_id: str) -> Iterator[Work]:
    """Ask for a session's row as a dict on an open connection, as one would by hand."""
    with closing(_open(driver, database)) as connection:
        values = {"session_id": session_id, "now": 1}

        def ask() -> dict[str, Any]:
            with closing(connection.cursor()) as cursor:
                cursor.execute(sql, values)
                names = [column[0] for column in cursor.description]
                return dict(zip(names, cursor.fetchone(), strict=True))

        assert ask()["username"] == "alice"
        yield ask


def _open(driver: str, database: dict[str, Any]) -> Any:
    place = {"host": database["HOST"], "port": database["PORT"], "user": database["USER"]}
    if driver == "pymysql":
        import pymysql

        return pymysql.connect(**place, database=database["DATABASE"], autocommit=True)
    if driver == "psycopg2":
        import psycopg2

        connection = psycopg2.connect(**place, dbname=database["DATABASE"])
        connection.autocommit = True
        return connection
    import psycopg

    return psycopg.connect(**place, dbname=database["DATABASE"], autocommit=True, prepare_threshold=None)
