"""Tables as a schema tells them: created once, and then changed column by column from line to line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from flask_phpbb3.errors import StatementSyntaxError

_COLUMN: Final = re.compile(
    r" *(?P<name>[a-z]\w*) (?P<type>[A-Z]+(?:\([\d,]+\))?)(?: NOT NULL)?(?: DEFAULT (?P<default>.+?))?$"
)
_INDEX: Final = re.compile(
    r"CREATE (?:UNIQUE )?INDEX \{TABLE_PREFIX\}(?P<name>\w+) ON \{TABLE_PREFIX\}(?P<table>\w+) \([\w, ]+\)$"
)
_PRIMARY_KEY: Final = re.compile(r" *PRIMARY KEY \((?P<columns>[\w, ]+)\)$")
_CHANGE: Final = re.compile(r"(?P<what>ADD|ALTER|DROP INDEX|DROP|PRIMARY KEY|CREATE)\b *(?P<rest>.*)$")


@dataclass(frozen=True)
class Column:
    """Describe a column: its name, its portable type and the value of a row that does not say."""

    name: str
    type: str
    default: str | int


@dataclass(frozen=True)
class Table:
    """Describe a table.

    :ivar name: the name without prefix.
    :ivar definitions: column → its definition in SQL, in order.
    :ivar primary_key: its columns as SQL; empty for none.
    :ivar indexes: name without prefix → the statement that creates it.
    """

    name: str
    definitions: Mapping[str, str]
    primary_key: str
    indexes: Mapping[str, str]

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """Return the columns by name, in order."""
        return {name: _column(self.name, text) for name, text in self.definitions.items()}

    @cached_property
    def statements(self) -> tuple[str, ...]:
        """Return the statements that create the table and its indexes."""
        lines = [f"    {text}" for text in self.definitions.values()]
        lines += [f"    PRIMARY KEY ({self.primary_key})"] * bool(self.primary_key)
        create = f"CREATE TABLE {{TABLE_PREFIX}}{self.name} (\n" + ",\n".join(lines) + "\n)"
        return (create, *self.indexes.values())


def read_table(name: str, body: Iterable[str]) -> Table:
    """Read the lines of a block ``table``: ``CREATE TABLE``, a column a line, and ``CREATE INDEX``.

    :raises StatementSyntaxError: naming the line that cannot be read.
    """
    head, *rest = _lines(body) or [""]
    if head != f"CREATE TABLE {{TABLE_PREFIX}}{name} (":
        raise StatementSyntaxError(
            f"Block 'table: {name}' of a schema must begin with 'CREATE TABLE {{TABLE_PREFIX}}{name} ('."
        )
    definitions: dict[str, str] = {}
    primary_key, indexes = "", dict[str, str]()
    for line in rest:
        if line == ")":
            continue
        if key := _PRIMARY_KEY.match(line):
            primary_key = key["columns"]
        elif line.startswith("CREATE"):
            indexes.update(_index(name, line))
        else:
            definitions[_column(name, line).name] = line
    return _checked(Table(name, definitions, primary_key, indexes))


def alter_table(table: Table, body: Iterable[str]) -> Table:
    """Read the lines of a block ``alter``, one change each.

    :raises StatementSyntaxError: naming the line that cannot be read or does not fit the table.
    """
    definitions, primary_key, indexes = dict(table.definitions), table.primary_key, dict(table.indexes)
    for line in _lines(body):
        change = _CHANGE.match(line)
        what, rest = (change["what"], change["rest"]) if change else ("", "")
        if what in ("ADD", "ALTER"):
            name = _column(table.name, rest).name
            if (name in definitions) is (what == "ADD"):
                raise _refused(
                    table.name, line, "the column is there already" if what == "ADD" else "no such column"
                )
            definitions[name] = rest
        elif what in ("DROP", "DROP INDEX"):
            _drop(definitions if what == "DROP" else indexes, rest, table.name, line)
        elif what == "CREATE":
            indexes.update(_index(table.name, line))
        elif key := _PRIMARY_KEY.match(line):
            primary_key = key["columns"]
        else:
            raise _refused(
                table.name, line, "no change; write ADD, ALTER, DROP, DROP INDEX, CREATE INDEX or PRIMARY KEY"
            )
    return _checked(Table(table.name, definitions, primary_key, indexes))


def _lines(body: Iterable[str]) -> list[str]:
    return [line.strip().rstrip(",;") for line in body if line.strip() and not line.lstrip().startswith("--")]


def _column(table: str, text: str) -> Column:
    found = _COLUMN.match(text)
    if found is None:
        raise _refused(table, text, "no column; write 'name TYPE NOT NULL DEFAULT value'")
    return Column(found["name"], found["type"], _default(found["type"], found["default"]))


def _default(type_: str, literal: str | None) -> str | int:
    if literal is None:
        return "" if type_.startswith(("TEXT", "VARCHAR", "CHAR")) else 0
    return literal.strip("'") if literal.startswith("'") else int(literal)


def _index(table: str, line: str) -> dict[str, str]:
    found = _INDEX.match(line)
    if found is None or found["table"] != table:
        raise _refused(
            table,
            line,
            f"no index of the table; write 'CREATE INDEX {{TABLE_PREFIX}}name ON {{TABLE_PREFIX}}{table} (…)'",
        )
    return {found["name"]: line}


def _drop(known: dict[str, str], names: str, table: str, line: str) -> None:
    for name in names.replace(",", " ").split():
        if known.pop(name, None) is None:
            raise _refused(table, line, f"there is no {name!r}")


def _checked(table: Table) -> Table:
    """Check that keys are made of columns that there are."""
    keys = {
        "PRIMARY KEY": table.primary_key,
        **{name: line.partition("(")[2] for name, line in table.indexes.items()},
    }
    for key, columns in keys.items():
        for name in re.findall(r"\w+", columns):
            if name not in table.definitions:
                raise _refused(table.name, key, f"it is made of the column {name!r}, which there is not")
    return table


def _refused(table: str, line: str, why: str) -> StatementSyntaxError:
    return StatementSyntaxError(f"Table {table!r} of a schema: {line.strip()!r}: {why}.")
