"""Time several works against each other: by turns, so that what else the machine does falls on all alike."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Work = Callable[[], Any]
Rounds = dict[str, list[float]]
"""Work → what each round has found."""


@dataclass(frozen=True)
class Effort:
    """How much is done.

    :ivar rounds: turns of each work that is timed.
    :ivar slice: seconds that a turn lasts at least.
    :ivar load_rounds: turns of each application that is put under load.
    :ivar load_slice: seconds of such a turn.
    :ivar posts: sizes of the boards that grow.
    :ivar users: users of each of them.
    :ivar strings: permission strings that memory has to bear.
    :ivar ids: made-up session ids that it has to bear.
    :ivar readings: how often board and bans are read again under load.
    :ivar counts: whether instructions are counted, which needs valgrind.
    """

    rounds: int = 41
    slice: float = 0.02
    load_rounds: int = 9
    load_slice: float = 1.0
    posts: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    users: int = 100_000
    strings: int = 10_000
    ids: int = 200_000
    readings: int = 3
    counts: bool = True


FULL = Effort()
QUICK = Effort(
    rounds=7,
    slice=0.005,
    load_rounds=3,
    load_slice=0.3,
    posts=(10_000, 20_000),
    users=1_000,
    strings=1_000,
    ids=2_000,
    readings=1,
    counts=False,
)


def times(works: Mapping[str, Work], effort: Effort) -> Rounds:
    """Do each work by turns; return the seconds that one doing takes, one figure a turn."""
    counts = {name: _warm_up(work, effort.slice) for name, work in works.items()}
    found: Rounds = {name: [] for name in works}
    for _ in range(effort.rounds):
        for name, work in works.items():
            started = time.perf_counter()
            for _ in range(counts[name]):
                work()
            found[name].append((time.perf_counter() - started) / counts[name])
    return found


def _warm_up(work: Work, seconds: float) -> int:
    """Do a work for a moment; return how often it fits a turn."""
    count, started = 0, time.perf_counter()
    while count < 3 or time.perf_counter() - started < 2 * seconds:
        work()
        count += 1
    return max(1, count // 2)


def rates(works: Mapping[str, Work], effort: Effort, threads: int) -> Rounds:
    """Have threads do each work by turns; return how often a second, one figure a turn."""
    found: Rounds = {name: [] for name in works}
    for work in works.values():
        _rate(work, threads, effort.load_slice / 2)
    for _ in range(effort.load_rounds):
        for name, work in works.items():
            found[name].append(_rate(work, threads, effort.load_slice))
    return found


def _rate(work: Work, threads: int, seconds: float) -> float:
    done: list[int] = []
    begin = threading.Barrier(threads + 1)
    ends = [0.0]

    def repeat() -> None:
        begin.wait()
        count = 0
        while time.perf_counter() < ends[0]:
            work()
            count += 1
        done.append(count)

    workers = [threading.Thread(target=repeat) for _ in range(threads)]
    for worker in workers:
        worker.start()
    started = time.perf_counter()
    ends[0] = started + seconds
    begin.wait()
    for worker in workers:
        worker.join()
    assert len(done) == threads, "a thread has failed"
    return sum(done) / (time.perf_counter() - started)
