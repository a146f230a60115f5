"""The cookie in which phpBB keeps what a guest has read."""

from __future__ import annotations

import pytest

from flask_phpbb3.phpbb.track_cookie import TrackCookie, read_track_cookie

START = 1_000_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", TrackCookie()),
        ("l:1;", TrackCookie(all=START + 1)),
        ("l:10;", TrackCookie(all=START + 36)),
        (
            "l:zz;f:(2:1c;5:;);t:(k:1d;);",
            TrackCookie(START + 1295, {2: START + 48, 5: START}, {20: START + 49}),
        ),
        ("tf:(2:(k:1;););f:(7:2;);", TrackCookie(forums={7: START + 2})),
        ("f:(2:1c;", TrackCookie(forums={2: START + 48})),
        ("t:(10:a;);", TrackCookie(topics={36: START + 10})),
        ("l:1;);l:2;", TrackCookie(all=START + 1)),
        ("f:3;t:4;", TrackCookie()),
        ("f:(2:(3:1;););", TrackCookie()),
        ("<script>l:1;", TrackCookie()),
        ("l:-1;", TrackCookie()),
        ("f:(" * 5000, TrackCookie()),
        ("l:zzzzzzzzzzzzzz;", TrackCookie()),
    ],
)
def test_the_cookie_of_marks(text: str, expected: TrackCookie) -> None:
    assert read_track_cookie(text, str(START)) == expected


def test_a_long_cookie_is_read_to_a_bound() -> None:
    pairs = "".join(f"{number}:1;" for number in range(100, 9000))
    found = read_track_cookie(f"f:({pairs});l:1;", "0")
    assert 1000 < len(found.forums) < 8900
    assert found.all == 0


@pytest.mark.parametrize("start", ["", "x", "0"])
def test_a_board_without_a_start_counts_from_nothing(start: str) -> None:
    assert read_track_cookie("l:a;", start) == TrackCookie(all=10)
