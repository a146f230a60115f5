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
    group.addoption(
        "--driver",
        choices=["", "none", *drivers],
        help="run only tests of this driver; none: only those of no driver",
    )
    group.addoption("--version-line", choices=["", *LINES.values()], help="run only tests of this phpBB line")


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

    One that is about a database concerns its drivers; one that is about a driver and no line concerns the
    line of the miniature boards that such tests make.
    """
    all_drivers = {name for names in DRIVERS.values() for name in names}
    drivers = words & all_drivers or {
        name for database in words & set(DATABASES) for name in DRIVERS[database]
    }
    if driver == "none":
        return not drivers
    lines = {LINES.get(word, word) for word in words} & set(LINES.values()) or {"3.3"}
    return (not driver or driver in drivers) and (not line or line in lines)


def _words(item: pytest.Item) -> set[str]:
    callspec = getattr(item, "callspec", None)
    return set(_strings(callspec.params.values())) if callspec else set()


def _strings(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, (tuple, list)):
            yield from _strings(value)
