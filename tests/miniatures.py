"""Miniature boards of every line in databases of every kind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Protocol

import pytest

from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing import MiniatureBoard, Schema
from flask_phpbb3.testing.conformance import BoardUnderTest

from .loading import DRIVERS, Databases, as_reader
from .servers import READER
from .writing import connect

RELEASES = {"3.0": "3.0.14", "3.1": "3.1.12", "3.2": "3.2.11", "3.3": "3.3.15", "4.0": "4.0.0-a1"}
PAIRS = [(database, driver) for database, drivers in DRIVERS.items() for driver in drivers]
DIALECTS = {"postgresql": "postgresql", "mariadb": "mysql", "sqlite": "sqlite"}


class Build(Protocol):
    """Make a miniature board."""

    def __call__(
        self, database: str, driver: str, line: str, *, clock: Callable[[], float] = time.time
    ) -> BoardUnderTest:
        """Make one in a database of its own.

        :param clock: tells the board's builder the time.
        """
        ...


@pytest.fixture(scope="session")
def build(board: Databases) -> Iterator[Build]:
    """Make a miniature board: ``build("mariadb", "pymysql", "3.3")``."""
    with ExitStack() as stack:

        def make(
            database: str, driver: str, line: str, *, clock: Callable[[], float] = time.time
        ) -> BoardUnderTest:
            pytest.importorskip(driver)
            settings = board.empty(database)
            connection = stack.enter_context(closing(connect(database, settings)))
            miniature = MiniatureBoard(
                connection,
                Schema.load(*Plugins().line(line).schema),
                release=RELEASES[line],
                dialect=DIALECTS[database],
                clock=clock,
            )
            miniature.create()
            if database == "postgresql":
                connection.cursor().execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}")
                connection.commit()
            reader = as_reader(settings)
            return BoardUnderTest(
                board=miniature,
                config={"PHPBB3": {"DRIVER": driver, "VERSION": line}, "PHPBB3_DATABASE": reader},
                writer={"USER": settings["USER"]} if "USER" in settings else {},
                server=board.server(database),
            )

        yield make
