"""Values that several requests share for a short time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from unittest import mock

import pytest

from flask_phpbb3.board.kept import Kept


@pytest.fixture
def now() -> Iterator[mock.Mock]:
    with mock.patch("time.monotonic", return_value=1000.0) as clock:
        yield clock


def test_a_value_is_kept_for_its_time_and_no_longer(now: mock.Mock) -> None:
    kept = Kept[str](2, 10)
    assert kept
    assert kept.get("a") is None
    kept.put("a", "first", 1000.0)
    now.return_value += 1.9
    assert kept.get("a") == "first"
    assert kept.get("b") is None
    now.return_value += 0.2
    assert kept.get("a") is None


def test_the_age_counts_from_before_it_was_asked_for(now: mock.Mock) -> None:
    kept = Kept[str](2, 10)
    now.return_value += 1.5
    kept.put("a", "slow", 1000.0)
    now.return_value += 0.6
    assert kept.get("a") is None


def test_nothing_is_kept_for_no_time() -> None:
    kept = Kept[str](0, 10)
    kept.put("a", "first", 1e9)
    assert not kept
    assert kept.get("a") is None


def test_a_newer_value_takes_the_place_of_an_older(now: mock.Mock) -> None:
    kept = Kept[str](2, 2)
    for number in range(20):
        now.return_value += 0.5
        kept.put("a", str(number), now.return_value)
        assert kept.get("a") == str(number)


def test_no_more_is_kept_than_two_generations(now: mock.Mock) -> None:
    kept = Kept[int](2, 10)
    for number in range(1000):
        kept.put(number, number, 1000.0)
    assert 10 <= sum(kept.get(number) is not None for number in range(1000)) <= 20
    assert len(kept._young) + len(kept._old) <= 20
    assert kept.get(999) == 999


def test_what_nobody_asks_for_goes_with_its_generation(now: mock.Mock) -> None:
    kept = Kept[int](2, 10)
    kept.put("a", 1, 1000.0)
    for _ in range(3):
        now.return_value += 2
        kept.put("b", 2, now.return_value)
    assert {*kept._young, *kept._old} == {"b"}


def test_what_was_being_asked_for_while_all_was_forgotten_is_not_believed(now: mock.Mock) -> None:
    kept = Kept[str](30, 10)
    kept.put("a", "before", 1000.0)
    now.return_value += 1
    kept.forget()
    assert kept.get("a") is None
    kept.put("a", "asked before", 1000.5)
    assert kept.get("a") is None
    now.return_value += 1
    kept.put("a", "after", 1001.5)
    assert kept.get("a") == "after"


def test_threads_get_their_own_keys_values() -> None:
    kept = Kept[int](60, 7)
    wrong: list[tuple[int, int | None]] = []

    def use(start: int) -> None:
        for number in range(start, start + 3000):
            kept.put(number % 50, number % 50, time.monotonic())
            if number % 500 == 0:
                kept.forget()
            for key in (number % 50, number % 13):
                if (found := kept.get(key)) not in (None, key):
                    wrong.append((key, found))

    threads = [threading.Thread(target=use, args=(start,)) for start in range(0, 40, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(kept._young) + len(kept._old) <= 2 * 7 + len(threads)
