"""The benchmark suite: that its report says what the data say and no more. Nothing here looks at a clock."""

from __future__ import annotations

import importlib
import json
import platform
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import SECTIONS, data_file, run, write
from benchmarks.found import Found, load, machine, save
from benchmarks.reasons import REASONS
from benchmarks.report import HEADLINES, growth, in_readme, results
from benchmarks.rows import ROWS, Figure, Row
from benchmarks.timing import QUICK
from benchmarks.works import WORKS

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS = ROOT / "benchmarks"
PEERS = ("flask_session", "matplotlib", "psycopg_pool", "sqlalchemy")

ASKED: dict[str, dict[str, float | None]] = {
    "a signed-in request beyond a bare one, ÷ the statement": {
        "signed-in.psycopg2": 1.15,
        "signed-in.psycopg": 1.15,
        "signed-in.pymysql": 1.15,
        "signed-in.sqlite3": 3,
        "signed-in-unprepared.psycopg2": 1.15,
        "signed-in-unprepared.psycopg": 1.15,
    },
    "prepared, ÷ the statement that is not": {"prepared.psycopg": 1.0, "prepared-statement.psycopg": None},
    "a warm guest": {"guest": 0.5},
    "has_privilege": {"right": 5, "right.session": 20},
    "decode and ask": {"decode.few": 3, "decode.many": 6},
    "compute permissions": {
        f"compute.{driver}": 2 for driver in ("psycopg2", "psycopg", "pymysql", "sqlite3")
    },
    "cached answers": {
        "cached.memcached.tiny": 2,
        "cached.memcached.row": 2,
        "cached.simple": 5,
    },
    "eight threads": {"threads.psycopg2": 0.9, "threads.psycopg": 0.9, "threads.pymysql": 0.9},
    "beside others": {
        f"peers.{driver}.{number}": target
        for driver in ("psycopg2", "psycopg")
        for number, target in ((1, 0.9), (2, 1.2), (3, 2.5), (4, 2.5))
    },
    "pieces of a request, halved": {
        "pieces.row_taken": 0.5,
        "pieces.connection_lent": 0.5,
        "pieces.width_checked": 0.5,
    },
    "memory": {"memory.strings": 1.5, "memory.ids": 4},
    "latest posts as the board grows": {
        f"growth.{database}.latest posts": 1.5 for database in ("postgresql", "mariadb", "sqlite")
    },
    "blank permissions": {f"blank.{driver}": 1 for driver in ("psycopg2", "psycopg", "pymysql", "sqlite3")},
    "nobody waits for a reading": {
        f"refresh.{driver}": 0.5 for driver in ("psycopg2", "psycopg", "pymysql", "sqlite3")
    },
    "import": {"import": 1.4},
}
"""What was asked of costs → the rows that answer, and what each may be."""


def made_up() -> dict[str, Found]:
    """Return data in which every row has a figure: twice what it is compared with."""
    data = {section: Found(machine=machine(QUICK)) for section in SECTIONS}
    for row in ROWS:
        found = data[row.section]
        if row.unit or row.section in ("boards", "memory", "refresh") or row.group == "pieces":
            found.put(row.group, **{row.work: 2.0, **({row.over: 1.0} if row.over else {})})
        else:
            works = found.rounds.setdefault(row.group, {})
            works |= {name: [1.0, 1.0, 1.0] for name in (row.over, row.minus) if name}
            works[row.work] = [2.0, 2.0, 2.0]
    return data


def lines_of(text: str) -> dict[str, list[str]]:
    """Return the table's lines by their first cell, the other cells in order."""
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "|" in line
    ]
    return {line[0]: line[1:] for line in cells}


def test_every_row_that_was_asked_for_is_there_with_its_target() -> None:
    rows = {row.key: row for row in ROWS}
    assert len(rows) == len(ROWS)
    asked = {key: target for keys in ASKED.values() for key, target in keys.items()}
    assert {key: rows[key].target for key in asked if key in rows} == asked
    assert {row.section for row in ROWS} == set(SECTIONS)
    assert len({row.meaning for row in ROWS}) == len(ROWS)
    assert set(HEADLINES) <= rows.keys()
    assert REASONS.keys() <= {key for key, row in rows.items() if row.target is not None}


def test_works_without_a_server_are_what_rows_ask_for() -> None:
    told = {name for row in ROWS if row.counted for name in row.counted if name}
    assert told <= WORKS.keys() | {"flask", "flask_phpbb3"}


def test_a_report_of_everything_has_a_figure_in_every_row() -> None:
    data = made_up()
    table = lines_of(results(data))
    for row in ROWS:
        figure = row.figure(data[row.section])
        assert figure is not None, row.key
        said = table[row.meaning]
        assert said[0].startswith((f"**{figure.value:.2f}**", f"{figure.value:.4g} {row.unit}")), row.key
        verdict = {None: "", True: "met", False: "not met"}[row.meets(figure)]
        assert said[4].partition(":")[0] == verdict, row.key
        if verdict == "not met" and row.key in REASONS:
            assert REASONS[row.key] in said[4]


def test_a_report_of_nothing_claims_nothing() -> None:
    empty = {section: Found() for section in SECTIONS}
    table = lines_of(results(empty))
    for row in ROWS:
        assert table[row.meaning][0] == "not measured"
        assert table[row.meaning][4] == ""
    assert "Measured" not in results(empty)
    assert "met" not in {cells[-1] for cells in lines_of(in_readme(_readme(), empty)).values()}


def test_what_is_missing_is_told_with_its_reason() -> None:
    row = next(row for row in ROWS if row.key == "peers.psycopg.2")
    found = Found(missing={f"{row.group}: {row.work}": "There is no such thing."})
    assert lines_of(results({row.section: found}))[row.meaning] == [
        "not measured",
        "",
        "",
        "≥ 1.2",
        "There is no such thing.",
    ]


def test_a_ratio_is_taken_round_by_round() -> None:
    row = Row("key", "costs", "group", "meaning", "work", over="least", minus="bare", target=2)
    noisy = Found(
        rounds={
            "group": {"work": [5.0, 50.0, 500.0], "bare": [1.0, 10.0, 100.0], "least": [2.0, 20.0, 200.0]}
        }
    )
    assert row.figure(noisy) == Figure(2, 2, 2, 3)
    assert row.meets(Figure(2.004, 2, 2, 3)) is True
    assert row.meets(Figure(2.006, 2, 2, 3)) is False
    assert replace(row, at_least=True).meets(Figure(1.9, 2, 2, 3)) is False
    assert replace(row, over="nothing").figure(noisy) is None


def test_growth_names_what_grows() -> None:
    small, big = (
        {"latest posts, all": 100.0, "unread, all": 100.0},
        {"latest posts, all": 151.0, "unread, all": 150.0},
    )
    found = Found(
        values={
            "sqlite, 10 posts": small,
            "sqlite, 1,000 posts": big,
            "sqlite, 10 to 1,000 posts": {"latest posts": 1.51},
        }
    )
    text = growth(found)
    assert "**More than 1.5 times: SQLite: latest posts, all 1.51.**" in text
    assert "| latest posts, all | 100 | 151 | 1.51 |" in text
    assert "Not measured." in text


def test_data_is_kept_as_it_was_and_names_no_machine(tmp_path: Path) -> None:
    found = Found(
        rounds={"a": {"b": [0.125, 2.0]}}, values={"c": {"d": 3}}, missing={"e": "f"}, machine=machine(QUICK)
    )
    save(found, tmp_path / "results" / "costs.json")
    assert load(tmp_path / "results" / "costs.json") == found
    assert load(tmp_path / "results" / "none.json") == Found()
    text = (tmp_path / "results" / "costs.json").read_text()
    assert platform.node() not in text
    assert str(Path.home()) not in text


def test_peers_are_not_needed_to_import_the_suite() -> None:
    names = ["benchmarks.__main__", *(f"benchmarks.{name}" for name in SECTIONS), "benchmarks.plots"]
    code = f"import {', '.join(names)}, sys; print(sorted(set({PEERS!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_section_fills_its_rows_without_a_server_and_the_report_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.__main__.QUICK", replace(QUICK, rounds=4, slice=0.0001))
    run("counts", tmp_path, quick=True)
    found = load(data_file(tmp_path, "counts"))
    for row in ROWS:
        if row.section == "counts" and row.group != "pieces":
            assert row.figure(found) is not None, row.key
    assert WORKS.keys() - {"compute_permissions"} == found.rounds["works"].keys()
    assert write(tmp_path) == (tmp_path / "RESULTS.md").read_text("utf-8")
    assert not (tmp_path / "growth.md").exists()


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_can_be_measured(section: str) -> None:
    assert callable(importlib.import_module(f"benchmarks.{section}").measure)


# What is committed


def test_the_report_is_that_of_the_data() -> None:
    data = {section: load(data_file(BENCHMARKS, section)) for section in SECTIONS}
    assert (BENCHMARKS / "RESULTS.md").read_text("utf-8") == results(data)
    assert (BENCHMARKS / "growth.md").read_text("utf-8") == growth(data["boards"])
    assert _readme() == in_readme(_readme(), data)


def test_every_row_of_the_data_has_a_figure_or_says_why_not() -> None:
    for row in ROWS:
        found = load(data_file(BENCHMARKS, row.section))
        assert row.figure(found) is not None or found.why_not(row.group, row.work), row.key


def test_what_is_committed_names_no_machine() -> None:
    for path in (*BENCHMARKS.glob("*.md"), *BENCHMARKS.glob("results/*")):
        text = path.read_text("utf-8")
        assert not re.search(r"/(?:tmp|home|root|work|usr)/", text), path
    for section in SECTIONS:
        data: dict[str, Any] = json.loads(data_file(BENCHMARKS, section).read_text("utf-8"))
        assert data["machine"].keys() == machine(QUICK).keys()


def _readme() -> str:
    return (ROOT / "README.md").read_text("utf-8")
