"""Dates as phpBB writes them: PHP's date letters, today and yesterday, the words of a language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from ..phpbb.identity import GUEST_ID
from . import words as language_words
from .viewer import Words
from .zones import time_zone

DEFAULT_FORMAT: Final = "D M d, Y g:i a"

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_TOKEN = re.compile(r"\\(.)|(.)", re.DOTALL)
_ENGLISH: Final = {*DAYS, *MONTHS, *(name[:3] for name in DAYS + MONTHS)}
_DATE_WORD = re.compile("|".join(sorted(_ENGLISH, key=len, reverse=True)))
_RELATIVE = "||"
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_HOUR = 3600


def format_date(
    time: int,
    date_format: str,
    zone: tzinfo,
    *,
    now: int | None = None,
    words: Words = language_words.NO_WORDS,
    language: str = "en",
) -> str:
    """Return a moment as phpBB writes it (phpBB rule: Dates).

    :param time: the Unix time.
    :param date_format: letters of PHP's ``date``, such as ``D M d, Y g:i a``; a backslash keeps the next
        letter as it is. What stands between bars gives way to "today" and its like.
    :param zone: the reader's time zone.
    :param now: the time of reading; None: the bars are left out and the date itself is written.
    :param words: strings of the reader's language: names of days and months by their English ones
        (``Monday``, ``Mon``, ``May_short``), ``AGO``, ``TODAY``, ``YESTERDAY``, ``TOMORROW``.
    :param language: the code of that language; English ordinals (``S``) are left out in others.
    """
    if now is not None and "|" in date_format:
        if _is_ago(now - time, now, time):
            return language_words.count(words, "AGO", max(0, (now - time) // 60))
        day = _day_word(time, now, zone)
        if day is not None:
            before, after = date_format[: date_format.index("|")], date_format[date_format.rindex("|") + 1 :]
            written = _write(time, before + _RELATIVE + after, zone, words, language)
            return written.replace(_RELATIVE, language_words.word(words, day))
    return _write(time, date_format.replace("|", ""), zone, words, language)


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


def _is_ago(passed: int, now: int, time: int) -> bool:
    is_same_minute = now // 60 % 60 == time // 60 % 60
    return -60 < passed <= _HOUR and (passed >= -5 or is_same_minute)


def _day_word(time: int, now: int, zone: tzinfo) -> str | None:
    days = (_moment(time, zone).date() - _moment(now, zone).date()).days
    return {-1: "YESTERDAY", 0: "TODAY", 1: "TOMORROW"}.get(days)


def _moment(time: int, zone: tzinfo) -> datetime:
    """Return a moment; one that no calendar of ours reaches is the epoch."""
    try:
        return (_EPOCH + timedelta(seconds=int(time))).astimezone(zone)
    except OverflowError:
        return _EPOCH


def _write(time: int, date_format: str, zone: tzinfo, words: Words, language: str) -> str:
    moment = _moment(time, zone)
    tokens = _tokens(date_format, language[:2].lower() == "en")
    text = "".join(_LETTERS[token](moment) if is_letter else token for is_letter, token in tokens)
    if not words:
        return text
    short_may = any(is_letter and text in "Mr" for is_letter, text in tokens)

    def translate(found: re.Match[str]) -> str:
        name = found[0]
        chosen = words.get("May_short" if name == "May" and short_may else name, words.get(name, name))
        return chosen if isinstance(chosen, str) else name

    return _DATE_WORD.sub(translate, text)


@lru_cache(maxsize=256)
def _tokens(date_format: str, ordinals: bool) -> tuple[tuple[bool, str], ...]:
    """Return what a format consists of: (is a letter of PHP's, text)."""
    tokens = []
    for kept, letter in _TOKEN.findall(date_format):
        if letter == "S" and not ordinals:
            continue
        tokens.append((letter in _LETTERS, letter) if letter else (False, kept))
    return tuple(tokens)


def _ordinal(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _offset(moment: datetime, separator: str) -> str:
    text = moment.strftime("%z")
    return f"{text[:3]}{separator}{text[3:5]}"


def _zone_name(moment: datetime) -> str:
    return str(moment.tzinfo) if isinstance(moment.tzinfo, ZoneInfo) else _zone_short(moment)


def _zone_short(moment: datetime) -> str:
    name = moment.tzname() or ""
    return _offset(moment, ":") if name.startswith("UTC") and moment.utcoffset() else name


def _seconds(span: timedelta | None) -> int:
    return int(span.total_seconds()) if span else 0


def _days_of_month(moment: datetime) -> int:
    if moment.month == 12:
        return 31
    return (moment.replace(month=moment.month + 1, day=1) - moment.replace(day=1)).days


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + _offset(moment, ":")


def _rfc(moment: datetime) -> str:
    day, month = DAYS[moment.weekday()][:3], MONTHS[moment.month - 1][:3]
    return f"{day}, {moment:%d} {month} {moment:%Y %H:%M:%S} {_offset(moment, '')}"


def _is_leap_year(moment: datetime) -> bool:
    return (moment.year % 4 == 0 and moment.year % 100 != 0) or moment.year % 400 == 0


def _swatch(moment: datetime) -> str:
    seconds = int((moment - _EPOCH).total_seconds()) + _HOUR
    return f"{seconds % 86400 * 10 // 864:03}"


_LETTERS: Final[dict[str, Callable[[datetime], str]]] = {
    "d": lambda m: f"{m.day:02}",
    "D": lambda m: DAYS[m.weekday()][:3],
    "j": lambda m: str(m.day),
    "l": lambda m: DAYS[m.weekday()],
    "N": lambda m: str(m.isoweekday()),
    "S": lambda m: _ordinal(m.day),
    "w": lambda m: str(m.isoweekday() % 7),
    "z": lambda m: str(m.timetuple().tm_yday - 1),
    "W": lambda m: f"{m.isocalendar().week:02}",
    "F": lambda m: MONTHS[m.month - 1],
    "m": lambda m: f"{m.month:02}",
    "M": lambda m: MONTHS[m.month - 1][:3],
    "n": lambda m: str(m.month),
    "t": lambda m: str(_days_of_month(m)),
    "L": lambda m: str(int(_is_leap_year(m))),
    "o": lambda m: str(m.isocalendar().year),
    "Y": lambda m: str(m.year),
    "y": lambda m: f"{m.year % 100:02}",
    "a": lambda m: "am" if m.hour < 12 else "pm",
    "A": lambda m: "AM" if m.hour < 12 else "PM",
    "B": _swatch,
    "g": lambda m: str(m.hour % 12 or 12),
    "G": lambda m: str(m.hour),
    "h": lambda m: f"{m.hour % 12 or 12:02}",
    "H": lambda m: f"{m.hour:02}",
    "i": lambda m: f"{m.minute:02}",
    "s": lambda m: f"{m.second:02}",
    "u": lambda m: "000000",
    "v": lambda m: "000",
    "e": _zone_name,
    "I": lambda m: str(int(bool(m.dst()))),
    "O": lambda m: _offset(m, ""),
    "P": lambda m: _offset(m, ":"),
    "p": lambda m: _offset(m, ":") if m.utcoffset() else "Z",
    "T": _zone_short,
    "Z": lambda m: str(_seconds(m.utcoffset())),
    "c": _iso,
    "r": _rfc,
    "U": lambda m: str(int((m - _EPOCH).total_seconds())),
}
