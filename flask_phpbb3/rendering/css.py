"""The shortening that phpBB applies to the style declarations of a template."""

from __future__ import annotations

import re
from typing import Final

_ONLY_ATTRIBUTES: Final = re.compile(r"[^{}]*(?:\{@[-\w]+\}[^{}]*)*\Z")
_SEPARATOR: Final = re.compile(r"\s*([,:;])\s*")
_LONG_COLOR: Final = re.compile(r"#([0-9a-f])\1([0-9a-f])\2([0-9a-f])\3\b", re.IGNORECASE)
_COLOR: Final = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)
_RED: Final = re.compile(r"#f00\b", re.IGNORECASE)
_ZERO: Final = re.compile(r"(?<=[\s:,])0px\b")


def shorten(style: str) -> str:
    """Return a style attribute as phpBB writes it.

    :param style: declarations, in which ``{@name}`` stands for an attribute's value; others in braces
        keep phpBB from shortening.
    """
    if not _ONLY_ATTRIBUTES.match(style):
        return style
    style = _SEPARATOR.sub(r"\1", style.strip()).rstrip(";")
    style = _LONG_COLOR.sub(r"#\1\2\3", style)
    style = _RED.sub("red", _COLOR.sub(lambda color: color[0].lower(), style))
    return _ZERO.sub("0", style)
