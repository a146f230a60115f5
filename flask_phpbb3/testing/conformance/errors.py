"""How a driver says what went wrong, and that it keeps secrets while it does."""

from __future__ import annotations

import contextlib
import secrets
import socket
from collections.abc import Mapping
from typing import Any

import pytest

from flask_phpbb3.direct_access.sql_driver import SqlDriver
from flask_phpbb3.errors import (
    BoardUnavailableError,
    ConfigurationError,
    ConnectionFailedError,
    StatementFailedError,
    WriteRefusedError,
)
from flask_phpbb3.plugins.driver import Driver
from flask_phpbb3.plugins.queries import Query
from flask_phpbb3.testing.conformance.base import DriverSuiteBase
from flask_phpbb3.testing.conformance.link import HOST
from flask_phpbb3.testing.conformance.report import leave_out
from flask_phpbb3.testing.conformance.subject import BoardUnderTest

PLACE = ("HOST", "PORT", "DATABASE")
WRITES = (
    "UPDATE {TABLE_PREFIX}users SET user_type = 3",
    "DELETE FROM {TABLE_PREFIX}users",
    "INSERT INTO {TABLE_PREFIX}lang (lang_id, lang_iso) VALUES (99, 'xx')",
    "CREATE TABLE {TABLE_PREFIX}new (id INTEGER)",
    "DROP TABLE {TABLE_PREFIX}users",
)


class ErrorTests(DriverSuiteBase):
    """Check what a driver refuses and how it tells."""

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT 1 FROM {TABLE_PREFIX}no_such_table WHERE 1 = %(value)s",
            "SELECT no_such_column FROM {TABLE_PREFIX}users WHERE username = %(value)s",
            "SELECT FROM WHERE %(value)s SELECT",
        ],
    )
    def test_a_failing_statement_is_named_and_its_values_are_not(
        self, driver: Driver, subject: BoardUnderTest, sql: str
    ) -> None:
        """The message has name and source of the statement; the connection is good for the next one."""
        for _ in range(3):
            with pytest.raises(StatementFailedError, match=r"fetch_test.*suite\.sql:1") as caught:
                driver.read(subject.statement(sql), {"value": "0123456789abcdef"})
            assert "0123456789abcdef" not in str(caught.value)
            assert caught.value.__context__ is None
        assert driver.read(subject.statement("SELECT 1 AS one"), {}) == [{"one": 1}]

    @pytest.mark.parametrize(
        ("sql", "hint"),
        [
            ("SELECT 1 FROM {TABLE_PREFIX}no_such_table", "TABLE_PREFIX"),
            ("SELECT no_such_column FROM {TABLE_PREFIX}users", "VERSION"),
        ],
    )
    def test_what_is_missing_is_told_apart(
        self, sql_driver: SqlDriver[Any], subject: BoardUnderTest, sql: str, hint: str
    ) -> None:
        """A missing table and a missing column say which setting to look at."""
        with pytest.raises(StatementFailedError, match=hint):
            sql_driver.read(subject.statement(sql), {})

    def test_a_missing_right_is_told(
        self, sql_driver: SqlDriver[Any], subject: BoardUnderTest, request: pytest.FixtureRequest
    ) -> None:
        """What an account may not do says what to grant."""
        if not subject.writer:
            leave_out(request, "the account that reads may write, too, or no other is given (writer=…)")
        change = subject.statement("UPDATE {TABLE_PREFIX}users SET user_style = user_style", "set_style")
        listed = subject.driver(CUSTOM_STATEMENTS={"set_style": change.sql})
        with pytest.raises(StatementFailedError, match="GRANT"):
            listed.write(change, {})

    @pytest.mark.parametrize("sql", WRITES)
    def test_reading_never_writes(
        self, subject: BoardUnderTest, content: Mapping[str, Any], sql: str
    ) -> None:
        """Not even with an account that may, nor with SQL that ``CUSTOM_STATEMENTS`` would not take."""
        checked = subject.statement(
            "SELECT COUNT(*) AS users, SUM(user_type) AS types FROM {TABLE_PREFIX}users"
        )
        writing = subject.statement(sql, "set_test").sql
        for account in filter(None, ({"POOL_SIZE": 1}, subject.writer)):
            driver = subject.driver(**account)
            before = driver.read(checked, {})
            with pytest.raises((WriteRefusedError, BoardUnavailableError)):
                driver.read(Query("fetch_test", writing, source="suite.sql:1"), {})
            assert driver.read(checked, {}) == before
            driver.close()

    @pytest.mark.parametrize("sql", WRITES)
    def test_a_refused_write_is_told_as_one(
        self, subject: BoardUnderTest, content: Mapping[str, Any], writer: Mapping[str, Any], sql: str
    ) -> None:
        """It was not a right that was missing, and nothing that could be granted."""
        driver = subject.driver(**writer, POOL_SIZE=1)
        writing = subject.statement(sql, "set_test").sql
        with pytest.raises(WriteRefusedError, match="fetch_test"):
            driver.read(Query("fetch_test", writing, source="suite.sql:1"), {})
        driver.close()

    def test_an_option_that_connecting_does_not_take_is_refused_by_name(
        self, sql_driver: SqlDriver[Any], subject: BoardUnderTest
    ) -> None:
        """A mistyped name is found when the application starts; its value is told to nobody."""
        value = secrets.token_hex(8)
        with pytest.raises(ConfigurationError, match="'no_such_option'") as caught:
            subject.driver(OPTIONS={"no_such_option": value})
        assert value not in str(caught.value)

    def test_making_one_connects_to_nothing_and_tells_no_password(self, subject: BoardUnderTest) -> None:
        """The location is part of cache keys, and a driver may be shown in a log."""
        password = secrets.token_hex(8)
        driver = subject.driver(PASSWORD=password)
        assert password not in repr((driver, driver.location, driver.settings))
        assert all(isinstance(part, str) for part in driver.location)
        assert driver.location == subject.driver().location

    def test_another_place_is_another_location(
        self, subject: BoardUnderTest, request: pytest.FixtureRequest
    ) -> None:
        """Two boards never share cached answers."""
        here = subject.driver().location
        database = subject.config.get("PHPBB3_DATABASE", {})
        moved = [subject.driver(**{key: _other(database[key])}) for key in PLACE if database.get(key)]
        if subject.elsewhere:
            moved = [subject.driver(settings=subject.elsewhere)]
        if not moved:
            leave_out(request, "the settings name no place; give elsewhere=…")
        for driver in moved:
            assert driver.location != here, f"{driver.settings.database} is the same place as {here}"

    def test_a_wrong_place_is_told(
        self, subject: BoardUnderTest, content: Mapping[str, Any], request: pytest.FixtureRequest
    ) -> None:
        """A database that is not there is the board's failure, not the statement's."""
        if not subject.config.get("PHPBB3_DATABASE", {}).get("DATABASE"):
            leave_out(request, "the settings name no DATABASE")
        password = secrets.token_hex(8)
        driver = subject.driver(DATABASE="/no_such/database", PASSWORD=password)
        with pytest.raises(ConnectionFailedError) as caught:
            driver.read(subject.statement("SELECT 1 AS one"), {})
        assert password not in str(caught.value)
        assert caught.value.__context__ is None

    def test_nobody_listens(
        self, subject: BoardUnderTest, content: Mapping[str, Any], request: pytest.FixtureRequest
    ) -> None:
        """A server that is down is told by its address."""
        if not subject.config.get("PHPBB3_DATABASE", {}).get("PORT"):
            leave_out(request, "the settings name no PORT")
        with socket.create_server((HOST, 0)) as listener:
            port = listener.getsockname()[1]
        password = secrets.token_hex(8)
        driver = subject.driver(HOST=HOST, PORT=port, PASSWORD=password)
        with pytest.raises(ConnectionFailedError, match=f"{HOST}.*{port}") as caught:
            driver.read(subject.statement("SELECT 1 AS one"), {})
        assert password not in str(caught.value)

    def test_what_the_doctor_asks(self, driver: Driver, subject: BoardUnderTest) -> None:
        """What is not known is left open, and what is said is true."""
        users = subject.statement("SELECT * FROM {TABLE_PREFIX}users").sql.split()[-1]
        assert isinstance(driver.server_version(), str)
        tables = driver.tables()
        assert not tables or users in tables
        assert driver.may_write(f"{users}_no_such_table") is not True or driver.may_write(users) is True
        if subject.writer is not None:
            with contextlib.closing(subject.driver(**subject.writer)) as writer:
                assert writer.may_write(users) is not False
        if subject.writer:
            assert driver.may_write(users) is not True


def _other(value: Any) -> Any:
    return value + 1 if isinstance(value, int) else f"{value}.other"
