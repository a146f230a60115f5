"""Drivers that are broken, each in one way: the suite for drivers finds them all."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from flask_phpbb3 import Driver, Failure, Fault, Row, SqlDriver, hookimpl
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing.conformance import BoardUnderTest
from flask_phpbb3.testing.conformance.base import fill

from ..miniatures import PAIRS, Build

pytestmark = pytest.mark.slow

pytest_plugins = ["pytester"]

SUITE = """
import pytest
from flask_phpbb3.testing.conformance import DriverSuite

class TestBroken(DriverSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def subject(cls, given):
        return given[0]

    @pytest.fixture(scope="class")
    @classmethod
    def content(cls, given):
        return given[1]
"""

Break = Callable[[type[SqlDriver[Any]]], Mapping[str, Any]]
"""Make what a broken driver has instead of a sound one's."""

FOREVER = property(lambda self: 1000.0)


def never_lost(sound: type[SqlDriver[Any]]) -> Mapping[str, Any]:
    def classify(self: SqlDriver[Any], error: Exception, connection: Any) -> Failure:
        failure = sound.classify(self, error, connection)
        return Failure(Fault.REFUSED, failure.said) if failure.fault is Fault.LOST else failure

    return {"classify": classify}


def all_refused(sound: type[SqlDriver[Any]]) -> Mapping[str, Any]:
    def classify(self: SqlDriver[Any], error: Exception, connection: Any) -> Failure:
        return Failure(Fault.REFUSED, sound.classify(self, error, connection).said)

    return {"classify": classify}


def raising_forget(sound: type[SqlDriver[Any]]) -> Mapping[str, Any]:
    def forget(self: SqlDriver[Any], connection: Any) -> None:
        raise RuntimeError("no idea how")

    return {"forget": forget}


def impatient_client(sound: type[SqlDriver[Any]]) -> Mapping[str, Any]:
    """Leave a slow statement running and stop waiting for it."""
    return {"statement_timeout": FOREVER, "patience": property(lambda self: 0.8)}


def writing_fetch(sound: type[SqlDriver[Any]]) -> Mapping[str, Any]:
    def fetch(self: SqlDriver[Any], connection: Any, sql: str, values: Mapping[str, Any]) -> list[Row]:
        if sql.lower().lstrip().startswith("update"):
            writing = self.connect(read_only=False)
            try:
                self.store(writing, sql, values)
            finally:
                self.disconnect(writing)
        return sound.fetch(self, connection, sql, values)

    return {"fetch": fetch}


def always(**attributes: Any) -> Break:
    return lambda sound: attributes


BROKEN: dict[str, tuple[Break, str, tuple[str, ...]]] = {
    "no statement timeout": (
        always(statement_timeout=FOREVER),
        "test_the_server_stops_a_slow_statement",
        ("psycopg", "pymysql", "sqlite3"),
    ),
    "a statement timeout of the client alone": (
        impatient_client,
        "test_the_server_stops_a_slow_statement",
        ("psycopg2",),
    ),
    "no read timeout": (
        always(patience=FOREVER),
        "test_a_server_that_falls_silent",
        ("psycopg2", "pymysql"),
    ),
    "no connect timeout": (
        always(connect_timeout=FOREVER),
        "test_a_server_that_never_says_a_word",
        ("psycopg",),
    ),
    "forget() raises": (
        raising_forget,
        "test_a_child_forgets_a_parents_connection",
        ("psycopg2", "pymysql", "sqlite3"),
    ),
    "forget() says goodbye": (
        always(forget=lambda self, connection: connection.close()),
        "test_a_child_forgets_a_parents_connection",
        ("psycopg", "pymysql"),
    ),
    "LOST never classified": (
        never_lost,
        "test_a_restarted_server_goes_unnoticed",
        ("psycopg2", "pymysql"),
    ),
    "everything REFUSED": (
        all_refused,
        "test_what_is_missing_is_told_apart",
        ("psycopg", "pymysql", "sqlite3"),
    ),
    "is_in_transaction() always False": (
        always(is_in_transaction=lambda self, connection: False),
        "test_an_open_transaction_is_noticed",
        ("psycopg2", "pymysql", "sqlite3"),
    ),
    "is_in_transaction() always True": (
        always(is_in_transaction=lambda self, connection: True),
        "test_an_open_transaction_is_noticed",
        ("sqlite3",),
    ),
    "takes_option() always True": (
        always(takes_option=lambda self, name: True),
        "test_an_option_that_connecting_does_not_take_is_refused_by_name",
        ("psycopg2", "pymysql", "sqlite3"),
    ),
    "an empty lasting": (
        always(lasting=()),
        "test_what_outlives_a_statement_goes_with_its_connection",
        ("psycopg", "pymysql"),
    ),
    "a constant location": (
        always(location=property(lambda self: ("the board",))),
        "test_another_place_is_another_location",
        ("psycopg2", "pymysql", "sqlite3"),
    ),
    "reading that writes": (writing_fetch, "test_reading_never_writes", ("psycopg", "sqlite3")),
}
"""What is broken → how, the test that must fail, and the drivers to break."""

DATABASE_OF = {driver: database for database, driver in PAIRS}
CASES = [(driver, what) for what, (_, _, drivers) in BROKEN.items() for driver in drivers]


class _Plugin:
    def __init__(self, driver: type[Driver]) -> None:
        self.name = driver.name
        self._driver = driver

    @hookimpl
    def phpbb3_register_driver(self) -> type[Driver]:
        return self._driver


Given = tuple[BoardUnderTest, Mapping[str, Any]]
"""A subject, and what the suite looks for on its board."""


@pytest.fixture(scope="module")
def given(build: Build) -> Callable[[str], Given]:
    """Make a subject for a driver, once."""

    @cache
    def make(driver: str) -> Given:
        subject = build(DATABASE_OF[driver], driver, "3.3")
        return subject, fill(subject.board)

    return make


@pytest.fixture(scope="module", autouse=True)
def imported_clients() -> None:
    """Import the clients before an inner run does: what that imports is forgotten, and errors change their class."""
    for _, driver in PAIRS:
        importlib.import_module(driver)


def run(pytester: pytest.Pytester, given: Given, *tests: str) -> pytest.RunResult:
    """Run tests of the suite over a subject."""

    @pytest.fixture(scope="session", name="given")
    def fixture() -> Given:
        return given

    plugin = ModuleType("given")
    plugin.given = fixture  # type: ignore[attr-defined]
    pytester.makepyfile(test_suite=SUITE)
    chosen = [f"test_suite.py::TestBroken::{test}" for test in tests]
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-q", *chosen, plugins=[plugin])


def _sound(driver: str) -> type[SqlDriver[Any]]:
    sound = Plugins().driver(driver)
    assert issubclass(sound, SqlDriver)
    return sound


def _broken(subject: BoardUnderTest, driver: str, instead: Mapping[str, Any]) -> BoardUnderTest:
    """Return a subject whose driver has some attributes of a broken one."""
    plugin = _Plugin(type("BrokenDriver", (_sound(driver),), {**instead, "name": "broken"}))
    config = {**subject.config, "PHPBB3": {"DRIVER": "broken"}}
    return dataclasses.replace(subject, config=config, plugins=(plugin,))


@pytest.mark.parametrize(("driver", "what"), CASES)
def test_a_broken_driver_fails(
    driver: str, what: str, given: Callable[[str], Given], pytester: pytest.Pytester
) -> None:
    make, test, _ = BROKEN[what]
    subject, content = given(driver)
    broken = _broken(subject, driver, make(_sound(driver)))
    outcomes = run(pytester, (broken, content), test).parseoutcomes()
    assert outcomes.get("failed"), outcomes
    assert not outcomes.get("errors"), outcomes


OUTAGES = (
    "test_a_server_that_falls_silent",
    "test_a_restarted_server_goes_unnoticed",
    "test_a_server_that_is_down_is_an_error_until_it_is_back",
)


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", "pymysql"])
def test_a_link_stands_for_a_server_that_may_not_be_stopped(
    driver: str, given: Callable[[str], Given], pytester: pytest.Pytester
) -> None:
    subject, content = given(driver)
    untouched = dataclasses.replace(subject, server=None)
    assert run(pytester, (untouched, content), *OUTAGES).parseoutcomes() == {"passed": 3}
    broken = _broken(untouched, driver, {**never_lost(_sound(driver)), "patience": FOREVER})
    assert run(pytester, (broken, content), *OUTAGES[:2]).parseoutcomes() == {"failed": 2}


@pytest.mark.parametrize("driver", DATABASE_OF)
def test_what_finds_them_passes_a_sound_one(
    driver: str, given: Callable[[str], Given], pytester: pytest.Pytester
) -> None:
    tests = {test for _, test, drivers in BROKEN.values() if driver in drivers}
    outcomes = run(pytester, given(driver), *sorted(tests)).parseoutcomes()
    assert outcomes.pop("passed") >= len(tests)
    assert outcomes == {}


def test_what_a_subject_gives_no_ground_for_is_named(
    given: Callable[[str], Given], pytester: pytest.Pytester
) -> None:
    subject, content = given("sqlite3")
    without = dataclasses.replace(subject, writer=None)
    tests = ("test_a_restarted_server_goes_unnoticed", "test_writing_must_be_listed")
    result = run(pytester, (without, content), *tests)
    assert result.parseoutcomes() == {"skipped": 2}
    result.stdout.fnmatch_lines(["*left out of the conformance suites*", *(f"*::{test}" for test in tests)])
