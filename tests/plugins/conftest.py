"""Fixtures of tests that install distributions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from . import distributions

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install a distribution for one test: ``install("name", "drivers", {"entry": "module"}, "code")``."""
    pytest.importorskip("hatchling")
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    before = set(sys.modules)

    def install_one(name: str, group: str, entry_points: dict[str, str], code: str, **files: str) -> None:
        texts = {
            "demo.py" if file == "demo" else f"{file.replace('_', '.')}.sql": text
            for file, text in files.items()
        }
        distributions.unpack(distributions.build(tmp_path, name, group, entry_points, code, texts), site)

    yield install_one
    for name in set(sys.modules) - before:
        if name.startswith("acme"):
            del sys.modules[name]
