"""A value that is read again when it is too old: one reader at a time, failures not remembered."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_snapshots: weakref.WeakSet[Snapshot[Any]] = weakref.WeakSet()


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
        self._unlock()
        _snapshots.add(self)

    def _unlock(self) -> None:
        self._lock = threading.Lock()

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


def _after_fork_in_child() -> None:
    for snapshot in list(_snapshots):
        snapshot._unlock()  # a thread that the child does not have may have held the lock


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
