"""``--driver`` and ``--version-line``: run what concerns one driver, one phpBB line, or one pair of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from .boards import DATABASES, VERSIONS
from .loading import DRIVERS

LINES = {release: ".".join(release.split(".")[:2]) for release in VERSIONS}
"""Release → the name of the version plugin that serves it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    drivers = sorted(driver for names in DRIVERS.values() for driver in names)
    group = parser.getgroup("flask_phpbb3")
    group.addoption("--driver", choices=drivers, help="run only tests that use this driver")
    group.addoption("--version-line", choices=list(LINES.values()), help="run only tests of this phpBB line")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    driver, line = config.getoption("--driver"), config.getoption("--version-line")
    if not (driver or line):
        return
    dropped = [item for item in items if not _concerns(_words(item), driver, line)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in set(dropped)]


def _concerns(words: set[str], driver: str | None, line: str | None) -> bool:
    """Tell whether a test of these parameters concerns the driver and the line asked for.

    One that is about no driver at all, but about a database, runs with that database's drivers.
    """
    drivers = {name for names in DRIVERS.values() for name in names}
    databases = {database for database in DATABASES if driver in DRIVERS[database]}
    lines = {LINES.get(word, word) for word in words} & set(LINES.values())
    if driver and (words & drivers or words & set(DATABASES)):
        chosen = words & drivers
        if (chosen and driver not in chosen) or (not chosen and not words & databases):
            return False
    if line and lines and line not in lines:
        return False
    about_driver = bool(words & drivers or words & set(DATABASES))
    return (about_driver or not driver) and (bool(lines) or not line)


def _words(item: pytest.Item) -> set[str]:
    callspec = getattr(item, "callspec", None)
    return set(_strings(callspec.params.values())) if callspec else set()


def _strings(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, (tuple, list)):
            yield from _strings(value)
