"""Servers that are tried in turn."""

from __future__ import annotations

from unittest import mock

from flask_phpbb3.direct_access.places import LAST_FOR, Places


def test_a_silent_one_is_last_for_a_while() -> None:
    places = Places()
    with mock.patch("time.monotonic", return_value=1000.0) as now:
        assert places.in_turn("abc", str) == ["a", "b", "c"]
        places.note_silence("a")
        assert places.in_turn("abc", str) == ["b", "c", "a"]
        places.note_silence("b")
        assert places.in_turn("abc", str) == ["c", "a", "b"]
        places.note_answer("a")
        assert places.in_turn("abc", str) == ["a", "c", "b"]
        now.return_value += LAST_FOR
        assert places.in_turn("abc", str) == ["a", "b", "c"]


def test_each_has_its_share_of_the_time_that_is_left() -> None:
    with mock.patch("time.monotonic", return_value=1000.0):
        assert Places.share(1006.0, 3) == 1002.0
        assert Places.share(1006.0, 1) == 1006.0
        assert Places.share(999.0, 2) == 1000.0
