"""Test the application without a forum: ``pytest examples/tested_app``."""

# ruff: noqa: S101 - pytest's way to check

from __future__ import annotations

from typing import Any

import pytest
from club import create_app
from flask.testing import FlaskClient

from flask_phpbb3.testing import EmbeddedBoard, login_as, logout


@pytest.fixture
def client(phpbb3_board: EmbeddedBoard, phpbb3_settings: dict[str, Any]) -> FlaskClient:
    """Return a client of the application; Alice is a member, Sam is on the staff."""
    phpbb3_board.add_group("Staff")
    phpbb3_board.add_user("Alice")
    phpbb3_board.add_user("Sam")
    phpbb3_board.add_member("Sam", "Staff")
    forum = phpbb3_board.add_forum("Back room")
    phpbb3_board.grant_role("ROLE_FORUM_STANDARD", group="Staff", forum=forum)
    phpbb3_board.add_topic(forum, "Tea & biscuits", "Sam")
    return create_app(phpbb3_settings).test_client()


def test_guests_are_sent_to_the_forum(client: FlaskClient) -> None:
    """The sign-in page is the forum's, and it leads back."""
    answer = client.get("/members")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "http://localhost/forum/ucp.php?mode=login&redirect=%2Fmembers"


def test_a_key_lasts_as_long_as_the_login(client: FlaskClient) -> None:
    """Another login of the same person starts anew."""
    login_as(client, "Alice")
    assert client.get("/members").json == {"hello": "Alice", "visits": 1}
    assert client.get("/members").json == {"hello": "Alice", "visits": 2}
    logout(client)
    login_as(client, "Alice")
    assert client.get("/members").json == {"hello": "Alice", "visits": 1}


def test_the_back_room_is_for_the_staff(client: FlaskClient) -> None:
    """Members of other groups are refused."""
    login_as(client, "Alice")
    assert client.get("/staff").status_code == 403
    login_as(client, "Sam")
    assert client.get("/staff").json == {"posts": ["Tea & biscuits"]}
