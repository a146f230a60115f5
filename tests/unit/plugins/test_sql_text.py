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
        f"SELECT $$'$$ AS a; COMMIT; {DELETE}; SELECT '1'",
        f"SELECT $a$'$a$; {DELETE}; SELECT $b$'$b$",
        f"SELECT 1 -- why\rCOMMIT; {DELETE}",
        f"SELECT 1 -- why\r; COMMIT; {DELETE}",
        f"SELECT U&'\\0027'; COMMIT; {DELETE}; SELECT ''",
        f'SELECT 1 AS u&"a\\0022"; {DELETE}; --"',
        "SELECT 'a;\\b'",
        "SELECT '; commit'",
        "SELECT '; /* */ END'",
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


@pytest.mark.parametrize(
    "where", ["'%%%(q)s%%'", '"%%%(q)s%%"', "`%(q)s`", "$$%(q)s$$", "$x$ %(q)s $x$", "E'%(q)s'"]
)
def test_a_parameter_in_quotes_is_refused(where: str) -> None:
    with pytest.raises(StatementSyntaxError, match=r"has a parameter in .*read as SQL"):
        parse_statement("fetch_x", f"SELECT 1 FROM t WHERE a LIKE {where}", source="test")


@pytest.mark.parametrize("sql", ["SELECT 1 -- %(q)s", "SELECT 1 /* %(q)s */", "SELECT 1 /*\n%(q)s\n*/"])
def test_a_parameter_in_a_comment_is_refused(sql: str) -> None:
    with pytest.raises(StatementSyntaxError, match="has a parameter in a comment"):
        parse_statement("fetch_x", sql, source="test")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'a\\' %(q)s \\'b'",  # one string to MySQL, two to others
        "SELECT 1 # ' \n '%(q)s' \n # '",
        "SELECT 1 --'\n%(q)s --'",
    ],
)
def test_a_parameter_that_may_be_in_a_string_is_refused(sql: str) -> None:
    with pytest.raises(StatementSyntaxError, match="take different parts for strings"):
        parse_statement("fetch_x", sql, source="test")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 WHERE 'abc' LIKE %(q)s",
        "SELECT 1 WHERE 'abc' LIKE '%%' || %(q)s || '%%'",
        "SELECT 1 WHERE 'abc' LIKE %(q)s ESCAPE '\\'",
        "SELECT ';', 'a;b' WHERE 'c' = %(q)s;",
        "SELECT CASE WHEN 'x' = %(q)s THEN 'into' END; -- the end",
        "SELECT data #>> '{a}' FROM t WHERE a = %(q)s",
    ],
)
def test_parameters_where_values_stand(sql: str) -> None:
    assert parse_statement("fetch_x", sql, source="test").parameters == ("q",)


@pytest.mark.parametrize(
    "sql",
    ["SELECT 5 INTO @x", "SELECT * INTO t FROM u", "SELECT 1 INTO OUTFILE '/tmp/x'", "SELECT 1 into/**/x"],
)
def test_a_reading_statement_goes_into_nothing(sql: str) -> None:
    with pytest.raises(StatementSyntaxError, match="INTO"):
        parse_statement("fetch_x", sql, source="test")
