"""A bounded pool of connections that survives threads, forks and a restarted server.

It is our own because none of the kept libraries meets the need: DBUtils' ``PooledDB`` waits without end
when it is exhausted, ``psycopg_pool`` lives on background threads that a forked child does not have, and
SQLAlchemy's ``QueuePool`` would bring a package many times the size of this one. It knows nothing of
databases: it is handed three functions.
"""

from __future__ import annotations

import contextlib
import math
import os
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from ..errors import PoolTimeoutError
from ..waiting.deadline import seconds_left

MAX_IDLE: Final = 300.0
"""Seconds after which an unused connection is replaced: firewalls forget silent ones without a word."""

ConnectionT = TypeVar("ConnectionT")

_pools: weakref.WeakSet[Pool[Any]] = weakref.WeakSet()


@dataclass(eq=False)
class Lease(Generic[ConnectionT]):
    """A connection on loan.

    :ivar connection: the connection.
    :ivar generation: the pool's generation when it was opened.
    :ivar used: when it was last given back, on the monotonic clock.
    :ivar opened: when it was opened, on the same.
    """

    connection: ConnectionT
    generation: int
    used: float = field(default_factory=time.monotonic)
    opened: float = field(default_factory=time.monotonic)


@dataclass(eq=False)
class _Holdings(Generic[ConnectionT]):
    """What one process has of a pool, and its lock: by itself, as a condition takes thrice as long to enter."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    changed: threading.Condition = field(init=False)
    idle: list[Lease[ConnectionT]] = field(default_factory=list)
    lent: set[Lease[ConnectionT]] = field(default_factory=set)
    opening: int = 0
    generation: int = 0

    def __post_init__(self) -> None:
        self.changed = threading.Condition(self.lock)


class Pool(Generic[ConnectionT]):
    """Hold at most `size` connections and lend each to one borrower at a time, the last used first.

    :param connect: open a connection.
    :param close: close one; its errors are ignored.
    :param forget: let go of one in a forked child without a word to the server; its errors are ignored.
    :param is_current: tells whether an idle connection is still worth lending, without asking anybody.
    :param size: most connections at a time.
    :param timeout: seconds to wait for one when all are on loan; 0 means not at all.
    :param max_idle: seconds after which an unused connection is closed instead of lent.
    :param max_age: seconds after which any is.
    """

    def __init__(
        self,
        connect: Callable[[], ConnectionT],
        close: Callable[[ConnectionT], None],
        forget: Callable[[ConnectionT], None],
        is_current: Callable[[ConnectionT], bool] = lambda _: True,
        *,
        size: int,
        timeout: float,
        max_idle: float = MAX_IDLE,
        max_age: float = math.inf,
    ) -> None:
        self._connect = connect
        self._close = close
        self._forget = forget
        self._is_current = is_current
        self._size = size
        self._timeout = timeout
        self._max_idle = max_idle
        self._max_age = max_age
        self._held: dict[int, _Holdings[ConnectionT]] = {}
        _pools.add(self)

    @property
    def _own(self) -> _Holdings[ConnectionT]:
        """Return what this process holds; what it has inherited is forgotten first.

        Looked at by process and made at first use: uWSGI forks without Python's knowledge, a thread that a child
        does not have may hold the parent's lock, and gevent patches threading after the application was loaded.
        """
        held = self._held.get(os.getpid())
        if held is None:
            self._forget_inherited()
            held = self._held.setdefault(os.getpid(), _Holdings())
        return held

    def acquire(self) -> Lease[ConnectionT]:
        """Lend a connection, a new one if none is idle and the pool is not full.

        :raises PoolTimeoutError: if all were on loan for `timeout` seconds, or for as long as may be waited.
        :raises Exception: what `connect` raises.
        """
        held = self._own
        stale: list[Lease[ConnectionT]] = []
        try:
            with held.lock:
                if not self._has_one(held):
                    self._wait(held)
                while held.idle:
                    lease = held.idle.pop()
                    now = time.monotonic()
                    recent = now - lease.used < self._max_idle and now - lease.opened < self._max_age
                    if recent and self._is_current(lease.connection):
                        held.lent.add(lease)
                        return lease
                    stale.append(lease)
                held.opening += 1
                generation = held.generation
        finally:
            if stale:
                self._close_all(stale)
        return self._open(held, generation)

    def _has_one(self, held: _Holdings[ConnectionT]) -> bool:
        return bool(held.idle) or len(held.lent) + held.opening < self._size

    def _wait(self, held: _Holdings[ConnectionT]) -> None:
        timeout = min(self._timeout, seconds_left())
        if not held.changed.wait_for(lambda: self._has_one(held), timeout):
            raise PoolTimeoutError(
                f"All {self._size} connections to the board's database were busy for {timeout:.3g} s. "
                "Raise PHPBB3_DATABASE['POOL_SIZE'] or ['POOL_TIMEOUT'], or find the slow statements."
            )

    def _open(self, held: _Holdings[ConnectionT], generation: int) -> Lease[ConnectionT]:
        lease: Lease[ConnectionT] | None = None
        try:
            lease = Lease(self._connect(), generation)
        finally:
            with held.lock:
                held.opening -= 1
                if lease is not None:
                    held.lent.add(lease)
                held.changed.notify()
        return lease

    def release(self, lease: Lease[ConnectionT], *, reusable: bool = True) -> None:
        """Take a connection back, and close it if it is not to be used again.

        :param reusable: False if its state is unknown or it is broken.
        """
        held = self._own
        with held.lock:
            if lease not in held.lent:  # lent before a fork, given back in the child
                return
            held.lent.remove(lease)
            reusable = reusable and lease.generation == held.generation
            if reusable:
                lease.used = time.monotonic()
                held.idle.append(lease)
            held.changed.notify()
        if not reusable:
            self._close_all([lease])

    def invalidate(self, lease: Lease[ConnectionT]) -> None:
        """Drop every connection that is as old as a lost one; those on loan when they come back."""
        held = self._own
        with held.lock:
            if lease.generation != held.generation:
                return
            dropped = self._start_generation(held)
        self._close_all(dropped)

    def close(self) -> None:
        """Close all idle connections, and those on loan when they come back; the pool stays usable."""
        held = self._own
        with held.lock:
            dropped = self._start_generation(held)
        self._close_all(dropped)

    @staticmethod
    def _start_generation(held: _Holdings[ConnectionT]) -> list[Lease[ConnectionT]]:
        dropped, held.idle = held.idle, []
        held.generation += 1
        held.changed.notify_all()
        return dropped

    def _close_all(self, leases: list[Lease[ConnectionT]]) -> None:
        for lease in leases:
            with contextlib.suppress(Exception):
                self._close(lease.connection)

    def __del__(self) -> None:
        """Close idle connections, which would otherwise be reported as leaked; a parent's are forgotten."""
        if hasattr(self, "_held"):
            self._forget_inherited()
            for held in self._held.values():
                self._close_all(held.idle)

    def _forget_inherited(self) -> None:
        """Forget the connections of a parent process, which the parent goes on using."""
        for process in list(self._held):
            inherited = None if process == os.getpid() else self._held.pop(process, None)
            for lease in [*inherited.idle, *inherited.lent] if inherited else []:
                with contextlib.suppress(Exception):
                    self._forget(lease.connection)


def _after_fork_in_child() -> None:
    for pool in list(_pools):
        pool._forget_inherited()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
