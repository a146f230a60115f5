"""What can go wrong with a database, whatever its module calls it, and how that is told.

Pure functions from a `Failure` to one of this package's errors. No message holds a value of a parameter,
the password, or a value of ``OPTIONS``.
"""

from __future__ import annotations

import enum
from typing import Final, NamedTuple

from ..config import DatabaseSettings
from ..errors import (
    ConfigurationError,
    ConnectionFailedError,
    PhpBB3Error,
    StatementFailedError,
    StatementTimeoutError,
    WriteRefusedError,
)
from ..plugins.queries import Query

OPTIONS: Final = "PHPBB3_DATABASE['OPTIONS']"


class Fault(enum.Enum):
    """What went wrong with a statement."""

    LOST = "the connection was lost"
    SILENT = "the server did not answer"
    TIMEOUT = "it took too long"
    READ_ONLY = "it would write"
    NO_TABLE = "a table is missing"
    NO_COLUMN = "a column is missing"
    NO_RIGHT = "the account lacks a right"
    REFUSED = "the database refused it"


class Failure(NamedTuple):
    """A module's error in this package's words.

    :ivar fault: what kind it is.
    :ivar said: the database's own words in one line, without any value of a parameter; may be empty.
    """

    fault: Fault
    said: str = ""


def statement_error(query: Query, failure: Failure, database: DatabaseSettings) -> PhpBB3Error:
    """Say that a statement failed, and what to do about it."""
    what = f"Statement {query.name!r} [{query.source}]"
    if failure.fault is Fault.READ_ONLY:
        return WriteRefusedError(
            f"{what} tried to do more than read; only set_… statements in PHPBB3_DATABASE['CUSTOM_STATEMENTS'] may."
        )
    if failure.fault in {Fault.TIMEOUT, Fault.SILENT}:
        found = "got no answer" if failure.fault is Fault.SILENT else "was stopped"
        return StatementTimeoutError(
            f"{what} {found} after {database.statement_timeout:g} s (PHPBB3_DATABASE['STATEMENT_TIMEOUT'])."
        )
    said = _unless_secret(failure.said, database)
    if failure.fault is Fault.LOST:
        unknown = f"{what}: the connection was lost; whether it took effect is unknown"
        return ConnectionFailedError(_sentence(unknown, said))
    return StatementFailedError(
        f"{_sentence(f'{what} failed', said)} {_hint(query, failure, database)}".strip()
    )


def _hint(query: Query, failure: Failure, database: DatabaseSettings) -> str:
    rights = "SELECT, INSERT, UPDATE" if query.operation == "set" else "SELECT"
    hints = {
        Fault.NO_TABLE: f"Check PHPBB3_DATABASE['TABLE_PREFIX'] ({database.table_prefix!r}) and "
        f"['DATABASE'] ({database.database!r}).",
        Fault.NO_COLUMN: "The board may be of another release than PHPBB3['VERSION'] says.",
        Fault.NO_RIGHT: f"Give the account {database.user!r} the right: GRANT {rights} on the board's tables.",
    }
    return hints.get(failure.fault, "")


def connection_error(place: str, failure: Failure, database: DatabaseSettings) -> PhpBB3Error:
    """Say that no connection could be made.

    :param place: where the database is.
    """
    said = _unless_secret(failure.said, database)
    if failure.fault is Fault.SILENT:
        said = f"no answer in time (CONNECT_TIMEOUT is {database.connect_timeout:g} s)"
    return ConnectionFailedError(_sentence(f"Cannot connect to {place}", said) + " Check PHPBB3_DATABASE.")


def lost_twice_error(place: str, failure: Failure, database: DatabaseSettings) -> PhpBB3Error:
    """Say that a connection was lost while reading, and the fresh one after it as well."""
    said = _unless_secret(failure.said, database)
    return ConnectionFailedError(
        _sentence(f"The connection to {place} was lost twice", said)
        + " See whether the server restarts, or something between cuts connections."
    )


def options_error(module: str, database: DatabaseSettings, *, what: str) -> PhpBB3Error:
    """Say that one of the ``OPTIONS`` has a value that connecting cannot use.

    :param what: the class of the module's error.
    """
    names = ", ".join(map(repr, database.options))
    return ConfigurationError(
        f"{OPTIONS} ({names}): {module} cannot connect with one of these values: {what}.", key=OPTIONS
    )


def _unless_secret(said: str, database: DatabaseSettings) -> str:
    """Return the database's words, unless they quote the password or a value of ``OPTIONS``."""
    quoted = ["PASSWORD"] if database.password and database.password in said else []
    for name, value in database.options.items():
        text = str(value)
        if text and (f'"{text}"' in said or (_is_secret(name) and text in said)):
            quoted.append(f"OPTIONS[{name!r}]")
    return f"the reason is left out, as it quotes {' and '.join(quoted)}" if quoted else said


def _is_secret(option: str) -> bool:
    return any(part in option.lower() for part in ("pass", "key", "secret", "token"))


def _sentence(what: str, said: str) -> str:
    text = f"{what}: {said}" if said else what
    return text if text.endswith((".", "?", "!")) else f"{text}."
