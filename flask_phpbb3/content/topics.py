"""Topics: the list of a forum, a single topic, and what every row of a topic says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ..board.inquiry import ContentFunction, Inquiry, Paging
from ..phpbb.php import to_int
from ..plugins.driver import Row
from .marks import is_member, mark_topics
from .plans import MOST_INT, TopicKeys
from .rights import CATEGORY, IN_ACTIVE_TOPICS, LINK, Rights

_DAY: Final = 86400
_STATE: Final = ("topic_visibility", "topic_poster")


def fetch_topics(
    inquiry: Inquiry, *, forum_id: int, after: int | None = None, announcements: bool = True
) -> list[Row]:
    """Return the topics of a forum as its page lists them (phpBB rule: Topics of a forum).

    :param forum_id: phpBB forum id; a category lists the active topics below it.
    :param after: the id of the last topic of the page before (its ``shadow_id``, if it has one): the next ones
        follow, however deep that is. A category, and another order than by time, page by `skip` only.
    :param announcements: whether the announcements stand before every page; they do not count.
    """
    rights = Rights(inquiry)
    if not rights.enters(forum_id):
        return []
    forum_type = to_int(inquiry.forums[forum_id]["forum_type"])
    if forum_type == CATEGORY:
        below = _ActiveBelow(inquiry, rights, forum_id).page()
        return topic_rows(inquiry, rights, below, listed_in=forum_id)
    if forum_type == LINK or not rights.lists_topics(forum_id):
        return []
    listing = _ForumPage(inquiry, rights, forum_id)
    announced = listing.announcements() if announcements else []
    return topic_rows(inquiry, rights, [*announced, *listing.page(after)], listed_in=forum_id)


def get_topic(inquiry: Inquiry, *, topic_id: int) -> Row | None:
    """Return a topic whose posts the viewer may read; None for any other.

    :param topic_id: phpBB topic id; that of a topic that was moved away stands for where it went.
    """
    rights = Rights(inquiry)
    row = visible_topic(inquiry, rights, topic_id)
    return None if row is None else _finished(inquiry, rights, [row])[0]


def visible_topic(inquiry: Inquiry, rights: Rights, topic_id: int) -> Row | None:
    """Return the row of a topic whose posts the viewer may read, as the board has it."""
    found = _rows_by_id(inquiry, [topic_id])
    row = found.get(topic_id)
    if row is not None and (target := int(row["topic_moved_id"])):
        row = _rows_by_id(inquiry, [target]).get(target)
    if row is None or int(row["topic_moved_id"]):
        return None
    return row if rights.reads(int(row["forum_id"])) and rights.shows(row, *_STATE) else None


def topic_rows(
    inquiry: Inquiry, rights: Rights, topic_ids: Sequence[int], *, listed_in: int | None = None
) -> list[Row]:
    """Return rows of topics in the order of their ids, with all that is added to them.

    :param listed_in: the forum whose page it is: topics that were moved away from it stand for their targets.
    """
    found = _rows_by_id(inquiry, topic_ids)
    rows = [found[topic_id] for topic_id in dict.fromkeys(topic_ids) if topic_id in found]
    if listed_in is not None:
        rows = _with_targets(inquiry, rights, rows)
    return _finished(inquiry, rights, rows)


def count_of_posts(rights: Rights, row: Mapping[str, Any]) -> int:
    """Return how many posts of a topic its counters say that the viewer sees."""
    states = (
        ("approved", "unapproved", "softdeleted") if rights.approves(int(row["forum_id"])) else ("approved",)
    )
    return sum(int(row[f"topic_posts_{state}"]) for state in states)


class _ForumPage:
    """The page of one forum."""

    def __init__(self, inquiry: Inquiry, rights: Rights, forum_id: int) -> None:
        self._inquiry = inquiry
        self._rights = rights
        self._forum_id = forum_id
        user = inquiry.viewer.user_columns
        self._sort = str(user.get("user_topic_sortby_type") or "t")
        self._rising = 1 if user.get("user_topic_sortby_dir") == "a" else -1
        days = to_int(user.get("user_topic_show_days", 0))
        self._where: dict[str, Any] = {
            "approve_forums": [forum_id] if rights.approves(forum_id) else [],
            "own_id": rights.own_id,
        }
        self._since = inquiry.now - days * _DAY if days > 0 else 0

    def announcements(self) -> list[int]:
        """Return the announcements of the forum and of the whole board."""
        inquiry = self._inquiry
        everywhere = [
            int(row["topic_id"])
            for row in inquiry.board.kept("_fetch_global_announcements")
            if not _is_over(row, inquiry.now) and self._rights.reads(int(row["forum_id"]))
        ]
        rows = inquiry.ask(
            "_fetch_announcements", forum_id=self._forum_id, global_ids=everywhere, **self._announced_where
        )
        return [int(row["topic_id"]) for row in rows]

    @property
    def _announced_where(self) -> dict[str, Any]:
        """Announcements of other forums are judged by the rights there."""
        forums = {int(row["forum_id"]) for row in self._inquiry.board.kept("_fetch_global_announcements")}
        approve = [f for f in sorted({*forums, self._forum_id}) if self._rights.approves(f)]
        return {**self._where, "approve_forums": approve}

    def page(self, after: int | None) -> list[int]:
        """Return the other topics: sticky ones first."""
        skip, limit = self._inquiry.page.skip, self._inquiry.page.limit
        if self._sort != "t" or self._rising == 1:
            return self._sorted_otherwise()
        last = None
        if after is not None:
            last = _rows_by_id(self._inquiry, [after]).get(after)
            if last is None or not self._rights.lists_topics(int(last["forum_id"])):
                return []
            if not _is_sticky(last, self._inquiry.now):
                until = int(last["topic_last_post_time"])
                return self._normal(
                    skip=skip, limit=limit, until=until, until_id=int(last["topic_last_post_id"])
                )
        sticky = self._inquiry.ask(
            "_fetch_sticky_topics", forum_ids=[self._forum_id], since=self._since, **self._where
        )
        if last is not None:
            sticky = [row for row in sticky if _by_last_post(row) < _by_last_post(last)]
        first = [int(row["topic_id"]) for row in sticky[skip : self._inquiry.page.end]]
        if limit is not None and len(first) >= limit:
            return first
        rest = self._normal(
            skip=max(0, skip - len(sticky)), limit=None if limit is None else limit - len(first)
        )
        return first + rest

    def _normal(
        self, *, skip: int, limit: int | None, until: int = MOST_INT, until_id: int = MOST_INT
    ) -> list[int]:
        rows = self._inquiry.ask(
            "_fetch_forum_topics",
            skip=skip,
            limit=limit,
            forum_id=self._forum_id,
            since=self._since,
            until=until,
            until_id=until_id,
            **self._where,
        )
        return [int(row["topic_id"]) for row in rows]

    def _sorted_otherwise(self) -> list[int]:
        rows = self._inquiry.ask(
            "_fetch_forum_topics_sorted",
            skip=self._inquiry.page.skip,
            limit=self._inquiry.page.limit,
            forum_id=self._forum_id,
            since=self._since,
            sort=self._sort,
            rising=self._rising,
            **self._where,
        )
        return [int(row["topic_id"]) for row in rows]


class _ActiveBelow:
    """The active topics that the page of a category lists."""

    def __init__(self, inquiry: Inquiry, rights: Rights, forum_id: int) -> None:
        self._inquiry = inquiry
        self._rights = rights
        self._forums = [f for f in rights.below(forum_id) if self._is_shown(f)]
        approves = rights.approves(forum_id)
        self._approve = [f for f in self._forums if approves and rights.approves(f)]
        self._is_wanted = bool(to_int(inquiry.forums[forum_id]["forum_flags"]) & IN_ACTIVE_TOPICS)

    def _is_shown(self, forum_id: int) -> bool:
        flags = to_int(self._inquiry.forums[forum_id]["forum_flags"])
        return self._rights.reads(forum_id) and bool(flags & IN_ACTIVE_TOPICS)

    def page(self) -> list[int]:
        if not self._is_wanted or not self._forums:
            return []
        page = self._inquiry.page
        sticky = self._inquiry.ask(
            "_fetch_sticky_topics",
            forum_ids=self._forums,
            approve_forums=self._approve,
            own_id=self._rights.own_id,
            since=0,
        )
        first = [int(row["topic_id"]) for row in sticky[page.skip : page.end]]
        left = None if page.limit is None else page.limit - len(first)
        if left == 0:
            return first
        keys = TopicKeys(self._inquiry, self._forums, self._approve, types=(0,))
        rest = keys.on_page(Paging(max(0, page.skip - len(sticky)), left), self._rights.own_id)
        return first + [int(row["topic_id"]) for row in rest]


def _is_over(row: Mapping[str, Any], now: int) -> bool:
    limit = int(row["topic_time_limit"])
    return limit > 0 and int(row["topic_time"]) + limit <= now


def _is_sticky(row: Mapping[str, Any], now: int) -> bool:
    return int(row["topic_type"]) == 1 and not _is_over(row, now)


def _by_last_post(row: Mapping[str, Any]) -> tuple[int, int]:
    return int(row["topic_last_post_time"]), int(row["topic_last_post_id"])


def _rows_by_id(inquiry: Inquiry, topic_ids: Iterable[int]) -> dict[int, Row]:
    ids = sorted(set(topic_ids))
    rows = inquiry.ask("_fetch_topics", topic_ids=ids) if ids else []
    return {int(row["topic_id"]): row for row in rows}


def _with_targets(inquiry: Inquiry, rights: Rights, rows: Sequence[Row]) -> list[Row]:
    """Put in the place of each topic that was moved away the one it became, if that may be shown here."""
    targets = _rows_by_id(inquiry, [int(row["topic_moved_id"]) for row in rows if int(row["topic_moved_id"])])
    present = {int(row["topic_id"]) for row in rows}
    shown: list[Row] = []
    for row in rows:
        moved_id = int(row["topic_moved_id"])
        if not moved_id:
            shown.append(row)
            continue
        target = targets.get(moved_id)
        if target is None or moved_id in present or int(target["topic_moved_id"]):
            continue
        if not rights.lists_topics(int(target["forum_id"])) or not rights.shows(target, *_STATE):
            continue
        own = {name: row[name] for name in ("topic_title", "topic_type", "topic_status", "topic_moved_id")}
        shown.append({**target, **own, "shadow_id": row["topic_id"]})
    return shown


def _finished(inquiry: Inquiry, rights: Rights, rows: Sequence[Row]) -> list[Row]:
    """Add to rows of topics what the viewer is told besides, and take away what is for moderators."""
    mine = _posted_in(inquiry, rows)
    mark_topics(inquiry, rows)
    for row in rows:
        forum_id, topic_id = int(row["forum_id"]), int(row["topic_id"])
        posts = count_of_posts(rights, row)
        if not rights.approves(forum_id):
            row.update(topic_posts_unapproved=0, topic_posts_softdeleted=0)
        if not inquiry.may("m_report", forum_id):
            row["topic_reported"] = 0
        readable = rights.reads(forum_id)
        if not readable:
            row["poll_title"] = ""
        row["posts"] = posts
        row["replies"] = max(0, posts - 1)
        row["forum_name"] = inquiry.forums[forum_id]["forum_name"] if forum_id in inquiry.forums else ""
        row["is_readable"] = readable
        row["is_mine"] = topic_id in mine
        row["shadow_id"] = row.get("shadow_id", 0)
        row["url"] = inquiry.page_url("viewtopic.php", t=topic_id) if readable else None
        last = int(row["topic_last_post_id"])
        row["last_post_url"] = inquiry.page_url("viewtopic.php", p=last) + f"#p{last}" if readable else None
    return list(rows)


def _posted_in(inquiry: Inquiry, rows: Sequence[Row]) -> set[int]:
    if not rows or not is_member(inquiry) or not inquiry.is_on("load_db_track", "1"):
        return set()
    ids = sorted({int(row["topic_id"]) for row in rows})
    found = inquiry.ask("_fetch_posted_topics", user_id=inquiry.user_id, topic_ids=ids)
    return {int(row["topic_id"]) for row in found}


FUNCTIONS: Final = {
    "fetch_topics": ContentFunction(fetch_topics),
    "get_topic": ContentFunction(get_topic),
}
