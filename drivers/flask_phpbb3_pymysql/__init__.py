"""The driver ``pymysql``: a board on MariaDB or MySQL, over PyMySQL."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, ClassVar, Final

from flask_phpbb3 import Driver, hookimpl
from flask_phpbb3_mysql import MySqlDriver

if TYPE_CHECKING:
    from pymysql.connections import Connection as PyMySqlConnection

    Connection = PyMySqlConnection[Any]

_OWN_ARGUMENTS: Final = frozenset({"self", "autocommit", "conv", "cursorclass", "defer_connect"})


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
        """Open a connection and limit what its session may do, and how long."""
        import pymysql
        from pymysql.constants import CLIENT

        timeout = self.connect_timeout
        limits = {"connect_timeout": timeout, "read_timeout": timeout, "write_timeout": timeout}
        arguments = {**limits, **self.connection_arguments()}
        if isinstance(password := arguments.get("password"), str):
            arguments["password"] = password.encode()  # as a str, PyMySQL would send it as Latin-1
        flags = (arguments.pop("client_flag", 0) | CLIENT.FOUND_ROWS) & ~CLIENT.MULTI_STATEMENTS
        try:
            connection: Any = pymysql.connect(**arguments, client_flag=flags, autocommit=True)
        except RuntimeError as error:  # some ways to log in need the package cryptography
            raise OSError(str(error)) from None
        self.set_up(connection, read_only=read_only)
        # PyMySQL has one limit for the login and for every answer after it, and no public way to change it.
        connection._read_timeout = self.settings.database.options.get("read_timeout", self.patience)
        opened: Connection = connection
        return opened

    def message(self, cursor: Any) -> str:
        """Return the server's message; the byte before it is its length."""
        message: bytes = cursor._result.message or b""
        return message[1:].decode("utf-8", "replace")

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


@hookimpl
def phpbb3_register_driver() -> type[Driver]:
    """Offer the driver."""
    return PyMySqlDriver
