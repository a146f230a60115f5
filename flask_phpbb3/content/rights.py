"""What a viewer may see, forum by forum (phpBB rules: Forum states, Visibility)."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from ..board.inquiry import Inquiry

APPROVED: Final = 1
UNSEEN: Final = (0, 3)
"""States of what waits for approval: new, and changed after it."""

CATEGORY: Final = 0
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
            return bool(self.readable)  # 3.0: global announcements lie in no forum
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
        """Return the forums whose posts are shown, in the order of the index."""
        return tuple(f for f in self._forums if f not in self.locked and self._may("f_read", f))
