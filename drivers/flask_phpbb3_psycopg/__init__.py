"""The driver ``psycopg``: a board on PostgreSQL, over psycopg 3.

It uses this package's own pool, as `flask_phpbb3.direct_access.pool` explains: ``psycopg_pool`` opens its
connections on background threads, which a forked child does not have.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from flask_phpbb3 import Driver, Row, hookimpl
from flask_phpbb3_postgresql import PostgreSqlDriver, wait_for_socket

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.adapt import Loader
    from psycopg.pq.abc import PGconn

_T = TypeVar("_T")
_Wait = Generator[Any, Any, _T]
_TEXTS = ("text", "varchar", "bpchar", "name")


class PsycopgDriver(PostgreSqlDriver["Connection[Any]"]):
    """Ask a board on PostgreSQL over psycopg 3."""

    name: ClassVar[str] = "psycopg"
    automatic = True
    module: ClassVar[str] = "psycopg"

    def takes_option(self, name: str) -> bool:
        """Tell whether libpq knows a connection parameter."""
        from psycopg import ProgrammingError
        from psycopg.conninfo import make_conninfo

        try:
            make_conninfo("", **{name: ""})
        except ProgrammingError:
            return False
        return True

    def connect(self, *, read_only: bool) -> Connection[Any]:
        """Open a connection that binds parameters itself, as a pooler cannot keep prepared statements."""
        return self.log_in_anywhere(self._log_in, primary=self.needs_primary(read_only=read_only))

    def _log_in(self, arguments: Mapping[str, Any], deadline: float) -> Connection[Any]:
        from psycopg import ClientCursor
        from psycopg.conninfo import make_conninfo

        login = _log_in(make_conninfo("", **arguments).encode(), deadline)
        connection = _connection_class()(login)
        connection.autocommit = True
        connection.prepare_threshold = None
        connection.cursor_factory = ClientCursor
        return connection

    def fetch(self, connection: Connection[Any], sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Run one statement in a read-only transaction and return all its rows."""
        with connection.cursor() as cursor:
            self._execute(cursor, self.reading(sql), values)
            if not (names := _names(cursor)):
                return []
            return self.rows(names, cursor.fetchall())

    def fetch_undecoded(self, connection: Connection[Any], sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Return texts as bytes."""
        with connection.cursor() as cursor:
            for kind in _TEXTS:
                cursor.adapters.register_loader(kind, _raw_loader())
            self._execute(cursor, self.reading_undecoded(sql), values)
            return self.rows(_names(cursor), cursor.fetchall())

    def store(self, connection: Connection[Any], sql: str, values: Mapping[str, Any]) -> int:
        """Run one statement, which commits itself, and return the number of rows it touched."""
        with connection.cursor() as cursor:
            self._execute(cursor, self.writing(sql), values)
            return max(0, cursor.rowcount)  # -1 for what has no rows, such as CREATE

    def _execute(self, cursor: Any, sql: str, values: Mapping[str, Any]) -> None:
        """Run a message of several statements and go to the result of the last."""
        cursor.connection.deadline = time.monotonic() + self.patience
        cursor.execute(sql, values)
        while cursor.nextset():
            pass

    def sqlstate(self, error: Exception) -> str | None:
        """Return the SQLSTATE of an error."""
        return getattr(error, "sqlstate", None)

    def is_closed(self, connection: Connection[Any]) -> bool:
        """Tell whether a connection is closed or broken."""
        return connection.closed or connection.broken

    def fileno(self, connection: Connection[Any]) -> int:
        """Return the file descriptor of the connection's socket."""
        return connection.fileno()

    def disconnect(self, connection: Connection[Any]) -> None:
        """Close a connection."""
        connection.close()


@hookimpl
def phpbb3_register_driver() -> type[Driver]:
    """Offer the driver."""
    return PsycopgDriver


@functools.cache
def _connection_class() -> type[Connection[Any]]:
    """Return psycopg's connection with a deadline; made at first use, as psycopg may not be installed."""
    from psycopg import Connection

    class ConnectionWithDeadline(Connection[Any]):
        deadline = math.inf

        def wait(self, gen: _Wait[_T], *arguments: Any, **named: Any) -> _T:
            return super().wait(_until(self.deadline, gen), *arguments, **named)

    return ConnectionWithDeadline


@functools.cache
def _raw_loader() -> type[Loader]:
    """Return what hands on a value as the server sent it; made at first use, as psycopg may not be installed."""
    from psycopg.adapt import Loader

    class RawLoader(Loader):
        def load(self, data: Any) -> bytes:
            return bytes(data)

    return RawLoader


def _names(cursor: Any) -> list[str]:
    """Return the names of a result's columns; psycopg's description makes an object of each, each time."""
    result = cursor.pgresult
    return [result.fname(number).decode() for number in range(result.nfields)] if result else []


def _log_in(conninfo: bytes, deadline: float) -> PGconn:
    """Have libpq connect, and close its socket if it does not.

    psycopg's own way leaves the socket of a login that took too long to the garbage collector.

    :raises TimeoutError: if the deadline passes.
    """
    from psycopg import OperationalError, pq

    login = pq.PGconn.connect_start(conninfo)
    try:
        while login.status != pq.ConnStatus.BAD:
            state = login.connect_poll()
            if state in (pq.PollingStatus.OK, pq.PollingStatus.FAILED):
                break
            wait_for_socket(login.socket, writable=state == pq.PollingStatus.WRITING, deadline=deadline)
        said = login.get_error_message() if login.status != pq.ConnStatus.OK else ""
    except BaseException:
        login.finish()
        raise
    if said:
        login.finish()
        raise OperationalError(said)
    login.nonblocking = 1
    return login


def _until(deadline: float, waiting: _Wait[_T]) -> _Wait[_T]:
    """Pass on what psycopg's generator waits for; it not being done at the deadline is an error."""
    try:
        wanted = next(waiting)
        while True:
            ready = yield wanted
            wanted = waiting.send(ready)
            if time.monotonic() > deadline:
                raise TimeoutError
    except StopIteration as finished:
        result: _T = finished.value
        return result
