"""Everything that can go wrong, in one tree.

::

    PhpBB3Error
    ├── ConfigurationError (ValueError)        a setting is wrong; raised by init_app
    │   ├── MissingColumnError                 the board has no user column of that name; raised at first use
    │   └── PluginError                        a driver, version or add-on cannot be used
    │       ├── PluginNotFoundError            no plugin of that name, or none for that release
    │       ├── DuplicatePluginError           two distributions claim one name
    │       └── BrokenPluginError              the plugin was found, but does not load or fit
    ├── StatementError                         a developer's mistake with a statement
    │   ├── UnknownStatementError (AttributeError)
    │   ├── ParameterError (TypeError)         missing, unknown or unusable parameter
    │   ├── StatementSyntaxError (ValueError)  a statement cannot be read
    │   └── WrongStatementError                a statement of the owner's or an add-on's fails on a board that works
    ├── SearchUnavailableError                 the board's search cannot be used from here
    ├── WriteRefusedError                      something would have written to the forum
    └── BoardUnavailableError                  the board cannot be asked: HTTP 503, never "guest"
        ├── ConnectionFailedError              no connection, or it was lost twice
        ├── PoolTimeoutError                   all connections were busy for too long
        ├── StatementTimeoutError              the database took too long to answer
        ├── StatementFailedError               the database refused the statement
        └── BoardMismatchError                 the board is not what the settings say
"""

from __future__ import annotations


class PhpBB3Error(Exception):
    """Base class of every error that this package raises."""


class ConfigurationError(PhpBB3Error, ValueError):
    """Report a setting that is unknown, mistyped or out of range.

    :ivar key: the setting as its owner writes it, such as ``PHPBB3_DATABASE['PORT']``; may be empty.
    """

    def __init__(self, message: str, *, key: str = "") -> None:
        super().__init__(message)
        self.key = key


class MissingColumnError(ConfigurationError):
    """Report user columns that an owner or add-on names and the board's table of users lacks.

    No outage: the board has answered, and asking again would not help.
    """


class PluginError(ConfigurationError):
    """Report a plugin that cannot be used."""


class PluginNotFoundError(PluginError):
    """Report a plugin name or phpBB release that no installed plugin serves."""


class DuplicatePluginError(PluginError):
    """Report a plugin name that more than one distribution claims."""


class BrokenPluginError(PluginError):
    """Report a plugin that was found but does not load, or does not fit this release."""


class StatementError(PhpBB3Error):
    """Base class of a developer's mistakes with statements."""


class UnknownStatementError(StatementError, AttributeError):
    """Report a statement name that neither the version nor the owner defines.

    :ivar statement: the name that was asked for.
    """

    def __init__(self, message: str, *, statement: str) -> None:
        super().__init__(message)
        self.statement = statement


class ParameterError(StatementError, TypeError):
    """Report a parameter that is missing, unknown or of a kind the statement cannot take."""


class StatementSyntaxError(StatementError, ValueError):
    """Report a statement whose text breaks the rules of ``.sql`` files."""


class WrongStatementError(StatementError):
    """Report a statement of the owner's or an add-on's that fails as no outage does, on a board that works.

    Its syntax is wrong, or it names a table or column that is not there.
    """


class SearchUnavailableError(PhpBB3Error):
    """Report that the board searches with something that its database does not hold."""


class WriteRefusedError(PhpBB3Error):
    """Report an attempt to write to the forum that the owner has not listed."""


class BoardUnavailableError(PhpBB3Error):
    """Report that the board cannot be asked, so nobody knows who the visitor is.

    Flask answers it with 503 unless the application registers a handler of its own.
    """


class ConnectionFailedError(BoardUnavailableError):
    """Report that no connection could be made, or that it was lost twice."""


class PoolTimeoutError(BoardUnavailableError):
    """Report that every connection of the pool was busy for too long."""


class StatementTimeoutError(BoardUnavailableError):
    """Report that an answer took longer than ``STATEMENT_TIMEOUT``, or all of a request's ``REQUEST_TIMEOUT``."""


class StatementFailedError(BoardUnavailableError):
    """Report that the database refused a statement: table or right missing, wrong prefix.

    :ivar reason: the message without what to do about it.
    :ivar is_lasting: whether the statement itself is why, so that it fails however often it is asked.
    """

    def __init__(self, reason: str, *, hint: str = "", is_lasting: bool = False) -> None:
        super().__init__(f"{reason} {hint}".strip())
        self.reason = reason
        self.is_lasting = is_lasting


class BoardMismatchError(BoardUnavailableError):
    """Report a board that is not what the settings say, such as another phpBB release."""
