"""Tags that open and close in pairs, so that a text cannot close what the page around it has opened."""

from __future__ import annotations

import re
from typing import Final

from .nodes import VOID

_TAG: Final = re.compile(r"<(/?)([A-Za-z][-\w:.]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_INLINE: Final = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins",
        "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var",
    }
)  # fmt: skip
_REOPENED: Final = 8


def balanced(html: str) -> str:
    """Return HTML in which each tag that opens closes, in order.

    A closing tag that nothing has opened is left out, a list item without its list as well. One that closes
    across others closes them as well; inline ones open again behind it, as browsers do.

    :param html: each ``<`` in it begins a tag or a comment, each ``>`` outside quotes ends one.
    """
    done: list[str] = []
    open_tags: list[tuple[str, str]] = []
    depth: dict[str, int] = {}
    position = 0
    for found in _TAG.finditer(html):
        closing, name = found[1], found[2].lower()
        if name in VOID:
            continue
        done.append(html[position : found.start()])
        position = found.end()
        if not closing:
            if name == "li" and not (depth.get("ul") or depth.get("ol")):
                continue  # it would close the list item of the page around it
            open_tags.append((name, found[0]))
            depth[name] = depth.get(name, 0) + 1
            done.append(found[0])
        elif depth.get(name):
            done += _close(name, open_tags, depth)
    done.append(html[position:])
    done += (f"</{name}>" for name, _ in reversed(open_tags))
    return "".join(done)


def _close(name: str, open_tags: list[tuple[str, str]], depth: dict[str, int]) -> list[str]:
    """Close the innermost element of a name and what is open in it; return the tags."""
    inside: list[tuple[str, str]] = []
    while open_tags[-1][0] != name:
        inside.append(open_tags.pop())
    open_tags.pop()
    tags = [*(f"</{inner}>" for inner, _ in inside), f"</{name}>"]
    if name in _INLINE and len(inside) <= _REOPENED and all(inner in _INLINE for inner, _ in inside):
        open_tags += reversed(inside)
        tags += (tag for _, tag in reversed(inside))
        inside = []
    for closed, _ in (*inside, (name, "")):
        depth[closed] -= 1
    return tags
