"""phpBB's two word censors: one for titles and old texts, one for the HTML of texts stored as XML.

They differ in what a star, a blank and a word's edge are; both take time in proportion to the text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from typing import Any, Final

from ..phpbb.text import unescape
from .wildcards import HtmlWord, TitleWord

DEFAULT_REPLACEMENT: Final = "****"

_PIECE: Final = re.compile(r"<[^>]*>|[^<]+")
_ATTRIBUTE: Final = re.compile(r'([^\s"=]+)="([^"]*)"')
_REFERENCE: Final = re.compile(r"\\(\d{1,2})|\$(\d{1,2})|\$\{(\d{1,2})\}")
_ACTIVE_SCHEME: Final = re.compile(r"(?:javascript|vbscript|data):", re.IGNORECASE)
_UNSEEN: Final = re.compile(r"[\0-\x20]+")
_SUBSETS: Final = 64


class Censor:
    """The words that a board censors.

    :param rows: rows of the table of words, with ``word`` and ``replacement``. Their order counts where two
        match the same.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        rows = list(rows)
        self._title_words = [
            (TitleWord(str(row["word"])), str(row["replacement"]))
            for row in sorted(rows, key=lambda row: int(row.get("word_id", 0)))
            if str(row["word"]).strip("*")
        ]
        self._html_words = _html_words(rows)
        self._pattern_of = lru_cache(maxsize=_SUBSETS)(_any_of)

    def title(self, escaped: str) -> str:
        """Return an escaped title or old text with its words replaced (phpBB rule: Word censor).

        :param escaped: as phpBB stores it, ``&`` as ``&amp;``.
        :returns: escaped as the replacements are, which phpBB stores escaped.
        """
        folded = escaped.casefold()
        for word, replacement in self._title_words:
            if word.may_be_in(folded) and word.pattern is not None:
                escaped = word.pattern.sub(partial(_fill, replacement), escaped)
                folded = escaped.casefold()
        return escaped

    def html(self, finished: str) -> str:
        """Return HTML with its words replaced, in text and in quoted values (phpBB rule: Word censor).

        Event handlers keep their script, and an address is not made one that runs code.

        :param finished: what the renderer made of a text stored as XML: each ``<`` and ``>`` is a tag's.
        """
        folded = finished.casefold()
        present = tuple(word for word, _ in self._html_words if word.may_be_in(folded))
        if not present:
            return finished
        pattern = self._pattern_of(present)

        def censor(text: str) -> str:
            return pattern.sub(self._replacement, text)

        def value(found: re.Match[str]) -> str:
            name, old = found.groups()
            new = censor(old)
            return found[0] if new == old or _may_act(name, new) else f'{name}="{new}"'

        def piece(found: re.Match[str]) -> str:
            return _ATTRIBUTE.sub(value, found[0]) if found[0][0] == "<" else censor(found[0])

        return _PIECE.sub(piece, finished)

    def _replacement(self, found: re.Match[str]) -> str:
        hit = unescape(found[0])
        for word, replacement in self._html_words:
            if replacement != DEFAULT_REPLACEMENT and word.is_all_of(hit):
                return html.escape(replacement).replace("&#x27;", "&#039;")
        return DEFAULT_REPLACEMENT


def _html_words(rows: Iterable[Mapping[str, Any]]) -> list[tuple[HtmlWord, str]]:
    """Return words with their replacements, those of one replacement together, as phpBB tries them."""
    pairs = {unescape(str(row["word"])): unescape(str(row["replacement"])) for row in rows}
    order = {replacement: number for number, replacement in reversed([*enumerate(pairs.values())])}
    ordered = sorted(pairs.items(), key=lambda pair: order[pair[1]])
    return [(HtmlWord(word), replacement) for word, replacement in ordered if word.strip("* ")]


def _any_of(words: tuple[HtmlWord, ...]) -> re.Pattern[str]:
    """Return the pattern of any of some words, the longest first."""
    choice = "|".join(sorted({word.source for word in words}, key=lambda source: (-len(source), source)))
    return re.compile(HtmlWord.framed(choice), re.IGNORECASE)


def _fill(replacement: str, found: re.Match[str]) -> str:
    """Return a replacement of the title censor, in which phpBB's PHP takes ``$1`` as a reference."""
    if "$" not in replacement and "\\" not in replacement:
        return replacement

    def group(reference: re.Match[str]) -> str:
        number = int(next(filter(None, reference.groups())))
        return found[0] if number < 2 else ""

    return _REFERENCE.sub(group, replacement)


def _may_act(attribute: str, value: str) -> bool:
    if attribute.lower().startswith("on"):
        return True
    return _ACTIVE_SCHEME.match(_UNSEEN.sub("", unescape(value))) is not None
