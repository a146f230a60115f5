"""The HTML of a text → its words, for teasers, feeds and search; nothing that its reader is not shown."""

from __future__ import annotations

import re
from typing import Final

from ..phpbb.text import unescape
from .nodes import VOID

_PIECE: Final = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][^\s/>]*)((?:[^>\"]|\"[^\"]*\")*)>|[^<]+|<", re.DOTALL)
_ALT: Final = re.compile(r'\salt="([^"]*)"')
_CLASS: Final = re.compile(r'\sclass="([^"]*)"')
_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "center", "cite", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main", "nav",
    "ol", "p", "pre", "section", "summary", "table", "td", "th", "tr", "ul",
})  # fmt: skip
_NEVER: Final = frozenset(
    {"script", "style", "iframe", "object", "template", "noscript", "textarea", "select", "svg"}
)


def plain_text_of(markup: str, *, quotes: bool, hidden_class: str) -> str:
    """Return the words of HTML that rendering made, with the ends of blocks as line ends.

    Smilies and emoji become their codes and characters, other pictures nothing. What only serves the page is
    left out: the heading of a code box, the arrow and the date of a quote, the notice of hidden text.

    :param quotes: keep what is quoted.
    :param hidden_class: the class of what stands for hidden text.
    """
    out: list[str] = []
    skipping: list[str] = []  # open elements inside the outermost one that is left out
    in_code_box = False
    for piece in _PIECE.finditer(markup):
        closing, name, attributes = piece[1], (piece[2] or "").lower(), piece[3] or ""
        if not name:
            if not skipping and not piece[0].startswith("<!--"):
                out.append(unescape(piece[0]))
            continue
        if skipping:
            if name not in VOID:
                _follow(skipping, name, bool(closing))
            continue
        if closing:
            if name in _BLOCKS:
                out.append("\n")
            continue
        if _is_left_out(name, attributes, quotes, hidden_class) or (in_code_box and name in ("p", "dt")):
            in_code_box = False
            if name not in VOID:
                skipping.append(name)
            continue
        in_code_box = "codebox" in _classes(attributes)
        if name == "br" or name in _BLOCKS:
            out.append("\n")
        elif name == "img" and "smilies" in _classes(attributes) and (alt := _ALT.search(attributes)):
            out.append(unescape(alt[1]))
    return "".join(out)


def _follow(open_elements: list[str], name: str, closing: bool) -> None:
    """Keep account of open elements; markup of rendering is balanced, of templates nearly so."""
    if not closing:
        open_elements.append(name)
    elif name in open_elements[-50:]:
        while open_elements.pop() != name:
            pass


def _is_left_out(name: str, attributes: str, quotes: bool, hidden_class: str) -> bool:
    if name in _NEVER or (name == "blockquote" and not quotes):
        return True
    if name == "a" and ("data-post-id=" in attributes or "data-msg-id=" in attributes):
        return True
    classes = _classes(attributes)
    return "responsive-hide" in classes or hidden_class in classes


def _classes(attributes: str) -> list[str]:
    found = _CLASS.search(attributes)
    return found[1].split() if found else []
