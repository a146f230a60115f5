"""Where in the HTML a value stands, and whether it may stand there."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

_EVENT: Final = re.compile(r"on", re.IGNORECASE)
_URL_ATTRIBUTES: Final = frozenset({
    "action", "archive", "background", "cite", "classid", "codebase", "data", "dynsrc", "formaction", "href",
    "icon", "longdesc", "lowsrc", "manifest", "ping", "poster", "profile", "src", "srcset", "usemap",
    "xlink:href", "xml:base",
})  # fmt: skip
_ANIMATION: Final = frozenset({"animate", "animatemotion", "animatetransform", "set"})
_ANIMATED: Final = frozenset({"attributename", "by", "from", "to"})
_LOADING: Final = frozenset({
    ("base", "href"), ("link", "href"), ("meta", "content"), ("script", "href"), ("script", "src"),
    ("script", "xlink:href"), *((element, "values") for element in _ANIMATION),
})  # fmt: skip
"""What changes the whole page or holds several addresses, so that no check of one is enough."""
_PLAIN_CSS: Final = re.compile(r"[\w #%.,+\-]*\Z")
_ENDS_CSS_URL: Final = re.compile(r"[\s\"'()\\;{}<>]")
_SCHEME: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.\-]*):")
_DECIDED: Final = re.compile(r"[^:]*[/?#]")
_CODE_SCHEMES: Final = frozenset({"javascript", "vbscript", "data"})
_IMAGE_DATA: Final = re.compile(r"\s*data:image/(?:png|gif|jpe?g|webp);", re.IGNORECASE)
_IGNORED_IN_SCHEMES: Final = re.compile(r"[\x00-\x20]+")


class Place(Enum):
    """What a browser makes of an attribute's value."""

    TEXT = auto()
    URL = auto()
    STYLE = auto()
    SCRIPT = auto()


def place_of(element: str, attribute: str) -> Place:
    """Return what a browser makes of an attribute's value; names in lower case."""
    if _EVENT.match(attribute) or attribute == "srcdoc" or (element, attribute) in _LOADING:
        return Place.SCRIPT
    if attribute == "style":
        return Place.STYLE
    if attribute in _URL_ATTRIBUTES or (element in _ANIMATION and attribute in _ANIMATED):
        return Place.URL
    return Place.TEXT


def is_harmless_css(value: str) -> bool:
    """Tell whether a text can only be words and numbers of one declaration's value."""
    return _PLAIN_CSS.match(value) is not None


def is_harmless_css_url(value: str) -> bool:
    """Tell whether an address, which may be linked, cannot end the ``url(…)`` that it stands in."""
    return _ENDS_CSS_URL.search(value) is None


def runs_code(url: str) -> bool:
    """Tell whether an address that the owner wrote runs code when it is followed."""
    scheme = _SCHEME.match(_IGNORED_IN_SCHEMES.sub("", url))
    return bool(scheme and scheme[1].lower() in _CODE_SCHEMES and not _IMAGE_DATA.match(url))


def leads_safely(start: str) -> bool:
    """Tell whether an address that starts so keeps to the owner's scheme, whatever follows."""
    start = start.lstrip()
    return bool(_SCHEME.match(start) or _DECIDED.match(start)) and not runs_code(start)
