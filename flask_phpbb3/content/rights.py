"""What a viewer may see, forum by forum (phpBB rules: Forum states, Visibility)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final

from ..board.inquiry import Inquiry
from ..phpbb.identity import GUEST_ID
from ..phpbb.php import to_int

APPROVED: Final = 1
WAITING: Final = (0, 3)
"""States of what waits for approval: new, and changed after it."""

CATEGORY: Final = 0
POSTING: Final = 1
LINK: Final = 2

NOT_IN_FEEDS: Final = 4
"""Bit of ``forum_options``."""

IN_ACTIVE_TOPICS: Final = 16
"""Bit of ``forum_flags``."""


class Rights:
    """Answer for one viewer which forums' texts, topics and names are shown.

    :param inquiry: the question.
    """

    def __init__(self, inquiry: Inquiry) -> None:
        self._may = inquiry.may
        self._inquiry = inquiry
        self._forums = inquiry.forums

    @cached_property
    def locked(self) -> frozenset[int]:
        """Return the forums whose password the viewer has still to give."""
        return self._inquiry.locked_forums

    def reads(self, forum_id: int) -> bool:
        """Tell whether posts of a forum are shown."""
        if not forum_id:
            return 0 in self.readable  # where 3.0 has its global announcements, and other lines nothing
        return forum_id in self._forums and self._may("f_read", forum_id) and forum_id not in self.locked

    def lists_topics(self, forum_id: int) -> bool:
        """Tell whether the topics of a forum are listed."""
        if not forum_id or forum_id in self.locked:
            return self.reads(forum_id)
        return forum_id in self._forums and (
            self._may("f_read", forum_id) or self._may("f_list_topics", forum_id)
        )

    def enters(self, forum_id: int) -> bool:
        """Tell whether phpBB answers with the page of a forum, be it to ask for a password."""
        if forum_id not in self._forums:
            return False
        if int(self._forums[forum_id]["forum_type"]) == LINK:
            return self._may("f_read", forum_id)
        return any(self._may(option, forum_id) for option in ("f_list", "f_list_topics", "f_read"))

    def approves(self, forum_id: int) -> bool:
        """Tell whether the viewer sees what is not approved and what is deleted."""
        return self._may("m_approve", forum_id)

    @cached_property
    def listed(self) -> frozenset[int]:
        """Return the forums that the index names: a forum without ``f_list`` hides its branch."""
        found: set[int] = set()
        for forum_id in self._forums:
            parent = int(self._forums[forum_id]["parent_id"])
            if (not parent or parent in found) and self._may("f_list", forum_id):
                found.add(forum_id)
        return frozenset(found)

    @cached_property
    def readable(self) -> tuple[int, ...]:
        """Return the forums whose posts are shown, in the order of the index; 3.0's global ones lie in forum 0."""
        found = [f for f in self._forums if f not in self.locked and self._may("f_read", f)]
        if found and self._inquiry.rules.announcements_without_forum:
            found.append(0)
        return tuple(found)

    @cached_property
    def searchable(self) -> tuple[int, ...]:
        """Return the forums whose posts are found by searching."""
        if not self._may("u_search"):
            return ()
        return tuple(f for f in self.readable if not f or self._may("f_search", f))

    def approving(self, forum_ids: Iterable[int]) -> list[int]:
        """Return those of some forums in which the viewer sees what is not approved."""
        return [f for f in forum_ids if self.approves(f)]

    def in_feeds(self, forum_ids: Iterable[int]) -> list[int]:
        """Return those of some forums that the board does not keep out of its feeds."""
        return [f for f in forum_ids if not f or not to_int(self._forums[f]["forum_options"]) & NOT_IN_FEEDS]

    def in_active_topics(self, forum_ids: Iterable[int]) -> list[int]:
        """Return those of some forums that take part in lists of active topics."""
        return [f for f in forum_ids if not f or to_int(self._forums[f]["forum_flags"]) & IN_ACTIVE_TOPICS]

    def below(self, forum_id: int) -> list[int]:
        """Return the forums in the branch of one that the index would name there."""
        found: dict[int, None] = {}  # a branch that a broken table makes its own ends where it began
        waiting = [forum_id]
        while waiting:
            forum = waiting.pop()
            if forum in found:
                continue
            found[forum] = None
            listed = (f for f in self._forums.children.get(forum, ()) if self._may("f_list", f))
            waiting += reversed(list(listed))
        del found[forum_id]
        return list(found)

    @cached_property
    def own_id(self) -> int:
        """Return whose waiting texts are shown besides, in their forums: the viewer's; -1 for nobody's."""
        inquiry = self._inquiry
        may = inquiry.rules.authors_see_waiting and inquiry.is_on("display_unapproved_posts")
        return inquiry.user_id if may and inquiry.user_id > GUEST_ID else -1

    def shows(self, row: Mapping[str, Any], state: str, author: str) -> bool:
        """Tell whether a topic or post is shown within its forum, going by its state and author."""
        value = int(row[state])
        if value == APPROVED or self.approves(int(row["forum_id"])):
            return True
        return value in WAITING and int(row[author]) == self.own_id
