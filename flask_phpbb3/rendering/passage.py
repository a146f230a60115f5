"""One old text on its way to HTML: what its BBCodes are replaced in, and what they need for that."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from .escaping import escape_value
from .markup import PLAIN
from .matching import Allowance, Pattern
from .pieces import Pieces
from .viewer import BoardTexts, Reader
from .words import word

_WORD: Final = re.compile(r"\{L_([A-Z0-9_]+)\}")
_PLACE: Final = re.compile(r"\{([A-Z]+)\}")


@dataclass
class Passage:
    """A text while it is being read.

    :ivar text: the text, with marks for what has been read.
    :ivar uid: what stands in its BBCodes.
    """

    text: str
    uid: str
    pieces: Pieces
    texts: BoardTexts
    reader: Reader
    allowance: Allowance

    def swap(self, literal: str, html: str) -> None:
        """Replace a literal everywhere.

        :param literal: with `matching.UID` for the uid.
        """
        pattern = Pattern((literal,)).for_uid(self.uid)
        if pattern.literals[0] in self.text:
            self.text = pattern.replaced_in(self.text, lambda values: self.pieces.mark(html), self.allowance)

    def replace(self, pattern: Pattern, replacement: Callable[[Sequence[str]], str]) -> None:
        """Replace a pattern everywhere.

        :param pattern: with `matching.UID` for the uid.
        """
        self.text = pattern.for_uid(self.uid).replaced_in(self.text, replacement, self.allowance)
        self.pieces.take(0 if len(self.text) < self._limit else len(self.text))

    def __post_init__(self) -> None:
        self._limit = 4 * len(self.text) + (1 << 16)

    def markup(self, name: str, bit: int | None = None, **values: str) -> list[str]:
        """Return phpBB's markup of a BBCode, cut where the text goes in.

        :param bit: the bit of the reader's style that says whether the style brings markup of its own.
        :param values: what takes the places of names in braces, ready for where it stands.
        """
        if bit is not None and bit not in self.reader.style_bits and name + PLAIN in self.texts.uid_markup:
            name += PLAIN
        template = self.texts.uid_markup.get(name, "{TEXT}")
        worded = _WORD.sub(lambda found: escape_value(word(self.reader.words, found[1])), template)
        return [
            _PLACE.sub(lambda found: values.get(found[1].lower(), found[0]), part)
            for part in worded.split("{TEXT}")
        ]

    def around(self, parts: Sequence[str], text: str) -> str:
        """Return a text with markup before and behind it."""
        return self.pieces.mark(parts[0]) + text + self.pieces.mark(parts[-1] if len(parts) > 1 else "")
