"""Count the instructions of pieces of work under valgrind: numbers that no load on the machine changes.

Callgrind writes down what it has counted whenever ``getppid`` is called, which nobody else calls; so one run of Python
counts many works, and what is made and warmed up before counts for none of them.
"""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from .works import WORKS

_TURNS: Final = 20
_WARMING: Final = 8
_HEAVY: Final = {"compute_permissions": 2}
"""Works of which so many turns must do."""
_TOTAL: Final = re.compile(r"^(?:totals|summary): (\d+)", re.MULTILINE)
_ALL: Final = re.compile(r"Collected : (\d+)")


def instructions(names: Iterable[str]) -> dict[str, int]:
    """Return how many instructions one turn of each work takes.

    :param names: some of `benchmarks.works.WORKS`.
    """
    asked = list(names)
    with tempfile.TemporaryDirectory() as folder:
        _callgrind(
            [sys.executable, "-m", "benchmarks.counting", *asked], f"{folder}/out", "--dump-before=getppid"
        )
        # Even dumps hold what lies between two works: making the next, or nothing.
        totals = [_total(Path(folder) / f"out.{2 * number + 2}") for number in range(len(asked))]
    return {name: round(total / _turns(name)) for name, total in zip(asked, totals, strict=True)}


def instructions_of_importing(module: str) -> int:
    """Return how many instructions Python takes to import a module, beyond its own start."""
    importing = f"import {module}"
    with bytecode_kept() as environment:
        subprocess.run([sys.executable, "-c", importing], check=True, env=environment)
        few, many = (
            int(
                _ALL.findall(_callgrind([sys.executable, "-c", code], "/dev/null", environment=environment))[
                    -1
                ]
            )
            for code in ("pass", importing)
        )
    return many - few


@contextmanager
def bytecode_kept() -> Iterator[dict[str, str]]:
    """Have an environment in which Python keeps bytecode, whatever this one says."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        yield environment


def _callgrind(
    command: list[str], out: str, *options: str, environment: Mapping[str, str] = os.environ
) -> str:
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *options, *command],
        env={**environment, "PYTHONHASHSEED": "0", "PYTHONMALLOC": "pymalloc"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stderr


def _total(dump: Path) -> int:
    found = _TOTAL.search(dump.read_text())
    assert found is not None, dump
    return int(found[1])


def _turns(name: str) -> int:
    return _HEAVY.get(name, _TURNS)


def _do(names: list[str]) -> None:
    with ExitStack() as stack:
        works = {name: stack.enter_context(WORKS[name]()) for name in names}
        for name, work in works.items():
            for _ in range(min(_WARMING, _turns(name))):
                work()
        gc.collect()
        gc.disable()
        for name, work in works.items():
            turns = range(_turns(name))
            os.getppid()
            for _ in turns:
                work()
            os.getppid()


if __name__ == "__main__":
    _do(sys.argv[1:])
