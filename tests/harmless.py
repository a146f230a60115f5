"""What a browser would make of a rendered text inside a page: nothing that acts, and nothing outside its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import html5lib

SCHEMES = frozenset({"http", "https", "ftp", "mailto"})

_ACTIVE = frozenset(
    [
        "applet",
        "base",
        "body",
        "embed",
        "form",
        "frame",
        "frameset",
        "head",
        "html",
        "iframe",
        "input",
        "link",
        "math",
        "meta",
        "object",
        "plaintext",
        "script",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "xmp",
    ]
)
_ADDRESSES = frozenset(
    [
        "action",
        "background",
        "cite",
        "data",
        "formaction",
        "href",
        "longdesc",
        "poster",
        "src",
        "srcset",
        "xlink:href",
    ]
)
_OUR_HANDLERS = re.compile(
    r"selectCode\(this\); return false;"
    r"|if\(document\.getElementById\(hash\.substr\(1\)\)\)href=hash"
)
_STYLE = re.compile(r"(?:\s*[a-z-]+\s*:[-\w #%.,+]*;?)*\s*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_IGNORED = re.compile(r"[\x00-\x20]")

_PAGE = [
    ("body", None),
    ("b", "b"),
    ("ul", "list"),
    ("li", "item"),
    ("div", "text"),
    ("p", "after"),
    ("a", "link"),
]


def complaints(html: str, *, owners: frozenset[str] = frozenset()) -> list[str]:
    """Return what is wrong with a rendered text, in words; nothing if it is harmless.

    :param owners: elements that the owner's own templates bring.
    """
    page = (
        f'<!DOCTYPE html><html><body><b id="b"><ul id="list"><li id="item"><div id="text">{html}<hr id="end"></div>'
        '<p id="after"><a id="link">x</a></p></li></ul></b></body></html>'
    )
    document = html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
    found = [*_wrong_elements(document, owners)]
    text = document.find(".//div[@id='text']")
    if text is None or not len(text) or text[-1].get("id") != "end":
        found.append("the text does not end in its place")
        return found
    del text[:]
    if [(element.tag, element.get("id")) for element in document.find("body").iter()] != _PAGE:
        found.append("the page around the text is another")
    return found


def _wrong_elements(document: Any, owners: frozenset[str]) -> Iterator[str]:
    text = document.find(".//div[@id='text']")
    for element in text.iter() if text is not None else ():
        if not isinstance(element.tag, str):
            continue
        if element.tag.rpartition("}")[2] in _ACTIVE - owners:
            yield f"<{element.tag}>"
        for name, value in element.attrib.items():
            yield from _wrong_value(str(name).lower(), value)


def _wrong_value(name: str, value: str) -> Iterator[str]:
    if name.startswith("on") and not _OUR_HANDLERS.fullmatch(value):
        yield f'{name}="{value}"'
    if name in ("style",) and not _STYLE.fullmatch(value):
        yield f'style="{value}"'
    if name in _ADDRESSES:
        scheme = _SCHEME.match(_IGNORED.sub("", value))
        if scheme and scheme[1].lower() not in SCHEMES:
            yield f'{name}="{value}"'
