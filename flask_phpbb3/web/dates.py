"""Dates as a visitor has set them up on the forum: a PHP date format in the visitor's time zone."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any, Final

from ..phpbb.identity import GUEST_ID

DEFAULT_FORMAT: Final = "D M d, Y g:i a"

_TOKEN = re.compile(r"\\(.)|(.)", re.DOTALL)
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def format_date(time: int, date_format: str, zone: tzinfo) -> str:
    """Return a moment in a PHP date format, in English.

    The bars around phpBB's "today" and "yesterday" are left out and the date itself is written.

    :param time: the Unix time.
    :param date_format: such as ``D M d, Y g:i a``; a backslash keeps the next letter as it is.
    :param zone: the time zone.
    """
    moment = datetime.fromtimestamp(int(time), zone)

    def write(found: re.Match[str]) -> str:
        kept, letter = found.groups()
        if kept is not None:
            return str(kept)
        return _LETTERS[letter](moment) if letter in _LETTERS else str(letter)

    return _TOKEN.sub(write, date_format.replace("|", ""))


def date_settings(user: Mapping[str, Any], config: Mapping[str, str]) -> tuple[str, tzinfo]:
    """Return the date format and time zone that phpBB would use for a user (phpBB rule: Dates).

    :param user: a user row; for the guest the board's settings count.
    :param config: phpBB's config table.
    """
    if int(user.get("user_id", GUEST_ID)) == GUEST_ID:
        date_format, zone = config.get("default_dateformat"), config.get("board_timezone")
        summer_time = config.get("board_dst")
    else:
        date_format, zone = user.get("user_dateformat"), user.get("user_timezone")
        summer_time = user.get("user_dst")
    return str(date_format or DEFAULT_FORMAT), time_zone(zone, summer_time)


def time_zone(zone: Any, summer_time: Any = 0) -> tzinfo:
    """Return a time zone as phpBB stores it; UTC if it is none.

    :param zone: a name such as ``Europe/Berlin``; up to 3.0 hours east of UTC.
    :param summer_time: whether an hour is to be added; only with hours.
    """
    text = str(zone if zone is not None else "")
    try:
        hours = float(text) + (1 if str(summer_time or 0) == "1" else 0)
        return timezone(timedelta(hours=hours))
    except ValueError:
        pass
    try:
        return zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return timezone.utc


def _ordinal(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _offset(moment: datetime, separator: str) -> str:
    text = moment.strftime("%z")
    return f"{text[:3]}{separator}{text[3:5]}"


def _seconds(span: timedelta | None) -> int:
    return int(span.total_seconds()) if span else 0


def _days_of_month(moment: datetime) -> int:
    return ((moment.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + _offset(moment, ":")


def _rfc(moment: datetime) -> str:
    day, month = _DAYS[moment.weekday()][:3], _MONTHS[moment.month - 1][:3]
    return f"{day}, {moment:%d} {month} {moment:%Y %H:%M:%S} {_offset(moment, '')}"


def _is_leap_year(moment: datetime) -> bool:
    return (moment.year % 4 == 0 and moment.year % 100 != 0) or moment.year % 400 == 0


_LETTERS: Final[dict[str, Callable[[datetime], str]]] = {
    "d": lambda m: f"{m.day:02}",
    "D": lambda m: _DAYS[m.weekday()][:3],
    "j": lambda m: str(m.day),
    "l": lambda m: _DAYS[m.weekday()],
    "N": lambda m: str(m.isoweekday()),
    "S": lambda m: _ordinal(m.day),
    "w": lambda m: str(m.isoweekday() % 7),
    "z": lambda m: str(m.timetuple().tm_yday - 1),
    "W": lambda m: f"{m.isocalendar().week:02}",
    "F": lambda m: _MONTHS[m.month - 1],
    "m": lambda m: f"{m.month:02}",
    "M": lambda m: _MONTHS[m.month - 1][:3],
    "n": lambda m: str(m.month),
    "t": lambda m: str(_days_of_month(m)),
    "L": lambda m: str(int(_is_leap_year(m))),
    "o": lambda m: str(m.isocalendar().year),
    "Y": lambda m: str(m.year),
    "y": lambda m: f"{m.year % 100:02}",
    "a": lambda m: "am" if m.hour < 12 else "pm",
    "A": lambda m: "AM" if m.hour < 12 else "PM",
    "g": lambda m: str(m.hour % 12 or 12),
    "G": lambda m: str(m.hour),
    "h": lambda m: f"{m.hour % 12 or 12:02}",
    "H": lambda m: f"{m.hour:02}",
    "i": lambda m: f"{m.minute:02}",
    "s": lambda m: f"{m.second:02}",
    "u": lambda m: f"{m.microsecond:06}",
    "v": lambda m: f"{m.microsecond // 1000:03}",
    "e": lambda m: str(m.tzinfo),
    "I": lambda m: str(int(bool(m.dst()))),
    "O": lambda m: _offset(m, ""),
    "P": lambda m: _offset(m, ":"),
    "T": lambda m: m.strftime("%Z"),
    "Z": lambda m: str(_seconds(m.utcoffset())),
    "c": _iso,
    "r": _rfc,
    "U": lambda m: str(int(m.timestamp())),
}
