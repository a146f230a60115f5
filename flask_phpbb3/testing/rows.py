"""Write rows of a schema's tables through any DB-API connection, in transactions, values as parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol

from flask_phpbb3.errors import ConfigurationError, ParameterError
from flask_phpbb3.testing.schema import Schema, check_dialect, check_table_prefix

#: What a column of a miniature board can hold.
Value = str | int | float | None

_PLACEHOLDERS: Final = {"qmark": "?", "format": "%s", "pyformat": "%s"}


class Connection(Protocol):
    """Name what the builder needs of a DB-API connection; its cursors return rows as sequences."""

    def cursor(self) -> Any:  # noqa: D102
        ...

    def commit(self) -> object:  # noqa: D102
        ...

    def rollback(self) -> object:  # noqa: D102
        ...


class Rows:
    """Insert, change and read rows; the columns that a call leaves out get the schema's defaults.

    Statements are written with ``?`` and ``{TABLE_PREFIX}``, whatever the connection's style.

    :param connection: an open DB-API connection that may write; it stays the caller's to close.
    :param schema: the tables of the board.
    :param dialect: one of :data:`~flask_phpbb3.testing.schema.DIALECTS`.
    :param table_prefix: what the tables' names begin with.
    :param paramstyle: the DB-API module's ``paramstyle``: qmark, format or pyformat. Empty: qmark
        for SQLite, else format, which every module of style pyformat also takes.
    :raises ConfigurationError: if the dialect, prefix or style cannot be used.
    """

    def __init__(
        self, connection: Connection, schema: Schema, *, dialect: str, table_prefix: str, paramstyle: str = ""
    ) -> None:
        check_dialect(dialect)
        check_table_prefix(table_prefix)
        paramstyle = paramstyle or ("qmark" if dialect == "sqlite" else "format")
        if paramstyle not in _PLACEHOLDERS:
            raise ConfigurationError(
                f"Cannot use paramstyle {paramstyle!r}. Allowed: {', '.join(_PLACEHOLDERS)}.",
                key="paramstyle",
            )
        self.schema = schema
        self.dialect = dialect
        self.table_prefix = table_prefix
        self._connection = connection
        self._paramstyle = paramstyle
        self._depth = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what happens inside, or roll it back on an error; an inner one is part of the outer."""
        self._depth += 1
        try:
            yield
            if self._depth == 1:
                self._connection.commit()
        except BaseException:
            if self._depth == 1:
                self._connection.rollback()
            raise
        finally:
            self._depth -= 1

    def create_tables(self) -> None:
        """Create every table of the schema with its indexes."""
        for statement in self.schema.ddl(self.dialect, self.table_prefix):
            self.execute(statement)

    def drop_tables(self) -> None:
        """Drop every table of the schema that exists."""
        for table in self.schema.tables:
            self.execute(f"DROP TABLE IF EXISTS {{TABLE_PREFIX}}{table}")

    def insert(self, table: str, **values: Value) -> None:
        """Insert one row.

        :raises LookupError: if the schema has no such table.
        :raises ParameterError: if the table has no such column.
        """
        self.insert_many(table, [values])

    def insert_many(self, table: str, rows: Sequence[Mapping[str, Value]]) -> None:
        """Insert rows with one statement; all of them may leave out different columns."""
        if not rows:
            return
        columns = self.schema.table(table).columns
        for row in rows:
            self._check_columns(table, row)
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {{TABLE_PREFIX}}{table} ({', '.join(columns)}) VALUES ({marks})"
        cursor = self._connection.cursor()
        try:
            cursor.executemany(
                self._native(statement),
                [tuple(row.get(name, column.default) for name, column in columns.items()) for row in rows],
            )
        finally:
            cursor.close()

    def update(self, table: str, where: Mapping[str, Value], **values: Value) -> int:
        """Change the rows whose columns equal those of ``where``; return how many there were."""
        self._check_columns(table, {**where, **values})
        changes = ", ".join(f"{name} = ?" for name in values)
        condition = " AND ".join(f"{name} = ?" for name in where)
        return self.execute(
            f"UPDATE {{TABLE_PREFIX}}{table} SET {changes} WHERE {condition}",
            *values.values(),
            *where.values(),
        )

    def delete(self, table: str, **where: Value) -> int:
        """Delete the rows whose columns equal the given ones; return how many there were."""
        self._check_columns(table, where)
        condition = " AND ".join(f"{name} = ?" for name in where)
        return self.execute(f"DELETE FROM {{TABLE_PREFIX}}{table} WHERE {condition}", *where.values())

    def first(self, table: str, *columns: str, **where: Value) -> tuple[Any, ...] | None:
        """Return the named columns of the row whose columns equal ``where``, or None."""
        self._check_columns(table, {**dict.fromkeys(columns), **where})
        condition = " AND ".join(f"{name} = ?" for name in where)
        found = self.fetch(
            f"SELECT {', '.join(columns)} FROM {{TABLE_PREFIX}}{table} WHERE {condition}", *where.values()
        )
        return found[0] if found else None

    def dicts(self, table: str, **where: Value) -> list[dict[str, Any]]:
        """Return the rows of a table whose columns equal ``where``, with all columns by name."""
        self._check_columns(table, where)
        condition = " AND ".join(f"{name} = ?" for name in where) or "1 = 1"
        statement = f"SELECT * FROM {{TABLE_PREFIX}}{table} WHERE {condition}"
        cursor = self._connection.cursor()
        try:
            cursor.execute(self._native(statement), tuple(where.values()))
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        finally:
            cursor.close()

    def next_id(self, table: str, column: str) -> int:
        """Return the number after the largest one of a column; 1 for an empty table."""
        [[largest]] = self.fetch(f"SELECT MAX({column}) FROM {{TABLE_PREFIX}}{table}")
        return int(largest or 0) + 1

    def fetch(self, statement: str, *parameters: Value) -> list[tuple[Any, ...]]:
        """Run a query and return its rows."""
        cursor = self._connection.cursor()
        try:
            cursor.execute(self._native(statement), parameters)
            return [tuple(row) for row in cursor.fetchall()]
        finally:
            cursor.close()

    def execute(self, statement: str, *parameters: Value) -> int:
        """Run a statement and return the number of rows it touched."""
        cursor = self._connection.cursor()
        try:
            cursor.execute(self._native(statement), parameters)
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def _check_columns(self, table: str, values: Mapping[str, Value]) -> None:
        columns = self.schema.table(table).columns
        for name in values:
            if name not in columns:
                raise ParameterError(
                    f"The table {table!r} of this phpBB line has no column {name!r}."
                    f" Columns: {', '.join(columns)}."
                )

    def _native(self, statement: str) -> str:
        statement = statement.replace("{TABLE_PREFIX}", self.table_prefix)
        return statement.replace("?", _PLACEHOLDERS[self._paramstyle])
