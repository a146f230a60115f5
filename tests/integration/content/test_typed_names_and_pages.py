"""What people type into forms, and pages that follow one another by the last row of the one before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from flask_phpbb3 import BoundPhpBB3, PhpBB3
from flask_phpbb3.testing import EmbeddedBoard

from ...apps import board_of

pytestmark = pytest.mark.slow


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[EmbeddedBoard]:
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as board:
        board.add_user("alice")
        for option in ("u_viewprofile", "u_search"):
            board.grant(option=option, group="GUESTS")
        yield board


@pytest.fixture
def phpbb3(embedded: EmbeddedBoard) -> Iterator[BoundPhpBB3]:
    app = Flask("typed")
    app.config.update(embedded.settings)
    PhpBB3(app)
    with closing(board_of(app).driver):
        yield board_of(app)


@pytest.mark.parametrize("typed", ["ali\0ce", "\0", "\ud800", "a" * 100_000, "a*" * 60_000], ids=range(5))
def test_a_name_that_no_board_could_hold_is_nobodys(phpbb3: BoundPhpBB3, typed: str) -> None:
    assert phpbb3.get_user_by_name(username=typed) is None
    assert phpbb3.fetch_users(prefix=typed) == []
    assert phpbb3.verify_password(username=typed, password="secret") is None


def test_many_stars_are_one(phpbb3: BoundPhpBB3) -> None:
    assert [row["username"] for row in phpbb3.fetch_users(prefix="*" * 60_000 + "ice")] == ["alice"]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pages_of_a_forum_follow_its_sticky_topics_too(
    embedded: EmbeddedBoard, phpbb3: BoundPhpBB3, size: int
) -> None:
    forum = embedded.add_forum("Open")
    embedded.grant_role("ROLE_FORUM_READONLY", group="GUESTS", forum=forum)
    for number in range(9):
        embedded.add_topic(forum, str(number), "alice", time=100 + number // 3, topic_type=number % 2)
    whole = [row["topic_id"] for row in phpbb3.fetch_topics(forum_id=forum, limit=None)]
    assert len(whole) == 9
    found: list[int] = []
    while page := phpbb3.fetch_topics(forum_id=forum, limit=size, after=found[-1] if found else None):
        found += [row["topic_id"] for row in page]
    assert found == whole
    assert [r["topic_id"] for r in phpbb3.fetch_topics(forum_id=forum, after=whole[0], skip=2)] == whole[3:]
