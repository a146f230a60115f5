"""Members as lists show them: a link, a colour, a rank, a picture, and when they were last seen."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final

from ..board.inquiry import Inquiry
from ..phpbb.avatars import avatar_of
from ..phpbb.identity import GUEST_ID
from ..phpbb.php import to_int
from ..phpbb.ranks import rank_of
from ..plugins.driver import Row

SEES_AVATARS: Final = 16
"""Bit of ``user_options``."""

_PROFILE_RIGHTS: Final = ("u_viewprofile", "a_user", "a_useradd", "a_userdel")
_KEPT: Final = ("user_id", "user_type", "username", "user_colour", "user_regdate", "user_posts")


class Cards:
    """Make rows of users for one viewer.

    :param inquiry: the question.
    """

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry

    @cached_property
    def sees_profiles(self) -> bool:
        """Tell whether the viewer may look at members and lists of them."""
        return any(self._inquiry.may(option) for option in _PROFILE_RIGHTS)

    @cached_property
    def sees_inactive(self) -> bool:
        """Tell whether the viewer may know of inactive members."""
        return self._inquiry.may("a_user")

    @cached_property
    def types(self) -> tuple[int, ...]:
        """Return the types of users that lists show the viewer."""
        return (0, 1, 3) if self.sees_inactive else (0, 3)

    def profile_url(self, user_id: int) -> str:
        """Return the address of a profile as phpBB links a name; empty where it is not linked.

        phpBB rule: Names that are links.
        """
        viewer_is_guest = self._inquiry.user_id == GUEST_ID
        if user_id <= GUEST_ID or not (viewer_is_guest or self._inquiry.may("u_viewprofile")):
            return ""
        return self._inquiry.page_url("memberlist.php", mode="viewprofile", u=user_id)

    def hides(self, row: Row) -> bool:
        """Tell whether when a user was last seen is kept from the viewer."""
        return self._is_hidden(int(row["user_id"]), row["user_allow_viewonline"])

    def _is_hidden(self, user_id: int, shows: Any) -> bool:
        return not int(shows) and self._inquiry.user_id != user_id and not self._inquiry.may("u_viewonline")

    def all_of(self, rows: Iterable[Row], *, last_seen: bool = True) -> list[Row]:
        """Return the cards of some rows of users; one statement where it says when they were last seen."""
        rows = list(rows)
        seen = self._last_seen(rows) if last_seen else {}
        return [self.of(row, seen) for row in rows]

    def of(self, row: Row, seen: dict[int, int] | None = None) -> Row:
        """Return the card of a row of users."""
        user_id = int(row["user_id"])
        card = {name: row[name] for name in _KEPT}
        card["url"] = self.profile_url(user_id)
        card.update(self._rank(row))
        card.update(self.avatar(row))
        if seen is not None:
            card["last_active"] = seen.get(user_id, 0)
        return card

    def avatar(self, row: Row, prefix: str = "user_") -> Row:
        """Return ``avatar_url``, ``avatar_width`` and ``avatar_height``; an empty address for no picture."""
        options = to_int(self._inquiry.viewer.user_columns.get("user_options", SEES_AVATARS))
        found = avatar_of(row, self._inquiry.config, self._inquiry.rules, prefix=prefix)
        if found is None or not options & SEES_AVATARS:
            return {"avatar_url": "", "avatar_width": 0, "avatar_height": 0}
        address = f"{self._inquiry.board.url}/{found.address}" if found.is_relative else found.address
        return {"avatar_url": address, "avatar_width": found.width, "avatar_height": found.height}

    def _rank(self, row: Row) -> Row:
        rank = rank_of(row, self._inquiry.board.kept("_fetch_ranks"))
        image = str(rank["rank_image"]) if rank else ""
        path = self._inquiry.config.get("ranks_path", "images/ranks").strip("/")
        return {
            "rank_title": str(rank["rank_title"]) if rank else "",
            "rank_image_url": f"{self._inquiry.board.url}/{path}/{image}" if image else "",
        }

    def _last_seen(self, rows: list[Row]) -> dict[int, int]:
        """Return user → the later of the last visit and the last use of a session; hidden ones are left out."""
        known = {int(row["user_id"]): row for row in rows if not self.hides(row)}
        seen = {user_id: int(row["user_lastvisit"]) for user_id, row in known.items()}
        if known:
            since = self._inquiry.now - self._inquiry.number("session_length", 3600)
            for row in self._inquiry.ask("_fetch_last_visits", user_ids=sorted(known), since=since):
                if self._is_hidden(int(row["user_id"]), row["session_viewonline"]):
                    continue
                seen[int(row["user_id"])] = max(seen[int(row["user_id"])], int(row["session_time"]))
        return seen


def find_users(inquiry: Inquiry, user_ids: Iterable[Any]) -> dict[int, Row]:
    """Return id → the row of some users, in one statement; none for nobody."""
    wanted = sorted({int(user_id) for user_id in user_ids})
    return (
        {int(row["user_id"]): row for row in inquiry.ask("_fetch_users", user_ids=wanted)} if wanted else {}
    )
