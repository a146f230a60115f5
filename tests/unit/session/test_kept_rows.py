"""``PHPBB3_SESSION_CACHE_TTL``: pages that fire many requests at once ask for the visitor's row once."""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from flask import Flask, session

from flask_phpbb3 import ConfigurationError
from flask_phpbb3.config import read_settings
from flask_phpbb3.testing import NEVER, YES
from flask_phpbb3.testing.conformance import BoardUnderTest

from ...apps import Counting, board_of, close, make_app, visitor
from ...miniatures import Build

AGENT = "Browser/1.0"
TTL = 60


class KeptRows:
    """An application that keeps rows, beside a board, and what its requests ask.

    :ivar user: whom the current test is about.
    """

    def __init__(self, subject: BoardUnderTest, **settings: Any) -> None:
        self.board = subject.board
        self.forum = self.board.add_forum("Open")
        self.counting = Counting("sqlite3")
        given = {"session_cache_ttl": TTL, "board_ttl": 3600, "ban_ttl": 3600, **settings}
        database = {**subject.config["PHPBB3_DATABASE"], **given.pop("database", {})}
        version = subject.config["PHPBB3"]["VERSION"]
        self.app: Flask = make_app("counting", database, version=version, plugins=(self.counting,), **given)
        self.app.add_url_rule("/", view_func=self.view, methods=["GET", "POST"])
        self.app.add_url_rule("/spoil", view_func=self.spoil)
        self.may = False
        self.posts = 0
        self.meet_somebody()
        self.ask()  # what the board is like

    def meet_somebody(self) -> None:
        self.user = self.board.add_user(f"user {secrets.token_hex(4)}")

    @property
    def known(self) -> str:
        """Return what the view says of the user."""
        return f"{self.user} None"

    def view(self) -> str:
        self.may = visitor().has_privilege("f_post", self.forum)
        self.posts = session["user_posts"]
        return f"{session['user_id']} {visitor().refusal}"

    def spoil(self) -> str:
        row: Any = visitor().identification.row
        row.update(username="mallory", user_id=2)
        return f"{session['user_id']} {visitor().refusal}"

    def ask(
        self, cookies: dict[str, str] | None = None, path: str = "/", **environ: str
    ) -> tuple[str, list[str]]:
        """Return who the visitor is and the refusal, and which statements were asked to find out."""
        header = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
        with self.counting.counted() as asked:
            answer = self.app.test_client(use_cookies=False).get(
                path, environ_overrides={"HTTP_COOKIE": header, "HTTP_USER_AGENT": AGENT, **environ}
            )
        assert answer.status_code == 200
        return answer.text, [name for name in asked if name.startswith("get_")]

    def sign_in(self, user: int | None = None, **more: Any) -> dict[str, str]:
        return self.board.sign_in(self.user if user is None else user, browser=AGENT, **more)

    def by_key(self, *, sid: str = "0" * 32) -> dict[str, str]:
        """Return the cookies of a browser whose session is over and whose key counts."""
        cookies = self.sign_in(autologin=True)
        return {name: sid if name.endswith("_sid") else value for name, value in cookies.items()}

    def sid(self, cookies: dict[str, str]) -> str:
        return cookies[f"{self.board.cookie_name}_sid"]

    def sign_out(self, cookies: dict[str, str]) -> None:
        """Do what phpBB does: the session goes, and the key."""
        with self.board._rows.transaction():
            self.board._rows.delete("sessions", session_id=self.sid(cookies))
            self.board._rows.delete("sessions_keys", user_id=self.user)


@pytest.fixture(scope="module")
def made(build: Build) -> Iterator[KeptRows]:
    made = KeptRows(build("sqlite", "sqlite3", "3.3"))
    yield made
    close(made.app)


@pytest.fixture
def site(made: KeptRows) -> KeptRows:
    made.meet_somebody()
    return made


@pytest.fixture(params=["3.0", "4.0"])
def old_or_new(request: pytest.FixtureRequest, build: Build) -> Iterator[KeptRows]:
    made = KeptRows(build("sqlite", "sqlite3", request.param))
    yield made
    close(made.app)


@pytest.fixture
def now() -> Iterator[mock.Mock]:
    with mock.patch("time.monotonic", return_value=time.monotonic()) as clock:
        yield clock


def test_it_is_off_unless_asked_for(build: Build) -> None:
    off = KeptRows(build("sqlite", "sqlite3", "3.3"), session_cache_ttl=0)
    cookies = off.sign_in()
    assert [off.ask(cookies)[1] for _ in range(3)] == [["get_session"]] * 3
    close(off.app)
    assert read_settings({}).session_cache_ttl == 0


@pytest.mark.parametrize("value", [-1, 61, 3600, float("nan"), float("inf"), "2", None, True])
def test_what_is_no_time_is_refused_at_the_border(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"SESSION_CACHE_TTL.* 0 or more and 60 at most"):
        read_settings({"PHPBB3_SESSION_CACHE_TTL": value})


def test_many_requests_cost_one_statement(site: KeptRows) -> None:
    cookies = site.sign_in()
    answers = [site.ask(cookies) for _ in range(20)]
    assert [asked for _, asked in answers] == [["get_session"], *[[]] * 19]
    assert {who for who, _ in answers} == {site.known}


def test_so_they_do_on_boards_of_other_lines(old_or_new: KeptRows) -> None:
    for cookies in (old_or_new.sign_in(), old_or_new.by_key()):
        assert old_or_new.ask(cookies)[0] == old_or_new.known
        assert old_or_new.ask(cookies) == (old_or_new.known, [])


def test_a_key_costs_its_two_statements_once(site: KeptRows) -> None:
    cookies = site.by_key()
    answers = [site.ask(cookies) for _ in range(20)]
    assert [asked for _, asked in answers] == [["get_session", "get_autologin"], *[[]] * 19]
    assert {who for who, _ in answers} == {site.known}


def test_after_its_time_the_board_is_asked_again(site: KeptRows, now: mock.Mock) -> None:
    cookies = site.sign_in()
    assert site.ask(cookies)[1] == ["get_session"]
    now.return_value += TTL - 0.1
    assert site.ask(cookies)[1] == []
    now.return_value += 0.2
    assert site.ask(cookies)[1] == ["get_session"]
    site.sign_out(cookies)
    now.return_value += TTL
    assert site.ask(cookies) == ("1 unknown", ["get_session"])


def test_use_does_not_lengthen_the_time(site: KeptRows, now: mock.Mock) -> None:
    cookies = site.sign_in()
    site.ask(cookies)
    site.sign_out(cookies)
    for _ in range(9):
        now.return_value += TTL / 10
        assert site.ask(cookies) == (site.known, [])
    now.return_value += TTL / 10
    assert site.ask(cookies)[0] == "1 unknown"


def test_signing_out_is_as_late_as_is_said(site: KeptRows, now: mock.Mock) -> None:
    for sign_in in (site.sign_in, site.by_key):
        cookies = sign_in()
        site.ask(cookies)
        site.sign_out(cookies)
        assert site.ask(cookies) == (site.known, [])
        now.return_value += TTL
        assert site.ask(cookies)[0] == "1 unknown"


def test_a_ban_is_as_late_as_is_said_and_its_end_is_not(site: KeptRows, now: mock.Mock) -> None:
    cookies = site.sign_in()
    site.ask(cookies)
    site.board.ban(user=site.user)
    assert site.ask(cookies)[0] == site.known
    now.return_value += TTL
    assert site.ask(cookies)[0] == "1 banned"
    with site.board._rows.transaction():
        site.board._rows.delete("banlist", ban_userid=site.user)
    assert site.ask(cookies)[0] == site.known


def test_a_ban_that_ends_is_not_kept_beyond_its_end(site: KeptRows) -> None:
    cookies = site.sign_in()
    site.board.ban(user=site.user)
    assert [site.ask(cookies) for _ in range(3)] == [("1 banned", ["get_session"])] * 3


def test_rights_are_as_late_as_is_said(site: KeptRows, now: mock.Mock) -> None:
    cookies = site.sign_in()
    stored = {}
    for setting in (NEVER, YES):
        site.board.grant(option="f_post", setting=setting, user=site.user, forum=site.forum)
        stored[setting] = board_of(site.app).get_acl(user_id=site.user).encode()
    for setting, seen in ((NEVER, False), (YES, False)):
        site.board.change_user(site.user, user_permissions=stored[setting])
        site.ask(cookies)
        assert site.may is seen
    now.return_value += TTL
    site.ask(cookies)
    assert site.may


def test_a_guest_with_a_session_is_asked_for_each_time(site: KeptRows) -> None:
    """So that whoever signs in is seen at once, whatever becomes of the session id."""
    cookies = site.sign_in(1)
    assert [site.ask(cookies)[1] for _ in range(3)] == [["get_session"]] * 3
    site.sign_out(cookies)
    site.sign_in(session_id=site.sid(cookies))
    assert site.ask(cookies)[0] == site.known


def test_an_unknown_session_is_not_remembered(site: KeptRows) -> None:
    sid = "0123456789abcdef" * 2
    cookies = {f"{site.board.cookie_name}_sid": sid}
    assert [site.ask(cookies) for _ in range(3)] == [("1 unknown", ["get_session"])] * 3
    site.sign_in(session_id=sid)
    assert site.ask(cookies)[0] == site.known


def test_a_session_that_grew_too_old_is_asked_for_before_it_is_refused(site: KeptRows) -> None:
    """The forum's page renews the session's time; the old time must not shut its owner out."""
    cookies = site.sign_in()
    assert site.ask(cookies)[1] == ["get_session"]
    site.board.set_config("session_length", "3600")
    with mock.patch("time.time", return_value=time.time() + 10_000):
        assert site.ask(cookies) == ("1 expired", ["get_session"])
        with site.board._rows.transaction():
            site.board._rows.update(
                "sessions", {"session_id": site.sid(cookies)}, session_time=int(time.time())
            )
        assert site.ask(cookies) == (site.known, ["get_session"])


def test_inactive_users_are_asked_for_each_time(site: KeptRows) -> None:
    site.board.change_user(site.user, user_type=1)
    cookies = site.sign_in()
    assert [site.ask(cookies)[1] for _ in range(3)] == [["get_session"]] * 3
    site.board.change_user(site.user, user_type=0)
    site.ask(cookies)
    assert site.ask(cookies) == (site.known, [])


def test_what_a_view_does_to_the_columns_reaches_no_other_request(site: KeptRows) -> None:
    cookies = site.sign_in()
    site.ask(cookies)
    assert site.ask(cookies, "/spoil")[0] == "2 None"
    assert site.ask(cookies) == (site.known, [])


def test_what_the_application_writes_it_reads_at_the_next_request(build: Build) -> None:
    subject = build("sqlite", "sqlite3", "3.3")
    sql = "UPDATE {TABLE_PREFIX}users SET user_posts = %(posts)s WHERE user_id = %(user_id)s"
    statements = {"CUSTOM_STATEMENTS": {"set_posts": sql}}
    site = KeptRows(subject, database={**statements, **(subject.writer or {})})
    cookies = site.sign_in()
    site.ask(cookies)
    board_of(site.app).execute_custom("set_posts", posts=7, user_id=site.user)
    assert site.ask(cookies) == (site.known, ["get_session"])
    assert site.posts == 7
    close(site.app)


def test_another_option_of_the_board_makes_old_rows_worthless(build: Build) -> None:
    """A string is read by the options of its own moment: others would shift every right in it."""
    site = KeptRows(build("sqlite", "sqlite3", "3.3"), board_ttl=0)
    site.board.change_user(site.user, user_permissions=board_of(site.app).get_acl(user_id=site.user).encode())
    cookies = site.sign_in()
    site.ask(cookies)
    assert site.ask(cookies)[1].count("get_session") == 0
    site.board.add_option("f_new", is_local=True)
    assert site.ask(cookies)[1].count("get_session") == 1
    close(site.app)


def test_another_board_in_its_place_knows_none_of_the_rows(site: KeptRows) -> None:
    cookies = site.sign_in()
    site.ask(cookies)
    site.board.set_config("board_startdate", "12345")
    board_of(site.app).board._data.forget()
    assert site.ask(cookies)[1].count("get_session") == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_goes_on(site: KeptRows) -> None:
    cookies = site.sign_in()
    site.ask(cookies)
    child = os.fork()
    if not child:  # pragma: no cover - coverage does not see the child
        code = 1
        try:
            code = 0 if site.ask(cookies) == (site.known, []) else 2
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0


def test_threads_share_rows_and_nobody_is_mixed_up(site: KeptRows) -> None:
    people = [site.board.add_user(f"{name} {site.user}") for name in ("bob", "carol", "dora")]
    logins = [(user, site.sign_in(user)) for user in people]
    wrong: list[str] = []

    def visit(user: int, cookies: dict[str, str]) -> None:
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        client = site.app.test_client(use_cookies=False)
        for _ in range(30):
            found = client.get("/", headers={"Cookie": header, "User-Agent": AGENT}).text
            if found != f"{user} None":
                wrong.append(found)

    with site.counting.counted() as asked:
        threads = [threading.Thread(target=visit, args=login) for login in logins * 3]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert asked.count("get_session") <= len(threads)
