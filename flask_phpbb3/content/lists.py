"""Lists of topics across forums: latest, active, unanswered, unread, and those of somebody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from ..board.inquiry import ContentFunction, Inquiry, Paging
from ..plugins.driver import Row
from .marks import Marks, forum_marks, is_member, keeps_marks_in_tables
from .plans import MOST_INT, MOST_PARTS, TopicKeys
from .rights import Rights
from .topics import topic_rows

_DAY: Final = 86400
_ACTIVE_DAYS: Final = 7


def fetch_latest_topics(
    inquiry: Inquiry,
    *,
    forum_ids: Sequence[int] | None = None,
    for_feed: bool = False,
    approved_only: bool = True,
    after: int | None = None,
) -> list[Row]:
    """Return the topics with the newest posts in the forums that the viewer may read.

    :param forum_ids: only in these forums; None for all.
    :param for_feed: leave out the forums that the board keeps out of its feeds.
    :param approved_only: leave out what only moderators see; False shows it to those of the forum.
    :param after: the id of the last topic of the page before.
    """
    rights = Rights(inquiry)
    forums = chosen(rights.readable, forum_ids)
    if for_feed:
        forums = rights.in_feeds(forums)
    return _newest(inquiry, () if approved_only else rights.approving(forums), forums, after)


def fetch_active_topics(
    inquiry: Inquiry,
    *,
    days: int = _ACTIVE_DAYS,
    forum_ids: Sequence[int] | None = None,
    after: int | None = None,
) -> list[Row]:
    """Return the topics with new posts, as phpBB's search for active topics (phpBB rule: Lists across forums).

    :param days: only those with a post within so many days; 0 for all.
    :param forum_ids: only in these forums; None for all.
    :param after: the id of the last topic of the page before.
    """
    rights = Rights(inquiry)
    forums = rights.in_active_topics(chosen(rights.searchable, forum_ids))
    return _newest(
        inquiry, rights.approving(forums), forums, after, since=inquiry.now - days * _DAY if days > 0 else 0
    )


def fetch_unanswered_topics(
    inquiry: Inquiry, *, forum_ids: Sequence[int] | None = None, after: int | None = None
) -> list[Row]:
    """Return topics of one post, the newest first (phpBB rule: Lists across forums).

    :param forum_ids: only in these forums; None for all.
    :param after: the id of the last topic of the page before.
    """
    rights = Rights(inquiry)
    forums = chosen(rights.searchable, forum_ids)
    return _newest(inquiry, rights.approving(forums), forums, after, posts=(1, 1))


def fetch_unread_topics(inquiry: Inquiry, *, forum_ids: Sequence[int] | None = None) -> list[Row]:
    """Return what the viewer has not read, the newest first (phpBB rule: Unread).

    :param forum_ids: only in these forums; None for all.
    """
    rights = Rights(inquiry)
    forums = chosen(rights.searchable, forum_ids)
    marks = forum_marks(inquiry)
    if inquiry.page.limit == 0 or not forums:
        return []
    find = _unread_of_member if keeps_marks_in_tables(inquiry) else _unread_by_cookie
    keys = find(inquiry, rights, forums, marks)
    return topic_rows(inquiry, rights, _page(inquiry, keys))


def fetch_own_topics(inquiry: Inquiry, *, forum_ids: Sequence[int] | None = None) -> list[Row]:
    """Return the topics in which the viewer has written, the one with the newest post first.

    :param forum_ids: only in these forums; None for all.
    """
    rights = Rights(inquiry)
    if not is_member(inquiry):
        return []
    forums = chosen(rights.searchable, forum_ids)
    return _of_author(inquiry, rights, inquiry.user_id, forums, "_fetch_topics_of_author")


def fetch_user_topics(
    inquiry: Inquiry, *, user_id: int, begun: bool = False, forum_ids: Sequence[int] | None = None
) -> list[Row]:
    """Return the topics in which a user has written, the one with the newest post first.

    :param user_id: the author; the viewer is ``viewer_id``.
    :param begun: only topics that the user has begun.
    :param forum_ids: only in these forums; None for all.
    """
    rights = Rights(inquiry)
    forums = chosen(rights.readable, forum_ids)
    statement = "_fetch_topics_begun_by" if begun else "_fetch_topics_of_author"
    return _of_author(inquiry, rights, user_id, forums, statement)


def chosen(allowed: Iterable[int], forum_ids: Sequence[int] | None) -> list[int]:
    """Return the forums in which to look: those that a caller names, of those that the viewer may read."""
    wanted = None if forum_ids is None else set(forum_ids)
    return [f for f in allowed if wanted is None or f in wanted]


def _newest(
    inquiry: Inquiry, approving: Sequence[int], forums: Sequence[int], after: int | None, **where: Any
) -> list[Row]:
    rights, last = Rights(inquiry), None
    if after is not None:
        found = inquiry.ask("_fetch_topics", topic_ids=[after])
        # Behind what the viewer may not read is nothing: else it would tell when that was written.
        if not found or not rights.reads(int(found[0]["forum_id"])):
            return []
        last = found[0]
    keys = TopicKeys(inquiry, forums, approving, **where).newest(inquiry.page, last)
    return topic_rows(inquiry, rights, [int(row["topic_id"]) for row in keys])


def _of_author(
    inquiry: Inquiry, rights: Rights, author_id: int, forums: Sequence[int], statement: str
) -> list[Row]:
    keys = inquiry.ask(
        statement,
        skip=inquiry.page.skip,
        limit=inquiry.page.limit,
        author_id=author_id,
        forum_ids=list(forums),
        approve_forums=rights.approving(forums),
    )
    return topic_rows(inquiry, rights, [int(row["topic_id"]) for row in keys])


def _with_news(inquiry: Inquiry, rights: Rights, forums: Sequence[int], marks: Marks) -> list[int]:
    """Return the forums with a post younger than their mark, the newest first.

    Of a moderator's all, as what is hidden counts there and makes no forum's last post.
    """
    newest = {int(r["forum_id"]): int(r["forum_last_post_time"]) for r in inquiry.ask("_fetch_forums")}
    found = [
        f
        for f in forums
        if rights.approves(f) or newest.get(f, MOST_INT) > max(marks.of(f), marks.everything)
    ]
    return sorted(found, key=lambda f: -newest.get(f, MOST_INT))


def _unread_of_member(inquiry: Inquiry, rights: Rights, forums: Sequence[int], marks: Marks) -> Sequence[Row]:
    news = _with_news(inquiry, rights, forums, marks)
    where: dict[str, Any] = {"user_id": inquiry.user_id, "lastmark": marks.everything}
    where.update(forum_ids=news, approve_forums=rights.approving(news))
    end = inquiry.page.end
    rows: Sequence[Row] = []
    if news and (end is None or len(news) > MOST_PARTS):
        rows = inquiry.ask("_fetch_unread_topics_anywhere", limit=end, **where)
    elif news:
        rows = inquiry.ask("_fetch_unread_topics", limit=end, most=end, **where)
    if all(marks.of(f) <= marks.everything for f in forums):
        return rows
    where.update(forum_ids=list(forums), approve_forums=rights.approving(forums))
    behind = inquiry.ask("_fetch_unread_topics_behind", limit=end, **where)
    return _by_last_post({row["topic_id"]: row for row in [*rows, *behind]}.values())


def _unread_by_cookie(inquiry: Inquiry, rights: Rights, forums: Sequence[int], marks: Marks) -> Sequence[Row]:
    """Return what a cookie does not mark; it marks few topics one by one, so few too many are looked at.

    One statement for all forums without a mark of their own, and one for each other that the page may come from: every
    forum with news has an unread topic, unless its last one is marked by itself.
    """
    if marks.everything >= MOST_INT:
        return []
    end = inquiry.page.end
    most = None if end is None else min(MOST_INT, end + len(marks.topics))
    news = _with_news(inquiry, rights, forums, marks)
    marked = [f for f in news if marks.of(f) > marks.everything]
    moderated = [f for f in marked if rights.approves(f)]
    others = [f for f in marked if f not in moderated][:most]
    together = [([f for f in news if f not in marked], marks.everything)]
    found: list[Row] = []
    for group, since in [*together, *(([f], marks.of(f)) for f in (*moderated, *others))]:
        if group:
            keys = TopicKeys(inquiry, group, rights.approving(group), since=since + 1)
            found += keys.newest(Paging(0, most))
    return _by_last_post(
        row for row in found if int(row["topic_last_post_time"]) > marks.topics.get(int(row["topic_id"]), 0)
    )


def _by_last_post(rows: Iterable[Row]) -> list[Row]:
    def key(row: Row) -> tuple[int, int]:
        return int(row["topic_last_post_time"]), int(row["topic_last_post_id"])

    return sorted(rows, key=key, reverse=True)


def _page(inquiry: Inquiry, keys: Sequence[Row]) -> list[int]:
    return [int(row["topic_id"]) for row in keys[inquiry.page.skip : inquiry.page.end]]


FUNCTIONS: Final = {
    "fetch_latest_topics": ContentFunction(fetch_latest_topics),
    "fetch_active_topics": ContentFunction(fetch_active_topics),
    "fetch_unanswered_topics": ContentFunction(fetch_unanswered_topics),
    "fetch_unread_topics": ContentFunction(fetch_unread_topics),
    "fetch_own_topics": ContentFunction(fetch_own_topics),
    "fetch_user_topics": ContentFunction(fetch_user_topics),
}
