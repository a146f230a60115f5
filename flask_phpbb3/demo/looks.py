"""What templates call: addresses of this site, pictures of people, the colours of groups, who one can be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, request, session, url_for

from flask_phpbb3.web.current import current_visitor

from .account import GUEST
from .extensions import phpbb3
from .people import PEOPLE
from .texts import on_site


def init_app(app: Flask) -> None:
    """Offer the helpers to templates."""
    app.jinja_env.globals.update(
        here=here,
        page_url=page_url,
        everybody=everybody,
        whoever=whoever,
        unread_counts=unread_counts,
        colour_groups=colour_groups,
    )
    app.jinja_env.filters.update(face_url=face_url, picture_url=picture_url, colour_group=colour_group)


def here() -> str:
    """Return the path of the page that is asked for; of a form that was sent, the front page."""
    if request.method not in ("GET", "HEAD"):
        return url_for("front.home")
    return request.full_path.rstrip("?")


def page_url(number: int) -> str:
    """Return the address of another page of the list that is being shown."""
    query = {name: value for name, value in request.args.items() if name != "page"}
    query |= {"page": str(number)} if number > 1 else {}
    return request.path + (f"?{urlencode(query)}" if query else "")


def everybody() -> list[tuple[str, str]]:
    """Return everybody one can be: key and name."""
    return [
        (GUEST, "a guest"),
        *((person.key, f"{person.username}, {person.role.lower()}") for person in PEOPLE),
    ]


def whoever() -> str:
    """Return the key of who the visitor is."""
    user_id = current_visitor().user_id
    names = {person.username: person.key for person in PEOPLE}
    return names.get(str(session.get("username", "")), GUEST) if user_id > 1 else GUEST


def unread_counts() -> Mapping[str, int]:
    """Return the numbers next to the visitor's name."""
    return phpbb3.get_unread_counts()


def colour_groups() -> list[tuple[str, str]]:
    """Return the groups of the forum's legend, each with its colour."""
    if "colour_groups" not in g:
        rows = phpbb3.fetch_groups(legend=True)
        g.colour_groups = [(row["name"], row["group_colour"]) for row in rows if row["group_colour"]]
    groups: list[tuple[str, str]] = g.colour_groups
    return groups


def colour_group(colour: str) -> str:
    """Return the name of the group that lends a colour; empty for none that the visitor may know of."""
    return next((name for name, known in colour_groups() if known == colour), "")


def face_url(row: Mapping[str, Any]) -> str:
    """Return where the picture of a person lies; empty for none.

    :param row: any row about a person.
    """
    if "avatar_url" in row:
        return on_site(row["avatar_url"])
    is_upload = row.get("user_avatar_type") == "avatar.driver.upload"
    return _picture(row["user_avatar"]) if is_upload else ""


def picture_url(name: str) -> str:
    """Return where the picture of somebody on the sign-in page lies; empty for none."""
    return _picture(f"{name}.png") if name else ""


def _picture(file: str) -> str:
    return url_for("forum_side.file", avatar=file)
