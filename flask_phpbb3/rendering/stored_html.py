"""The HTML that phpBB up to 3.1 stored inside texts: a closed set of smilies, links, code colours and breaks.

Whatever else looks like a tag was not written by phpBB and is shown as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final

from ..phpbb.text import unescape
from .pieces import Pieces
from .values import is_linkable

_STORED: Final = re.compile(
    r"<!-- s(?P<code>[^<>\n]{0,250}?) --><img src=\"\{SMILIES_PATH\}/(?P<file>[^\"<>]*)\""
    r"(?P<smiley>(?: [a-z]{1,20}=\"[^\"<>]*\"){0,6}) /><!-- s(?P=code) -->"
    r"|<a(?P<link>(?: [a-z]{1,20}=\"[^\"<>]*\"){1,6})>"
    r"|<span class=\"(?:syntax[a-z]{1,20}|mention)\">"
    r"|</(?:a|span)>"
    r"|<br ?/?>"
    r"|<!-- (?:[mwle]|ia[0-9]{1,10}) -->"
)
_ATTRIBUTE: Final = re.compile(r" ([a-z]+)=\"([^\"]*)\"")
_OF_SMILEY: Final = frozenset({"alt", "title", "width", "height"})
_OF_LINK: Final = frozenset({"class", "title"})

Smiley = Callable[[str, str, str], str]
"""Code, file and further attributes of a smiley → its mark, or the code."""


def mark_stored_html(text: str, pieces: Pieces, schemes: Collection[str], smiley: Smiley) -> str:
    """Return a text whose stored HTML is marks.

    :param schemes: schemes that may be linked; those of e-mail always may.
    :param smiley: shows a smiley; what it gets is escaped.
    """
    if "<" not in text:
        return text
    linkable = {*schemes, "mailto"}

    def mark(found: re.Match[str]) -> str:
        if found["code"] is not None:
            kept = _kept(found["smiley"], _OF_SMILEY)
            return smiley(found["code"], found["file"], "".join(f' {name}="{v}"' for name, v in kept))
        if found["link"] is not None:
            return pieces.mark(_link(found["link"], linkable))
        return pieces.mark(found[0])

    return _STORED.sub(mark, text)


def _kept(attributes: str, names: Collection[str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in _ATTRIBUTE.findall(attributes) if name in names]


def _link(attributes: str, linkable: Collection[str]) -> str:
    """Return the tag that opens a link; without an address that may be linked, none."""
    addresses = [value for name, value in _ATTRIBUTE.findall(attributes) if name == "href"]
    if len(addresses) != 1 or not is_linkable(unescape(addresses[0]), linkable):
        return ""
    kept = _kept(attributes, {*_OF_LINK, "href"})
    return f"<a{''.join(f' {name}={chr(34)}{value}{chr(34)}' for name, value in kept)}>"
