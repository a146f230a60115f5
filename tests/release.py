"""Build what a release uploads and look it over: ``python -m tests.release`` (RELEASING.md tells when)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import flask_phpbb3

ROOT = Path(__file__).resolve().parents[1]
TREE = ("flask_phpbb3", "drivers", "versions", "tests", "docs", "examples", "benchmarks")


def build(source: Path, directory: Path) -> dict[str, bytes]:
    """Build wheel and sdist of a tree by the back end itself, which asks no registry for anything."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(directory)],
        cwd=source,
        env={name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"hatchling could not build {source.name}: {done.stderr}")
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def copy_of_the_tree(directory: Path) -> Path:
    """Copy what is built to a folder of another name, with the times of files that a clone would give."""
    tree = directory / "another-clone"
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*_cache", "_build")
    for name in TREE:
        shutil.copytree(ROOT / name, tree / name, copy_function=shutil.copyfile, ignore=ignored)
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copyfile(path, tree / path.name)
    return tree


def complaints() -> Iterator[str]:
    """Say what of the tree is not ready for a release."""
    if "\n[project.urls]\n" not in (ROOT / "pyproject.toml").read_text("utf-8"):
        yield "pyproject.toml has no [project.urls]: name the source, the documentation, the changelog and the issues."
    heading = re.search(r"^## (\S+) \((.+)\)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    if heading is None or heading[1] != flask_phpbb3.__version__:
        found = heading[1] if heading else "no version"
        yield f"CHANGELOG.md begins with {found}, flask_phpbb3 is {flask_phpbb3.__version__}."
    elif not re.fullmatch(r"\d{4}-\d\d-\d\d", heading[2]):
        yield f"CHANGELOG.md says ({heading[2]}) where the day of the release belongs."


def main() -> int:
    """Build twice, compare, check with twine; return the number of complaints."""
    found = list(complaints())
    destination = ROOT / "dist"
    shutil.rmtree(destination, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        second = build(copy_of_the_tree(Path(folder)), Path(folder) / "dist")
    first = build(ROOT, destination)
    found += [f"{name} differs from build to build." for name in first if first[name] != second.get(name)]
    twine = [sys.executable, "-m", "twine", "check", "--strict", *map(str, sorted(destination.iterdir()))]
    if subprocess.run(twine, check=False).returncode:
        found.append("twine is not content, see above.")
    for line in found or [f"{', '.join(sorted(first))}: ready to upload."]:
        print(line)  # noqa: T201
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
