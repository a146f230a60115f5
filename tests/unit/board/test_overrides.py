"""Statements of the owner and of functions: they fit what they replace, and stay with their own visitor."""

from __future__ import annotations

from typing import Any

import pytest

from flask_phpbb3 import ConfigurationError, ParameterError, StatementSyntaxError, Version, hookimpl
from flask_phpbb3.testing.conformance import BoardUnderTest

from ...apps import board_of, close, visitor
from ...miniatures import Build

USERS = "SELECT u.* FROM {TABLE_PREFIX}users u WHERE u.user_id = %(user_id)s"


@pytest.fixture(scope="module")
def subject(build: Build) -> BoardUnderTest:
    made = build("sqlite", "sqlite3", "3.3")
    forum = made.board.add_forum("Committee")
    made.board.grant(user="admin", forum=forum, option="f_read")
    made.board.add_topic(forum, "Minutes", "admin")
    return made


def test_an_owners_statement_leaks_no_secret_into_the_session(subject: BoardUnderTest) -> None:
    app = subject.app(database={"CUSTOM_STATEMENTS": {"get_user": USERS}})
    with app.test_request_context("/"):
        assert visitor()["username"] == "Anonymous"
        assert not {name for name in visitor() if name in ("user_form_salt", "user_password", "reset_token")}
        assert "user_form_salt" not in repr(board_of(app).board.data())
    close(app)


@pytest.mark.parametrize(
    ("name", "sql", "said"),
    [
        ("get_user", "SELECT 1 FROM {TABLE_PREFIX}users WHERE username_clean = %(name)s", "takes user_id"),
        ("fetch_latest_posts", "SELECT 1 WHERE %(forum_id)s > 0", "takes forum_ids, .*, not forum_id"),
        ("get_acl", "SELECT 1", "taken by a method"),
    ],
)
def test_an_override_takes_what_the_built_in_one_takes(
    subject: BoardUnderTest, name: str, sql: str, said: str
) -> None:
    with pytest.raises(StatementSyntaxError, match=said):
        subject.app(database={"CUSTOM_STATEMENTS": {name: sql}})


def test_an_override_without_needed_columns_says_which(subject: BoardUnderTest) -> None:
    app = subject.app(
        database={"CUSTOM_STATEMENTS": {"get_user": "SELECT 1 AS user_id WHERE %(user_id)s > 0"}}
    )
    with app.test_request_context("/"), pytest.raises(ParameterError, match=r"user_type, user_permissions"):
        visitor().user_id  # noqa: B018 - asks the board
    close(app)


def test_an_override_may_ask_for_the_time_and_for_nothing_else_of_the_visitor(
    subject: BoardUnderTest,
) -> None:
    """Where the core asks a statement for itself, it knows the time, and nobody yet to ask it for."""
    name = "get_unread_notifications_count"
    sql = "SELECT 7 AS num WHERE %(user_id)s > 0 AND {} > 1000000000"
    cookies = subject.board.sign_in("admin", browser="Test/1.0")
    headers = {
        "Cookie": "; ".join(f"{key}={value}" for key, value in cookies.items()),
        "User-Agent": "Test/1.0",
    }
    app = subject.app(database={"CUSTOM_STATEMENTS": {name: sql.format("%(now)s")}})
    with app.test_request_context("/", headers=headers):
        assert visitor().num_unread_notifications == 7
        assert board_of(app).get_unread_notifications_count(user_id=2) == {"num": 7}
    close(app)
    app = subject.app(database={"CUSTOM_STATEMENTS": {name: sql.format("%(viewer_id)s")}})
    with (
        app.test_request_context("/", headers=headers),
        pytest.raises(ParameterError, match=r"takes viewer_id, which the core does not know"),
    ):
        visitor().num_unread_notifications  # noqa: B018 - asks the board
    close(app)


def test_bad_statements_are_found_at_once_under_auto_too(subject: BoardUnderTest) -> None:
    with pytest.raises(StatementSyntaxError, match="%%"):
        subject.app(
            database={"CUSTOM_STATEMENTS": {"get_a": "SELECT %"}},
            PHPBB3={**subject.config["PHPBB3"], "VERSION": "auto"},
        )


class Teasers:
    """A version with a function that depends on the visitor through a statement it calls."""

    @hookimpl
    def phpbb3_register_version(self) -> Version:
        def fetch_teasers(ask: Any) -> list[str]:
            return [post["topic_title"] for post in ask("fetch_latest_posts")]

        return Version(
            name="teasers", releases="==3.3.*", parent="3.3", functions={"fetch_teasers": fetch_teasers}
        )


def test_a_cached_function_keeps_visitors_apart(subject: BoardUnderTest) -> None:
    made = BoardUnderTest(subject.board, subject.config, plugins=(Teasers(),))
    app = made.app(PHPBB3={"DRIVER": "sqlite3", "VERSION": "teasers"})
    bound = board_of(app)
    cookies = "; ".join(f"{name}={value}" for name, value in subject.board.sign_in("admin").items())
    for _ in range(2):
        with app.test_request_context("/", headers={"Cookie": cookies, "User-Agent": ""}):
            assert visitor().is_authenticated
            assert bound.fetch_teasers(cache=True) == ["Minutes"]
        with app.test_request_context("/"):
            assert bound.fetch_teasers(cache=True) == []
    close(app)


def test_a_cached_answer_is_of_the_statement_as_it_stands(subject: BoardUnderTest) -> None:
    from cachelib import SimpleCache
    from flask import Flask

    from flask_phpbb3 import PhpBB3

    cache, answers = SimpleCache(), []
    for number in (1, 2):
        app = Flask(__name__)
        database = {
            **subject.config["PHPBB3_DATABASE"],
            "CUSTOM_STATEMENTS": {"get_thing": f"SELECT {number} AS x"},
        }
        app.config.update(subject.config, PHPBB3_DATABASE=database)
        PhpBB3(app, cache=cache)
        answers.append(board_of(app).get_thing(cache=True))
        close(app)
    assert answers == [{"x": 1}, {"x": 2}]


@pytest.mark.parametrize(
    ("value", "answer"),
    [("2", True), ("100", True), ("'1'", True), ("0", False), ("'0'", False), ("NULL", False)],
)
def test_has_takes_any_true_value(subject: BoardUnderTest, value: str, answer: bool) -> None:
    app = subject.app(database={"CUSTOM_STATEMENTS": {"has_x": f"SELECT {value}"}})
    assert board_of(app).has_x() is answer
    close(app)


@pytest.mark.parametrize(
    ("key", "belongs"),
    [("PHPBB3_PASSWORD", "PHPBB3_DATABASE"), ("PHPBB3_DRIVER", "PHPBB3"), ("PHPBB3_SERVERS", "_BACKEND")],
)
def test_a_setting_in_the_wrong_place_is_told_its_own(
    subject: BoardUnderTest, key: str, belongs: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"belongs to .*{belongs}"):
        subject.app(**{key: {}})
