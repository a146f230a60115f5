"""Finding BBCodes in old texts: literals and what stands between them, within a bounded number of steps.

PHP's and Python's patterns try every way to match. A member's text, with a pattern of the owner's, could so
keep a page busy for hours; here each search has an allowance, and what is left of the text stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

UID: Final = "$uid"
"""What stands in a literal for a text's uid."""

_FAR: Final = 256
"""Characters that are searched in the time of one step."""


class ExhaustedError(Exception):
    """The allowance is used up."""


class Allowance:
    """How much work is left.

    :param steps: places that may be tried.
    """

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, characters: int = 0) -> None:
        """Count one step and the characters that it looks at.

        :raises ExhaustedError: if there is no more allowance.
        """
        self.left -= 1 + characters // _FAR
        if self.left < 0:
            raise ExhaustedError


@dataclass(frozen=True)
class Gap:
    """What stands between two literals.

    :ivar run: matches any number of the characters that may stand there; None: any character but, unless
        `lines`, a line feed.
    :ivar least: how many there must be.
    :ivar most: how many there may be.
    :ivar lazy: as few as possible.
    :ivar kept: it is handed out.
    :ivar check: tells whether the text may stand there; None takes any.
    """

    run: re.Pattern[str] | None = None
    least: int = 0
    most: int | None = None
    lazy: bool = True
    lines: bool = True
    kept: bool = True
    check: Callable[[str], bool] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Pattern:
    """A literal, then gaps with a literal behind each, which may be empty.

    :ivar literals: one more than there are gaps; the first is not empty.
    :ivar ignore_case: ASCII letters of literals match in either case.
    """

    literals: Sequence[str]
    gaps: Sequence[Gap] = ()
    ignore_case: bool = False

    def for_uid(self, uid: str) -> Pattern:
        """Return the pattern with a text's uid in place of `UID`."""
        literals = [literal.replace(UID, uid) for literal in self.literals]
        return Pattern(literals, self.gaps, self.ignore_case)

    def replaced_in(
        self, text: str, replacement: Callable[[Sequence[str]], str], allowance: Allowance
    ) -> str:
        """Return a text with each match replaced, from left to right.

        :param replacement: gets the texts of the gaps that are kept.
        :param allowance: once it is used up, the rest of the text stays as it is.
        """
        search = _Search(self, text, allowance)
        done: list[str] = []
        position = 0
        try:
            while (found := search.next(position)) is not None:
                start, end, texts = found
                done += (text[position:start], replacement(texts))
                position = end
        except ExhaustedError:
            pass
        return "".join((*done, text[position:]))


class _Search:
    def __init__(self, pattern: Pattern, text: str, allowance: Allowance) -> None:
        self._text = text
        self._allowance = allowance
        self._gaps = pattern.gaps
        fold = _ascii_lower if pattern.ignore_case else str
        self._searched = fold(text)
        self._literals = [fold(literal) for literal in pattern.literals]
        self._absent_from: dict[str, int] = {}

    def next(self, position: int) -> tuple[int, int, list[str]] | None:
        """Return start, end and texts of the first match from a position on."""
        first = self._literals[0]
        while (start := self._find(first, position, len(self._text))) >= 0:
            spans: list[tuple[int, int]] = []
            end = self._rest(0, start + len(first), spans)
            if end is not None:
                gaps = zip(self._gaps, spans, strict=True)
                return start, end, [self._text[a:b] for gap, (a, b) in gaps if gap.kept]
            position = start + 1
        return None

    def _rest(self, number: int, position: int, spans: list[tuple[int, int]]) -> int | None:
        """Match the gaps from a number on; return where the match ends."""
        if number == len(self._gaps):
            return position
        gap, literal = self._gaps[number], self._literals[number + 1]
        for end in self._ends(gap, literal, position):
            if gap.check is not None and not gap.check(self._text[position:end]):
                continue
            spans.append((position, end))
            found = self._rest(number + 1, end + len(literal), spans)
            if found is not None:
                return found
            spans.pop()
        return None

    def _ends(self, gap: Gap, literal: str, position: int) -> Iterator[int]:
        """Yield where a gap may end, in the order in which PHP tries it."""
        least = position + gap.least
        most = self._reach(gap, position)
        if gap.lazy:
            end = least - 1
            while (end := self._find(literal, end + 1, most + len(literal))) >= 0 and end <= most:
                yield end
        else:
            end = most + 1
            while end > least:
                self._allowance.spend()
                end = self._searched.rfind(literal, least, end - 1 + len(literal))
                if end < 0:
                    return
                yield end

    def _reach(self, gap: Gap, position: int) -> int:
        """Return where a gap ends at the latest."""
        limit = len(self._text) if gap.most is None else min(position + gap.most, len(self._text))
        if gap.run is not None:
            found = gap.run.match(self._text, position, limit)
            reach = found.end() if found else position
            self._allowance.spend(reach - position)
            return reach
        if gap.lines:
            return limit
        end = self._searched.find("\n", position, limit)
        reach = limit if end < 0 else end
        self._allowance.spend(reach - position)
        return reach

    def _find(self, literal: str, position: int, end: int) -> int:
        """Return the first place of a literal; a search that finds nothing is not repeated."""
        if position >= self._absent_from.get(literal, position + 1):
            return -1
        found = self._searched.find(literal, position, end)
        self._allowance.spend((end if found < 0 else found) - position)
        if found < 0 and end >= len(self._text):
            self._absent_from[literal] = position
        return found


_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def _ascii_lower(text: str) -> str:
    return text.translate(_LOWER)
