from __future__ import annotations

from datetime import timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flask_phpbb3.web.dates import date_settings, format_date, time_zone
from flask_phpbb3.web.keepalive import renewal_interval

MOMENT = 1_709_217_065  # 2024-02-29 14:31:05 UTC, a Thursday
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("date_format", "text"),
    [
        ("D M d, Y g:i a", "Thu Feb 29, 2024 2:31 pm"),
        ("|D M d, Y| H:i", "Thu Feb 29, 2024 14:31"),
        ("l jS F Y", "Thursday 29th February 2024"),
        ("d.m.y, H:i:s", "29.02.24, 14:31:05"),
        (r"\D\a\y: N w z W t L o n A G h", "Day: 4 4 59 09 29 1 2024 2 PM 14 02"),
        ("c", "2024-02-29T14:31:05+00:00"),
        ("r", "Thu, 29 Feb 2024 14:31:05 +0000"),
        ("U u v I O P T Z e", f"{MOMENT} 000000 000 0 +0000 +00:00 UTC 0 UTC"),
        ("ä · §", "ä · §"),
        ("", ""),
    ],
)
def test_date_formats(date_format: str, text: str) -> None:
    assert format_date(MOMENT, date_format, timezone.utc) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (22, "22nd"),
        (23, "23rd"),
    ],
)
def test_ordinals(day: int, text: str) -> None:
    assert format_date(1_704_067_200 + (day - 1) * 86400, "jS", timezone.utc) == text


@pytest.mark.parametrize("hour", range(24))
def test_hours(hour: int) -> None:
    written = format_date(1_704_067_200 + hour * 3600, "G H g h a", timezone.utc).split()
    twelve = hour % 12 or 12
    assert written == [str(hour), f"{hour:02}", str(twelve), f"{twelve:02}", "am" if hour < 12 else "pm"]


def test_summer_time() -> None:
    assert format_date(1_720_000_000, "H:i I P", BERLIN) == "11:46 1 +02:00"
    assert format_date(1_709_217_065, "H:i I P", BERLIN) == "15:31 0 +01:00"


@pytest.mark.parametrize(
    ("zone", "summer_time", "expected"),
    [
        ("Europe/Berlin", None, BERLIN),
        ("UTC", None, ZoneInfo("UTC")),
        ("5.50", 0, timezone(timedelta(hours=5, minutes=30))),
        (-3.0, 1, timezone(timedelta(hours=-2))),
        ("0", "1", timezone(timedelta(hours=1))),
        ("No/Where", None, timezone.utc),
        ("../../etc/passwd", None, timezone.utc),
        ("", None, timezone.utc),
        (None, None, timezone.utc),
        ("99", 0, timezone.utc),
        ("nan", 0, timezone.utc),
    ],
)
def test_time_zones(zone: Any, summer_time: Any, expected: tzinfo) -> None:
    assert time_zone(zone, summer_time) == expected


def test_a_members_own_settings_count() -> None:
    user = {"user_id": 5, "user_dateformat": "Y", "user_timezone": "Europe/Berlin"}
    assert date_settings(user, {"default_dateformat": "d", "board_timezone": "UTC"}) == ("Y", BERLIN)


def test_the_boards_settings_count_for_the_guest() -> None:
    guest = {"user_id": 1, "user_dateformat": "Y", "user_timezone": "UTC"}
    assert date_settings(guest, {"default_dateformat": "d", "board_timezone": "Europe/Berlin"}) == (
        "d",
        BERLIN,
    )
    assert date_settings({}, {}) == ("D M d, Y g:i a", timezone.utc)


@pytest.mark.parametrize("length", [0, 60, 120, 300, 3600, 86400, 30 * 86400])
def test_sessions_are_renewed_in_time(length: int) -> None:
    interval = renewal_interval(length)
    assert 60 < interval <= 86400
    assert interval < max(length + 60, 62)  # phpBB grants a minute more; it writes once a minute at most
