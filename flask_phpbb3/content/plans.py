"""How the newest topics of some forums are found without reading more as the board grows.

Each of the N newest topics lies in one of the N forums with the newest post, so N topics of each of N forums
are enough; where many forums or deep pages would make that the longer way, topics are read by time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from ..board.inquiry import Inquiry
from ..phpbb.php import to_int
from ..plugins.driver import Row
from .rights import POSTING

MOST_INT: Final = 2**31 - 1
"""The greatest id and time that phpBB's columns hold on every database."""

ALL_TYPES: Final = (0, 1, 2, 3)
ANY_POSTS: Final = (0, MOST_INT)

_MOST_OF_EACH: Final = 50
_FEW_FORUMS: Final = 30
"""So many forums are looked at in any case: asking first which are the newest would cost as much, and a board
whose counters are a little wrong is read right all the same."""
MOST_PARTS: Final = 500
_APPROVED: Final[Mapping[str, Any]] = MappingProxyType({"approve_forums": (), "own_id": -1, "most_moved": 0})


@dataclass(frozen=True)
class TopicKeys:
    """Find topics of some forums by their last post, the newest first; moved ones are left out.

    :param inquiry: the question.
    :param forums: where to look; the viewer may read them.
    :param approve_forums: those of them in which the viewer sees what is not approved.
    :param types: topic types.
    :param posts: only topics with at least and at most so many approved posts.
    :param since: only topics with a post at or after this Unix time.
    """

    inquiry: Inquiry
    forums: Sequence[int]
    approve_forums: Sequence[int]
    types: Sequence[int] = ALL_TYPES
    posts: tuple[int, int] = ANY_POSTS
    since: int = 0

    def newest(self, most: int | None, after: Row | None = None) -> list[Row]:
        """Return ``topic_id``, ``topic_last_post_time`` and ``topic_last_post_id``.

        :param most: how many; None for all.
        :param after: the row of a topic behind which to begin.
        """
        approved = self.approved(most, after)
        if not self.approve_forums:
            return approved
        hidden = self._ask("_fetch_hidden_topics", most, after, approve_forums=list(self.approve_forums))
        merged = sorted([*approved, *hidden], key=_by_last_post, reverse=True)
        return merged if most is None else merged[:most]

    def approved(self, most: int | None, after: Row | None = None) -> list[Row]:
        """Return the same of approved topics only."""
        if not self.forums or most == 0:
            return []
        forums = self._with_topics()
        if most is None or most > _MOST_OF_EACH:
            return self._ask("_fetch_newest_topics_anywhere", most, after, forum_ids=forums, **_APPROVED)
        is_plain = after is None and self.posts == ANY_POSTS and tuple(self.types) == ALL_TYPES
        enough = max(most, _FEW_FORUMS)
        if is_plain and len(forums) > enough:
            newest = self.inquiry.ask("_fetch_newest_forums", forum_ids=forums, limit=enough)
            forums = [*(f for f in forums if f == 0), *(int(row["forum_id"]) for row in newest)]
        if len(forums) > MOST_PARTS:
            return self._ask("_fetch_newest_topics_anywhere", most, after, forum_ids=forums, **_APPROVED)
        return self._ask("_fetch_newest_topics", most, after, forum_ids=forums, most=most, **_APPROVED)

    def on_page(self, most: int | None, own_id: int) -> list[Row]:
        """Return the same as they stand on a page: with what was moved away, and what waits for approval.

        :param own_id: whose waiting topics are shown.
        """
        where = {"approve_forums": list(self.approve_forums), "own_id": own_id, "most_moved": MOST_INT}
        forums = self._with_topics()
        if most is None or most > _MOST_OF_EACH or len(forums) > MOST_PARTS:
            return self._ask("_fetch_newest_topics_anywhere", most, None, forum_ids=forums, **where)
        return self._ask("_fetch_newest_topics", most, None, forum_ids=forums, most=most, **where)

    def _with_topics(self) -> list[int]:
        """Leave out categories and links, in whose rows phpBB's installer names a last post all the same."""
        tree = self.inquiry.forums
        return [f for f in self.forums if f not in tree or to_int(tree[f]["forum_type"]) == POSTING]

    def _ask(self, statement: str, limit: int | None, after: Row | None, **where: Any) -> list[Row]:
        rows: list[Row] = self.inquiry.ask(
            statement,
            limit=limit,
            types=list(self.types),
            least_posts=self.posts[0],
            most_posts=self.posts[1],
            since=self.since,
            until=MOST_INT if after is None else int(after["topic_last_post_time"]),
            until_id=MOST_INT if after is None else int(after["topic_last_post_id"]),
            **where,
        )
        return rows


def _by_last_post(row: Row) -> tuple[int, int]:
    return int(row["topic_last_post_time"]), int(row["topic_last_post_id"])
