"""Small rules about members: who is listed, whose profile is shown, whose birthday it is."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Mapping
from typing import Any, Final

from .identity import GUEST_ID, IGNORED, INACTIVE

CHANGED_PROFILE: Final = 2
"""The reason of being inactive that leaves a profile to be seen: its owner changed the e-mail address."""

_BIRTHDAY = re.compile(r"\s*(\d{1,2})-\s*(\d{1,2})-\s*(\d{1,4})\Z")


def has_profile(user: Mapping[str, Any], *, sees_inactive: bool) -> bool:
    """Tell whether phpBB has a profile page of a user (phpBB rule: Profiles).

    :param user: a row with ``user_id``, ``user_type``, ``user_inactive_reason``.
    :param sees_inactive: the viewer manages users.
    """
    if int(user["user_id"]) == GUEST_ID:
        return False
    if int(user["user_type"]) not in (INACTIVE, IGNORED) or sees_inactive:
        return True
    return int(user["user_type"]) == INACTIVE and int(user["user_inactive_reason"]) == CHANGED_PROFILE


def birthday(text: str) -> tuple[int, int, int] | None:
    """Return day, month and year of a stored birthday; the year is 0 where it is not told, None if it is none."""
    found = _BIRTHDAY.match(text or "")
    if found is None:
        return None
    day, month, year = map(int, found.groups())
    return (day, month, year) if day and month else None


def birthday_patterns(today: datetime.date) -> list[str]:
    """Return what the stored birthdays of a day begin with (phpBB rule: Birthdays).

    Who was born on 29 February celebrates on 28 February in other years.
    """
    days = [(today.day, today.month)]
    if (today.day, today.month) == (28, 2) and not calendar.isleap(today.year):
        days.append((29, 2))
    return [f"{day:2d}-{month:2d}-" for day, month in days]


def age(text: str, today: datetime.date) -> int | None:
    """Return how old somebody is whose birthday is stored so; None if the year is not told."""
    born = birthday(text)
    if born is None or not born[2]:
        return None
    day, month, year = born
    return max(0, today.year - year - ((today.month, today.day) < (month, day)))
