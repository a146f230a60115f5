"""The start of a plain text, cut where a word ends."""

from __future__ import annotations

from typing import Final

ELLIPSIS: Final = "…"
_BACK = 40


def fold(text: str) -> str:
    """Return a text on one line: each run of white space is one blank, none at the ends."""
    return " ".join(text.split())


def excerpt(text: str, length: int | None) -> str:
    """Return a text folded and not longer than ``length``, ``…`` included where something was cut off.

    The cut is behind a word; inside one only where no blank lies within 40 characters before it.

    :param length: characters; None: the whole text.
    """
    folded = fold(text)
    if length is None or len(folded) <= length:
        return folded
    room = max(length - len(ELLIPSIS), 0)
    end = folded.rfind(" ", max(room - _BACK, 0), room + 1)
    kept = folded[: end if end > 0 else room].rstrip()
    return (kept + ELLIPSIS)[: max(length, 0)]
