"""The driver ``mysqlclient``: a board on MariaDB or MySQL over mysqlclient, the client in C.

A page on `flask_phpbb3_mysql.MySqlDriver`, which knows the dialect, the servers' settings and their errors.
The client's library counts in whole seconds, and waits anew with each packet that it reads.
"""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from flask_phpbb3 import Driver, Failure, Fault, hookimpl
from flask_phpbb3_mysql import MySqlDriver

if TYPE_CHECKING:
    from MySQLdb.connections import Connection

_OPTIONS = frozenset(
    {"auth_plugin", "charset", "client_flag", "collation", "compress", "connect_timeout", "init_command"}
    | {"read_default_file", "read_default_group", "read_timeout", "server_public_key_path", "sql_mode", "ssl"}
    | {"ssl_mode", "unix_socket", "use_unicode", "write_timeout"}
)
_OPENS = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:BEGIN|START|SET)\b", re.IGNORECASE | re.DOTALL)
_LOST = frozenset({2002, 2003, 2013})
"""What the client calls a server that was silent for too long, too."""
_OUT_OF_SYNC = 2014


class MysqlclientDriver(MySqlDriver["Connection"]):
    """Ask a board over mysqlclient."""

    name: ClassVar[str] = "mysqlclient"
    module: ClassVar[str] = "MySQLdb"
    requirement: ClassVar[str] = "mysqlclient"

    def takes_option(self, name: str) -> bool:
        """Tell whether mysqlclient takes an argument that this driver leaves to the owner."""
        return name in _OPTIONS

    def connect(self, *, read_only: bool) -> Connection:
        """Open a connection to the first host that lets us in, and limit what its session may do."""
        return self.log_in_anywhere(
            lambda arguments, deadline: self._log_in(arguments, deadline, read_only=read_only),
            primary=self.needs_primary(read_only=read_only),
        )

    def _log_in(self, arguments: Mapping[str, Any], deadline: float, *, read_only: bool) -> Connection:
        import MySQLdb
        from MySQLdb.constants import CLIENT

        started = time.monotonic()
        limit = max(0.001, deadline - started)
        limits = {
            "connect_timeout": math.ceil(limit),
            "read_timeout": math.ceil(self.patience),
            "write_timeout": math.ceil(self.patience),
        }
        given = {**limits, **arguments, "client_flag": arguments.get("client_flag", 0) | CLIENT.FOUND_ROWS}
        try:
            connection: Connection = MySQLdb.connect(**given, autocommit=True, multi_statements=False)
        except MySQLdb.Error as error:
            raise self._if_silent(error, started, limit) from None
        self.set_up(connection, read_only=read_only)
        return connection

    def execute(self, cursor: Any, sql: str, values: Mapping[str, Any]) -> None:
        """Run one statement; a server that was silent for all of `patience` is told from one that is lost."""
        cursor.connection.may_be_open = _OPENS.match(sql) is not None
        started = time.monotonic()
        try:
            cursor.execute(sql, values)
        except self._errors as error:
            raise self._if_silent(error, started, self.patience) from None
        except BaseException:  # an interruption: closing the cursor would say something else in its place
            cursor.connection = None
            raise

    def _if_silent(self, error: Exception, started: float, limit: float) -> Exception:
        is_silence = self.error_number(error) in _LOST and time.monotonic() - started >= limit
        return TimeoutError() if is_silence else error

    def classify(self, error: Exception, connection: Connection | None) -> Failure:
        """Say what an error means; a connection that still has an answer in it is as good as lost."""
        if self.error_number(error) == _OUT_OF_SYNC:
            return Failure(Fault.LOST)
        return super().classify(error, connection)

    def message(self, cursor: Any) -> str:
        """Return what the server said of the last statement."""
        said = cursor.connection.info()
        return said.decode() if isinstance(said, bytes) else said or ""

    def is_closed(self, connection: Connection) -> bool:
        """Tell whether a connection is closed; that one is broken, the error's number says."""
        return not connection.open

    def is_in_transaction(self, connection: Connection) -> bool:
        """Tell whether the last statement may have opened a transaction: the client does not know."""
        return bool(getattr(connection, "may_be_open", False))

    def forget(self, connection: Connection) -> None:
        """Let go of a parent's connection: what the client says when it goes is said to nobody."""
        nobody = os.open(os.devnull, os.O_RDWR)
        os.dup2(nobody, connection.fileno())  # type: ignore[no-untyped-call]
        os.close(nobody)


@hookimpl
def phpbb3_register_driver() -> type[Driver]:
    """Offer the driver; ``PHPBB3["DRIVER"] = "mysqlclient"`` chooses it."""
    return MysqlclientDriver
