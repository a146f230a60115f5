"""The driver ``pymysql``: a board on MariaDB or MySQL, over PyMySQL.

Reading and its time limit are settings of the server's session, made once: the connections are this
driver's alone.
"""

from __future__ import annotations

import contextlib
import inspect
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from flask_phpbb3 import Driver, Failure, Fault, Query, Row, SqlDriver, hookimpl

if TYPE_CHECKING:
    from pymysql.connections import Connection as PyMySqlConnection

    Connection = PyMySqlConnection[Any]

_OWN_ARGUMENTS: Final = frozenset({"self", "autocommit", "conv", "cursorclass", "defer_connect"})
_ALL_ROWS: Final = 2**64 - 1

_FAULTS: Final = {
    1053: Fault.LOST,  # server shutdown in progress
    1927: Fault.LOST,  # MariaDB: connection was killed
    2006: Fault.LOST,  # server has gone away
    2013: Fault.LOST,  # lost connection during query
    4031: Fault.LOST,  # MySQL: disconnected because of inactivity
    1205: Fault.TIMEOUT,  # lock wait timeout
    1317: Fault.TIMEOUT,  # query was interrupted
    1969: Fault.TIMEOUT,  # MariaDB: max_statement_time
    3024: Fault.TIMEOUT,  # MySQL: max_execution_time
    1290: Fault.READ_ONLY,  # --read-only
    1792: Fault.READ_ONLY,  # READ ONLY transaction
    1836: Fault.READ_ONLY,  # --read-only, in a replica
    1146: Fault.NO_TABLE,
    1054: Fault.NO_COLUMN,
    1044: Fault.NO_RIGHT,  # on the database
    1142: Fault.NO_RIGHT,  # on the table
    1143: Fault.NO_RIGHT,  # on the column
}
_UNKNOWN_VARIABLE: Final = 1193
_NO_DEFAULT: Final = 1364
_QUOTES_NO_VALUE: Final = frozenset({1146, 1054, 1044, 1142, 1143, 1052, 1267})
"""Errors whose message names tables, columns and collations, and never a literal."""

_STRICT: Final = "SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',STRICT_ALL_TABLES')"
_LENIENT: Final = (
    "SET SESSION max_error_count = 65535, sql_mode = REPLACE(REPLACE(REPLACE(@@SESSION.sql_mode, "
    "'STRICT_TRANS_TABLES', ''), 'STRICT_ALL_TABLES', ''), 'TRADITIONAL', '')"
)
_ONE_ROW = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:INSERT|REPLACE)\b", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(rb"\d+")

_SERVER_VERSION: Final = Query("get_server_version", "SELECT VERSION() AS version")
_MAY_WRITE: Final = Query(
    "fetch_may_write",
    "SELECT DISTINCT PRIVILEGES AS privileges FROM information_schema.COLUMNS "
    "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %(table)s",
    parameters=("table",),
)
_TABLES: Final = Query(
    "fetch_tables",
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1",
)


class PyMySqlDriver(SqlDriver["Connection"]):
    """Ask a board on MariaDB or MySQL over PyMySQL.

    A HOST that begins with ``/`` is the path of a Unix socket.
    """

    name: ClassVar[str] = "pymysql"
    dialect: ClassVar[str] = "mysql"
    dbms: ClassVar[tuple[str, ...]] = ("mysqli", "mysql")
    module: ClassVar[str] = "pymysql"
    lasting: ClassVar[tuple[str, ...]] = ("get_lock", ":=")

    @property
    def location(self) -> tuple[str, ...]:
        """Name host, port and database; of ``OPTIONS``, what leads elsewhere."""
        arguments = self._arguments()
        names = ("unix_socket", "host", "port", "database", "read_default_file", "read_default_group")
        return tuple(str(arguments.get(name, "")) for name in names)

    def _arguments(self) -> dict[str, Any]:
        database = self.settings.database
        is_socket = database.host.startswith("/")
        named = {
            "unix_socket" if is_socket else "host": database.host,
            "port": database.port,
            "database": database.database,
            "user": database.user,
            "password": database.password.encode(),  # as a str, PyMySQL would send it as Latin-1
        }
        given = {name: value for name, value in named.items() if value}
        return {**given, "charset": "utf8mb4", **database.options}

    def takes_option(self, name: str) -> bool:
        """Tell whether PyMySQL knows an argument of connect() that this driver leaves to the owner."""
        from pymysql.connections import Connection as PyMySqlConnection

        known = inspect.signature(PyMySqlConnection.__init__).parameters
        return name in known and name not in _OWN_ARGUMENTS

    def connect(self, *, read_only: bool) -> Connection:
        """Open a connection and limit what its session may do, and how long."""
        import pymysql
        from pymysql.constants import CLIENT

        timeout = self.connect_timeout
        limits = {"connect_timeout": timeout, "read_timeout": timeout, "write_timeout": timeout}
        arguments = {**limits, **self._arguments()}
        flags = (arguments.pop("client_flag", 0) | CLIENT.FOUND_ROWS) & ~CLIENT.MULTI_STATEMENTS
        try:
            connection: Any = pymysql.connect(**arguments, client_flag=flags, autocommit=True)
        except RuntimeError as error:  # some ways to log in need the package cryptography
            raise OSError(str(error)) from None
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET SESSION TRANSACTION READ ONLY" if read_only else _STRICT)
                self._limit(cursor, connection.get_server_info())
        except BaseException:
            connection.close()
            raise
        connection.encoders[_Literal] = lambda literal, _: literal.sql
        # PyMySQL has one limit for the login and for every answer after it, and no public way to change it.
        connection._read_timeout = self.settings.database.options.get("read_timeout", self.patience)
        opened: Connection = connection
        return opened

    def _limit(self, cursor: Any, server: str) -> None:
        """Have the server stop what takes too long; a server too old for it is left to the client's limit."""
        from pymysql import MySQLError

        seconds = self.statement_timeout
        limit = f"max_statement_time = {seconds:f}"
        if "MariaDB" not in server:
            limit = f"max_execution_time = {math.ceil(seconds * 1000):d}"
        try:
            cursor.execute(f"SET SESSION {limit}")
        except MySQLError as error:
            if error.args[0] != _UNKNOWN_VARIABLE:
                raise

    def page(self, sql: str, skip: int, limit: int | None) -> str:
        """Append LIMIT and OFFSET; MySQL knows no OFFSET without LIMIT."""
        return super().page(sql, skip, _ALL_ROWS if skip and limit is None else limit)

    def fetch(self, connection: Connection, sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Run one statement, which is a read-only transaction, and return all its rows."""
        with connection.cursor() as cursor:
            cursor.execute(sql, _comparable(connection, values))
            if cursor.description is None:
                return []
            return self.rows((column[0] for column in cursor.description), cursor.fetchall())

    def store(self, connection: Connection, sql: str, values: Mapping[str, Any]) -> int:
        """Run one statement, which commits itself, and return the number of rows it touched."""
        from pymysql import MySQLError

        with connection.cursor() as cursor:
            try:
                cursor.execute(sql, values)
            except MySQLError as error:
                if error.args[0] != _NO_DEFAULT:
                    raise
                return self._store_with_empty_texts(connection, sql, values)
            return _touched(cursor, sql)

    def _store_with_empty_texts(self, connection: Connection, sql: str, values: Mapping[str, Any]) -> int:
        """Run a statement that makes a row without its text columns, which then are empty.

        They are so by default on the other databases; here a text has no default, and only a server that is
        not strict makes it empty. Whatever else strictness would refuse undoes the statement.
        """
        from pymysql import DataError

        with connection.cursor() as cursor:
            cursor.execute(_LENIENT)
            connection.begin()
            cursor.execute(sql, values)
            touched = _touched(cursor, sql)
            cursor.execute("SHOW WARNINGS")
            changed = [
                code for level, code, _ in cursor.fetchall() if level != "Note" and code != _NO_DEFAULT
            ]
            if changed:
                connection.rollback()
                raise DataError(changed[0], "")
            connection.commit()
            return touched

    def is_in_transaction(self, connection: Connection) -> bool:
        """Tell whether a transaction is open, or will be with the next statement."""
        from pymysql.constants import SERVER_STATUS

        server: Any = connection
        status: int = server.server_status
        return bool(status & SERVER_STATUS.SERVER_STATUS_IN_TRANS) or not (
            status & SERVER_STATUS.SERVER_STATUS_AUTOCOMMIT
        )

    def classify(self, error: Exception, connection: Connection | None) -> Failure:
        """Say by the server's error number what an error means."""
        code, said = (*error.args, "", "")[:2]
        said = str(said or code)
        if "timed out" in said and code in {2003, 2006, 2013}:
            return Failure(Fault.SILENT)
        if connection is None:
            return Failure(Fault.REFUSED, said)
        if not connection.open:
            return Failure(Fault.LOST)
        fault = _FAULTS.get(code, Fault.REFUSED)
        if code in _QUOTES_NO_VALUE:
            return Failure(fault, f"{said} (error {code})")
        return Failure(fault, f"{type(error).__name__} (error {code})")

    def disconnect(self, connection: Connection) -> None:
        """Close a connection."""
        with contextlib.suppress(*self._errors):
            connection.close()

    def server_version(self) -> str:
        """Name the server, such as ``MariaDB 10.11.6`` or ``MySQL 8.0.36``."""
        version = str(self.read(_SERVER_VERSION, {})[0]["version"])
        return f"{'MariaDB' if 'MariaDB' in version else 'MySQL'} {version.partition('-')[0]}"

    def may_write(self, table: str) -> bool | None:
        """Tell whether the account may insert or update rows of a table; None if it sees no such table."""
        found = self.read(_MAY_WRITE, {"table": table})
        return (
            any({"insert", "update"} & set(row["privileges"].split(",")) for row in found) if found else None
        )

    def tables(self) -> list[str]:
        """List the names of the database's tables that the account sees."""
        return [row["name"] for row in self.read(_TABLES, {})]


@hookimpl
def phpbb3_register_driver() -> type[Driver]:
    """Offer the driver."""
    return PyMySqlDriver


def _touched(cursor: Any, sql: str) -> int:
    """Return how many rows a statement touched, each counted once.

    The server counts a row that an upsert changes twice; how many it was given is the first number of its
    message, which it sends for all but single rows. The byte before the message is its length.
    """
    message: bytes = cursor._result.message or b""
    if number := _NUMBER.search(message[1:]):
        return min(int(cursor.rowcount), int(number[0]))
    return min(int(cursor.rowcount), 1) if _ONE_ROW.match(sql) else int(cursor.rowcount)


class _Literal(NamedTuple):
    """SQL that stands for a value."""

    sql: str


def _comparable(connection: Connection, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values that can be compared with phpBB's columns, whose characters have 3 bytes at most.

    Against a text with a longer one the server refuses the comparison instead of finding no row, unless
    the text's collation is explicit.
    """
    return {
        name: _Literal(f"_utf8mb4{connection.escape(value)} COLLATE utf8mb4_bin")
        if isinstance(value, str) and any(character > "\uffff" for character in value)
        else value
        for name, value in values.items()
    }
