"""The driver ``pymysql``: a board on MariaDB or MySQL, over PyMySQL."""

from __future__ import annotations

import functools
import inspect
import math
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn

from flask_phpbb3 import Driver, hookimpl
from flask_phpbb3_mysql import MySqlDriver

if TYPE_CHECKING:
    import socket
    from ssl import SSLContext

    from pymysql.connections import Connection as PyMySqlConnection

    Connection = PyMySqlConnection[Any]

_OWN_ARGUMENTS: Final = frozenset({"self", "autocommit", "conv", "cursorclass", "defer_connect"})

_LEAST: Final = 0.001
_FAREWELL: Final = 0.1
"""Seconds for the word that ends a connection."""


class PyMySqlDriver(MySqlDriver["Connection"]):
    """Ask a board on MariaDB or MySQL over PyMySQL."""

    name: ClassVar[str] = "pymysql"
    automatic = True
    module: ClassVar[str] = "pymysql"

    def takes_option(self, name: str) -> bool:
        """Tell whether PyMySQL knows an argument of connect() that this driver leaves to the owner."""
        from pymysql.connections import Connection as PyMySqlConnection

        known = inspect.signature(PyMySqlConnection.__init__).parameters
        return name in known and name not in _OWN_ARGUMENTS

    def connect(self, *, read_only: bool) -> Connection:
        """Open a connection and limit what its session may do, and how long, all within ``CONNECT_TIMEOUT``."""
        return self.log_in_anywhere(
            lambda arguments, deadline: self._log_in(arguments, deadline, read_only=read_only),
            primary=self.needs_primary(read_only=read_only),
        )

    def _log_in(self, arguments: dict[str, Any], deadline: float, *, read_only: bool) -> Connection:
        from pymysql.constants import CLIENT

        if isinstance(password := arguments.get("password"), str):
            arguments["password"] = password.encode()  # as a str, PyMySQL would send it as Latin-1
        flags = (arguments.pop("client_flag", 0) | CLIENT.FOUND_ROWS) & ~CLIENT.MULTI_STATEMENTS
        arguments.setdefault("connect_timeout", max(_LEAST, deadline - time.monotonic()))
        try:
            connection = _connection_class()(
                **arguments, client_flag=flags, autocommit=True, defer_connect=True, contexts=self._contexts
            )
            connection.deadline = deadline
            connection.connect(self._socket(connection, deadline))
        except RuntimeError as error:  # some ways to log in need the package cryptography
            raise OSError(str(error)) from None
        self.set_up(connection, read_only=read_only)
        opened: Connection = connection
        return opened

    def _socket(self, connection: Any, deadline: float) -> socket.socket | None:
        """Return a socket that is connected; None where PyMySQL needs no name looked up to make its own."""
        if connection.unix_socket or connection.bind_address:
            return None
        return self.connect_tcp(connection.host, connection.port, deadline - time.monotonic())

    @functools.cached_property
    def _contexts(self) -> dict[str, SSLContext]:
        """Keep what TLS is made with: it takes longer to make than all the rest of a connection."""
        return {}

    def execute(self, cursor: Any, sql: str, values: Mapping[str, Any]) -> None:
        """Run one statement and read its whole answer within `patience`, the login's own ones within the login's."""
        connection = cursor.connection
        if connection.is_set_up:
            own = self.settings.database.options.get("read_timeout", self.patience)
            connection.deadline = time.monotonic() + min(own, self.patience)
        cursor.execute(sql, values)

    def set_up(self, connection: Any, *, read_only: bool) -> None:
        """Limit what the session of a new connection may do, and how long; close it if that fails."""
        super().set_up(connection, read_only=read_only)
        connection.is_set_up = True

    def disconnect(self, connection: Any) -> None:
        """Close a connection, with a word to the server if it takes one at once."""
        connection.deadline = time.monotonic() + _FAREWELL
        super().disconnect(connection)

    def message(self, cursor: Any) -> str:
        """Return the server's message; the byte before it is its length."""
        message: bytes = cursor._result.message or b""
        return message[1:].decode("utf-8", "replace")

    def session_number(self, connection: Any) -> int:
        """Return the number of its session that the server named at the login."""
        return int(connection.thread_id())

    def is_closed(self, connection: Connection) -> bool:
        """Tell whether a connection is closed or broken."""
        return not connection.open

    def is_in_transaction(self, connection: Connection) -> bool:
        """Tell whether a transaction is open, or will be with the next statement."""
        from pymysql.constants import SERVER_STATUS

        server: Any = connection
        status: int = server.server_status
        return bool(status & SERVER_STATUS.SERVER_STATUS_IN_TRANS) or not (
            status & SERVER_STATUS.SERVER_STATUS_AUTOCOMMIT
        )


@functools.cache
def _connection_class() -> Any:
    """Return PyMySQL's connection with one deadline over a whole answer; made when PyMySQL is used."""
    from pymysql.connections import Connection as PyMySqlConnection
    from pymysql.err import OperationalError

    class ConnectionWithDeadline(PyMySqlConnection):
        """PyMySQL's own timeout begins anew with each byte, and is no more than a parameter of connect()."""

        _sock: Any
        _rfile: Any

        def __init__(self, *, contexts: dict[str, SSLContext], **arguments: Any) -> None:
            self.deadline = math.inf
            self.is_set_up = False
            self._counted: Any = None
            self._at_hand = 0
            self._contexts = contexts
            super().__init__(**arguments)

        def _create_ssl_ctx(self, wanted: Any) -> Any:
            key = repr(wanted)
            if key not in self._contexts:
                self._contexts[key] = super()._create_ssl_ctx(wanted)  # type: ignore[misc]
            return self._contexts[key]

        def _read_bytes(self, number: int) -> bytes:
            # An answer is read in dozens of small pieces, and read1() beyond what is at hand asks the system.
            if number <= self._at_hand and self._counted is self._rfile:
                self._at_hand -= number
                piece: bytes = self._rfile.read1(number)
                return piece
            return self._wait_for(number)

        def _wait_for(self, number: int) -> bytes:
            read: list[bytes] = []
            if self._counted is not self._rfile:  # TLS brings a new one
                self._counted, self._at_hand = self._rfile, 0
            try:
                while number > 0:
                    if not self._at_hand:
                        self._arm()
                        self._at_hand = len(self._rfile.peek(1)) or self._ended()
                    read.append(self._rfile.read1(min(number, self._at_hand)))
                    self._at_hand -= len(read[-1])
                    number -= len(read[-1])
            except OSError as error:
                self._force_close()  # type: ignore[attr-defined]
                raise OperationalError(
                    2013, f"Lost connection to MySQL server during query ({error})"
                ) from None
            except BaseException:
                self._force_close()  # type: ignore[attr-defined]
                raise
            return read[0] if len(read) == 1 else b"".join(read)

        def _write_bytes(self, content: bytes) -> None:
            try:
                self._arm()
                self._sock.sendall(content)
            except OSError as error:
                self._force_close()  # type: ignore[attr-defined]
                raise OperationalError(2006, f"MySQL server has gone away ({error!r})") from None

        def _ended(self) -> NoReturn:
            raise ConnectionError("the server has closed the connection")

        def _arm(self) -> None:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._sock.settimeout(left)

    return ConnectionWithDeadline


@hookimpl
def phpbb3_register_driver() -> type[Driver]:
    """Offer the driver."""
    return PyMySqlDriver
