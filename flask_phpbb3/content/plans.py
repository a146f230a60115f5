"""How the newest topics of some forums are found without reading more as the board grows.

Each of the N newest topics lies in one of the N forums with the newest post, so N topics of each of N forums
are enough; where many forums or deep pages would make that the longer way, topics are read by time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from ..board.inquiry import Inquiry, Paging
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
_ANYWHERE: Final = "_fetch_newest_topics_anywhere"
"""Sorts topics whose last posts are of one second by their own ids, which is all that an index of phpBB's has."""
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

    def newest(self, page: Paging, after: Row | None = None) -> list[Row]:
        """Return ``topic_id``, ``topic_last_post_time`` and ``topic_last_post_id``.

        :param page: which of them.
        :param after: the row of a topic behind which to begin.
        """
        if not self.approve_forums:
            return self.approved(page, after)
        hidden = self._ask(
            "_fetch_hidden_topics", Paging(0, page.end), after, approve_forums=list(self.approve_forums)
        )
        return merged(page, hidden, lambda part: self.approved(part, after), _by_last_post)

    def approved(self, page: Paging, after: Row | None = None) -> list[Row]:
        """Return the same of approved topics only."""
        most = page.end
        if not self.forums or page.limit == 0:
            return []
        forums = self._with_topics()
        if most is None or most > _MOST_OF_EACH:
            return self._ask(_ANYWHERE, page, after, forum_ids=forums, **_APPROVED)
        is_plain = after is None and self.posts == ANY_POSTS and tuple(self.types) == ALL_TYPES
        enough = max(most, _FEW_FORUMS)
        if is_plain and len(forums) > enough:
            newest = self.inquiry.ask("_fetch_newest_forums", forum_ids=forums, limit=enough)
            forums = [*(f for f in forums if f == 0), *(int(row["forum_id"]) for row in newest)]
        if len(forums) > MOST_PARTS:
            return self._ask(_ANYWHERE, page, after, forum_ids=forums, **_APPROVED)
        return self._ask("_fetch_newest_topics", page, after, forum_ids=forums, most=most, **_APPROVED)

    def on_page(self, page: Paging, own_id: int) -> list[Row]:
        """Return the same as they stand on a page: with what was moved away, and what waits for approval.

        :param page: which of them.
        :param own_id: whose waiting topics are shown.
        """
        most = page.end
        where = {"approve_forums": list(self.approve_forums), "own_id": own_id, "most_moved": MOST_INT}
        forums = self._with_topics()
        if most is None or most > _MOST_OF_EACH or len(forums) > MOST_PARTS:
            return self._ask(_ANYWHERE, page, None, forum_ids=forums, **where)
        return self._ask("_fetch_newest_topics", page, None, forum_ids=forums, most=most, **where)

    def _with_topics(self) -> list[int]:
        """Leave out categories and links, in whose rows phpBB's installer names a last post all the same."""
        tree = self.inquiry.forums
        return [f for f in self.forums if f not in tree or to_int(tree[f]["forum_type"]) == POSTING]

    def _ask(self, statement: str, page: Paging, after: Row | None, **where: Any) -> list[Row]:
        second = "topic_id" if statement == _ANYWHERE else "topic_last_post_id"
        rows: list[Row] = self.inquiry.ask(
            statement,
            skip=page.skip,
            limit=page.limit,
            types=list(self.types),
            least_posts=self.posts[0],
            most_posts=self.posts[1],
            since=self.since,
            until=MOST_INT if after is None else int(after["topic_last_post_time"]),
            until_id=MOST_INT if after is None else int(after[second]),
            **where,
        )
        return rows


def merged(
    page: Paging,
    hidden: Sequence[Row],
    approved: Callable[[Paging], Sequence[Row]],
    key: Callable[[Row], tuple[int, int]],
) -> list[Row]:
    """Return a page of what two lists hold together; however deep it is, little more than the page is read.

    :param hidden: the rows of the short list up to the end of the page.
    :param approved: returns a page of the long list. As many as are passed over, less those of the short list, come
        before the page whatever stands between them.
    :param key: what both are sorted by, the greatest first.
    """
    passed = max(0, page.skip - len(hidden))
    end = page.end
    part = approved(Paging(passed, None if end is None else end - passed))
    both = sorted([*part, *hidden], key=key, reverse=True)
    return both[page.skip - passed : None if end is None else end - passed]


def _by_last_post(row: Row) -> tuple[int, int]:
    return int(row["topic_last_post_time"]), int(row["topic_last_post_id"])
