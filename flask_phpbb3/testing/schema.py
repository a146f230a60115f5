"""What a board of a phpBB line consists of: its tables, installed settings and permission options.

Read from the ``schema.sql`` of the version plugins, root line first. A file holds blocks, each opened by
a comment, and names only what differs from the line before:

``-- table: users``
    A table, new or in place of the one before: ``CREATE TABLE {TABLE_PREFIX}users (…)``, one column a line, and
    its ``CREATE INDEX`` lines.
``-- alter: users``
    What changes in a table, one change a line: ``ADD name TYPE …``, ``ALTER name TYPE …``, ``DROP name name …``,
    ``DROP INDEX name``, ``CREATE INDEX …`` or ``PRIMARY KEY (…)``.
``-- drop: banlist``
    A table that the line has no more.
``-- config:``
    Settings as ``--   name = value``, as phpBB's installer writes them.
``-- drop config: board_dst``
    Settings that the line has no more, separated by blanks.
``-- options: global local``
    Permission options of that scope as ``--   name name …``. Their order counts: phpBB numbers them by it.
    A file with such blocks lists all options of its line.

The types are those that PostgreSQL, MariaDB, MySQL and SQLite share. ``INTEGER`` stands for phpBB's
unsigned integers and ``INT`` for signed ones; only MySQL and MariaDB tell them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from flask_phpbb3.errors import ConfigurationError, StatementSyntaxError
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing.tables import Table, alter_table, read_table

#: The databases that a miniature board can be built in.
DIALECTS: Final = ("mysql", "postgresql", "sqlite")

_HEADING = re.compile(r"-- (table|alter|drop|config|drop config|options):(?: (.+))?$")
_PREFIX = re.compile(r"\w*", re.ASCII)


@dataclass(frozen=True)
class Option:
    """Describe a permission option: where it can be set."""

    name: str
    is_global: bool
    is_local: bool


@dataclass(frozen=True)
class Schema:
    """Hold the tables, installed settings and permission options of one phpBB line.

    :ivar tables: the tables by their name without prefix.
    :ivar config: the installed settings that do not depend on the single board.
    :ivar options: the permission options in phpBB's order.
    """

    tables: Mapping[str, Table]
    config: Mapping[str, str]
    options: tuple[Option, ...]

    @classmethod
    def of(cls, version: str, *, plugins: Iterable[Any] = ()) -> Schema:
        """Return the schema of a version.

        :param version: a version's name or a phpBB release: ``3.3``, ``3.3.10``, ``3.3-motto``.
        :param plugins: in-process plugins and names of add-ons, as ``PhpBB3(app, plugins=…)`` takes them; the
            tables of add-ons are in it.
        :raises PluginError: if no plugin serves that version, or one cannot be used.
        :raises StatementSyntaxError: as `load`.
        """
        found = Plugins(plugins)
        line = found.line(version)
        return cls.load(*line.extended(*found.addons(line.name)).schema)

    @classmethod
    def load(cls, *texts: str) -> Schema:
        """Read a line's schema.

        :param texts: the contents of the ``schema.sql`` files of the line's ancestors and its own, the
            root first.
        :raises StatementSyntaxError: if a file does not follow the form described above.
        """
        tables: dict[str, Table] = {}
        config: dict[str, str] = {}
        options: tuple[Option, ...] = ()
        for text in texts:
            own_options: list[Option] = []
            for kind, argument, body in _blocks(text):
                if kind == "table":
                    tables[argument] = read_table(argument, body)
                elif kind == "alter":
                    tables[argument] = alter_table(_altered(tables, argument), body)
                elif kind == "drop":
                    _drop(tables, argument)
                elif kind == "config":
                    config.update(_read_config(body))
                elif kind == "drop config":
                    _drop(config, argument)
                else:
                    own_options += _read_options(argument, body)
            options = tuple(own_options) or options
        return cls(MappingProxyType(tables), MappingProxyType(config), options)

    def columns(self, table: str) -> tuple[str, ...]:
        """Name the columns of a table in order.

        :param table: a table's name without prefix.
        :raises LookupError: if the line has no such table.
        """
        return tuple(self.table(table).columns)

    def has(self, table: str, column: str | None = None) -> bool:
        """Tell whether the line has a table, or that table a column."""
        found = self.tables.get(table)
        return found is not None and (column is None or column in found.columns)

    def table(self, name: str) -> Table:
        """Return a table by its name without prefix.

        :raises LookupError: if the line has no such table.
        """
        try:
            return self.tables[name]
        except KeyError:
            known = ", ".join(sorted(self.tables))
            raise LookupError(f"This phpBB line has no table {name!r}. Tables: {known}.") from None

    def ddl(self, dialect: str, table_prefix: str) -> list[str]:
        """Return the statements that create the tables and their indexes.

        :param dialect: one of :data:`DIALECTS`.
        :param table_prefix: letters, digits and underscores, may be empty.
        :raises ConfigurationError: if the dialect is unknown or the prefix has other characters.
        """
        check_dialect(dialect)
        check_table_prefix(table_prefix)
        return [
            _translate(statement, dialect).replace("{TABLE_PREFIX}", table_prefix)
            for table in self.tables.values()
            for statement in table.statements
        ]


def check_dialect(dialect: str) -> None:
    """Check the name of a dialect.

    :raises ConfigurationError: if it is none of :data:`DIALECTS`.
    """
    if dialect not in DIALECTS:
        raise ConfigurationError(
            f"No dialect named {dialect!r}. Allowed: {', '.join(DIALECTS)}.", key="dialect"
        )


def check_table_prefix(table_prefix: str) -> None:
    """Check a table prefix.

    :raises ConfigurationError: if it holds anything but letters, digits and underscores.
    """
    if not _PREFIX.fullmatch(table_prefix):
        raise ConfigurationError(
            f"The table prefix {table_prefix!r} may only hold letters, digits and underscores.",
            key="table_prefix",
        )


def _blocks(text: str) -> Iterator[tuple[str, str, list[str]]]:
    kind, argument, body = "", "", list[str]()
    for line in text.splitlines():
        heading = _HEADING.match(line)
        if heading is None:
            body.append(line)
            continue
        if kind:
            yield kind, argument, body
        kind, argument, body = heading[1], heading[2] or "", []
    if kind:
        yield kind, argument, body


def _altered(tables: Mapping[str, Table], name: str) -> Table:
    if name not in tables:
        raise StatementSyntaxError(f"A schema alters {name!r}, which no line before it has.")
    return tables[name]


def _read_config(body: list[str]) -> Iterator[tuple[str, str]]:
    for line in _comments(body):
        name, equals, value = line.partition("=")
        if not equals:
            raise StatementSyntaxError(f"A schema's setting must read '--   name = value', not {line!r}.")
        yield name.strip(), value.strip()


def _read_options(scope: str, body: list[str]) -> list[Option]:
    scopes = set(scope.split())
    if not scopes or not scopes <= {"global", "local"}:
        raise StatementSyntaxError(
            f"Permission options are 'global', 'local' or 'global local', not {scope!r}."
        )
    return [
        Option(name, "global" in scopes, "local" in scopes)
        for line in _comments(body)
        for name in line.split()
    ]


def _comments(body: list[str]) -> Iterator[str]:
    return (line.removeprefix("--").strip() for line in body if line.startswith("--   "))


def _drop(known: dict[str, Table] | dict[str, str], names: str) -> None:
    for name in names.split():
        if known.pop(name, None) is None:
            raise StatementSyntaxError(f"A schema drops {name!r}, which no line before it has.")


def _translate(statement: str, dialect: str) -> str:
    if not statement.startswith("CREATE TABLE"):
        return statement
    if dialect != "mysql":  # knows no default of a TEXT; the others get phpBB's
        return statement.replace(" TEXT NOT NULL", " TEXT NOT NULL DEFAULT ''")
    # phpBB's own tables compare text byte by byte and hold unsigned numbers: queries must cope with both.
    return (
        re.sub(r"\bINTEGER\b", "INTEGER UNSIGNED", statement) + " DEFAULT CHARACTER SET utf8 COLLATE utf8_bin"
    )
