"""The XML form of a stored text → HTML, element by element and without recursion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError, XMLParser

from ..phpbb.text import unescape
from .escaping import escape_text
from .program import OutputTooLargeError, Run
from .shown_text import TYPED, ShownText

_MARKUP: Final = re.compile(r"<[rt][ >]")
_PLAIN: Final = re.compile(r"<t>((?:[^<>&]|&(?:amp|lt|gt);|<br/>)*)</t>\Z")
_UNCLEAN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]|&(?!(?:amp|lt|gt|quot|apos);)(#?[0-9A-Za-z]*;?)"
)
_TYPED_TEXT: Final = re.compile(r"<s>[^<]*</s>|<e>[^<]*</e>|<i>[^<]*</i>")
_TRANSPARENT: Final = ["", ""]


def is_xml(text: str) -> bool:
    """Tell whether a stored text is of the XML form (phpBB rule: Text formats)."""
    return _MARKUP.match(text) is not None


def plain_html(text: str) -> str | None:
    """Return the HTML of a text without any markup but line breaks; None if there is more to it."""
    found = _PLAIN.match(text)
    return found[1].replace("<br/>", "<br>") if found else None


def parse(text: str) -> Element | None:
    """Return the tree of a stored text of the XML form; None if it is broken.

    Document types, entities, comments and CDATA are never stored, so there is no reading of any.
    """
    if "<!" in text or "<?" in text:
        return None
    try:
        return _parsed(_TYPED_TEXT.sub("", text))
    except (ParseError, UnicodeEncodeError):
        pass
    try:
        return _parsed(_UNCLEAN.sub(_cleaned, text))
    except ParseError:
        return None


def _parsed(text: str) -> Element:
    parser = XMLParser()  # noqa: S314  # what could attack it has been refused: document types and entities
    parser.feed(text)
    root: Element = parser.close()
    return root


def _cleaned(found: re.Match[str]) -> str:
    """Return what stands for a character that no XML may hold, or for an entity that it does not know."""
    if found[1] is None:
        return ""
    character = unescape(found[0])
    if len(character) <= 2 and character != found[0] and not _UNCLEAN.match(character) and found[1] != "#0;":
        return escape_text(character)
    return "&amp;" + found[1]


def render_tree(root: Element, run: Run) -> str:
    """Return the HTML of a tree.

    :raises OutputTooLargeError: if the HTML grows out of proportion.
    """
    out: list[str] = [escape_text(root.text or "")]
    append, programs = out.append, run.programs
    run.text_inside = ShownText(root, run).inside
    children: Iterator[Element] = iter(root)
    above: list[tuple[Iterator[Element], list[str], int, str | None]] = []
    while True:
        for element in children:
            tag = element.tag
            if tag == "br":
                append("<br>")
            elif tag not in TYPED:
                linked = programs[tag]
                if linked is None:
                    texts = _TRANSPARENT
                else:
                    texts = linked.constant or linked.texts(element, run)
                    append(texts[0])
                    run.left -= linked.size or sum(map(len, texts))
                    if run.left < 0:
                        raise OutputTooLargeError
                if len(texts) > 1:
                    above.append((children, texts, len(out), element.tail))
                    children = iter(element)
                    text = element.text
                    if text:
                        append(escape_text(text) if "&" in text or "<" in text or ">" in text else text)
                    break
            text = element.tail
            if text:
                append(escape_text(text) if "&" in text or "<" in text or ">" in text else text)
        else:
            if not above:
                return "".join(out)
            children, texts, start, tail = above.pop()
            if len(texts) == 2:
                append(texts[1])
            else:
                _repeat(out, start, texts, run)
            if tail:
                append(escape_text(tail))


def _repeat(out: list[str], start: int, texts: list[str], run: Run) -> None:
    """Show the children, which stand from `start` on, as often as the markup asks for them."""
    inner = "".join(out[start:])
    run.spend(len(inner) * (len(texts) - 1))
    out[start:] = [inner.join(["", *texts[1:]])]
