"""The bbcode-uid form of texts, which phpBB 3.0 and 3.1 store and later boards still hold → HTML."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

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
        self._hidden = "|".join(map(re.escape, names))

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
        if uid:
            self._hide(passage)
            if flags & ALLOW_BBCODE:
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
        stored, template = str(row["second_pass_match"]), str(row["second_pass_replace"])
        if stored == _NEVER_MATCHES:
            return
        try:
            usage = html.unescape(str(row["bbcode_match"]))
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
        if not self._hidden:
            return
        tag = re.compile(
            rf"\[(/?)({self._hidden})(?:=[^\[]*?)?(?::[a-z])?:{re.escape(passage.uid)}\]", re.IGNORECASE
        )
        notice = hidden_notice(passage.reader)
        kept: list[str] = []
        position, name, depth = 0, "", 0
        for found in tag.finditer(passage.text):
            closing, this = found[1], found[2].lower()
            if not depth and not closing:
                kept.append(passage.text[position : found.start()])
                kept.append(passage.pieces.mark(notice))
                name, depth = this, 1
            elif depth and this == name:
                depth += -1 if closing else 1
                position = found.end()
        passage.text = "".join((*kept, "" if depth else passage.text[position:]))


def _smiley(passage: Passage, code: str, file: str, attributes: str, *, shown: bool) -> str:
    if not shown:
        return code
    source = f"{passage.reader.board_url}{passage.texts.smilies_path}/{html.unescape(file)}"
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
