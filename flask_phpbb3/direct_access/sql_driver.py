"""Direct access to a board's database over a DB-API 2 module.

`SqlDriver` owns what all such drivers share: binding, paging, the pool, one retry of a read and the
switch for writing. A subclass knows one module and one dialect.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.util
import logging
import math
import socket
import time
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Final, Generic

from ..config import Settings
from ..errors import BrokenPluginError, ConfigurationError, ParameterError, WriteRefusedError
from ..plugins.driver import Driver, Row
from ..plugins.primary import wants_primary
from ..plugins.queries import Query
from ..plugins.sql_text import ends_transaction
from ..waiting.deadline import Within, seconds_left
from ..waiting.names import AddressInfo, look_up
from ..waiting.rest import Rest
from ..waiting.sockets import connect_tcp
from .faults import (
    OPTIONS,
    Failure,
    Fault,
    Wait,
    connection_error,
    lost_twice_error,
    options_error,
    silent_lately_error,
    statement_error,
)
from .places import Places
from .pool import ConnectionT, Pool
from .values import bound

GRACE: Final = 0.5
"""Seconds beyond ``STATEMENT_TIMEOUT`` before the client stops waiting for a server that says nothing."""

LONGEST_LIFE: Final = 60.0
"""Seconds after which a connection gives way to a new one where there are several servers: one that is back is used
again, and a primary that has become a replica is left."""

_LEAST: Final = 0.001

LONGEST: Final = 1_000_000.0
"""Seconds that no wait exceeds, as sockets and servers count milliseconds in 32 bits."""

_ASKED_OFTEN: Final = frozenset(
    {
        *("get_session", "get_autologin", "get_user", "get_unread_notifications_count"),
        *("_fetch_memberships", "_get_form_salt", "_get_user_ban"),
    }
)
"""Statements about one visitor, which look up a few rows by a key."""

_logger = logging.getLogger("flask_phpbb3")


class SqlDriver(Driver, Generic[ConnectionT]):
    """A driver that speaks SQL over a DB-API 2 module.

    A connection is borrowed for one statement and given back with its rows read, so nothing leaks and a
    pool of one cannot deadlock.

    :raises BrokenPluginError: if the database module is not installed.
    :raises ConfigurationError: if ``OPTIONS`` names something that connecting does not take.
    :cvar module: import name of the database module.
    :cvar requirement: what pip installs the module by; empty if that is an extra of this package with the driver's
        name.
    :cvar lasting: words of SQL, in lower case, for what outlives a statement, such as locks of the server's
        session; a connection that has run one of them is closed instead of lent again.
    """

    module: ClassVar[str]
    requirement: ClassVar[str] = ""
    lasting: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def is_installed(cls) -> bool:
        """Tell whether the database module is installed; imports nothing."""
        return importlib.util.find_spec(cls.module) is not None

    @classmethod
    def needs(cls) -> str:
        """Name what pip installs the database module by."""
        return cls.requirement or super().needs()

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        imported = self._import()
        self._errors = (imported.Error, OSError, UnicodeError, OverflowError)
        self._misuses = (imported.ProgrammingError, TypeError, ValueError, LookupError, AttributeError)
        self._has_warned_of_bytes = False
        self._check_options()
        self.places = Places()
        self._pool = self._new_pool()
        # Of connections that were opened to the primary; none is, before something has been written.
        self._primary_pool = self._new_pool()
        self._rest = Rest(self.longest_wait)

    def _new_pool(self) -> Pool[ConnectionT]:
        return Pool(
            lambda: self._open(read_only=True),
            self.disconnect,
            self.forget,
            self.is_current,
            size=self.settings.database.pool_size,
            timeout=min(self.settings.database.pool_timeout, LONGEST),
            max_age=LONGEST_LIFE if self.has_replicas else math.inf,
        )

    # What a subclass says.

    @abstractmethod
    def connect(self, *, read_only: bool) -> ConnectionT:
        """Open a connection within ``CONNECT_TIMEOUT``.

        :param read_only: whether the connection will only ever read; `needs_primary` tells what it must lead to.
        :raises Exception: the module's own errors, or OSError.
        """

    @abstractmethod
    def fetch(self, connection: ConnectionT, sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Run one statement in a transaction that cannot write, and return all its rows.

        :raises Exception: the module's own errors, or OSError; TimeoutError for a silent server.
        """

    @abstractmethod
    def store(self, connection: ConnectionT, sql: str, values: Mapping[str, Any]) -> int:
        """Run and commit one writing statement, and return the number of rows it touched.

        :raises Exception: as `fetch`.
        """

    @abstractmethod
    def classify(self, error: Exception, connection: ConnectionT | None) -> Failure:
        """Say in this package's words what an error of the module means.

        :param connection: where it happened; None if it happened while connecting.
        """

    @staticmethod
    def needs_primary(*, read_only: bool) -> bool:
        """Tell whether a connection must lead to the primary: to write, or to read what was just written."""
        return not read_only or wants_primary()

    def is_current(self, connection: ConnectionT) -> bool:
        """Tell whether a connection that nobody uses still leads to the board; asks no server."""
        return True

    @abstractmethod
    def takes_option(self, name: str) -> bool:
        """Tell whether ``OPTIONS`` may hold an argument of this name."""

    def is_in_transaction(self, connection: ConnectionT) -> bool:
        """Tell whether a statement has left a transaction open; such a connection is not lent again."""
        return False

    def page(self, sql: str, skip: int, limit: int | None) -> str:
        """Append LIMIT and OFFSET on lines of their own, so that a trailing comment cannot hide them."""
        limited = sql if limit is None else f"{sql}\nLIMIT {limit:d}"
        return f"{limited}\nOFFSET {skip:d}" if skip else limited

    def in_one_text(self, sql: str, columns: Sequence[str]) -> str | None:
        """Return SQL for one row: ``numbers``, the text of `read_numbers`, and ``number``, of rows.

        :param sql: a statement whose columns are whole numbers.
        :returns: None where the database is not asked to write the text.
        """
        return None

    def fetch_often(self, connection: ConnectionT, sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Run one of the statements that nearly every request asks, as `fetch` does.

        A driver may have the server plan it once for all, if that changes no answer.
        """
        return self.fetch(connection, sql, values)

    def fetch_undecoded(self, connection: ConnectionT, sql: str, values: Mapping[str, Any]) -> list[Row]:
        """Run a statement again whose rows hold text that is not UTF-8, and return texts as bytes.

        Only for modules that cannot be told to read such text: `fetch` has raised what `is_undecodable` knows. A
        module that can uses `text` itself.
        """
        raise UnicodeError("the database holds text that is not UTF-8")

    def is_undecodable(self, error: Exception) -> bool:
        """Tell whether an error means that a row holds text that is not UTF-8."""
        return isinstance(error, UnicodeDecodeError)

    def text(self, stored: bytes) -> str:
        """Return stored bytes as text; what is not UTF-8 is shown as �, with one warning."""
        try:
            return stored.decode()
        except UnicodeDecodeError:
            if not self._has_warned_of_bytes:
                self._has_warned_of_bytes = True
                _logger.warning(
                    "Text in %s is not UTF-8, such as a database in SQL_ASCII or tables of an old MySQL may hold; "
                    "what cannot be read is shown as �. Told once.",
                    self._place,
                )
            return stored.decode("utf-8", "replace")

    @abstractmethod
    def disconnect(self, connection: ConnectionT) -> None:
        """Close a connection; errors are ignored."""

    def forget(self, connection: ConnectionT) -> None:
        """Let go of a parent's connection in a forked child, telling the server nothing."""

    @staticmethod
    def rows(columns: Iterable[str], values: Iterable[Iterable[Any]]) -> list[Row]:
        """Return rows as dicts; of columns with one name the last wins."""
        names = list(columns)
        return [dict(zip(names, row, strict=True)) for row in values]

    @property
    def connect_timeout(self) -> float:
        """Return the seconds that connecting may take now: ``CONNECT_TIMEOUT``, or what the request has left."""
        return max(_LEAST, min(self.settings.database.connect_timeout, LONGEST, seconds_left()))

    @cached_property
    def statement_timeout(self) -> float:
        """Return the seconds after which the server stops a statement; a millisecond at least."""
        return max(_LEAST, min(self.settings.database.statement_timeout, LONGEST))

    @property
    def statement_limit(self) -> float:
        """Return the seconds that a statement may take now: ``STATEMENT_TIMEOUT``, or what the request has left."""
        return max(_LEAST, min(self.statement_timeout, seconds_left()))

    @property
    def patience(self) -> float:
        """Return the seconds to wait for the whole of an answer now before the server counts as silent."""
        return self.statement_limit + GRACE

    @cached_property
    def longest_wait(self) -> float:
        """Return the seconds that a statement takes at most, whatever happens."""
        database = self.settings.database
        return min(database.pool_timeout + database.connect_timeout, LONGEST) + self.statement_timeout + GRACE

    @staticmethod
    def look_up(host: str, port: int, seconds: float) -> list[AddressInfo]:
        """Return the addresses of a host as ``socket.getaddrinfo`` does, but within a number of seconds.

        :raises TimeoutError: if they are not known until then.
        :raises OSError: if there are none.
        """
        return look_up(host, port, seconds)

    @staticmethod
    def connect_tcp(host: str, port: int, seconds: float) -> socket.socket:
        """Return a socket connected to a host, its name looked up, within a number of seconds.

        :raises TimeoutError: if it takes longer.
        :raises OSError: if no address of the host lets us in.
        """
        return connect_tcp(host, port, seconds)

    # What an application asks.

    def read(
        self, query: Query, parameters: Mapping[str, Any], *, skip: int = 0, limit: int | None = None
    ) -> list[Row]:
        """Run a reading statement and return its rows; a lost connection is tried once more.

        Takes `longest_wait` seconds at most, or what the request has left. While the server does not answer,
        one thread asks it, and all others have a ConnectionFailedError at once.

        :param query: the statement, compiled.
        :param parameters: a value for each of its parameters; lists allowed. True and False become 1
            and 0, as phpBB has no boolean columns.
        :param skip: rows to pass over.
        :param limit: most rows to return; None for all.
        :raises ParameterError: if a value is of a kind no database takes.
        :raises WriteRefusedError: if the statement would write.
        :raises BoardUnavailableError: if the board cannot be asked or refuses the statement.
        """
        if skip < 0 or (limit is not None and limit < 0):
            raise ParameterError(f"{query.name}() [{query.source}]: skip and limit must be 0 or more.")
        sql, values = bound(query, parameters)
        # A second look, where one statement's transaction is all that keeps it from writing.
        if ends_transaction(sql):
            raise statement_error(query, Failure(Fault.READ_ONLY), self.settings.database, Wait(0, 0))
        sql = self.page(sql, skip, limit)
        self._check_rest()
        try:
            with Within(self.longest_wait - GRACE):
                try:
                    return self._read(query, sql, values)
                except _AgainError as again:
                    failure, wait = again.failure, again.wait
                if not seconds_left():
                    raise statement_error(query, failure, self.settings.database, wait)
                _logger.warning(_AGAIN[failure.fault], query.name)
                try:
                    return self._read(query, sql, values)
                except _AgainError as again:
                    failure, wait = again.failure, again.wait
        finally:
            self._rest.leave()
        if failure.fault is Fault.LOST:
            raise lost_twice_error(self._place, failure, self.settings.database)
        raise statement_error(query, failure, self.settings.database, wait)

    def read_numbers(self, query: Query, parameters: Mapping[str, Any], columns: Sequence[str]) -> str:
        """Run a reading statement whose rows are whole numbers, and return all of it as one text."""
        sql = self.in_one_text(query.sql, columns)
        if sql is not None:
            [answer] = self.read(dataclasses.replace(query, sql=sql), parameters)
            text = answer["numbers"] or ""
            if text.count(";") == int(answer["number"]):
                return str(text)
        return super().read_numbers(query, parameters, columns)  # a server may cut a long text off

    def write(self, query: Query, parameters: Mapping[str, Any]) -> int:
        """Run a writing statement once, on a connection of its own, and return the number of rows touched.

        :raises WriteRefusedError: if the owner has listed no ``CUSTOM_USER_FIELDS`` and no ``set_…``
            among the ``CUSTOM_STATEMENTS``.
        :raises BoardUnavailableError: if it failed; whether it took effect may be unknown.
        """
        self._check_write(query)
        sql, values = bound(query, parameters)
        self._check_rest()
        try:
            with Within(self.longest_wait - GRACE):
                connection = self._open(read_only=False)
                started, limit = time.monotonic(), self.statement_limit
                try:
                    touched = self.store(connection, sql, values)
                except self._errors as error:
                    failure = self.classify(error, connection)
                else:
                    self._rest.note_answer()
                    return touched
                finally:
                    with contextlib.suppress(*self._errors):
                        self.disconnect(connection)
                wait = Wait(time.monotonic() - started, limit)
                self._note(failure, wait)
        finally:
            self._rest.leave()
        raise statement_error(query, failure, self.settings.database, wait)

    def close(self) -> None:
        """Close all connections; the driver may be used again afterwards."""
        self._pool.close()
        self._primary_pool.close()

    # How it is done.

    def _read(self, query: Query, sql: str, values: Mapping[str, Any]) -> list[Row]:
        pool = self._primary_pool if wants_primary() and self.has_replicas else self._pool
        lease = pool.acquire()
        reusable = False
        started, limit = time.monotonic(), self.statement_limit
        try:
            rows = self._fetch(lease.connection, query, sql, values)
            reusable = self._is_as_before(lease.connection, query, sql)
        except self._errors as error:
            failure = self.classify(error, lease.connection)
            wait = Wait(time.monotonic() - started, limit)
            self._note(failure, wait)
            if failure.fault is Fault.LOST or self._is_silence(failure, wait):
                pool.invalidate(lease)
            elif failure.fault is not Fault.SILENT:
                reusable = self._is_as_before(lease.connection, query, sql)
        else:
            self._rest.note_answer()
            return rows
        finally:
            pool.release(lease, reusable=reusable)
        if failure.fault in {Fault.LOST, Fault.CONFLICT}:
            raise _AgainError(failure, wait)
        # Outside the handler: the module's error may quote values.
        raise statement_error(query, failure, self.settings.database, wait)

    def _check_rest(self) -> None:
        """Begin to ask the server, unless it is being left alone; whoever has begun ends by leaving the rest.

        :raises ConnectionFailedError: if it is.
        """
        if not self._rest.may_ask():
            raise silent_lately_error(self._place)

    def _note(self, failure: Failure, wait: Wait) -> None:
        """Remember whether the server answers."""
        if self._is_silence(failure, wait):
            self._rest.note_silence(wait.took, connecting=False)
        elif failure.fault not in {Fault.LOST, Fault.SILENT}:
            self._rest.note_answer()

    def _is_silence(self, failure: Failure, wait: Wait) -> bool:
        """Tell whether a server was silent for so long that it counts: the last moment of a request does not."""
        whole = min(self.statement_timeout, self.settings.database.request_timeout)
        return failure.fault is Fault.SILENT and wait.took >= whole / 2

    def _fetch(self, connection: ConnectionT, query: Query, sql: str, values: Mapping[str, Any]) -> list[Row]:
        fetch = self.fetch_often if query.name in _ASKED_OFTEN else self.fetch
        try:
            return fetch(connection, sql, values)
        except self._errors as error:
            if not self.is_undecodable(error):
                raise
        rows = self.fetch_undecoded(connection, sql, values)
        return [
            {name: self.text(value) if isinstance(value, bytes) else value for name, value in row.items()}
            for row in rows
        ]

    def _is_as_before(self, connection: ConnectionT, query: Query, sql: str) -> bool:
        """Tell whether a statement has left nothing in its connection that the next one would find."""
        if self.is_in_transaction(connection):
            _logger.warning(
                "%s [%s] left a transaction open; its connection is closed. Reading statements begin none.",
                query.name,
                query.source,
            )
            return False
        return not _names_any(sql, self.lasting)

    def _open(self, *, read_only: bool) -> ConnectionT:
        self._check_rest()  # again: others may have found out while this one waited for its turn
        misuses = self._misuses if self.settings.database.options else ()
        started, limit = time.monotonic(), self.connect_timeout
        try:
            return self.connect(read_only=read_only)
        except misuses as error:
            problem = options_error(self.module, self.settings.database, what=type(error).__name__)
        except self._errors as error:
            failure = self.classify(error, None)
            problem = connection_error(self._place, failure, self.settings.database)
            whole = min(self.settings.database.connect_timeout, self.settings.database.request_timeout)
            if failure.fault is Fault.SILENT and limit >= whole / 2:
                self._rest.note_silence(time.monotonic() - started, connecting=True)
        raise problem  # outside the handler: the module's error may quote a secret

    def _check_write(self, query: Query) -> None:
        if not self.settings.database.lists_writers or query.operation != "set":
            raise WriteRefusedError(
                f"Statement {query.name!r} [{query.source}] would write to the forum. Only set_… statements may, "
                "and only if PHPBB3_DATABASE['CUSTOM_USER_FIELDS'] or ['CUSTOM_STATEMENTS'] lists them."
            )

    @property
    def _place(self) -> str:
        return f"the board's database at {', '.join(filter(None, self.location))}"

    def _import(self) -> Any:
        try:
            return importlib.import_module(self.module)
        except ImportError as error:
            if error.name == self.module:
                raise BrokenPluginError(
                    f"Driver {self.name!r} needs the package {self.module}: pip install '{self.needs()}'"
                ) from None
            raise BrokenPluginError(
                f"Driver {self.name!r}: the package {self.module} is installed but does not load: {error}"
            ) from error

    def _check_options(self) -> None:
        unknown = [name for name in self.settings.database.options if not self.takes_option(name)]
        if unknown:
            raise ConfigurationError(
                f"{OPTIONS} names {', '.join(map(repr, unknown))}, which {self.module} does not take when "
                f"connecting, or which the driver {self.name!r} sets itself.",
                key=OPTIONS,
            )


_AGAIN: Final = {
    Fault.LOST: "Lost the connection to the board's database; reading %s again.",
    Fault.CONFLICT: "The board's database had to give way to another transaction; reading %s again.",
}


@lru_cache(maxsize=512)
def _names_any(sql: str, words: tuple[str, ...]) -> bool:
    lower = sql.lower()
    return any(word in lower for word in words)


class _AgainError(Exception):
    """Carry to the retry what may be over at once; it never leaves this module."""

    def __init__(self, failure: Failure, wait: Wait) -> None:
        super().__init__()
        self.failure = failure
        self.wait = wait
