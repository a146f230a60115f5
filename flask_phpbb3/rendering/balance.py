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
_ROOM: Final = 1 << 16


def balanced(html: str) -> str:
    """Return HTML in which each tag that opens closes, in order.

    A closing tag that nothing has opened is left out, a list item without its list as well. One that closes
    across others closes them as well; inline ones open again behind it, as browsers do, while that does not
    make the HTML grow out of proportion.

    :param html: each ``<`` in it begins a tag or a comment, each ``>`` outside quotes ends one.
    """
    done: list[str] = []
    open_tags: list[tuple[str, str]] = []
    depth: dict[str, int] = {}
    position = 0
    room = _ROOM + len(html)
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
            tags, reopened = _close(name, open_tags, depth, room)
            done += tags
            room -= reopened
    done.append(html[position:])
    done += (f"</{name}>" for name, _ in reversed(open_tags))
    return "".join(done)


def _close(
    name: str, open_tags: list[tuple[str, str]], depth: dict[str, int], room: int
) -> tuple[list[str], int]:
    """Close the innermost element of a name and what is open in it.

    :param room: how many characters of tags may be opened again.
    :returns: the tags, and how many characters of them open again.
    """
    inside: list[tuple[str, str]] = []
    while open_tags[-1][0] != name:
        inside.append(open_tags.pop())
    open_tags.pop()
    tags = [*(f"</{inner}>" for inner, _ in inside), f"</{name}>"]
    reopened = 0
    if name in _INLINE and len(inside) <= _REOPENED and all(inner in _INLINE for inner, _ in inside):
        reopened = sum(len(tag) for _, tag in inside)
        if reopened <= room:
            open_tags += reversed(inside)
            tags += (tag for _, tag in reversed(inside))
            inside = []
    for closed, _ in (*inside, (name, "")):
        depth[closed] -= 1
    return tags, reopened
