"""What lists cost does not grow with the board: the steps of SQLite's machine are counted, not the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from flask_phpbb3 import BoundPhpBB3, Driver, PhpBB3, hookimpl
from flask_phpbb3.testing import EmbeddedBoard
from flask_phpbb3_sqlite3 import Sqlite3Driver

from ...apps import board_of

FORUMS = 40
TOPICS_SMALL, TOPICS_BIG = 500, 10_000
POSTS_A_TOPIC = 10
LONG_TOPIC = 40
LONG = 5_000
"""Posts of one topic of the big board; a tenth of them on the small one."""
UNREAD = 50
"""Topics since the regular viewer has marked the forums."""
STEP = 10
ALLOWED = 1.5
"""How much more ten to twenty times as many posts may cost."""


class Steps(Sqlite3Driver):
    """Count the steps that all statements take together."""

    name = "steps"
    taken = 0

    def connect(self, *, read_only: bool) -> Any:
        return Counted(super().connect(read_only=read_only))


class Counted:
    """A connection on which the deadline's handler counts how often it is called."""

    def __init__(self, connection: Any) -> None:
        object.__setattr__(self, "_connection", connection)

    def set_progress_handler(self, handler: Any, steps: int) -> None:
        def count() -> bool:
            Steps.taken += STEP
            return bool(handler and handler())

        self._connection.set_progress_handler(count, STEP)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._connection, name, value)


class StepsPlugin:
    name = "steps"

    @hookimpl
    def phpbb3_register_driver(self) -> type[Driver]:
        return Steps


def fill(board: EmbeddedBoard, forums: list[int], topics: int, long: int) -> None:
    """Write topics and posts in bulk, spread over the forums; every tenth forum is a cold one."""
    db = board._connection
    hot = [forum for number, forum in enumerate(forums) if number % 10] or forums
    topic_rows, post_rows, post_id = [], [], 100
    now = 1_700_000_000
    for number in range(1, topics + 1):
        forum = forums[number % len(forums)] if number < 200 else hot[number % len(hot)]
        count = long if number == LONG_TOPIC else POSTS_A_TOPIC
        first = post_id + 1
        for index in range(count):
            post_id += 1
            time = now + number * 60 + index
            post_rows.append((post_id, number + 10, forum, 2, time, "Re", "text", 1))
        topic_rows.append(
            (number + 10, forum, f"T{number}", 2, now + number * 60, 1, count, first, post_id, time, "Re")
        )
    db.executemany(
        "INSERT INTO phpbb_posts (post_id, topic_id, forum_id, poster_id, post_time, post_subject, post_text,"
        " post_visibility) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        post_rows,
    )
    db.executemany(
        "INSERT INTO phpbb_topics (topic_id, forum_id, topic_title, topic_poster, topic_time, topic_visibility,"
        " topic_posts_approved, topic_first_post_id, topic_last_post_id, topic_last_post_time,"
        " topic_last_post_subject) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        topic_rows,
    )
    db.execute(
        "UPDATE phpbb_forums SET forum_last_post_time = COALESCE((SELECT MAX(topic_last_post_time)"
        " FROM phpbb_topics t WHERE t.forum_id = phpbb_forums.forum_id), 0)"
    )
    db.commit()
    db.execute("ANALYZE")


def make(directory: Path, topics: int, long: int) -> tuple[EmbeddedBoard, BoundPhpBB3, list[int]]:
    board = EmbeddedBoard(directory / "forum.db")
    forums = [board.add_forum(f"Forum {number}") for number in range(FORUMS)]
    for number, forum in enumerate(forums):
        board.grant_role("ROLE_FORUM_STANDARD", group="REGISTERED", forum=forum)
        if number % 10 == 0:
            board.grant_role("ROLE_FORUM_READONLY", group="GUESTS", forum=forum)
    board.add_user("member", user_lastmark=1_700_000_000)
    regular = board.add_user("regular", user_lastmark=1_700_000_000)
    fill(board, forums, topics, long)
    for (
        forum
    ) in forums:  # whoever marks forums has few topics to read, however long ago everything was marked
        recent = 1_700_000_000 + (topics - UNREAD) * 60
        board.insert("forums_track", user_id=regular, forum_id=forum, mark_time=recent)
    app = Flask("growth")
    app.config.update(board.settings, PHPBB3_BOARD_TTL=600)
    app.config["PHPBB3"] = {"DRIVER": "steps", "VERSION": "3.3"}
    PhpBB3(app, plugins=[StepsPlugin()])
    return board, board_of(app), forums


Ask = Callable[[BoundPhpBB3, list[int], int], Any]

QUESTIONS: dict[str, Ask] = {
    "latest posts": lambda phpbb3, forums, who: phpbb3.fetch_latest_posts(user_id=who),
    "latest topics": lambda phpbb3, forums, who: phpbb3.fetch_latest_topics(user_id=who),
    "active topics": lambda phpbb3, forums, who: phpbb3.fetch_active_topics(days=0, user_id=who),
    "forum": lambda phpbb3, forums, who: phpbb3.fetch_topics(forum_id=forums[10], user_id=who),
    "busy forum": lambda phpbb3, forums, who: phpbb3.fetch_topics(forum_id=forums[11], user_id=who),
    "topic, first page": lambda phpbb3, forums, who: phpbb3.fetch_posts(topic_id=90, user_id=who),
    "index": lambda phpbb3, forums, who: phpbb3.fetch_forums(user_id=who),
    "unread": lambda phpbb3, forums, who: phpbb3.fetch_unread_topics(user_id=who),
}


@pytest.fixture(scope="module")
def boards_of_two_sizes(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[tuple[EmbeddedBoard, BoundPhpBB3, list[int]]]]:
    sizes = ((TOPICS_SMALL, LONG // 10), (TOPICS_BIG, LONG))
    made = [make(tmp_path_factory.mktemp("growth"), *size) for size in sizes]
    yield made
    for board, phpbb3, _ in made:
        phpbb3.driver.close()
        board.close()


def steps(question: Ask, made: tuple[EmbeddedBoard, BoundPhpBB3, list[int]], who: int) -> int:
    _, phpbb3, forums = made
    question(phpbb3, forums, who)  # what is kept of the board is read once
    before = Steps.taken
    assert question(phpbb3, forums, who) != []
    assert Steps.taken > before
    return Steps.taken - before


@pytest.mark.parametrize("viewer", ["guest", "member", "regular"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_lists_cost_the_same_on_a_board_of_100_000_posts(
    boards_of_two_sizes: list[tuple[EmbeddedBoard, BoundPhpBB3, list[int]]], question: str, viewer: str
) -> None:
    if viewer == "guest" and question in ("unread", "busy forum"):
        pytest.skip("guests have no marks, and may read the quiet forums")
    small, big = (
        steps(QUESTIONS[question], made, 1 if viewer == "guest" else made[0].user_id(viewer))
        for made in boards_of_two_sizes
    )
    assert big <= ALLOWED * small, f"{question}, {viewer}: {small} steps, then {big}"


def test_the_end_of_a_long_topic_is_as_near_as_its_beginning(
    boards_of_two_sizes: list[tuple[EmbeddedBoard, BoundPhpBB3, list[int]]],
) -> None:
    big = boards_of_two_sizes[1]
    first = steps(
        lambda phpbb3, forums, who: phpbb3.fetch_posts(topic_id=LONG_TOPIC + 10, user_id=who), big, 1
    )
    last = steps(
        lambda phpbb3, forums, who: phpbb3.fetch_posts(topic_id=LONG_TOPIC + 10, skip=LONG - 10, user_id=who),
        big,
        1,
    )
    deep = steps(
        lambda phpbb3, forums, who: phpbb3.fetch_posts(topic_id=LONG_TOPIC + 10, after=3000, user_id=who),
        big,
        1,
    )
    assert max(last, deep) <= ALLOWED * first, (first, last, deep)
