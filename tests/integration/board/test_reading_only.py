"""SELECT is all that the board's account needs, nothing changes, and only what the owner listed writes."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from flask import Flask, session

from flask_phpbb3 import (
    ParameterError,
    StatementError,
    StatementFailedError,
    UnknownStatementError,
    WriteRefusedError,
)
from flask_phpbb3.testing.conformance import BoardUnderTest

from ... import boards
from ...apps import TRIPLES, asking, board_of, clock, make_app, visitor
from ...miniatures import PAIRS, Build
from ...writing import checksums, connect
from ..conftest import WatchedDatabases


@pytest.mark.parametrize(("release", "database", "driver"), TRIPLES)
def test_everything_with_select_alone(
    release: str, database: str, driver: str, board: WatchedDatabases
) -> None:
    dump = "replay" if release == "3.3.10" else None
    recorded = boards.load(release, f"sessions-{database}.json.gz")
    login = recorded["logins"]["valid"]
    app = make_app(driver, board(release, database, dump=dump))
    prefix = recorded["cookie_name"]
    case = recorded["cases"]["valid"]
    headers = {
        "Cookie": f"{prefix}_sid={login['session_id']}; {prefix}_u={login['user_id']}",
        "User-Agent": case["request"]["ua"],
    }
    with (
        clock(recorded["dump_time"]),
        app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": case["request"]["ip"]}),
    ):
        assert session["user_id"] == login["user_id"] == case["answer"]["user_id"]
        _ask_everything(app)
    phpbb3 = board_of(app)
    if database != "sqlite":  # has no accounts; the file is opened so that it cannot be written
        assert phpbb3.driver.may_write("phpbb_users") is False
    phpbb3.driver.close()


def _ask_everything(app: Flask) -> None:
    """Call every statement, and everything that the session offers."""
    values: dict[str, Any] = {
        "user_id": session["user_id"],
        "group_id": 2,
        "group_name": "REGISTERED",
        "key": "0" * 32,
        "session_id": "0" * 32,
    }
    phpbb3 = board_of(app)
    connector = phpbb3.board.connector()
    for name in sorted(connector.names):
        query = connector._queries.get(name)
        if query is not None:
            wanted = [p for p in query.parameters if p not in connector.line.context]
            phpbb3.execute_custom(name, **{parameter: values[parameter] for parameter in wanted})
    assert visitor().is_member("REGISTERED")
    assert visitor().get_link_hash("x")
    assert visitor().num_unread_notifications >= 0
    assert visitor().has_privilege("u_viewprofile")
    assert phpbb3.get_acl(user_id=session["user_id"]) is not None
    session["cart"] = 1


def test_no_shared_board_has_changed(board: WatchedDatabases) -> None:
    """Runs last: the boards that everybody has read are as they were."""
    board("3.3.10", "sqlite")
    changed = {
        (*key, table)
        for key, (settings, before) in board.checksums.items()
        for table, checksum in checksums(key[1], settings).items()
        if before.get(table) != checksum
    }
    assert changed == set()


class Writing:
    """A board with profile fields, for an application that may write to them."""

    def __init__(self, subject: BoardUnderTest, database: str, driver: str) -> None:
        board = subject.board
        board.add_profile_field("hobby", "string", field_minlen="2", field_maxlen="20")
        board.add_profile_field("shoe_size", "int", field_minlen="20", field_maxlen="60")
        board.add_profile_field("other", "string")
        self.alice = board.add_user("alice")
        self.bob = board.add_user("bob")
        board.set_profile("bob", hobby="chess", other="kept")
        self.database, self.driver = database, driver
        self.reader = dict(subject.config["PHPBB3_DATABASE"])
        self.owner = {**self.reader, **(subject.writer or {})}
        self.listed = {
            "CUSTOM_USER_FIELDS": ["hobby", "shoe_size", "no_such_field"],
            "CUSTOM_STATEMENTS": {
                "set_rank": "UPDATE {TABLE_PREFIX}users SET user_rank = %(rank)s WHERE user_id = %(user_id)s"
            },
        }

    def profile(self, user: int) -> dict[str, Any]:
        with asking(self.driver, self.reader, version="3.3") as phpbb3:
            row = phpbb3.get_user_profile(user_id=user) or {}
        return {name: row[name] for name in ("pf_hobby", "pf_shoe_size", "pf_other") if row}


@pytest.fixture(scope="module", params=PAIRS, ids="-".join)
def writing(request: pytest.FixtureRequest, build: Build) -> Writing:
    database, driver = request.param
    return Writing(build(database, driver, "3.3"), database, driver)


def test_a_listed_field_is_set_and_nothing_else(writing: Writing) -> None:
    before = checksums(writing.database, writing.owner)
    others = writing.profile(writing.bob)
    with asking(writing.driver, {**writing.owner, **writing.listed}, version="3.3") as phpbb3:
        assert phpbb3.set_hobby(user_id=writing.alice, value="R&D <games>") == 1
        assert writing.profile(writing.alice)["pf_hobby"] == "R&D <games>"
        assert phpbb3.set_hobby(user_id=writing.bob, value="go") == 1
        assert writing.profile(writing.bob) == {**others, "pf_hobby": "go"}
        assert phpbb3.set_shoe_size(user_id=writing.bob, value=44) == 1
        assert phpbb3.set_hobby(user_id=writing.bob, value=None) == 1
        assert writing.profile(writing.bob) == {**others, "pf_hobby": "", "pf_shoe_size": 44}
        assert phpbb3.set_hobby(user_id=10**6, value="go") == 0
    after = checksums(writing.database, writing.owner)
    assert {table for table in after if after[table] != before[table]} == {"phpbb_profile_fields_data"}
    with closing(connect(writing.database, writing.owner)) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT COUNT(*) FROM phpbb_profile_fields_data")
        assert cursor.fetchone() == (2,)


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("hobby", 5, "str"),
        ("hobby", "x", "2 to 20"),
        ("hobby", "x" * 21, "2 to 20"),
        ("shoe_size", "44", "int"),
        ("shoe_size", True, "int"),
        ("shoe_size", 61, "20 to 60"),
        ("no_such_field", "x", "no custom profile field"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(writing: Writing, field: str, value: Any, allowed: str) -> None:
    before = checksums(writing.database, writing.owner)
    with asking(writing.driver, {**writing.owner, **writing.listed}, version="3.3") as phpbb3:
        with pytest.raises(ParameterError, match=allowed):
            phpbb3.execute_custom(f"set_{field}", user_id=writing.alice, value=value)
        with pytest.raises(ParameterError, match="never cached"):
            phpbb3.execute_custom(f"set_{field}", user_id=writing.alice, value=value, cache=True)
    assert checksums(writing.database, writing.owner) == before


def test_the_owners_statement_writes(writing: Writing) -> None:
    with asking(writing.driver, {**writing.owner, **writing.listed}, version="3.3") as phpbb3:
        assert phpbb3.set_rank(user_id=writing.alice, rank=7) == 1
        row = phpbb3.get_user(user_id=writing.alice)
        assert row is not None
        assert row["user_rank"] == 7


def test_what_is_not_listed_does_not_exist(writing: Writing) -> None:
    with asking(writing.driver, writing.owner, version="3.3") as phpbb3:
        phpbb3.fetch_acl_options()
        with pytest.raises(UnknownStatementError):
            phpbb3.set_hobby(user_id=writing.alice, value="chess")
        with pytest.raises(UnknownStatementError):
            phpbb3.execute_custom("_set_profile_field", user_id=writing.alice, value="chess")


def test_a_reading_account_cannot_write(writing: Writing) -> None:
    if writing.database == "sqlite":
        pytest.skip("SQLite has no accounts")
    with asking(writing.driver, {**writing.reader, **writing.listed}, version="3.3") as phpbb3:
        with pytest.raises(StatementFailedError, match="GRANT"):
            phpbb3.set_rank(user_id=writing.alice, rank=9)
        with pytest.raises(StatementFailedError, match="GRANT"):
            phpbb3.set_hobby(user_id=writing.alice, value="chess")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE {TABLE_PREFIX}users SET user_rank = 9",
        "WITH one AS (SELECT 1 AS n) DELETE FROM {TABLE_PREFIX}users",
        "WITH gone AS (DELETE FROM {TABLE_PREFIX}users RETURNING 1) SELECT COUNT(*) FROM gone",
    ],
)
def test_a_reading_statement_of_the_owner_cannot_write(writing: Writing, sql: str) -> None:
    sneaky = {"CUSTOM_STATEMENTS": {"fetch_sneaky": sql}}
    before = checksums(writing.database, writing.owner)
    refused = pytest.raises((WriteRefusedError, StatementFailedError, StatementError))
    with refused, asking(writing.driver, {**writing.owner, **sneaky}, version="3.3") as phpbb3:
        phpbb3.fetch_sneaky(limit=None)
    assert checksums(writing.database, writing.owner) == before
