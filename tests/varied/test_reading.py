"""What everybody on the board may read, list by list, next to loops over the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from flask_phpbb3 import BoundPhpBB3

from ..apps import clock
from .conftest import World
from .reading_by_rows import ReadingByRows
from .times import NOW

VIEWERS = (
    *("guest", "admin", "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy"),
    *("kate", "lena", "mallory", "nina", "oscar", "quentin", "rita", "steve", "trent"),
)
AUTHORS = ("alice", "mallory", "ivan")

Tally = Callable[[str, int], None]
Differences = dict[Any, tuple[Any, Any]]


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    with clock(NOW):
        yield


@pytest.fixture
def viewers(world: World) -> dict[str, ReadingByRows]:
    return {name: ReadingByRows(world.made, world.made.people[name]) for name in VIEWERS}


def topics(rows: list[dict[str, Any]]) -> list[int]:
    return [row["topic_id"] for row in rows]


def posts(rows: list[dict[str, Any]]) -> list[int]:
    return [row["post_id"] for row in rows]


class Comparison:
    """Collect what differs, and count what is equal."""

    def __init__(self, tally: Tally) -> None:
        self.equal = 0
        self._tally = tally
        self.different: Differences = {}

    def hold(self, where: Any, ours: Any, expected: Any) -> None:
        if ours == expected:
            self.equal += 1
        elif isinstance(ours, list) and sorted(ours) != sorted(expected):
            missing, more = set(expected) - set(ours), set(ours) - set(expected)
            self.different[where] = (f"without {sorted(missing)}", f"and with {sorted(more)}")
        else:
            self.different[where] = (ours, expected)

    def check(self, least: int) -> None:
        """Fail if anything differed, or if fewer answers were compared than there must be."""
        assert dict(list(self.different.items())[:10]) == {}
        assert self.equal >= least
        self._tally("lists and pages", self.equal)


def test_the_index(phpbb3: BoundPhpBB3, viewers: dict[str, ReadingByRows], tally: Tally) -> None:
    found = Comparison(tally)
    for name, viewer in viewers.items():
        rows = phpbb3.fetch_forums(user_id=viewer.user_id)
        found.hold(name, [row["forum_id"] for row in rows], viewer.index())
        for row in rows:
            where, forum = (name, row["forum_name"]), row["forum_id"]
            found.hold((*where, "counts"), (row["topics"], row["posts"]), viewer.counts(forum))
            found.hold((*where, "last"), row["forum_last_post_id"], viewer.last_post(forum))
            found.hold((*where, "unread"), row["is_unread"], viewer.is_forum_unread(forum))
            found.hold((*where, "password"), row["needs_password"], viewer.is_locked(forum))
            found.hold((*where, "readable"), row["is_readable"], viewer.reads(forum))
    found.check(1000)


def test_pages_of_forums(phpbb3: BoundPhpBB3, viewers: dict[str, ReadingByRows], tally: Tally) -> None:
    found = Comparison(tally)
    for name, viewer in viewers.items():
        for forum in viewer.forums:
            where = (name, viewer.forums[forum]["forum_name"])
            opened = phpbb3.get_forum(forum_id=forum, user_id=viewer.user_id) is not None
            found.hold((*where, "opens"), opened, viewer.enters(forum))
            rows = phpbb3.fetch_topics(forum_id=forum, limit=None, user_id=viewer.user_id)
            found.hold(where, topics(rows), viewer.page_of(forum))
            for row in rows:
                unread = viewer.is_unread(viewer.topics[row["topic_id"]])
                found.hold((*where, row["topic_title"], "unread"), row["is_unread"], unread)
                readable = viewer.reads(row["forum_id"])
                found.hold((*where, row["topic_title"], "link"), row["url"] is not None, readable)
    found.check(2000)


def test_topics_and_their_posts(phpbb3: BoundPhpBB3, viewers: dict[str, ReadingByRows], tally: Tally) -> None:
    found = Comparison(tally)
    for name in ("guest", "alice", "bob", "oscar"):
        viewer = viewers[name]
        for topic, row in viewer.topics.items():
            shown = phpbb3.get_topic(topic_id=topic, user_id=viewer.user_id)
            found.hold((name, row["topic_title"]), shown is not None, viewer.shows_topic(topic))
            ours = posts(phpbb3.fetch_posts(topic_id=topic, limit=None, user_id=viewer.user_id))
            found.hold((name, row["topic_title"], "posts"), ours, viewer.posts_of(topic))
    for name in ("alice", "bob"):
        viewer = viewers[name]
        for post in list(viewer.posts)[::2]:
            shown = phpbb3.get_post(post_id=post, user_id=viewer.user_id)
            found.hold((name, post), shown is not None, viewer.shows_post(post))
    found.check(1200)


LISTS: dict[str, tuple[Callable[[BoundPhpBB3, int], list[int]], Callable[[ReadingByRows], list[int]]]] = {
    "active topics": (
        lambda phpbb3, who: topics(phpbb3.fetch_active_topics(limit=None, user_id=who)),
        lambda viewer: viewer.active(7),
    ),
    "active topics of ever": (
        lambda phpbb3, who: topics(phpbb3.fetch_active_topics(days=0, limit=None, user_id=who)),
        lambda viewer: viewer.active(0),
    ),
    "unanswered topics": (
        lambda phpbb3, who: topics(phpbb3.fetch_unanswered_topics(limit=None, user_id=who)),
        lambda viewer: viewer.unanswered(),
    ),
    "unread topics": (
        lambda phpbb3, who: topics(phpbb3.fetch_unread_topics(limit=None, user_id=who)),
        lambda viewer: viewer.unread(),
    ),
    "own topics": (
        lambda phpbb3, who: topics(phpbb3.fetch_own_topics(limit=None, user_id=who)),
        lambda viewer: viewer.own(),
    ),
    "latest topics": (
        lambda phpbb3, who: topics(phpbb3.fetch_latest_topics(limit=None, user_id=who)),
        lambda viewer: viewer.latest_topics(approved_only=True),
    ),
    "latest topics of moderators, for feeds": (
        lambda phpbb3, who: topics(
            phpbb3.fetch_latest_topics(limit=None, approved_only=False, for_feed=True, user_id=who)
        ),
        lambda viewer: viewer.latest_topics(approved_only=False, for_feed=True),
    ),
    "latest posts": (
        lambda phpbb3, who: posts(phpbb3.fetch_latest_posts(limit=None, user_id=who)),
        lambda viewer: viewer.latest_posts(approved_only=True),
    ),
    "latest posts, a page": (
        lambda phpbb3, who: posts(phpbb3.fetch_latest_posts(skip=5, limit=20, user_id=who)),
        lambda viewer: viewer.latest_posts(approved_only=True)[5:25],
    ),
    "latest posts of moderators": (
        lambda phpbb3, who: posts(phpbb3.fetch_latest_posts(limit=None, approved_only=False, user_id=who)),
        lambda viewer: viewer.latest_posts(approved_only=False),
    ),
    "latest posts, for feeds": (
        lambda phpbb3, who: posts(phpbb3.fetch_latest_posts(limit=15, for_feed=True, user_id=who)),
        lambda viewer: viewer.latest_posts(approved_only=True, for_feed=True)[:15],
    ),
    "posts with a word": (
        lambda phpbb3, who: posts(phpbb3.fetch_posts_matching(words="answer", limit=None, user_id=who)),
        lambda viewer: viewer.posts_with("answer"),
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_across_forums(
    phpbb3: BoundPhpBB3, viewers: dict[str, ReadingByRows], tally: Tally, name: str
) -> None:
    ours, expected = LISTS[name]
    found = Comparison(tally)
    for viewer_name, viewer in viewers.items():
        found.hold(viewer_name, ours(phpbb3, viewer.user_id), expected(viewer))
    found.check(len(viewers))
    assert len({tuple(expected(viewer)) for viewer in viewers.values()}) > 3, "everybody sees the same"


def test_what_somebody_wrote(
    phpbb3: BoundPhpBB3, world: World, viewers: dict[str, ReadingByRows], tally: Tally
) -> None:
    found = Comparison(tally)
    for name, viewer in viewers.items():
        for author in AUTHORS:
            who: dict[str, Any] = {
                "user_id": world.made.people[author],
                "viewer_id": viewer.user_id,
                "limit": None,
            }
            written = topics(phpbb3.fetch_user_topics(**who))
            found.hold((name, author, "topics"), written, viewer.written_in(who["user_id"]))
            begun = topics(phpbb3.fetch_user_topics(begun=True, **who))
            found.hold((name, author, "begun"), begun, viewer.begun_by(who["user_id"]))
            ours = posts(phpbb3.fetch_user_posts(**who))
            found.hold((name, author, "posts"), ours, viewer.posts_by(who["user_id"]))
    found.check(3 * len(viewers))
