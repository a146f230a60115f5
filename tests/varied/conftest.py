"""The varied board on every line, in every database, asked by every driver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from flask_phpbb3 import BoundPhpBB3
from flask_phpbb3.testing.conformance import BoardUnderTest

from ..apps import board_of, make_app
from ..miniatures import PAIRS, RELEASES, Build, build  # noqa: F401 - a fixture
from .board import Varied, fill
from .times import NOW

URL = "http://forum.test"
WORLDS = [
    pytest.param(
        (database, driver, line),
        id=f"{database}-{driver}-{line}",
        marks=[pytest.mark.slow] * (database != "sqlite"),  # which alone holds each part
    )
    for database, driver in PAIRS
    for line in RELEASES
]


@dataclass(frozen=True)
class World:
    """The varied board, and how an application reaches it.

    :ivar made: the board.
    :ivar subject: its place.
    """

    made: Varied
    subject: BoardUnderTest
    driver: str

    def app(self, **settings: Any) -> Any:
        """Make an application on the board; `close` closes what it holds."""
        config = self.subject.config["PHPBB3_DATABASE"]
        return make_app(self.driver, config, version=self.made.line, board_url=URL, **settings)


@pytest.fixture(scope="session")
def varied(build: Build) -> Callable[[str, str, str], World]:  # noqa: F811 - the fixture
    """Return a world; the drivers of a database share a board."""
    made: dict[tuple[str, str], tuple[Varied, BoardUnderTest]] = {}

    def find(database: str, driver: str, line: str) -> World:
        pytest.importorskip(driver)
        if (database, line) not in made:
            subject = build(database, driver, line, clock=lambda: NOW)
            made[database, line] = fill(subject.board, line), subject
        return World(*made[database, line], driver)

    return find


@pytest.fixture(scope="session", params=WORLDS)
def world(request: pytest.FixtureRequest, varied: Callable[[str, str, str], World]) -> World:
    """A world for tests that change nothing on it."""
    return varied(*request.param)


HELD = pytest.StashKey[dict[str, int]]()


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Callable[[str, int], None]:
    """Count answers that were held against an expected one, for the end of the run."""
    counts = request.config.stash.setdefault(HELD, {})

    def add(what: str, count: int) -> None:
        counts[what] = counts.get(what, 0) + count

    return add


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print how many answers needed no recorded board."""
    for what, count in config.stash.get(HELD, {}).items():
        terminalreporter.write_line(f"held without recorded boards, {what}: {count}")


@pytest.fixture(scope="session")
def phpbb3(world: World) -> Iterator[BoundPhpBB3]:
    """The board to ask, without a request."""
    app = world.app()
    with closing(board_of(app).driver):
        yield board_of(app)
