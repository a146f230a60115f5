"""Groups that a viewer may know of, and who is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final

from ..board.inquiry import ContentFunction, Inquiry
from ..phpbb.identity import GUEST_ID
from ..plugins.driver import Row
from .cards import Cards

HIDDEN: Final = 2
SPECIAL: Final = 3

_MANAGES: Final = ("a_group", "a_groupadd", "a_groupdel")
_NAMES: Final[Mapping[str, str]] = {
    "ADMINISTRATORS": "Administrators",
    "BOTS": "Bots",
    "GLOBAL_MODERATORS": "Global moderators",
    "GUESTS": "Guests",
    "NEWLY_REGISTERED": "Newly registered users",
    "REGISTERED": "Registered users",
    "REGISTERED_COPPA": "Registered COPPA users",
}
_NOT_SHOWN: Final = frozenset(
    {"group_avatar", "group_avatar_type", "group_avatar_width", "group_avatar_height"}
)


class VisibleGroups(Mapping[int, Row]):
    """The groups that a viewer may know of, by id: a hidden one only from inside or with a right.

    phpBB rule: Groups. The groups themselves are kept for a short time; one statement for the viewer's own.

    :param inquiry: the question.
    """

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry

    @cached_property
    def own(self) -> Mapping[int, Row]:
        """Return the viewer's groups."""
        if self._inquiry.user_id < GUEST_ID:
            return {}
        rows = self._inquiry.ask("_fetch_groups_of_users", user_ids=[self._inquiry.user_id])
        return {int(row["group_id"]): row for row in rows}

    @cached_property
    def _visible(self) -> dict[int, Row]:
        manages = any(self._inquiry.may(option) for option in _MANAGES)
        return {
            int(row["group_id"]): row
            for row in self._inquiry.board.kept("_fetch_groups")
            if int(row["group_type"]) != HIDDEN or manages or int(row["group_id"]) in self.own
        }

    def __getitem__(self, group_id: int) -> Row:
        return self._visible[group_id]

    def __iter__(self) -> Iterator[int]:
        return iter(self._visible)

    def __len__(self) -> int:
        return len(self._visible)

    def name(self, group_id: int) -> str:
        """Return the name of a group as people read it."""
        return group_name(self[group_id])

    def url(self, group_id: int) -> str:
        """Return the address of a group's page."""
        return self._inquiry.page_url("memberlist.php", mode="group", g=group_id)

    def card(self, group_id: int) -> Row:
        """Return a group as lists show it."""
        row = self[group_id]
        own = self.own.get(group_id)
        return {
            **{column: value for column, value in row.items() if column not in _NOT_SHOWN},
            **Cards(self._inquiry).avatar(row, "group_"),
            "name": group_name(row),
            "url": self.url(group_id),
            "is_member": own is not None,
            "is_leader": own is not None and bool(int(own["group_leader"])),
        }


def group_name(row: Row) -> str:
    """Return the name of a group as people read it; of a special one in English."""
    stored = str(row["group_name"])
    return _NAMES.get(stored, stored) if int(row["group_type"]) == SPECIAL else stored


def fetch_groups(inquiry: Inquiry, *, legend: bool = False) -> list[Row]:
    """Return the groups that the viewer may know of, by name.

    Columns of ``groups`` (the description as phpBB stores it), and ``name`` (of special groups in
    English, while ``group_name`` is phpBB's constant), ``url``, ``avatar_url``, ``avatar_width``,
    ``avatar_height``, ``is_member``, ``is_leader``.

    :param legend: only those of the legend under who is online, in its order.
    """
    groups = VisibleGroups(inquiry)
    chosen: Iterable[int] = groups
    if legend:
        chosen = [group_id for group_id in groups if int(groups[group_id]["group_legend"])]
    by_name = not legend or inquiry.is_on("legend_sort_groupname")
    ordered = sorted(
        chosen, key=lambda g: (0 if by_name else int(groups[g]["group_legend"]), groups.name(g).casefold(), g)
    )
    return [groups.card(group_id) for group_id in ordered[inquiry.page.skip : inquiry.page.end]]


def fetch_group_members(inquiry: Inquiry, *, group_id: int) -> list[Row]:
    """Return the members of a group, leaders first, with the columns of `fetch_users` and ``is_leader``.

    Nobody of a group that the viewer may not see; pending members are none yet.

    :param group_id: phpBB group id.
    """
    cards = Cards(inquiry)
    if not cards.sees_profiles or group_id not in VisibleGroups(inquiry):
        return []
    rows = inquiry.ask(
        "_fetch_group_members",
        group_id=group_id,
        types=cards.types,
        skip=inquiry.page.skip,
        limit=inquiry.page.limit,
    )
    leaders = {int(row["user_id"]): bool(int(row["group_leader"])) for row in rows}
    return [{**card, "is_leader": leaders[int(card["user_id"])]} for card in cards.all_of(rows)]


FUNCTIONS: Final = {
    "fetch_groups": ContentFunction(fetch_groups, limit=None),
    "fetch_group_members": ContentFunction(fetch_group_members, limit=25),
}
