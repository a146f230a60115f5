"""phpBB's words and numbers in words for people: refusals, groups, options, times."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Final

from flask import Flask

REFUSALS: Final = {
    "unknown": "The forum does not know your session any more: it was ended, or never existed.",
    "expired": "Your session has expired: you were away from the forum for longer than it allows.",
    "ip": "Your session was begun at another address, so it is not accepted from yours.",
    "browser": "Your session was begun in another browser, so it is not accepted from this one.",
    "forwarded_for": "Your session was begun behind another proxy, so it is not accepted from here.",
    "referer": "The form was sent from another site, so your session does not count for it.",
    "banned": "You are banned from the forum.",
    "not_allowed": "The forum does not let anybody stay signed in.",
    "user_id": "Your remember-me key belongs to somebody else.",
    "user_type": "Your account cannot be signed in by a remember-me key.",
}
"""Each ``session.refusal`` as a sentence."""

GROUPS: Final = {
    "GUESTS": "Guests",
    "REGISTERED": "Registered users",
    "REGISTERED_COPPA": "Registered COPPA users",
    "GLOBAL_MODERATORS": "Global moderators",
    "ADMINISTRATORS": "Administrators",
    "BOTS": "Bots",
    "NEWLY_REGISTERED": "Newly registered users",
}

HAPPENED: Final = {
    "group_request": "asks to join the group",
    "pm": "sent you a message",
    "post": "wrote in a topic that you follow",
    "quote": "quoted you",
    "topic_in_queue": "began a topic that waits for approval",
}
"""Types of notifications in words that follow the names of people."""

USER_TYPES: Final = {0: "normal", 1: "inactive", 2: "guest or bot", 3: "founder"}

SOURCES: Final = {
    "session": "a phpBB session",
    "key": "the remember-me key",
    "bot": "the browser or address of a bot",
    "guest": "nothing: a guest",
}

_STEPS: Final = ((365 * 86400, "year"), (30 * 86400, "month"), (86400, "day"), (3600, "hour"), (60, "minute"))
_HUES: Final = 6


def init_app(app: Flask) -> None:
    """Offer the words to templates."""
    app.jinja_env.globals["REFUSALS"] = REFUSALS
    app.add_template_filter(group_name)
    app.add_template_filter(role_name)
    app.add_template_filter(duration)
    app.add_template_filter(ago)
    app.add_template_filter(clock)
    app.add_template_filter(isoformat)
    app.add_template_filter(initials)
    app.add_template_filter(hue)
    app.add_template_filter(happened)


def group_name(name: str) -> str:
    """Return a group's name as people read it."""
    return GROUPS.get(name, name)


def role_name(name: str) -> str:
    """Return a role's name as people read it: phpBB's own are constants."""
    if not name.startswith("ROLE_"):
        return name
    return name.removeprefix("ROLE_").replace("_", " ").replace("MOD ", "MODERATOR ").capitalize()


def duration(seconds: int) -> str:
    """Return a time span in its largest unit, such as ``3 hours``."""
    for size, unit in _STEPS:
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


def ago(moment: int) -> str:
    """Return how long ago a Unix time was."""
    seconds = int(time.time()) - moment
    return "just now" if seconds < _STEPS[-1][0] else f"{duration(seconds)} ago"


def clock(moment: int) -> str:
    """Return a Unix time as a date and a time of day."""
    return _utc(moment).strftime("%d %B %Y, %H:%M UTC").lstrip("0")


def isoformat(moment: int) -> str:
    """Return a Unix time for machines."""
    return _utc(moment).isoformat()


def happened(kind: str) -> str:
    """Return what somebody did, by the type of a notification."""
    return HAPPENED.get(kind, "did something")


def initials(name: str) -> str:
    """Return the first letters of a name's first and last word."""
    words = [word for word in name.split() if word[0].isalpha()] or [name]
    return "".join(word[0].upper() for word in dict.fromkeys((words[0], words[-1])))


def hue(name: str) -> int:
    """Return the number of an avatar's colour."""
    return sum(name.encode()) % _HUES


def _utc(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, tz=timezone.utc)
