"""The text of a template → a tree: as XML where it is some, else as HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from xml.parsers import expat

from .usage import RefusedDefinitionError

VOID: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr", "command", "keygen",
})  # fmt: skip
RAW_TEXT: Final = frozenset({"script", "style"})

_DEEPEST: Final = 100
_ENTITY: Final = re.compile(
    r"&(?!(?:quot|amp|apos|lt|gt|#[0-9]+|#x[0-9a-fA-F]+);)(?:([A-Za-z][A-Za-z0-9]*;))?"
)
_ENDS_PARAGRAPHS: Final = frozenset({
    "address", "article", "aside", "blockquote", "center", "details", "dir", "div", "dl", "fieldset",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "menu", "nav",
    "ol", "p", "pre", "section", "table", "ul", "dt", "dd", "li",
})  # fmt: skip
_CLOSED_BY: Final = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "td": frozenset({"td", "th", "tr", "tbody", "thead", "tfoot"}),
    "th": frozenset({"td", "th", "tr", "tbody", "thead", "tfoot"}),
    "tr": frozenset({"tr", "tbody", "thead", "tfoot"}),
    "option": frozenset({"option", "optgroup"}),
    "p": _ENDS_PARAGRAPHS,
}
_SCOPE: Final = {
    "li": frozenset({"ul", "ol", "menu", "dir"}),
    "dt": frozenset({"dl"}),
    "dd": frozenset({"dl"}),
    "td": frozenset({"table"}),
    "th": frozenset({"table"}),
    "tr": frozenset({"table"}),
    "option": frozenset({"select"}),
    "p": frozenset({"td", "th", "table", "button", "object"}),
}


@dataclass(frozen=True)
class Text:
    """Characters, not escaped."""

    text: str


@dataclass(frozen=True)
class Comment:
    """A comment's text."""

    text: str


@dataclass(frozen=True)
class Element:
    """An element, of HTML or, if its name starts with ``xsl:``, an instruction.

    :ivar name: in lower case.
    :ivar attributes: in the order of the template, as written.
    """

    name: str
    attributes: Sequence[tuple[str, str]]
    children: list[Node] = field(default_factory=list)


Node = Text | Comment | Element


def parse_template(template: str) -> list[Node]:
    """Return the nodes of a template (phpBB rule: Custom BBCodes).

    :raises RefusedDefinitionError: if it holds instructions and is no XML, or nests too deeply.
    """
    for text in (template, _ENTITY.sub(_decoded, template)):
        try:
            return _parse_xml(text)
        except expat.ExpatError:
            continue
    if "<xsl:" in template:
        raise RefusedDefinitionError("The template holds instructions, but is no XML.")
    return _parse_html(template)


def _decoded(entity: re.Match[str]) -> str:
    character = html.unescape(entity[0]) if entity[1] else ""
    return character if character and character != entity[0] else entity[0].replace("&", "&amp;", 1)


class _Builder:
    def __init__(self) -> None:
        self.root = Element("", ())
        self.open = [self.root]
        self._text: list[str] = []

    def start(self, name: str, attributes: Iterable[tuple[str, str]]) -> None:
        self._flush()
        element = Element(name, list(attributes))
        self.open[-1].children.append(element)
        self.open.append(element)
        if len(self.open) > _DEEPEST:
            raise RefusedDefinitionError("The template nests too deeply.")

    def end(self) -> None:
        self._flush()
        self.open.pop()

    def text(self, text: str) -> None:
        self._text.append(text)

    def comment(self, text: str) -> None:
        self._flush()
        self.open[-1].children.append(Comment(text))

    def finish(self) -> list[Node]:
        self._flush()
        return self.root.children

    def _flush(self) -> None:
        if self._text:
            self.open[-1].children.append(Text("".join(self._text)))
            self._text.clear()


def _parse_xml(template: str) -> list[Node]:
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.ordered_attributes = True
    parser.buffer_text = True

    def start(name: str, attributes: list[str]) -> None:
        pairs = zip(attributes[::2], attributes[1::2], strict=True)
        builder.start(name.lower(), [(key.lower(), value) for key, value in pairs])

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: builder.end()
    parser.CharacterDataHandler = builder.text
    parser.CommentHandler = builder.comment
    parser.Parse(f"<template>{template}</template>", True)
    wrapper = builder.finish()[0]
    return wrapper.children if isinstance(wrapper, Element) else []


def _parse_html(template: str) -> list[Node]:
    parser = _HtmlParser()
    parser.feed(template)
    parser.close()
    return parser.builder.finish()


class _HtmlParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = _Builder()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._close_implied(tag)
        seen: dict[str, str] = {}
        for name, value in attrs:
            seen.setdefault(name, value or "")
        self.builder.start(tag, seen.items())
        if tag in VOID:
            self.builder.end()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID and tag not in RAW_TEXT:
            self.builder.end()

    def handle_endtag(self, tag: str) -> None:
        names = [element.name for element in self.builder.open[1:]]
        if tag in names:
            while self.builder.open[-1].name != tag:
                self.builder.end()
            self.builder.end()

    def handle_data(self, data: str) -> None:
        self.builder.text(data)

    def handle_comment(self, data: str) -> None:
        self.builder.comment(data)

    def _close_implied(self, tag: str) -> None:
        for index in range(len(self.builder.open) - 1, 0, -1):
            name = self.builder.open[index].name
            if tag in _CLOSED_BY.get(name, ()):
                while len(self.builder.open) > index:
                    self.builder.end()
                return self._close_implied(tag)
            if name in _CLOSED_BY and tag not in _CLOSED_BY[name] and name != "p":
                return None
            if any(name in scope for key, scope in _SCOPE.items() if tag in _CLOSED_BY[key]):
                return None
        return None
