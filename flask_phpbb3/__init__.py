"""Share logins, permissions and content between a Flask application and a phpBB forum."""

from .acl import UserAcl
from .bans import Ban
from .config import DatabaseSettings, Settings
from .driver import Driver, Row
from .errors import (
    BoardMismatchError,
    BoardUnavailableError,
    BrokenPluginError,
    ConfigurationError,
    ConnectionFailedError,
    DuplicatePluginError,
    ParameterError,
    PhpBB3Error,
    PluginError,
    PluginNotFoundError,
    PoolTimeoutError,
    StatementError,
    StatementFailedError,
    StatementSyntaxError,
    StatementTimeoutError,
    UnknownStatementError,
    WriteRefusedError,
)
from .extension import BoundPhpBB3, PhpBB3
from .faults import Failure, Fault
from .hookspecs import hookimpl
from .queries import Query
from .rules import Rules
from .sessions import PhpBB3Session
from .sql_driver import SqlDriver
from .text import escape, escape_title, unescape
from .version import Version, Viewer

__version__ = "1.0.0"

__all__ = [
    "Ban",
    "BoardMismatchError",
    "BoardUnavailableError",
    "BoundPhpBB3",
    "BrokenPluginError",
    "ConfigurationError",
    "ConnectionFailedError",
    "DatabaseSettings",
    "Driver",
    "DuplicatePluginError",
    "Failure",
    "Fault",
    "ParameterError",
    "PhpBB3",
    "PhpBB3Error",
    "PhpBB3Session",
    "PluginError",
    "PluginNotFoundError",
    "PoolTimeoutError",
    "Query",
    "Row",
    "Rules",
    "Settings",
    "SqlDriver",
    "StatementError",
    "StatementFailedError",
    "StatementSyntaxError",
    "StatementTimeoutError",
    "UnknownStatementError",
    "UserAcl",
    "Version",
    "Viewer",
    "WriteRefusedError",
    "escape",
    "escape_title",
    "hookimpl",
    "unescape",
]
