"""A canary in every secret place, and everywhere that somebody might see it."""

from __future__ import annotations

import hashlib
import logging
import traceback
from typing import Any

import pytest
from cachelib import SimpleCache
from flask import Flask, session

from flask_phpbb3 import PhpBB3, PhpBB3Error
from flask_phpbb3.testing.conformance import BoardUnderTest

from .apps import board_of, make_app, visitor
from .command_line import factory, run
from .miniatures import Build, build  # noqa: F401 - a fixture
from .servers import GUARDED, PASSWORD

AGENT = "Browser/1.0"
CANARY = "canary5eb"
COLUMNS = (
    "user_password",
    "user_newpasswd",
    "user_form_salt",
    "user_actkey",
    "reset_token",
    "user_last_confirm_key",
)
SECRET_CONFIG = ("smtp_password", "avatar_salt", "rand_seed", "plupload_salt")


class Leaks:
    """Everything that was seen, and the secrets that must not be in it."""

    def __init__(self) -> None:
        self.secrets = {CANARY, PASSWORD}
        self.seen: list[str] = []

    def see(self, *things: Any) -> None:
        for thing in things:
            if isinstance(thing, BaseException):
                self.seen += [str(thing), "".join(traceback.format_exception(thing))]
            self.seen += [thing if isinstance(thing, str) else repr(thing)]

    def found(self) -> list[str]:
        return [text for text in self.seen if any(secret in text for secret in self.secrets)]


@pytest.fixture
def leaks() -> Leaks:
    return Leaks()


@pytest.fixture(
    params=[("sqlite", "sqlite3"), ("postgresql", "psycopg2"), ("postgresql", "psycopg")], ids="-".join
)
def subject(request: pytest.FixtureRequest, build: Build) -> BoardUnderTest:  # noqa: F811
    database, driver = request.param
    made = build(database, driver, "3.3")
    forum = made.board.add_forum("Locked", forum_password=CANARY)
    made.board.grant_role("ROLE_FORUM_STANDARD", group="REGISTERED", forum=forum)
    topic = made.board.add_topic(made.board.add_forum("Open"), "Hello", "admin")
    made.board.add_post(topic, "text", "admin")
    columns: dict[str, Any] = {name: CANARY for name in COLUMNS if made.board.schema.has("users", name)}
    made.board.add_user("alice", **columns)
    for name in SECRET_CONFIG:
        made.board.set_config(name, CANARY)
    settings = dict(made.config["PHPBB3_DATABASE"])
    if database == "postgresql":
        with made.board._rows.transaction():
            made.board._rows.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {GUARDED}")
        settings["USER"] = GUARDED
    settings["PASSWORD"] = PASSWORD
    return BoardUnderTest(board=made.board, config={**made.config, "PHPBB3_DATABASE": settings})


def test_nobody_sees_a_secret(
    subject: BoardUnderTest, leaks: Leaks, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    cache = SimpleCache()
    app = Flask("secrets")
    app.secret_key = "s"
    app.config.update(subject.config, TESTING=True)
    PhpBB3(app, cache=cache)
    phpbb3 = board_of(app)
    cookies = subject.board.sign_in("alice", browser=AGENT, autologin=True)
    values = {name.rpartition("_")[2]: value for name, value in cookies.items()}
    stored_key = hashlib.md5(values["k"].encode(), usedforsecurity=False).hexdigest()
    leaks.secrets |= {values["sid"], values["k"], stored_key}

    _visit(app, leaks, cookies, AGENT)
    _visit(app, leaks, cookies, "Another/2.0")  # refused, and back by the key
    _visit(app, leaks, {**cookies, f"{subject.board.cookie_name}_k": ""}, "Another/2.0")
    _fail(phpbb3, leaks, values["sid"], stored_key)
    user = phpbb3.get_user(user_id=3, cache=True)
    leaks.see(user, phpbb3.fetch_latest_posts(limit=None, cache=True), cache._cache)
    leaks.see(app.extensions, phpbb3.settings, phpbb3.driver, phpbb3.driver.__dict__, phpbb3.board)
    leaks.see(phpbb3.board.data(), phpbb3.board.bans(), phpbb3.board.connector(), phpbb3.cache)
    leaks.see(caplog.text, *(repr(record.args) for record in caplog.records))
    assert len(leaks.seen) > 20
    assert leaks.found() == []
    phpbb3.driver.close()


def _visit(app: Flask, leaks: Leaks, cookies: dict[str, str], agent: str) -> None:
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    with app.test_request_context("/", headers={"Cookie": header, "User-Agent": agent}):
        shown = {name: value for name, value in session.items() if name != "session_id"}
        leaks.see(session, visitor().identification, visitor().refusal, shown)
        session["own"] = "x"
        leaks.see(visitor().get_link_hash("x"), visitor().acl, visitor().groups)


def _fail(phpbb3: Any, leaks: Leaks, session_id: str, key: str) -> None:
    """Make every kind of mistake with a secret among the arguments."""
    calls: list[tuple[str, dict[str, Any]]] = [
        ("get_session", {"session_id": session_id, "cache": True}),
        ("get_session", {"sid": session_id}),
        ("get_session", {"session_id": [session_id]}),
        ("get_session", {"session_id": session_id + "\0"}),
        ("get_autologin", {"key": key, "cache_ttl": -1}),
        ("get_sesion", {"session_id": session_id}),
        ("get_user", {"user_id": session_id}),
        ("has_membership_resolve", {"user_id": 2, "group_name": {"x": session_id}}),
        ("get_user_acl", {"raw_user_permissions": session_id}),
    ]
    for name, arguments in calls:
        with pytest.raises(PhpBB3Error) as caught:
            phpbb3.execute_custom(name, **arguments)
        leaks.see(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [{"DATABASE": "/no/such/board"}, {"TABLE_PREFIX": "wrong_"}, {"PORT": 1}, {"USER": "nobody_here"}],
)
def test_a_board_that_cannot_be_asked_tells_no_password(
    subject: BoardUnderTest, leaks: Leaks, caplog: pytest.LogCaptureFixture, wrong: dict[str, Any]
) -> None:
    caplog.set_level(logging.DEBUG)
    database = {**subject.config["PHPBB3_DATABASE"], **wrong}
    if subject.config["PHPBB3"]["DRIVER"] == "sqlite3" and not wrong.keys() & {"DATABASE", "TABLE_PREFIX"}:
        pytest.skip("SQLite has no server")
    app = make_app(subject.config["PHPBB3"]["DRIVER"], database, version="3.3")
    with pytest.raises(PhpBB3Error) as caught:
        board_of(app).get_user(user_id=2)
    app.add_url_rule("/", "page", lambda: str(session["user_id"]))
    answer = app.test_client().get("/")
    assert answer.status_code == 503
    leaks.see(caught.value, caplog.text, answer.text, answer.headers)
    assert leaks.found() == []


def test_a_wrong_setting_tells_no_password(leaks: Leaks) -> None:
    for wrong in ({"PASSWORD": CANARY.encode()}, {"PASWORD": CANARY}, {"OPTIONS": CANARY}):
        with pytest.raises(PhpBB3Error) as caught:
            make_app("sqlite3", wrong)
        leaks.see(caught.value)
    assert leaks.found() == []


def test_the_command_line_tells_no_secret(subject: BoardUnderTest, leaks: Leaks) -> None:
    cookies = subject.board.sign_in("alice", browser=AGENT, autologin=True)
    values = {name.rpartition("_")[2]: value for name, value in cookies.items()}
    leaks.secrets |= {values["sid"], values["k"]}
    make = factory(subject.config)
    for arguments in (["doctor"], ["plugins"], ["whoami", values["sid"]], ["permissions", "alice"]):
        leaks.see(run(make, *arguments).output)
    for wrong in ({"TABLE_PREFIX": "wrong_"}, {"DATABASE": "no_such_board"}):
        database = {**subject.config["PHPBB3_DATABASE"], **wrong}
        leaks.see(run(factory({**subject.config, "PHPBB3_DATABASE": database}), "doctor").output)
    assert all(len(text) > 20 for text in leaks.seen)
    assert leaks.found() == []
