"""Measure, and write the report.

::

    tox -e bench                                everything (a quarter of an hour, on a quiet machine)
    python -m benchmarks costs threads          these sections, and the report of all that was ever found
    python -m benchmarks report                 the report again, without measuring
    python -m benchmarks --quick                see whether it works: short, into a folder that is removed

Needs the extra ``bench`` and runs in a clone.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from .found import Found, load, machine, save
from .report import growth, in_readme, results
from .timing import FULL, QUICK

HERE = Path(__file__).parent
SECTIONS = ("costs", "counts", "stores", "threads", "peers", "permissions", "refresh", "memory", "boards")
"""Sections, each a module with ``measure(effort)``, each run in a process of its own."""
_ALIASES = {"plans": "boards"}


def main(arguments: Sequence[str]) -> int:
    """Run the sections that are asked for and make the report; the exit status tells whether all could be run."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure, and write the report."
    )
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", help=f"{', '.join((*SECTIONS, *_ALIASES))}; report for none"
    )
    parser.add_argument("--quick", action="store_true", help="see whether it works")
    parser.add_argument("--into", type=Path, help="a folder for the data and the report")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    asked = [_ALIASES.get(name, name) for name in given.sections or SECTIONS if name != "report"]
    if unknown := set(asked) - set(SECTIONS):
        parser.error(f"no section {', '.join(sorted(unknown))}")
    with contextlib.ExitStack() as stack:
        folder = given.into or HERE
        if given.quick and not given.into:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if given.here:
            [section] = asked
            run(section, folder, quick=given.quick)
            return 0
        failed = [name for name in asked if not _run_apart(name, folder, quick=given.quick)]
        print(write(folder))
    if failed:
        print(f"Failed: {', '.join(failed)}; what the report says of them is older.", file=sys.stderr)
    return 1 if failed else 0


def run(section: str, folder: Path, *, quick: bool) -> None:
    """Measure a section and keep what it has found."""
    effort = QUICK if quick else FULL
    about = machine(effort)
    found: Found = importlib.import_module(f"benchmarks.{section}").measure(effort)
    found.machine = about
    save(found, data_file(folder, section))


def _run_apart(section: str, folder: Path, *, quick: bool) -> bool:
    """Run a section in a process of its own, so that none finds what another has left; tell whether it worked."""
    began = time.monotonic()
    print(f"{section} …", flush=True)
    command = [sys.executable, "-m", "benchmarks", section, "--here", "--into", str(folder)]
    done = subprocess.run([*command, *(["--quick"] if quick else [])], check=False, cwd=HERE.parent)
    print(f"{section}: {time.monotonic() - began:.0f} s", flush=True)
    return done.returncode == 0


def data_file(folder: Path, section: str) -> Path:
    """Return where a section's data is kept."""
    return folder / "results" / f"{section}.json"


def write(folder: Path) -> str:
    """Write the report of all data in a folder; return its text."""
    data = {section: load(data_file(folder, section)) for section in SECTIONS}
    text = results(data)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "RESULTS.md").write_text(text, "utf-8")
    if data["boards"].values:
        (folder / "growth.md").write_text(growth(data["boards"]), "utf-8")
    if folder == HERE:
        readme = HERE.parent / "README.md"
        readme.write_text(in_readme(readme.read_text("utf-8"), data), "utf-8")
    try:
        from .plots import draw

        draw(data, folder / "results")
    except ImportError as error:
        print(f"No plots: {error.name} is not installed.", file=sys.stderr)
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
