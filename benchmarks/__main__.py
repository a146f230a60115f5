"""Run the suite, print its tables and write ``benchmarks/RESULTS.md``.

::

    tox -e bench                    everything that is there
    python -m benchmarks --quick    without counting instructions
"""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from .counting import instructions
from .servers import DRIVERS, works_of
from .timing import Time, times
from .works import WORKS

RESULTS = Path(__file__).parent / "RESULTS.md"
PAIRS = (
    ("guest", "bare", "a warm guest, beside a bare page", 0.5),
    ("has_privilege", "dict_look_up", "one right, beside a look-up in a dict", 5),
    ("decode_few_lines", "int_loop", "1,000 forums with 10 distinct lines, beside a loop of int()", 3),
    ("decode_many_lines", "int_loop", "1,000 forums with a line each, beside the same", 6),
)
"""Work, what it is compared with, what that means, and how many times as much it may be."""
ADDED = {"guest"}
"""Works of which only what they add to the other one counts."""


def main(*, count: bool) -> None:
    """Measure, print and write."""
    lines = [
        "# What it costs",
        "",
        f"Written by `tox -e bench` on {platform.machine()}, Python {platform.python_version()}. Times are medians of "
        "rounds by turns, ± half of the middle half's width; instructions are counted by valgrind, and no load changes "
        "them.",
    ]
    for part in (_of_drivers(), _of_works(count=count)):
        for line in ("", *part):
            print(line, flush=True)
            lines.append(line)
    RESULTS.write_text("\n".join(lines) + "\n")


def _of_drivers() -> Iterator[str]:
    """Yield what a signed-in request adds to a bare one, in session statements on an open connection."""
    yield "## A signed-in request that asks one permission"
    yield ""
    yield "| driver | the statement | bare page | signed in | added ÷ statement | without `PREPARE` | may be |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    with WORKS["bare"]() as bare, WORKS["statement"]() as statement, WORKS["signed_in"]() as signed_in:
        found = times({"bare": bare, "statement": statement, "signed in": signed_in})
    yield _row("sqlite3", found, 3)
    for driver in DRIVERS:
        with WORKS["bare"]() as bare, works_of(driver) as works:
            yield _row(driver, times({"bare": bare, **works}), 1.15)


def _row(driver: str, found: dict[str, Time], target: float) -> str:
    statement, bare = found["statement"].median, found["bare"].median
    added = (found["signed in"].median - bare) / statement
    plain = found.get("without prepare")
    unprepared = f"{(plain.median - bare) / statement:.2f}" if plain and driver != "pymysql" else ""
    cells = [_shown(found[name]) for name in ("statement", "bare", "signed in")]
    return f"| `{driver}` | {' | '.join(cells)} | {added:.2f} | {unprepared} | {target} |"


def _shown(time: Time) -> str:
    return f"{time.median * 1e6:.0f} µs ± {time.spread * 50:.0f} %"


def _of_works(*, count: bool) -> Iterator[str]:
    """Yield ratios of works that need no server."""
    yield "## Work without a server"
    yield ""
    yield "| work | time ÷ | instructions | of what it is compared with | instructions ÷ | may be |"
    yield "| --- | --- | --- | --- | --- | --- |"
    names = {name for work, other, *_ in PAIRS for name in (work, other)}
    with ExitStack() as stack:
        found = times({name: stack.enter_context(WORKS[name]()) for name in sorted(names)})
    counted = {name: instructions(name) for name in sorted(names)} if count else {}
    for work, other, meaning, target in PAIRS:
        less = 1 if work in ADDED else 0
        ratio = found[work].median / found[other].median - less
        cells = ["", "", ""]
        if counted:
            cells = [
                f"{counted[work]:,}",
                f"{counted[other]:,}",
                f"{counted[work] / counted[other] - less:.2f}",
            ]
        yield f"| {meaning} | {ratio:.2f} | {' | '.join(cells)} | {target} |"
    if count:
        computed = instructions("compute_permissions", 10)
        yield ""
        what = "Computing the permissions of a member of 10 groups with roles in 1,000 forums"
        yield f"{what}: {computed:,} instructions."


if __name__ == "__main__":
    main(count=shutil.which("valgrind") is not None and "--quick" not in sys.argv)
