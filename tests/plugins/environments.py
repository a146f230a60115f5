"""Virtual environments in which distributions are installed by pip, beside all that the tests have."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import venv
from pathlib import Path


class Environment:
    """A virtual environment that sees what the tests' own has.

    :param folder: where it is made.
    """

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=False, symlinks=os.name != "nt")
        self.bin = folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.bin / "python"
        site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
        beneath = sysconfig.get_path("purelib")
        # Its own .pth files count, too: this project may be installed by one.
        (site / "beneath.pth").write_text(f"import site; site.addsitedir({beneath!r})\n")

    def install(self, project: Path) -> None:
        """Install a project's folder as pip does, asking no registry."""
        self.run(
            *("-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--no-build-isolation", "--no-index", str(project)),
        )

    def run(self, *arguments: str, cwd: Path | None = None, **environ: str) -> str:
        """Run its Python and return what it printed; whatever fails fails the test."""
        done = subprocess.run(
            [str(self.python), *arguments],
            cwd=cwd,
            env={**os.environ, **environ},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
