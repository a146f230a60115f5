"""Who the visitor is, where rows of several kinds meet: keys that are shared, bans of the guest, bots."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask

from flask_phpbb3.phpbb.bots import BotList
from flask_phpbb3.phpbb.visitor import Visitor
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing.conformance import BoardUnderTest

from ...apps import close, visitor
from ...miniatures import Build


@pytest.fixture(params=["3.0", "3.3", "4.0"])
def subject(request: pytest.FixtureRequest, build: Build) -> BoardUnderTest:
    return build("sqlite", "sqlite3", request.param)


def who(app: Flask, cookies: dict[str, str], **headers: str) -> tuple[int, str | None, bool, bool]:
    """Return user id, refusal, whether banned and whether a bot."""
    line = "; ".join(f"{name}={value}" for name, value in cookies.items())
    with app.test_request_context("/", headers={"Cookie": line, "User-Agent": "", **headers}):
        found = visitor()
        return found.user_id, found.refusal, found.ban is not None, found.is_bot


def test_two_users_may_have_one_key(subject: BoardUnderTest) -> None:
    board = subject.board
    users = [board.add_user("first"), board.add_user("second")]
    signed_in = [board.sign_in(user, autologin=True) for user in users]
    key = signed_in[0]["phpbb3_mini_k"]
    import hashlib

    key_id = hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()
    board.insert("sessions_keys", key_id=key_id, user_id=users[1], last_ip="", last_login=int(time.time()))
    app = subject.app()
    for user in users:
        cookies = {"phpbb3_mini_u": str(user), "phpbb3_mini_k": key, "phpbb3_mini_sid": "unknown"}
        assert who(app, cookies)[0] == user
    close(app)


def test_a_key_of_somebody_else_signs_nobody_in(subject: BoardUnderTest) -> None:
    owner, other = (subject.board.add_user(name) for name in ("owner", "other"))
    key = subject.board.sign_in(owner, autologin=True)["phpbb3_mini_k"]
    app = subject.app()
    cookies = {"phpbb3_mini_u": str(other), "phpbb3_mini_k": key}
    # Up to 3.3 a key without any session id is not looked at.
    why = "user_id" if subject.config["PHPBB3"]["VERSION"] == "4.0" else None
    assert who(app, cookies)[:2] == (1, why)
    assert who(app, {**cookies, "phpbb3_mini_sid": "unknown"})[:2] == (1, "unknown")
    close(app)


def test_a_ban_of_the_guest_meets_guests_with_and_without_a_session(subject: BoardUnderTest) -> None:
    subject.board.ban(user=1)
    app = subject.app()
    assert who(app, {})[2]
    assert who(app, subject.board.sign_in(1))[2]
    close(app)


def test_the_botlist_meets_guests_with_and_without_a_session(subject: BoardUnderTest) -> None:
    app = subject.app(PHPBB3_BOTLIST=["OurMonitor/"])
    agent = {"User-Agent": "OurMonitor/2.0"}
    cookies = subject.board.sign_in(1, browser="OurMonitor/2.0")
    assert who(app, {}, **agent) == (1, None, False, True)
    assert who(app, cookies, **agent) == (1, None, False, True)
    close(app)


def test_networks_are_banned_in_4_0_only(subject: BoardUnderTest) -> None:
    subject.board.ban(ip="127.0.0.0/8")
    app = subject.app()
    is_4_0 = subject.config["PHPBB3"]["VERSION"] == "4.0"
    with app.test_request_context("/", environ_overrides={"REMOTE_ADDR": "127.9.9.9"}):
        assert (visitor().ban is not None) is is_4_0
    close(app)


def test_a_board_of_an_unknown_release_is_unavailable_not_a_crash(subject: BoardUnderTest) -> None:
    subject.board.set_config("version", "9.1.0")
    app = subject.app(PHPBB3={"DRIVER": "sqlite3", "VERSION": "auto"})

    @app.get("/")
    def home() -> str:
        return str(visitor().user_id)

    @app.errorhandler(503)
    def away(error: Exception) -> tuple[str, int]:
        return f"away, {visitor().is_authenticated}", 503

    answer = app.test_client().get("/")
    assert (answer.status_code, answer.text) == (503, "away, False")
    close(app)


def test_wildcards_of_bots_take_no_time() -> None:
    bots = BotList([{"user_id": 5, "bot_agent": "a*b*c*d*e*f", "bot_ip": ""}])
    # With a backtracking search this would outlive the test run.
    assert bots.find(Visitor(browser="abcde" * 20_000)) is None
    assert bots.find(Visitor(browser="xx A y B c d e F")) == 5


def test_a_row_of_another_session_is_nobodys(subject: BoardUnderTest) -> None:
    """A connection that two processes share by mistake answers one with what the other has asked."""
    first, second = (
        subject.board.sign_in(subject.board.add_user(name), browser="") for name in ("first", "second")
    )
    with closing_app(subject, **crossed(subject, first["phpbb3_mini_sid"])) as app:
        client = app.test_client(use_cookies=False)
        assert client.get("/", headers=_cookies(first)).status_code == 200
        assert client.get("/", headers=_cookies(second)).status_code == 503


def crossed(subject: BoardUnderTest, session_id: str) -> dict[str, Any]:
    """Return settings with which every session asked for is one and the same."""
    line = Plugins().line(subject.config["PHPBB3"]["VERSION"])
    sql = line.query_set("sqlite")["get_session"].sql
    wrong = sql.replace("%(session_id)s", f"COALESCE('{session_id}', %(session_id)s)")
    assert wrong != sql
    database = {**subject.config["PHPBB3_DATABASE"], "CUSTOM_STATEMENTS": {"get_session": wrong}}
    return {"PHPBB3_DATABASE": database}


@contextmanager
def closing_app(subject: BoardUnderTest, **config: Any) -> Iterator[Flask]:
    app = subject.app(**config)
    app.add_url_rule("/", view_func=lambda: str(visitor().user_id))
    yield app
    close(app)


def _cookies(cookies: dict[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "User-Agent": ""}
