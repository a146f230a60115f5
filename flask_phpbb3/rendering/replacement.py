"""What phpBB 3.0 and 3.1 put in a custom BBCode's place: the owner's HTML with references to what was found.

Between tags a reference is the member's text, with whatever BBCode is in it. In an attribute it is a value,
which is shown only where its type may stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ..phpbb.text import unescape
from .escaping import escape_value
from .pieces import Pieces, value, without_marks
from .places import Place, is_harmless_css, leads_safely, place_of, runs_code
from .values import is_linkable
from .viewer import Words
from .words import known_word

_REFERENCE: Final = re.compile(r"\$\{(\d{1,2})\}|\$(\d{1,2})|\\(\d{1,2})")
_WORD: Final = re.compile(r"\{L_([A-Z0-9_]+)\}")
_NODE: Final = re.compile(
    r"<!--(?P<comment>[^<>]*?)-->"
    r"|</(?P<closing>[A-Za-z][-\w:.]*)\s*>"
    r"|<(?P<opening>[A-Za-z][-\w:.]*)(?P<attributes>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>"
)
_ATTRIBUTE: Final = re.compile(
    r"(?P<space>\s*)(?P<name>[^\s=/>\"']+)(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+)))?"
)
_NEVER_SHOWN: Final = frozenset({"plaintext", "base", "meta", "link", "html", "head", "body", "frameset"})
_RAW_TEXT: Final = frozenset({"script", "style"})
_PLAIN_NAME: Final = re.compile(r"[A-Za-z_:][-A-Za-z0-9_:.]*\Z")

Values = Sequence[str]
Step = Callable[[Pieces, Values], str]
"""Make a part of the replacement: text with marks."""


@dataclass(frozen=True)
class Replacement:
    """A custom BBCode's HTML, ready for what was found."""

    steps: Sequence[Step]

    def fill(self, pieces: Pieces, values: Values) -> str:
        """Return the text with marks that takes the place of a BBCode.

        :param values: the texts of the pattern's groups, escaped as stored, maybe with marks.
        """
        return "".join(step(pieces, values) for step in self.steps)


def with_words(template: str, words: Words) -> str:
    """Return a template with its ``{L_…}``; an unknown word is written as a title, as phpBB does."""

    def word(found: re.Match[str]) -> str:
        known = known_word(words, found[1])
        return escape_value(known if known is not None else found[1].replace("_", " ").title())

    return _WORD.sub(word, template)


@lru_cache(maxsize=512)
def read_replacement(template: str, schemes: frozenset[str], *, unsafe: bool = False) -> Replacement:
    """Read the HTML of a custom BBCode.

    :param template: column ``second_pass_replace``, with its words.
    :param schemes: schemes that may be linked.
    :param unsafe: scripts and event handlers that the owner wrote are kept.
    """
    steps: list[Step] = []
    position = 0
    raw = ""
    for node in _NODE.finditer(template):
        name = (node["opening"] or node["closing"] or "").lower()
        if raw and not (node["closing"] and name == raw):
            continue
        between = template[position : node.start()]
        position = node.end()
        if raw:
            steps += [*_raw_steps(between), _piece(node[0])] if unsafe else []
            raw = ""
            continue
        steps += _text_steps(between)
        if name in _RAW_TEXT:
            raw = name if node["opening"] else ""
        if name in _NEVER_SHOWN or (name in _RAW_TEXT and not unsafe):
            continue
        if node["opening"]:
            steps += _tag_steps(node["opening"], node["attributes"], schemes, unsafe)
        else:
            steps.append(_piece(node[0]))
    return Replacement(tuple(steps if raw else [*steps, *_text_steps(template[position:])]))


def _piece(markup: str) -> Step:
    return lambda pieces, values: pieces.mark(markup)


def _text_steps(text: str) -> list[Step]:
    steps: list[Step] = []
    position = 0
    for found in _REFERENCE.finditer(text):
        steps += _literal_steps(text[position : found.start()])
        steps.append(_shown(_number(found)))
        position = found.end()
    return [*steps, *_literal_steps(text[position:])]


def _literal_steps(text: str) -> list[Step]:
    if not text:
        return []
    markup = text.replace("<", "&lt;").replace(">", "&gt;")
    return [lambda pieces, values: pieces.mark(markup)]


def _raw_steps(text: str) -> list[Step]:
    """Return what writes the inside of a script or style sheet, where only plain words and numbers may stand."""

    def word(values: Values, found: re.Match[str]) -> str:
        text = without_marks(_value(values, _number(found)))
        return text if is_harmless_css(text) else ""

    def write(pieces: Pieces, values: Values) -> str:
        return pieces.mark(_REFERENCE.sub(lambda found: word(values, found), text))

    return [write]


def _shown(number: int) -> Step:
    return lambda pieces, values: _value(values, number)


def _number(reference: re.Match[str]) -> int:
    return int(next(filter(None, reference.groups())))


def _value(values: Values, number: int) -> str:
    return values[number - 1] if 0 < number <= len(values) else ""


def _tag_steps(name: str, attributes: str, schemes: frozenset[str], unsafe: bool) -> list[Step]:
    """Return what writes an opening tag, as the owner wrote it but for what must not stand there."""
    parts: list[str | Callable[[Values], str]] = [f"<{name}"]
    position = 0
    for found in _ATTRIBUTE.finditer(attributes):
        parts.append("".join(re.findall(r"[\s/]", attributes[position : found.start()])))
        position = found.end()
        parts.append(_attribute(name.lower(), found, schemes, unsafe))
    parts += ("".join(re.findall(r"[\s/]", attributes[position:])), ">")
    if all(isinstance(part, str) for part in parts):
        return [_piece("".join(map(str, parts)))]

    def write(pieces: Pieces, values: Values) -> str:
        return pieces.mark("".join(part if isinstance(part, str) else part(values) for part in parts))

    return [write]


def _attribute(
    element: str, found: re.Match[str], schemes: frozenset[str], unsafe: bool
) -> str | Callable[[Values], str]:
    """Return an attribute as written, or what writes it; nothing for one that must not stand there."""
    name = found["name"]
    written = next(
        (text for text in (found["double"], found["single"], found["bare"]) if text is not None), ""
    )
    place = place_of(element, name.lower())
    if not _PLAIN_NAME.match(name) or (place is Place.SCRIPT and not unsafe):
        return ""
    if not _REFERENCE.search(written):
        return "" if place is Place.URL and runs_code(unescape(written)) and not unsafe else found[0]

    def write(values: Values) -> str:
        filled = _filled(written, place, values, schemes)
        return "" if filled is None else f'{found["space"]}{name}="{filled}"'

    return write


def _filled(written: str, place: Place, values: Values, schemes: frozenset[str]) -> str | None:
    """Return an attribute's value; None if what was found may not stand in it."""
    texts = [value(without_marks(text)) for text in values]
    start = _REFERENCE.search(written)
    if place is Place.SCRIPT or start is None:
        return None
    if place is Place.STYLE:
        used = [_value(texts, _number(found)) for found in _REFERENCE.finditer(written)]
        if not all(is_harmless_css(unescape(text)) for text in used):
            return None
    filled = _REFERENCE.sub(lambda found: _value(texts, _number(found)), written).replace('"', "&quot;")
    if place is Place.URL and leads_safely(written[: start.start()]):
        return filled
    if place is Place.URL and not is_linkable(unescape(filled).strip(), {*schemes, "mailto"}):
        return None
    return filled
