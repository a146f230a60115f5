"""A rest after silence: while a server does not answer, one asks it and all others fail at once.

Otherwise every thread of a site would soon wait for the silent server, and none be left for pages that never ask
it. Knows no lock: the worst that two threads can do to each other is that both ask.
"""

from __future__ import annotations

import threading
import time
from typing import Final

_LONGEST: Final = 5.0
"""Seconds of the longest rest; a shorter one is as long as somebody waited in vain."""


class Rest:
    """Whether a server may be asked, in one process.

    A connection that falls silent is doubt alone, as routers forget connections: the next one asks, at once and on
    a new connection. A server that lets nobody in, or is silent to who tries, is left alone for a while.

    :param longest: seconds that an attempt takes at most; after them another one tries.
    """

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._until: float | None = None
        self._trier = 0

    def may_ask(self) -> bool:
        """Tell whether the current thread may ask; in doubt it becomes the one that tries."""
        until = self._until
        if until is None or self._is_trier():
            return True
        now = time.monotonic()
        if now < until:
            return False
        self._until = now + self._longest
        self._trier = threading.get_ident()
        return True

    def note_silence(self, waited: float, *, connecting: bool) -> None:
        """Note that no answer came.

        :param waited: for how many seconds.
        :param connecting: whether a new connection was wanted.
        """
        if connecting or self._is_trier():
            self._until = time.monotonic() + min(waited, _LONGEST)
            self._trier = 0
        elif self._until is None:
            self._until = time.monotonic()

    def note_answer(self) -> None:
        """Note that the server answers."""
        if self._until is not None:
            self._until = None
            self._trier = 0

    def leave(self) -> None:
        """Note that the current thread asks no longer; if it tried and nothing is known, the next one may."""
        if self._until is not None and self._is_trier():
            self._until = time.monotonic()
            self._trier = 0

    def _is_trier(self) -> bool:
        return self._trier != 0 and self._trier == threading.get_ident()
