"""Third-party plugins as real distributions: built by hatchling, installed into a directory."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType


def build(
    directory: Path,
    name: str,
    group: str,
    entry_points: Mapping[str, str],
    code: str,
    files: Mapping[str, str] = MappingProxyType({}),
) -> Path:
    """Build the wheel of a package of one module and further files, name → text; return the wheel."""
    project = directory / f"{name}-source"
    package = project / name.replace("-", "_")
    package.mkdir(parents=True)
    points = "\n".join(f'"{point}" = "{target}"' for point, target in entry_points.items())
    (project / "pyproject.toml").write_text(
        "[build-system]\n"
        'requires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        f'[project]\nname = "{name}"\nversion = "2.0"\n'
        f'[project.entry-points."flask_phpbb3.{group}"]\n{points}\n'
    )
    (package / "__init__.py").write_text(textwrap.dedent(code))
    for file, text in files.items():
        (package / file).write_text(textwrap.dedent(text))
    wheels = directory / f"{name}-wheel"
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)],
        cwd=project,
        capture_output=True,
        check=True,
    )
    [wheel] = wheels.glob("*.whl")
    return wheel


def unpack(wheel: Path, site: Path) -> None:
    """Put the content of a pure wheel into a directory of packages, which is what installing it means."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
