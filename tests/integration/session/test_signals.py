from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, session

from flask_phpbb3 import BoardUnavailableError
from flask_phpbb3.session.signals import ban_met, session_refused, user_changed, visitor_identified
from flask_phpbb3.testing import EmbeddedBoard
from flask_phpbb3.web import current_visitor

if TYPE_CHECKING:
    from tests.webapps import Forum, MakeApp

pytest_plugins = ["flask_phpbb3.testing.fixtures", "tests.webapps"]

Heard = list[tuple[Any, ...]]


@pytest.fixture
def site(make_site: MakeApp) -> Flask:
    app = make_site()
    app.add_url_rule("/", "index", lambda: str(session["username"]) * bool(len(session)))
    app.add_url_rule("/picture", "picture", lambda: "picture")
    return app


@pytest.fixture
def heard(site: Flask) -> Iterator[Heard]:
    heard: Heard = []

    def identified(sender: Flask, *, session: Any) -> None:
        heard.append(("identified", session["username"]))

    def refused(sender: Flask, *, session: Any, reason: str) -> None:
        heard.append(("refused", session.user_id, reason))

    def banned(sender: Flask, *, session: Any, ban: Any) -> None:
        heard.append(("banned", ban.reason))

    with (
        visitor_identified.connected_to(identified, site),
        session_refused.connected_to(refused, site),
        ban_met.connected_to(banned, site),
    ):
        yield heard


@pytest.fixture
def changes(site: Flask) -> Iterator[Heard]:
    heard: Heard = []

    def changed(sender: Flask, *, session: Any, previous_user_id: int, user_id: int) -> None:
        heard.append((previous_user_id, user_id, session.user_id))

    with user_changed.connected_to(changed, site):
        yield heard


def test_the_visitor_is_told_once_a_request(site: Flask, heard: Heard) -> None:
    client: Any = site.test_client()
    client.get("/picture")
    assert heard == []
    client.get("/")
    client.login_as("alice")
    client.get("/")
    assert heard == [("identified", "Anonymous"), ("identified", "alice")]


def test_a_refusal_is_told_with_its_reason(site: Flask, heard: Heard) -> None:
    client: Any = site.test_client()
    client.login_as("alice")
    client.get("/", headers={"User-Agent": "another"})
    client.set_cookie("phpbb3_mini_sid", "0" * 32)
    client.get("/")
    assert [entry for entry in heard if entry[0] == "refused"] == [
        ("refused", 1, "browser"),
        ("refused", 1, "unknown"),
    ]


def test_a_ban_is_told(site: Flask, heard: Heard, forum: Forum) -> None:
    forum.board.ban(user="alice", give_reason="Be gone")
    client: Any = site.test_client()
    client.login_as("alice")
    client.get("/")
    assert heard == [("identified", "Anonymous"), ("refused", 1, "banned"), ("banned", "Be gone")]


def test_only_the_sending_application_is_heard(site: Flask, heard: Heard, make_site: MakeApp) -> None:
    other = make_site()
    other.add_url_rule("/", "index", lambda: str(session["username"]))
    other.test_client().get("/")
    assert heard == []


def test_a_board_that_cannot_be_asked_is_no_visitor(make_site: MakeApp, forum: Forum) -> None:
    app = make_site(PHPBB3_DATABASE={"DATABASE": str(forum.board.path), "TABLE_PREFIX": "no_"})
    heard: Heard = []

    def identified(sender: Flask, **_: Any) -> None:
        heard.append((sender,))

    with visitor_identified.connected_to(identified, app), app.test_request_context():
        with pytest.raises(BoardUnavailableError):
            session["user_id"]
        assert current_visitor().is_authenticated is False
    assert heard == []


def test_a_change_of_user_is_told_once(site: Flask, changes: Heard, phpbb3_board: EmbeddedBoard) -> None:
    alice, bob = phpbb3_board.user_id("alice"), phpbb3_board.user_id("bob")
    client: Any = site.test_client()
    for user in (None, "alice", "bob", None):
        if user is None:
            client.logout()
        else:
            client.login_as(user)
        client.get("/picture")
        client.get("/")
        client.get("/")
    assert changes == [(1, alice, alice), (alice, bob, bob), (bob, 1, 1)]
    assert client.get_cookie("session_user") is None


def test_the_end_of_a_session_is_a_change(site: Flask, changes: Heard, phpbb3_board: EmbeddedBoard) -> None:
    alice = phpbb3_board.user_id("alice")
    client: Any = site.test_client()
    cookies = client.login_as("alice")
    client.get("/")
    phpbb3_board.sign_out(cookies["phpbb3_mini_sid"])
    client.get("/")
    assert changes == [(1, alice, alice), (alice, 1, 1)]


@pytest.mark.parametrize("forged", ["", "5", "x.y", "NQ.AAAA"])
def test_a_forged_cookie_tells_nothing(site: Flask, changes: Heard, forged: str) -> None:
    client: Any = site.test_client()
    client.set_cookie("session_user", forged)
    client.get("/")
    assert changes == []


def test_flasks_session_cookie_does_not_pass_for_it(site: Flask, changes: Heard) -> None:
    serializer = site.session_interface._guest_keys.get_signing_serializer(site)  # type: ignore[attr-defined]
    client: Any = site.test_client()
    client.set_cookie("session_user", serializer.dumps(5))
    client.get("/")
    assert changes == []


def test_the_cookie_is_as_careful_as_flasks_own(site: Flask, changes: Heard) -> None:
    site.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_PATH="/x")
    client: Any = site.test_client()
    client.login_as("alice")
    [cookie] = [
        line for line in client.get("/").headers.getlist("Set-Cookie") if line.startswith("session_user=")
    ]
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/x"):
        assert attribute in cookie


def test_without_a_listener_there_is_no_cookie(site: Flask) -> None:
    client: Any = site.test_client()
    client.login_as("alice")
    assert "Set-Cookie" not in client.get("/").headers


def test_without_a_secret_key_there_is_no_change(make_site: MakeApp) -> None:
    app = make_site(SECRET_KEY=None)
    app.add_url_rule("/", "index", lambda: str(session["username"]))
    heard: Heard = []

    def changed(sender: Flask, **_: Any) -> None:
        heard.append((sender,))

    client: Any = app.test_client()
    client.login_as("alice")
    with user_changed.connected_to(changed, app):
        assert client.get("/").text == "alice"
    assert heard == []
