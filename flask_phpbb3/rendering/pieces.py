"""Pieces of HTML that stand in a text while it is being read, each as a mark with its number.

What a member wrote can so never become a tag: at the end every ``<`` that is not in a piece is escaped.
"""

from __future__ import annotations

import re
from typing import Final

MARKS: Final = "\x02\x03"
"""The characters around a piece's number; no text and no value holds them."""

_MARK: Final = re.compile(r"\x02([0-9]+)\x03")
_NEVER_STORED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class TooLargeError(Exception):
    """The HTML grows out of proportion to the text."""


class Pieces:
    """The pieces of one text.

    :param room: how long they may be together.
    """

    def __init__(self, room: int) -> None:
        self._pieces: list[str] = []
        self._room = room

    def take(self, characters: int) -> None:
        """Use some of the room.

        :raises TooLargeError: if there is no more.
        """
        self._room -= characters
        if self._room < 0:
            raise TooLargeError

    def mark(self, html: str) -> str:
        """Keep a piece and return the mark that stands for it.

        :raises TooLargeError: if there is no more room.
        """
        self.take(len(html))
        self._pieces.append(html)
        return f"\x02{len(self._pieces) - 1}\x03"

    def piece_at(self, text: str, position: int) -> tuple[str, int] | None:
        """Return the piece whose mark begins at a position, and where the mark ends."""
        found = _MARK.match(text, position)
        return (self._pieces[int(found[1])], found.end()) if found else None

    def html(self, text: str) -> str:
        """Return the HTML of a text with marks: line feeds are breaks, carriage returns line feeds."""
        text = text.replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br />").replace("\r", "\n")
        return _MARK.sub(lambda found: self._pieces[int(found[1])], text)


def without_marks(text: str) -> str:
    """Return a text without the pieces in it."""
    return _MARK.sub("", text)


def cleaned(text: str) -> str:
    """Return a stored text without the control characters that phpBB never stores."""
    return _NEVER_STORED.sub("", text)


def value(text: str) -> str:
    """Return escaped text for a quoted attribute; what phpBB has escaped stays as it is."""
    return text.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
