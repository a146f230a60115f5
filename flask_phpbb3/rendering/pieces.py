"""Pieces of HTML that stand in a text while it is being read, each as a mark with its number.

What a member wrote can so never become a tag: at the end every ``<`` that is not in a piece is escaped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

MARKS: Final = "\x02\x03"
"""The characters around a piece's number; no text and no value holds them."""

_MARK: Final = re.compile(r"\x02([0-9]+)\x03")
_NEVER_STORED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Role(Enum):
    """What a piece is for plain text."""

    SHOWN = auto()
    QUOTE = auto()
    """A quotation begins."""
    ASIDE = auto()
    """What follows is not the member's text, such as a quotation's author."""
    END = auto()
    """A quotation or aside ends."""


@dataclass(frozen=True)
class Piece:
    """HTML that may stand in a page, what of it is plain text, and its role there."""

    html: str
    plain: str = ""
    role: Role = Role.SHOWN


class TooLargeError(Exception):
    """The HTML grows out of proportion to the text."""


class Pieces:
    """The pieces of one text.

    :param room: how long they may be together.
    """

    def __init__(self, room: int) -> None:
        self._pieces: list[Piece] = []
        self._room = room

    def take(self, characters: int) -> None:
        """Use some of the room.

        :raises TooLargeError: if there is no more.
        """
        self._room -= characters
        if self._room < 0:
            raise TooLargeError

    def mark(self, html: str, plain: str = "", role: Role = Role.SHOWN) -> str:
        """Keep a piece and return the mark that stands for it.

        :raises TooLargeError: if there is no more room.
        """
        self.take(len(html))
        self._pieces.append(Piece(html, plain, role))
        return f"\x02{len(self._pieces) - 1}\x03"

    def piece_at(self, text: str, position: int) -> tuple[Piece, int] | None:
        """Return the piece whose mark begins at a position, and where the mark ends."""
        found = _MARK.match(text, position)
        return (self._pieces[int(found[1])], found.end()) if found else None

    def html(self, text: str) -> str:
        """Return the HTML of a text with marks: line feeds are breaks, carriage returns line feeds."""
        text = text.replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br />").replace("\r", "\n")
        return _MARK.sub(lambda found: self._pieces[int(found[1])].html, text)

    def plain(self, text: str, *, quotes: bool) -> str:
        """Return the escaped plain text of a text with marks, with its lines.

        :param quotes: what is quoted stays.
        """
        parts: list[str] = []
        position = 0
        left_out = 0
        open_roles: list[bool] = []
        for found in _MARK.finditer(text):
            piece = self._pieces[int(found[1])]
            if not left_out:
                parts += (text[position : found.start()], piece.plain)
            position = found.end()
            if piece.role is Role.END:
                left_out -= open_roles.pop() if open_roles else 0
            elif piece.role is not Role.SHOWN:
                open_roles.append(piece.role is Role.ASIDE or not quotes)
                left_out += open_roles[-1]
        return "".join((*parts, "" if left_out else text[position:]))


def without_marks(text: str) -> str:
    """Return a text without the pieces in it."""
    return _MARK.sub("", text)


def cleaned(text: str) -> str:
    """Return a stored text without the control characters that phpBB never stores."""
    return _NEVER_STORED.sub("", text)


def value(text: str) -> str:
    """Return escaped text for a quoted attribute; what phpBB has escaped stays as it is."""
    return text.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
