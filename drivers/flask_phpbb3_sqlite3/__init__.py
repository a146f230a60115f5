"""The driver ``sqlite3``: a board in one SQLite 3 file, opened so that it cannot be written.

The mode of a file says nothing about others that a statement may attach, so a reading connection also asks
for leave for each thing that a statement does, and gets it for reading alone.

``DATABASE`` is the path of the file.
"""

from __future__ import annotations

import contextlib
import decimal
import functools
import math
import operator
import os
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from flask_phpbb3 import Driver, Failure, Fault, Query, Row, SqlDriver, hookimpl

if TYPE_CHECKING:
    from sqlite3 import Connection as Sqlite3Connection

    class Connection(Sqlite3Connection):
        """A connection that knows which file it has open, and for what."""

        file: tuple[int, int] | None
        read_only: bool
        patience: float
        is_used: bool


_OPTIONS: Final = frozenset({"cached_statements", "detect_types", "timeout"})
_STEPS: Final = 10_000
"""Instructions of SQLite's machine between two looks at the clock: about a millisecond."""

_SQLITE_OK: Final = 0
_SQLITE_DENY: Final = 1
_SQLITE_PRAGMA: Final = 19
_SQLITE_READ: Final = 20
_SQLITE_SELECT: Final = 21
_SQLITE_UPDATE: Final = 23
_SQLITE_FUNCTION: Final = 31
_SQLITE_RECURSIVE: Final = 33  # Python 3.10 has no name for it
_READING: Final = frozenset({_SQLITE_READ, _SQLITE_SELECT, _SQLITE_RECURSIVE})
_OWN_PRAGMAS: Final = frozenset({"data_version", "page_size"})
"""What SQLite's own full-text tables ask while they are read."""

_READ_ONLY: Final = "attempt to write a readonly database"
_FAULTS: Final = (
    ("file is not a database", Fault.LOST),  # written over while it was open, as cp does
    ("database disk image is malformed", Fault.LOST),
    ("disk I/O error", Fault.LOST),
    ("interrupted", Fault.TIMEOUT),
    ("database is locked", Fault.TIMEOUT),
    ("database table is locked", Fault.TIMEOUT),
    ("database schema is locked", Fault.TIMEOUT),
    ("not authorized", Fault.READ_ONLY),
    ("authorization denied", Fault.READ_ONLY),
    ("no such table", Fault.NO_TABLE),
    ("no such column", Fault.NO_COLUMN),
    ("out of memory", Fault.REFUSED),
    ("unable to open database file", Fault.REFUSED),
    ("database or disk is full", Fault.REFUSED),
    (_READ_ONLY, Fault.READ_ONLY),
)
_NOT_THERE: Final = ("no such table", "no such column")
_HALF_WRITTEN: Final = (
    "the file cannot be read before a change that was interrupted is undone, which the forum does at its next "
    "visit, or any process that may write to it (a hot journal, or WAL mode in a folder that cannot be written to)"
)

_NAME: Final = operator.itemgetter(0)
"""Takes a column's name out of a cursor's description."""

_PLACEHOLDER = re.compile(r"%(?:\((?P<name>\w+)\)s|%)")
_TABLES: Final = Query(
    "fetch_tables", "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
)


class Sqlite3Driver(SqlDriver["Connection"]):
    """Ask a board on SQLite 3 over Python's own module."""

    name: ClassVar[str] = "sqlite3"
    automatic = True
    dialect: ClassVar[str] = "sqlite"
    dbms: ClassVar[tuple[str, ...]] = ("sqlite3",)
    module: ClassVar[str] = "sqlite3"

    @property
    def location(self) -> tuple[str, ...]:
        """Name the file by its absolute path."""
        return (str(self._path),)

    @functools.cached_property
    def _path(self) -> Path:
        return Path(self.settings.database.database).absolute()

    @functools.cached_property
    def _path_as_text(self) -> str:
        return str(self._path)

    def takes_option(self, name: str) -> bool:
        """Tell whether ``OPTIONS`` may hold an argument of sqlite3.connect()."""
        return name in _OPTIONS

    def connect(self, *, read_only: bool) -> Connection:
        """Open the file; it is never created."""
        import sqlite3

        self._check_path()
        patience = min(self._own_patience, self.statement_limit)
        arguments = {**self.settings.database.options, "timeout": patience}
        mode = "ro" if read_only else "rw"
        file = self._file  # before it is opened: if it is another's by then, the first look finds out
        connection: Connection = sqlite3.connect(
            f"{self._path.as_uri()}?mode={mode}",
            uri=True,
            check_same_thread=False,
            factory=_connection_class(),
            **arguments,
        )
        connection.file, connection.read_only = file, read_only
        connection.patience = patience
        if not read_only:
            connection.text_factory = bytes  # what a write returns is not looked at
        try:
            if read_only:
                connection.execute("PRAGMA query_only = ON")
                connection.set_authorizer(_authorize)
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        except BaseException:
            connection.close()
            raise
        return connection

    def is_current(self, connection: Connection) -> bool:
        """Tell whether the path still leads to the file that a connection has open, and not to a new one."""
        return connection.file == self._file

    @property
    def _file(self) -> tuple[int, int] | None:
        """Return what tells the file from any other; None if there is none."""
        try:
            status = os.stat(self._path_as_text)  # noqa: PTH116 - asked for every statement, and twice as fast
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _check_path(self) -> None:
        """Say what SQLite does not: why it is unable to open a file."""
        if self._path.is_dir():
            raise IsADirectoryError("it is a directory; DATABASE must be the path of the board's SQLite file")
        if not self._path.exists():
            raise FileNotFoundError(
                "there is no such file; DATABASE must be the path of the board's SQLite file"
            )

    def page(self, sql: str, skip: int, limit: int | None) -> str:
        """Append LIMIT and OFFSET; SQLite knows no OFFSET without LIMIT."""
        return super().page(sql, skip, -1 if skip and limit is None else limit)

    def fetch(self, connection: Connection, sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Run one statement and return all its rows; the file itself is open for reading only."""
        was_used, connection.is_used = connection.is_used, True
        try:
            return self._rows_of(connection, sql, values)
        except self._errors as error:
            if not (was_used and str(error).startswith(_NOT_THERE)):
                raise
        # What SQLite remembers may be of a file that was written over: a new connection knows.
        with contextlib.closing(self.connect(read_only=True)) as fresh:
            rows = self._rows_of(fresh, sql, values)
        connection.file = None
        return rows

    def _rows_of(self, connection: Connection, sql: str, values: Mapping[str, Any]) -> list[Row]:
        self._limit(connection)
        cursor = connection.execute(_named(sql), _storable(values))
        try:
            if cursor.description is None:
                return []
            return self.rows(map(_NAME, cursor.description), map(self._plain, cursor))
        finally:
            cursor.close()

    def fetch_undecoded(self, connection: Connection, sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Return texts read one by one, as some are not UTF-8."""
        connection.text_factory = bytes
        try:
            return self.fetch(connection, sql, values)
        finally:
            connection.text_factory = str

    def is_undecodable(self, error: Exception) -> bool:
        """Tell whether a row holds text that is not UTF-8."""
        return str(error).startswith("Could not decode to UTF-8")

    def _plain(self, row: tuple[Any, ...]) -> Iterable[Any]:
        """Return a row whose texts are text, also those that a converter has stored as bytes."""
        if bytes not in set(map(type, row)):
            return row
        return (self.text(value) if type(value) is bytes else value for value in row)

    def store(self, connection: Connection, sql: str, values: Mapping[str, Any]) -> int:
        """Run and commit one statement, and return the number of rows it touched."""
        self._limit(connection)
        with contextlib.closing(connection.execute(_named(sql), _storable(values))) as cursor:
            cursor.fetchall()  # what RETURNING returns: a row is changed only when it is asked for
        touched: int = connection.execute("SELECT changes()").fetchone()[0]
        connection.commit()
        return touched

    def is_in_transaction(self, connection: Connection) -> bool:
        """Tell whether a transaction is open."""
        return connection.in_transaction

    def _limit(self, connection: Connection) -> None:
        limit = self.statement_limit
        deadline = time.monotonic() + limit
        patience = min(self._own_patience, limit)
        if patience != connection.patience:  # towards the end of what a request may wait
            connection.execute(f"PRAGMA busy_timeout = {math.ceil(patience * 1000)}").fetchall()
            connection.patience = patience
        connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)

    @functools.cached_property
    def _own_patience(self) -> float:
        """Return the seconds to wait for locks, if the request has so many left."""
        own: float = self.settings.database.options.get("timeout", self.statement_timeout)
        return own

    def classify(self, error: Exception, connection: Connection | None) -> Failure:
        """Say by its text what an error means: Python 3.10 has no error codes, and no text has a value."""
        said = str(error)
        reads = (
            connection is None or connection.read_only
        )  # the authorizer refuses whatever would write there
        if reads and said.startswith(_READ_ONLY):
            return Failure(Fault.REFUSED, f"{said}: {_HALF_WRITTEN}")
        fault = next((fault for beginning, fault in _FAULTS if said.startswith(beginning)), Fault.MISTAKE)
        return Failure(fault, said)

    def in_one_text(self, sql: str, columns: Sequence[str]) -> str:
        """Return SQL whose one row holds all numbers of a statement as one text."""
        row = " || ',' || ".join(f"r.{column}" for column in columns)
        return f"SELECT group_concat({row} || ';', '') AS numbers, COUNT(*) AS number FROM (\n{sql}\n) AS r"

    def disconnect(self, connection: Connection) -> None:
        """Close a connection."""
        connection.close()

    def server_version(self) -> str:
        """Name SQLite's release, such as ``SQLite 3.40.1``."""
        import sqlite3

        return f"SQLite {sqlite3.sqlite_version}"

    def may_write(self, table: str) -> bool | None:
        """Tell whether this process may write to the file."""
        return os.access(self._path, os.W_OK)

    def tables(self) -> list[str]:
        """List the names of the file's tables."""
        return [row["name"] for row in self.read(_TABLES, {})]


@hookimpl
def phpbb3_register_driver() -> type[Driver]:
    """Offer the driver."""
    return Sqlite3Driver


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Say whether a statement may do something: read, and call any function but the one that loads code.

    For a table that a module makes up, such as ``json_each``, SQLite asks for leave to update its list of tables,
    which it never does: a statement that really would is refused whatever is said here.
    """
    allowed = (
        action in _READING
        or (action == _SQLITE_FUNCTION and second != "load_extension")
        or (action == _SQLITE_UPDATE and first == "sqlite_master")
        or (action == _SQLITE_PRAGMA and first in _OWN_PRAGMAS and second is None)
        or (action == _SQLITE_PRAGMA and first == "busy_timeout")
    )
    return _SQLITE_OK if allowed else _SQLITE_DENY


@functools.cache
def _connection_class() -> Any:
    """Return SQLite's connection with room for what this driver knows of it."""
    import sqlite3

    class OwnConnection(sqlite3.Connection):
        file: tuple[int, int] | None = None
        read_only = True
        patience = 0.0
        is_used = False

    return OwnConnection


@functools.lru_cache(maxsize=512)
def _named(sql: str) -> str:
    """Return SQL with ``:name`` for ``%(name)s`` and a single percent sign for a doubled one."""
    return _PLACEHOLDER.sub(lambda match: f":{match['name']}" if match["name"] else "%", sql)


def _storable(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _storable_value(value) for name, value in values.items()}


def _storable_value(value: Any) -> Any:
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else _float(value)
    if value is None or isinstance(value, (float, str, bytes)):
        return value
    return float(value) if isinstance(value, decimal.Decimal) else str(value)


def _float(value: int) -> float:
    """Return the nearest float to a number that no column holds, so that it compares and matches none."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
