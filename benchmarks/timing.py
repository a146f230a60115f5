"""Time several works against each other: by turns, so that what else the machine does falls on all alike."""

from __future__ import annotations

import time
from collections.abc import Mapping
from statistics import median, quantiles
from typing import NamedTuple

from .works import Work

ROUNDS = 41
_SLICE = 0.02
"""Seconds that one turn of one work lasts at least."""


class Time(NamedTuple):
    """What a work takes.

    :ivar median: seconds of one doing.
    :ivar spread: the middle half of the rounds' values, as a part of the median.
    """

    median: float
    spread: float


def times(works: Mapping[str, Work], rounds: int = ROUNDS) -> dict[str, Time]:
    """Do each work by turns, and return what one doing takes."""
    counts = {name: _warm_up(work) for name, work in works.items()}
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            started = time.perf_counter()
            for _ in range(counts[name]):
                work()
            found[name].append((time.perf_counter() - started) / counts[name])
    return {name: _time(values) for name, values in found.items()}


def _warm_up(work: Work) -> int:
    """Do a work for a moment; return how often it fits a turn."""
    count, started = 0, time.perf_counter()
    while count < 3 or time.perf_counter() - started < 2 * _SLICE:
        work()
        count += 1
    return max(1, count // 2)


def _time(values: list[float]) -> Time:
    lower, middle, upper = quantiles(values, n=4)
    return Time(median(values), (upper - lower) / middle)
