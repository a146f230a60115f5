from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flask_phpbb3.rendering.dates import date_settings, format_date
from flask_phpbb3.rendering.zones import is_time_zone, knows_names, time_zone

from ... import boards

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


def hours(number: float) -> timezone:
    return timezone(timedelta(hours=number))


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Berlin", BERLIN),
        ("europe/berlin", BERLIN),
        ("EUROPE/BERLIN", BERLIN),
        ("UTC", timezone.utc),
        ("gmt", timezone.utc),
        ("+02:00", hours(2)),
        ("-0930", hours(-9.5)),
        ("+2", hours(2)),
        ("+530", hours(5.5)),
        ("GMT+2", hours(2)),
        ("GMT-03:30", hours(-3.5)),
        ("CET", timezone(timedelta(hours=1), "CET")),
        ("5.5", timezone.utc),
        ("5.50", timezone.utc),
        ("+5.5", timezone.utc),
        ("+99:00", timezone.utc),
        ("No/Where", timezone.utc),
        ("../../etc/passwd", timezone.utc),
        ("/etc/localtime", timezone.utc),
        ("Europe", timezone.utc),
        ("Europe/Berlin\0", timezone.utc),
        ("inf", timezone.utc),
        ("nan", timezone.utc),
        ("", timezone.utc),
        (None, timezone.utc),
        (3, timezone.utc),
    ],
)
def test_time_zones_are_what_php_takes(zone: Any, expected: tzinfo) -> None:
    assert time_zone(zone) == expected


@pytest.mark.parametrize(
    ("zone", "summer_time", "expected"),
    [
        ("5.50", 0, hours(5.5)),
        (-3.0, 1, hours(-2)),
        ("0", "1", hours(1)),
        ("3.5h", 0, hours(3.5)),
        ("99", 0, timezone.utc),
        ("1e9", 0, hours(1)),
        ("9" * 400, 0, timezone.utc),
        ("nan", 0, timezone.utc),
        ("inf", 0, timezone.utc),
        ("-inf", 1, timezone.utc),
        ("Europe/Berlin", 0, BERLIN),
    ],
)
def test_old_boards_store_hours(zone: Any, summer_time: Any, expected: tzinfo) -> None:
    assert time_zone(zone, summer_time) == expected


def test_what_names_a_zone() -> None:
    for zone in ("Europe/Berlin", "utc", "+02:00", "GMT+2", "cet"):
        assert is_time_zone(zone)
    for none in ("", "5.5", "No/Where", None):
        assert not is_time_zone(none)
    assert is_time_zone("5.5", 0)
    assert knows_names()


def test_without_a_time_zone_database_names_are_utc_and_offsets_stay() -> None:
    code = (
        "import sys; sys.modules['tzdata'] = None\n"
        "from flask_phpbb3.rendering.zones import time_zone as z\n"
        "print(z('Europe/Berlin'), z('UTC'), z('+02:00'))"
    )
    environment = {**os.environ, "PYTHONTZPATH": ""}
    answer = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert answer.stdout.decode().split() == ["UTC", "UTC", "UTC+02:00"]


def test_names_of_zones_as_php_writes_them() -> None:
    assert format_date(MOMENT, "e T P p", time_zone("GMT+2")) == "+02:00 +02:00 +02:00 +02:00"
    assert format_date(MOMENT, "e T P p", time_zone("utc")) == "UTC UTC +00:00 Z"
    assert format_date(MOMENT, "e T", BERLIN) == "Europe/Berlin CET"
    assert format_date(MOMENT, "e T", time_zone("cet")) == "CET CET"


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


def test_dates_are_phpbbs() -> None:
    recorded = boards.load("content/3.3.10", "dates.json.gz")
    for case in recorded["cases"]:
        zone, words = time_zone(case["tz"]), recorded["lang_datetime"][case["lang"]]
        relative, absolute = (
            format_date(case["time"], case["format"], zone, now=now, words=words, language=case["lang"])
            for now in (case["now"], None)
        )
        assert (relative, absolute) == (case["text"], case["absolute"]), case
    print(f"{len(recorded['cases'])} dates")  # noqa: T201


NOW = MOMENT


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (0, "less than a minute ago"),
        (-5, "less than a minute ago"),
        (-54, "less than a minute ago"),
        (-55, "Today, 14:32"),
        (59, "less than a minute ago"),
        (60, "1 minute ago"),
        (3600, "60 minutes ago"),
        (3601, "Today, 13:31"),
        (86400, "Yesterday, 14:31"),
        (-86400, "Tomorrow, 14:31"),
        (2 * 86400, "27 Feb 2024, 14:31"),
        (-2 * 86400, "02 Mar 2024, 14:31"),
    ],
)
def test_relative_dates(passed: int, text: str) -> None:
    assert format_date(NOW - passed, "|d M Y|, H:i", timezone.utc, now=NOW) == text


def test_days_are_those_of_the_readers_zone() -> None:
    midnight = 1_709_251_200  # 2024-03-01 00:00 UTC
    assert format_date(midnight - 7200, "|d|H", timezone.utc, now=midnight) == "Yesterday22"
    assert format_date(midnight - 7200, "|d|H", hours(3), now=midnight) == "Today01"


def test_one_bar_is_replaced_by_the_day() -> None:
    assert format_date(NOW - 7200, "d | H", timezone.utc, now=NOW) == "29 Today 12"


def test_words_of_a_language_replace_the_english_ones() -> None:
    words = {"Thursday": "jeudi", "Thu": "jeu.", "May": "mai", "May_short": "m.", "TODAY": "Aujourd'hui"}
    assert format_date(MOMENT, "l D jS", timezone.utc, words=words, language="fr") == "jeudi jeu. 29"
    may = 1_714_550_400
    assert format_date(may, "F", timezone.utc, words=words) == "mai"
    assert format_date(may, "M F", timezone.utc, words=words) == "m. m."
    assert format_date(may, r"\M F", timezone.utc, words=words) == "M mai"
    assert format_date(NOW - 7200, "|d| H", timezone.utc, now=NOW, words=words) == "Aujourd'hui 12"


@pytest.mark.parametrize("time", [-(10**18), 10**18, -62135596801, 253402300800])
def test_a_moment_beyond_the_calendar_is_no_error(time: int) -> None:
    assert format_date(time, "Y", hours(-5), now=NOW)
