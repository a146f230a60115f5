"""The servers of which the first that lets us in is asked: in whose order, and how the time is shared."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable
from typing import Final, TypeVar

T = TypeVar("T")

LAST_FOR: Final = 60.0
"""Seconds for which a server that did not answer is tried after all others, so that it costs few logins a wait."""


class Places:
    """Try servers in turn; each has its share of the time that is left, so that a silent one gives way to the next."""

    def __init__(self) -> None:
        self._silent: dict[Hashable, float] = {}

    def in_turn(self, places: Iterable[T], key: Callable[[T], Hashable]) -> list[T]:
        """Return places in their order, those that were silent lately behind the others."""
        now = time.monotonic()
        return sorted(places, key=lambda place: now - self._silent.get(key(place), -LAST_FOR) < LAST_FOR)

    def note_silence(self, place: Hashable) -> None:
        """Note that a place did not answer in time."""
        self._silent[place] = time.monotonic()

    def note_answer(self, place: Hashable) -> None:
        """Note that a place answers."""
        self._silent.pop(place, None)

    @staticmethod
    def share(deadline: float, left: int) -> float:
        """Return until when the next of some places may take.

        :param deadline: until when all may, on the monotonic clock.
        :param left: how many there are, with the next one.
        """
        now = time.monotonic()
        return now + max(0.0, (deadline - now) / left)
