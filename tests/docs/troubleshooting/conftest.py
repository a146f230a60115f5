"""A board with alice on it, sites beside it, and the entry that a test is about."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flask_phpbb3.testing import EmbeddedBoard

from ...apps import close
from ...miniatures import build  # noqa: F401 - a fixture
from ...sites import Site, make_site
from .entries import Entry, entries

MakeSite = Callable[..., Site]


@pytest.fixture
def entry(request: pytest.FixtureRequest) -> Entry:
    """The entry that names the test."""
    name = f"{request.path.name}::{request.node.originalname}"
    [found] = [entry for entry in entries() if name in entry.tests]
    return found


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[EmbeddedBoard]:
    """A forum with alice."""
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as made:
        made.add_user("alice")
        yield made


@pytest.fixture
def make(embedded: EmbeddedBoard) -> Iterator[MakeSite]:
    """Make sites on the board: ``make(autologin=False, database={"TABLE_PREFIX": "x_"})``."""
    sites: list[Site] = []

    def make_one(database: dict[str, Any] | None = None, **settings: Any) -> Site:
        place = {"DATABASE": str(embedded.path), **(database or {})}
        sites.append(make_site("sqlite3", place, embedded, **settings))
        sites[-1].app.testing = False  # a failure shall be what a visitor gets
        return sites[-1]

    yield make_one
    for site in sites:
        close(site.app)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What is logged, down to ``DEBUG``."""
    caplog.set_level(logging.DEBUG)
    return caplog
