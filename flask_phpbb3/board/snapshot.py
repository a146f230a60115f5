"""A value that is read again when it is too old: one reader at a time, failures not remembered."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class _Reading(Generic[T]):
    value: T
    started: float


class Snapshot(Generic[T]):
    """Keep the answer of `read` for a time.

    :param read: asks for the value; what it raises reaches the caller, and all who wait meanwhile.
    :param ttl: how old the value may be, in seconds from before it was asked for; 0 asks each time.
    """

    def __init__(self, read: Callable[[], T], ttl: float) -> None:
        self._read = read
        self._ttl = ttl
        self._reading: _Reading[T] | None = None
        self._attempts = 0
        self._failure: Exception | None = None
        self._locks: dict[int, threading.Lock] = {}

    @property
    def _lock(self) -> threading.Lock:
        """Return this process's lock.

        Made at first use: a thread that a forked child does not have may hold the parent's, and gevent patches
        threading in a worker after the application was loaded.
        """
        return self._locks.get(os.getpid()) or self._locks.setdefault(os.getpid(), threading.Lock())

    def get(self) -> T:
        """Return a value young enough."""
        value = self._fresh()
        if value is not None:
            return value.value
        attempts = self._attempts
        with self._lock:
            value = self._fresh()
            if value is not None:
                return value.value
            # Whoever waited for an attempt that failed shares its failure instead of waiting again.
            if self._attempts != attempts and self._failure is not None:
                raise _again(self._failure)
            return self._attempt()

    def forget(self) -> None:
        """Ask again at the next call."""
        self._reading = None

    def _fresh(self) -> _Reading[T] | None:
        reading = self._reading
        if reading is not None and time.monotonic() - reading.started < self._ttl:
            return reading
        return None

    def _attempt(self) -> T:
        started = time.monotonic()
        self._failure = None
        try:
            value = self._read()
        except Exception as error:
            self._failure = _again(error)
            raise
        finally:
            self._attempts += 1
        self._reading = _Reading(value, started)
        return value


def _again(error: Exception) -> Exception:
    """Return an equal error without the way it took, which belongs to one thread and holds what it saw."""
    copy: Exception = type(error).__new__(type(error), *error.args)
    copy.__dict__.update(error.__dict__)
    return copy
