"""Where something was written: what is read there afterwards must not come from a replica that lags."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from contextvars import ContextVar
from typing import Any, Final

_WRITTEN: Final = "flask_phpbb3.written"

_outside: Final[ContextVar[bool]] = ContextVar("flask_phpbb3_written", default=False)


class Writes:
    """Remember writing for the rest of a request; outside of one, for the rest of the thread or task.

    :param notes: returns where the current request keeps its notes; None outside of one.
    """

    def __init__(self, notes: Callable[[], MutableMapping[str, Any] | None] = lambda: None) -> None:
        self._notes = notes

    def note(self) -> None:
        """Note that something may have been written."""
        notes = self._notes()
        if notes is None:
            _outside.set(True)
        else:
            notes[_WRITTEN] = True

    def happened(self) -> bool:
        """Tell whether something may have been written here."""
        notes = self._notes()
        return _outside.get() if notes is None else bool(notes.get(_WRITTEN))
