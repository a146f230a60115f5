"""A value that is read again when it is too old."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from unittest import mock

import pytest

from flask_phpbb3.board.snapshot import Snapshot


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
