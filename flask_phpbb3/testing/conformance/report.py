"""Tests that a subject gives no ground for: skipped, and named at the end of the run."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

_LEFT_OUT = pytest.StashKey[dict[str, list[str]]]()


def leave_out(request: pytest.FixtureRequest, why: str) -> NoReturn:
    """Skip the test that asks, and say at the end of the run that it was.

    :param why: what is missing.
    """
    stash = request.config.stash
    if _LEFT_OUT not in stash:
        stash[_LEFT_OUT] = {}
        request.config.pluginmanager.register(_Report(stash[_LEFT_OUT]))
    stash[_LEFT_OUT].setdefault(why, []).append(request.node.nodeid.partition("::")[2])
    pytest.skip(f"left out: {why}")


class _Report:
    def __init__(self, left_out: dict[str, list[str]]) -> None:
        self.left_out = left_out

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Name what was left out, also where skipped tests are not listed."""
        terminalreporter.section("left out of the conformance suites")
        for why, names in self.left_out.items():
            terminalreporter.write_line(f"{why}:")
            for name in names:
                terminalreporter.write_line(f"  {name}")
