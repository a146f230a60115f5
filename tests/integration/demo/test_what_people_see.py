"""What each person sees in the demo."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from .visits import board_of, name_in_header, sign_in, text_of, token

OPEN_TO_ALL = {"Notice board", "Plot talk"}
OPEN_TO_MEMBERS = OPEN_TO_ALL | {"Seeds & seedlings swap", "Gate codes"}
SEES = {
    None: OPEN_TO_ALL,
    "member": OPEN_TO_MEMBERS,
    "moderator": OPEN_TO_MEMBERS | {"Bees & hives 🐝"},
    "administrator": OPEN_TO_MEMBERS | {"Bees & hives 🐝", "Committee room"},
    "founder": OPEN_TO_MEMBERS | {"Bees & hives 🐝", "Committee room"},
    "newcomer": OPEN_TO_MEMBERS,
    "inactive": OPEN_TO_MEMBERS,
    "banned": OPEN_TO_ALL,
}


@pytest.mark.parametrize("person", SEES)
def test_forum_list_shows_what_the_person_may_list(client: FlaskClient, person: str | None) -> None:
    sign_in(client, person)
    page = client.get("/forums").text
    assert {unescape(name) for name in re.findall(r'<h3><a href="/forums/\d+">(.*?)</a>', page)} == SEES[
        person
    ]
    # How many there are besides is not told.
    assert "keeps" not in page


@pytest.mark.parametrize("person", SEES)
def test_latest_posts_come_from_readable_forums_only(client: FlaskClient, person: str | None) -> None:
    sign_in(client, person)
    page = client.get("/").text
    forums = {unescape(name) for name in re.findall(r'in <a href="/forums/\d+">(.*?)</a>', page)}
    assert forums
    assert forums <= SEES[person] - {"Gate codes"}
    assert ("Bees & hives 🐝" in forums) is ("Bees & hives 🐝" in SEES[person])
    assert ("Hello from plot 7" in page) is (person in ("moderator", "founder"))


def test_titles_and_names_are_escaped_once(client: FlaskClient) -> None:
    page = client.get("/forums/3").text
    assert "bonfires only &lt;after&gt; 6 p.m." in page
    assert "O&#39;Brien&#39;s rhubarb — who wants a crown?" in page
    assert "raised £412.50 🎉" in client.get("/forums/2").text
    sign_in(client, "newcomer")
    page = client.get("/").text
    assert name_in_header(page) == "Tom & Ann"
    assert "&amp;amp;" not in page


@pytest.mark.parametrize(
    ("person", "count"), [("member", 3), ("moderator", 5), ("administrator", 1), ("founder", 12)]
)
def test_header_counts_unread_notifications(client: FlaskClient, person: str, count: int) -> None:
    sign_in(client, person)
    assert f'aria-label="{count} unread notification' in client.get("/").text


@pytest.mark.parametrize(
    ("person", "sees_it"),
    [(None, False), ("member", False), ("moderator", True), ("newcomer", True), ("administrator", False)],
)
def test_waiting_topic_is_for_moderators_and_its_author(
    client: FlaskClient, person: str | None, sees_it: bool
) -> None:
    sign_in(client, person)
    page = client.get("/forums/3").text
    assert ("Hello from plot 7" in page) is sees_it
    found = re.search(r'href="(/topics/\d+)">Hello from plot 7', page)
    if found:
        assert "waits for approval" in client.get(found[1]).text


def test_password_forum_stays_closed(client: FlaskClient) -> None:
    sign_in(client, "founder")
    page = client.get("/forums").text
    path = re.search(r'href="(/forums/\d+)">Gate codes', page)
    assert path
    answer = client.get(path[1])
    assert answer.status_code == 403
    assert "has a password of its own" in answer.text
    assert "back of your key" not in answer.text


def test_board_holds_a_dozen_topics(app: Flask) -> None:
    with contextlib.closing(sqlite3.connect(board_of(app).path)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM phpbb_topics").fetchone()[0] >= 12


def test_notes_survive_requests_and_do_not_cross_a_sign_in(client: FlaskClient) -> None:
    client.post("/notes", data={"csrf_token": token(client), "text": "guest's twine"})
    assert "guest's twine" in text_of(client.get("/notes").text)
    sign_in(client, "member")
    assert "guest's twine" not in text_of(client.get("/notes").text)
    client.post("/notes", data={"csrf_token": token(client), "text": "Zoë's <b>bean</b> canes"})
    client.post("/accent", data={"csrf_token": token(client), "accent": "beetroot"})
    page = client.get("/notes").text
    assert "Zoë&#39;s &lt;b&gt;bean&lt;/b&gt; canes" in page
    assert '<html lang="en" data-accent="beetroot">' in page
    assert "opened this page 2 times" in text_of(page)
    sign_in(client, "founder")
    page = client.get("/notes").text
    assert "bean" not in page
    assert '<html lang="en" data-accent="leaf">' in page


def test_guests_cookie_stays_small(client: FlaskClient) -> None:
    key = token(client)
    for number in range(20):
        text = "".join(chr(0x4E00 + (number * 997 + place * 131) % 20000) for place in range(200))
        client.post("/notes", data={"csrf_token": key, "text": text})
    cookie = client.get_cookie("flask_phpbb3_demo")
    assert cookie
    assert len(cookie.value) < 4000
