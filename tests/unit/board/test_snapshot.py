"""A value that is read again when it is too old."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from unittest import mock

import pytest

from flask_phpbb3 import StatementTimeoutError
from flask_phpbb3.board.snapshot import Snapshot
from flask_phpbb3.waiting.deadline import Within


@pytest.fixture
def now() -> Iterator[mock.Mock]:
    with mock.patch("time.monotonic", return_value=1000.0) as clock:
        yield clock


def counter() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def test_a_value_is_kept_for_its_time_and_no_longer(now: mock.Mock) -> None:
    snapshot = Snapshot(counter().__next__, 30)
    assert [snapshot.get(), snapshot.get()] == [1, 1]
    now.return_value += 29.9
    assert snapshot.get() == 1
    now.return_value += 0.2
    assert [snapshot.get(), snapshot.get()] == [2, 2]


def test_only_who_waits_for_a_reading_enters_the_block_for_that(now: mock.Mock) -> None:
    waited: list[float] = []

    @contextmanager
    def waiting() -> Iterator[None]:
        waited.append(now.return_value)
        yield

    snapshot = Snapshot(counter().__next__, 30, waiting)
    assert [snapshot.get(), snapshot.get()] == [1, 1]
    now.return_value += 31
    assert [snapshot.get(), snapshot.get()] == [2, 2]
    assert waited == [1000, 1031]


def test_a_ttl_of_0_asks_each_time() -> None:
    snapshot = Snapshot(counter().__next__, 0)
    assert [snapshot.get(), snapshot.get()] == [1, 2]


def test_the_age_counts_from_before_it_was_asked_for(now: mock.Mock) -> None:
    values = counter()

    def slow() -> int:
        now.return_value += 20
        return next(values)

    snapshot = Snapshot(slow, 30)
    assert snapshot.get() == 1
    now.return_value += 11
    assert snapshot.get() == 2


def test_a_failure_is_not_remembered_and_no_stale_value_served(now: mock.Mock) -> None:
    answers: list[int | Exception] = [1, OSError("away"), OSError("still"), 4]

    def read() -> int:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    snapshot = Snapshot(read, 30)
    assert snapshot.get() == 1
    now.return_value += 31
    for said in ("away", "still"):
        with pytest.raises(OSError, match=said):
            snapshot.get()
    assert snapshot.get() == 4


def test_forgetting_asks_again() -> None:
    snapshot = Snapshot(counter().__next__, 30)
    snapshot.get()
    snapshot.forget()
    assert snapshot.get() == 2


@pytest.mark.parametrize("failing", [False, True])
def test_who_waits_shares_the_answer_and_the_failure(failing: bool) -> None:
    """Ten threads at once: one asks, and all have what came of it."""
    asked: list[int] = []
    found: list[object] = []
    start = threading.Barrier(10)

    def read() -> int:
        asked.append(1)
        time.sleep(0.2)
        if failing:
            raise OSError("away")
        return 7

    snapshot = Snapshot(read, 30)

    def ask() -> None:
        start.wait()
        try:
            found.append(snapshot.get())
        except OSError as error:
            found.append(str(error))

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1
    assert found == ["away" if failing else 7] * 10


def test_nothing_is_locked_before_it_is_asked() -> None:
    """gevent patches threading in each worker, after the application was loaded there or before."""
    with mock.patch("threading.Lock", side_effect=AssertionError("too early")):
        snapshot = Snapshot(counter().__next__, 30)
    assert snapshot.get() == 1


def in_threads(number: int, call: Callable[[], object]) -> None:
    threads = [threading.Thread(target=call) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_nobody_waits_while_the_last_reading_may_serve() -> None:
    """Sixteen threads on a board that takes half a second to read: each answer is there at once."""
    values = counter()
    reading = threading.Lock()

    def read() -> int:
        assert reading.acquire(blocking=False), "two at a time"
        try:
            number = next(values)
            time.sleep(0.4 if number > 1 else 0)
            return number
        finally:
            reading.release()

    snapshot = Snapshot(read, 2)
    assert snapshot.get() == 1
    waits: list[float] = []
    seen: set[int] = set()
    end = time.monotonic() + 2.6

    def ask() -> None:
        while (started := time.monotonic()) < end:
            seen.add(snapshot.get())
            waits.append(time.monotonic() - started)
            time.sleep(0.005)

    in_threads(16, ask)
    assert seen == {1, 2}
    assert max(waits) < 0.3


def test_a_slow_reading_never_makes_each_request_read() -> None:
    """It takes longer than its answer may be believed."""
    started: list[float] = []

    def read() -> int:
        started.append(time.monotonic())
        time.sleep(0.2)
        return len(started)

    snapshot = Snapshot(read, 0.1)
    begun = time.monotonic()
    in_threads(16, lambda: [snapshot.get() for _ in range(3)])
    assert len(started) <= (time.monotonic() - begun) / 0.2 + 1
    assert all(later - earlier >= 0.19 for earlier, later in pairwise(started))


def test_who_asks_each_time_takes_no_answer_that_was_begun_before() -> None:
    began: list[float] = []

    def read() -> float:
        began.append(time.monotonic())
        time.sleep(0.1)
        return began[-1]

    snapshot = Snapshot(read, 0)
    wrong: list[float] = []

    def ask() -> None:
        asked = time.monotonic()
        if snapshot.get() < asked:
            wrong.append(asked)

    in_threads(12, ask)
    assert wrong == []
    assert len(began) <= 3


def test_a_reading_ahead_that_fails_is_nobodys_error() -> None:
    answers: list[int | Exception] = [1, OSError("away"), 3]

    def read() -> int:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    snapshot = Snapshot(read, 0.8)
    assert snapshot.get() == 1
    time.sleep(0.65)
    assert [snapshot.get() for _ in range(5)] == [1] * 5
    time.sleep(0.05)
    assert len(answers) == 1
    assert snapshot.get() == 1  # it is not tried again and again
    time.sleep(0.2)
    assert snapshot.get() == 3


def test_what_is_read_while_it_is_forgotten_is_not_kept() -> None:
    begun, go_on = threading.Event(), threading.Event()
    values = counter()

    def read() -> int:
        number = next(values)
        if number == 1:
            begun.set()
            go_on.wait(5)
        return number

    snapshot = Snapshot(read, 30)
    first = threading.Thread(target=snapshot.get)
    first.start()
    begun.wait(5)
    snapshot.forget()
    go_on.set()
    first.join()
    assert snapshot.get() == 2


def test_doubt_asks_again_but_not_at_once(now: mock.Mock) -> None:
    snapshot = Snapshot(counter().__next__, 30)
    assert snapshot.get() == 1
    snapshot.doubt()
    assert snapshot.get() == 1
    now.return_value += 2
    snapshot.doubt()
    assert snapshot.get() == 2


def test_who_waits_for_anothers_reading_waits_no_longer_than_it_may() -> None:
    go_on = threading.Event()
    begun = threading.Event()

    def read() -> int:
        begun.set()
        go_on.wait(5)
        return 1

    snapshot = Snapshot(read, 30)
    first = threading.Thread(target=snapshot.get)
    first.start()
    begun.wait(5)
    with Within(0.1), pytest.raises(StatementTimeoutError):
        snapshot.get()
    go_on.set()
    first.join()
    assert snapshot.get() == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_child_does_not_wait_for_its_parents_reading() -> None:
    begun, go_on = threading.Event(), threading.Event()
    parent = os.getpid()

    def read() -> int:
        if os.getpid() == parent:
            begun.set()
            go_on.wait(5)
        return os.getpid()

    snapshot = Snapshot(read, 30)
    reader = threading.Thread(target=snapshot.get)
    reader.start()
    begun.wait(5)
    child = os.fork()
    if not child:
        os._exit(0 if snapshot.get() == os.getpid() else 1)
    status = os.waitpid(child, 0)[1]
    go_on.set()
    reader.join()
    assert status == 0
