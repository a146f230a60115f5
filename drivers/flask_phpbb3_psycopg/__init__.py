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

from flask_phpbb3 import Driver, Failure, Fault, Row, hookimpl
from flask_phpbb3_postgresql import PostgreSqlDriver

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.adapt import Loader

_T = TypeVar("_T")
_Wait = Generator[Any, Any, _T]
_TEXTS = ("text", "varchar", "bpchar", "name")


class PsycopgDriver(PostgreSqlDriver["Connection[Any]"]):
    """Ask a board on PostgreSQL over psycopg 3.

    libpq counts ``CONNECT_TIMEOUT`` in whole seconds, for each host, and knows none below 2.
    """

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
        from psycopg import ClientCursor

        timeout = max(2, math.ceil(self.connect_timeout))
        return _connection_class().connect(
            **{"connect_timeout": timeout, **self.connection_arguments()},
            autocommit=True,
            prepare_threshold=None,
            cursor_factory=ClientCursor,
        )

    def fetch(self, connection: Connection[Any], sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Run one statement in a read-only transaction and return all its rows."""
        with connection.cursor() as cursor:
            self._execute(cursor, self.reading(sql), values)
            if cursor.description is None:
                return []
            return self.rows((column.name for column in cursor.description), cursor.fetchall())

    def fetch_undecoded(self, connection: Connection[Any], sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Return texts as bytes."""
        with connection.cursor() as cursor:
            for kind in _TEXTS:
                cursor.adapters.register_loader(kind, _raw_loader())
            self._execute(cursor, self.reading_undecoded(sql), values)
            return self.rows((column.name for column in cursor.description or ()), cursor.fetchall())

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

    def classify(self, error: Exception, connection: Connection[Any] | None) -> Failure:
        """Say by SQLSTATE what an error means; a login that takes too long has a class of its own."""
        from psycopg.errors import ConnectionTimeout

        silent = isinstance(error, ConnectionTimeout)
        return Failure(Fault.SILENT) if silent else super().classify(error, connection)

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


def _until(deadline: float, waiting: _Wait[_T]) -> _Wait[_T]:
    """Pass on what psycopg's generator waits for; nothing being ready after the deadline is an error."""
    try:
        wanted = next(waiting)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > deadline:
                raise TimeoutError
            wanted = waiting.send(ready)
    except StopIteration as finished:
        result: _T = finished.value
        return result
