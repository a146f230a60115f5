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
    TIMEOUT = "it was stopped before it was done"
    CONFLICT = "it met another transaction"
    READ_ONLY = "it would write"
    NO_TABLE = "a table is missing"
    NO_COLUMN = "a column is missing"
    NO_RIGHT = "the account lacks a right"
    MISTAKE = "it is wrong in itself"
    REFUSED = "the database refused it"


LASTING: Final = frozenset({Fault.NO_TABLE, Fault.NO_COLUMN, Fault.MISTAKE})
"""What no outage does: the statement fails however often it is asked."""


class Failure(NamedTuple):
    """A module's error in this package's words.

    :ivar fault: what kind it is.
    :ivar said: the database's own words in one line, without any value of a parameter; may be empty.
    """

    fault: Fault
    said: str = ""


class Wait(NamedTuple):
    """How long an answer was waited for.

    :ivar took: seconds.
    :ivar limit: seconds after which the database was to stop.
    """

    took: float
    limit: float


def statement_error(query: Query, failure: Failure, database: DatabaseSettings, wait: Wait) -> PhpBB3Error:
    """Say that a statement failed, and what to do about it.

    :param wait: how long its answer was waited for.
    """
    what = f"Statement {query.name!r} [{query.source}]"
    said = _unless_secret(failure.said, database)
    if failure.fault is Fault.READ_ONLY and query.operation == "set":
        reason = _sentence(f"{what} failed, as the database is read-only at the moment", said)
        return StatementFailedError(
            f"{reason} Its server or file system says so, no setting of this application."
        )
    if failure.fault is Fault.READ_ONLY:
        return WriteRefusedError(
            f"{what} tried to do more than read; only set_… statements in PHPBB3_DATABASE['CUSTOM_STATEMENTS'] may."
        )
    if failure.fault is Fault.SILENT or (failure.fault is Fault.TIMEOUT and wait.took > _NEARLY * wait.limit):
        found = "got no answer" if failure.fault is Fault.SILENT else "was stopped"
        return StatementTimeoutError(f"{what} {found} after {_limit(wait, database)}.")
    if failure.fault is Fault.TIMEOUT:
        early = (
            f"{what} was stopped after {wait.took:.1f} s by somebody else than PHPBB3_DATABASE['STATEMENT_TIMEOUT'] "
            f"({database.statement_timeout:g} s): cancelled, or kept waiting for a lock"
        )
        return StatementFailedError(_sentence(early, said))
    if failure.fault is Fault.LOST:
        unknown = f"{what}: the connection was lost; whether it took effect is unknown"
        return ConnectionFailedError(_sentence(unknown, said))
    return StatementFailedError(
        _sentence(f"{what} failed", said),
        hint=_hint(query, failure, database),
        is_lasting=failure.fault in LASTING,
    )


_NEARLY: Final = 0.9


def _limit(wait: Wait, database: DatabaseSettings) -> str:
    """Name the limit that an answer exceeded."""
    if wait.limit < _NEARLY * database.statement_timeout:
        rest = f"{wait.limit:.1f} s, the rest of {database.request_timeout:g} s"
        return f"{rest} that a request may wait (PHPBB3_DATABASE['REQUEST_TIMEOUT'])"
    return f"{database.statement_timeout:g} s (PHPBB3_DATABASE['STATEMENT_TIMEOUT'])"


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
        said = _sentence(f"no answer in time (CONNECT_TIMEOUT is {database.connect_timeout:g} s)", said)
    return ConnectionFailedError(f"{_sentence(f'Cannot connect to {place}', said)} Check PHPBB3_DATABASE.")


def silent_lately_error(place: str) -> PhpBB3Error:
    """Say that a server is not asked, as it did not answer a moment ago."""
    return ConnectionFailedError(
        f"{place[:1].upper()}{place[1:]} gave no answer a moment ago (CONNECT_TIMEOUT, STATEMENT_TIMEOUT). Until it "
        "answers again, one attempt at a time is made, and everybody else is told at once."
    )


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
