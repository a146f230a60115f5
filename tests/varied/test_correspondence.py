"""Private messages, notifications, polls and attached files, for those they are for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from flask_phpbb3 import BoundPhpBB3

from ..apps import asking, clock
from .conftest import URL, World
from .test_visits import configured
from .times import NOW


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    with clock(NOW):
        yield


def subjects(rows: list[dict[str, Any]]) -> list[str]:
    return [row["message_subject"] for row in rows]


@pytest.mark.parametrize(
    ("user", "folder", "expected"),
    [
        ("bob", "inbox", ["New", "Taken back", "Hello & welcome"]),
        ("bob", "sentbox", ["Read"]),
        ("bob", "outbox", []),
        ("bob", 1, ["Filed"]),
        ("alice", "inbox", ["Read"]),
        ("alice", "sentbox", []),
        (
            "alice",
            "outbox",
            ["For the mute", "Filed", "New", "Taken back", "Held", "To a group", "Hello & welcome"],
        ),
        ("carol", "inbox", ["Hello & welcome"]),
        ("dave", "inbox", ["To a group"]),
        ("judy", "inbox", []),  # may not read messages
        ("guest", "inbox", []),
    ],
)
def test_folders(
    phpbb3: BoundPhpBB3, world: World, user: str, folder: str | int, expected: list[str]
) -> None:
    rows = phpbb3.fetch_private_messages(folder=folder, user_id=world.made.people[user])
    assert subjects(rows) == expected


def test_messages_are_shown_to_whom_they_are_for(phpbb3: BoundPhpBB3, world: World) -> None:
    made = world.made
    readers = {
        "Hello & welcome": {"alice", "bob", "carol"},
        "Read": {"alice", "bob"},
        "To a group": {"alice", "dave"},
        "Held": {"alice", "grace"},  # on hold at bob's
        "Taken back": {"alice", "grace"},
        "New": {"alice", "bob", "grace"},
        "Filed": {"alice", "bob", "grace"},
        "For the mute": {"alice"},
    }
    for subject, expected in readers.items():
        message = made.posts[f"message: {subject}"]
        found = {
            name
            for name, user_id in made.people.items()
            if phpbb3.get_private_message(msg_id=message, user_id=user_id) is not None
        }
        assert found == expected, subject


def test_blind_recipients_are_told_to_the_author_and_to_themselves(phpbb3: BoundPhpBB3, world: World) -> None:
    made = world.made
    told = {}
    for name in ("alice", "bob", "carol"):
        row = phpbb3.get_private_message(
            msg_id=made.posts["message: Hello & welcome"], user_id=made.people[name]
        )
        assert row is not None
        told[name] = [(who["name"], who["blind"]) for who in row["recipients"]]
    both = [("bob", False), ("carol", True)]
    assert told == {"alice": both, "bob": both[:1], "carol": both}
    row = phpbb3.get_private_message(msg_id=made.posts["message: To a group"], user_id=made.people["dave"])
    assert row is not None
    assert [(who["kind"], who["name"]) for who in row["recipients"]] == [
        ("user", "dave"),
        ("group", "Elders"),
    ]


def test_numbers_beside_the_name(phpbb3: BoundPhpBB3, world: World) -> None:
    people = world.made.people
    has_bell = world.made.has("notifications")
    numbers = {
        name: tuple(phpbb3.get_unread_counts(user_id=people[name]).values())
        for name in ("alice", "carol", "guest", "google", "judy")
    }
    assert numbers == {
        "alice": (12 if has_bell else 0, 0, 0),
        "carol": (0, 1, 0),
        "guest": (0, 0, 0),
        "google": (0, 0, 0),
        "judy": (0, 1, 0),  # counted, though she may not read it
    }


def test_the_bell_is_off_where_the_board_says_so(world: World) -> None:
    """3.1 has one switch, later lines have two; 3.0 has no bell."""
    switches = {"3.1": ["load_notifications"]}.get(
        world.made.line, ["load_notifications", "allow_board_notifications"]
    )
    if not world.made.has("notifications"):
        return
    config = world.subject.config["PHPBB3_DATABASE"]
    for switch in switches:
        with configured(world, {switch: 0}), asking(world.driver, config, version=world.made.line) as phpbb3:
            assert phpbb3.get_unread_counts(user_id=world.made.people["alice"])["notifications"] == 0
            assert phpbb3.fetch_notifications(user_id=world.made.people["alice"]) == []


def test_notifications(phpbb3: BoundPhpBB3, world: World) -> None:
    made = world.made
    rows = phpbb3.fetch_notifications(limit=None, user_id=made.people["alice"])
    if not made.has("notifications"):
        assert rows == []
        return
    said = [
        (
            row["type"],
            row["reference"],
            row["readable"],
            [who["username"] for who in row["users"]],
            row["others"],
        )
        for row in rows
    ]
    assert said == [
        ("post", "Talk & more", True, ["bob"], 0),
        ("post", "News", True, ["bob", "carol", "dave"], 2),
        ("quote", "Quoted", True, ["bob"], 0),
        ("topic", "A new topic", True, ["bob"], 0),
        ("post", "", False, ["bob"], 0),  # the elders' forum
        ("post", "", False, ["bob"], 0),  # behind a password
        ("post", "", False, ["bob"], 0),  # waits for approval
        ("post", "", False, ["bob"], 0),  # gone
        ("disapprove_post", "Refused", True, [], 0),
        ("pm", "Read", True, ["bob"], 0),
        ("acme.thanks.type", "", False, [], 0),
        ("post", "", True, [], 0),  # its data are broken
        ("post", "By a guest", True, ["Passer-by"], 0),
    ]
    assert [row["notification_time"] for row in rows] == sorted(
        (row["notification_time"] for row in rows), reverse=True
    )
    assert [row["is_unread"] for row in rows].count(False) == 1
    post, topic = made.posts["Talk 1 alice"], made.topics["Talk 1 mallory"]
    assert rows[0]["url"] == f"{URL}/viewtopic.php?p={post}#p{post}"
    assert (rows[3]["url"], rows[3]["forum_name"]) == (f"{URL}/viewtopic.php?t={topic}", "Talk")
    assert (rows[8]["url"], rows[8]["reason"]) == ("", "Off topic")
    unread = phpbb3.fetch_notifications(limit=None, only_unread=True, user_id=made.people["alice"])
    assert unread == [row for row in rows if row["is_unread"]]


POLLS = [
    # poll, viewer, may vote, sees results
    ("Poll", "alice", False, True),  # has voted
    ("Poll", "dave", True, False),
    ("Poll", "guest", False, True),  # may not vote
    ("Poll that is over", "dave", False, True),
    ("Poll in its last second", "dave", True, False),
    ("Poll of the fickle", "alice", True, True),  # may vote again
    ("Poll of the fickle", "dave", True, False),
    ("Poll that is shut", "dave", False, True),
]


@pytest.mark.parametrize(("name", "viewer", "may_vote", "shows_results"), POLLS)
def test_polls(
    phpbb3: BoundPhpBB3, world: World, name: str, viewer: str, may_vote: bool, shows_results: bool
) -> None:
    made = world.made
    poll = phpbb3.get_poll(topic_id=made.topics[name], user_id=made.people[viewer])
    assert poll is not None
    assert (poll["may_vote"], poll["shows_results"]) == (may_vote, shows_results)
    votes = [(row["poll_option_total"], row["percent"]) for row in poll["options"]]
    counted: list[tuple[int | None, int | None]] = [(2, 67), (1, 33), (0, 0)]
    assert votes == (counted if shows_results else [(None, None)] * 3)
    assert poll["total"] == (3 if shows_results else None)
    assert [row["has_voted"] for row in poll["options"]] == [viewer == "alice", False, False]


def test_who_sees_no_poll(phpbb3: BoundPhpBB3, world: World) -> None:
    made = world.made
    assert phpbb3.get_poll(topic_id=made.topics["Poll"], user_id=made.people["trent"]) is None
    assert phpbb3.get_poll(topic_id=made.topics["Talk sticky"], user_id=made.people["alice"]) is None


FILES = ["deactivated", "thumbnail", "image", "file"]
"""The newest first: ``tool.exe``, ``small.png``, ``picture.PNG``, ``notes & more.txt``."""
PLAIN = ["deactivated", "file", "file", "file"]


@pytest.mark.parametrize(
    ("post", "viewer", "expected"),
    [
        ("Poll", "alice", FILES),
        ("Poll", "grace", PLAIN),  # wants no pictures
        ("Poll", "guest", FILES),
        ("Poll", "trent", []),
        ("Locked 1 alice", "alice", []),
        ("Locked 1 alice", "admin", []),
        ("Unfound 1 alice", "alice", []),  # may read, not download
        ("Talk 0 alice", "dave", []),  # waits for approval
        ("Talk 0 alice", "bob", FILES),  # moderates there
    ],
)
def test_files_of_posts(
    phpbb3: BoundPhpBB3, world: World, post: str, viewer: str, expected: list[str]
) -> None:
    made = world.made
    rows = phpbb3.fetch_attachments(post_ids=[made.posts[post]], user_id=made.people[viewer])
    assert [row["shown_as"] for row in rows] == expected
    assert [row["index"] for row in rows] == list(range(len(expected)))
    if rows:
        assert [bool(row["url"]) for row in rows] == [False, True, True, True]
        assert not [key for row in rows for key in row if "physical" in key]


def test_files_of_messages(phpbb3: BoundPhpBB3, world: World) -> None:
    made = world.made
    message = made.posts["message: Hello & welcome"]
    for viewer, expected in (("bob", ["image", "deactivated"]), ("dave", []), ("guest", [])):
        rows = phpbb3.fetch_message_attachments(msg_ids=[message], user_id=made.people[viewer])
        assert [row["shown_as"] for row in rows] == expected, viewer
