"""Versions: which releases they serve, and parents folded in."""

from __future__ import annotations

import re

import pytest

from flask_phpbb3 import BrokenPluginError, Changes, Rules, StatementSyntaxError, Version
from flask_phpbb3.phpbb import releases
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.plugins.version import ReleaseLine, parse_release


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("3.3.10", "3.3.10"),
        (" 3.0.7-PL1 ", "3.0.7.post1"),
        ("4.0.0-a1", "4.0.0a1"),
        ("3.2.0-RC2", "3.2.0rc2"),
        ("4.0.0-b1-dev", "4.0.0b1.dev0"),
        ("3.3", "3.3"),
    ],
)
def test_phpbbs_releases_are_read(text: str, release: str) -> None:
    assert str(parse_release(text)) == release


@pytest.mark.parametrize("text", ["", "auto", "three", "3.x", "3..1", "3.3.10'"])
def test_what_is_no_release(text: str) -> None:
    assert parse_release(text) is None


@pytest.mark.parametrize(
    ("line", "releases"),
    [
        ("3.0", ["3.0.0", "3.0.7-PL1", "3.0.14"]),
        ("3.1", ["3.1.0-a1", "3.1.0-RC6", "3.1.12"]),
        ("3.3", ["3.3.0-b1", "3.3.15", "3.3.99"]),
        ("4.0", ["4.0.0-a1", "4.0.0", "4.0.3"]),
    ],
)
def test_every_release_of_a_line_is_served_by_it(line: str, releases: list[str]) -> None:
    for text in releases:
        assert Plugins().line(text).name == line


@pytest.mark.parametrize("line", ["3.0", "3.1", "3.2", "3.3", "4.0"])
def test_every_line_has_its_statements_rules_and_tables(line: str) -> None:
    found = Plugins().line(line)
    assert found.rules.has_notifications is (line != "3.0")
    assert "username" in found.escaped_columns
    assert found.schema
    for dialect in ("postgresql", "mysql", "sqlite"):
        queries = found.query_set(dialect)
        assert {"get_session", "get_user", "_fetch_topics"} <= set(queries)
        assert all(query.documentation for query in queries.values())
        assert all(
            not re.search(r"SELECT \*(?!\s+FROM \(SELECT)|\w\.\*", query.sql) or "user_profile" in query.name
            for query in queries.values()
        )


def line(*versions: Version) -> ReleaseLine:
    return ReleaseLine(versions)


def test_a_child_names_only_its_differences() -> None:
    root = Version(
        name="1",
        releases="==1.*",
        queries={
            "": "-- name: get_a\nSELECT 1\n-- name: get_b\nSELECT 2",
            "mysql": "-- name: get_b\nSELECT 3",
        },
        rules={"url_sid": False},
        escaped_columns=frozenset({"a"}),
    )
    child = Version(
        name="2",
        releases="==2.*",
        parent="1",
        queries={"": "-- name: get_a\nSELECT 4"},
        rules={"has_notifications": False},
        escaped_columns=frozenset({"b"}),
    )
    both = line(root, child)
    assert {name: query.sql for name, query in both.query_set("mysql").items()} == {
        "get_a": "SELECT 4",
        "get_b": "SELECT 3",
    }
    assert both.query_set("sqlite")["get_b"].sql == "SELECT 2"
    assert both.query_set("mysql")["get_b"].source == "1/queries.mysql.sql:1"
    assert both.rules == Rules(url_sid=False, has_notifications=False)
    assert both.escaped_columns == {"a", "b"}


def test_statements_may_lie_in_any_number_of_files() -> None:
    files = {
        "queries.sql": "-- name: get_a\nSELECT 1",
        "content.sql": "-- name: get_b\nSELECT 2",
        "content.mysql.sql": "-- name: get_b\nSELECT 3",
    }
    one = line(Version(name="1", releases="==1.*", queries=files))
    assert {name: query.sql for name, query in one.query_set("mysql").items()} == {
        "get_a": "SELECT 1",
        "get_b": "SELECT 3",
    }
    assert one.query_set("")["get_b"].source == "1/content.sql:1"
    twice = line(Version(name="1", releases="==1.*", queries={**files, "people.sql": files["content.sql"]}))
    with pytest.raises(
        StatementSyntaxError, match=r"1/people\.sql:1: 'get_b' is already defined in 1/content"
    ):
        twice.query_set("sqlite")


def test_a_rule_that_does_not_exist_is_told() -> None:
    with pytest.raises(BrokenPluginError, match=r"'1' changes unknown rules: \['colour'\]"):
        assert line(Version(name="1", releases="==1.*", rules={"colour": 1})).rules


@pytest.mark.parametrize(
    ("release", "reached"),
    [
        ("", []),
        ("3.3.2", []),
        ("3.3.11-RC1", ["b"]),
        ("3.3.11", ["b"]),
        ("3.3.9", []),
        ("3.4", ["b", "c"]),
        ("4.0.0-a1", ["b", "c", "a"]),
        ("dev", []),
    ],
)
def test_what_a_release_has_reached(release: str, reached: list[str]) -> None:
    assert releases.reached({"4.0.0": "a", "3.3.11": "b", "3.3.12": "c"}, release) == reached


def test_rules_and_columns_go_by_the_release() -> None:
    found = Plugins().line("3.3")
    assert [found.at(f"3.3.{n}").rules.dotted_ipv6_is_rewritten for n in (9, 10, 11, 16)] == [
        False,
        False,
        True,
        True,
    ]
    assert not found.rules.dotted_ipv6_is_rewritten
    assert Plugins().line("4.0").at("4.0.0-a1").rules.dotted_ipv6_is_rewritten


def test_a_child_has_what_began_in_its_parent_unless_it_says_otherwise() -> None:
    root = Version(
        name="1", releases="==1.*", since={"1.2": Changes(rules={"url_sid": False}, user_columns=["a"])}
    )
    child = Version(name="2", releases="==1.*", parent="1")
    back = Version(
        name="3", releases="==1.*", parent="1", rules={"url_sid": True}, dropped_user_columns=["a"]
    )
    assert line(root, child).at("1.1").rules.url_sid
    assert not line(root, child).at("1.2").rules.url_sid
    assert set(line(root, child).at("1.3").user_columns) == {"a"}
    assert line(root, back).at("1.2").rules.url_sid
    assert not line(root, back).at("1.2").user_columns


@pytest.mark.parametrize(
    ("since", "said"),
    [
        ({"1.2": Changes(rules={"no_such": True})}, r"Version '1' changes unknown rules: \['no_such'\]"),
        ({"1.2": Changes(user_columns=["key"])}, "Version '1' adds the user column 'key', which is secret"),
    ],
)
def test_mistakes_within_a_line(since: dict[str, Changes], said: str) -> None:
    found = line(Version(name="1", releases="==1.*", since=since, secret_columns=["key"])).at("1.5")
    with pytest.raises(BrokenPluginError, match=said):
        assert found.rules.url_sid == bool(found.user_columns)


def test_changes_begin_with_a_release() -> None:
    with pytest.raises(BrokenPluginError, match="Version '1' has changes since 'later'"):
        Version(name="1", releases="==1.*", since={"later": Changes()})
