"""Members: one by name, lists of them, friends and foes."""

from __future__ import annotations

import re
from typing import Any, Final

from ..board.inquiry import ContentFunction, Inquiry
from ..errors import ParameterError
from ..phpbb.identity import GUEST_ID
from ..phpbb.names import folded_forms, folded_prefix
from ..phpbb.people import has_profile
from ..plugins.driver import Row
from .cards import Cards
from .groups import VisibleGroups

ORDERS: Final = ("joined", "name", "posts", "active")
"""What lists of members are sorted by; with a minus in front, from the other end."""

_LONGEST: Final = 255
"""Characters that the column of names holds."""

_STARS: Final = re.compile(r"\*+")


def get_user_by_name(inquiry: Inquiry, *, username: str) -> Row | None:
    """Return the member of a name, with the columns of `fetch_users`; None where there is none to be seen.

    Capitals and other differences that phpBB overlooks do not matter (phpBB rule: Names of users).

    :param username: the name.
    """
    cards = Cards(inquiry)
    row = find_by_name(inquiry, username)
    if row is None or not cards.sees_profiles or not has_profile(row, sees_inactive=cards.sees_inactive):
        return None
    return cards.all_of([row])[0]


def find_by_name(inquiry: Inquiry, username: str) -> Row | None:
    """Return the row of the user of a name, whoever asks: the one written just so, else the one like it."""
    if not username.strip() or not _may_be_stored(username):
        return None
    rows = inquiry.ask("_fetch_users_by_name", username=username, folded=folded_forms(username))
    exact = [row for row in rows if row["username"] in (username, username.strip())]
    return next(iter(exact or rows), None)


def fetch_users(inquiry: Inquiry, *, prefix: str = "", group_id: int = 0, order: str = "joined") -> list[Row]:
    """Return members as phpBB's list of members does (phpBB rule: Member list).

    Columns: ``user_id``, ``user_type``, ``username``, ``user_colour`` (without ``#``), ``user_regdate``,
    ``user_posts``, ``url``, ``rank_title``, ``rank_image_url``, ``avatar_url``, ``avatar_width``,
    ``avatar_height``, ``last_active`` (0 where that is hidden or never was). Never an e-mail address.

    :param prefix: what names begin with; ``*`` stands for anything. Empty for all.
    :param group_id: only members of this group; none of one that the viewer may not see.
    :param order: ``joined``, ``name``, ``posts`` or ``active``, with a minus in front from the other end.
        ``active`` is for viewers who may see hidden people, and ``joined`` for others.
    :raises ParameterError: for another order.
    """
    cards = Cards(inquiry)
    column = order.removeprefix("-")
    if column not in ORDERS:
        raise ParameterError(
            f"fetch_users(): order must be one of {', '.join(ORDERS)}, with or without a minus."
        )
    if not cards.sees_profiles or (group_id and group_id not in VisibleGroups(inquiry)):
        return []
    if not _may_be_stored(prefix.replace("*", "")):
        return []
    if column == "active" and not inquiry.may("u_viewonline"):
        column = "joined"
    wanted: dict[str, Any] = {"types": cards.types, "pattern": _pattern(prefix), "group_id": group_id}
    if column == "name":
        statement = "_fetch_members_by_name_backwards" if order.startswith("-") else "_fetch_members_by_name"
        return cards.all_of(
            inquiry.ask(statement, skip=inquiry.page.skip, limit=inquiry.page.limit, **wanted)
        )
    direction = -1 if order.startswith("-") else 1
    rows = inquiry.ask(
        "_fetch_members_by_number",
        column_name=column,
        direction=direction,
        skip=inquiry.page.skip,
        limit=inquiry.page.limit,
        **wanted,
    )
    return cards.all_of(rows)


def fetch_friends(inquiry: Inquiry) -> list[Row]:
    """Return the viewer's friends by name, with the columns of `fetch_users`; nobody else's list is told."""
    return _zebra(inquiry, friend=1)


def fetch_foes(inquiry: Inquiry) -> list[Row]:
    """Return whom the viewer ignores, by name, with the columns of `fetch_users`; nobody else's list is told."""
    return _zebra(inquiry, friend=0)


def _zebra(inquiry: Inquiry, *, friend: int) -> list[Row]:
    if inquiry.user_id <= GUEST_ID:
        return []
    return Cards(inquiry).all_of(
        inquiry.ask(
            "_fetch_zebra",
            user_id=inquiry.user_id,
            friend=friend,
            skip=inquiry.page.skip,
            limit=inquiry.page.limit,
        )
    )


def _may_be_stored(name: str) -> bool:
    """Tell whether the column of names could hold a text: what somebody types into a form may be anything."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in name and len(name) <= _LONGEST


def _pattern(prefix: str) -> str:
    """Return a pattern of SQL's LIKE, with ``!`` as its escape."""
    folded = "*".join(folded_prefix(part) for part in _STARS.split(prefix))
    escaped = folded.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return escaped.replace("*", "%") + "%"


FUNCTIONS: Final = {
    "get_user_by_name": ContentFunction(get_user_by_name),
    "fetch_users": ContentFunction(fetch_users, limit=25),
    "fetch_friends": ContentFunction(fetch_friends, limit=None),
    "fetch_foes": ContentFunction(fetch_foes, limit=None),
}
