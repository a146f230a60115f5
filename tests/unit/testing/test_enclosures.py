"""What hangs on posts and between members, on a miniature board of every line."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from flask_phpbb3.testing import MiniatureBoard, Schema

NOW = 1_700_000_000
LINES = ("3.0", "3.1", "3.2", "3.3", "4.0")

Query = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:")
    yield opened
    opened.close()


@pytest.fixture(params=LINES)
def line(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def board(line: str, connection: sqlite3.Connection) -> MiniatureBoard:
    made = MiniatureBoard(connection, Schema.of(line), clock=lambda: NOW)
    made.create()
    made.add_user("Alice")
    made.add_user("Bob")
    return made


@pytest.fixture
def query(connection: sqlite3.Connection) -> Query:
    return lambda sql: connection.execute(sql).fetchall()


@pytest.fixture
def topic(board: MiniatureBoard) -> int:
    return board.add_topic(board.add_forum("Forum"), "Topic", "Alice", time=NOW - 60)


def test_a_poll_counts_its_votes(board: MiniatureBoard, topic: int, query: Query, line: str) -> None:
    board.add_poll(topic, "Who & when?", ["You", "<Me>"], most=2, length=3600)
    board.vote("Alice", topic, 1, 2)
    board.vote("Bob", topic, 2)
    stored = "<t>{}</t>" if line >= "3.2" else "{}"
    assert query(
        "SELECT poll_title, poll_start, poll_length, poll_max_options, poll_last_vote FROM phpbb_topics"
    ) == [(stored.format("Who &amp; when?"), NOW, 3600, 2, NOW)]
    assert query(
        "SELECT poll_option_id, poll_option_text, poll_option_total FROM phpbb_poll_options ORDER BY 1"
    ) == [
        (1, stored.format("You"), 1),
        (2, stored.format("&lt;Me&gt;"), 2),
    ]
    assert len(query("SELECT * FROM phpbb_poll_votes")) == 3
    with pytest.raises(LookupError, match="no poll with an option 3"):
        board.vote("Bob", topic, 3)
    assert len(query("SELECT * FROM phpbb_poll_votes")) == 3


def test_attachments_belong_to_a_post_or_a_message(board: MiniatureBoard, topic: int, query: Query) -> None:
    board.add_extension_group("Pictures", ["png", "jpg"], pictures=True)
    message = board.add_message("Alice", ["Bob"], "Hello", "Look")
    board.add_attachment("R&D.PNG", post=1, comment="a < b", size=7, mimetype="image/png")
    board.add_attachment("b.jpg", message=message)
    assert query("SELECT extension, group_id FROM phpbb_extensions ORDER BY 1") == [("jpg", 1), ("png", 1)]
    assert query(
        "SELECT post_msg_id, topic_id, in_message, is_orphan, real_filename, attach_comment, extension, filesize"
        " FROM phpbb_attachments ORDER BY attach_id"
    ) == [
        (1, topic, 0, 0, "R&amp;D.PNG", "a &lt; b", "png", 7),
        (message, 0, 1, 0, "b.jpg", "", "jpg", 0),
    ]
    assert query("SELECT post_attachment FROM phpbb_posts") == [(1,)]
    assert query("SELECT topic_attachment FROM phpbb_topics") == [(1,)]
    assert query("SELECT message_attachment FROM phpbb_privmsgs") == [(1,)]
    with pytest.raises(ValueError, match="give post= or message="):
        board.add_attachment("c.png")
    with pytest.raises(LookupError, match="no post 99"):
        board.add_attachment("c.png", post=99)
    with pytest.raises(LookupError, match="no private message 99"):
        board.add_attachment("c.png", message=99)


def test_a_smiley_is_stored_escaped(board: MiniatureBoard, query: Query) -> None:
    board.add_smiley(">:(", "Angry", "angry.svg", width=18)
    assert query("SELECT code, emotion, smiley_url, smiley_width FROM phpbb_smilies") == [
        ("&gt;:(", "Angry", "angry.svg", 18)
    ]


def test_a_message_is_in_everybodys_folders(board: MiniatureBoard, query: Query) -> None:
    alice, bob, admin = (board.user_id(name) for name in ("Alice", "Bob", "admin"))
    message = board.add_message("Alice", ["Bob"], "R&D", "Text", blind=["admin"])
    folders = "SELECT user_id, folder_id, pm_unread FROM phpbb_privmsgs_to ORDER BY user_id"
    assert query(folders) == sorted([(alice, -2, 0), (bob, 0, 1), (admin, 0, 1)])
    assert query("SELECT message_subject, to_address, bcc_address FROM phpbb_privmsgs") == [
        ("R&amp;D", f"u_{bob}", f"u_{admin}")
    ]
    assert query(f"SELECT user_unread_privmsg FROM phpbb_users WHERE user_id = {bob}") == [(1,)]
    board.read_message("Bob", message)
    assert query(folders) == sorted([(alice, -1, 0), (bob, 0, 0), (admin, 0, 1)])
    assert query(f"SELECT user_unread_privmsg FROM phpbb_users WHERE user_id = {bob}") == [(0,)]
    with pytest.raises(LookupError, match="no unread private message"):
        board.read_message("Bob", message)


def test_marks_of_a_forum_replace_those_of_its_topics(
    board: MiniatureBoard, topic: int, query: Query
) -> None:
    user_id = board.user_id("Bob")
    board.mark_read("Bob", topic=topic, time=NOW - 9)
    board.mark_read("Bob", topic=topic)
    assert query("SELECT user_id, topic_id, forum_id, mark_time FROM phpbb_topics_track") == [
        (user_id, topic, 1, NOW)
    ]
    board.mark_read("Bob", forum=1)
    assert query("SELECT * FROM phpbb_topics_track") == []
    assert query("SELECT user_id, forum_id, mark_time FROM phpbb_forums_track") == [(user_id, 1, NOW)]
    board.mark_read("Bob", time=NOW + 5)
    assert query("SELECT * FROM phpbb_forums_track") == []
    assert query(f"SELECT user_lastmark FROM phpbb_users WHERE user_id = {user_id}") == [(NOW + 5,)]
    with pytest.raises(LookupError, match="no topic 99"):
        board.mark_read("Bob", topic=99)


@pytest.mark.parametrize("line", LINES[1:])
def test_notifications_are_read_at_once(board: MiniatureBoard, query: Query) -> None:
    board.add_notification("Bob", "notification.type.post")
    board.add_notification("Alice", "notification.type.post")
    board.read_notifications("Bob")
    assert query("SELECT notification_read FROM phpbb_notifications ORDER BY notification_id") == [(1,), (0,)]


def test_the_search_index_holds_the_words_of_posts(board: MiniatureBoard, topic: int, query: Query) -> None:
    board.add_post(topic, "R&D <and> a Möhre, möhre", "Bob")
    for _ in range(2):
        board.index_posts()
    words = query("SELECT word_text, word_count FROM phpbb_search_wordlist ORDER BY word_text")
    assert words == [("and", 1), ("möhre", 1), ("topic", 3)]
    assert query(
        "SELECT post_id, title_match FROM phpbb_search_wordmatch m JOIN phpbb_search_wordlist w"
        " ON w.word_id = m.word_id WHERE word_text = 'topic' ORDER BY 1, 2"
    ) == [(1, 0), (1, 1), (2, 1)]
