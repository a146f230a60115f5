"""A comparison with phpBB's answers fails where they differ, and where nothing was compared."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ...pages import Comparison


def test_what_differs_is_named(assert_agrees: Callable[[Comparison], None]) -> None:
    found = Comparison("names")
    found.hold("first", "alice", "alice")
    found.hold("second", "bob", "carol")
    with pytest.raises(AssertionError, match="second: 'bob', phpBB: 'carol'"):
        assert_agrees(found)


def test_nothing_is_not_enough(assert_agrees: Callable[[Comparison], None]) -> None:
    found = Comparison("names")
    found.differs("as they should")
    with pytest.raises(AssertionError, match="nothing was compared: names"):
        assert_agrees(found)
