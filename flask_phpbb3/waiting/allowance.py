"""What one request may wait for the board in all, however many questions it asks."""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import Final

from ..errors import StatementTimeoutError
from .deadline import bring_forward, put_back

_spending: Final[ContextVar[bool]] = ContextVar("flask_phpbb3_spending", default=False)


class Allowance:
    """Seconds that a request may wait, spent question by question; what it does in between is free.

    :param seconds: how many.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._left = seconds

    def begin(self) -> float:
        """Return the seconds that are left.

        :raises StatementTimeoutError: if there are none.
        """
        if self._left <= 0:
            raise StatementTimeoutError(
                f"This request has waited {self._seconds:g} s for the board, which is all that it may "
                "(PHPBB3_DATABASE['REQUEST_TIMEOUT'])."
            )
        return self._left

    def take(self, seconds: float) -> None:
        """Note that time was spent."""
        self._left -= seconds


class Spending:
    """A block in which a request asks the board; one inside another spends nothing of its own.

    :param allowance: what the request may wait; None for no limit.
    """

    def __init__(self, allowance: Allowance | None) -> None:
        self._allowance = None if _spending.get() else allowance

    def __enter__(self) -> None:
        if self._allowance is None:
            return
        left = self._allowance.begin()
        self._started = time.monotonic()
        self._token = bring_forward(self._started + left)
        _spending.set(True)

    def __exit__(self, *_: object) -> None:
        if self._allowance is None:
            return
        self._allowance.take(time.monotonic() - self._started)
        _spending.set(False)
        put_back(self._token)
