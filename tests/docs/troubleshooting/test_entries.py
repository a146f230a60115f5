"""The page and its tests belong together."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from .entries import Entry, entries


def named_here() -> set[str]:
    """Return the tests of this folder that are about an entry."""
    return {
        f"{path.name}::{node.name}"
        for path in Path(__file__).parent.glob("test_*.py")
        if path != Path(__file__)
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_test_is_named_once_and_every_entry_names_one() -> None:
    assert [entry.heading for entry in entries() if len(entry.tests) != 1] == []
    named = [entry.tests[0] for entry in entries()]
    assert len(named) == len(set(named)) > 30
    assert set(named) == named_here()


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.heading)
def test_an_entry_tells_symptom_cause_and_fix(entry: Entry) -> None:
    for word in ("Seen", "Cause", "Fix"):
        assert len(entry.part(word)) > 10
