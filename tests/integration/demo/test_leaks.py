"""A word planted in each hidden place of the demo's board: on no page of anybody without the right to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_phpbb3.demo import create_app
from flask_phpbb3.demo.account import EXTENSION_NAME
from flask_phpbb3.demo.board import DemoBoard
from flask_phpbb3.demo.markup import stored
from flask_phpbb3.testing import MiniatureBoard, Schema

from .visits import EVERYBODY, crawl, sign_in

pytestmark = pytest.mark.slow

MEMBERS: set[str | None] = {"member", "moderator", "administrator", "founder", "newcomer"}
SEEN_BY: dict[str, set[str | None]] = {
    "openword": set(EVERYBODY),
    "queuedtopicword": {"moderator", "founder"},
    "queuedpostword": {"moderator", "founder"},
    "deletedtopicword": {"moderator", "founder"},
    "deletedpostword": {"moderator", "founder"},
    "passwordforumword": set(),
    "hiddenforumword": {"administrator", "founder"},
    "hiddenforumname": {"administrator", "founder"},
    "hiddenfileword": {"administrator", "founder"},
    "hiddenpollword": {"administrator", "founder"},
    "hiddengroupword": {"administrator", "founder"},
    "hiddenuserword": {"administrator", "founder"},
    "letterword": {"moderator", "administrator"},
    "lettersubjectword": {"moderator", "administrator"},
    "letterfileword": {"moderator", "administrator"},
    "blindword": {"administrator", "founder"},
    "hiddenbbcodeword": MEMBERS,
    "hiddenfieldword": {"moderator", "administrator", "founder"},
    "emailword": set(),
    "staleword": {"moderator", "administrator", "founder"},
}
"""Word → who may read it."""


@contextmanager
def board_of(app: Flask) -> Iterator[MiniatureBoard]:
    """Open the demo's board to write on it."""
    path: Path = app.extensions[EXTENSION_NAME].path
    with closing(sqlite3.connect(path)) as connection:
        yield MiniatureBoard(connection, Schema.of("3.3"), cookie_name=DemoBoard.COOKIE_NAME)


@pytest.fixture(scope="module")
def planted() -> Iterator[Flask]:
    """A demo with a word in each hidden place."""
    app = create_app()
    with board_of(app) as board:
        plant(board)
    yield app
    app.extensions[EXTENSION_NAME].close()


def plant(board: MiniatureBoard) -> None:
    """Put the words where only some may see them."""
    talk, committee, gate, bees = 3, 7, 8, 6
    topic = board.add_topic(talk, "The openword", "Walter Finch")
    board.add_topic(talk, "A queuedtopicword", "Priya Nair", visibility=0)
    board.add_topic(talk, "A deletedtopicword", "Priya Nair", visibility=2)
    board.add_post(topic, "A queuedpostword", "Priya Nair", visibility=0)
    board.add_post(topic, "A deletedpostword", "Priya Nair", visibility=2)
    board.add_post(topic, stored("[members]A hiddenbbcodeword[/members]"), "Priya Nair")
    board.add_topic(gate, "A passwordforumword", "Priya Nair", topic_type=3)
    secret = board.add_topic(committee, "A hiddenforumword", "Jürgen Köhler", topic_type=3)
    board.add_attachment("hiddenfileword.txt", post=board.post_ids(secret)[0])
    board.add_poll(secret, "A hiddenpollword?", ["hiddenpollword", "no"])
    closed = board.add_forum("The hiddenforumname", description="Also hiddenforumname")
    board.grant_role("ROLE_FORUM_FULL", group="ADMINISTRATORS", forum=closed)
    board.add_topic(closed, "Nothing", "admin")
    board.add_group("The hiddengroupword", group_type=2, colour="123456", group_legend=9)
    board.add_member("Walter Finch", "The hiddengroupword")
    board.change_user("Walter Finch", user_email="emailword@example.org")
    plant_people(board)
    letter = board.add_message(
        "Jürgen Köhler",
        ["Siobhán O'Brien"],
        "A lettersubjectword",
        "A letterword",
        blind=["Blindword"],
    )
    board.add_attachment("letterfileword.txt", message=letter)
    # What was told while it could be read, of the beekeepers' forum.
    swarm = board.add_topic(bees, "A staleword", "Siobhán O'Brien")
    data = 'a:2:{s:9:"poster_id";i:2;s:11:"topic_title";s:11:"A staleword";}'
    board.index_posts()
    for name in ("Zoë Lindqvist", "Jürgen Köhler", "Tom & Ann"):
        board.add_notification(name, "notification.type.post", item=board.post_ids(swarm)[0], data=data)


def plant_people(board: MiniatureBoard) -> None:
    """Add somebody who is online and hides, a blind recipient, and a field that members are not shown."""
    board.add_user("Hiddenuserword", user_type=1)
    board.add_user("Blindword", user_type=1)
    board.sign_in("Hiddenuserword", session_viewonline=0)
    board.add_profile_field("secret", label="Note", field_hide=1)
    board.set_profile("Walter Finch", secret="A hiddenfieldword")


def pages_of(client: FlaskClient) -> dict[str, str]:
    """Return what one sees by following links and by guessing addresses."""
    found = crawl(client)
    for kind, most in {
        "/forums/{}": 12,
        "/topics/{}": 26,
        "/posts/{}": 45,
        "/messages/{}": 9,
        "/members/{}": 18,
        "/forum/download/file.php?id={}": 8,
    }.items():
        for number in range(1, most):
            path = kind.format(number)
            with client.get(path, follow_redirects=True) as answer:
                found.setdefault(path, answer.get_data().decode("utf-8", "replace"))
    found["feed"] = client.get("/feed").text
    for word in SEEN_BY:
        # The form repeats the word that was asked for, as often as it would one that nobody has written.
        page, other = (client.get(f"/search?words={one}").text for one in (word, f"no{word}"))
        if page.count(word) > other.count(word):
            found[f"search for {word}"] = page
    for option in ("a_user", "f_read"):
        found[f"trace {option}"] = client.get(f"/you/trace?option={option}&forum=7").text
    return found


@pytest.mark.parametrize("person", EVERYBODY)
def test_words_are_seen_by_whoever_may_and_by_nobody_else(planted: Flask, person: str | None) -> None:
    client = planted.test_client()
    sign_in(client, person)
    found: dict[str, list[str]] = {}
    for path, page in pages_of(client).items():
        for word in SEEN_BY:
            if word in page.casefold():
                found.setdefault(word, []).append(path)
    allowed = {word for word, people in SEEN_BY.items() if person in people}
    assert {word: found[word][:5] for word in sorted(set(found) - allowed)} == {}
    assert sorted(allowed - set(found)) == []


def test_hidden_people_are_named_only_to_whoever_may_know(planted: Flask) -> None:
    named = set()
    for person in EVERYBODY:
        client = planted.test_client()
        sign_in(client, person)
        page = client.get("/").text
        here = page[page.index(">Who is here<") : page.index(">Birthdays<")]
        assert "Priya Nair" in here
        if "Agnieszka" in here:
            named.add(person)
    assert named == {"administrator", "founder"}
