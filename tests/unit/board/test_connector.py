"""Calls by name: paging, caching, context, functions and overrides, on an embedded board."""

from __future__ import annotations

from typing import Any

import pytest
from cachelib import SimpleCache

from flask_phpbb3 import BoundPhpBB3, ParameterError, UnknownStatementError, Version, Viewer, hookimpl
from flask_phpbb3.testing.conformance import BoardUnderTest

from ...apps import Counting, asking, board_of, make_app
from ...miniatures import Build

Subject = BoardUnderTest


@pytest.fixture(scope="module")
def subject(build: Build) -> Subject:
    return build("sqlite", "sqlite3", "3.3")


def ask(subject: Subject, **statements: str) -> Any:
    database = {**subject.config["PHPBB3_DATABASE"], "CUSTOM_STATEMENTS": statements}
    return asking("sqlite3", database, version="3.3")


def test_operations_shape_the_answer(subject: Subject) -> None:
    statements = {
        "get_pair": "SELECT 1 AS a, 2 AS b",
        "get_nothing": "SELECT 1 AS a WHERE 1 = 0",
        "fetch_numbers": "SELECT option_id AS n FROM (SELECT auth_option_id AS option_id FROM "
        "{TABLE_PREFIX}acl_options) ORDER BY n;",
        "has_one": "SELECT 1",
        "has_zero": "SELECT 0",
        "has_null": "SELECT NULL",
        "has_no_row": "SELECT 1 WHERE 1 = 0",
    }
    with ask(subject, **statements) as phpbb3:
        assert phpbb3.get_pair() == {"a": 1, "b": 2}
        assert phpbb3.get_nothing() is None
        assert [row["n"] for row in phpbb3.fetch_numbers()] == list(range(1, 11))
        assert [row["n"] for row in phpbb3.fetch_numbers(skip=3, limit=2)] == [4, 5]
        assert len(phpbb3.fetch_numbers(limit=None)) > 100
        assert phpbb3.fetch_numbers(limit=0) == []
        assert [phpbb3.has_one(), phpbb3.has_zero(), phpbb3.has_null(), phpbb3.has_no_row()] == [
            True,
            False,
            False,
            False,
        ]


def test_statements_are_attributes_and_near_names_are_offered(subject: Subject) -> None:
    with ask(subject, fetch_my_things="SELECT 1 AS one") as phpbb3:
        assert phpbb3.fetch_my_things(limit=5) == phpbb3.execute_custom("fetch_my_things") == [{"one": 1}]
        with pytest.raises(AttributeError, match=r"'fetch_my_thing'.*Did you mean 'fetch_my_things'"):
            _ = phpbb3.fetch_my_thing
        with pytest.raises(AttributeError):
            _ = phpbb3.something_else
        assert not hasattr(phpbb3, "_get_form_salt")
        with pytest.raises(UnknownStatementError) as caught:
            phpbb3.execute_custom("fetch_my_thing")
        assert caught.value.statement == "fetch_my_thing"


def test_under_auto_an_unknown_name_is_told_at_the_call(subject: Subject) -> None:
    phpbb3 = board_of(make_app("sqlite3", subject.config["PHPBB3_DATABASE"]))
    unknown = phpbb3.get_nonsense  # the board has not been asked for its version yet
    with pytest.raises(UnknownStatementError, match="get_nonsense"):
        unknown()
    phpbb3.driver.close()


def test_the_owners_statement_wins_over_the_versions(subject: Subject) -> None:
    with ask(subject, get_user_profile="SELECT %(user_id)s AS mine") as phpbb3:
        assert phpbb3.get_user_profile(user_id=5) == {"mine": 5}


def test_a_cached_answer_is_not_asked_again_until_its_time_is_over(subject: Subject) -> None:
    counting, cache = Counting("sqlite3"), SimpleCache()
    database = subject.config["PHPBB3_DATABASE"]
    phpbb3 = board_of(make_app("counting", database, version="3.3", plugins=(counting,), cache=cache))
    phpbb3.get_user(user_id=2)
    with counting.counted() as asked:
        first = [phpbb3.get_user(user_id=2, cache=True) for _ in range(3)]
        none = [phpbb3.get_user(user_id=10**6, cache=True) for _ in range(3)]
        phpbb3.get_user(user_id=2)
        cache.clear()
        phpbb3.get_user(user_id=2, cache=True, cache_ttl=1)
    assert asked == ["get_user"] * 4
    assert first[0] == first[1] == first[2] == phpbb3.get_user(user_id=2)
    assert none == [None] * 3
    phpbb3.driver.close()


class Functions:
    """A version whose functions ask several statements, one of them for the viewer."""

    @hookimpl
    def phpbb3_register_version(self) -> Version:
        def get_summary(ask: Any, *, user_id: int, viewer_id: int) -> dict[str, Any]:
            """Return a user with the number of posts that the viewer may see."""
            user = ask("get_user", user_id=user_id)
            return {"name": user["username"], "posts": len(ask("fetch_latest_posts")), "viewer": viewer_id}

        def fetch_letters(ask: Any) -> list[dict[str, str]]:
            """Return the letters."""
            return [{"letter": letter} for letter in "abcdefghijklmnopqrstuvwxyz"]

        def viewer_id(viewer: Viewer) -> int:
            return viewer.user_id

        return Version(
            name="functions",
            releases="==3.3.*",
            parent="3.3",
            functions={"get_summary": get_summary, "fetch_letters": fetch_letters},
            context={"viewer_id": viewer_id},
        )


@pytest.fixture
def functions(subject: Subject) -> BoundPhpBB3:
    return board_of(
        make_app("sqlite3", subject.config["PHPBB3_DATABASE"], version="functions", plugins=(Functions(),))
    )


def test_a_function_is_called_like_a_statement(functions: BoundPhpBB3) -> None:
    summary = {"name": "admin", "posts": 0, "viewer": 1}
    assert functions.get_summary(user_id=2) == functions.execute_custom("get_summary", user_id=2) == summary
    assert [row["letter"] for row in functions.fetch_letters(skip=1, limit=2)] == ["b", "c"]
    assert len(functions.fetch_letters()) == 10
    assert len(functions.fetch_letters(limit=None)) == 26
    assert (
        functions.get_summary(user_id=2, cache=True)
        == functions.get_summary(user_id=2, cache=True)
        == summary
    )
    assert functions.board.connector().describe("fetch_letters") == "Return the letters."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "It takes user_id"),
        ({"user": 2}, "It takes user_id"),
        ({"user_id": 2, "viewer_id": 2}, "viewer_id"),
    ],
)
def test_arguments_of_functions_are_checked(
    functions: BoundPhpBB3, arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(ParameterError, match=said):
        functions.get_summary(**arguments)
