"""Count the instructions of a piece of work under valgrind: a number that no load on the machine changes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Final

_TOTAL: Final = re.compile(r"I +refs: +([0-9,]+)")


def instructions(name: str, times: int = 40) -> int:
    """Return how many instructions one turn of a work takes, its making and warming up taken off.

    :param name: one of `benchmarks.works.WORKS`.
    """
    few, many = (_count(name, turns) for turns in (10, 10 + times))
    return (many - few) // times


def _count(name: str, turns: int) -> int:
    command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    done = subprocess.run(
        [*command, sys.executable, "-m", "benchmarks.counting", name, str(turns)],
        env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONMALLOC": "pymalloc"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = _TOTAL.search(done.stderr)
    assert found is not None, done.stderr
    return int(found[1].replace(",", ""))


def _do(name: str, turns: int) -> None:
    from .works import WORKS

    with WORKS[name]() as work:
        for _ in range(turns):
            work()


if __name__ == "__main__":
    _do(sys.argv[1], int(sys.argv[2]))
