"""What a guest has read, as phpBB's cookie keeps it (phpBB rule: Unread)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .php import to_int

_TOKEN = re.compile(r"(?P<key>[0-9a-z]{1,13}):(?:(?P<value>[0-9a-z]{0,13});|\()|(?P<end>\);?)")
_MAX_LENGTH = 16_384
_MAX_DEPTH = 3


@dataclass(frozen=True)
class TrackCookie:
    """Unix times up to which a browser has read.

    :ivar all: everything; 0 for never.
    :ivar forums: by forum id.
    :ivar topics: by topic id.
    """

    all: int = 0
    forums: Mapping[int, int] = field(default_factory=dict)
    topics: Mapping[int, int] = field(default_factory=dict)


def read_track_cookie(text: str, board_startdate: str) -> TrackCookie:
    """Read the cookie ``<cookie_name>_track``; never fails, whatever it holds.

    Its times are seconds since the board began, in base 36: ``l:1a2b;f:(2:1c;);t:(k:1d;);``.

    :param board_startdate: the setting of that name.
    """
    start = to_int(board_startdate)
    parts = _parts(text[:_MAX_LENGTH])
    everything = parts.get("l")
    return TrackCookie(
        _number(everything) + start if isinstance(everything, str) else 0,
        {to_int(forum): time + start for forum, time in _times(parts.get("f"))},
        {_number(topic): time + start for topic, time in _times(parts.get("t"))},
    )


Part = str | dict[str, "Part"]


def _parts(text: str) -> dict[str, Part]:
    root: dict[str, Part] = {}
    open_parts = [root]
    position = 0
    while (found := _TOKEN.match(text, position)) is not None:
        position = found.end()
        if found["end"]:
            if len(open_parts) == 1:
                break
            open_parts.pop()
        elif found["value"] is not None:
            open_parts[-1][found["key"]] = found["value"]
        elif len(open_parts) == _MAX_DEPTH:
            break
        else:
            inner: dict[str, Part] = {}
            open_parts[-1][found["key"]] = inner
            open_parts.append(inner)
    return root


def _times(part: Part | None) -> list[tuple[str, int]]:
    items = part.items() if isinstance(part, dict) else ()
    return [(key, _number(value)) for key, value in items if isinstance(value, str)]


def _number(digits: str) -> int:
    return int(digits or "0", 36)
