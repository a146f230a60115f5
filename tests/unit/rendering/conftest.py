"""Counts of recorded texts, printed at the end of the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ...texts import Comparison

RENDERED = pytest.StashKey[dict[str, str]]()


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str, Comparison], None]:
    """Hold that recorded texts are rendered as phpBB does, and count them for the end of the run."""
    counts = request.config.stash.setdefault(RENDERED, {})

    def hold(what: str, found: Comparison) -> None:
        assert found.equal, f"nothing was compared: {what}"
        assert not found.different, str(found)
        counts[what] = str(found)

    return hold


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print how many recorded texts were rendered, and how many of them as phpBB does."""
    for what, count in config.stash.get(RENDERED, {}).items():
        terminalreporter.write_line(f"rendered, {what}: {count}")
