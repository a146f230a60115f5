"""An application's own keys: whose they are, and that they reach nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask, request, session
from flask.testing import FlaskClient

from flask_phpbb3.testing.conformance import BoardUnderTest

from ...apps import board_of, close, make_app
from ...miniatures import Build
from ...servers import Memcached

AGENT = "Browser/1.0"


def site(subject: BoardUnderTest, **settings: Any) -> Flask:
    """Make a small site with a key of its own."""
    config = subject.config
    app = make_app(config["PHPBB3"]["DRIVER"], config["PHPBB3_DATABASE"], version="3.3", **settings)

    @app.route("/put")
    def put() -> dict[str, Any]:
        session["note"] = request.args["note"]
        return {"user": session["user_id"]}

    @app.route("/look")
    def look() -> dict[str, Any]:
        return {"user": session["user_id"], "note": session.get("note"), "all": "note" in dict(session)}

    @app.route("/clear")
    def clear() -> dict[str, Any]:
        session.clear()
        return {"user": session["user_id"]}

    return app


@pytest.fixture(scope="module")
def subject(build: Build) -> BoardUnderTest:
    made = build("sqlite", "sqlite3", "3.3")
    made.board.add_user("alice")
    made.board.add_user("bob")
    return made


@pytest.fixture(params=["cookie", "simple", "memcached"])
def backend(request: pytest.FixtureRequest) -> dict[str, Any]:
    if request.param != "memcached":
        return {"session_backend": {"TYPE": request.param}}
    memcached: Memcached = request.getfixturevalue("memcached")
    return {"session_backend": {"TYPE": "memcached", "SERVERS": [f"{memcached.host}:{memcached.port}"]}}


@pytest.fixture
def browser(subject: BoardUnderTest, backend: dict[str, Any]) -> Iterator[FlaskClient]:
    app = site(subject, **backend)
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = AGENT
    yield client
    close(app)


def put_cookies(browser: FlaskClient, cookies: Mapping[str, str]) -> None:
    for name, value in cookies.items():
        browser.set_cookie(name, value)


def drop_cookies(browser: FlaskClient, subject: BoardUnderTest) -> None:
    for name in ("sid", "u", "k"):
        browser.delete_cookie(f"{subject.board.cookie_name}_{name}")


def look(browser: FlaskClient) -> tuple[int, str | None]:
    answer = browser.get("/look")
    assert answer.json is not None
    assert answer.json["all"] is (answer.json["note"] is not None)
    return answer.json["user"], answer.json["note"]


@pytest.mark.parametrize("autologin", [False, True], ids=["session", "key"])
def test_nothing_crosses_a_sign_in_or_sign_out(
    subject: BoardUnderTest, browser: FlaskClient, autologin: bool
) -> None:
    """A guest, alice, a guest, bob, a guest: in one browser, each starts with nothing."""
    board = subject.board
    ids = {name: board.user_id(name) for name in ("alice", "bob")}
    browser.get("/put?note=guests")
    assert look(browser) == (1, "guests")
    for name in ("alice", "bob"):
        cookies = board.sign_in(name, browser=AGENT, autologin=autologin)
        if autologin:  # phpBB's session is over, the key signs in again
            cookies[f"{board.cookie_name}_sid"] = "0" * 32
        put_cookies(browser, cookies)
        assert look(browser) == (ids[name], None)
        browser.get(f"/put?note={name}")
        assert look(browser) == (ids[name], name)
        drop_cookies(browser, subject)
        assert look(browser) == (1, None)
        browser.get("/put?note=after")
        assert look(browser) == (1, "after")


def test_the_same_user_signed_in_twice_has_two_sets_of_keys(
    subject: BoardUnderTest, browser: FlaskClient
) -> None:
    alice = subject.board.user_id("alice")
    for note in ("first", "second"):
        put_cookies(browser, subject.board.sign_in("alice", browser=AGENT))
        assert look(browser) == (alice, None)
        browser.get(f"/put?note={note}")
        assert look(browser) == (alice, note)


def test_a_stolen_or_invented_id_is_no_key(subject: BoardUnderTest, browser: FlaskClient) -> None:
    """A session that phpBB refuses leads to no keys, neither its own nor those a thief put there."""
    sid = f"{subject.board.cookie_name}_sid"
    cookies = subject.board.sign_in("alice", browser=AGENT)
    put_cookies(browser, cookies)
    browser.get("/put?note=alices")
    thief = browser.application.test_client()
    thief.environ_base["HTTP_USER_AGENT"] = "Thief/1.0"
    put_cookies(thief, cookies)
    assert look(thief) == (1, None)
    thief.set_cookie(sid, "f" * 32)
    thief.get("/put?note=thiefs")
    other = browser.application.test_client()
    other.set_cookie(sid, "f" * 32)
    assert look(other) == (1, None)
    assert look(browser) == (subject.board.user_id("alice"), "alices")


def test_clearing_keeps_the_visitor(subject: BoardUnderTest, browser: FlaskClient) -> None:
    put_cookies(browser, subject.board.sign_in("alice", browser=AGENT))
    browser.get("/put?note=x")
    browser.get("/clear")
    assert look(browser) == (subject.board.user_id("alice"), None)


def test_two_boards_on_one_memcached_share_nothing(build: Build, memcached: Memcached) -> None:
    """Not even where users, sessions and statements are the same; nor two table prefixes of one database."""
    backend = {"TYPE": "memcached", "SERVERS": [f"{memcached.host}:{memcached.port}"]}
    clients = []
    users = set()
    for name in ("first", "second"):
        made = build("sqlite", "sqlite3", "3.3")
        users.add(made.board.add_user(f"user of the {name}"))
        [user] = users
        cookies = made.board.sign_in(user, browser=AGENT, session_id="0123456789abcdef" * 2)
        client = site(made, session_backend=backend).test_client()
        client.environ_base["HTTP_USER_AGENT"] = AGENT
        put_cookies(client, cookies)
        clients.append(client)
    first, second = clients
    expected = [board_of(client.application).get_user(user_id=user) for client in clients]
    assert expected[0] != expected[1]
    for _ in range(2):
        for client, row in zip(clients, expected, strict=True):
            assert board_of(client.application).get_user(user_id=user, cache=True) == row
    first.get("/put?note=first")
    assert look(second) == (user, None)
    second.get("/put?note=second")
    assert look(first) == (user, "first")
    for client in clients:
        close(client.application)


def test_cached_content_is_the_viewers(subject: BoardUnderTest, backend: dict[str, Any]) -> None:
    """One visitor's cached posts never reach another."""
    board = subject.board
    staff = board.add_forum("Staff")
    board.grant_role("ROLE_FORUM_STANDARD", user="alice", forum=staff)
    post = board.add_post(board.add_topic(staff, "Secret", "alice"), "text", "alice")
    app = site(subject, **backend)
    seen = {}
    for _ in range(2):
        for name in ("alice", "bob"):
            header = "; ".join(f"{key}={value}" for key, value in board.sign_in(name, browser=AGENT).items())
            with app.test_request_context("/", headers={"Cookie": header, "User-Agent": AGENT}):
                rows = board_of(app).fetch_latest_posts(limit=None, cache=True)
                seen[name] = post in {row["post_id"] for row in rows}
        assert seen == {"alice": True, "bob": False}
        assert post not in {
            row["post_id"] for row in board_of(app).fetch_latest_posts(limit=None, cache=True)
        }
    close(app)
