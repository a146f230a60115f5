"""Index rows, lists of topics, posts and feeds as phpBB gave them to its templates, for every recorded viewer."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from flask_phpbb3 import BoundPhpBB3, Row, escape, unescape
from flask_phpbb3.plugins.queries import parse_statement
from flask_phpbb3.rendering.censor import Censor

from ...apps import board_of, clock, make_app
from ...loading import DRIVERS, Databases
from ...pages import BOARD_URL, RELEASE, Comparison, link, pages, plain

AssertAgrees = Callable[[Comparison], None]
EVERY_DATABASE = pytest.mark.parametrize(
    ("database", "driver"), [(database, drivers[0]) for database, drivers in DRIVERS.items()]
)
POSTS_A_PAGE, POSTS_A_FEED, TOPICS_A_PAGE = 10, 20, 25
FORUM_IN_FEEDS, TOPIC_IN_FEEDS = 5, 7
WAITS = (0, 3)
UNCENSORED = ("dave", "hana")
"""Who may switch the word censor off, and did."""
_WORDS = parse_statement(
    "fetch_words", "SELECT word, replacement FROM phpbb_words ORDER BY replacement", source="test"
)


@pytest.fixture
def phpbb3(database: str, driver: str, board: Databases) -> Iterator[BoundPhpBB3]:
    app = make_app(driver, board(RELEASE, database, dump="content"), board_url=BOARD_URL)
    with closing(board_of(app).driver):
        yield board_of(app)


Censored = Callable[[str, str], str]


@pytest.fixture
def censored(phpbb3: BoundPhpBB3) -> Censored:
    """Return a title as pages show it to a viewer."""
    censor = Censor(phpbb3.driver.read(_WORDS, {}))
    return lambda viewer, title: title if viewer in UNCENSORED else unescape(censor.title(escape(title)))


@EVERY_DATABASE
def test_index_rows(
    phpbb3: BoundPhpBB3, database: str, driver: str, censored: Censored, assert_agrees: AssertAgrees
) -> None:
    found = Comparison(f"rows of the index, {driver}")
    for viewer, page in pages().items():
        with clock(page["now"]):
            rows = {row["forum_id"]: row for row in phpbb3.fetch_forums(user_id=page["user_id"])}
        for recorded in page["index"]["forumrow"]:
            row = rows[int(recorded["FORUM_ID"])]
            where = (viewer, row["forum_id"])
            found.hold((*where, "name"), row["forum_name"], unescape(recorded["FORUM_NAME"]))
            if "POSTS" not in recorded:
                continue
            counts = (recorded["TOPICS"], recorded["POSTS"])
            if database == "postgresql":  # counters of hidden posts, and times, differ on others
                found.hold((*where, "counts"), (row["topics"], row["posts"]), counts)
                found.hold((*where, "unread"), row["is_unread"], recorded.get("S_UNREAD_FORUM", False))
            _hold_last_post(found, where, row, recorded, censored)
    assert_agrees(found)


def _hold_last_post(
    found: Comparison, where: Any, row: Row, recorded: dict[str, Any], censored: Censored
) -> None:
    if not row["forum_last_post_id"] and recorded.get("U_LAST_POST"):
        found.differs("without the last poster of what may not be read")
        return
    theirs = (
        plain(recorded["LAST_POSTER"]),
        recorded.get("LAST_POSTER_COLOUR", "").lstrip("#"),
        recorded.get("LAST_POST_SUBJECT", "") and unescape(recorded["LAST_POST_SUBJECT"]),
        f"./viewtopic.php?p={row['forum_last_post_id']}#p{row['forum_last_post_id']}",
    )
    names = ("forum_last_poster_name", "forum_last_poster_colour")
    ours = (
        *(row[name] for name in names),
        censored(where[0], row["forum_last_post_subject"]),
        recorded["U_LAST_POST"],
    )
    found.hold((*where, "last post"), ours, theirs)


@EVERY_DATABASE
def test_lists_of_topics(
    phpbb3: BoundPhpBB3, database: str, driver: str, censored: Censored, assert_agrees: AssertAgrees
) -> None:
    found = Comparison(f"rows of topics, {driver}")
    for viewer, page in pages().items():
        for forum, shown in page["viewforum"].items():
            with clock(page["now"]):
                forum_row = phpbb3.get_forum(forum_id=int(forum), user_id=page["user_id"])
                size = (forum_row or {}).get("forum_topics_per_page") or TOPICS_A_PAGE
                rows = phpbb3.fetch_topics(forum_id=int(forum), limit=size, user_id=page["user_id"])
            recorded = _without_what_is_stricter(found, shown.get("topicrow", []), rows)
            ids = [int(theirs["TOPIC_ID"]) for theirs in recorded]
            found.hold((viewer, forum), [row["topic_id"] for row in rows], ids)
            for row, theirs in zip(rows, recorded, strict=False):
                where = (viewer, forum, row["topic_id"])
                ours, expected = _topic(row), _recorded_topic(theirs)
                if database != "postgresql":  # whose times the pages show
                    del ours["unread"], expected["unread"]
                _hold(found, where, ours, expected, theirs, censored)
                # Counters of hidden posts differ on others.
                if "REPLIES" in theirs and database == "postgresql":
                    found.hold((*where, "replies"), row["replies"], theirs["REPLIES"])
    assert_agrees(found)


def _without_what_is_stricter(found: Comparison, recorded: list[Any], rows: list[Row]) -> list[Any]:
    """Leave out announcements and pointers that only phpBB shows: of forums that the viewer may not read."""
    ours = {row["topic_id"] for row in rows}
    kept = []
    for theirs in recorded:
        stricter = theirs.get("S_POST_GLOBAL") or theirs.get("S_TOPIC_MOVED")
        if stricter and int(theirs["TOPIC_ID"]) not in ours:
            found.differs("without announcements and pointers that lead where the viewer may not read")
        else:
            kept.append(theirs)
    return kept


def _hold(
    found: Comparison,
    where: Any,
    ours: dict[str, Any],
    recorded: dict[str, Any],
    theirs: dict[str, Any],
    censored: Censored,
) -> None:
    """Compare a row, but what it says in another way: a guest's name, a topic that was moved, what waits."""
    ours["title"] = censored(where[0], ours["title"])
    for name in ("author", "last author"):
        if ours.get(name) in ("", "Anonymous"):
            found.differs("with the name of guests as it is stored, not the word of a language")
            del ours[name], recorded[name]
    if theirs.get("S_TOPIC_MOVED") and "unread" in ours:
        found.differs("with the mark of where a topic was moved")
        del ours["unread"], recorded["unread"]
    if ours["waits"] and not recorded["waits"]:
        found.differs("with the state of the viewer's own that waits, which phpBB tells moderators only")
        del ours["waits"], recorded["waits"]
    found.hold(where, ours, recorded)


def _topic(row: Row) -> dict[str, Any]:
    return {
        "title": row["topic_title"],
        "type": str(row["topic_type"]),
        "author": row["topic_first_poster_name"],
        "last author": row["topic_last_poster_name"],
        "views": str(row["topic_views"]),
        "forum": str(row["forum_id"]),
        "unread": row["is_unread"],
        "moved": row["topic_status"] == 2,
        "poll": bool(row["poll_start"]),
        "reported": bool(row["topic_reported"]),
        "waits": row["topic_visibility"] in WAITS,
        "deleted": row["topic_visibility"] == 2,
    }


def _recorded_topic(recorded: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": unescape(recorded["TOPIC_TITLE"]),
        "type": str(recorded["S_TOPIC_TYPE"]),
        "author": plain(recorded["TOPIC_AUTHOR_FULL"]),
        "last author": plain(recorded["LAST_POST_AUTHOR_FULL"]),
        "views": recorded["VIEWS"],
        "forum": str(recorded["FORUM_ID"]),
        "unread": bool(recorded.get("S_UNREAD_TOPIC")),
        "moved": bool(recorded.get("S_TOPIC_MOVED")),
        "poll": bool(recorded.get("S_HAS_POLL")),
        "reported": bool(recorded.get("S_TOPIC_REPORTED")),
        "waits": bool(recorded.get("S_TOPIC_UNAPPROVED")),
        "deleted": bool(recorded.get("S_TOPIC_DELETED")),
    }


@EVERY_DATABASE
def test_posts_of_topics(
    phpbb3: BoundPhpBB3, database: str, driver: str, censored: Censored, assert_agrees: AssertAgrees
) -> None:
    found = Comparison(f"rows of posts, {driver}")
    for viewer, page in pages().items():
        for topic, parts in page["viewtopic"].items():
            for number, part in enumerate(parts):
                with clock(page["now"]):
                    rows = phpbb3.fetch_posts(
                        topic_id=int(topic),
                        skip=number * POSTS_A_PAGE,
                        limit=POSTS_A_PAGE,
                        user_id=page["user_id"],
                    )
                recorded = part.get("posts", [])
                ids = [int(theirs["POST_ID"]) for theirs in recorded]
                found.hold((viewer, topic, number), [row["post_id"] for row in rows], ids)
                for row, theirs in zip(rows, recorded, strict=False):
                    where = (viewer, topic, row["post_id"])
                    ours, expected = _post(row), _recorded_post(theirs)
                    # The page before has been seen, or at other seconds.
                    if number or database != "postgresql":
                        del ours["unread"], expected["unread"]
                    _hold(found, where, ours, expected, theirs, censored)
                    if database == "postgresql":  # whose times the pages show
                        found.hold((*where, "time"), row["post_time"], _seconds(theirs["POST_DATE_RFC3339"]))
    assert_agrees(found)


def _post(row: Row) -> dict[str, Any]:
    author = row["author"]
    edited = row["post_edit_count"] or row["post_edit_reason"]
    return {
        "title": row["post_subject"],
        "author": author["username"],
        "author's page": author["url"],
        "author's posts": author["user_posts"],
        "rank": author["rank_title"],
        "unread": row["is_unread"],
        "foe": row["foe"],
        "waits": row["post_visibility"] in WAITS,
        "edited": bool(edited),
        "edit reason": row["post_edit_reason"],
    }


def _recorded_post(recorded: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": unescape(recorded["POST_SUBJECT"]),
        "author": plain(recorded["POST_AUTHOR_FULL"]),
        "author's page": link(recorded["POST_AUTHOR_FULL"]),
        "author's posts": int(recorded.get("POSTER_POSTS", 0)),
        "rank": unescape(recorded.get("RANK_TITLE", "")),
        "unread": bool(recorded.get("S_UNREAD_POST")),
        "foe": bool(recorded.get("S_IGNORE_POST")),
        "waits": bool(recorded.get("S_POST_UNAPPROVED")),
        "edited": bool(recorded.get("EDITED_MESSAGE")),
        "edit reason": unescape(recorded.get("EDIT_REASON", "")),
    }


def _seconds(recorded: str) -> int:
    return int(datetime.datetime.fromisoformat(recorded).timestamp())


@EVERY_DATABASE
def test_feeds(phpbb3: BoundPhpBB3, driver: str, assert_agrees: AssertAgrees) -> None:
    found = Comparison(f"entries of feeds, {driver}")
    for viewer, page in pages().items():
        feeds = page["feeds"]
        who: dict[str, Any] = {"user_id": page["user_id"], "limit": POSTS_A_FEED, "for_feed": True}
        with clock(page["now"]):
            every = phpbb3.fetch_latest_posts(**who)
            new = phpbb3.fetch_first_posts(**who)
            one = phpbb3.fetch_latest_posts(forum_ids=[FORUM_IN_FEEDS], **who)
        found.hold((viewer, "all"), _posts(every), _entries(feeds["feed"]))
        found.hold((viewer, "new topics"), _posts(new), _entries(feeds["feed/topics"]))
        recorded = _entries(feeds[f"feed/forum/{FORUM_IN_FEEDS}"])
        own = {
            row["post_id"] for row in _of_forum(phpbb3, page["user_id"]) if row["post_visibility"] in WAITS
        }
        if set(recorded) & own - set(_posts(one)):
            found.differs("of a forum's feed without the author's own waiting posts")
        else:
            found.hold((viewer, "forum"), _posts(one), recorded)
    assert_agrees(found)


def _of_forum(phpbb3: BoundPhpBB3, user_id: int) -> list[Row]:
    topics = phpbb3.fetch_topics(forum_id=FORUM_IN_FEEDS, limit=5, user_id=user_id)
    return [
        row
        for topic in topics
        for row in phpbb3.fetch_posts(topic_id=topic["topic_id"], limit=None, user_id=user_id)
    ]


def _posts(rows: list[Row]) -> list[int]:
    return [row["post_id"] for row in rows]


def _entries(recorded: dict[str, Any]) -> list[int]:
    return [int(found[1]) for entry in recorded["ids"] if (found := re.search(r"#p(\d+)$", entry))]
