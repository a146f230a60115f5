"""Named statements: read from ``.sql`` text, checked, layered, and given their parameters.

Knows the syntax of the files and nothing of databases: a driver receives a `Query` and values.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from ..errors import ParameterError, StatementSyntaxError
from .sql_text import READING_WORDS, check_parameters, reads, single_statement, writes_into

MAX_PARTS: Final = 500
"""Most values for which a part of a statement is repeated; SQLite joins no more SELECTs."""
OPERATIONS: Final = ("get", "fetch", "has", "set")
TABLE_PREFIX: Final = "{TABLE_PREFIX}"
USER_COLUMNS: Final = "{USER_COLUMNS}"
RESERVED_PARAMETERS: Final = frozenset({"cache", "cache_ttl", "skip", "limit", "command"})

_NAME = re.compile(r"_?(?:get|fetch|has|set)_[a-z0-9_]+\Z")
_HEADER = re.compile(r"--\s*name:\s*(?P<name>\S+)\s*\Z")
_TYPED = re.compile(r"(?P<name>[a-z_][a-z0-9_]*) \((?P<type>[a-z]+)\): ")
_ESCAPED = re.compile(r"escaped: (?P<columns>.+)")
_BEHIND_IN = re.compile(r"\bIN\s*%\((\w+)\)s", re.IGNORECASE)
_EACH = re.compile(
    r"\{EACH (?P<item>[a-z_][a-z0-9_]*) IN (?P<list>[a-z_][a-z0-9_]*)\}(?P<part>.*?)\{END\}", re.DOTALL
)
_EACH_WORD = re.compile(r"\{(?:EACH\b[^}]*|END)\}")
_PLACEHOLDER = re.compile(r"%(?:\((?P<name>[A-Za-z_][A-Za-z0-9_]*)\)s|(?P<percent>%)|(?P<bad>.?))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Query:
    """One named statement.

    :param name: such as ``get_user``; its first word is the operation. A leading underscore makes
        it private: only the core can call it, and its answer is never cached.
    :param sql: the text, with ``{TABLE_PREFIX}``, ``{USER_COLUMNS}`` and ``%(name)s``, or with the first two
        filled in.
    :param documentation: the comment lines above the SQL.
    :param source: where it was written, as ``file:line``, for messages.
    :param parameters: names of its parameters in order of appearance.
    :param types: parameter name → declared type (``int``, ``str``, ``name``, ``list``), where declared.
    :param escaped: columns of its rows that are stored HTML-escaped, besides those of the version.
    """

    name: str
    sql: str
    documentation: str = ""
    source: str = ""
    parameters: tuple[str, ...] = ()
    types: tuple[tuple[str, str], ...] = ()
    escaped: tuple[str, ...] = ()

    @property
    def operation(self) -> str:
        """Return ``get``, ``fetch``, ``has`` or ``set``."""
        return self.name.lstrip("_").partition("_")[0]

    @property
    def is_private(self) -> bool:
        """Tell whether only the core may call it."""
        return self.name.startswith("_")

    @property
    def reads_user_columns(self) -> bool:
        """Tell whether ``{USER_COLUMNS}`` is still to be filled in."""
        return USER_COLUMNS in self.sql

    def compile(self, table_prefix: str, user_columns: Iterable[str] = ()) -> Query:
        """Return the same statement with ``{TABLE_PREFIX}`` and ``{USER_COLUMNS}`` filled in; other braces stay.

        :param user_columns: names of columns of ``users``, whose alias in statements is ``u``.
        :raises StatementSyntaxError: if there is none and the statement wants them.
        """
        columns = ", ".join(f"u.{name}" for name in user_columns)
        if self.reads_user_columns and not columns:
            raise StatementSyntaxError(
                f"Statement {self.name!r} [{self.source}] reads {USER_COLUMNS}, and no version names user columns."
            )
        sql = self.sql.replace(TABLE_PREFIX, table_prefix).replace(USER_COLUMNS, columns)
        return replace(self, sql=sql)

    def bind(self, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return SQL and parameters for one call, each list expanded to ``(…, …)``.

        An empty list becomes ``(NULL)``, which ``IN`` matches with nothing. ``{EACH item IN list}`` … ``{END}``
        becomes its part once for every value, with ``UNION ALL`` between them.

        :raises ParameterError: if a value is of a kind no database takes, or a list is too long to repeat.
        """
        bound: dict[str, Any] = {}
        expanded: dict[str, str] = {}
        unrolled, values = self._unroll(values)
        for name, value in values.items():
            if isinstance(value, (list, tuple, set, frozenset)):
                items = sorted(value, key=repr) if isinstance(value, (set, frozenset)) else value
                keys = [f"{name}_{index}" for index in range(len(items))]
                while any(key in values for key in keys):
                    keys = [f"{key}_" for key in keys]
                bound.update(zip(keys, (self._scalar(name, item) for item in items), strict=True))
                expanded[name] = "(" + (", ".join(f"%({key})s" for key in keys) or "NULL") + ")"
            elif name in list_parameters(self.sql):
                raise ParameterError(f"{self._where(name)} stands behind IN; give a list.")
            else:
                bound[name] = self._scalar(name, value)
        if not expanded:
            return unrolled, bound
        sql = _PLACEHOLDER.sub(lambda match: expanded.get(match["name"] or "", match[0]), unrolled)
        return sql, bound

    def _unroll(self, values: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        """Repeat the part of each ``{EACH …}``; a list that stands nowhere else is replaced by its values."""
        if "{EACH " not in self.sql or not (blocks := list(_EACH.finditer(self.sql))):
            return self.sql, values
        rest = _EACH.sub(lambda block: block["part"], self.sql)
        singles: dict[str, Any] = {}
        for name in {block["list"] for block in blocks}:
            items = values[name]
            if not isinstance(items, (list, tuple, set, frozenset)):
                raise ParameterError(f"{self._where(name)} is repeated for each value; give a list.")
            if len(items) > MAX_PARTS:
                raise ParameterError(f"{self._where(name)} has more than {MAX_PARTS} values.")
            # No value at all is one part that nothing is equal to.
            singles.update({f"{name}__{index}": item for index, item in enumerate(items or (None,))})
        gone = {block["list"] for block in blocks} - {match["name"] for match in _PLACEHOLDER.finditer(rest)}

        def parts(block: re.Match[str]) -> str:
            names = [f"{block['list']}__{index}" for index in range(len(values[block["list"]]) or 1)]
            return " UNION ALL ".join(
                block["part"].replace(f"%({block['item']})s", f"%({name})s").strip() for name in names
            )

        kept = {name: value for name, value in values.items() if name not in gone}
        return _EACH.sub(parts, self.sql), {**kept, **singles}

    def _scalar(self, name: str, value: Any) -> Any:
        if isinstance(value, str):
            if "\0" in value:
                raise ParameterError(f"{self._where(name)} holds a NUL character; no column of phpBB can.")
            try:
                value.encode()
            except UnicodeEncodeError:
                raise ParameterError(f"{self._where(name)} is not valid Unicode: a lone surrogate.") from None
        elif isinstance(value, Mapping):
            raise ParameterError(f"{self._where(name)} is a mapping; give a single value or a list.")
        return value

    def check(self, given: Mapping[str, Any], *, filled_in: Iterable[str] = ()) -> None:
        """Check names and declared types of the parameters of a call, before any driver is asked.

        :param filled_in: names that the connector fills in, which a caller cannot give.
        :raises ParameterError: naming all that is missing, unknown or mistyped.
        """
        wanted = [name for name in self.parameters if name not in set(filled_in)]
        missing = [name for name in wanted if name not in given]
        unknown = [name for name in given if name not in wanted]
        if missing or unknown:
            problems = [f"missing {', '.join(missing)}"] * bool(missing)
            problems += [f"unknown {', '.join(map(str, unknown))}"] * bool(unknown)
            takes = ", ".join(wanted) or "no parameters"
            raise ParameterError(f"{self.name}() [{self.source}]: {'; '.join(problems)}. It takes {takes}.")
        for name, type_name in self.types:
            if name in given:
                self._check_type(name, given[name], type_name)

    def _check_type(self, name: str, value: Any, type_name: str) -> None:
        fits = {
            "int": isinstance(value, int) and not isinstance(value, bool),
            "str": isinstance(value, str),
            "name": isinstance(value, str),
            "list": isinstance(value, (list, tuple, set, frozenset)),
        }.get(type_name, True)
        if not fits:
            found = type(value).__name__
            raise ParameterError(f"{self._where(name)} must be of type {type_name}, not {found}.")

    def _where(self, parameter: str) -> str:
        return f"{self.name}() [{self.source}]: the parameter {parameter!r}"


@lru_cache(maxsize=512)
def list_parameters(sql: str) -> frozenset[str]:
    """Return the parameters that a statement wants as lists."""
    return frozenset(_BEHIND_IN.findall(sql)) | {block["list"] for block in _EACH.finditer(sql)}


class QuerySet(Mapping[str, Query]):
    """An immutable mapping of names to statements that can be laid over another one.

    :param queries: the statements; a later one of the same name wins.
    """

    def __init__(self, queries: Iterable[Query] = ()) -> None:
        self._queries = {query.name: query for query in queries}

    def __getitem__(self, name: str) -> Query:
        return self._queries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def __repr__(self) -> str:
        return f"<QuerySet of {len(self)} statements>"

    def overlay(self, specific: QuerySet) -> QuerySet:
        """Return a set where the statements of `specific` win over these."""
        return QuerySet([*self.values(), *specific.values()])

    def compile(self, table_prefix: str, user_columns: Collection[str] = ()) -> QuerySet:
        """Return a set with ``{TABLE_PREFIX}`` and ``{USER_COLUMNS}`` filled in everywhere.

        :raises StatementSyntaxError: as `Query.compile`.
        """
        return QuerySet(query.compile(table_prefix, user_columns) for query in self.values())


def parse_statement(name: str, sql: str, *, source: str, documentation: str = "") -> Query:
    """Check one statement and find its parameters.

    :param source: ``file:line`` or the setting it comes from.
    :raises StatementSyntaxError: for a name without an operation, an empty statement, more than one
        statement, a stray percent sign, or a parameter name that calls use for themselves.
    """
    where = f"Statement {name!r} [{source}]"
    if not isinstance(sql, str):
        raise StatementSyntaxError(f"{where}: the SQL is not given as a string.")
    if not _NAME.match(name):
        raise StatementSyntaxError(
            f"{where}: a name is the operation (get_, fetch_, has_ or set_) and lower-case words."
        )
    try:
        sql = single_statement(sql)
        check_parameters(sql)
    except ValueError as error:
        raise StatementSyntaxError(f"{where}: {error}.") from None
    if not name.lstrip("_").startswith("set_") and not reads(sql):
        raise StatementSyntaxError(
            f"{where}: {name.lstrip('_').partition('_')[0]}_ reads, so its SQL begins with "
            f"{', '.join(READING_WORDS)} or a parenthesis. Only a set_ of the owner's may write."
        )
    if not name.lstrip("_").startswith("set_") and writes_into(sql):
        raise StatementSyntaxError(
            f"{where}: SELECT … INTO writes, or leaves a variable behind; only a set_ may."
        )
    parameters = _parameters(sql, where)
    if reserved := RESERVED_PARAMETERS & set(parameters):
        raise StatementSyntaxError(
            f"{where}: {', '.join(sorted(reserved))} cannot name a parameter; every call takes it itself."
        )
    types = tuple((m["name"], m["type"]) for m in map(_TYPED.match, documentation.splitlines()) if m)
    escaped = [m["columns"] for m in map(_ESCAPED.match, documentation.splitlines()) if m]
    columns = tuple(column for part in escaped for column in re.split(r"[\s,]+", part.strip()))
    return Query(name, sql, documentation, source, tuple(parameters), types, columns)


def _parameters(sql: str, where: str) -> dict[str, None]:
    """Return the parameters of a statement in order; what ``{EACH item IN list}`` names is the list.

    :raises StatementSyntaxError: for a stray percent sign, or an ``{EACH …}`` that is not whole.
    """
    parameters: dict[str, None] = {}
    if _EACH_WORD.search(_EACH.sub("", sql)) or any(
        _EACH_WORD.search(b["part"]) for b in _EACH.finditer(sql)
    ):
        raise StatementSyntaxError(
            f"{where}: write {{EACH item IN list}} … {{END}}, with %(item)s between them and none inside another."
        )
    items = {block["item"]: block["list"] for block in _EACH.finditer(sql)}
    for match in _PLACEHOLDER.finditer(sql):
        if match["bad"] is not None:
            raise StatementSyntaxError(
                f"{where}: found {match[0]!r}; write parameters as %(name)s and a literal percent sign as %%."
            )
        if match["name"]:
            parameters[items.get(match["name"], match["name"])] = None
    return parameters


@lru_cache(maxsize=256)  # files do not change, and applications, releases and dialects share most of them
def parse_sql(text: str, *, source: str) -> QuerySet:
    """Read a ``.sql`` file: blocks of ``-- name: get_user``, comment lines, and the SQL.

    A comment line ``-- user_id (int): phpBB user id`` declares the type of a parameter, ``-- escaped: title, name``
    which columns of the rows are stored HTML-escaped besides those of the version.

    :param source: the name of the file, for messages.
    :raises StatementSyntaxError: for two blocks of one name, text before the first, or a bad block.
    """
    blocks: dict[str, tuple[int, list[str]]] = {}
    body: list[str] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line.strip()):
            name = header["name"]
            if name in blocks:
                first = blocks[name][0]
                raise StatementSyntaxError(f"{source}:{number}: {name!r} is already defined in line {first}.")
            body = []
            blocks[name] = (number, body)
        elif body is not None:
            body.append(line)
        elif line.strip() and not line.lstrip().startswith("--"):
            raise StatementSyntaxError(f"{source}:{number}: SQL before the first '-- name: …' line.")
    return QuerySet(_block(name, lines, f"{source}:{number}") for name, (number, lines) in blocks.items())


def parse_statements(statements: Mapping[str, str], *, source: str) -> QuerySet:
    """Read a mapping of names to SQL, such as ``CUSTOM_STATEMENTS``; comment lines above the SQL count as in files.

    :raises StatementSyntaxError: as `parse_statement`.
    """
    return QuerySet(_given(name, sql, f"{source}[{name!r}]") for name, sql in statements.items())


def _given(name: str, sql: Any, source: str) -> Query:
    if not isinstance(sql, str):
        return parse_statement(name, sql, source=source)  # which says so
    return _block(name, sql.split("\n"), source)


def _block(name: str, lines: list[str], source: str) -> Query:
    comments: list[str] = []
    rest = list(lines)
    while rest and (not rest[0].strip() or rest[0].lstrip().startswith("--")):
        comments.append(rest.pop(0).strip().removeprefix("--").strip())
    documentation = "\n".join(comments).strip()
    return parse_statement(name, "\n".join(rest), source=source, documentation=documentation)
