"""One statement, and one that reads, whatever a database might make of it."""

from __future__ import annotations

import pytest

from flask_phpbb3 import StatementSyntaxError
from flask_phpbb3.plugins.queries import parse_statement
from flask_phpbb3.plugins.sql_text import reads, single_statement

DELETE = "DELETE FROM phpbb_bots"


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT 1; {DELETE}",
        f"SELECT 1 AS a$x$; COMMIT; {DELETE}; SELECT 2 AS b$x$",  # no dollar quote inside a name
        f"SELECT 1 /* /* */ ` */ ; COMMIT; {DELETE}; SELECT 1 /* ` */",  # PostgreSQL nests comments
        f"SELECT E'\\''; COMMIT; {DELETE}; SELECT '",
        f"SELECT 1 AS `a; {DELETE}`",
        f"/*! BEGIN NOT ATOMIC {DELETE}; END */",
        f"SELECT 1 /*M! ; {DELETE} */",
        "SELECT 'without an end",
        "SELECT 1 /* without an end",
        "-- nothing but a comment",
        "",
    ],
)
def test_what_could_be_more_than_one_statement_is_refused(sql: str) -> None:
    with pytest.raises(ValueError, match="holds"):
        single_statement(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "select 1",
        "(SELECT 1)",
        " -- why\n/* and how */ WITH a AS (SELECT 1) SELECT * FROM a",
        "VALUES (1)",
    ],
)
def test_what_reads(sql: str) -> None:
    assert reads(single_statement(sql))


@pytest.mark.parametrize(
    "sql",
    [
        DELETE,
        "BEGIN READ WRITE",
        "COMMIT",
        "ATTACH DATABASE 'board.db' AS w",
        "PRAGMA query_only = OFF",
        "SET SESSION TRANSACTION READ WRITE",
        "START TRANSACTION READ WRITE",
        "CALL change()",
        "SELECTED",
    ],
)
@pytest.mark.parametrize("name", ["get_x", "fetch_x", "has_x", "_get_x"])
def test_a_reading_name_wants_a_reading_statement(name: str, sql: str) -> None:
    with pytest.raises(StatementSyntaxError, match=r"reads, so its SQL begins with SELECT"):
        parse_statement(name, sql, source="test")


def test_a_writing_name_may_begin_otherwise() -> None:
    assert parse_statement("set_x", DELETE, source="test").operation == "set"
