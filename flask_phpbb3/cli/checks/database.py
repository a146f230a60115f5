"""Checks of the connection, the account and the tables, through whatever driver there is."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from ...board.connector import Connector
from ...errors import (
    BoardMismatchError,
    BoardUnavailableError,
    MissingColumnError,
    PhpBB3Error,
    StatementFailedError,
    StatementTimeoutError,
    WriteRefusedError,
)
from ...plugins.queries import Query, QuerySet, list_parameters, parse_statements
from ...plugins.registry import AUTO
from ...plugins.version import ReleaseLine
from ..checkup import Context, Finding, Level

_NEEDS = re.compile(r"^needs (?P<setting>\w+): (?P<value>\S+)$", re.MULTILINE)
_TABLE = re.compile(r"\{TABLE_PREFIX\}(\w+)")
_WRITTEN = re.compile(
    r"\b(?:INTO|UPDATE(?:\s+(?:ONLY|IGNORE|LOW_PRIORITY))*|DELETE\s+FROM)\s+[\"`]?\{TABLE_PREFIX\}(\w+)",
    re.IGNORECASE,
)
"""What a statement writes to, not what else it reads on the way."""
_EMPTY: Final[dict[str, Any]] = {"int": 0, "str": "", "name": [""]}

_OWN: Final = "Not the board's: "
"""What begins the message about a statement of the owner's or an add-on's."""
_CONNECTION_FIXES: Final = (
    (
        ("password", "authentication", "access denied", "role "),
        "Set PHPBB3_DATABASE['USER'] and ['PASSWORD'] to an account of the database server; the forum's own are "
        "$dbuser and $dbpasswd in its config.php.",
    ),
    (
        ("no such file", "directory", "unable to open", "not a database", "malformed", "encrypted"),
        "Set PHPBB3_DATABASE['DATABASE'] to the whole path of the board's SQLite file, and let the account that "
        "runs the application read it.",
    ),
    (
        ("unknown database", "does not exist"),
        "Set PHPBB3_DATABASE['DATABASE'] to $dbname of the forum's config.php.",
    ),
    (
        ("translate host", "not known", "getaddrinfo", "name resolution", "resolve"),
        "Set PHPBB3_DATABASE['HOST'] to a host that this machine can find; 'localhost' in the forum's config.php "
        "means the forum's machine.",
    ),
    (
        ("refused", "timeout", "timed out", "no answer", "unreachable", "no route"),
        "Check PHPBB3_DATABASE['HOST'] and ['PORT'], that the database server runs, and that no firewall is "
        "between.",
    ),
)
_ANY_CONNECTION_FIX: Final = (
    "Compare HOST, PORT, DATABASE, USER and PASSWORD in PHPBB3_DATABASE with the forum's config.php."
)


def check_connection(context: Context) -> Iterator[Finding]:
    """Connect, and name what answers; a statement that fails has been answered, too."""
    driver = context.bound.driver
    place = ", ".join(filter(None, driver.location))
    try:
        server = driver.server_version()
        with suppress(StatementFailedError):
            context.bound.board.release()
    except BoardUnavailableError as error:
        yield Finding(Level.FAILED, "connection", str(error), connection_fix(str(error)))
        return
    answer = f"{server} answers" if server else "The driver can be asked"
    yield Finding(Level.OK, "connection", f"{answer} at {place}.")


def connection_fix(message: str) -> str:
    """Return what to do about an error of connecting, by the words that servers use."""
    # What follows the first colon is the server's; before it stand names that could hold any word.
    said = message.partition(": ")[2].lower()
    return next(
        (fix for words, fix in _CONNECTION_FIXES if any(word in said for word in words)), _ANY_CONNECTION_FIX
    )


def check_prefix(context: Context) -> Iterator[Finding]:
    """Compare the table prefix with the tables that there are."""
    prefix = context.bound.settings.database.table_prefix
    database = context.bound.settings.database.database
    tables = context.bound.driver.tables()
    if not tables:
        yield Finding(Level.OK, "table prefix", f"{prefix!r}; the driver names no tables to compare it with.")
        return
    needed = _tables_of(context.bound.board.some_line().query_set(context.bound.driver.dialect).values())
    votes = prefix_votes(tables, needed)
    others = [other for other, number in votes.most_common() if 2 * number >= len(needed)]
    if others and 2 * votes[prefix.lower()] < len(needed):
        yield Finding(
            Level.FAILED,
            "table prefix",
            f"PHPBB3_DATABASE['TABLE_PREFIX'] is {prefix!r}, but the board's tables begin with "
            f"{' or '.join(map(repr, others))}.",
            f"Set it to {others[0]!r}, as $table_prefix in the forum's config.php.",
        )
    elif not votes[prefix.lower()]:
        yield Finding(
            Level.FAILED,
            "table prefix",
            f"The database {database!r} has {len(tables)} tables, none of them phpBB's with the prefix {prefix!r}.",
            "Set PHPBB3_DATABASE['DATABASE'] to $dbname and ['TABLE_PREFIX'] to $table_prefix of the forum's "
            "config.php.",
        )
    else:
        yield Finding(Level.OK, "table prefix", f"The board's tables begin with {prefix!r}.")


def prefix_votes(tables: Iterable[str], needed: Iterable[str]) -> Counter[str]:
    """Count for each prefix how many of phpBB's tables there are with it, in lower case.

    :param tables: whole names.
    :param needed: phpBB's tables without prefix.
    """
    names = {name.lower() for name in needed}
    return Counter(
        table.lower().removesuffix(name) for table in tables for name in names if table.lower().endswith(name)
    )


def check_tables(context: Context) -> Iterator[Finding]:
    """Run every reading statement with nothing in its parameters, which asks for tables, columns and rights."""
    statements = _statements(context)
    missing = _missing_tables(context, statements)
    if missing:
        names = ", ".join(missing)
        yield Finding(
            Level.FAILED,
            "tables",
            f"These tables do not exist, or the account may not see them: {names}.{_own_readers(context, missing)}",
            "Let the forum finish its installation or upgrade, or GRANT SELECT on them to the account.",
        )
    if not context.bound.driver.dialect:
        yield Finding(Level.OK, "tables", "The driver speaks no SQL; it answers for them itself.")
        return
    lost = _missing_user_columns(context)
    if lost:
        yield Finding(
            Level.FAILED,
            "tables",
            lost,
            "Install the phpBB extension that brings the column, correct its name, or take it out.",
        )
    config = _config(context)
    lacking = {table.lower() for table in missing}
    prefix = context.bound.settings.database.table_prefix
    tried = [
        query
        for query in statements.values()
        if _is_used(query, config)
        and not lacking & {f"{prefix}{name}".lower() for name in _tables_of([query])}
        and not (lost and query.reads_user_columns)
    ]
    problems = list(_try_statements(context, tried))
    yield from problems
    if not missing and not lost and not problems:
        yield Finding(
            Level.OK,
            "tables",
            f"All {len(tried)} reading statements work on {len(_tables_of(tried))} tables.",
        )


def _config(context: Context) -> dict[str, str]:
    """Return the board's config table alone; nothing where it cannot be read, which its own statement tells."""
    with suppress(PhpBB3Error):
        rows = _connector(context).private("_fetch_config")
        return {str(row["config_name"]): str(row["config_value"]) for row in rows}
    return {}


def _own_readers(context: Context, tables: Iterable[str]) -> str:
    """Say which statements of the owner's or of add-ons read some tables, and where they stand."""
    prefix = context.bound.settings.database.table_prefix
    readers = [
        f"{query.name} [{query.source}]"
        for query in _owner_statements(context).values()
        if {f"{prefix}{name}" for name in _tables_of([query])} & set(tables)
    ]
    return f" Read by {', '.join(readers)}." if readers else ""


def _missing_user_columns(context: Context) -> str:
    """Say which user columns the board lacks; empty if none, or if that is no question of columns."""
    try:
        _connector(context).check_user_columns()
    except (MissingColumnError, BoardMismatchError) as error:
        return str(error)
    return ""


def _try_statements(context: Context, queries: Iterable[Query]) -> Iterator[Finding]:
    """Yield a finding for each different failure."""
    failures: dict[tuple[Level, str], list[str]] = defaultdict(list)
    own = _owner_statements(context)
    columns = _line(context).user_columns
    for query in queries:
        uncertain = query.name in own and query.parameters
        try:
            _try(context, query, columns)
        except StatementTimeoutError as error:
            failures[Level.WARNING, str(error)].append(query.name)
        except (StatementFailedError, WriteRefusedError) as error:
            # The owner's statement may not take the NULL that was tried.
            level = Level.WARNING if uncertain else Level.FAILED
            message = str(error).partition(" failed: ")[2] or str(error)
            if query.name in own and isinstance(error, StatementFailedError) and error.is_lasting:
                message = f"{_OWN}{error.reason}"
            failures[level, message].append(query.name)
    for (level, message), names in failures.items():
        others = f" and {len(names) - 3} more" if len(names) > 3 else ""
        concerned = f"Needed by {', '.join(names[:3])}{others}."
        yield Finding(level, "tables", f"{message} {concerned}", _statement_fix(message))


def _try(context: Context, query: Query, user_columns: Iterable[str]) -> None:
    compiled = query.compile(context.bound.settings.database.table_prefix, user_columns)
    limit = 1 if query.operation == "fetch" else None
    context.bound.driver.read(compiled, _nothing(query), limit=limit)


def _nothing(query: Query) -> dict[str, Any]:
    """Return parameters that find no row: by declared type where there is one, else NULL or an empty list."""
    types, lists = dict(query.types), list_parameters(query.sql)
    empty: dict[str, Any] = {name: [] if name in lists else None for name in query.parameters}
    return empty | {name: _EMPTY[kind] for name, kind in types.items() if name in empty and kind in _EMPTY}


def _statement_fix(message: str) -> str:
    if message.startswith(_OWN):
        return (
            "Correct the statement where it stands; visitors get an error page (500) from pages that ask it."
        )
    if "GRANT" in message:
        return "Let the account read all of the board's tables: GRANT SELECT."
    if "['VERSION']" in message:
        return "Set PHPBB3['VERSION'] to 'auto', and let the forum finish an upgrade that stopped half-way."
    if "STATEMENT_TIMEOUT" in message:
        return "Raise PHPBB3_DATABASE['STATEMENT_TIMEOUT'], or see why the database is slow."
    return "Compare the database with that of a fresh phpBB of the same release; correct CUSTOM_STATEMENTS."


def check_account(context: Context) -> Iterator[Finding]:
    """Warn about an account that may write where the application does not."""
    settings = context.bound.settings.database
    written = {name for query in _writers(context).values() for name in _WRITTEN.findall(query.sql)}
    answers = {
        name: context.bound.driver.may_write(f"{settings.table_prefix}{name}")
        for name in sorted(
            _tables_of((*_statements(context).values(), *_writers(context).values())) | written
        )
    }
    too_much = [name for name, may_write in answers.items() if may_write and name not in written]
    too_little = [name for name in written if answers[name] is False]
    if too_much:
        what = f"{settings.table_prefix}{too_much[0]}"
        others = f" and {len(too_much) - 1} more tables" if len(too_much) > 1 else ""
        yield Finding(
            Level.WARNING,
            "account",
            f"The account may write to {what}{others}, which this application only reads.",
            "Give the application an account of its own with the right SELECT and no more; for SQLite, run it as "
            "somebody who may only read the file.",
        )
    if too_little:
        yield Finding(
            Level.WARNING,
            "account",
            f"The settings list statements that write, but the account may not write to {', '.join(too_little)}.",
            "GRANT SELECT, INSERT, UPDATE on these tables to the account, and SELECT alone on all others.",
        )
    if too_much or too_little:
        return
    if not any(answer is not None for answer in answers.values()):
        yield Finding(
            Level.WARNING,
            "account",
            "Whether the account may write is not known: the database does not tell.",
            "Look at the account's grants yourself; SELECT and no more is what it needs.",
        )
        return
    only = "may write only where the settings say so" if settings.lists_writers else "may only read"
    yield Finding(Level.OK, "account", f"The account {only}.")


def _connector(context: Context) -> Connector:
    board, asked = context.bound.board, context.bound.settings.connector.version
    release = board.release()
    return board.connect(context.bound.plugins.line(release if asked == AUTO else asked).at(release))


def _line(context: Context) -> ReleaseLine:
    return _connector(context).line


def _owner_statements(context: Context) -> QuerySet:
    """Return the statements of add-ons and of the owner."""
    plugins, driver = context.bound.plugins, context.bound.driver
    custom = context.bound.settings.database.custom_statements
    return plugins.extensions(_line(context).name, driver.dialect).overlay(
        parse_statements(custom, source="PHPBB3_DATABASE['CUSTOM_STATEMENTS']")
    )


def _is_used(query: Query, config: Mapping[str, str]) -> bool:
    """Tell whether the board's settings let a statement be asked: ``needs search_type: fulltext_mysql``."""
    return all(
        config.get(found["setting"], "").endswith(found["value"])
        for found in _NEEDS.finditer(query.documentation)
    )


def _statements(context: Context) -> QuerySet:
    """Return all statements that read."""
    every = _line(context).query_set(context.bound.driver.dialect).overlay(_owner_statements(context))
    return QuerySet(query for query in every.values() if query.operation != "set")


def _writers(context: Context) -> QuerySet:
    """Return the statements that the settings allow to write."""
    settings = context.bound.settings.database
    built_in = _line(context).query_set(context.bound.driver.dialect)
    listed = {
        f"set_{field}" if f"set_{field}" in built_in else "_set_profile_field"
        for field in settings.custom_user_fields
    }
    every = built_in.overlay(_owner_statements(context))
    writing = (query for query in every.values() if query.operation == "set")
    return QuerySet(query for query in writing if query.name in listed or settings.lists(query.name))


def _missing_tables(context: Context, statements: Mapping[str, Query]) -> list[str]:
    tables = {table.lower() for table in context.bound.driver.tables()}
    prefix = context.bound.settings.database.table_prefix
    needed = [f"{prefix}{name}" for name in sorted(_tables_of(statements.values()))]
    return [table for table in needed if tables and table.lower() not in tables]


def _tables_of(queries: Iterable[Query]) -> set[str]:
    """Return the tables that statements name, without prefix."""
    return {name for query in queries for name in _TABLE.findall(query.sql)}
