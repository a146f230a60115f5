"""What every typed method stands on: a call by name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any

from ..plugins.driver import Row

Calls = Callable[..., Any]


class Call(ABC):
    """Something that can be asked by name."""

    @abstractmethod
    def execute_custom(self, command: str, **kwargs: Any) -> Any:
        """Call any statement or function by name.

        :param command: the name, such as ``fetch_my_things``.
        :param kwargs: its parameters, and ``cache``, ``cache_ttl``, ``skip``, ``limit``.
        :returns: a row or None (``get_``), a list of rows (``fetch_``), a bool (``has_``), or the number
            of rows touched (``set_``).
        :raises UnknownStatementError: if nothing has that name; offers near names.
        """

    def _row(self, name: str, **kwargs: Any) -> Row | None:
        row: Row | None = self.execute_custom(name, **kwargs)
        return row

    def _rows(self, name: str, **kwargs: Any) -> list[Row]:
        rows: list[Row] = self.execute_custom(name, **kwargs)
        return rows

    def _statement(self, name: str) -> Calls:
        return partial(self.execute_custom, name)
