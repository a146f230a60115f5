"""Markup as data of a version: what phpBB writes for an element, by the release that began to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from ..phpbb.releases import reached

MarkupHistory = Mapping[str, Mapping[str, str]]
"""Release, such as ``3.2.1`` → name → markup that is written from that release on.

A name that starts with ``%`` is a piece of the others: ``%arrow`` stands where they have ``%arrow%``. Empty markup
is none: phpBB knows the element no more.
"""

STYLE_BITS: Final[dict[str, int]] = {"B": 1, "I": 2, "IMG": 4, "SIZE": 5, "COLOR": 6, "U": 7, "EMAIL": 10}
"""The elements whose markup a style may bring, with their bit in a style's bitfield."""

PLAIN: Final = " plain"
"""Behind an element's name: its markup where the reader's style brings none."""

_PIECE: Final = re.compile(r"%([a-z][a-z ]*)%")


def markup_of(histories: Iterable[MarkupHistory], release: str) -> dict[str, str]:
    """Return the markup of one release: of each name the youngest that it knows.

    :param histories: the least specific first; a later one wins over all releases of those before it.
    """
    markup: dict[str, str] = {}
    for history in histories:
        for begun in reached(history, release):
            markup.update(begun)
    return {
        name: _PIECE.sub(lambda piece: _piece(markup, piece[1]), template)
        for name, template in markup.items()
        if template and not name.startswith("%")
    }


def _piece(markup: Mapping[str, str], name: str) -> str:
    """Return a piece with the pieces that stand in it."""
    return _PIECE.sub(lambda piece: markup.get(f"%{piece[1]}", ""), markup.get(f"%{name}", ""))
