"""What is known of a board: its version, its age, and changes under us."""

from __future__ import annotations

import pytest
from flask import session

from flask_phpbb3 import BoardMismatchError, Version, hookimpl
from flask_phpbb3.testing.conformance import BoardUnderTest

from ...apps import asking, board_of, make_app, visitor
from ...miniatures import Build

AGENT = "Browser/1.0"


@pytest.fixture
def subject(build: Build) -> BoardUnderTest:
    return build("sqlite", "sqlite3", "3.2")


def header(cookies: dict[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{n}={v}" for n, v in cookies.items()), "User-Agent": AGENT}


@pytest.mark.parametrize("version", ["3.3", "3.1.12", "4.0"])
def test_a_version_that_does_not_fit_is_told_with_the_fix(subject: BoardUnderTest, version: str) -> None:
    with (
        asking("sqlite3", subject.config["PHPBB3_DATABASE"], version=version) as phpbb3,
        pytest.raises(BoardMismatchError, match=r"board says it is 3\.2\.11\. Set it to '3\.2' or 'auto'"),
    ):
        phpbb3.get_user(user_id=2)


def test_a_board_without_a_release_or_guest_is_told(subject: BoardUnderTest) -> None:
    database = subject.config["PHPBB3_DATABASE"]
    subject.board.set_config("version", "nonsense")
    with asking("sqlite3", database) as phpbb3, pytest.raises(BoardMismatchError, match="'nonsense'"):
        phpbb3.get_user(user_id=2)
    subject.board.set_config("version", "3.2.11")
    with subject.board._rows.transaction():
        subject.board._rows.delete("users", user_id=1)
    with asking("sqlite3", database) as phpbb3, pytest.raises(BoardMismatchError, match="no user 1"):
        phpbb3.get_user(user_id=2)


def test_auto_follows_an_upgrade(subject: BoardUnderTest) -> None:
    with asking("sqlite3", subject.config["PHPBB3_DATABASE"], board_ttl=0) as phpbb3:
        assert phpbb3.board.data().connector.line.name == "3.2"
        subject.board.set_config("version", "3.3.15")
        assert phpbb3.board.data().connector.line.name == "3.3"
        assert phpbb3.board.release() == "3.3.15"


class OrphanPlugin:
    """A version that cannot be used and whose name comes first."""

    @hookimpl
    def phpbb3_register_version(self) -> Version:
        return Version(name="0.1", releases="==0.1.*", parent="no such version")


def test_auto_passes_over_a_version_that_cannot_be_used(subject: BoardUnderTest) -> None:
    database = subject.config["PHPBB3_DATABASE"]
    with asking("sqlite3", database, plugins=(OrphanPlugin(),)) as phpbb3:
        assert phpbb3.board.data().connector.line.name == "3.2"


def test_a_named_version_notices_an_upgrade(subject: BoardUnderTest) -> None:
    database = subject.config["PHPBB3_DATABASE"]
    with asking("sqlite3", database, version="3.2", board_ttl=0) as phpbb3:
        phpbb3.board.data()
        subject.board.set_config("version", "3.3.15")
        with pytest.raises(BoardMismatchError, match=r"3\.3\.15"):
            phpbb3.board.data()


@pytest.mark.parametrize("cookie_name", ["phpbb3_x1", "forum", "a-b"])
def test_the_cookies_name_is_the_boards_own(subject: BoardUnderTest, cookie_name: str) -> None:
    subject.board.set_config("cookie_name", cookie_name)
    app = make_app("sqlite3", subject.config["PHPBB3_DATABASE"])
    values = list(subject.board.sign_in("admin", browser=AGENT).values())
    cookies = dict(zip((f"{cookie_name}_u", f"{cookie_name}_k", f"{cookie_name}_sid"), values, strict=True))
    with app.test_request_context("/", headers=header(cookies)):
        assert session["user_id"] == 2
    other = make_app("sqlite3", subject.config["PHPBB3_DATABASE"], cookie_name="other_")
    with other.test_request_context("/", headers=header(cookies)):
        assert session["user_id"] == 1
    for made in (app, other):
        board_of(made).driver.close()


def test_no_wrong_right_outlives_the_boards_age(subject: BoardUnderTest) -> None:
    """A removed option, a deleted user, a lost membership: gone at the next request with a TTL of 0."""
    board = subject.board
    alice = board.add_user("alice", groups=("REGISTERED", "GLOBAL_MODERATORS"))
    app = make_app("sqlite3", subject.config["PHPBB3_DATABASE"], board_ttl=0, ban_ttl=0)
    headers = header(board.sign_in("alice", browser=AGENT))
    with app.test_request_context("/", headers=headers):
        assert visitor().has_privilege("m_edit")
        assert visitor().is_member("GLOBAL_MODERATORS")
    with board._rows.transaction():
        board._rows.delete("user_group", user_id=alice, group_id=board.group_id("GLOBAL_MODERATORS"))
    with app.test_request_context("/", headers=headers):
        assert not visitor().has_privilege("m_edit")
        assert visitor().has_privilege("u_viewprofile")
    with board._rows.transaction():
        board._rows.delete("acl_options", auth_option="u_viewprofile")
    with app.test_request_context("/", headers=headers):
        assert not visitor().has_privilege("u_viewprofile")
    with board._rows.transaction():
        board._rows.delete("users", user_id=alice)
    with app.test_request_context("/", headers=headers):
        assert (session["user_id"], visitor().refusal) == (1, "unknown")
    board_of(app).driver.close()


def test_an_address_ban_bites_when_it_is_known(subject: BoardUnderTest) -> None:
    app = make_app("sqlite3", subject.config["PHPBB3_DATABASE"], ban_ttl=0)
    client = app.test_client()
    app.add_url_rule("/", "who", lambda: f"{session['user_id']} {visitor().ban is not None}")
    assert client.get("/").text == "1 False"
    subject.board.ban(ip="127.0.0.*", give_reason="go away")
    assert client.get("/").text == "1 True"
    board_of(app).driver.close()
