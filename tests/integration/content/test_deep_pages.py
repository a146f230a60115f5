"""Pages however deep, of many rows of one second, and numbers that no board has rows for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from flask_phpbb3 import BoundPhpBB3, ParameterError, PhpBB3
from flask_phpbb3.board.asked import AskedStatement
from flask_phpbb3.testing import EmbeddedBoard

from ...apps import board_of, close
from ...miniatures import PAIRS, Build

pytestmark = pytest.mark.slow

LINES = ("3.0", "3.1", "3.2", "3.3", "4.0")
NOW = 1_700_000_000
TOPICS = 64
"""More than are read of each forum for itself."""
MOST = 2**63 - 1
HIDDEN = 7
"""Every so many topics are seen by moderators only."""


class Site:
    """A forum with many topics, three of each second, and below it in the tree nothing; guests have no marks."""

    def __init__(self, board: Any, settings: dict[str, Any]) -> None:
        self.board = board
        self.category = board.add_forum("All", forum_type=0)
        self.forum = board.add_forum("Talk", parent=self.category)
        for forum in (self.category, self.forum):
            board.grant_role("ROLE_FORUM_STANDARD", group="REGISTERED", forum=forum)
            board.grant_role("ROLE_FORUM_READONLY", group="GUESTS", forum=forum)
        board.grant(option="u_search", group="GUESTS")
        board.grant(option="f_search", group="GUESTS", forum=self.forum)
        self.author, self.moderator = board.add_user("author"), board.add_user("moderator")
        board.grant_role("ROLE_USER_FULL", group="REGISTERED")
        board.grant(option="m_approve", user="moderator", forum=self.forum)
        with board._rows.transaction():
            for number in range(TOPICS):
                board.add_topic(
                    self.forum,
                    f"{number}",
                    "author",
                    time=NOW + number // 3,
                    topic_type=int(number % 16 == 0),
                    visibility=int(number % HIDDEN != 0),
                )
        self.app = Flask("deep")
        self.app.config.update(settings, PHPBB3_BOARD_TTL=600)
        PhpBB3(self.app)
        self.phpbb3: BoundPhpBB3 = board_of(self.app)
        self.asked: list[AskedStatement] = []
        self.phpbb3.board.record.listener = self.asked.append

    def ids(self, name: str, viewer: int, key: str = "topic_id", **options: Any) -> list[int]:
        rows = self.phpbb3.execute_custom(name, user_id=viewer, **options)
        return [row[key] for row in rows]


@pytest.fixture(params=LINES)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with closing(EmbeddedBoard(tmp_path / "forum.db", version=request.param)) as board:
        made = Site(board, dict(board.settings))
        with closing(made.phpbb3.driver):
            yield made


def calls(site: Site) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("fetch_latest_topics", {}),
        ("fetch_latest_topics", {"approved_only": False}),
        ("fetch_active_topics", {"days": 0}),
        ("fetch_unanswered_topics", {}),
        ("fetch_latest_posts", {}),
        ("fetch_latest_posts", {"approved_only": False}),
        ("fetch_last_posts", {}),
        ("fetch_topics", {"forum_id": site.category}),
        ("fetch_topics", {"forum_id": site.forum}),
    ]


def check_pages(site: Site) -> None:
    for name, options in calls(site):
        key = "post_id" if name.endswith("posts") else "topic_id"
        for viewer in (1, site.moderator):
            whole = site.ids(name, viewer, key, limit=None, **options)
            assert len(whole) >= TOPICS - -(-TOPICS // HIDDEN), (name, viewer)
            found: list[int] = []
            while page := site.ids(name, viewer, key, limit=23, skip=len(found), **options):
                found += page
            assert sorted(found) == sorted(set(found)) == sorted(whole), (name, viewer)
            assert site.ids(name, viewer, key, limit=0, skip=3, **options) == []
            for skip, limit in ((MOST, 10), (MOST, None), (10**12, MOST), (0, MOST)):
                assert site.ids(name, viewer, key, limit=limit, skip=skip, **options) == whole[skip:], name


def test_pages_by_number_hold_each_row_once(site: Site) -> None:
    check_pages(site)


@pytest.mark.parametrize("line", ["3.0", "3.3"])
@pytest.mark.parametrize(("database", "driver"), [pair for pair in PAIRS if pair[0] != "sqlite"])
def test_pages_by_number_on_every_server(build: Build, database: str, driver: str, line: str) -> None:
    made = build(database, driver, line)
    site = Site(made.board, dict(made.config))
    try:
        check_pages(site)
    finally:
        close(site.app)


@pytest.mark.parametrize("name", ["fetch_latest_topics", "fetch_active_topics", "fetch_unanswered_topics"])
@pytest.mark.parametrize("size", [7, 55])
def test_pages_by_the_row_before_hold_each_row_once(site: Site, name: str, size: int) -> None:
    options: dict[str, Any] = {"days": 0} if name == "fetch_active_topics" else {}
    whole = site.ids(name, 1, limit=None, **options)
    found: list[int] = []
    while page := site.ids(name, 1, limit=size, after=found[-1] if found else None, **options):
        found += page
    assert sorted(found) == sorted(set(found)) == sorted(whole)


def test_a_deep_page_brings_little_more_than_itself(site: Site) -> None:
    hidden = -(-TOPICS // HIDDEN)
    for name, options in calls(site)[:-1]:
        for viewer in (1, site.moderator):
            site.ids(name, viewer, "topic_id", limit=1, **options)  # reads what is kept, too
            site.asked.clear()
            skip = 600 if name == "fetch_latest_posts" else 50  # so many are looked for topic by topic
            site.ids(name, viewer, "topic_id", skip=skip, limit=2, **options)
            of_topics = ("_topics", "_anywhere", "_posts")
            rows = {asked.name: asked.rows or 0 for asked in site.asked if asked.name.endswith(of_topics)}
            assert rows
            assert max(rows.values()) <= 2 + hidden, (name, viewer, rows)


def test_what_a_new_guest_has_not_read_takes_no_statement_for_each_forum(site: Site) -> None:
    site.board.set_config("load_anon_lastread", 1)
    forums = [site.board.add_forum(f"{number}") for number in range(30)]
    for forum in forums:
        site.board.grant_role("ROLE_FORUM_READONLY", group="GUESTS", forum=forum)
        site.board.grant(option="f_search", group="GUESTS", forum=forum)
        site.board.add_topic(forum, "Topic", "author", time=NOW + 1000 + forum)
    assert len(site.ids("fetch_unread_topics", 1, limit=5)) == 5  # reads what is kept, too
    site.asked.clear()
    assert len(site.ids("fetch_unread_topics", 1, limit=5)) == 5
    assert len(site.asked) <= 6


def test_a_page_of_a_topic_has_at_least_one_post(site: Site) -> None:
    post = site.board.post_ids(site.ids("fetch_latest_topics", 1)[0])[0]
    for per_page in (0, -1, -(10**30)):
        with pytest.raises(ParameterError, match="per_page must be a number of posts from 1"):
            site.phpbb3.get_post_page(post_id=post, per_page=per_page)


def test_a_page_follows_a_topic_that_was_moved_away_by_what_it_left(site: Site) -> None:
    """The row is that of the topic it became, whose last post may be younger."""
    other = site.board.add_forum("Other")
    site.board.grant_role("ROLE_FORUM_READONLY", group="GUESTS", forum=other)
    moved = site.board.add_topic(other, "Moved", "author", time=NOW + 12)
    site.board.add_shadow(moved, site.forum)
    site.board.add_post(moved, "much later", "author", time=NOW + 9999)
    whole = site.ids("fetch_topics", 1, forum_id=site.forum, limit=None)
    assert whole[0] != moved
    assert whole.count(moved) == 1
    found: list[int] = []
    after = None
    while page := site.phpbb3.fetch_topics(forum_id=site.forum, user_id=1, limit=1, after=after):
        found += [row["topic_id"] for row in page]
        after = page[-1]["shadow_id"] or page[-1]["topic_id"]
    assert found == whole
