"""What several requests in a row may share: values kept in the process for a short time, and only so many.

Knows no lock, which a fork could catch while it is held: two threads can at worst lose each other's entry.
"""

from __future__ import annotations

import time
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Keep values for `ttl` seconds from before they were asked for.

    There are two generations, and the older goes as a whole: nothing has to be searched for what is old.

    :param ttl: seconds; 0 keeps nothing.
    :param most: how many values a generation holds.
    """

    def __init__(self, ttl: float, most: int) -> None:
        self._ttl = ttl
        self._most = most
        self._young: dict[Hashable, tuple[float, T]] = {}
        self._old: dict[Hashable, tuple[float, T]] = {}
        self._turned = 0.0
        self._forgotten = 0.0

    def __bool__(self) -> bool:
        return self._ttl > 0

    def get(self, key: Hashable) -> T | None:
        """Return the value of a key if it is young enough."""
        found = self._young.get(key) or self._old.get(key)
        if found is None:
            return None
        asked, value = found
        return value if asked > self._forgotten and time.monotonic() - asked < self._ttl else None

    def put(self, key: Hashable, value: T, asked: float) -> None:
        """Keep a value.

        :param asked: when it was asked for, on the monotonic clock.
        """
        if not self._ttl:
            return
        now = time.monotonic()
        if len(self._young) >= self._most or now - self._turned >= self._ttl:
            self._old, self._young, self._turned = self._young, {}, now
        self._young[key] = (asked, value)

    def forget(self) -> None:
        """Forget all values; what is being asked for right now is not believed, either."""
        self._forgotten = time.monotonic()
        self._young, self._old = {}, {}
