"""What the drivers for PostgreSQL share; no driver of its own.

`PostgreSqlDriver` knows the dialect, libpq's connection parameters and the SQLSTATE codes, whichever
module speaks to the server.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import math
import os
import random
import re
import select
import time
import weakref
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final, TypeVar, cast

from flask_phpbb3 import Failure, Fault, Query, Row, Settings, SqlDriver

ConnectionT = TypeVar("ConnectionT")

_FAULTS: Final = {
    "57014": Fault.TIMEOUT,  # query_canceled, which is what statement_timeout does
    "55P03": Fault.TIMEOUT,  # lock_not_available
    "40001": Fault.CONFLICT,  # serialization_failure; also what a hot standby's recovery does
    "40P01": Fault.CONFLICT,  # deadlock_detected
    "25006": Fault.READ_ONLY,
    "42P01": Fault.NO_TABLE,
    "3F000": Fault.NO_TABLE,  # the schema is missing
    "42703": Fault.NO_COLUMN,
    "42501": Fault.NO_RIGHT,
    "57P01": Fault.LOST,  # admin_shutdown: restarted or terminated
    "57P02": Fault.LOST,
    "57P03": Fault.LOST,
    "57P05": Fault.LOST,  # idle_session_timeout
}

_QUOTES_NO_VALUE: Final = frozenset(
    {"42P01", "3F000", "42703", "42501", "42883", "42702", "42803", "42804", "25006", "57014", "55P03"}
    | {"40001", "40P01", "42704"}
)
"""Conditions whose message names tables, columns and types, and never a literal."""

_NO_TEXT: Final = "22021"
"""SQLSTATE of a byte that is no character."""

_MISTAKES: Final = ("42", "22", "21", "0A", "23")
"""Classes of what is wrong with a statement or its values: syntax, data, cardinality, features, constraints."""

LogIn = Callable[[Mapping[str, Any], float], ConnectionT]
"""libpq's parameters, a deadline → a connection."""

LookUp = Callable[[str], "list[str]"]
"""Host → its addresses as text."""

_ALREADY_PREPARED: Final = "42P05"
_UNPREPARED: Final = ("26", "42", "0A")
"""Classes of what is wrong with preparing: no such statement, types that are not clear, a table that has changed."""

_IDLE: Final = 0
"""libpq's PQTRANS_IDLE."""

_LOCATION: Final = ("host", "hostaddr", "port", "dbname", "service", "options")

_SERVER_VERSION: Final = Query("get_server_version", "SELECT current_setting('server_version') AS version")
_SERVER: Final = Query(
    "get_server",
    "SELECT host(inet_server_addr()) AS host, inet_server_port() AS port, pg_is_in_recovery() AS is_replica",
)
_MAY_WRITE: Final = Query(
    "get_may_write",
    "SELECT has_table_privilege(to_regclass(%(table)s), 'INSERT, UPDATE, DELETE') AS may_write",
    parameters=("table",),
)
_TABLES: Final = Query(
    "fetch_tables",
    "SELECT relname AS name FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f') "
    "AND pg_catalog.pg_table_is_visible(oid) AND relnamespace NOT IN "
    "('pg_catalog'::regnamespace, 'information_schema'::regnamespace) ORDER BY relname",
)


class PostgreSqlDriver(SqlDriver[ConnectionT]):
    """Ask a board on PostgreSQL, by any module that wraps libpq."""

    dialect: ClassVar[str] = "postgresql"
    dbms: ClassVar[tuple[str, ...]] = ("postgres",)
    prepares: ClassVar[bool] = True
    # Escapes in a name can hide any function, and some functions run SQL that is given as text.
    lasting: ClassVar[tuple[str, ...]] = (
        *("set_config", "advisory_lock", "u&", "_to_xml", "ts_stat", "ts_rewrite", "dblink", "setseed"),
    )

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._prepared: weakref.WeakKeyDictionary[ConnectionT, set[str] | None] = weakref.WeakKeyDictionary()

    @property
    def location(self) -> tuple[str, ...]:
        """Name host, port and database; of ``OPTIONS``, what leads elsewhere."""
        arguments = self.connection_arguments()
        return tuple(str(arguments.get(name, "")) for name in _LOCATION)

    def connection_arguments(self) -> dict[str, Any]:
        """Return libpq's connection parameters; ``OPTIONS`` wins over the other settings.

        A HOST that begins with ``/`` is a directory of Unix sockets; several are separated by commas.
        """
        database = self.settings.database
        named = {
            "host": database.host,
            "port": ",".join(map(str, database.port)) if isinstance(database.port, tuple) else database.port,
            "dbname": database.database,
            "user": database.user,
            "password": database.password,
        }
        given = {name: value for name, value in named.items() if value not in {None, ""}}
        return {
            **given,
            "client_encoding": "UTF8",
            "fallback_application_name": "flask_phpbb3",
            **database.options,
        }

    # Connecting.

    @property
    def has_replicas(self) -> bool:
        """Tell whether several hosts are named, or one that is chosen by what its sessions may do."""
        arguments = self.connection_arguments()
        hosts = (str(arguments.get(name, "")) for name in ("host", "hostaddr"))
        return any("," in host for host in hosts) or "target_session_attrs" in arguments

    def log_in_anywhere(self, log_in: LogIn[ConnectionT], *, primary: bool = False) -> ConnectionT:
        """Log in at the first of the hosts' addresses that lets us in, all within ``CONNECT_TIMEOUT``.

        Names are looked up here, as libpq would wait for that without end; each address gets its share of the time
        that is left, so that a silent one gives way to the next.

        :param primary: whether only the primary will do.
        :param log_in: opens a connection to one address, given libpq's parameters and a deadline on the monotonic
            clock; raises TimeoutError if it is not open by then, its socket closed.
        """
        connection_arguments = self.connection_arguments()
        if primary and self.has_replicas:
            connection_arguments["target_session_attrs"] = "read-write"
        own = int(connection_arguments.pop("connect_timeout", 0))  # libpq's, which its own waiting would heed
        deadline = time.monotonic() + (min(own, self.connect_timeout) if own > 0 else self.connect_timeout)
        failures: list[str] = []
        silent = False
        attempts = attempts_of(connection_arguments, self._look_up_until(deadline), failures)
        for number, arguments in enumerate(self.places.in_turn(attempts, _place)):
            try:
                connection = log_in(arguments, self.places.share(deadline, len(attempts) - number))
            except TimeoutError:
                self.places.note_silence(_place(arguments))
                silent = True
                failures.append(f"{arguments.get('hostaddr', arguments.get('host', ''))} does not answer")
            except self._import().OperationalError as error:
                failures.append(" ".join(str(error).split()))
            else:
                self.places.note_answer(_place(arguments))
                return connection
        said = "; ".join(failures) if len(failures) > 1 or not silent else ""
        if silent:
            raise TimeoutError(said)
        raise self._import().OperationalError(said)

    def _look_up_until(self, deadline: float) -> LookUp:
        def look_up(host: str) -> list[str]:
            found = self.look_up(host, 0, deadline - time.monotonic())
            return list(dict.fromkeys(str(address[0]) for *_, address in found))

        return look_up

    # Statements.

    def reading(self, sql: str) -> str:
        """Return SQL that runs in a read-only transaction of its own.

        All goes in one message, which is one transaction: nothing of it outlives the statement, so a
        pooler may hand the server session to the forum next.
        """
        return f"SET TRANSACTION READ ONLY; {self._limit}; {sql}"

    def fetch_often(self, connection: ConnectionT, sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Run a statement that the server keeps prepared for this connection, where it is the server's own.

        It is prepared in the message that first asks it, and is one message as before; the server forgets it with
        the connection. Where preparing is not to be had, or a table has changed, the statement is asked as any other.
        """
        known = self._prepared_on(connection)
        if known is None or not values or not all(map(_is_prepared_for, values.values())):
            return self.fetch(connection, sql, values)
        name, prepare, execute = _prepared(sql, tuple((name, type(value)) for name, value in values.items()))
        try:
            rows = self.fetch(connection, execute if name in known else f"{prepare}; {execute}", values)
        except self._errors as error:
            state = self.sqlstate(error) or ""
            if state == _ALREADY_PREPARED:
                known.add(name)
            elif state.startswith(_UNPREPARED):
                self._prepared[connection] = None
            else:
                raise
            return self.fetch(connection, sql, values)
        known.add(name)
        return rows

    def _prepared_on(self, connection: ConnectionT) -> set[str] | None:
        """Return the names of what is prepared on a connection; None if nothing is to be.

        A pooler hands a connection's statements to several servers' sessions, one of which may be the forum's next;
        it has told the login a number of its own instead of the server process's.
        """
        if not self.settings.database.prepare:
            return None
        if connection not in self._prepared:
            self._prepared[connection] = set() if self._is_own(connection) else None
        return self._prepared[connection]

    def _is_own(self, connection: ConnectionT) -> bool:
        """Tell whether the server's session is this connection's alone: a pooler has made up the login's number."""
        [row] = self.fetch(connection, "SELECT pg_backend_pid() AS number", {})
        return bool(row["number"] == cast("Any", connection).info.backend_pid)

    def in_one_text(self, sql: str, columns: Sequence[str]) -> str:
        """Return SQL whose one row holds all numbers of a statement as one text."""
        row = " || ',' || ".join(f"r.{column}" for column in columns)
        return f"SELECT string_agg({row} || ';', '') AS numbers, COUNT(*) AS number FROM (\n{sql}\n) AS r"

    def reading_undecoded(self, sql: str) -> str:
        """Return SQL as `reading`, for whose answer the server does not ask whether texts are UTF-8."""
        return self.reading(f"SET LOCAL client_encoding = 'SQL_ASCII'; {sql}")

    def is_undecodable(self, error: Exception) -> bool:
        """Tell whether a row holds text that is not UTF-8: a database in SQL_ASCII takes whatever comes."""
        return super().is_undecodable(error) or self.sqlstate(error) == _NO_TEXT

    def writing(self, sql: str) -> str:
        """Return SQL that runs within ``STATEMENT_TIMEOUT`` in a transaction of its own."""
        return f"{self._limit}; {sql}"

    def is_in_transaction(self, connection: ConnectionT) -> bool:
        """Tell whether a transaction is open, or in an error."""
        status: int = cast("Any", connection).info.transaction_status
        return status != _IDLE

    @property
    def _limit(self) -> str:
        return f"SET LOCAL statement_timeout = {math.ceil(self.statement_limit * 1000)}"

    def classify(self, error: Exception, connection: ConnectionT | None) -> Failure:
        """Say by SQLSTATE what an error means."""
        if isinstance(error, TimeoutError):
            return Failure(Fault.SILENT, str(error))
        state = self.sqlstate(error) or ""
        if connection is None:
            return Failure(Fault.REFUSED, " ".join(str(error).split()))  # a line for each host
        if state.startswith("08"):  # said by poolers, too, in their own words
            return Failure(Fault.LOST, f"{_one_line(str(error))} (SQLSTATE {state})")
        if _FAULTS.get(state) is Fault.LOST or self.is_closed(connection):
            return Failure(Fault.LOST, _one_line(str(error)) if not state else f"SQLSTATE {state}")
        fault = _FAULTS.get(state, Fault.MISTAKE if state.startswith(_MISTAKES) else Fault.REFUSED)
        if state in _QUOTES_NO_VALUE:
            return Failure(fault, f"{_one_line(str(error))} (SQLSTATE {state})")
        return Failure(fault, f"{type(error).__name__} (SQLSTATE {state})" if state else type(error).__name__)

    @abstractmethod
    def sqlstate(self, error: Exception) -> str | None:
        """Return the SQLSTATE of an error of the module, if it has one."""

    @abstractmethod
    def is_closed(self, connection: ConnectionT) -> bool:
        """Tell whether a connection is closed or broken."""

    @abstractmethod
    def fileno(self, connection: ConnectionT) -> int:
        """Return the file descriptor of a connection's socket."""

    def forget(self, connection: ConnectionT) -> None:
        """Put the null device in place of the inherited socket.

        Whatever libpq says when the child drops the connection then reaches nobody; a goodbye on the
        shared socket would end the parent's session.
        """
        null = os.open(os.devnull, os.O_RDWR)
        try:
            with contextlib.suppress(OSError):
                os.dup2(null, self.fileno(connection), inheritable=False)
        finally:
            os.close(null)

    def server_version(self) -> str:
        """Name the server, such as ``PostgreSQL 15.18``."""
        return f"PostgreSQL {self.read(_SERVER_VERSION, {})[0]['version']}"

    def server(self) -> str:
        """Name the server that is read from now, and its part."""
        [row] = self.read(_SERVER, {})
        place = f"{row['host']}:{row['port']}" if row["host"] else "a Unix socket"
        return f"{place}, {'a replica' if row['is_replica'] else 'the primary'}"

    def has_pooler(self) -> bool | None:
        """Tell whether the server process that answers is another than the one that the login named."""
        connection = self._open(read_only=True)
        try:
            return not self._is_own(connection)
        except self._errors:
            return None
        finally:
            self.disconnect(connection)

    def may_write(self, table: str) -> bool | None:
        """Tell whether the account may change rows of a table; None if there is no such table."""
        may_write: bool | None = self.read(_MAY_WRITE, {"table": table})[0]["may_write"]
        return may_write

    def tables(self) -> list[str]:
        """List the names of the tables in the account's search path."""
        return [row["name"] for row in self.read(_TABLES, {})]


def attempts_of(arguments: Mapping[str, Any], look_up: LookUp, failures: list[str]) -> list[dict[str, Any]]:
    """Return connection parameters for each address of each host, in libpq's order.

    What libpq reads from elsewhere (a service, the environment) is left to it.

    :param arguments: libpq's connection parameters, which may list several hosts.
    :param failures: where names that are not found are noted, in libpq's words.
    :raises TimeoutError: if a name takes too long.
    """
    hosts = str(arguments.get("host", "")).split(",")
    ports = str(arguments.get("port", "")).split(",")
    if "hostaddr" in arguments or len(ports) not in {1, len(hosts)}:
        return [dict(arguments)]
    rest = {name: value for name, value in arguments.items() if name not in {"host", "port"}}
    attempts = [
        rest | {name: value for name, value in (("host", host), ("port", port), *address) if value}
        for host, port in zip(hosts, ports if len(ports) > 1 else ports * len(hosts), strict=True)
        for address in _addresses(host, look_up, failures)
    ]
    if arguments.get("load_balance_hosts") == "random":
        random.shuffle(attempts)
    if arguments.get("target_session_attrs") == "prefer-standby" and len(attempts) > 1:
        ordered = [attempt | {"target_session_attrs": "standby"} for attempt in attempts]
        return [*ordered, *(attempt | {"target_session_attrs": "any"} for attempt in attempts)]
    return attempts


def _place(arguments: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return which server some connection parameters lead to."""
    return tuple(arguments.get(name) for name in ("host", "hostaddr", "port"))


def _addresses(host: str, look_up: LookUp, failures: list[str]) -> list[list[tuple[str, str]]]:
    """Return the further parameters of each address of a host; a socket's directory has none."""
    if not host or host.startswith(("/", "@")):
        return [[]]
    try:
        return [[("hostaddr", address)] for address in look_up(host)]
    except TimeoutError:
        raise
    except OSError as error:
        failures.append(f'could not translate host name "{host}" to address: {error.strerror or error}')
        return []


def wait_for_socket(fileno: int, *, writable: bool, deadline: float) -> None:
    """Wait until a socket can be read, or written.

    :param deadline: until when, on the monotonic clock.
    :raises TimeoutError: if it could not until then, or it is past.
    """
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    if hasattr(select, "poll"):  # select() takes no descriptor above 1023
        poller = select.poll()
        poller.register(fileno, select.POLLOUT if writable else select.POLLIN)
        ready: bool = bool(poller.poll(math.ceil(seconds * 1000)))
    else:
        sockets = [fileno]
        ready = any(select.select([] if writable else sockets, sockets if writable else [], [], seconds))
    if not ready:
        raise TimeoutError


_PREPARED_TYPES: Final = {int: "bigint", str: "unknown"}
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def _is_prepared_for(value: Any) -> bool:
    """Tell whether a prepared statement takes a value; a number beyond all columns is none that it could hold."""
    return type(value) in _PREPARED_TYPES and (type(value) is not int or -(2**63) <= value < 2**63)


@functools.lru_cache(maxsize=128)
def _prepared(sql: str, kinds: tuple[tuple[str, type], ...]) -> tuple[str, str, str]:
    """Return the name of a prepared statement, and the SQL that prepares it and that executes it.

    :param sql: the statement, with ``%(name)s``.
    :param kinds: name and type of each parameter, in an order of their own.
    """
    numbers = {name: number for number, (name, _) in enumerate(kinds, 1)}
    types = ", ".join(_PREPARED_TYPES[kind] for _, kind in kinds)
    body = _PLACEHOLDER.sub(lambda found: f"${numbers[found[1]]}", sql)
    name = "phpbb3_" + hashlib.sha256(f"{types}: {body}".encode()).hexdigest()[:32]
    given = ", ".join(f"%({name})s" for name, _ in kinds)
    return name, f"PREPARE {name} ({types}) AS {body}\n", f"EXECUTE {name} ({given})"


def _one_line(text: str) -> str:
    """Return the primary message; the lines after it quote the statement."""
    return text.strip().partition("\n")[0].strip()
