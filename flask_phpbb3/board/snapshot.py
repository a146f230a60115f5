"""A value that is read again when it gets old: one reading at a time, and nobody waits for it needlessly.

Knows no lock that is made before it is used, and nothing that a forked child could inherit half-way: a reading
under way belongs to its process.
"""

from __future__ import annotations

import contextlib
import contextvars
import os
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from ..errors import StatementTimeoutError
from ..waiting.deadline import seconds_left

T = TypeVar("T")

_AHEAD: Final = 0.75
"""The part of its life after which a value is read again while it still serves."""
_PAUSE: Final = 1.0
"""Seconds until a reading that did not help is tried again."""


@dataclass(frozen=True)
class _Reading(Generic[T]):
    value: T
    started: float


@dataclass(eq=False)
class _Attempt(Generic[T]):
    """A reading under way.

    :ivar started: when it began, on the monotonic clock.
    :ivar reading: what came of it; None if it failed or was interrupted.
    :ivar failure: why it failed.
    """

    started: float
    done: threading.Event = field(default_factory=threading.Event)
    reading: _Reading[T] | None = None
    failure: Exception | None = None


class Snapshot(Generic[T]):
    """Keep the answer of `read` for a time.

    Towards the end of that time it is read again beside the requests, which go on with what there is. Only when
    there is nothing young enough do they wait, all for one reading.

    :param read: asks for the value; what it raises reaches the caller, and all who wait meanwhile.
    :param ttl: how old the value may be, in seconds from before it was asked for; 0 asks each time.
    :param waiting: makes the block in which a request waits for a reading; one that need not wait enters none.
    """

    def __init__(
        self,
        read: Callable[[], T],
        ttl: float,
        waiting: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
    ) -> None:
        self._read = read
        self._ttl = ttl
        self._waiting = waiting
        self._reading: _Reading[T] | None = None
        self._forgotten = 0.0
        self._paused = 0.0
        self._attempts: dict[int, _Attempt[T]] = {}

    def get(self) -> T:
        """Return a value young enough.

        :raises StatementTimeoutError: if another's reading takes longer than this request may wait.
        """
        now = time.monotonic()
        reading = self._reading
        if reading is None or now - reading.started >= self._ttl:
            with self._waiting():
                return self._join(now)
        if now - reading.started >= self._ttl * _AHEAD and now >= self._paused:
            self._read_beside()
        return reading.value

    def forget(self) -> None:
        """Ask again at the next call; what is being read right now is not believed, either."""
        self._forgotten = time.monotonic()
        self._reading = None

    def doubt(self) -> None:
        """Ask again at the next call, unless what is known was asked for just now."""
        reading = self._reading
        if reading is not None and time.monotonic() - reading.started > _PAUSE:
            self.forget()

    def _join(self, arrived: float) -> T:
        """Read, or wait for whoever reads already; who must ask each time takes no answer begun before."""
        while True:
            mine: _Attempt[T] = _Attempt(time.monotonic())
            attempt = self._begin(mine)
            if attempt is mine:
                return self._carry_out(mine)
            if not attempt.done.wait(min(seconds_left(), threading.TIMEOUT_MAX)):
                raise StatementTimeoutError(
                    "What the board is like was still being read when this request had waited long enough."
                )
            if attempt.failure is not None:
                raise _again(attempt.failure)
            if attempt.reading is not None and attempt.started >= (self._forgotten if self._ttl else arrived):
                return attempt.reading.value

    def _begin(self, mine: _Attempt[T]) -> _Attempt[T]:
        """Return the attempt of this process: the given one, unless there is one already."""
        return self._attempts.setdefault(os.getpid(), mine)

    def _carry_out(self, attempt: _Attempt[T]) -> T:
        try:
            value = self._read()
            attempt.reading = _Reading(value, attempt.started)
            if attempt.started >= self._forgotten:
                self._reading = attempt.reading
        except Exception as error:
            attempt.failure = _again(error)
            raise
        finally:
            self._finish(attempt)
        return value

    def _finish(self, attempt: _Attempt[T]) -> None:
        self._attempts.pop(os.getpid(), None)
        attempt.done.set()

    def _read_beside(self) -> None:
        mine: _Attempt[T] = _Attempt(time.monotonic())
        if self._begin(mine) is not mine:
            return
        # A context of its own: this request's deadline is not the reading's.
        thread = threading.Thread(
            target=contextvars.Context().run, args=(self._try, mine), name="flask_phpbb3", daemon=True
        )
        with contextlib.suppress(RuntimeError):  # no more threads: whoever finds the value too old reads it
            thread.start()
            return
        self._finish(mine)

    def _try(self, attempt: _Attempt[T]) -> None:
        try:
            self._carry_out(attempt)
        except Exception:  # noqa: BLE001 - whoever needs the value before it can be read meets the error then
            self._paused = time.monotonic() + _PAUSE


def _again(error: Exception) -> Exception:
    """Return an equal error without the way it took, which belongs to one thread and holds what it saw."""
    copy: Exception = type(error).__new__(type(error), *error.args)
    copy.__dict__.update(error.__dict__)
    return copy
