"""What drivers for MariaDB and MySQL share; no driver of its own.

`MySqlDriver` knows the dialect, the settings of a session, the servers' error numbers and what ``doctor``
asks, whichever module speaks to the server. Reading and its time limit are settings of the server's session,
made once: the connections are the driver's alone.
"""

from __future__ import annotations

import contextlib
import math
import operator
import re
import time
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final, TypeVar, cast

from flask_phpbb3 import Failure, Fault, Query, Row, SqlDriver

ConnectionT = TypeVar("ConnectionT")

LogIn = Callable[[dict[str, Any], float], ConnectionT]
"""Arguments of ``connect()``, a deadline → a connection."""

_ALL_ROWS: Final = 2**64 - 1
_LONGEST_TEXT: Final = 16 * 2**20
"""Characters that GROUP_CONCAT may make; MySQL's own default is 1024."""

_FAULTS: Final = {
    1053: Fault.LOST,  # server shutdown in progress
    1927: Fault.LOST,  # MariaDB: connection was killed
    2006: Fault.LOST,  # server has gone away
    2013: Fault.LOST,  # lost connection during query
    4031: Fault.LOST,  # MySQL: disconnected because of inactivity
    1020: Fault.CONFLICT,  # MariaDB: record has changed since last read
    1213: Fault.CONFLICT,  # deadlock
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
_CLIENT_WAITED: Final = frozenset({2003, 2006, 2013})
"""What a client calls an answer that did not come in time, beside what it calls a lost connection."""
_MISTAKES: Final = frozenset(
    {
        1064,
        1065,
        1149,
        1052,
        1055,
        1056,
        1060,
        1066,
        1109,
        1110,
        1111,
        1140,
        1166,
        1191,
        1210,
        1221,
        1222,
        1235,
    }
    | {1241, 1242, 1247, 1248, 1250, 1267, 1270, 1271, 1305, 1318, 1327, 1582, 1583, 1584, 1630, 4078, 4161}
    | {1048, 1062, 1264, 1265, 1292, 1364, 1365, 1366, 1406, 1451, 1452, 1690}
)
"""Errors of a statement's own: its syntax, names, functions and groups, and values that a column does not take."""
_UNKNOWN_VARIABLE: Final = 1193
_NO_DEFAULT: Final = 1364
_QUOTES_NO_VALUE: Final = frozenset({1146, 1054, 1044, 1142, 1143, 1052, 1267})
"""Errors whose message names tables, columns and collations, and never a literal."""

_READ_ONLY: Final = "SET SESSION TRANSACTION READ ONLY"
_STRICT: Final = "SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',STRICT_ALL_TABLES')"
_LENIENT: Final = (
    "SET SESSION max_error_count = 65535, sql_mode = REPLACE(REPLACE(REPLACE(@@SESSION.sql_mode, "
    "'STRICT_TRANS_TABLES', ''), 'STRICT_ALL_TABLES', ''), 'TRADITIONAL', '')"
)
_PLACEHOLDER = re.compile(r"%(?:\((?P<name>\w+)\)s|%)")
_ONE_ROW = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:INSERT|REPLACE)\b", re.IGNORECASE | re.DOTALL)
_NAME: Final = operator.itemgetter(0)
"""Takes a column's name out of a cursor's description."""
_BINARY: Final = frozenset({bytes, bytearray})
_NUMBER = re.compile(r"\d+")

_PLACE: Final = ("unix_socket", "host", "port")
_ELSE: Final = ("database", "db", "read_default_file", "read_default_group", "option_files")
_CANNOT_CONNECT: Final = 2003

_SERVER_VERSION: Final = Query("get_server_version", "SELECT VERSION() AS version")
_SERVER: Final = Query(
    "get_server", "SELECT @@hostname AS host, @@port AS port, @@GLOBAL.read_only AS read_only"
)
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


class MySqlDriver(SqlDriver[ConnectionT]):
    """Ask a board on MariaDB or MySQL, by any module with a cursor that takes ``%(name)s``.

    A subclass connects, counts what the last statement touched, and knows a closed connection.
    A HOST that begins with ``/`` is the path of a Unix socket. Of several hosts the first that lets us in is read from;
    written is to the first that is not read-only.
    """

    dialect: ClassVar[str] = "mysql"
    dbms: ClassVar[tuple[str, ...]] = ("mysqli", "mysql")
    sets_session: ClassVar[bool] = True
    lasting: ClassVar[tuple[str, ...]] = ("get_lock", "@", "last_insert_id", "sql_calc_found_rows")

    # What a module's own driver says.

    @abstractmethod
    def is_closed(self, connection: ConnectionT) -> bool:
        """Tell whether a connection is closed or broken."""

    @abstractmethod
    def is_in_transaction(self, connection: ConnectionT) -> bool:
        """Tell whether a transaction is open, or will be with the next statement (``autocommit`` is off)."""

    @abstractmethod
    def message(self, cursor: Any) -> str:
        """Return what the server said beside the number of rows (``Records: 2  Duplicates: 1 …``), or nothing."""

    def execute(self, cursor: Any, sql: str, values: Mapping[str, Any]) -> None:
        """Run one statement; ``%%`` in it stands for a percent sign, also without a value."""
        cursor.execute(sql, values)

    def server_info(self, connection: ConnectionT) -> str:
        """Return the version that the server named at the login, such as ``5.5.5-10.11.6-MariaDB``."""
        return str(cast("Any", connection).get_server_info())

    def session_number(self, connection: ConnectionT) -> int:
        """Return the number of its session that the server named at the login; 0 if the module does not tell."""
        return 0

    def error_number(self, error: Exception) -> int:
        """Return the server's or the client's number of an error of the module; 0 if it has none."""
        number = error.args[0] if error.args else 0
        return number if isinstance(number, int) else 0

    def said(self, error: Exception) -> str:
        """Return the words of an error of the module, without its number."""
        return str(error.args[1] if len(error.args) > 1 else error)

    # Connecting.

    @property
    def location(self) -> tuple[str, ...]:
        """Name host, port and database; of ``OPTIONS``, what leads elsewhere."""
        places = self._places
        return tuple(
            ",".join(str(place.get(name, "")) for place in places).strip(",") for name in _PLACE
        ) + tuple(str(places[0].get(name, "")) for name in _ELSE)

    def connection_arguments(self) -> dict[str, Any]:
        """Return arguments of ``connect()`` as the modules call them; ``OPTIONS`` wins over the other settings."""
        database = self.settings.database
        host, port = database.hosts[0]
        named = {
            "unix_socket" if host.startswith("/") else "host": host,
            "port": port,
            "database": database.database,
            "user": database.user,
            "password": database.password,
        }
        given = {name: value for name, value in named.items() if value}
        return {**given, "charset": "utf8mb4", **database.options}

    @property
    def has_replicas(self) -> bool:
        """Tell whether several hosts are named."""
        return len(self._places) > 1

    @property
    def _places(self) -> list[dict[str, Any]]:
        """Return the arguments of ``connect()`` for each host."""
        arguments = self.connection_arguments()
        if not {"host", "unix_socket"}.isdisjoint(self.settings.database.options):
            return [arguments]
        rest = {
            name: value for name, value in arguments.items() if name not in {"host", "unix_socket", "port"}
        }
        own_port = self.settings.database.options.get("port")
        return [
            rest
            | {"unix_socket" if host.startswith("/") else "host": host}
            | ({"port": own_port or port} if own_port or port else {})
            for host, port in self.settings.database.hosts
        ]

    def log_in_anywhere(self, log_in: LogIn[ConnectionT], *, primary: bool = False) -> ConnectionT:
        """Log in at the first of the hosts that lets us in, all within ``CONNECT_TIMEOUT``.

        :param log_in: opens a connection, given the arguments of ``connect()`` and a deadline on the monotonic clock.
        :param primary: whether a host that is read-only, as replicas are, will not do.
        """
        deadline = time.monotonic() + self.connect_timeout
        places = self.places.in_turn(self._places, _place)
        failures: list[str] = []
        for number, arguments in enumerate(places):
            try:
                connection = log_in(arguments, self.places.share(deadline, len(places) - number))
            except self._errors as error:
                if len(places) == 1:
                    raise
                if self.classify(error, None).fault is Fault.SILENT:
                    self.places.note_silence(_place(arguments))
                failures.append(f"{_place(arguments)}: {self.said(error)}")
                continue
            self.places.note_answer(_place(arguments))
            if not (primary and len(places) > 1 and self._is_read_only(connection)):
                return connection
            self.disconnect(connection)
            failures.append(f"{_place(arguments)} is read-only, as replicas are")
        raise self._import().OperationalError(_CANNOT_CONNECT, "; ".join(failures))

    def _is_read_only(self, connection: ConnectionT) -> bool:
        with _cursor(connection) as cursor:
            self.execute(cursor, "SELECT @@GLOBAL.read_only", {})
            [[value]] = cursor.fetchall()
        return not _is_off(value)

    def set_up(self, connection: ConnectionT, *, read_only: bool) -> None:
        """Limit what the session of a new connection may do, and how long; close it if that fails.

        A server too old to stop a slow statement is left to the client's own limit.
        """
        limit = f"max_statement_time = {self.statement_timeout:f}"
        try:
            if "MariaDB" not in self.server_info(connection):
                limit = f"max_execution_time = {math.ceil(self.statement_timeout * 1000):d}"
            self._run(connection, _READ_ONLY if read_only else _STRICT)
            try:
                self._run(connection, f"SET SESSION {limit}, group_concat_max_len = {_LONGEST_TEXT}")
            except self._errors as error:
                if self.error_number(error) != _UNKNOWN_VARIABLE:
                    raise
        except BaseException:
            self.disconnect(connection)
            raise

    def _run(self, connection: ConnectionT, sql: str) -> None:
        with _cursor(connection) as cursor:
            self.execute(cursor, sql, {})

    def disconnect(self, connection: ConnectionT) -> None:
        """Close a connection."""
        with contextlib.suppress(*self._errors):
            cast("Any", connection).close()

    # Statements.

    def page(self, sql: str, skip: int, limit: int | None) -> str:
        """Append LIMIT and OFFSET; MySQL knows no OFFSET without LIMIT."""
        return super().page(sql, skip, _ALL_ROWS if skip and limit is None else limit)

    def fetch(self, connection: ConnectionT, sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Run one statement, which is a read-only transaction, and return all its rows."""
        with _cursor(connection) as cursor:
            self.execute(cursor, _comparable(sql, values), values)
            if cursor.description is None:
                return []
            return self.rows(map(_NAME, cursor.description), map(self._plain, cursor.fetchall()))

    def _plain(self, row: Iterable[Any]) -> Iterable[Any]:
        """Return a row whose texts are text, also those of binary columns, as tables of MySQL 4.0 have them."""
        if _BINARY.isdisjoint(map(type, row)):
            return row
        return (self.text(bytes(value)) if type(value) in _BINARY else value for value in row)

    def in_one_text(self, sql: str, columns: Sequence[str]) -> str:
        """Return SQL whose one row holds all numbers of a statement as one text; the server may cut it off."""
        row = ", ',', ".join(f"r.{column}" for column in columns)
        return f"SELECT GROUP_CONCAT({row}, ';' SEPARATOR '') AS numbers, COUNT(*) AS number FROM (\n{sql}\n) AS r"

    def store(self, connection: ConnectionT, sql: str, values: Mapping[str, Any]) -> int:
        """Run one statement, which commits itself, and return the number of rows it touched."""
        with _cursor(connection) as cursor:
            try:
                self.execute(cursor, sql, values)
            except self._errors as error:
                if self.error_number(error) != _NO_DEFAULT:
                    raise
                return self._store_with_empty_texts(connection, sql, values)
            return self._touched(cursor, sql)

    def _store_with_empty_texts(self, connection: ConnectionT, sql: str, values: Mapping[str, Any]) -> int:
        """Run a statement that makes a row without its text columns, which then are empty.

        They are so by default on the other databases; here a text has no default, and only a server that is
        not strict makes it empty. Whatever else strictness would refuse undoes the statement.
        """
        with _cursor(connection) as cursor:
            self.execute(cursor, _LENIENT, {})
            self.execute(cursor, "START TRANSACTION", {})
            self.execute(cursor, sql, values)
            touched = self._touched(cursor, sql)
            self.execute(cursor, "SHOW WARNINGS", {})
            changed = [
                code for level, code, _ in cursor.fetchall() if level != "Note" and code != _NO_DEFAULT
            ]
            if changed:
                self.execute(cursor, "ROLLBACK", {})
                raise self._import().DataError(changed[0], "")
            self.execute(cursor, "COMMIT", {})
            return touched

    def _touched(self, cursor: Any, sql: str) -> int:
        """Return how many rows a statement touched, each counted once.

        The server counts a row that an upsert changes twice; how many it was given is the first number of its
        message, which it sends for all but single rows.
        """
        if number := _NUMBER.search(self.message(cursor)):
            return min(int(cursor.rowcount), int(number[0]))
        return min(int(cursor.rowcount), 1) if _ONE_ROW.match(sql) else int(cursor.rowcount)

    def classify(self, error: Exception, connection: ConnectionT | None) -> Failure:
        """Say by the server's error number what an error means."""
        code, said = self.error_number(error), self.said(error)
        if isinstance(error, TimeoutError) or ("timed out" in said and code in _CLIENT_WAITED):
            return Failure(Fault.SILENT)
        if connection is None:
            return Failure(Fault.REFUSED, said)
        if self.is_closed(connection):
            return Failure(Fault.LOST)
        fault = _FAULTS.get(code, Fault.MISTAKE if code in _MISTAKES else Fault.REFUSED)
        if code in _QUOTES_NO_VALUE:
            return Failure(fault, f"{said} (error {code})")
        return Failure(fault, f"{type(error).__name__} (error {code})")

    # What `doctor` asks.

    def server_version(self) -> str:
        """Name the server, such as ``MariaDB 10.11.6`` or ``MySQL 8.0.36``."""
        version = str(self.read(_SERVER_VERSION, {})[0]["version"])
        return f"{'MariaDB' if 'MariaDB' in version else 'MySQL'} {version.partition('-')[0]}"

    def server(self) -> str:
        """Name the server that is read from now, and its part."""
        [row] = self.read(_SERVER, {})
        part = "the primary" if _is_off(row["read_only"]) else "a replica"
        return f"{row['host']}:{row['port']}, {part}"

    def has_pooler(self) -> bool | None:
        """Tell whether the session that answers has another number than the login named."""
        connection = self._open(read_only=True)
        try:
            named = self.session_number(connection)
            [row] = self.fetch(connection, "SELECT CONNECTION_ID() AS number", {})
            return int(row["number"]) != named if named else None
        except self._errors:
            return None
        finally:
            self.disconnect(connection)

    def may_write(self, table: str) -> bool | None:
        """Tell whether the account may insert or update rows of a table; None if it sees no such table."""
        found = self.read(_MAY_WRITE, {"table": table})
        return (
            any({"insert", "update"} & set(row["privileges"].split(",")) for row in found) if found else None
        )

    def tables(self) -> list[str]:
        """List the names of the database's tables that the account sees."""
        return [row["name"] for row in self.read(_TABLES, {})]


def _place(arguments: Mapping[str, Any]) -> str:
    """Name the server that some arguments of ``connect()`` lead to."""
    host, port = (str(arguments.get(name, "")) for name in ("host", "port"))
    return str(arguments.get("unix_socket") or f"{host}:{port}".rstrip(":"))


def _is_off(value: Any) -> bool:
    return str(value).upper() in {"0", "OFF"}


def _cursor(connection: Any) -> contextlib.closing[Any]:
    return contextlib.closing(connection.cursor())


def _comparable(sql: str, values: Mapping[str, Any]) -> str:
    """Return SQL whose values can be compared with phpBB's columns, whose characters have 3 bytes at most.

    Against a text with a longer one the server refuses the comparison instead of finding no row, unless
    the text's collation is explicit.
    """
    long = {
        name
        for name, value in values.items()
        if isinstance(value, str) and not value.isascii() and max(value) > "\uffff"
    }
    if not long:
        return sql
    return _PLACEHOLDER.sub(
        lambda match: f"{match[0]} COLLATE utf8mb4_bin" if match["name"] in long else match[0], sql
    )
