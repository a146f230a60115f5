"""The bbcode-uid form of texts, which phpBB 3.0 and 3.1 store and later boards still hold → HTML."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from ..phpbb.text import unescape
from .balance import balanced
from .censor import Censor
from .matching import Allowance, Pattern
from .own_bbcodes import OWN, SEARCHED
from .passage import Passage
from .pcre import RefusedPatternError, read_pattern
from .pieces import Pieces, TooLargeError, cleaned, value
from .programs import hidden_notice
from .replacement import read_replacement, with_words
from .stored_html import mark_stored_html
from .viewer import BoardTexts, Reader

ALLOW_BBCODE: Final = 1
ALLOW_SMILIES: Final = 2

_STEPS: Final = 10_000
_STEPS_PER_CHARACTER: Final = 2
_ROOM: Final = 1 << 20
_GROWTH: Final = 20
_NEVER_MATCHES: Final = "/(?!)/"
_NOT_BASE64: Final = re.compile(r"[^A-Za-z0-9+/]")


class UidTexts:
    """Renders a board's texts of the bbcode-uid form.

    :param texts: what the board holds that rendering needs.
    :param censor: its censored words.
    :param hidden: names of BBCodes, in lower case, whose content is shown to nobody; None: as `texts` has it.
    """

    def __init__(self, texts: BoardTexts, censor: Censor, hidden: Collection[str] | None = None) -> None:
        self._texts = texts
        self._censor = censor
        self._rows = {int(row["bbcode_id"]): row for row in texts.bbcodes}
        names = sorted(texts.hidden if hidden is None else hidden, key=len, reverse=True)
        hidden = "|".join(map(re.escape, names)) or "(?!)"
        self._hides = re.compile(rf"\[(/?)({hidden})(?![-\w])", re.IGNORECASE)

    def html(self, text: str, uid: str, bitfield: str, flags: int, reader: Reader) -> str:
        """Return the HTML of a stored text as phpBB shows it (phpBB rule: The bbcode-uid form).

        Tags are balanced; a text that would grow out of proportion is shown as it is stored.

        :param uid: column ``bbcode_uid``.
        :param bitfield: column ``bbcode_bitfield``: which BBCodes the text holds.
        :param flags: what is read in it: `ALLOW_BBCODE`, `ALLOW_SMILIES`.
        """
        try:
            passage = self._read(text, uid, bitfield, flags, reader)
            return balanced(passage.pieces.html(passage.text))
        except TooLargeError:
            if self._hides.search(text):
                return hidden_notice(reader)
            return value(self._shown(text, reader)).replace("\n", "<br />").replace("\r", "\n")

    def _shown(self, text: str, reader: Reader) -> str:
        text = cleaned(text)
        return self._censor.title(text) if reader.censor else text

    def _read(self, text: str, uid: str, bitfield: str, flags: int, reader: Reader) -> Passage:
        text = self._shown(text, reader)
        passage = Passage(
            text,
            uid,
            Pieces(_ROOM + _GROWTH * len(text)),
            self._texts,
            reader,
            Allowance(_STEPS + _STEPS_PER_CHARACTER * len(text)),
        )
        passage.text = mark_stored_html(
            text,
            passage.pieces,
            self._texts.link_schemes,
            lambda *smiley: _smiley(passage, *smiley, shown=bool(flags & ALLOW_SMILIES and reader.smilies)),
        )
        self._hide(passage)
        if uid and flags & ALLOW_BBCODE:
            self._replace_bbcodes(passage, [*bits_of(bitfield)])
        return passage

    def _replace_bbcodes(self, passage: Passage, numbers: list[int]) -> None:
        are_entities = True
        for number in numbers:
            if are_entities and (number in SEARCHED or (number not in OWN and number in self._rows)):
                passage.text = passage.text.replace("&#58;", ":").replace("&#46;", ".")
                are_entities = False
            if number in OWN:
                OWN[number](passage)
            elif number in self._rows:
                self._replace_custom(passage, self._rows[number])
        passage.text = passage.text.replace(f":{passage.uid}", "")

    def _replace_custom(self, passage: Passage, row: Mapping[str, Any]) -> None:
        """Replace one of the board's BBCodes; one whose pattern is not understood stays text."""
        stored, template = str(row["second_pass_match"] or ""), str(row["second_pass_replace"] or "")
        if stored in ("", _NEVER_MATCHES):
            return
        try:
            usage = unescape(str(row["bbcode_match"]))
            pattern = read_pattern(stored, usage) if template else Pattern((stored,))
        except RefusedPatternError:
            return
        replacement = read_replacement(
            with_words(template or str(row["bbcode_tpl"]), passage.reader.words),
            self._texts.link_schemes,
            unsafe=self._texts.unsafe_templates,
        )
        passage.replace(pattern, lambda values: replacement.fill(passage.pieces, values))

    def _hide(self, passage: Passage) -> None:
        """Replace what stands in hidden BBCodes (phpBB rule: Hidden BBCodes); one without an end hides all."""
        notice = hidden_notice(passage.reader)
        kept: list[str] = []
        position, name, depth = 0, "", 0
        for start, end, closing, this in self._hidden_tags(passage):
            if not depth and not closing:
                kept += (passage.text[position:start], passage.pieces.mark(notice))
                name, depth = this, 1
            elif depth and this == name:
                depth += -1 if closing else 1
                position = end
        passage.text = "".join((*kept, "" if depth else passage.text[position:]))

    def _hidden_tags(self, passage: Passage) -> Iterator[tuple[int, int, bool, str]]:
        """Yield start, end, whether it closes, and the name of the tags of hidden BBCodes, whatever their values.

        In a text whose uid is not given any uid will do: what is hidden stays so.
        """
        text, uid = passage.text, re.escape(passage.uid) or "[0-9a-z]{5,8}"
        ending, longest = re.compile(rf":{uid}\]\Z"), max(len(passage.uid), 8) + 2
        bracket = 0
        for found in self._hides.finditer(text):
            if bracket < found.end():
                bracket = text.find("]", found.end())
            if bracket < 0:
                return
            if ending.search(text, max(found.end(), bracket + 1 - longest), bracket + 1):
                yield found.start(), bracket + 1, bool(found[1]), found[2].lower()


def _smiley(passage: Passage, code: str, file: str, attributes: str, *, shown: bool) -> str:
    if not shown:
        return code
    source = f"{passage.reader.board_url}{passage.texts.smilies_path}/{unescape(file)}"
    markup = passage.markup("smiley", src=value(html.escape(source)), attributes=attributes)
    return passage.pieces.mark("".join(markup))


def bits_of(bitfield: str) -> Iterator[int]:
    """Yield the numbers of the bits that are set in a bitfield."""
    letters = _NOT_BASE64.sub("", bitfield)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    for place, byte in enumerate(base64.b64decode(letters + "=" * (-len(letters) % 4))):
        for bit in range(8):
            if byte & 0x80 >> bit:
                yield 8 * place + bit
