from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable

import pytest

from flask_phpbb3 import PoolTimeoutError
from flask_phpbb3.direct_access.pool import Pool


class Connections:
    """Stand in for a database: numbered connections that know what became of them."""

    def __init__(self) -> None:
        self.opened = 0
        self.closed: list[int] = []
        self.forgotten: list[int] = []

    def open(self) -> int:
        self.opened += 1
        return self.opened

    def pool(self, *, size: int = 2, timeout: float = 0, max_idle: float = 60) -> Pool[int]:
        return Pool(
            self.open,
            self.closed.append,
            self.forgotten.append,
            size=size,
            timeout=timeout,
            max_idle=max_idle,
        )


@pytest.fixture
def connections() -> Connections:
    return Connections()


def test_nothing_is_opened_before_it_is_needed(connections: Connections) -> None:
    pool = connections.pool()
    assert connections.opened == 0
    pool.release(pool.acquire())
    assert connections.opened == 1


def test_the_last_used_is_lent_first(connections: Connections) -> None:
    pool = connections.pool()
    first, second = pool.acquire(), pool.acquire()
    pool.release(first)
    pool.release(second)
    assert pool.acquire().connection == 2
    assert connections.opened == 2


def test_an_exhausted_pool_says_which_settings(connections: Connections) -> None:
    pool = connections.pool(size=1)
    lease = pool.acquire()
    with pytest.raises(PoolTimeoutError, match=r"POOL_SIZE.*POOL_TIMEOUT"):
        pool.acquire()
    pool.release(lease)
    assert pool.acquire().connection == 1


def test_a_waiter_gets_what_another_thread_gives_back(connections: Connections) -> None:
    pool = connections.pool(size=1, timeout=10)
    lease = pool.acquire()
    timer = threading.Timer(0.05, pool.release, [lease])
    timer.start()
    assert pool.acquire().connection == 1
    timer.join()


def test_a_waiter_gets_the_place_of_a_broken_connection(connections: Connections) -> None:
    pool = connections.pool(size=1, timeout=10)
    lease = pool.acquire()
    timer = threading.Timer(0.05, pool.release, [lease], {"reusable": False})
    timer.start()
    assert pool.acquire().connection == 2
    timer.join()
    assert connections.closed == [1]


def test_never_more_than_size_and_never_one_twice(connections: Connections) -> None:
    pool = connections.pool(size=3, timeout=10)
    in_use: set[int] = set()
    problems: list[str] = []

    def work() -> None:
        for _ in range(50):
            lease = pool.acquire()
            if lease.connection in in_use:
                problems.append("lent twice")
            in_use.add(lease.connection)
            if len(in_use) > 3:
                problems.append("too many")
            time.sleep(0.0002)
            in_use.discard(lease.connection)
            pool.release(lease)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert connections.opened <= 3


def test_a_failed_connection_takes_no_place() -> None:
    def refuse() -> int:
        raise ConnectionRefusedError

    ignore: Callable[[int], None] = lambda _: None  # noqa: E731
    pool = Pool(refuse, ignore, ignore, size=1, timeout=0)
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            pool.acquire()


def test_a_lost_connection_takes_the_older_ones_with_it(connections: Connections) -> None:
    pool = connections.pool(size=3)
    lost, lent, idle = pool.acquire(), pool.acquire(), pool.acquire()
    pool.release(idle)
    pool.invalidate(lost)
    assert connections.closed == [3]
    pool.release(lost, reusable=False)
    pool.release(lent)
    assert connections.closed == [3, 1, 2]
    assert pool.acquire().connection == 4


def test_an_old_loss_does_not_touch_newer_connections(connections: Connections) -> None:
    pool = connections.pool(size=3)
    first, second = pool.acquire(), pool.acquire()
    pool.invalidate(first)
    pool.release(pool.acquire())
    pool.invalidate(second)
    assert connections.closed == []
    assert pool.acquire().connection == 3


def test_a_connection_unused_for_long_is_replaced(connections: Connections) -> None:
    pool = connections.pool(max_idle=0.02)
    pool.release(pool.acquire())
    time.sleep(0.03)
    assert pool.acquire().connection == 2
    assert connections.closed == [1]


def test_close_closes_all_and_the_pool_stays_usable(connections: Connections) -> None:
    pool = connections.pool()
    lent, idle = pool.acquire(), pool.acquire()
    pool.release(idle)
    pool.close()
    pool.release(lent)
    assert connections.closed == [2, 1]
    assert pool.acquire().connection == 3


def test_a_dropped_pool_closes_its_connections(connections: Connections) -> None:
    pool = connections.pool()
    pool.release(pool.acquire())
    del pool
    gc.collect()
    assert connections.closed == [1]


def test_an_error_while_closing_harms_nobody() -> None:
    def fail(_: int) -> None:
        raise OSError

    pool = Pool(lambda: 1, fail, fail, size=1, timeout=0)
    pool.release(pool.acquire(), reusable=False)
    assert pool.acquire().connection == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_forgets_and_starts_afresh(connections: Connections) -> None:
    pool = connections.pool(size=2)
    lent = pool.acquire()
    pool.release(pool.acquire())
    child = os.fork()
    if child == 0:
        status = 1
        try:
            pool.release(lent)
            fresh = pool.acquire().connection
            good = sorted(connections.forgotten) == [1, 2] and connections.closed == [] and fresh == 3
            status = 0 if good else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert connections.forgotten == []
    assert pool.acquire().connection == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_lock_held_by_another_thread_does_not_block_the_child(connections: Connections) -> None:
    pool = connections.pool(size=1)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with pool._own.changed:
            held.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    child = os.fork()
    if child == 0:
        pool.acquire()
        os._exit(0)
    done.set()
    thread.join()
    deadline = time.monotonic() + 5
    while not (ended := os.waitpid(child, os.WNOHANG))[0] and time.monotonic() < deadline:
        time.sleep(0.01)
    if not ended[0]:
        os.kill(child, 9)
        os.waitpid(child, 0)
    assert ended[0]
    assert os.waitstatus_to_exitcode(ended[1]) == 0
