"""Atom feeds: well formed whatever a post holds, of what the guest may see, and kept by caches only then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask, Response

from flask_phpbb3 import PhpBB3
from flask_phpbb3.testing import EmbeddedBoard, login_as
from flask_phpbb3.web.feeds import atom_feed

from ...apps import board_of

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[EmbeddedBoard, Flask]]:
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as board:
        board.set_config("sitename", "Bees & hives")
        news = board.add_forum("News")
        staff = board.add_forum("Staff")
        quiet = board.add_forum("Quiet", forum_options=4)
        for forum in (news, quiet):
            board.grant_role("ROLE_FORUM_READONLY", group="GUESTS", forum=forum)
        board.add_user("staff")
        board.grant_role("ROLE_FORUM_STANDARD", user="staff", forum=staff)
        board.add_topic(news, 'A <b> & "c"', "admin", text="Two & two ]]> \x0b <script>")
        board.add_topic(staff, "For us", "admin")
        board.add_topic(quiet, "Not fed", "admin")
        app = Flask("feeds")
        app.config.update(board.settings)
        PhpBB3(app)

        @app.get("/feed")
        def feed() -> Response:
            return atom_feed()

        @app.get("/mine")
        def mine() -> Response:
            return atom_feed(user_id=board.user_id("staff"), whole=True, title="Mine", limit=5)

        with closing(board_of(app).driver):
            yield board, app


def titles(answer: Any) -> list[str | None]:
    root = ElementTree.fromstring(answer.get_data())
    return [title.text for title in root.findall(f"{ATOM}entry/{ATOM}title")]


def test_the_guests_feed(site: tuple[EmbeddedBoard, Flask]) -> None:
    client = site[1].test_client()
    answer = client.get("/feed")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    assert titles(answer) == ['A <b> & "c"']
    root = ElementTree.fromstring(answer.get_data())
    assert root.findtext(f"{ATOM}title") == "Bees & hives"
    assert "Two & two ]]>" in str(root.findtext(f"{ATOM}entry/{ATOM}summary"))
    assert root.findtext(f"{ATOM}entry/{ATOM}author/{ATOM}name") == "admin"
    assert str(root.findtext(f"{ATOM}entry/{ATOM}id")).startswith("http://localhost/forum/viewtopic.php?p=")
    assert answer.cache_control.public
    assert "Vary" not in answer.headers


def test_who_is_signed_in_gets_the_guests_feed_too(site: tuple[EmbeddedBoard, Flask]) -> None:
    client = site[1].test_client()
    login_as(client, "staff")
    assert titles(client.get("/feed")) == ['A <b> & "c"']


def test_a_users_feed_is_private(site: tuple[EmbeddedBoard, Flask]) -> None:
    answer = site[1].test_client().get("/mine")
    assert titles(answer) == ["For us"]
    assert answer.cache_control.private
    assert not answer.cache_control.public
