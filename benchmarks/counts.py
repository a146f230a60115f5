"""Works that need no server: times and, where valgrind is, instructions, which no load changes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import ExitStack

from .counting import bytecode_kept, instructions, instructions_of_importing
from .found import Found
from .timing import Effort, Rounds, times
from .works import WORKS

_MODULES = ("flask", "flask_phpbb3")
PIECES = {"row_taken": 187_265, "connection_lent": 31_274, "width_checked": 43_818}
"""Pieces of a signed-in request → the instructions that they took when halving them was asked for."""
_UNTIMED = {"compute_permissions"}
"""Works that are only counted, as they have no other that they are compared with."""
_IMPORTING = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"


def measure(effort: Effort) -> Found:
    """Time all works by turns, count their instructions, and do both with importing in a process of its own."""
    found = Found()
    with ExitStack() as stack:
        works = {name: stack.enter_context(work()) for name, work in WORKS.items() if name not in _UNTIMED}
        found.rounds["works"] = times(works, effort)
    found.rounds["import"] = _imports(effort.rounds // 2)
    if not effort.counts:
        found.missing["instructions"] = found.missing["pieces"] = "not counted in a short run"
    elif shutil.which("valgrind") is None:
        found.missing["instructions"] = found.missing["pieces"] = "valgrind is not installed"
    else:
        counted = instructions(WORKS)
        found.put("instructions", **counted)
        found.put("pieces", **{name: counted[name] for name in PIECES})
        found.put("pieces", **{f"{name} before": number for name, number in PIECES.items()})
        found.put("instructions", **{name: instructions_of_importing(name) for name in _MODULES})
    return found


def _imports(rounds: int) -> Rounds:
    """Return the seconds that importing takes, the start of Python not counted."""
    found: Rounds = {name: [] for name in _MODULES}
    with bytecode_kept() as environment:
        for number in range(rounds + 1):
            for name in _MODULES:
                command = [sys.executable, "-c", _IMPORTING.format(name)]
                done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
                if number:  # the first one writes the bytecode
                    found[name].append(float(done.stdout))
    return found
