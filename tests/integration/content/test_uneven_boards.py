"""Boards that change between two looks, and tables that do not hold together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from flask_phpbb3 import BoundPhpBB3, PhpBB3
from flask_phpbb3.testing import EmbeddedBoard

from ...apps import board_of

LINES = ("3.0", "3.1", "3.2", "3.3", "4.0")


class Site:
    """Two forums with one below the first, for guests; what is known of the board is kept."""

    def __init__(self, directory: Path, line: str) -> None:
        self.line = line
        board = self.board = EmbeddedBoard(directory / "forum.db", version=line)
        board.add_user("alice")
        self.open = board.add_forum("Open")
        self.below = board.add_forum("Below", parent=self.open)
        self.other = board.add_forum("Other")
        for forum in (self.open, self.below, self.other):
            board.grant_role("ROLE_FORUM_READONLY", group="GUESTS", forum=forum)
        app = Flask("uneven")
        app.config.update(board.settings, PHPBB3_BOARD_TTL=60)
        PhpBB3(app)
        self.phpbb3: BoundPhpBB3 = board_of(app)

    def write(self, statement: str, *values: Any) -> None:
        connection = self.board._connection
        connection.execute(statement.replace("{TABLE_PREFIX}", "phpbb_"), values)
        connection.commit()


@pytest.fixture(params=LINES)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path, request.param)
    with closing(made.board), closing(made.phpbb3.driver):
        yield made


def test_the_index_outlives_a_forum_that_is_deleted(site: Site) -> None:
    assert [row["forum_id"] for row in site.phpbb3.fetch_forums()] == [site.open, site.below, site.other]
    site.write("DELETE FROM {TABLE_PREFIX}forums WHERE forum_id = ?", site.below)
    assert [row["forum_id"] for row in site.phpbb3.fetch_forums()] == [site.open, site.other]
    found = site.phpbb3.get_forum(forum_id=site.open)
    assert found is not None
    assert found["forum_id"] == site.open
    assert site.phpbb3.get_forum(forum_id=site.below) is None


def test_forums_that_lie_in_each_other_are_forums(site: Site) -> None:
    site.write("UPDATE {TABLE_PREFIX}forums SET parent_id = forum_id WHERE forum_id = ?", site.other)
    site.write("UPDATE {TABLE_PREFIX}forums SET parent_id = ? WHERE forum_id = ?", site.below, site.open)
    for forum in (site.open, site.below, site.other):
        found = site.phpbb3.get_forum(forum_id=forum)
        assert found is not None
        assert (found["topics"], found["posts"]) == (0, 0)
    assert site.phpbb3.fetch_forums() == []


def test_what_lies_in_no_forum_is_read_by_nobody(site: Site) -> None:
    """phpBB joins topics with their forums; in 3.0 global announcements are the exception."""
    topic = site.board.add_topic(site.open, "Lost", "alice")
    post = site.board.post_ids(topic)[0]
    for table in ("topics", "posts"):
        site.write(f"UPDATE {{TABLE_PREFIX}}{table} SET forum_id = 0 WHERE topic_id = ?", topic)
    read = site.line == "3.0"
    assert bool(site.phpbb3.get_topic(topic_id=topic)) is read
    assert bool(site.phpbb3.get_post(post_id=post)) is read
    assert bool(site.phpbb3.fetch_posts(topic_id=topic)) is read
    assert site.phpbb3.get_topic(topic_id=topic, user_id=10**6) is None
