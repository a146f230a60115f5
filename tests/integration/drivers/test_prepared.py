"""What nearly every request asks is prepared on PostgreSQL, where nobody stands between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import flask_phpbb3_postgresql
from flask_phpbb3 import SqlDriver, StatementFailedError, WriteRefusedError

from ...drivers import make, statement
from ...loading import DRIVERS, Databases
from ...servers import PgBouncer, PostgreSql

SQL = (
    "SELECT 'it''s 100 %%' AS said, u.user_id, u.username FROM phpbb_users u "
    "WHERE u.username = %(username)s AND u.user_id < %(least)s -- to the end"
)


@pytest.fixture(scope="module")
def owned(board: Databases, postgresql: PostgreSql) -> dict[str, Any]:
    settings = board.empty("postgresql")
    postgresql.execute(
        "CREATE TABLE phpbb_users (user_id INT PRIMARY KEY, username VARCHAR(255)); "
        "INSERT INTO phpbb_users VALUES (2, 'admin'), (3, 'o''hara')",
        settings["DATABASE"],
    )
    return settings


@pytest.fixture(params=DRIVERS["postgresql"])
def driver(request: pytest.FixtureRequest, owned: dict[str, Any]) -> Iterator[SqlDriver[Any]]:
    pytest.importorskip(request.param)
    made = make(request.param, owned, POOL_SIZE=1)
    yield made
    made.close()


@contextmanager
def counted(driver: Any) -> Iterator[list[str]]:
    """Collect what is sent to the server, a message each."""
    messages: list[str] = []
    execute = driver._execute

    def noting(cursor: Any, sql: str, values: Any) -> None:
        messages.append(sql)
        execute(cursor, sql, values)

    driver._execute = noting
    yield messages
    del driver._execute


def _prepared(driver: SqlDriver[Any]) -> int:
    return len(driver.read(statement("SELECT name FROM pg_prepared_statements"), {}))


def test_one_message_each_and_the_same_answer(driver: SqlDriver[Any]) -> None:
    often, seldom = statement(SQL, "get_session"), statement(SQL, "get_other")
    for username, least in (("admin", 2**40), ("o'hara", 2**40), ("%s", 5), ("admin", -1), ("Zoë", 3)):
        values = {"username": username, "least": least}
        assert driver.read(often, values) == driver.read(seldom, values)
    with counted(driver) as messages:
        rows = driver.read(often, {"username": "o'hara", "least": 9})
    assert rows == [{"said": "it's 100 %", "user_id": 3, "username": "o'hara"}]
    assert len(messages) == 1
    assert messages[0].startswith("SET TRANSACTION READ ONLY; ")
    assert "EXECUTE" in messages[0]
    assert "FROM" not in messages[0]
    assert _prepared(driver) == 1


def test_no_value_is_remembered_and_each_statement_is_made_once(driver: SqlDriver[Any]) -> None:
    often = statement(SQL, "get_session")
    flask_phpbb3_postgresql._prepared.cache_clear()
    for username in ("admin", "o'hara", "%s"):
        driver.read(often, {"username": username, "least": 9})
    assert flask_phpbb3_postgresql._prepared.cache_info().misses == 1
    assert not hasattr(flask_phpbb3_postgresql._is_prepared_for, "cache_info")


def test_the_first_costs_one_message_and_a_look_at_the_connection(driver: SqlDriver[Any]) -> None:
    driver.read(statement("SELECT 1 AS one"), {})
    with counted(driver) as messages:
        driver.read(statement(SQL, "get_session"), {"username": "admin", "least": 9})
    assert len(messages) == 2


def test_a_table_that_changes_is_read_as_it_is(
    driver: SqlDriver[Any], postgresql: PostgreSql, owned: dict[str, Any]
) -> None:
    every = statement("SELECT * FROM phpbb_users WHERE user_id = %(user_id)s", "get_user")
    before = driver.read(every, {"user_id": 2})
    postgresql.execute("ALTER TABLE phpbb_users ADD COLUMN more INT DEFAULT 7", owned["DATABASE"])
    try:
        assert driver.read(every, {"user_id": 2}) == [{**before[0], "more": 7}]
    finally:
        postgresql.execute("ALTER TABLE phpbb_users DROP COLUMN more", owned["DATABASE"])
    assert driver.read(every, {"user_id": 2}) == before


def test_an_error_is_that_of_the_statement(driver: SqlDriver[Any]) -> None:
    missing = statement("SELECT nothing FROM phpbb_users WHERE user_id = %(user_id)s", "get_user")
    with pytest.raises(StatementFailedError, match="nothing"):
        driver.read(missing, {"user_id": 2})
    untyped = statement("SELECT %(user_id)s AS given", "get_user")
    assert driver.read(untyped, {"user_id": "x"}) == [{"given": "x"}]


def test_it_only_reads(driver: SqlDriver[Any]) -> None:
    writes = statement("SELECT nextval(%(name)s) AS number", "get_session")
    driver_of_owner: Any = driver
    connection = driver_of_owner._open(read_only=False)
    with connection.cursor() as cursor:
        driver_of_owner._execute(cursor, "CREATE SEQUENCE IF NOT EXISTS numbers", {})
    driver.disconnect(connection)
    with pytest.raises(WriteRefusedError):
        driver.read(writes, {"name": "numbers"})


def test_a_setting_turns_it_off(driver: SqlDriver[Any], owned: dict[str, Any]) -> None:
    plain = make(driver.name, owned, POOL_SIZE=1, PREPARE=False)
    with counted(plain) as messages:
        plain.read(statement(SQL, "get_session"), {"username": "admin", "least": 9})
    assert len(messages) == 1
    assert _prepared(plain) == 0
    plain.close()


def test_nothing_is_prepared_through_a_pooler(
    driver: SqlDriver[Any], owned: dict[str, Any], pgbouncer: PgBouncer
) -> None:
    through = make(driver.name, owned, POOL_SIZE=1, PORT=pgbouncer.port)
    often = statement(SQL, "get_session")
    values = {"username": "admin", "least": 9}
    assert through.read(often, values) == driver.read(often, values)
    with counted(through) as messages:
        through.read(often, values)
    assert len(messages) == 1
    assert "FROM" in messages[0]
    assert _prepared(through) == 0
    through.close()
