"""A board that cannot be asked, visitors who send rubbish, and developers who err."""

from __future__ import annotations

import io
from contextlib import closing
from typing import Any

import pytest
from flask import Flask, session

from flask_phpbb3 import BoardUnavailableError, ParameterError, PhpBB3, UnknownStatementError
from flask_phpbb3.testing.conformance import BoardUnderTest

from ...apps import Counting, board_of, make_app, visitor
from ...miniatures import PAIRS, Build
from ...writing import connect

AGENT = "Browser/1.0"


@pytest.fixture(scope="module", params=PAIRS, ids="-".join)
def subject(request: pytest.FixtureRequest, build: Build) -> BoardUnderTest:
    database, driver = request.param
    made = build(database, driver, "3.3")
    made.board.add_user("alice")
    return made


def site(subject: BoardUnderTest, **settings: Any) -> tuple[Flask, Counting]:
    """Make a site that says who the visitor is; every attempt to ask the board is counted."""
    counting = Counting(subject.config["PHPBB3"]["DRIVER"])
    database = {**subject.config["PHPBB3_DATABASE"], **settings}
    app = make_app("counting", database, version="3.3", plugins=(counting,))
    app.add_url_rule("/", "who", lambda: f"user {session['user_id']}")
    return app, counting


BROKEN: dict[str, dict[str, Any]] = {
    "down": {"HOST": "127.0.0.1", "PORT": 1, "CONNECT_TIMEOUT": 2},
    "no such database": {"DATABASE": "/no/such/board"},
    "wrong prefix": {"TABLE_PREFIX": "wrong_"},
}


@pytest.mark.parametrize("broken", BROKEN)
def test_the_answer_is_503_and_never_the_guest(subject: BoardUnderTest, broken: str) -> None:
    if broken == "down" and subject.config["PHPBB3"]["DRIVER"] == "sqlite3":
        pytest.skip("SQLite has no server")
    app, counting = site(subject, **BROKEN[broken])
    with counting.counted() as asked:
        answer = app.test_client().get("/")
    assert answer.status_code == 503
    assert "user" not in answer.text
    assert len(asked) == 1
    with pytest.raises(BoardUnavailableError, match=r"PHPBB3_DATABASE"):
        board_of(app).get_user(user_id=2)


def test_an_error_page_may_touch_the_session(subject: BoardUnderTest) -> None:
    app, counting = site(subject, TABLE_PREFIX="wrong_")

    @app.errorhandler(503)
    def sorry(error: Exception) -> tuple[str, int]:
        seen = (session.get("user_id"), session.get("cart"), visitor().is_authenticated)
        assert not visitor().has_privilege("f_read", 1)
        with pytest.raises(BoardUnavailableError):  # neither answer would be safe in a guard
            visitor().has_privilege("!f_read", 1)
        assert not visitor().is_member("ADMINISTRATORS")
        assert visitor().num_unread_notifications == 0
        return f"sorry {seen} {isinstance(visitor().failure, BoardUnavailableError)}", 503

    with counting.counted() as asked:
        answer = app.test_client().get("/")
    assert (answer.status_code, answer.text) == (503, "sorry (None, None, False) True")
    assert len(asked) == 1
    assert "Set-Cookie" not in answer.headers


def test_an_own_handler_replaces_ours(subject: BoardUnderTest) -> None:
    app, _ = site(subject, TABLE_PREFIX="wrong_")
    app.register_error_handler(BoardUnavailableError, lambda error: (type(error).__name__, 418))
    answer = app.test_client().get("/")
    assert (answer.status_code, answer.text) == (418, "StatementFailedError")


def test_a_failure_is_not_remembered_by_the_next_request(subject: BoardUnderTest) -> None:
    """A table goes missing and comes back."""
    database = next(name for name, driver in PAIRS if driver == subject.config["PHPBB3"]["DRIVER"])
    owner = {**subject.config["PHPBB3_DATABASE"], **(subject.writer or {})}
    app, _ = site(subject)
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = AGENT
    for name, value in subject.board.sign_in("alice", browser=AGENT).items():
        client.set_cookie(name, value)
    assert client.get("/").text == f"user {subject.board.user_id('alice')}"
    with closing(connect(database, owner)) as connection:
        cursor = connection.cursor()
        cursor.execute("ALTER TABLE phpbb_sessions RENAME TO phpbb_elsewhere")
        connection.commit()
        assert client.get("/").status_code == 503
        cursor.execute("ALTER TABLE phpbb_elsewhere RENAME TO phpbb_sessions")
        connection.commit()
    assert client.get("/").text == f"user {subject.board.user_id('alice')}"
    board_of(app).driver.close()


SID = "phpbb3_mini_sid"
RUBBISH: list[dict[str, Any]] = [
    {},
    {"HTTP_COOKIE": ""},
    {"HTTP_COOKIE": ";;;=;==; ;"},
    {"HTTP_COOKIE": f"{SID}="},
    {"HTTP_COOKIE": f"{SID}=\0"},
    {"HTTP_COOKIE": f"{SID}={'0' * 31}\0"},
    {"HTTP_COOKIE": f"{SID}={'0' * 32}\0; phpbb3_mini_u=\0; phpbb3_mini_k=\0"},
    {"HTTP_COOKIE": f"{SID}={'0' * 32}; phpbb3_mini_u=-1; phpbb3_mini_k=x"},
    {"HTTP_COOKIE": f"{SID}={'0' * 32}; phpbb3_mini_u={10**400}; phpbb3_mini_k={'f' * 10_000}"},
    {"HTTP_COOKIE": f"{SID}={'f' * 100_000}"},
    {"HTTP_COOKIE": f"{SID}=' OR 1=1 --; phpbb3_mini_u=2; phpbb3_mini_k=' OR 1=1 --"},
    {"HTTP_COOKIE": f"{SID}[]=x; phpbb3_mini_u[]=2"},
    {"HTTP_COOKIE": "\xff\xfe\xfd=\xff; " + f"{SID}=\xff\xfe"},
    {"HTTP_COOKIE": f"{SID}=%00%ff%ed%a0%80"},
    {"HTTP_COOKIE": f"session=not.a.signature; {SID}={'0' * 32}"},
    {"HTTP_USER_AGENT": ""},
    {"HTTP_USER_AGENT": "\0\xff\xfe<script>" + "x" * 100_000},
    {"HTTP_X_FORWARDED_FOR": "\0, 1.2.3.4, " + "9" * 10_000},
    {"HTTP_REFERER": "\xff" * 10_000},
    {"REMOTE_ADDR": ""},
    {"REMOTE_ADDR": "not an address\0"},
    {"REMOTE_ADDR": "fe80::1%eth0"},
    {"REMOTE_ADDR": None},
    {"QUERY_STRING": "sid=" + "%00" * 1000},
    {"QUERY_STRING": "sid[]=x&sid=%ff%fe&sid=" + "a" * 100_000},
    {"HTTP_HOST": "\xff bad host"},
    {"SERVER_PORT": "not a port"},
]


@pytest.mark.parametrize("number", range(len(RUBBISH)))
@pytest.mark.parametrize("line", ["3.0", "3.3", "4.0"])
def test_rubbish_from_a_visitor_is_a_guests(worlds: dict[str, Flask], line: str, number: int) -> None:
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "SERVER_NAME": "site.example",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        **RUBBISH[number],
    }
    sent = {name: value for name, value in environ.items() if value is not None}
    body, status, _ = worlds[line].test_client(use_cookies=False).run_wsgi_app(sent)
    assert (status, b"".join(body)) == ("200 OK", b"user 1 True")


@pytest.fixture(scope="module")
def worlds(build: Build) -> dict[str, Flask]:
    made = {}
    for line in ("3.0", "3.3", "4.0"):
        database = build("sqlite", "sqlite3", line).config["PHPBB3_DATABASE"]
        made[line] = make_app("sqlite3", database, version=line, url_sid=True, check_referer=True)
        made[line].add_url_rule("/", "who", _who)
    return made


def _who() -> str:
    assert session.get("cart") is None
    assert len(visitor().get_link_hash("x")) == 8
    assert not visitor().is_member("\0\ud800")
    assert not visitor().is_member(10**30)
    assert not visitor().has_privilege("\0", 10**30)
    return f"user {session['user_id']} {'user_id' in session}"


@pytest.mark.parametrize("number", [-1, 0, 2**31, 2**64, 10**100])
def test_numbers_from_an_address_find_nothing(subject: BoardUnderTest, number: int) -> None:
    phpbb3 = board_of(site(subject)[0])
    assert phpbb3.get_user(user_id=number) is None
    assert phpbb3.get_user_profile(user_id=number) is None
    assert phpbb3.has_membership(user_id=number, group_id=number) is False
    assert phpbb3.has_membership_resolve(user_id=number, group_name="ADMINISTRATORS") is False
    assert phpbb3.get_acl(user_id=number).has_privilege("f_read", number) is False
    assert phpbb3.get_unread_notifications_count(user_id=number) == {"num": 0}
    phpbb3.driver.close()


MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("get_usr", {"user_id": 2}, "get_user"),
    ("get_user", {}, r"missing user_id.*It takes user_id"),
    ("get_user", {"id": 2}, r"missing user_id; unknown id"),
    ("get_user", {"user_id": "2"}, r"'user_id' must be of type int, not str"),
    ("get_user", {"user_id": True}, r"must be of type int, not bool"),
    ("get_user", {"user_id": 2, "limit": 3}, r"takes no limit; only fetch_"),
    ("get_user", {"user_id": 2, "cache": "yes"}, r"cache must be True or False"),
    ("get_user", {"user_id": 2, "cache_ttl": 0}, r"cache_ttl must be .* more than 0"),
    ("fetch_latest_posts", {"limit": -1}, r"limit must be a number of rows, 0 or more"),
    ("fetch_latest_posts", {"skip": "1"}, r"skip must be"),
    ("fetch_latest_posts", {"readable_forums": [1]}, r"unknown readable_forums"),
]


@pytest.mark.parametrize(("name", "arguments", "said"), MISTAKES)
def test_a_developers_mistake_says_what_to_do(
    subject: BoardUnderTest, name: str, arguments: dict[str, Any], said: str
) -> None:
    app, counting = site(subject)
    phpbb3 = board_of(app)
    phpbb3.get_user(user_id=2)
    with counting.counted() as asked, pytest.raises((ParameterError, UnknownStatementError), match=said):
        phpbb3.execute_custom(name, **arguments)
    assert asked == []
    phpbb3.driver.close()


def test_a_value_that_no_column_holds_is_refused_by_name(subject: BoardUnderTest) -> None:
    phpbb3 = board_of(site(subject)[0])
    with pytest.raises(ParameterError, match="'group_name' holds a NUL"):
        phpbb3.has_membership_resolve(user_id=2, group_name="\0")
    with pytest.raises(ParameterError, match="raw_user_permissions must be a str"):
        phpbb3.get_user_acl(raw_user_permissions=None)  # type: ignore[arg-type]
    phpbb3.driver.close()


def test_positional_arguments_are_refused(subject: BoardUnderTest) -> None:
    phpbb3 = board_of(site(subject)[0])
    with pytest.raises(TypeError):
        phpbb3.get_user(2)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        phpbb3.fetch_acl_options(5)  # type: ignore[call-arg]


def test_the_extension_without_an_application_says_so(subject: BoardUnderTest) -> None:
    phpbb3 = PhpBB3()
    with pytest.raises(RuntimeError, match=r"app\.app_context"):
        phpbb3.get_user(user_id=2)
    with Flask("bare").app_context(), pytest.raises(RuntimeError, match="init_app"):
        phpbb3.get_user(user_id=2)
    app, _ = site(subject)
    with pytest.raises(RuntimeError, match="already"):
        phpbb3.init_app(app)
