"""Counts of answers held against recorded pages, printed at the end of the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ...pages import Comparison

COMPARED = pytest.StashKey[list[str]]()


@pytest.fixture
def assert_agrees(request: pytest.FixtureRequest) -> Callable[[Comparison], None]:
    """Hold that answers equal phpBB's, and count them for the end of the run."""
    lines = request.config.stash.setdefault(COMPARED, [])

    def hold(found: Comparison) -> None:
        assert found.equal, f"nothing was compared: {found.what}"
        assert not found.different, "\n".join([str(found), *found.different[:20]])
        lines.append(str(found))

    return hold


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print how many answers were compared, and how many of them equal phpBB's."""
    for line in config.stash.get(COMPARED, []):
        terminalreporter.write_line(line)
