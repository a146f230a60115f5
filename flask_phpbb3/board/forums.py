"""The forums of a board as a tree, in the order of its index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from ..plugins.driver import Row


class ForumTree:
    """All forums at one moment. Immutable.

    Iteration yields forum ids in the order of the index.

    :param rows: rows with ``forum_id``, ``parent_id``, ``left_id`` and ``has_password``.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        ordered = sorted(rows, key=lambda row: (int(row["left_id"]), int(row["forum_id"])))
        self._rows = {int(row["forum_id"]): row for row in ordered}

    def __getitem__(self, forum_id: int) -> Row:
        return self._rows[forum_id]

    def __contains__(self, forum_id: object) -> bool:
        return forum_id in self._rows

    def __iter__(self) -> Iterator[int]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"<ForumTree: {len(self)} forums>"

    @cached_property
    def with_password(self) -> frozenset[int]:
        """Return the forums that ask for a password of their own; it is not inherited."""
        return frozenset(forum_id for forum_id, row in self._rows.items() if int(row["has_password"]))

    @cached_property
    def children(self) -> Mapping[int, tuple[int, ...]]:
        """Return the direct children of each forum that has some; 0 stands for the index."""
        found: dict[int, list[int]] = {}
        for forum_id, row in self._rows.items():
            found.setdefault(int(row["parent_id"]), []).append(forum_id)
        return {parent: tuple(forums) for parent, forums in found.items()}

    def ancestors(self, forum_id: int) -> list[int]:
        """Return the forums above one, the outermost first; empty for one at the top or unknown."""
        found: list[int] = []
        row = self._rows.get(forum_id)
        while row is not None and (parent := int(row["parent_id"])) in self._rows and parent not in found:
            found.insert(0, parent)
            row = self._rows[parent]
        return found
