"""Until when whatever runs now may wait: one deadline over everything that is done below it.

A context variable, so that it reaches a client's sockets without a word to the client in between. Threads and
greenlets begin without one.
"""

from __future__ import annotations

import math
import time
from contextvars import ContextVar, Token
from typing import Final

_deadline: Final[ContextVar[float]] = ContextVar("flask_phpbb3_deadline", default=math.inf)


class Within:
    """Have everything inside wait for a number of seconds at most, or until an outer deadline that comes first.

    :param seconds: how long, from when the block is entered.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        self._token = bring_forward(time.monotonic() + self._seconds)

    def __exit__(self, *_: object) -> None:
        put_back(self._token)


def bring_forward(deadline: float) -> Token[float]:
    """Have everything from now on wait until a deadline at most; return what puts back the one that held."""
    return _deadline.set(min(_deadline.get(), deadline))


def put_back(token: Token[float]) -> None:
    """Have the deadline hold again that was brought forward."""
    _deadline.reset(token)


def seconds_left() -> float:
    """Return how many seconds may still be waited, 0 at least; infinity without a deadline."""
    until = _deadline.get()
    return until if until == math.inf else max(0.0, until - time.monotonic())
