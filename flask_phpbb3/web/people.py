"""Names and pictures of members, as templates show them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup

_COLOUR: Final = re.compile(r"[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3}")
_LINK: Final = Markup('<a href="{url}" class="{kind}"{style}>{name}</a>')
_PLAIN: Final = Markup('<span class="{kind}"{style}>{name}</span>')
_STYLE: Final = Markup(' style="color: #{colour}"')
_PICTURE: Final = Markup('<img class="avatar" src="{url}"{size} alt="{alt}" loading="lazy">')
_SIZE: Final = Markup(' width="{width}" height="{height}"')


def user_link(user: Mapping[str, Any]) -> Markup:
    """Return a name in its colour, leading to the profile where the viewer may go there.

    :param user: a row about a member, such as one of ``fetch_users`` or the ``author`` of a message.
    """
    colour = str(user.get("user_colour") or "").lstrip("#")
    style = _STYLE.format(colour=colour) if _COLOUR.fullmatch(colour) else Markup()
    kind = "username-coloured" if style else "username"
    shape = _LINK if user.get("url") else _PLAIN
    return shape.format(url=user.get("url", ""), kind=kind, style=style, name=user.get("username", ""))


def avatar(user: Mapping[str, Any], alt: str = "") -> Markup:
    """Return a member's picture; nothing where there is none or the viewer wants none.

    :param user: a row about a member with ``avatar_url``, ``avatar_width``, ``avatar_height``.
    :param alt: what is read out instead; empty beside the name.
    """
    if not user.get("avatar_url"):
        return Markup()
    width, height = (int(user.get(f"avatar_{side}") or 0) for side in ("width", "height"))
    size = _SIZE.format(width=width, height=height) if width and height else Markup()
    return _PICTURE.format(url=user["avatar_url"], size=size, alt=alt)
