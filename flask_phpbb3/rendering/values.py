"""Types of values that members write into attributes: what each allows, and where it may stand.

phpBB checks a value once, when it is stored; rows also come from converters, extensions and holes, so
here it is checked when it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

Accepts = Callable[[str], object]
"""Tell whether a value is of a type: the answer is true in a test."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_RELATIVE: Final = re.compile(r"[\w/.?#%~&=\-]")
_USUAL_LINK: Final = re.compile(r"https?://[^\x00-\x1f\x7f]*\Z")
_NEVER: Final = re.compile(r"(?!)")
_NEVER_LINKED: Final = frozenset({"javascript", "vbscript", "data"})


@dataclass(frozen=True)
class ValueType:
    """A type of value.

    :ivar accepts: tells whether a value is one; None accepts any.
    :ivar plain: its values are harmless in style sheets and scripts too.
    :ivar is_url: its values are addresses that may be linked, by the schemes of the board.
    """

    accepts: Accepts | None = None
    plain: bool = False
    is_url: bool = False

    def check(self, schemes: Collection[str]) -> Accepts | None:
        """Return what tells whether a value may be shown; None if any may.

        :param schemes: schemes that may be linked.
        """
        if not self.is_url:
            return self.accepts
        usual = _USUAL_LINK.match if {"http", "https"} <= set(schemes) else _NEVER.match
        return lambda value: usual(value) or is_linkable(value, schemes)


def is_linkable(url: str, schemes: Collection[str]) -> bool:
    """Tell whether an address may be linked: of an allowed scheme, or relative.

    :param url: plain text, not HTML-escaped.
    :param schemes: allowed schemes in lower case; those that run code are never linked.
    """
    if _CONTROL.search(url):
        return False
    scheme = _SCHEME.match("".join(url.split()))  # blanks make it no scheme, but who knows what strips them
    if scheme:
        name = scheme[0][:-1].lower()
        return name in schemes and name not in _NEVER_LINKED
    return not url or _RELATIVE.match(url) is not None


def _pattern(pattern: str) -> Accepts:
    return re.compile(rf"(?:{pattern})\Z").match


def choice(values: Collection[str], *, case_sensitive: bool) -> ValueType:
    """Return the type of values out of a list."""
    if case_sensitive:
        return ValueType(frozenset(values).__contains__)
    folded = frozenset(value.lower() for value in values)
    return ValueType(lambda value: value.lower() in folded)


ANY: Final = ValueType()
URL: Final = ValueType(is_url=True)
NUMBER: Final = ValueType(_pattern(r"[0-9]{1,20}"), plain=True)
_INTEGER: Final = ValueType(_pattern(r"-?[0-9]{1,20}"), plain=True)
_IP: Final = ValueType(_pattern(r"[0-9A-Fa-f:.\[\]/]{2,60}"))
COLOR: Final = ValueType(
    _pattern(r"#[0-9A-Fa-f]{3,8}|rgb\([0-9]{1,3}, *[0-9]{1,3}, *[0-9]{1,3}\)|[A-Za-z]+"), plain=True
)
SIZE: Final = ValueType(_pattern(r"[0-9]{1,4}"), plain=True)
EMAIL: Final = ValueType(_pattern(r"[^\s<>\"\x00-\x1f]+@[^\s<>\"@\x00-\x1f]+"))
SEQUENCE: Final = ValueType(_pattern(r"[0-9a-f\-]+"), plain=True)
SIMPLE_TEXT: Final = ValueType(_pattern(r"[A-Za-z0-9\-+.,_ ]*"), plain=True)

_FONT: Final = r"""(?:[-\w ]+| *"[-\w ]+" *| *'[-\w ]+' *)"""

TYPES: Final[dict[str, ValueType]] = {
    "ALNUM": ValueType(_pattern(r"[0-9A-Za-z]+"), plain=True),
    "ANYTHING": ANY,
    "CHOICE": ANY,  # by its list
    "COLOR": COLOR,
    "EMAIL": EMAIL,
    "FALSE": ANY,
    "FLOAT": ValueType(
        _pattern(r"-?(?:0|[1-9][0-9]{0,20})(?:\.[0-9]{1,40})?(?:[eE][-+]?[0-9]{1,3})?"), plain=True
    ),
    "FONTFAMILY": ValueType(_pattern(rf"{_FONT}(?:,{_FONT})*"), plain=True),
    "HASHMAP": ANY,  # without its option, what is not in the map stays as it was typed
    "IDENTIFIER": ValueType(_pattern(r"[-0-9A-Za-z_]+"), plain=True),
    "IMAGEURL": URL,
    "INT": _INTEGER,
    "INTTEXT": ValueType(_pattern(r"[\w\-+,. ]+"), plain=True),
    "IP": _IP,
    "IPPORT": _IP,
    "IPV4": _IP,
    "IPV6": _IP,
    "LOCAL_URL": ValueType(lambda value: not _CONTROL.search(value)),
    "MAP": ANY,
    "NUMBER": NUMBER,
    "RANGE": _INTEGER,
    "REGEX": ANY,
    "REGEXP": ANY,  # the owner's pattern may take for ever, so its values count as text
    "RELATIVE_URL": URL,
    "SIMPLETEXT": ValueType(_pattern(r"[A-Za-z0-9\-+.,_ ]+"), plain=True),
    "TEXT": ANY,
    "TIMESTAMP": NUMBER,
    "UINT": NUMBER,
    "URL": URL,
}
"""The types of tokens that phpBB knows, by name."""
