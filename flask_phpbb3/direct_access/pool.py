"""A bounded pool of connections that survives threads, forks and a restarted server.

It is our own because none of the kept libraries meets the need: DBUtils' ``PooledDB`` waits without end
when it is exhausted, ``psycopg_pool`` lives on background threads that a forked child does not have, and
SQLAlchemy's ``QueuePool`` would bring a package many times the size of this one. It knows nothing of
databases: it is handed three functions.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from ..errors import PoolTimeoutError

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
    """

    connection: ConnectionT
    generation: int
    used: float = field(default_factory=time.monotonic)


class Pool(Generic[ConnectionT]):
    """Hold at most `size` connections and lend each to one borrower at a time, the last used first.

    :param connect: open a connection.
    :param close: close one; its errors are ignored.
    :param forget: let go of one in a forked child without a word to the server; its errors are ignored.
    :param size: most connections at a time.
    :param timeout: seconds to wait for one when all are on loan; 0 means not at all.
    :param max_idle: seconds after which an unused connection is closed instead of lent.
    """

    def __init__(
        self,
        connect: Callable[[], ConnectionT],
        close: Callable[[ConnectionT], None],
        forget: Callable[[ConnectionT], None],
        *,
        size: int,
        timeout: float,
        max_idle: float = MAX_IDLE,
    ) -> None:
        self._connect = connect
        self._close = close
        self._forget = forget
        self._size = size
        self._timeout = timeout
        self._max_idle = max_idle
        self._start_afresh()
        _pools.add(self)

    def _start_afresh(self) -> None:
        self._changed = threading.Condition()
        self._idle: list[Lease[ConnectionT]] = []
        self._lent: set[Lease[ConnectionT]] = set()
        self._opening = 0
        self._generation = 0

    def acquire(self) -> Lease[ConnectionT]:
        """Lend a connection, a new one if none is idle and the pool is not full.

        :raises PoolTimeoutError: if all were on loan for `timeout` seconds.
        :raises Exception: what `connect` raises.
        """
        stale: list[Lease[ConnectionT]] = []
        try:
            with self._changed:
                if not self._changed.wait_for(lambda: self._idle or not self._is_full(), self._timeout):
                    raise PoolTimeoutError(
                        f"All {self._size} connections to the board's database were busy for {self._timeout:g} s. "
                        "Raise PHPBB3_DATABASE['POOL_SIZE'] or ['POOL_TIMEOUT'], or find the slow statements."
                    )
                while self._idle:
                    lease = self._idle.pop()
                    if time.monotonic() - lease.used < self._max_idle:
                        self._lent.add(lease)
                        return lease
                    stale.append(lease)
                self._opening += 1
                generation = self._generation
        finally:
            self._close_all(stale)
        return self._open(generation)

    def _is_full(self) -> bool:
        return len(self._idle) + len(self._lent) + self._opening >= self._size

    def _open(self, generation: int) -> Lease[ConnectionT]:
        lease: Lease[ConnectionT] | None = None
        try:
            lease = Lease(self._connect(), generation)
        finally:
            with self._changed:
                self._opening -= 1
                if lease is not None:
                    self._lent.add(lease)
                self._changed.notify()
        return lease

    def release(self, lease: Lease[ConnectionT], *, reusable: bool = True) -> None:
        """Take a connection back, and close it if it is not to be used again.

        :param reusable: False if its state is unknown or it is broken.
        """
        with self._changed:
            if lease not in self._lent:  # lent before a fork, given back in the child
                return
            self._lent.remove(lease)
            reusable = reusable and lease.generation == self._generation
            if reusable:
                lease.used = time.monotonic()
                self._idle.append(lease)
            self._changed.notify()
        if not reusable:
            self._close_all([lease])

    def invalidate(self, lease: Lease[ConnectionT]) -> None:
        """Drop every connection that is as old as a lost one; those on loan when they come back."""
        with self._changed:
            if lease.generation != self._generation:
                return
            dropped = self._start_generation()
        self._close_all(dropped)

    def close(self) -> None:
        """Close all idle connections, and those on loan when they come back; the pool stays usable."""
        with self._changed:
            dropped = self._start_generation()
        self._close_all(dropped)

    def _start_generation(self) -> list[Lease[ConnectionT]]:
        dropped, self._idle = self._idle, []
        self._generation += 1
        self._changed.notify_all()
        return dropped

    def _close_all(self, leases: list[Lease[ConnectionT]]) -> None:
        for lease in leases:
            with contextlib.suppress(Exception):
                self._close(lease.connection)

    def __del__(self) -> None:
        """Close idle connections, which would otherwise be reported as leaked."""
        self._close_all(getattr(self, "_idle", []))

    def _after_fork_in_child(self) -> None:
        """Forget the parent's connections; the lock is made anew, a lost thread may have held it."""
        inherited = [*self._idle, *self._lent]
        self._start_afresh()
        for lease in inherited:
            with contextlib.suppress(Exception):
                self._forget(lease.connection)


def _after_fork_in_child() -> None:
    for pool in list(_pools):
        pool._after_fork_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
