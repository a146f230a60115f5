"""The texts of a board → HTML: one object per reading of the board's data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from .censor import Censor
from .escaping import escape_text
from .program import OutputTooLargeError, Run
from .programs import Programs
from .smilies import Smilies
from .viewer import BoardTexts, Reader
from .walk import parse, plain_html, render_tree

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
        self.smilies = Smilies(texts.smilies)
        self.programs = Programs(texts, self.smilies)

    def html(self, text: str, reader: Reader, *, attachments: Attachments | None = None) -> str:
        """Return the HTML of a stored text of the XML form, as phpBB shows it to a reader.

        A text that is broken, or that would grow out of proportion, is shown as it is stored, escaped.

        :param attachments: fills in the attachments that the text shows.
        """
        finished = self._markup(text, reader)
        if reader.censor:
            finished = self.censor.html(finished)
        return finished if attachments is None else _with_attachments(finished, attachments)

    def _markup(self, text: str, reader: Reader) -> str:
        if (plain := plain_html(text)) is not None:
            return plain
        root = parse(text)
        if root is None:
            return escape_text(text)
        run = Run(
            reader,
            self.programs.for_style(reader.style_bits),
            parameters(reader, self.texts),
            self.texts.link_schemes,
            _ALLOWANCE + _GROWTH * len(text),
        )
        try:
            return render_tree(root, run)
        except OutputTooLargeError:
            return escape_text(text)


def parameters(reader: Reader, texts: BoardTexts) -> Mapping[str, str]:
    """Return what templates may ask about the reader; language strings apart."""
    return {
        "S_IS_BOT": "1" if reader.is_bot else "",
        "S_REGISTERED_USER": "1" if reader.is_registered else "",
        "S_USER_LOGGED_IN": "1" if reader.signed_in else "",
        "S_VIEWCENSORS": "1" if reader.censor else "",
        "S_VIEWFLASH": "1" if reader.flash else "",
        "S_VIEWIMG": "1" if reader.images else "",
        "S_VIEWMENTIONS": "1" if reader.mentions else "",
        "S_VIEWSMILIES": "1" if reader.smilies else "",
        "STYLE_ID": str(reader.style_id),
        "T_SMILIES_PATH": reader.board_url + texts.smilies_path,
    }


def _with_attachments(finished: str, attachments: Attachments) -> str:
    def fill(found: re.Match[str]) -> str:
        html = attachments(int(found[1]), found[2])
        return found[0] if html is None else html

    return _ATTACHMENT.sub(fill, finished)
