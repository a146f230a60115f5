"""The driver ``psycopg2``: a board on PostgreSQL.

Connections are psycopg2's asynchronous ones, waited for here with a deadline: a server that accepts and
never answers is noticed, gevent's patched ``select`` lets other greenlets run, and no process-wide wait
callback is touched.
"""

from __future__ import annotations

import operator
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from flask_phpbb3 import Driver, Row, hookimpl
from flask_phpbb3_postgresql import PostgreSqlDriver, wait_for_socket

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class
    from psycopg2.extensions import cursor as Cursor  # noqa: N812

_NAME: Final = operator.attrgetter("name")
_POLL_OK: Final = 0
_POLL_WRITE: Final = 2


class Psycopg2Driver(PostgreSqlDriver["Connection"]):
    """Ask a board on PostgreSQL over psycopg2."""

    name: ClassVar[str] = "psycopg2"
    automatic = True
    module: ClassVar[str] = "psycopg2"

    def takes_option(self, name: str) -> bool:
        """Tell whether libpq knows a connection parameter."""
        from psycopg2 import ProgrammingError
        from psycopg2.extensions import make_dsn

        try:
            make_dsn(**{name: ""})
        except ProgrammingError:
            return False
        return name != "dsn"

    def connect(self, *, read_only: bool) -> Connection:
        """Open a connection."""
        return self.log_in_anywhere(self._log_in, primary=self.needs_primary(read_only=read_only))

    def _log_in(self, arguments: Mapping[str, Any], deadline: float) -> Connection:
        import psycopg2

        connection: Connection = psycopg2.connect(**arguments, async_=1)
        try:
            while not _advance(connection, deadline):
                pass
        except BaseException:
            connection.close()
            raise
        return connection

    def fetch(self, connection: Connection, sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Run one statement in a read-only transaction and return all its rows."""
        with connection.cursor() as cursor:
            self._execute(cursor, self.reading(sql), values)
            if cursor.description is None:
                return []
            return self.rows(map(_NAME, cursor.description), map(_plain, cursor.fetchall()))

    def fetch_undecoded(self, connection: Connection, sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Return texts as bytes."""
        from psycopg2.extensions import BYTES, register_type

        with connection.cursor() as cursor:
            register_type(BYTES, cursor)
            self._execute(cursor, self.reading_undecoded(sql), values)
            return self.rows(map(_NAME, cursor.description or ()), map(_plain, cursor.fetchall()))

    def store(self, connection: Connection, sql: str, values: Mapping[str, Any]) -> int:
        """Run one statement, which commits itself, and return the number of rows it touched."""
        with connection.cursor() as cursor:
            self._execute(cursor, self.writing(sql), values)
            return max(0, cursor.rowcount)  # -1 for what has no rows, such as CREATE

    def _execute(self, cursor: Cursor, sql: str, values: Mapping[str, Any]) -> None:
        deadline = time.monotonic() + self.patience
        cursor.execute(sql, values)
        while not _advance(cursor.connection, deadline):
            pass

    def sqlstate(self, error: Exception) -> str | None:
        """Return the SQLSTATE of an error."""
        return getattr(error, "pgcode", None)

    def is_closed(self, connection: Connection) -> bool:
        """Tell whether a connection is closed or broken."""
        return connection.closed != 0

    def fileno(self, connection: Connection) -> int:
        """Return the file descriptor of the connection's socket."""
        return connection.fileno()

    def disconnect(self, connection: Connection) -> None:
        """Close a connection."""
        connection.close()


@hookimpl
def phpbb3_register_driver() -> type[Driver]:
    """Offer the driver."""
    return Psycopg2Driver


def _advance(connection: Connection, deadline: float) -> bool:
    """Let libpq do what it can, wait for its socket if it needs to, and tell whether it is done."""
    state = connection.poll()
    if state == _POLL_OK:
        return True
    wait_for_socket(connection.fileno(), writable=state == _POLL_WRITE, deadline=deadline)
    return False


def _plain(row: tuple[Any, ...]) -> Iterable[Any]:
    if memoryview not in set(map(type, row)):
        return row
    return (bytes(value) if type(value) is memoryview else value for value in row)
