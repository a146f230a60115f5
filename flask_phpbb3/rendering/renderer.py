"""The texts of a board → HTML and plain text: one object per reading of the board's data."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from functools import cached_property
from typing import Final

from ..phpbb.stored_texts import StoredText
from ..phpbb.text import escape, unescape
from .censor import Censor
from .escaping import escape_text
from .excerpt import excerpt
from .legacy import ALLOW_BBCODE, ALLOW_SMILIES, UidTexts
from .plain import plain_text_of
from .program import OutputTooLargeError, Run
from .programs import HIDDEN_CLASS, Programs, hidden_notice
from .smilies import Smilies
from .viewer import BoardTexts, Reader
from .walk import is_xml, parse, plain_html, render_tree

Attachments = Callable[[int, str], "str | None"]
"""Index and escaped file name of an attachment that a text shows → its HTML; None keeps phpBB's placeholder."""

_ATTACHMENT: Final = re.compile(r"<!-- ia([0-9]{1,20}) -->([^<>]*)<!-- ia\1 -->")
_ALLOWANCE: Final = 1 << 20
_GROWTH: Final = 20


class Renderer:
    """Renders the texts of a board.

    :param texts: what the board holds that rendering needs.
    """

    def __init__(self, texts: BoardTexts) -> None:
        self.texts = texts
        self.censor = Censor(texts.censored)
        self.programs = Programs(texts, Smilies(texts.smilies))

    @cached_property
    def _hiding(self) -> frozenset[str]:
        """The BBCodes, in lower case, whose content not everybody is shown."""
        return self.texts.hidden | self.programs.restricted_names()

    @cached_property
    def _uid_texts(self) -> UidTexts:
        """Renders the bbcode-uid form, which knows no conditions: what others hide from some, it hides from all."""
        return UidTexts(self.texts, self.censor, self._hiding)

    @cached_property
    def _hides(self) -> re.Pattern[str]:
        names = "|".join(map(re.escape, self._hiding)) or "(?!)"
        return re.compile(rf"[<\[](?:{names})(?![-\w])", re.IGNORECASE)

    def html(self, stored: StoredText, reader: Reader, *, attachments: Attachments | None = None) -> str:
        """Return the HTML of a stored text as phpBB shows it to a reader.

        A text that is broken, or that would grow out of proportion, is shown as it is stored, escaped.

        :param attachments: fills in the attachments that the text shows.
        """
        finished = self._finished(stored, reader)
        return finished if attachments is None else _with_attachments(finished, attachments)

    def plain_text(
        self, stored: StoredText, reader: Reader, *, length: int | None = None, quotes: bool = True
    ) -> str:
        """Return the words that a reader is shown of a stored text, on one line.

        :param length: at most so many characters, cut at the end of a word; None for all.
        :param quotes: keep what is quoted.
        """
        if is_xml(stored.text):
            words = plain_text_of(self._markup(stored.text, reader), quotes=quotes, hidden_class=HIDDEN_CLASS)
            return excerpt(self.title(words, reader), length)
        finished = self._finished(stored, dataclasses.replace(reader, smilies=False))
        words = plain_text_of(finished, quotes=quotes, hidden_class=HIDDEN_CLASS)
        return excerpt(words, length)

    def title(self, text: str, reader: Reader) -> str:
        """Return a title or other plain text with its words censored, if the reader wants that."""
        return unescape(self.censor.title(escape(text))) if reader.censor else text

    def _finished(self, stored: StoredText, reader: Reader) -> str:
        if not is_xml(stored.text):
            return self._uid_texts.html(stored.text, stored.uid, stored.bitfield, _flags(stored), reader)
        markup = self._markup(stored.text, reader)
        return self.censor.html(markup) if reader.censor else markup

    def _markup(self, text: str, reader: Reader) -> str:
        if (plain := plain_html(text)) is not None:
            return plain
        root = parse(text)
        if root is None:
            return self._as_stored(text, reader)
        table = self.programs.for_reader(reader)
        run = Run(reader, table, table.parameters, _ALLOWANCE + _GROWTH * len(text))
        try:
            return render_tree(root, run)
        except OutputTooLargeError:
            return self._as_stored(text, reader)

    def _as_stored(self, text: str, reader: Reader) -> str:
        """Return a text that cannot be rendered, escaped; a notice if part of it may be hidden."""
        return hidden_notice(reader) if self._hides.search(text) else escape_text(text)


def _flags(stored: StoredText) -> int:
    """Return what is read in a text of the bbcode-uid form; phpBB's pages read smilies, and BBCodes by the bitfield."""
    if stored.options is not None:
        return stored.options
    return ALLOW_SMILIES | (ALLOW_BBCODE if stored.bitfield else 0)


def _with_attachments(finished: str, attachments: Attachments) -> str:
    def fill(found: re.Match[str]) -> str:
        html = attachments(int(found[1]), found[2])
        return found[0] if html is None else html

    return _ATTACHMENT.sub(fill, finished)
