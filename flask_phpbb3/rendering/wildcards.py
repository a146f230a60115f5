"""Patterns of censored words: what ``*`` and ``?`` stand for in each of phpBB's two censors.

A star that another one follows stops at the first place where what stands between them fits. That finds
what backtracking would find, without trying every place.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Final

_LETTER: Final = r"[^\W_]"  # exactly \p{L} and \p{N}
_STARS: Final = re.compile(r"\*+")
_BLANKS: Final = re.compile(r"\s+")
_ANY_BLANKS: Final = r"\s*"
_MANY_BLANKS: Final = r"\s{0,99}"  # beside a character that may itself be a blank
_TITLE_STARS: Final = re.compile(r"\A\*+|\*+\Z|(?<=\w)\*+(?=\w)")
_MAX_STARS: Final = 8  # the pattern doubles with each
_NUMBERS_END: Final = 0x20000  # beyond it there are letters only


@dataclass(frozen=True)
class HtmlWord:
    """A censored word of texts stored as XML: a star is letters and digits, ``?`` any character.

    :ivar word: the word, unescaped.
    """

    word: str

    @staticmethod
    def framed(source: str) -> str:
        """Return the source of a pattern that finds words, neither inside a word nor in an entity."""
        return rf"(?<!&)(?<!&#)(?<!{_LETTER})(?:{source})(?!{_LETTER})"

    @cached_property
    def source(self) -> str:
        """The source of a pattern that matches the word in HTML."""
        return _html_source(self.word, _escaped)

    def may_be_in(self, folded: str) -> bool:
        """Tell quickly whether the word could stand in a text.

        :param folded: the text after ``casefold``.
        """
        return self._needle in folded

    def is_all_of(self, text: str) -> bool:
        """Tell whether the word, and nothing beside it, is the text."""
        return self._pattern.fullmatch(text) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(_html_source(self.word, re.escape), re.IGNORECASE)

    @cached_property
    def _needle(self) -> str:
        return max(re.split(r"[*?\s<>&\"]+", self.word), key=len).casefold()


@dataclass(frozen=True)
class TitleWord:
    """A censored word of titles and old texts.

    A star at its ends is word characters and hyphens, between word characters also blanks; elsewhere it
    repeats what stands before it, which is what phpBB's PHP makes of it. ``?`` is itself.

    :ivar stored: the word as the table holds it, escaped.
    """

    stored: str

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """What finds the word, not beside a word character or hyphen; None if PHP could not use it."""
        letter = _title_letter()
        try:
            return re.compile(rf"(?<!-)(?<!{letter})(?:{self._source})(?!-|{letter})", re.IGNORECASE)
        except re.error:
            return None

    def may_be_in(self, folded: str) -> bool:
        """Tell quickly whether the word could stand in a text.

        :param folded: the text after ``casefold``.
        """
        return self._needle in folded

    @cached_property
    def _needle(self) -> str:
        return max(re.split(r".?\*+", self.stored), key=len).casefold()

    @property
    def _source(self) -> str:
        first, *rest = (re.escape(part).replace(r"\*", "*") for part in _TITLE_STARS.split(self.stored))
        if len(rest) > _MAX_STARS:
            raise re.error("too many stars")
        source = ""
        blanks = ""
        for number, part in reversed([*enumerate(rest)]):
            is_inner = (number > 0 or first) and (number < len(rest) - 1 or part)
            source, blanks = _title_star(part, source, blanks, is_inner=bool(is_inner))
        return first + _either(source, blanks)


def _title_star(part: str, after: str, after_blanks: str, *, is_inner: bool) -> tuple[str, str]:
    """Return the patterns of a star and what follows, with the star as letters and as blanks.

    :param part: what stands between this star and the next one.
    :param after: the rest, with the next star as letters; empty behind the last star.
    :param after_blanks: the rest, with the next star as blanks.
    """
    letter = f"(?:-|{_title_letter()})"
    if after and part:
        letters = _either(
            f"(?:(?!{part}){letter})*?{part}{after}",
            f"{letter}*?{part}{after_blanks}" if after_blanks else "",
        )
    else:
        letters = f"{letter}*?{part}{after}"
    return letters, rf"\ +?{part}{_either(after, after_blanks)}" if is_inner else ""


def _either(one: str, other: str) -> str:
    return f"(?:{one}|{other})" if other else one


def _html_source(word: str, literal: Callable[[str], str]) -> str:
    """Return the source of a pattern for a word of texts stored as XML.

    :param literal: returns the pattern of what is neither star, question mark nor blank.
    """
    first, *rest = (_html_part(part, literal) for part in _STARS.split(word.strip()))
    source = first
    for number, part in enumerate(rest, start=1):
        step = _LETTER if not part or number == len(rest) else f"(?:(?!{part}){_LETTER})"
        if source.endswith(_ANY_BLANKS) and part.startswith(_ANY_BLANKS):
            source += f"(?:{step}+{_ANY_BLANKS})?" + part.removeprefix(_ANY_BLANKS)
        else:
            source += f"{step}*{part}"
    return source


def _html_part(part: str, literal: Callable[[str], str]) -> str:
    blanks = _MANY_BLANKS if "?" in part else _ANY_BLANKS
    return blanks.join(".".join(map(literal, word.split("?"))) for word in _BLANKS.split(part))


def _escaped(text: str) -> str:
    """Return the pattern of a text in HTML, where a quotation mark is escaped only inside values."""
    return re.escape(html.escape(text, quote=False)).replace('"', '(?:"|&quot;)')


@lru_cache(maxsize=1)
def _title_letter() -> str:
    r"""Return a class of exactly ``\p{L}``, ``\p{Nd}`` and ``_``: word characters but other numbers."""
    others = (number for number in range(_NUMBERS_END) if unicodedata.category(chr(number)) in ("No", "Nl"))
    runs = ([*run] for _, run in groupby(enumerate(others), lambda pair: pair[1] - pair[0]))
    ranges = "".join(f"\\U{run[0][1]:08x}-\\U{run[-1][1]:08x}" for run in runs)
    return rf"(?-i:[^\W{ranges}])"
