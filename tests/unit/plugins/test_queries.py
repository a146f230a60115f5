"""Named statements: how they are read, checked, layered and given their parameters."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_phpbb3 import ParameterError, StatementSyntaxError
from flask_phpbb3.plugins.queries import QuerySet, parse_sql, parse_statement

FILE = """
-- A comment before the first block is the file's own.

-- name: get_user
-- A user, found by id.
-- user_id (int): phpBB user id.
SELECT * FROM {TABLE_PREFIX}users -- all columns; yes
 WHERE user_id = %(user_id)s AND note LIKE '50%%; {x}';

-- name: fetch_posts
SELECT post_id FROM {TABLE_PREFIX}posts WHERE forum_id IN %(forums)s
"""


def parse(sql: str, **more: Any) -> Any:
    return parse_statement("get_test", sql, source="test.sql:7", **more)


def test_a_file_is_read_with_documentation_types_and_lines() -> None:
    queries = parse_sql(FILE, source="queries.sql")
    assert list(queries) == ["get_user", "fetch_posts"]
    user = queries["get_user"]
    assert user.documentation == "A user, found by id.\nuser_id (int): phpBB user id."
    assert user.source == "queries.sql:4"
    assert user.parameters == ("user_id",)
    assert user.types == (("user_id", "int"),)
    assert user.sql.endswith("'50%%; {x}'")
    assert (user.operation, user.is_private) == ("get", False)
    assert queries["fetch_posts"].operation == "fetch"


def test_only_the_prefix_is_replaced() -> None:
    compiled = parse("SELECT '{x}', '{}' FROM {TABLE_PREFIX}a, {TABLE_PREFIX}b").compile("my_")
    assert compiled.sql == "SELECT '{x}', '{}' FROM my_a, my_b"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "-- name: get_a\nSELECT 1\n-- name: get_a\nSELECT 2",
            r"q\.sql:3: 'get_a' is already defined in line 1",
        ),
        ("SELECT 1\n-- name: get_a\nSELECT 2", r"q\.sql:1: SQL before"),
        ("-- name: get_a\n-- only a comment", "holds no SQL"),
        ("-- name: take_a\nSELECT 1", "a name is the operation"),
        ("-- name: GET_A\nSELECT 1", "a name is the operation"),
    ],
)
def test_a_bad_file_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(StatementSyntaxError, match=said):
        parse_sql(text, source="q.sql")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT 1; DELETE FROM users", "more than one statement"),
        ("SELECT ';' ; COMMIT", "more than one statement"),
        ("SELECT 1; -- done\nUPDATE x SET y = 1", "more than one statement"),
        ("SELECT 1; /* ; */ DROP TABLE x", "more than one statement"),
        ("SELECT $$;$$; DELETE FROM x", "more than one statement"),
        ("", "holds no SQL"),
        (" ; ", "holds no SQL"),
        ("SELECT 50%", "literal percent sign as %%"),
        ("SELECT %s", "%\\(name\\)s"),
        ("SELECT %(a)d", "%\\(name\\)s"),
        ("SELECT %(limit)s", "limit cannot name a parameter"),
        ("SELECT %(cache_ttl)s", "cache_ttl cannot name"),
    ],
)
def test_a_bad_statement_is_told_with_its_source(sql: str, said: str) -> None:
    with pytest.raises(StatementSyntaxError, match=said) as caught:
        parse(sql)
    assert "'get_test' [test.sql:7]" in str(caught.value)


@pytest.mark.parametrize(
    ("sql", "kept"),
    [
        ("SELECT 1;", "SELECT 1"),
        ("SELECT 1 ; ; -- end", "SELECT 1"),
        ("SELECT 1; /* the end */", "SELECT 1"),
        ("SELECT ';' AS a", "SELECT ';' AS a"),
        ("SELECT 'it''s; so' AS a;", "SELECT 'it''s; so' AS a"),
        ('SELECT 1 AS "a;b"', 'SELECT 1 AS "a;b"'),
        ("SELECT 1 -- a;b", "SELECT 1 -- a;b"),
    ],
)
def test_a_semicolon_is_cut_only_at_the_end(sql: str, kept: str) -> None:
    assert parse(sql).sql == kept


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "missing a, b"),
        ({"a": 1}, "missing b"),
        ({"a": 1, "b": 2, "c": 3}, "unknown c"),
        ({"a": 1, "c": 3}, "missing b; unknown c"),
    ],
)
def test_names_of_parameters_are_checked(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said) as caught:
        parse("SELECT %(a)s, %(b)s, %(a)s").check(values)
    assert "It takes a, b" in str(caught.value)
    assert "test.sql:7" in str(caught.value)


def test_what_is_filled_in_cannot_be_given() -> None:
    query = parse("SELECT %(a)s, %(viewer_id)s")
    query.check({"a": 1}, filled_in=["viewer_id"])
    with pytest.raises(ParameterError, match="unknown viewer_id"):
        query.check({"a": 1, "viewer_id": 2}, filled_in=["viewer_id"])


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("int", [1, 0, -5, 2**70], [True, "1", 1.0, None, [1]]),
        ("str", ["", "x"], [1, None, b"x", ["x"]]),
        ("name", ["x"], [1, None]),
        ("list", [[], [1], (1,), {1}, frozenset()], ["1", 1, None, {"a": 1}]),
    ],
)
def test_declared_types_are_checked(kind: str, good: list[Any], bad: list[Any]) -> None:
    query = parse("SELECT %(a)s", documentation=f"a ({kind}): what is asked for.")
    for value in good:
        query.check({"a": value})
    for value in bad:
        with pytest.raises(ParameterError, match=f"'a' must be of type {kind}"):
            query.check({"a": value})


def test_lists_expand_and_an_empty_one_matches_nothing() -> None:
    query = parse("SELECT 1 WHERE a IN %(a)s AND b = %(b)s AND '%%' = '%%'")
    sql, bound = query.bind({"a": [3, 1], "b": "x"})
    assert sql == "SELECT 1 WHERE a IN (%(a_0)s, %(a_1)s) AND b = %(b)s AND '%%' = '%%'"
    assert bound == {"a_0": 3, "a_1": 1, "b": "x"}
    assert query.bind({"a": [], "b": 1})[0].startswith("SELECT 1 WHERE a IN (NULL) AND")
    sql, bound = parse("SELECT %(a)s, %(a_0)s").bind({"a": [1], "a_0": 2})
    assert sorted(bound.values()) == [1, 2]


@given(st.lists(st.one_of(st.integers(), st.text(alphabet="%(){}'abc;s")), max_size=5))
def test_values_never_become_sql(values: list[Any]) -> None:
    sql, bound = parse("SELECT 1 WHERE a IN %(a)s").bind({"a": values})
    assert list(bound.values()) == values
    assert (
        sql % dict.fromkeys(bound, "?") == f"SELECT 1 WHERE a IN ({', '.join('?' * len(values)) or 'NULL'})"
    )


def test_the_more_specific_set_wins() -> None:
    general = QuerySet(
        [parse_statement("get_a", "SELECT 1", source="a"), parse_statement("get_b", "SELECT 2", source="a")]
    )
    specific = QuerySet([parse_statement("get_a", "SELECT 3", source="b")])
    both = general.overlay(specific)
    assert {name: query.sql for name, query in both.items()} == {"get_a": "SELECT 3", "get_b": "SELECT 2"}
    assert general["get_a"].sql == "SELECT 1"
    assert len(both) == 2


def test_what_stands_behind_in_is_a_list() -> None:
    query = parse("SELECT 1 FROM t WHERE id IN %(ids)s")
    assert query.bind({"ids": [1, 2]})[0].endswith("IN (%(ids_0)s, %(ids_1)s)")
    with pytest.raises(ParameterError, match="give a list"):
        query.bind({"ids": 1})


EACH = "SELECT a FROM ({EACH f IN fs} SELECT a FROM (SELECT a FROM t WHERE f = %(f)s LIMIT %(n)s) x {END}) y"


def test_a_part_is_repeated_for_each_value() -> None:
    query = parse(EACH)
    assert query.parameters == ("fs", "n")
    sql, bound = query.bind({"fs": [7, 9], "n": 3})
    part = "SELECT a FROM (SELECT a FROM t WHERE f = %({})s LIMIT %(n)s) x"
    assert sql == f"SELECT a FROM ({part.format('fs__0')} UNION ALL {part.format('fs__1')}) y"
    assert bound == {"fs__0": 7, "fs__1": 9, "n": 3}
    sql, bound = query.bind({"fs": [], "n": 3})
    assert (sql.count("UNION"), bound) == (0, {"fs__0": None, "n": 3})


def test_the_list_may_stand_elsewhere_too() -> None:
    sql, bound = parse(f"{EACH} WHERE a IN %(fs)s").bind({"fs": (7, 9), "n": 3})
    assert sql.endswith("WHERE a IN (%(fs_0)s, %(fs_1)s)")
    assert bound == {"fs__0": 7, "fs__1": 9, "fs_0": 7, "fs_1": 9, "n": 3}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT {EACH f IN fs} 1",
        "SELECT 1 {END}",
        "SELECT {EACH f} 1 {END}",
        "SELECT {EACH f IN fs} {EACH g IN gs} 1 {END} {END}",
    ],
)
def test_a_broken_repetition_is_told(sql: str) -> None:
    with pytest.raises(StatementSyntaxError, match=r"write \{EACH item IN list\}"):
        parse(sql)


def test_a_repetition_takes_a_list_that_is_not_too_long() -> None:
    with pytest.raises(ParameterError, match="give a list"):
        parse(EACH).bind({"fs": 3, "n": 1})
    with pytest.raises(ParameterError, match="more than 500"):
        parse(EACH).bind({"fs": list(range(501)), "n": 1})
