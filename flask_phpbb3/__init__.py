"""Share logins, permissions and content between a Flask application and a phpBB forum."""

from .board.asked import AskedStatement
from .config import DatabaseSettings, Settings
from .direct_access.faults import Failure, Fault
from .direct_access.sql_driver import SqlDriver
from .errors import (
    BoardMismatchError,
    BoardUnavailableError,
    BrokenPluginError,
    ConfigurationError,
    ConnectionFailedError,
    DuplicatePluginError,
    MissingColumnError,
    ParameterError,
    PhpBB3Error,
    PluginError,
    PluginNotFoundError,
    PoolTimeoutError,
    SearchUnavailableError,
    StatementError,
    StatementFailedError,
    StatementSyntaxError,
    StatementTimeoutError,
    UnknownStatementError,
    WriteRefusedError,
    WrongStatementError,
)
from .extension import BoundPhpBB3, PhpBB3
from .phpbb.acl import UserAcl
from .phpbb.bans import Ban
from .phpbb.rules import Rules
from .phpbb.text import escape, escape_title, nfc, unescape
from .plugins.addon import AddOn
from .plugins.driver import Driver, Row
from .plugins.hookspecs import hookimpl
from .plugins.queries import Query
from .plugins.version import Changes, Version, Viewer
from .session.sessions import PhpBB3Session
from .waiting.deadline import seconds_left

__version__ = "1.0.0rc1"

__all__ = [
    "AddOn",
    "AskedStatement",
    "Ban",
    "BoardMismatchError",
    "BoardUnavailableError",
    "BoundPhpBB3",
    "BrokenPluginError",
    "Changes",
    "ConfigurationError",
    "ConnectionFailedError",
    "DatabaseSettings",
    "Driver",
    "DuplicatePluginError",
    "Failure",
    "Fault",
    "MissingColumnError",
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
    "SearchUnavailableError",
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
    "WrongStatementError",
    "escape",
    "escape_title",
    "hookimpl",
    "nfc",
    "seconds_left",
    "unescape",
]
