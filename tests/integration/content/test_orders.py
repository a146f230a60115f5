"""Lists in the order and of the days that a viewer chose, without foes, and pages found again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from flask_phpbb3 import BoundPhpBB3, PhpBB3
from flask_phpbb3.testing import EmbeddedBoard

from ...apps import board_of, clock, close
from ...miniatures import PAIRS, Build

pytestmark = pytest.mark.slow

LINES = ("3.0", "3.1", "3.2", "3.3", "4.0")
NOW = 1_700_000_000
DAY = 86_400


class Site:
    """A forum with a sticky topic and three others, by two authors, a day apart."""

    def __init__(self, directory: Path, line: str) -> None:
        self.line = line
        board = self.board = EmbeddedBoard(directory / "forum.db", version=line)
        self.forum = board.add_forum("Talk")
        board.grant_role("ROLE_FORUM_STANDARD", group="REGISTERED", forum=self.forum)
        board.grant_role("ROLE_FORUM_READONLY", group="GUESTS", forum=self.forum)
        for name in ("alice", "bob", "reader"):
            board.add_user(name, user_lastmark=0)
        self.topics = {"sticky": self._topic("Zebra", "bob", 9, topic_type=1)}
        banana = self.topics["banana"] = self._topic("Banana", "bob", 3, topic_views=5)
        for number, author in enumerate(("alice", "bob", "alice")):
            time = NOW - 3 * DAY + 10 + number
            board.add_post(banana, f"{number}", author, time=time, post_subject=f"Re: {'cab'[number]}")
        self.topics["apple"] = self._topic("Apple", "alice", 2, topic_views=9)
        self.topics["cherry"] = self._topic("Cherry", "bob", 1, topic_views=7)
        app = self.app = Flask("orders")
        app.config.update(board.settings)
        PhpBB3(app)
        self.phpbb3: BoundPhpBB3 = board_of(app)

    def _topic(self, title: str, author: str, days: int, **columns: Any) -> int:
        return self.board.add_topic(self.forum, title, author, time=NOW - days * DAY, **columns)

    @property
    def reader(self) -> int:
        return self.board.user_id("reader")

    def topic_names(self, **options: Any) -> list[str]:
        names = {topic_id: name for name, topic_id in self.topics.items()}
        with clock(NOW):
            rows = self.phpbb3.fetch_topics(forum_id=self.forum, user_id=self.reader, **options)
        return [names[row["topic_id"]] for row in rows]

    def posts(self, **options: Any) -> list[dict[str, Any]]:
        with clock(NOW):
            rows: list[dict[str, Any]] = self.phpbb3.fetch_posts(
                topic_id=self.topics["banana"], user_id=self.reader, **options
            )
        return rows


@pytest.fixture(params=LINES)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path, request.param)
    with closing(made.board), closing(made.phpbb3.driver):
        yield made


@pytest.mark.parametrize(
    ("by", "rising", "order"),
    [
        ("t", "d", ["cherry", "apple", "banana"]),
        ("t", "a", ["banana", "apple", "cherry"]),
        ("s", "a", ["apple", "banana", "cherry"]),
        ("s", "d", ["cherry", "banana", "apple"]),
        ("v", "d", ["apple", "cherry", "banana"]),
        ("v", "a", ["banana", "cherry", "apple"]),
        ("r", "d", ["banana", "cherry", "apple"]),
        ("r", "a", ["apple", "cherry", "banana"]),
        ("a", "a", ["apple", "banana", "cherry"]),
        ("a", "d", ["cherry", "banana", "apple"]),
    ],
)
def test_topics_in_the_order_that_a_viewer_chose(site: Site, by: str, rising: str, order: list[str]) -> None:
    site.board.change_user("reader", user_topic_sortby_type=by, user_topic_sortby_dir=rising)
    assert site.topic_names() == ["sticky", *order]
    assert site.topic_names(skip=1, limit=2) == order[:2]
    assert site.topic_names(skip=2, limit=5) == order[1:]


def test_topics_of_the_days_that_a_viewer_chose(site: Site) -> None:
    site.board.change_user("reader", user_topic_show_days=7)
    assert site.topic_names() == ["cherry", "apple", "banana"]
    site.board.change_user("reader", user_topic_show_days=1)
    assert site.topic_names() == ["cherry"]
    site.board.change_user("reader", user_topic_show_days=30, user_topic_sortby_type="s")
    assert site.topic_names()[0] == "sticky"


@pytest.mark.parametrize(
    ("by", "rising", "order"),
    [
        ("t", "a", ["Banana", "Re: c", "Re: a", "Re: b"]),
        ("t", "d", ["Re: b", "Re: a", "Re: c", "Banana"]),
        ("s", "a", ["Banana", "Re: a", "Re: b", "Re: c"]),
        ("s", "d", ["Re: c", "Re: b", "Re: a", "Banana"]),
        ("a", "a", ["Re: c", "Re: b", "Banana", "Re: a"]),
        ("a", "d", ["Re: a", "Banana", "Re: b", "Re: c"]),
    ],
)
def test_posts_in_the_order_that_a_viewer_chose(site: Site, by: str, rising: str, order: list[str]) -> None:
    site.board.change_user("reader", user_post_sortby_type=by, user_post_sortby_dir=rising)
    assert [row["post_subject"] for row in site.posts()] == order
    for skip in range(4):
        assert [row["post_subject"] for row in site.posts(skip=skip, limit=1)] == order[skip : skip + 1]
    if by == "t":
        first = site.posts(limit=1)[0]["post_id"]
        assert [row["post_subject"] for row in site.posts(after=first)] == order[1:]


def test_posts_of_the_days_that_a_viewer_chose(site: Site) -> None:
    site.board.add_post(site.topics["banana"], "late", "bob", time=NOW - 60, post_subject="Late")
    site.board.change_user("reader", user_post_show_days=1)
    assert [row["post_subject"] for row in site.posts()] == ["Late"]


def test_foes_are_told_and_left_out_on_demand(site: Site) -> None:
    site.board.insert("zebra", user_id=site.reader, zebra_id=site.board.user_id("bob"), friend=0, foe=1)
    site.board.insert("zebra", user_id=site.reader, zebra_id=site.board.user_id("alice"), friend=1, foe=0)
    authors = [(row["author"]["username"], row["foe"]) for row in site.posts()]
    assert authors == [("bob", True), ("alice", False), ("bob", True), ("alice", False)]
    assert [row["author"]["username"] for row in site.posts(hide_foes=True)] == ["alice", "alice"]
    latest = site.phpbb3.fetch_latest_posts(limit=20, hide_foes=True, user_id=site.reader)
    assert latest
    assert {row["author"]["username"] for row in latest} == {"alice"}
    everybody = site.phpbb3.fetch_latest_posts(limit=20, hide_foes=True, user_id=site.board.user_id("alice"))
    assert "bob" in {row["author"]["username"] for row in everybody}


def test_where_a_post_stands(site: Site) -> None:
    posts = site.board.post_ids(site.topics["banana"])
    second_of_another = NOW - 3 * DAY + 11
    site.board.add_post(site.topics["banana"], "later", "bob", time=second_of_another)
    found = [site.phpbb3.get_post_page(post_id=post, per_page=2, user_id=site.reader) for post in posts]
    assert [(row["position"], row["page"], row["skip"]) for row in found if row] == [
        (0, 1, 0),
        (1, 1, 0),
        (2, 2, 2),
        (4, 3, 4),
    ]
    for row, post in zip(found, posts, strict=True):
        assert row is not None
        page = site.posts(skip=row["skip"], limit=2)
        assert post in [shown["post_id"] for shown in page]
    assert site.phpbb3.get_post_page(post_id=10**6, user_id=site.reader) is None
    default = site.phpbb3.get_post_page(post_id=posts[-1], user_id=site.reader)
    assert default is not None
    assert (default["page"], default["topic_id"]) == (1, site.topics["banana"])


def test_where_a_post_stands_for_who_reads_from_the_end_or_the_last_days(site: Site) -> None:
    topic = site.topics["banana"]
    for number in range(5):
        site.board.add_post(topic, f"{number}", "bob", time=NOW - number // 2)
    wishes = ({"user_post_sortby_dir": "d"}, {"user_post_show_days": 2})
    for wish in (*wishes, {**wishes[0], **wishes[1]}):
        site.board.change_user("reader", user_post_sortby_dir="a", user_post_show_days=0)
        site.board.change_user("reader", **wish)
        with clock(NOW):
            shown = [row["post_id"] for row in site.posts(limit=None)]
            assert len(shown) == (9 if wish == wishes[0] else 5)
            for place, post in enumerate(shown):
                found = site.phpbb3.get_post_page(post_id=post, per_page=2, user_id=site.reader)
                assert found is not None
                assert (found["position"], found["skip"]) == (place, place - place % 2)


@pytest.mark.parametrize("kind", [1, 2, 3])
def test_what_stood_above_until_a_day_stands_below_after_it(site: Site, kind: int) -> None:
    late = site._topic("Old news", "bob", 5, topic_type=kind, topic_time_limit=6 * DAY)
    site.topics["limited"] = late
    assert "limited" in site.topic_names()[:2]
    with clock(NOW + 2 * DAY):
        rows = site.phpbb3.fetch_topics(forum_id=site.forum, user_id=site.reader)
    names = {topic_id: name for name, topic_id in site.topics.items()}
    below = [] if (kind, site.line) == (3, "3.0") else ["limited"]  # which keeps global ones in no forum
    assert [names[row["topic_id"]] for row in rows] == ["sticky", "cherry", "apple", "banana", *below]


def test_unread_topics_by_marks_of_every_kind(site: Site) -> None:
    def unread(**options: Any) -> list[str]:
        names = {topic_id: name for name, topic_id in site.topics.items()}
        rows = site.phpbb3.fetch_unread_topics(user_id=site.reader, **options)
        return [names[row["topic_id"]] for row in rows]

    def mark(topic: str, days: int) -> None:
        site.board.insert(
            "topics_track", user_id=site.reader, topic_id=site.topics[topic], forum_id=site.forum,
            mark_time=NOW - days * DAY,
        )  # fmt: skip

    assert unread() == unread(limit=None) == ["cherry", "apple", "banana", "sticky"]
    mark("cherry", 1)
    assert unread() == ["apple", "banana", "sticky"]
    site.board.insert("forums_track", user_id=site.reader, forum_id=site.forum, mark_time=NOW - 2 * DAY - 60)
    assert unread() == unread(limit=None) == ["apple"]
    mark("sticky", 10)  # moved here after the forum was marked: its own mark counts
    assert unread() == unread(limit=None) == ["apple", "sticky"]
    assert unread(limit=1) == ["apple"]
    assert unread(limit=1, skip=1) == ["sticky"]
    site.board.change_user("reader", user_lastmark=NOW - 5 * DAY)
    assert unread() == ["apple"]
    site.board.change_user("reader", user_lastmark=NOW)
    assert unread() == unread(limit=None) == []


def test_a_forum_that_was_marked_keeps_a_topic_that_was_moved_into_it(site: Site) -> None:
    site.board.insert("forums_track", user_id=site.reader, forum_id=site.forum, mark_time=NOW)
    assert site.phpbb3.fetch_unread_topics(user_id=site.reader) == []
    site.board.insert(
        "topics_track",
        user_id=site.reader,
        topic_id=site.topics["apple"],
        forum_id=site.forum,
        mark_time=NOW - 9 * DAY,
    )
    rows = site.phpbb3.fetch_unread_topics(user_id=site.reader)
    assert [row["topic_id"] for row in rows] == [site.topics["apple"]]
    assert rows[0]["is_unread"] is True


def test_what_a_guest_has_not_read_by_the_cookie(site: Site) -> None:
    start = NOW - 100 * DAY
    site.board.set_config("board_startdate", start)
    names = {topic_id: name for name, topic_id in site.topics.items()}

    @site.app.get("/")
    def unread() -> list[str]:
        return [names[row["topic_id"]] for row in site.phpbb3.fetch_unread_topics()]

    def ask(cookie: str) -> Any:
        client = site.app.test_client()
        client.set_cookie("phpbb3_mini_track", quote(cookie))
        return client.get("/").json

    every = ["cherry", "apple", "banana", "sticky"]
    all_read, apple, days = (_base36(n) for n in (97 * DAY + 60, site.topics["apple"], 98 * DAY))
    assert ask(f"l:{all_read};") == []  # the board keeps no marks of guests
    site.board.set_config("load_anon_lastread", 1)
    assert ask("") == ask("what?") == every
    assert ask(f"l:{all_read};") == ["cherry", "apple"]
    assert ask(f"f:({site.forum}:{all_read};);") == ["cherry", "apple"]
    assert ask(f"l:{all_read};t:({apple}:{days};);") == ["cherry"]


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    found = digits[number % 36]
    while number := number // 36:
        found = digits[number % 36] + found
    return found


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize(("database", "driver"), [pair for pair in PAIRS if pair[0] != "sqlite"])
def test_unread_topics_on_every_server(build: Build, database: str, driver: str, line: str) -> None:
    made = build(database, driver, line)
    board = made.board
    forum = board.add_forum("Talk")
    board.grant_role("ROLE_FORUM_STANDARD", group="REGISTERED", forum=forum)
    reader = board.add_user("reader", user_lastmark=0)
    sticky = board.add_topic(forum, "Sticky", "admin", topic_type=1, time=NOW - 5 * DAY)
    topics = [
        board.add_topic(forum, f"Topic {days}", "admin", time=NOW - days * DAY) for days in (4, 3, 2, 1)
    ]
    app = Flask("unread")
    app.config.update(made.config)
    PhpBB3(app)
    phpbb3 = board_of(app)

    def unread(**options: Any) -> list[int]:
        return [row["topic_id"] for row in phpbb3.fetch_unread_topics(user_id=reader, **options)]

    try:
        rows = phpbb3.fetch_topics(forum_id=forum, user_id=reader)
        assert [row["topic_id"] for row in rows] == [sticky, *topics[::-1]]
        assert unread() == [*topics[::-1], sticky]
        board.insert("forums_track", user_id=reader, forum_id=forum, mark_time=NOW - 3 * DAY)
        assert unread() == unread(limit=None) == topics[:1:-1]
        for topic in (topics[0], topics[3]):
            board.insert(
                "topics_track", user_id=reader, topic_id=topic, forum_id=forum, mark_time=NOW - 4 * DAY - 1
            )
        assert unread() == [topics[3], topics[2], topics[0]]
        assert unread(skip=1, limit=1) == [topics[2]]
    finally:
        close(app)
