"""The suite for drivers that go by names: the example's driver passes, and broken ones fail."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from flask_phpbb3 import Driver, Query, Row, hookimpl
from flask_phpbb3.testing import EmbeddedBoard
from flask_phpbb3.testing.conformance import Answer, BoardUnderTest, NamedDriverSuite

EXAMPLE = Path(__file__).parents[2] / "examples" / "recorded" / "src"

pytest_plugins = ["pytester"]


def example(name: str) -> Any:
    """Import a module of the example package; the driver is in the package itself."""
    if str(EXAMPLE) not in sys.path:
        sys.path.append(str(EXAMPLE))
    return importlib.import_module("phpbb3_recorded" if name == "driver" else f"phpbb3_recorded.{name}")


def recorded(board: EmbeddedBoard, answers: list[Answer], path: Path, *plugins: Any) -> BoardUnderTest:
    """Write a recording of the suite's questions; return the example's driver on it."""
    recording = example("recording")
    known: dict[str, dict[str, list[Row]]] = {}
    for answer in answers:
        known.setdefault(answer.query.name, {})[recording.question(answer.parameters)] = answer.rows
    recording.write(path, known)
    driver = plugins[0].name if plugins else "recorded"
    return BoardUnderTest(
        board=board,
        config={"PHPBB3": {"DRIVER": driver, "VERSION": "3.3"}, "PHPBB3_RECORDING": str(path)},
        plugins=plugins or (example("driver"),),
        elsewhere={"PHPBB3_RECORDING": str(path.with_name("none.json"))},
    )


class TestTheExample(NamedDriverSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def subject(
        cls, board: EmbeddedBoard, answers: list[Answer], tmp_path_factory: pytest.TempPathFactory
    ) -> BoardUnderTest:
        return recorded(board, answers, tmp_path_factory.mktemp("recording") / "board.json")


SUITE = """
import pytest
from flask_phpbb3.testing.conformance import NamedDriverSuite

class TestBroken(NamedDriverSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def subject(cls, board, answers, tmp_path_factory, make):
        return make(board, answers, tmp_path_factory.mktemp("recording") / "board.json")
"""


def by_columns(self: Driver, query: Query, parameters: Mapping[str, Any]) -> list[Row]:
    """Go by those parameters that are columns, and ignore the others."""
    found: list[Row] = []
    for rows in example("recording").read(Path(self.location[0])).get(query.name, {}).values():
        for row in rows:
            if row not in found and all(
                row[name] in value if isinstance(value, (list, tuple)) else row[name] == value
                for name, value in parameters.items()
                if name in row
            ):
                found.append(row)
    return found


def unpaged(self: Driver, query: Query, parameters: Mapping[str, Any]) -> list[Row]:
    """Answer well."""
    rows = example("recording").read(Path(self.location[0])).get(query.name, {})
    found: list[Row] = rows.get(example("recording").question(parameters), [])
    return found


def as_texts(self: Driver, query: Query, parameters: Mapping[str, Any]) -> list[Row]:
    """Forget what a number is."""
    return [
        {name: value if value is None else str(value) for name, value in row.items()}
        for row in unpaged(self, query, parameters)
    ]


@pytest.mark.parametrize(
    ("answer", "is_paged", "tests"),
    [
        pytest.param(
            by_columns,
            True,
            ["test_answers_are_the_boards", "test_every_visitor_is_who_they_are_on_the_board"],
            id="ignores parameters that are no columns",
        ),
        pytest.param(unpaged, False, ["test_paging"], id="does not page"),
        pytest.param(as_texts, True, ["test_answers_are_the_boards"], id="knows texts only"),
        pytest.param(unpaged, True, [], id="is sound"),
    ],
)
def test_a_broken_driver_fails(
    answer: Any, is_paged: bool, tests: list[str], pytester: pytest.Pytester
) -> None:
    def read(
        self: Driver, query: Query, parameters: Mapping[str, Any], *, skip: int = 0, limit: int | None = None
    ) -> list[Row]:
        rows: list[Row] = [dict(row) for row in answer(self, query, parameters)]
        return rows[skip:][:limit] if is_paged else rows

    class Plugin:
        name = "broken"

        @hookimpl
        def phpbb3_register_driver(self) -> type[Driver]:
            sound = example("driver").RecordedDriver
            return type("BrokenDriver", (sound,), {"name": "broken", "read": read})

    @pytest.fixture(scope="session", name="make")
    def fixture() -> Any:
        return lambda board, answers, path: recorded(board, answers, path, Plugin())

    plugin = ModuleType("making")
    plugin.make = fixture  # type: ignore[attr-defined]
    pytester.makepyfile(test_suite=SUITE)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-q", plugins=[plugin])
    failed = {
        line.partition("::test_")[2].split()[0] for line in result.outlines if line.startswith("FAILED")
    }
    assert {f"test_{name}" for name in failed} >= set(tests)
    assert bool(failed) is bool(tests)
