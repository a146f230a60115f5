"""A board's smilies, by the code that people type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..phpbb.php import to_int
from ..phpbb.text import unescape


@dataclass(frozen=True)
class Smiley:
    """A picture for a code; texts are plain, not escaped.

    :ivar url: the picture's file below the board's folder of smilies.
    :ivar emotion: what it expresses.
    :ivar width: pixels.
    :ivar height: pixels.
    """

    code: str
    url: str
    emotion: str
    width: int
    height: int


class Smilies:
    """A board's smilies (phpBB rule: Smilies).

    :param rows: rows of the table of smilies in phpBB's order; of two with one code the later counts.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._by_code = {smiley.code: smiley for smiley in map(_read, rows)}

    def get(self, code: str) -> Smiley | None:
        """Return the smiley of a code, which is compared exactly; None if there is none."""
        return self._by_code.get(code)


def _read(row: Mapping[str, Any]) -> Smiley:
    code, url, emotion = (unescape(str(row[column])) for column in ("code", "smiley_url", "emotion"))
    return Smiley(code, url, emotion, to_int(row["smiley_width"]), to_int(row["smiley_height"]))
