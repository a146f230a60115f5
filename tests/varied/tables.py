"""The rows of a board as they stand in its tables."""

from __future__ import annotations

from typing import Any

from flask_phpbb3.testing import MiniatureBoard

Row = dict[str, Any]


class Tables:
    """Hold the rows of a board that no longer changes; each table is read once.

    Rows stand in the order of what numbers them, where something does, else as the database has them.
    """

    def __init__(self, board: MiniatureBoard) -> None:
        self._board = board
        self._rows: dict[str, list[Row]] = {}
        self._by: dict[tuple[str, str], dict[Any, list[Row]]] = {}

    def __getitem__(self, table: str) -> list[Row]:
        if table not in self._rows:
            rows = self._board.rows(table) if self._board.schema.has(table) else []
            number = f"{table.removesuffix('s')}_id"
            self._rows[table] = (
                sorted(rows, key=lambda row: row[number]) if rows and number in rows[0] else rows
            )
        return self._rows[table]

    def where(self, table: str, **value: Any) -> list[Row]:
        """Return the rows whose one named column has a value."""
        [(column, wanted)] = value.items()
        if (table, column) not in self._by:
            found: dict[Any, list[Row]] = {}
            for row in self[table]:
                found.setdefault(row[column], []).append(row)
            self._by[table, column] = found
        return self._by[table, column].get(wanted, [])
