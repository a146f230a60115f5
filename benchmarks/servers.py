"""Small boards on real servers, and what one would do by hand there: the least that knowing a visitor can cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import pytest
from flask import Flask

from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing import MiniatureBoard, Schema
from tests.servers import OWNER, MariaDb, PostgreSql, running
from tests.writing import connect

from .found import Found
from .timing import Work
from .works import cookie_of, embedded_board, fill, make_app, session_id_of, session_statement

SERVERS: dict[str, Any] = {"psycopg2": PostgreSql, "psycopg": PostgreSql, "pymysql": MariaDb}
DRIVERS = (*SERVERS, "sqlite3")
POOL = 5
"""Connections of a pool, as `PHPBB3_DATABASE["POOL_SIZE"]` has it by default."""
_RELEASE = "3.3.15"

Absent = pytest.skip.Exception
"""What starting a server raises where it is not installed."""


@contextmanager
def absence_noted(found: Found, name: str) -> Iterator[None]:
    """Say in the data why a server is not measured, and go on behind the block."""
    try:
        yield
    except Absent as error:
        found.missing[name] = str(error)


@dataclass(frozen=True)
class Place:
    """A board, how it is asked, and somebody who has just signed in there.

    :ivar settings: of an application.
    :ivar cookie: the Cookie header of alice.
    :ivar port: of PostgreSQL or MariaDB; 0 for a file.
    """

    driver: str
    board: MiniatureBoard
    settings: dict[str, Any]
    cookie: str
    port: int = 0

    @property
    def session_id(self) -> str:
        """Return the id of alice's session."""
        return session_id_of(self.cookie)

    @property
    def database(self) -> dict[str, Any]:
        """Return ``PHPBB3_DATABASE``."""
        found: dict[str, Any] = self.settings["PHPBB3_DATABASE"]
        return found

    @contextmanager
    def app(self, *, database: Mapping[str, Any] | None = None, **settings: Any) -> Iterator[Flask]:
        """Have an application that asks one permission; its connections are closed at the end.

        :param database: what differs in ``PHPBB3_DATABASE``.
        """
        made = make_app(
            self.board,
            {**self.settings, "PHPBB3_DATABASE": {**self.database, **(database or {})}, **settings},
        )
        try:
            yield made
        finally:
            made.extensions["phpbb3"].driver.close()


@contextmanager
def place_of(driver: str, sow: Callable[[MiniatureBoard], object] = fill) -> Iterator[Place]:
    """Start the driver's server and make a board on it.

    :param sow: fills the board; there must be an alice.
    :raises Absent: if the server is not installed.
    """
    if driver == "sqlite3":
        with embedded_board(sow) as (board, settings):
            yield Place(driver, board, settings, cookie_of(board))
        return
    kind = SERVERS[driver]
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
            sow(board)
            settings = {"PHPBB3": {"DRIVER": driver, "VERSION": "3.3"}, "PHPBB3_DATABASE": database}
            yield Place(driver, board, settings, cookie_of(board), server.port)


def open_by_hand(place: Place, *, prepared: bool = False) -> Any:
    """Open a connection as one would by hand, each statement its own transaction.

    :param prepared: whether psycopg shall have the server keep what is asked.
    """
    database = place.database
    if place.driver == "sqlite3":
        import sqlite3

        return sqlite3.connect(f"file:{database['DATABASE']}?mode=ro", uri=True)
    server = {"host": database["HOST"], "port": database["PORT"], "user": database["USER"]}
    if place.driver == "pymysql":
        import pymysql

        return pymysql.connect(**server, database=database["DATABASE"], autocommit=True)
    if place.driver == "psycopg2":
        import psycopg2

        connection = psycopg2.connect(**server, dbname=database["DATABASE"])
        connection.autocommit = True
        return connection
    import psycopg
    from psycopg.rows import dict_row

    how: dict[str, Any] = {"autocommit": True, "row_factory": dict_row}
    how["prepare_threshold"] = 0 if prepared else None
    return psycopg.connect(**server, dbname=database["DATABASE"], **how)


def read_row(driver: str, cursor: Any) -> dict[str, Any]:
    """Return a cursor's next row as a dict, the cheapest way that the module offers."""
    if driver == "psycopg":
        row: dict[str, Any] = cursor.fetchone()
        return row
    return dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))


def in_style_of(driver: str, sql: str) -> str:
    """Return a statement with parameters as the module writes them."""
    if driver != "sqlite3":
        return sql
    return sql.replace("%(session_id)s", ":session_id").replace("%(now)s", ":now").replace("%%", "%")


@contextmanager
def statement_by_hand(place: Place, *, prepared: bool = False) -> Iterator[Work]:
    """Ask for a session's row as a dict on an open connection."""
    with place.app() as app:
        sql = in_style_of(place.driver, session_statement(app))
    values = {"session_id": place.session_id, "now": 1}
    with closing(open_by_hand(place, prepared=prepared)) as connection:

        def ask() -> dict[str, Any]:
            with closing(connection.cursor()) as cursor:
                cursor.execute(sql, values)
                return read_row(place.driver, cursor)

        assert ask()["username"] == "alice"
        yield ask


def version_of(place: Place) -> dict[str, str]:
    """Return what the place's database calls itself → its version, and the same of the driver's package."""
    name, sql = _VERSIONS.get(place.driver, _VERSIONS["psycopg"])
    with closing(open_by_hand(place)) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(sql)
        [version] = read_row(place.driver, cursor).values()
    found = {name: re.match(r"[\d.]*", str(version))[0]}  # type: ignore[index]
    for package in (place.driver, f"{place.driver}-binary"):
        with suppress(metadata.PackageNotFoundError):
            found[place.driver] = metadata.version(package)
    return found


_VERSIONS = {
    "psycopg": ("PostgreSQL", "SHOW server_version"),
    "pymysql": ("MariaDB", "SELECT version()"),
    "sqlite3": ("SQLite", "SELECT sqlite_version()"),
}


Borrow = Callable[[], AbstractContextManager[Any]]


@contextmanager
def pool_by_hand(place: Place) -> Iterator[Borrow]:
    """Have a pool as one would by hand: ``psycopg_pool``, or a queue of open connections."""
    if place.driver == "psycopg":
        from psycopg.rows import dict_row
        from psycopg_pool import ConnectionPool

        database = place.database
        where = {"host": database["HOST"], "port": database["PORT"], "user": database["USER"]}
        keywords = {**where, "dbname": database["DATABASE"], "autocommit": True, "row_factory": dict_row}
        with ConnectionPool(kwargs=keywords, min_size=POOL, max_size=POOL) as pool:
            pool.wait()
            yield pool.connection
        return
    import queue

    idle: queue.LifoQueue[Any] = queue.LifoQueue()
    for _ in range(POOL):
        idle.put(open_by_hand(place))

    @contextmanager
    def borrow() -> Iterator[Any]:
        connection = idle.get(timeout=5)
        try:
            yield connection
        finally:
            idle.put(connection)

    yield borrow
    while not idle.empty():
        idle.get().close()
