"""What the drivers' databases have of their own, beside what the suite for drivers asks of all."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flask_phpbb3 import (
    BrokenPluginError,
    ConfigurationError,
    ConnectionFailedError,
    SqlDriver,
    StatementFailedError,
    WriteRefusedError,
)

from ...drivers import make, statement, unchecked
from ...loading import DRIVERS, Databases, as_owner, as_reader
from ...servers import GUARDED, HOST, PASSWORD, READER

PAIRS = [(database, driver) for database, drivers in DRIVERS.items() for driver in drivers]

TABLES = (
    "CREATE TABLE phpbb_users (user_id INTEGER PRIMARY KEY, username VARCHAR(255) NOT NULL, user_type INTEGER)",
    "INSERT INTO phpbb_users VALUES (1, 'Anonymous', 2), (2, 'admin', 3), (3, 'Zoë', 0), (4, '50%% off', 0)",
    "CREATE TABLE phpbb_bare (user_id INTEGER)",
)


@pytest.fixture(scope="module", params=PAIRS, ids=[driver for _, driver in PAIRS])
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A database and a driver for it."""
    database, driver = request.param
    pytest.importorskip(driver)
    return database, driver


@pytest.fixture(scope="module")
def owned(pair: tuple[str, str], board: Databases) -> dict[str, Any]:
    """A small database, for its owner."""
    database, driver = pair
    settings = board.empty(database)
    writer = make(driver, settings, CUSTOM_STATEMENTS={"set_up": "SELECT 1"})
    for sql in TABLES:
        writer.write(statement(sql, "set_up"), {})
    if database == "postgresql":
        writer.write(statement(f"GRANT SELECT ON phpbb_users TO {READER}", "set_up"), {})
    return settings


@pytest.fixture
def driver(pair: tuple[str, str], owned: dict[str, Any]) -> Iterator[SqlDriver[Any]]:
    """A driver with an account that may only read."""
    made = make(pair[1], as_reader(owned), POOL_SIZE=1)
    yield made
    made.close()


def test_a_missing_right(driver: SqlDriver[Any], pair: tuple[str, str]) -> None:
    if pair[0] == "sqlite":
        pytest.skip("SQLite has no accounts")
    table = "phpbb_bare" if pair[0] == "postgresql" else "mysql.global_priv"
    with pytest.raises(StatementFailedError, match=r"GRANT SELECT"):
        driver.read(statement(f"SELECT * FROM {table}"), {})


def test_a_bad_value_is_not_told(driver: SqlDriver[Any], pair: tuple[str, str]) -> None:
    query = statement("SELECT username FROM phpbb_users WHERE user_id = %(user_id)s")
    if pair[0] != "postgresql":  # the others compare a number with any text
        assert driver.read(query, {"user_id": "0123456789abcdef"}) == []
        return
    with pytest.raises(StatementFailedError, match="22P02") as caught:
        driver.read(query, {"user_id": "0123456789abcdef"})
    assert "0123456789abcdef" not in str(caught.value)
    assert caught.value.__context__ is None


COUNT = "SELECT COUNT(*) AS users, SUM(user_type) AS types FROM phpbb_users"
COUNTED = [{"users": 4, "types": 5}]


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH DATABASE '{path}' AS other",
        "ATTACH DATABASE '{path}.new' AS other",
        "DETACH DATABASE main",
        "PRAGMA query_only = OFF",
        "PRAGMA journal_mode = DELETE",
        "BEGIN",
        "COMMIT",
        "SAVEPOINT here",
        "CREATE TEMPORARY TABLE t (a)",
        "VACUUM INTO '{path}.new'",
        "SELECT load_extension('{path}')",
        "SELECT * FROM pragma_query_only",
        "UPDATE sqlite_master SET sql = ''",
    ],
)
def test_sqlite_does_nothing_but_read(board: Databases, sql: str) -> None:
    settings = board.empty("sqlite")
    path = Path(settings["DATABASE"])
    driver = make("sqlite3", settings, POOL_SIZE=1)
    with pytest.raises(
        (WriteRefusedError, StatementFailedError), match=r"do more than read|may not be modified"
    ):
        driver.read(unchecked(sql.format(path=path)), {})
    assert driver.read(statement("SELECT 1 AS one"), {}) == [{"one": 1}]
    assert not path.with_name(f"{path.name}.new").exists()
    driver.close()


def test_sqlite_reads_whatever_can_be_read(board: Databases) -> None:
    settings = board.empty("sqlite")
    path = settings["DATABASE"]
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE VIRTUAL TABLE words USING fts5(word); INSERT INTO words VALUES ('garden');"
            "CREATE VIEW upper AS SELECT upper(word) AS word FROM words"
        )
    driver = make("sqlite3", settings, POOL_SIZE=1)
    for sql in (
        "SELECT word FROM words WHERE words MATCH 'garden'",
        "SELECT lower(word) AS word FROM upper",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) "
        "SELECT substr('..garden', max(i)) AS word FROM n",
        "SELECT value AS word FROM json_each('[\"garden\"]')",
        "VALUES ('garden')",
    ):
        assert [list(row.values()) for row in driver.read(statement(sql), {})] == [["garden"]]
    driver.close()


HIDDEN_WRITES = (
    "WITH gone AS (DELETE FROM phpbb_users RETURNING user_id) SELECT COUNT(*) FROM gone",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "SELECT set_config('transaction_read_only', 'off', true)",
    "SELECT * INTO phpbb_new FROM phpbb_users",
    "SELECT * FROM phpbb_users FOR UPDATE",
    "SELECT lo_create(0)",
    "DO $$ BEGIN SET TRANSACTION READ WRITE; DELETE FROM phpbb_users; END $$",
)


@pytest.mark.parametrize("sql", HIDDEN_WRITES)
@pytest.mark.parametrize("pair", [("postgresql", name) for name in DRIVERS["postgresql"]], indirect=True)
def test_postgresql_writes_in_no_disguise(pair: tuple[str, str], owned: dict[str, Any], sql: str) -> None:
    driver = make(pair[1], owned, POOL_SIZE=1)
    with pytest.raises((WriteRefusedError, StatementFailedError)):
        driver.read(unchecked(sql), {})
    assert driver.read(statement(COUNT), {}) == COUNTED
    driver.close()


@pytest.mark.parametrize("pair", [("mariadb", "pymysql")], indirect=True)
@pytest.mark.parametrize(
    "sql", ["SELECT * FROM phpbb_users FOR UPDATE", "LOCK TABLES phpbb_users WRITE", "TRUNCATE phpbb_users"]
)
def test_mariadb_locks_and_writes_nothing(pair: tuple[str, str], owned: dict[str, Any], sql: str) -> None:
    driver = make(pair[1], owned, POOL_SIZE=1)
    with pytest.raises((WriteRefusedError, StatementFailedError)):
        driver.read(unchecked(sql), {})
    assert driver.read(statement(COUNT), {}) == COUNTED
    driver.close()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT $$'$$ AS a; COMMIT; DELETE FROM phpbb_users",
        "SELECT 1 -- x\rAS a; COMMIT; DELETE FROM phpbb_users",
        "SELECT 1; ROLLBACK; DELETE FROM phpbb_users",
        "SELECT 1; /* */ END; DELETE FROM phpbb_users",
        "COMMIT; DELETE FROM phpbb_users",
    ],
)
@pytest.mark.parametrize("pair", [("postgresql", name) for name in DRIVERS["postgresql"]], indirect=True)
def test_postgresql_ends_no_transaction_for_an_account_that_may_write(
    pair: tuple[str, str], owned: dict[str, Any], sql: str
) -> None:
    driver = make(pair[1], owned, POOL_SIZE=1)
    with pytest.raises(WriteRefusedError, match="do more than read"):
        driver.read(unchecked(sql), {})
    assert driver.read(statement(COUNT), {}) == COUNTED
    driver.close()


LEAVES_BEHIND = {
    "postgresql": ("""SELECT U&"\\0073et_config"('application_name', 'left', false)""",
                   "SELECT current_setting('application_name') = 'left' AS left"),
    "mariadb": ("SELECT @left := 5", "SELECT @left IS NOT NULL AS `left`"),
}  # fmt: skip
ALSO_LEAVES_BEHIND = {
    "mariadb": ("SELECT LAST_INSERT_ID(7)", "SELECT LAST_INSERT_ID() = 7 AS `left`"),
}  # fmt: skip
LEFT_IN_A_VARIABLE = {"mariadb": ("SELECT 5 INTO @left", "SELECT @left IS NOT NULL AS `left`")}


@pytest.mark.parametrize("leaving", [LEAVES_BEHIND, ALSO_LEAVES_BEHIND, LEFT_IN_A_VARIABLE])
def test_a_statement_leaves_nothing_in_the_pool(
    pair: tuple[str, str], owned: dict[str, Any], leaving: dict[str, tuple[str, str]]
) -> None:
    if pair[0] not in leaving:
        pytest.skip("nothing of this kind")
    leaves, asks = leaving[pair[0]]
    driver = make(pair[1], owned, POOL_SIZE=1)
    driver.read(unchecked(leaves), {})
    assert not driver.read(unchecked(asks), {})[0]["left"]
    driver.close()


LEFT_OPEN = {
    "postgresql": ("BEGIN READ WRITE", "BEGIN; SELECT 1 FROM no_such_table"),
    "mariadb": ("START TRANSACTION READ WRITE", "SET autocommit = 0"),
}


@pytest.mark.parametrize("which", [0, 1])
def test_a_connection_in_a_transaction_is_not_lent_again(
    pair: tuple[str, str], owned: dict[str, Any], which: int, caplog: pytest.LogCaptureFixture
) -> None:
    if pair[0] == "sqlite":
        pytest.skip("SQLite is asked for leave, and begins none")
    driver = make(pair[1], owned, POOL_SIZE=1)
    with contextlib.suppress(StatementFailedError):
        driver.read(unchecked(LEFT_OPEN[pair[0]][which]), {})
    assert "fetch_test [test.sql:1] left a transaction open" in caplog.text
    with pytest.raises(WriteRefusedError):
        driver.read(unchecked("DELETE FROM phpbb_users"), {})
    assert driver.read(statement(COUNT), {}) == COUNTED
    driver.close()


def test_rows_are_counted_the_same_everywhere(pair: tuple[str, str], board: Databases) -> None:
    database, name = pair
    changes = {
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)": 0,
        "INSERT INTO t (id, n) VALUES (1, 1), (2, 2)": 2,
        "UPDATE t SET n = 5": 2,
        "UPDATE t SET n = 5 WHERE id > 0": 2,
        "UPDATE t SET n = 6 WHERE id = 99": 0,
    }
    word = "ON DUPLICATE KEY UPDATE" if database == "mariadb" else "ON CONFLICT (id) DO UPDATE SET"
    changes |= {
        f"INSERT INTO t (id, n) SELECT id, n FROM t WHERE id > 0 {word} n = 7": 2,
        f"/* changed */ INSERT INTO t (id, n) VALUES (1, 7) {word} n = 8": 1,
        f"INSERT INTO t (id, n) VALUES (1, 7) {word} n = 8": 1,
        f"INSERT INTO t (id, n) VALUES (3, 7) {word} n = 9": 1,
        "DELETE FROM t": 3,
    }
    driver = make(name, board.empty(database), CUSTOM_STATEMENTS={"set_up": "SELECT 1"})
    assert {sql: driver.write(statement(sql, "set_up"), {}) for sql in changes} == changes


def test_mariadb_is_strict_whatever_its_server_is(board: Databases) -> None:
    pytest.importorskip("pymysql")
    settings = board.empty("mariadb")
    leave = {"CUSTOM_STATEMENTS": {"set_up": "SELECT 1"}, "OPTIONS": {"sql_mode": "ANSI_QUOTES"}}
    driver = make("pymysql", settings, **leave)
    driver.write(
        statement("CREATE TABLE t (id INT PRIMARY KEY, a TEXT NOT NULL, v VARCHAR(3))", "set_up"), {}
    )
    assert driver.write(statement("INSERT INTO t (id, v) VALUES (1, 'abc')", "set_up"), {}) == 1
    for sql in (
        "INSERT INTO t (id, a, v) VALUES (2, '', 'abcd')",
        "INSERT INTO t (id, v) VALUES (2, 'abcd')",
        "INSERT INTO t (id, v) VALUES (2, '\U0001f600')",
        "INSERT INTO t (id, v) VALUES (5000000000, 'x')",
        "UPDATE t SET v = 'abcd'",
    ):
        with pytest.raises(StatementFailedError, match=r"error 1[0-9]{3}") as caught:
            driver.write(statement(sql, "set_up"), {})
        assert "abcd" not in str(caught.value)
    assert driver.read(statement("SELECT * FROM t"), {}) == [{"id": 1, "a": "", "v": "abc"}]
    driver.close()


def test_an_answer_of_many_columns_is_read_at_once(board: Databases) -> None:
    """PyMySQL takes each column's name as a piece of its own; the system need not be asked for each."""
    pytest.importorskip("pymysql")
    driver = make("pymysql", as_reader(board.empty("mariadb")))
    wide = statement(f"SELECT {', '.join(f'{number} AS c{number}' for number in range(80))}")
    driver.read(wide, {})
    asked: list[str] = []

    def see(_: Any, event: str, function: Any) -> None:
        if event == "c_call" and getattr(function, "__name__", "") in {"recv_into", "settimeout"}:
            asked.append(function.__name__)

    sys.setprofile(see)
    try:
        [row] = driver.read(wide, {})
    finally:
        sys.setprofile(None)
    assert row["c79"] == 79
    assert len(asked) <= 8
    driver.close()


def test_writing_needs_the_owners_leave(pair: tuple[str, str], owned: dict[str, Any]) -> None:
    change = statement("UPDATE phpbb_users SET user_type = %(type)s WHERE user_id = %(id)s", "set_type")
    with pytest.raises(WriteRefusedError, match="CUSTOM_USER_FIELDS"):
        make(pair[1], owned).write(change, {"type": 1, "id": 4})
    for leave in ({"CUSTOM_USER_FIELDS": ["hobby"]}, {"CUSTOM_STATEMENTS": {"set_type": change.sql}}):
        driver = make(pair[1], owned, **leave)
        assert driver.write(change, {"type": 1, "id": 4}) == 1
        assert driver.write(change, {"type": 0, "id": 99}) == 0
        query = statement("SELECT user_type FROM phpbb_users WHERE user_id = 4")
        assert driver.read(query, {}) == [{"user_type": 1}]
        assert driver.write(change, {"type": 0, "id": 4}) == 1
        with pytest.raises(WriteRefusedError, match="fetch_test"):
            driver.write(statement("SELECT 1"), {})
        driver.close()


def test_what_the_doctor_asks(driver: SqlDriver[Any], pair: tuple[str, str], owned: dict[str, Any]) -> None:
    product = {"postgresql": "PostgreSQL", "mariadb": "MariaDB", "sqlite": "SQLite"}[pair[0]]
    assert driver.server_version().startswith(f"{product} ")
    assert "phpbb_users" in driver.tables()
    assert not any(name.startswith(("pg_", "sql_")) for name in driver.tables())
    assert make(pair[1], owned).may_write("phpbb_users") is True
    if pair[0] != "sqlite":
        assert driver.may_write("phpbb_users") is False


def test_the_location_holds_no_secret(pair: tuple[str, str], owned: dict[str, Any]) -> None:
    driver = make(pair[1], owned, PASSWORD="hush-hush")
    assert "hush-hush" not in repr((driver, driver.location, driver.settings))
    assert owned["DATABASE"] in driver.location


@pytest.mark.parametrize("value", [object(), [], "hush-hush"])
def test_an_unusable_value_of_an_option_is_not_told(
    pair: tuple[str, str], owned: dict[str, Any], value: object
) -> None:
    option = {"postgresql": "connect_timeout", "mariadb": "connect_timeout", "sqlite": "timeout"}[pair[0]]
    if pair[1] == "psycopg2":
        option = "keepalives"
    with pytest.raises((ConfigurationError, ConnectionFailedError), match=option) as caught:
        make(pair[1], owned, OPTIONS={option: value}).read(statement("SELECT 1"), {})
    assert "hush-hush" not in str(caught.value)


def test_a_missing_module_says_what_to_install(
    pair: tuple[str, str], owned: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    if pair[0] == "sqlite":
        pytest.skip("sqlite3 comes with Python")

    class Hidden:
        @staticmethod
        def find_spec(name: str, *_: Any) -> None:
            if name == pair[1]:
                raise ModuleNotFoundError(name, name=name)

    for name in [name for name in sys.modules if name.partition(".")[0] == pair[1]]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Hidden, *sys.meta_path])
    with pytest.raises(BrokenPluginError, match=rf"pip install 'flask-phpbb3\[{pair[1]}\]>=1'"):
        make(pair[1], owned)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"DATABASE": "no_such_database"}, "no_such_database"), ({"USER": "nobody_here"}, "nobody_here")],
)
def test_wrong_settings_are_told(
    pair: tuple[str, str], owned: dict[str, Any], change: dict[str, Any], said: str
) -> None:
    if pair[0] == "sqlite" and "USER" in change:
        pytest.skip("SQLite has no accounts")
    with pytest.raises(ConnectionFailedError, match=said) as caught:
        make(pair[1], owned, **change, PASSWORD="hush-hush").read(statement("SELECT 1"), {})
    assert "hush-hush" not in str(caught.value)
    assert caught.value.__context__ is None


def test_passwords(pair: tuple[str, str], owned: dict[str, Any]) -> None:
    if pair[0] == "sqlite":
        pytest.skip("SQLite has no accounts")
    guarded = {
        **owned,
        "USER": GUARDED,
        "DATABASE": {"postgresql": "postgres"}.get(pair[0], "information_schema"),
    }
    assert make(pair[1], guarded, PASSWORD=PASSWORD).read(statement("SELECT 1 AS one"), {}) == [{"one": 1}]
    with pytest.raises(ConnectionFailedError) as caught:
        make(pair[1], guarded, PASSWORD="hush-hush").read(statement("SELECT 1"), {})
    assert "hush-hush" not in str(caught.value)


def test_a_unix_socket(pair: tuple[str, str], owned: dict[str, Any], request: pytest.FixtureRequest) -> None:
    if pair[0] == "sqlite":
        pytest.skip("SQLite has no server")
    server = request.getfixturevalue(pair[0])
    host = str(server.socket_directory if pair[0] == "postgresql" else server.socket_path)
    option = {"host": host} if pair[0] == "postgresql" else {"unix_socket": host}
    for settings in (
        {"HOST": host},
        {"HOST": "", "OPTIONS": option},
        {"HOST": "192.0.2.1", "OPTIONS": option},
    ):
        driver = make(pair[1], owned, **settings)
        assert driver.read(statement("SELECT 1 AS one"), {}) == [{"one": 1}]
        assert host in driver.location
        driver.close()


@pytest.mark.parametrize("driver_name", DRIVERS["postgresql"])
def test_no_host_is_the_default_socket_of_libpq(board: Databases, driver_name: str) -> None:
    pytest.importorskip(driver_name)
    database = board.empty("postgresql")  # whose port nobody serves in the default directory
    with pytest.raises(ConnectionFailedError, match=r"No such file|refused"):
        make(driver_name, database, HOST="").read(statement("SELECT 1"), {})


@pytest.mark.parametrize("driver_name", DRIVERS["postgresql"])
def test_several_hosts(board: Databases, driver_name: str) -> None:
    pytest.importorskip(driver_name)
    database = board.empty("postgresql")
    driver = make(
        driver_name, database, HOST=f"127.0.0.9,{HOST}", OPTIONS={"target_session_attrs": "read-write"}
    )
    assert driver.read(statement("SELECT 1 AS one"), {}) == [{"one": 1}]
    driver.close()


@pytest.mark.parametrize("driver_name", DRIVERS["postgresql"])
def test_bytes_from_postgresql(board: Databases, driver_name: str) -> None:
    pytest.importorskip(driver_name)
    driver = make(driver_name, board.empty("postgresql"))
    assert driver.read(statement(r"SELECT '\x00ff'::bytea AS data"), {}) == [{"data": b"\x00\xff"}]
    driver.close()


def test_text_in_sqlite_that_is_not_utf8(board: Databases) -> None:
    driver = make("sqlite3", board.empty("sqlite"))
    assert driver.read(statement("SELECT CAST(x'41ff42' AS TEXT) AS text"), {}) == [{"text": "A\ufffdB"}]
    driver.close()


@pytest.mark.parametrize("version", ["3.1.12", "3.3.10"])
def test_a_recorded_board(pair: tuple[str, str], board: Databases, version: str) -> None:
    settings = board(version, pair[0])
    driver = make(pair[1], settings)
    query = statement("SELECT config_value FROM phpbb_config WHERE config_name = %(name)s", "get_version")
    assert driver.read(query, {"name": "version"}) == [{"config_value": version}]
    owner = make(pair[1], as_owner(settings))
    with pytest.raises(WriteRefusedError):
        owner.read(unchecked("UPDATE phpbb_config SET config_value = 'x'"), {})
    driver.close()
    owner.close()
