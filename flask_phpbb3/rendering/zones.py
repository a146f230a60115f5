"""Time zones by the names that phpBB stores and PHP takes."""

from __future__ import annotations

import re
import zoneinfo
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any, Final

_HOURS = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_OFFSET = re.compile(
    r"(?:GMT(?=[+-]))?(?P<sign>[+-])"
    r"(?:(?P<hours>\d{1,2})(?::(?P<minutes>\d{1,2})(?::(?P<seconds>\d{2}))?)?|(?P<digits>\d{3,4}|\d{6}))",
    re.ASCII,
)
_DAY: Final = timedelta(hours=24)

_ABBREVIATIONS: Final = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2,
    "eet": 2, "eest": 3, "msk": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "hst": -10,
}  # fmt: skip
"""Common abbreviations → hours east of UTC. PHP takes them before identifiers, without summer time."""


def time_zone(zone: Any, summer_time: Any = None) -> tzinfo:
    """Return a time zone as phpBB and PHP understand what is stored; UTC if it is none. Never an error.

    From 3.1 on a name such as ``Europe/Berlin`` in any case, an offset such as ``+02:00`` or ``GMT+2``, or an
    abbreviation. In 3.0 hours east of UTC, which then come with ``summer_time`` (phpBB rule: Dates).

    :param zone: the stored value.
    :param summer_time: whether an hour is to be added; None: the board knows no such column, so that a bare
        number is no zone.
    """
    text = str(zone if zone is not None else "")
    if summer_time is not None and _HOURS.match(text):
        return _by_hours(text, str(summer_time) == "1")
    return _by_name(text)


def is_time_zone(zone: Any, summer_time: Any = None) -> bool:
    """Tell whether a stored value names a zone, so that UTC is not only for want of one; as for `time_zone`."""
    text = str(zone if zone is not None else "")
    name = text.lstrip(" \t(").rstrip(")")
    is_hours = summer_time is not None and _HOURS.match(text) is not None
    return is_hours or bool(_OFFSET.fullmatch(name)) or name.lower() in {*_ABBREVIATIONS, *_identifiers()}


def knows_names() -> bool:
    """Tell whether there is a database of time zones, without which every named one is UTC."""
    return bool(_identifiers())


def _by_hours(text: str, summer_time: bool) -> tzinfo:
    found = _HOURS.match(text)
    offset = timedelta(hours=min(abs(float(found[0])), 99)) if found else timedelta()
    if found and float(found[0]) < 0:
        offset = -offset
    return _fixed(offset + timedelta(hours=summer_time))


@lru_cache(maxsize=512)
def _by_name(text: str) -> tzinfo:
    name = text.lstrip(" \t(").rstrip(")")
    found = _OFFSET.fullmatch(name)
    if found:
        return _fixed(_offset(found))
    if name.lower() in _ABBREVIATIONS:
        return _abbreviated(name)
    try:
        return zoneinfo.ZoneInfo(_identifiers()[name.lower()])
    except (KeyError, ValueError, OSError):
        return timezone.utc


def _abbreviated(name: str) -> tzinfo:
    hours = _ABBREVIATIONS[name.lower()]
    return timezone(timedelta(hours=hours), name.upper()) if hours else timezone.utc


def _offset(found: re.Match[str]) -> timedelta:
    if found["digits"]:
        digits = found["digits"].zfill(4).ljust(6, "0")
        hours, minutes, seconds = digits[:2], digits[2:4], digits[4:]
    else:
        hours, minutes, seconds = found["hours"], found["minutes"] or 0, found["seconds"] or 0
    offset = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return -offset if found["sign"] == "-" else offset


def _fixed(offset: timedelta) -> tzinfo:
    """Return a zone without summer time; UTC where it would be a day or more away."""
    return timezone(offset) if -_DAY < offset < _DAY else timezone.utc


@lru_cache(maxsize=1)
def _identifiers() -> dict[str, str]:
    return {name.lower(): name for name in zoneinfo.available_timezones()}
