"""Posts: those of a topic, a single one, the latest, somebody's, and the first or last of topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from ..board.inquiry import ContentFunction, Inquiry, Paging
from ..errors import ParameterError
from ..phpbb.avatars import may_be_told
from ..phpbb.identity import GUEST_ID
from ..phpbb.php import to_int
from ..plugins.driver import Row
from .cards import Cards
from .lists import chosen
from .marks import is_member, post_marks
from .messages import SIGNATURE, shows_signatures
from .plans import MOST_INT, MOST_PARTS, TopicKeys, merged
from .rights import APPROVED, Rights
from .topics import count_of_posts, visible_topic

_DAY: Final = 86400
_NOBODY: Final[Row] = {
    "user_id": GUEST_ID,
    "user_type": 2,
    "user_colour": "",
    "user_regdate": 0,
    "user_posts": 0,
    "url": "",
    "rank_title": "",
    "rank_image_url": "",
    "avatar_url": "",
    "avatar_width": 0,
    "avatar_height": 0,
}
_STATE: Final = ("post_visibility", "poster_id")


def fetch_posts(
    inquiry: Inquiry, *, topic_id: int, after: int | None = None, hide_foes: bool = False
) -> list[Row]:
    """Return the posts of a topic in the viewer's order, by default the oldest first.

    :param topic_id: phpBB topic id.
    :param after: the id of the last post of the page before: the next ones follow, however deep that is. Where
        the viewer sorts by author or subject, pages go by `skip` only.
    :param hide_foes: leave out the posts of the viewer's foes, so a page may be shorter; phpBB folds them.
    """
    rights = Rights(inquiry)
    topic = visible_topic(inquiry, rights, topic_id)
    if topic is None:
        return []
    return post_rows(inquiry, rights, _TopicPage(inquiry, rights, topic).page(after), hide_foes=hide_foes)


def get_post(inquiry: Inquiry, *, post_id: int) -> Row | None:
    """Return a post that the viewer may read; None for any other.

    :param post_id: phpBB post id.
    """
    rows = post_rows(inquiry, Rights(inquiry), [post_id])
    return rows[0] if rows else None


def get_post_page(inquiry: Inquiry, *, post_id: int, per_page: int | None = None) -> Row | None:
    """Return where a post stands in its topic: ``topic_id``, ``position`` (from 0), ``page`` (from 1), ``skip``.

    From the end that the viewer reads first, and by time, as phpBB does even where the viewer sorts by author or
    subject. Counts the posts before it, so asking for the last post of a very long topic is better done by its page.

    :param post_id: phpBB post id.
    :param per_page: posts on a page, at least 1; None for the board's number.
    :raises ParameterError: for fewer posts on a page.
    """
    if per_page is not None and per_page < 1:
        raise ParameterError(
            f"get_post_page(): per_page must be a number of posts from 1; it is {per_page!r:.40}."
        )
    rights = Rights(inquiry)
    found = post_rows(inquiry, rights, [post_id])
    if not found:
        return None
    post = found[0]
    position = _TopicPage(inquiry, rights, post).position(post)
    size = per_page or max(0, inquiry.number("posts_per_page", 10)) or 10
    page = position // size
    return {"topic_id": post["topic_id"], "position": position, "page": page + 1, "skip": page * size}


def fetch_latest_posts(
    inquiry: Inquiry,
    *,
    forum_ids: Sequence[int] | None = None,
    for_feed: bool = False,
    approved_only: bool = True,
    hide_foes: bool = False,
) -> list[Row]:
    """Return the newest posts in the forums that the viewer may read.

    :param forum_ids: only in these forums; None for all.
    :param for_feed: leave out the forums that the board keeps out of its feeds.
    :param approved_only: leave out what only moderators see; False shows it to those of the forum.
    :param hide_foes: leave out the posts of the viewer's foes.
    """
    rights = Rights(inquiry)
    forums = chosen(rights.readable, forum_ids)
    if for_feed:
        forums = rights.in_feeds(forums)
    page = inquiry.page
    moderated = [] if approved_only else rights.approving(forums)
    if moderated:
        hidden = inquiry.ask("_fetch_hidden_posts", limit=page.end, approve_forums=moderated)
        keys = merged(page, hidden, partial(_newest_approved, inquiry, forums), _by_time)
    else:
        keys = _newest_approved(inquiry, forums, page)
    ids = [int(row["post_id"]) for row in keys]
    return post_rows(inquiry, rights, ids, across=True, hide_foes=hide_foes)


def fetch_user_posts(
    inquiry: Inquiry, *, user_id: int, forum_ids: Sequence[int] | None = None, after: int | None = None
) -> list[Row]:
    """Return the posts of a user, the newest first.

    :param user_id: the author; the viewer is ``viewer_id``.
    :param forum_ids: only in these forums; None for all.
    :param after: the id of the last post of the page before.
    """
    rights = Rights(inquiry)
    forums = chosen(rights.readable, forum_ids)
    until, until_id = MOST_INT, MOST_INT
    if after is not None:
        found = inquiry.ask("_fetch_posts", post_ids=[after])
        if not found or not rights.reads(int(found[0]["forum_id"])):
            return []
        until, until_id = int(found[0]["post_time"]), after
    keys = inquiry.ask(
        "_fetch_posts_of_author",
        skip=inquiry.page.skip,
        limit=inquiry.page.limit,
        author_id=user_id,
        forum_ids=forums,
        approve_forums=rights.approving(forums),
        until=until,
        until_id=until_id,
    )
    return post_rows(inquiry, rights, [int(row["post_id"]) for row in keys], across=True)


def fetch_first_posts(
    inquiry: Inquiry,
    *,
    forum_ids: Sequence[int] | None = None,
    for_feed: bool = False,
    after: int | None = None,
) -> list[Row]:
    """Return the first post of the topics that were begun last: a news column.

    Moderators of a forum also see what waits for approval there or was deleted, as in phpBB's feed of new topics.

    :param forum_ids: only of topics in these forums; None for all.
    :param for_feed: leave out the forums that the board keeps out of its feeds.
    :param after: the topic id of the last row of the page before.
    """
    rights = Rights(inquiry)
    forums = chosen(rights.readable, forum_ids)
    if for_feed:
        forums = rights.in_feeds(forums)
    found = inquiry.ask(
        "_fetch_new_topics",
        skip=inquiry.page.skip,
        limit=inquiry.page.limit,
        forum_ids=forums,
        approve_forums=rights.approving(forums),
        until_id=MOST_INT if after is None else after,
    )
    return _posts_of(inquiry, rights, [int(row["topic_id"]) for row in found], "topic_first_post_id")


def fetch_last_posts(inquiry: Inquiry, *, forum_ids: Sequence[int] | None = None) -> list[Row]:
    """Return the last post of the topics with the newest posts: each topic once.

    :param forum_ids: only of topics in these forums; None for all.
    """
    rights = Rights(inquiry)
    keys = TopicKeys(inquiry, chosen(rights.readable, forum_ids), ()).newest(inquiry.page)
    ids = [int(row["topic_id"]) for row in keys]
    return _posts_of(inquiry, rights, ids, "topic_last_post_id")


def post_rows(
    inquiry: Inquiry,
    rights: Rights,
    post_ids: Sequence[int],
    *,
    across: bool = False,
    hide_foes: bool = False,
) -> list[Row]:
    """Return rows of posts in the order of their ids, those that the viewer may read, with what is added to them.

    :param across: it is a list across forums, in which authors do not see what waits for approval.
    """
    if not post_ids:
        return []
    found = {int(row["post_id"]): row for row in inquiry.ask("_fetch_posts", post_ids=sorted(set(post_ids)))}
    foes = _foes(inquiry)
    rows = [found[post_id] for post_id in post_ids if post_id in found]
    rows = [row for row in rows if _is_shown(rights, row, across)]
    if hide_foes:
        rows = [row for row in rows if int(row["poster_id"]) not in foes]
    read_until = post_marks(inquiry, rows)
    cards = Cards(inquiry)
    signed = inquiry.unfiltered or shows_signatures(inquiry)
    for row in rows:
        forum_id, post_id = int(row["forum_id"]), int(row["post_id"])
        if not inquiry.may("m_report", forum_id):
            row["post_reported"] = 0
        row["author"] = _author(cards, row)
        if not may_be_told(row["user_avatar_type"]):
            row["user_avatar"] = ""
        if not (signed and int(row["enable_sig"])):
            row.update(dict.fromkeys(SIGNATURE, ""))
        row["foe"] = int(row["poster_id"]) in foes
        row["is_unread"] = int(row["post_time"]) > read_until[post_id]
        row["is_first"] = post_id == int(row["topic_first_post_id"])
        row["forum_name"] = inquiry.forums[forum_id]["forum_name"] if forum_id in inquiry.forums else ""
        row["url"] = inquiry.page_url("viewtopic.php", p=post_id) + f"#p{post_id}"
    return rows


class _TopicPage:
    """The posts of one topic in the viewer's order."""

    def __init__(self, inquiry: Inquiry, rights: Rights, topic: Mapping[str, Any]) -> None:
        self._inquiry = inquiry
        self._topic = topic
        self._rights = rights
        user = inquiry.viewer.user_columns
        self._sort = str(user.get("user_post_sortby_type") or "t")
        self._rising = -1 if user.get("user_post_sortby_dir") == "d" else 1
        days = to_int(user.get("user_post_show_days", 0))
        self._since = inquiry.now - days * _DAY if days > 0 else 0
        self._where = {"topic_id": int(topic["topic_id"]), **_within(rights, int(topic["forum_id"]))}

    def position(self, post: Row) -> int:
        """Return how many posts stand before one, going by time."""
        post_id, time = int(post["post_id"]), int(post["post_time"])
        if self._rising == -1:
            counted = self._inquiry.ask("_get_posts_behind", since=time, since_id=post_id, **self._where)
        elif post_id == int(post["topic_first_post_id"]):
            return 0
        else:
            where = {**self._where, "since": self._since, "until": time, "until_id": post_id}
            counted = self._inquiry.ask("_get_posts_before", **where)
        return int(counted["num"])

    def page(self, after: int | None) -> list[int]:
        """Return the ids of the posts of the page that is asked for."""
        skip, limit = self._inquiry.page.skip, self._inquiry.page.limit
        if self._sort in ("a", "s"):
            where = {**self._where, "sort": self._sort, "rising": self._rising, "since": self._since}
            return self._ids("_fetch_topic_posts_sorted", skip, limit, where)
        if after is not None:
            return self._behind(after, skip, limit)
        if self._rising == -1:
            return self._backwards(skip, limit)
        total = self._known_total()
        if total is not None and limit is not None and skip > total // 2:
            # From the last post on, as phpBB goes in the second half: an offset is read, not jumped over.
            return self._backwards(max(0, total - skip - limit), min(limit, max(0, total - skip)))[::-1]
        return self._forwards(skip, limit)

    def _known_total(self) -> int | None:
        """Return how many posts the viewer sees, where the topic's counters say so for certain."""
        waiting = int(self._topic["topic_posts_unapproved"])
        if self._since or (waiting and (self._rights.own_id != -1 or self._where["approve_forums"])):
            return None
        return count_of_posts(self._rights, self._topic)

    def _behind(self, after: int, skip: int, limit: int | None) -> list[int]:
        found = self._inquiry.ask("_fetch_posts", post_ids=[after])
        if not found or int(found[0]["topic_id"]) != int(self._topic["topic_id"]):
            return []
        time = int(found[0]["post_time"])
        if self._rising == -1:
            return self._backwards(skip, limit, until=time, until_id=after)
        return self._forwards(skip, limit, since=max(time, self._since), since_id=after)

    def _forwards(
        self, skip: int, limit: int | None, *, since: int | None = None, since_id: int = -1
    ) -> list[int]:
        since = self._since if since is None else since
        where = {**self._where, "since": since, "since_id": since_id}
        return self._ids("_fetch_topic_posts", skip, limit, where)

    def _backwards(
        self, skip: int, limit: int | None, *, until: int = MOST_INT, until_id: int = MOST_INT
    ) -> list[int]:
        where = {**self._where, "since": self._since, "until": until, "until_id": until_id}
        return self._ids("_fetch_topic_posts_backwards", skip, limit, where)

    def _ids(self, statement: str, skip: int, limit: int | None, where: dict[str, Any]) -> list[int]:
        rows = self._inquiry.ask(statement, skip=skip, limit=limit, **where)
        return [int(row["post_id"]) for row in rows]


def _within(rights: Rights, forum_id: int) -> dict[str, Any]:
    """Return what a statement about the posts of a topic asks of the viewer."""
    return {"approve_forums": rights.approving([forum_id]), "own_id": rights.own_id}


def _is_shown(rights: Rights, row: Row, across: bool) -> bool:
    forum_id = int(row["forum_id"])
    if not rights.reads(forum_id):
        return False
    if across and not rights.approves(forum_id):
        return int(row["post_visibility"]) == int(row["topic_visibility"]) == APPROVED
    topic = {"forum_id": forum_id, **{name: row[name] for name in ("topic_visibility", "topic_poster")}}
    return rights.shows(row, *_STATE) and rights.shows(topic, "topic_visibility", "topic_poster")


def _newest_approved(inquiry: Inquiry, forums: Sequence[int], page: Paging) -> list[Row]:
    """Return the newest approved posts: they lie in the topics with the newest posts, since the last of these."""
    end = page.end
    if not forums or page.limit == 0:
        return []
    keys = TopicKeys(inquiry, forums, ())
    if end is None or end > MOST_PARTS:
        last = keys.approved(Paging(end - 1, 1)) if end is not None else []
        since = int(last[0]["topic_last_post_time"]) if last else 0
        deep: list[Row] = inquiry.ask(
            "_fetch_newest_posts_anywhere",
            forum_ids=list(forums),
            since=since,
            skip=page.skip,
            limit=page.limit,
        )
        return deep
    topics = keys.approved(Paging(0, end))
    if not topics:
        return []
    since = int(topics[-1]["topic_last_post_time"]) if len(topics) == end else 0
    ids = [int(row["topic_id"]) for row in topics]
    rows: list[Row] = inquiry.ask(
        "_fetch_newest_posts", topic_ids=ids, since=since, most=end, skip=page.skip, limit=page.limit
    )
    return rows


def _posts_of(inquiry: Inquiry, rights: Rights, topic_ids: Sequence[int], column: str) -> list[Row]:
    if not topic_ids:
        return []
    found = {int(row["topic_id"]): row for row in inquiry.ask("_fetch_topics", topic_ids=list(topic_ids))}
    posts = [int(found[topic_id][column]) for topic_id in topic_ids if topic_id in found]
    return post_rows(inquiry, rights, posts, across=True)


def _author(cards: Cards, row: Row) -> Row:
    """Return who wrote a post as lists show members; guests have the name that they gave."""
    if int(row["poster_id"]) == GUEST_ID or row["username"] is None:
        name = row["post_username"] or row["username"] or ""
        return {**_NOBODY, "username": name}
    return cards.of({**row, "user_id": row["poster_id"]})


def _foes(inquiry: Inquiry) -> set[int]:
    if not is_member(inquiry):
        return set()
    return {int(row["zebra_id"]) for row in inquiry.ask("_fetch_foes", user_id=inquiry.user_id)}


def _by_time(row: Row) -> tuple[int, int]:
    return int(row["post_time"]), int(row["post_id"])


FUNCTIONS: Final = {
    "fetch_posts": ContentFunction(fetch_posts),
    "get_post": ContentFunction(get_post),
    "get_post_page": ContentFunction(get_post_page),
    "fetch_latest_posts": ContentFunction(fetch_latest_posts),
    "fetch_user_posts": ContentFunction(fetch_user_posts),
    "fetch_first_posts": ContentFunction(fetch_first_posts),
    "fetch_last_posts": ContentFunction(fetch_last_posts),
}
