"""Index, lists, topics and feeds of every recorded viewer, on every database; and what other lines call visible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from flask_phpbb3 import BoundPhpBB3, Row

from ... import boards
from ...apps import board_of, make_app
from ...loading import DRIVERS, Databases
from ...pages import BOARD_URL, Comparison

AssertAgrees = Callable[[Comparison], None]

RELEASE = "3.3.10"
TOPICS_A_PAGE, POSTS_A_PAGE, POSTS_A_FEED = 25, 10, 20
TRACKED_LINK = 10
"""A link forum whose row leads elsewhere, so that the recorder did not see it in the index."""

EVERY_DATABASE = pytest.mark.parametrize(
    ("database", "driver"), [(database, DRIVERS[database][0]) for database in boards.DATABASES]
)
OTHERS = [(release, database) for release, database in boards.RECORDED if release != RELEASE]


@pytest.fixture
def phpbb3(database: str, driver: str, board: Databases) -> Iterator[BoundPhpBB3]:
    app = make_app(driver, board(RELEASE, database), board_url=BOARD_URL)
    with closing(board_of(app).driver):
        yield board_of(app)


def views(database: str) -> dict[str, dict[str, Any]]:
    content: dict[str, dict[str, Any]] = boards.load(RELEASE, f"views-{database}.json.gz")["views"]
    return content


def topics(rows: list[Row]) -> list[int]:
    return [row["topic_id"] for row in rows]


def posts(rows: list[Row]) -> list[str]:
    return [row["url"].removeprefix(f"{BOARD_URL}/") for row in rows]


def on_the_index(rows: list[Row]) -> list[int]:
    """Return the forums that the index names with links: two levels, and what lies deeper as subforums."""
    by_id = {row["forum_id"]: row for row in rows}
    shown = []
    for row in rows:
        chain = [row]
        while chain[0]["parent_id"] in by_id:
            chain.insert(0, by_id[chain[0]["parent_id"]])
        line = next((link for depth, link in enumerate(chain) if link["forum_type"] or depth == 1), row)
        is_below = line is not row
        if row["forum_type"] and not (
            is_below and not (row["display_on_index"] and line["display_subforum_list"])
        ):
            shown.append(row["forum_id"])
    return shown


@EVERY_DATABASE
def test_index(phpbb3: BoundPhpBB3, database: str, assert_agrees: AssertAgrees) -> None:
    found = Comparison(f"index, {database}")
    for viewer, view in views(database).items():
        ours = on_the_index(phpbb3.fetch_forums(user_id=view["user_id"]))
        recorded = [row[0] for row in view["index"]]
        if TRACKED_LINK in ours:
            ours.remove(TRACKED_LINK)
        found.hold(viewer, ours, recorded)
    assert_agrees(found)


@EVERY_DATABASE
def test_forums(phpbb3: BoundPhpBB3, database: str, assert_agrees: AssertAgrees) -> None:
    found = Comparison(f"pages of forums, {database}")
    forums = boards.golden(RELEASE, database)["forums"]
    sizes = {row["forum_id"]: row["forum_topics_per_page"] or TOPICS_A_PAGE for row in forums}
    for viewer, view in views(database).items():
        acl = phpbb3.get_acl(user_id=view["user_id"])
        for forum, page in view["viewforum"].items():
            forum_id = int(forum)
            rows = phpbb3.fetch_topics(forum_id=forum_id, limit=sizes[forum_id], user_id=view["user_id"])
            recorded = page.get("topics") or []
            if rows and not recorded and not acl.has_privilege("f_read", forum_id):
                # The recorder looked for links, and titles that may only be listed are none.
                assert acl.has_privilege("f_list_topics", forum_id)
                assert all(row["url"] is None for row in rows if row["forum_id"] == forum_id)
                continue
            where = (viewer, forum_id)
            found.hold(where, topics(rows), [row["t"] for row in recorded])
            found.hold(
                (*where, "replies"), [row["replies"] for row in rows], [row["replies"] for row in recorded]
            )
            icons = [(row["is_unread"], row["is_mine"]) for row in rows if row["topic_status"] != 2]
            expected = [row["icon"] for row in recorded if row["icon"] != "topic_moved"]
            found.hold((*where, "icons"), icons, [("_unread" in icon, "_mine" in icon) for icon in expected])
    assert_agrees(found)


@EVERY_DATABASE
def test_lists(phpbb3: BoundPhpBB3, database: str, assert_agrees: AssertAgrees) -> None:
    found = Comparison(f"lists across forums, {database}")
    for viewer, view in views(database).items():
        who = {"user_id": view["user_id"]}
        active = phpbb3.fetch_active_topics(days=0, limit=None, **who)
        found.hold((viewer, "active"), topics(active), view["active_topics_all"])
        first = topics(phpbb3.fetch_active_topics(days=0, limit=TOPICS_A_PAGE, **who))
        found.hold((viewer, "active, page 1"), first, view["active_topics"]["topics"])
        behind = topics(phpbb3.fetch_active_topics(days=0, after=first[-1], limit=5, **who))
        found.hold((viewer, "active, after"), behind, view["active_topics_all"][25:30])
        unanswered = phpbb3.fetch_unanswered_topics(limit=TOPICS_A_PAGE, **who)
        found.hold((viewer, "unanswered"), topics(unanswered), view["unanswered"])
        if "unread" in view:
            unread = phpbb3.fetch_unread_topics(limit=TOPICS_A_PAGE, **who)
            found.hold((viewer, "unread"), topics(unread), view["unread"])
            own = phpbb3.fetch_own_topics(limit=TOPICS_A_PAGE, **who)
            found.hold((viewer, "own"), topics(own), view["egosearch_topics"])
    assert_agrees(found)


@EVERY_DATABASE
def test_feeds(phpbb3: BoundPhpBB3, database: str, assert_agrees: AssertAgrees) -> None:
    found = Comparison(f"feeds, {database}")
    for viewer, view in views(database).items():
        who: dict[str, Any] = {"user_id": view["user_id"], "limit": POSTS_A_FEED, "for_feed": True}
        found.hold(
            (viewer, "all"),
            posts(phpbb3.fetch_latest_posts(approved_only=False, **who)),
            view["feed_overall_posts"]["ids"],
        )
        found.hold((viewer, "new"), posts(phpbb3.fetch_first_posts(**who)), view["feed_topics_new"]["ids"])
        ours = posts(phpbb3.fetch_latest_posts(forum_ids=[5], approved_only=False, **who))
        recorded = view["feed_forum_chat"]["ids"]
        if set(ours) != set(recorded) and viewer == "alice":
            found.differs("of a forum's feed without the author's own waiting posts")
        else:
            found.hold((viewer, "forum"), ours, recorded)
    assert_agrees(found)


@EVERY_DATABASE
def test_topics(phpbb3: BoundPhpBB3, database: str, assert_agrees: AssertAgrees) -> None:
    found = Comparison(f"pages of topics, {database}")
    for viewer, view in views(database).items():
        who = {"user_id": view["user_id"]}
        for topic, recorded in view["viewtopic"].items():
            pages = recorded["pages"]
            found.hold((viewer, topic), phpbb3.get_topic(topic_id=int(topic), **who) is not None, bool(pages))
            by_skip, by_after, last = [], [], None
            for number in range(len(pages) or 1):
                rows = phpbb3.fetch_posts(
                    topic_id=int(topic), skip=number * POSTS_A_PAGE, limit=POSTS_A_PAGE, **who
                )
                by_skip += [[row["post_id"] for row in rows]] if rows else []
                rows = phpbb3.fetch_posts(topic_id=int(topic), after=last, limit=POSTS_A_PAGE, **who)
                last = rows[-1]["post_id"] if rows else None
                by_after += [[row["post_id"] for row in rows]] if rows else []
            found.hold((viewer, topic, "skip"), by_skip, pages)
            found.hold((viewer, topic, "after"), by_after, pages)
    assert_agrees(found)


@pytest.mark.parametrize(("release", "database"), OTHERS)
def test_what_other_lines_call_visible(
    release: str, database: str, board: Databases, assert_agrees: AssertAgrees
) -> None:
    golden = boards.golden(release, database)
    found = Comparison(f"visible topics and posts of {release}, {database}")
    protected = {int(forum) for forum, row in golden["forum_desc"].items() if "password" in row["name"]}
    app = make_app(DRIVERS[database][0], board(release, database), board_url=BOARD_URL)
    with closing(board_of(app).driver):
        phpbb3 = board_of(app)
        for user, forums in golden["visible_topics"].items():
            readable = {
                int(forum)
                for forum, options in golden["acl"][user].items()
                if "f_read" in options and int(forum) not in protected
            }
            for forum, recorded in forums.items():
                rows = phpbb3.fetch_topics(forum_id=int(forum), limit=None, user_id=int(user))
                if int(forum) not in readable:
                    assert int(forum) not in protected or rows == []
                    continue
                here = [row for row in rows if row["forum_id"] == int(forum) or row["shadow_id"]]
                ours = {row["shadow_id"] or row["topic_id"] for row in here}
                away = _moved_away(phpbb3, int(forum), readable) & set(recorded) - ours
                if away:
                    found.differs("without what was moved where the viewer may not read")
                found.hold((user, forum), sorted(ours), sorted(set(recorded) - away))
                seen = [
                    post["post_id"]
                    for row in here
                    if not row["shadow_id"]
                    for post in phpbb3.fetch_posts(topic_id=row["topic_id"], limit=None, user_id=int(user))
                ]
                expected = golden["visible_posts"][user].get(forum, [])
                found.hold((user, forum, "posts"), sorted(seen), sorted(expected))
    assert_agrees(found)


def _moved_away(phpbb3: BoundPhpBB3, forum_id: int, readable: set[int]) -> set[int]:
    """Return the topics of a forum that were moved where a viewer may not read."""
    rows = phpbb3.fetch_topics(forum_id=forum_id, limit=None, unfiltered=True)
    return {row["shadow_id"] for row in rows if row["shadow_id"] and row["forum_id"] not in readable}
