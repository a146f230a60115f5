"""What a driver does when connections, servers or files fail, with real ones that do."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flask_phpbb3 import (
    ConnectionFailedError,
    PoolTimeoutError,
    SqlDriver,
    StatementTimeoutError,
    WriteRefusedError,
)

from ...drivers import make, statement, unchecked
from ...loading import DRIVERS, Databases
from ...servers import HOST, MariaDb, PgBouncer, PostgreSql, mute_server

pytestmark = pytest.mark.slow

SERVED = [(database, driver) for database in ("postgresql", "mariadb") for driver in DRIVERS[database]]
ONE = statement("SELECT 1 AS one")
SLEEP = {"postgresql": "SELECT pg_sleep(%(seconds)s)", "mariadb": "SELECT SLEEP(%(seconds)s)"}
LIMITS = {"CONNECT_TIMEOUT": 0.3, "STATEMENT_TIMEOUT": 0.3}

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


PATIENCE = 2.0
"""Seconds within which `LIMITS` must end a wait."""


@pytest.fixture(scope="module", params=SERVED, ids=[driver for _, driver in SERVED])
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    database, driver = request.param
    pytest.importorskip(driver)
    return database, driver


@pytest.fixture(scope="module")
def database(pair: tuple[str, str], board: Databases) -> dict[str, Any]:
    return board.empty(pair[0])


@pytest.fixture
def server(pair: tuple[str, str], database: dict[str, Any], request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(pair[0])


@pytest.fixture
def driver(pair: tuple[str, str], database: dict[str, Any]) -> Iterator[SqlDriver[Any]]:
    made = make(pair[1], database, POOL_SIZE=3)
    yield made
    made.close()


def open_all(driver: SqlDriver[Any], pair: tuple[str, str], number: int) -> None:
    """Have a driver hold a number of idle connections."""
    pause = statement(SLEEP[pair[0]])
    threads = [threading.Thread(target=driver.read, args=(pause, {"seconds": 0.4})) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def kill_connections(server: PostgreSql | MariaDb, database: str) -> int:
    """End every client's connection to a database; return how many there were."""
    if isinstance(server, PostgreSql):
        sql = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
        return len(server.execute(sql, "postgres"))
    ids = server.execute(f"SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '{database}'")
    server.execute("".join(f"KILL {number};" for (number,) in ids))
    return len(ids)


def test_killed_connections_go_unnoticed(
    driver: SqlDriver[Any], pair: tuple[str, str], server: Any, database: dict[str, Any]
) -> None:
    open_all(driver, pair, 3)
    assert kill_connections(server, database["DATABASE"]) > 1
    time.sleep(0.05)
    for _ in range(4):  # had the older ones been kept, these would meet the next dead one
        assert driver.read(ONE, {}) == [{"one": 1}]
    assert kill_connections(server, database["DATABASE"]) == 1


def test_a_restarted_server_goes_unnoticed(driver: SqlDriver[Any], server: Any) -> None:
    assert driver.read(ONE, {}) == [{"one": 1}]
    server.restart()
    assert driver.read(ONE, {}) == [{"one": 1}]


def test_a_killed_server_is_an_error_until_it_is_back(driver: SqlDriver[Any], server: Any) -> None:
    assert driver.read(ONE, {}) == [{"one": 1}]
    with server.stopped():
        for _ in range(2):
            with pytest.raises(ConnectionFailedError, match=HOST):
                driver.read(ONE, {})
    assert driver.read(ONE, {}) == [{"one": 1}]


def test_a_server_that_hangs_is_noticed(pair: tuple[str, str], server: Any, database: dict[str, Any]) -> None:
    driver = make(pair[1], database, **LIMITS, POOL_SIZE=1)
    assert driver.read(ONE, {}) == [{"one": 1}]
    with server.held_still():
        started = time.monotonic()
        with pytest.raises(StatementTimeoutError, match="STATEMENT_TIMEOUT"):
            driver.read(ONE, {})
        with pytest.raises(ConnectionFailedError, match="CONNECT_TIMEOUT"):
            driver.read(ONE, {})
        assert time.monotonic() - started < 2 * PATIENCE
    time.sleep(LIMITS["CONNECT_TIMEOUT"] + 0.1)  # for so long it is left alone
    assert driver.read(ONE, {}) == [{"one": 1}]
    driver.close()


def test_a_server_that_never_says_a_word(pair: tuple[str, str], database: dict[str, Any]) -> None:
    with mute_server() as port:
        driver = make(pair[1], {**database, "HOST": HOST, "PORT": port}, **LIMITS)
        started = time.monotonic()
        with pytest.raises(ConnectionFailedError, match="CONNECT_TIMEOUT"):
            driver.read(ONE, {})
        assert time.monotonic() - started < PATIENCE


def test_nobody_listens(pair: tuple[str, str], database: dict[str, Any]) -> None:
    with mute_server() as port:
        pass
    with pytest.raises(ConnectionFailedError, match=f"{HOST}.*refused") as caught:
        make(pair[1], {**database, "PORT": port}, PASSWORD="hush-hush").read(ONE, {})
    assert "hush-hush" not in str(caught.value)


def test_an_exhausted_pool(pair: tuple[str, str], database: dict[str, Any]) -> None:
    driver = make(pair[1], database, POOL_SIZE=1, POOL_TIMEOUT=0.05)
    assert driver.read(ONE, {}) == [{"one": 1}]
    slow = threading.Thread(target=driver.read, args=(statement(SLEEP[pair[0]]), {"seconds": 0.6}))
    slow.start()
    time.sleep(0.2)
    with pytest.raises(PoolTimeoutError, match="POOL_SIZE"):
        driver.read(ONE, {})
    slow.join()
    assert driver.read(ONE, {}) == [{"one": 1}]
    driver.close()


FORKING = """
    import os, sys
    from tests.drivers import make, statement

    one = statement("SELECT 1 AS one")
    session = statement({session!r})
    driver = make({driver!r}, {database!r}, POOL_SIZE=2)
    before = driver.read(session, {{}})
    child = os.fork()
    if child == 0:
        inner = driver.read(session, {{}})
        if inner == before:
            print("the child uses the parent's session")
        driver.close()
        sys.exit(0)  # the whole way out, with all that interpreters and libraries do then
    status = os.waitpid(child, 0)[1]
    after = driver.read(session, {{}})
    print("child", status, "session kept" if after == before else "session lost")
"""


@needs_fork
def test_a_parent_keeps_its_connections_when_a_child_ends(
    pair: tuple[str, str], database: dict[str, Any]
) -> None:
    session = {"postgresql": "SELECT pg_backend_pid() AS id", "mariadb": "SELECT CONNECTION_ID() AS id"}
    program = textwrap.dedent(FORKING).format(driver=pair[1], database=database, session=session[pair[0]])
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.stdout, done.returncode) == ("child 0 session kept\n", 0), done.stderr


@pytest.mark.parametrize("name", DRIVERS["postgresql"])
def test_a_read_is_tried_twice_and_a_write_once(board: Databases, postgresql: PostgreSql, name: str) -> None:
    pytest.importorskip(name)
    database = board.empty("postgresql")
    postgresql.execute("CREATE SEQUENCE attempts; CREATE TABLE gone (id INTEGER)", database["DATABASE"])
    attempts = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM attempts"
    driver = make(name, database, CUSTOM_STATEMENTS={"set_gone": "SELECT 1"})
    ending = statement("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(ConnectionFailedError, match="lost twice"):
        driver.read(ending, {})
    insert = statement(
        "INSERT INTO gone SELECT attempt FROM (SELECT nextval('attempts') AS attempt, "
        "pg_terminate_backend(pg_backend_pid()) AS ended OFFSET 0) AS ending WHERE ended",
        "set_gone",
    )
    with pytest.raises(ConnectionFailedError, match="whether it took effect is unknown"):
        driver.write(insert, {})
    assert postgresql.execute(attempts, database["DATABASE"]) == [(1,)]
    driver.close()


@pytest.mark.parametrize("name", DRIVERS["postgresql"])
def test_a_silent_host_gives_way_to_the_next(board: Databases, postgresql: PostgreSql, name: str) -> None:
    pytest.importorskip(name)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(socket.create_server(("127.0.0.2", postgresql.port)))
        except OSError as error:
            pytest.skip(f"this machine has one loopback address only: {error}")
        driver = make(name, board.empty("postgresql"), HOST=f"127.0.0.2,{HOST}", **LIMITS)
        started = time.monotonic()
        assert driver.read(ONE, {}) == [{"one": 1}]
        assert time.monotonic() - started < PATIENCE
        driver.close()


@pytest.mark.parametrize("name", DRIVERS["postgresql"])
def test_behind_a_transaction_pooler_nothing_stays(
    board: Databases, postgresql: PostgreSql, pgbouncer: PgBouncer, name: str
) -> None:
    pytest.importorskip(name)
    database = board.empty("postgresql")
    postgresql.execute("CREATE TABLE phpbb_users (user_id INTEGER)", database["DATABASE"])
    count = statement("SELECT COUNT(*) AS users FROM phpbb_users WHERE user_id > %(id)s")
    settings = "SELECT name, setting FROM pg_settings WHERE name NOT LIKE 'application%' ORDER BY name"
    through = {**database, "PORT": pgbouncer.port}
    with contextlib.closing(_forum(through)) as forum:
        cursor = forum.cursor()
        cursor.execute(settings)
        before = cursor.fetchall()
        driver = make(name, through, STATEMENT_TIMEOUT=0.4, POOL_SIZE=1)
        for round_ in range(8):
            assert driver.read(count, {"id": 0}) == [{"users": round_}]
            cursor.execute("INSERT INTO phpbb_users VALUES (%s)", (round_ + 1,))
        with pytest.raises(WriteRefusedError):
            driver.read(unchecked("DELETE FROM phpbb_users"), {})
        with pytest.raises(StatementTimeoutError):
            driver.read(statement("SELECT pg_sleep(30)"), {})
        cursor.execute("SELECT pg_sleep(0.6)")
        cursor.execute(settings)
        assert cursor.fetchall() == before
        cursor.execute("SELECT COUNT(*) FROM pg_prepared_statements")
        assert cursor.fetchall() == [(0,)]
        driver.close()


def _forum(settings: dict[str, Any]) -> Any:
    """Return a connection such as the forum's own, which writes."""
    import psycopg2

    forum = psycopg2.connect(
        host=settings["HOST"], port=settings["PORT"], dbname=settings["DATABASE"], user=settings["USER"]
    )
    forum.autocommit = True
    return forum


def test_descriptors_beyond_what_select_takes(board: Databases) -> None:
    pytest.importorskip("psycopg2")
    import resource

    if not hasattr(select, "poll"):
        pytest.skip("this system has no poll()")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 1200:
        pytest.skip("this account may not open 1200 files")
    database = board.empty("postgresql")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1200), hard))
    try:
        with contextlib.ExitStack() as stack:
            for _ in range(1050):
                stack.enter_context(Path(os.devnull).open("rb"))
            driver = make("psycopg2", database)
            assert driver.read(ONE, {}) == [{"one": 1}]
            driver.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_signal_does_not_spoil_a_read(driver: SqlDriver[Any], pair: tuple[str, str]) -> None:
    if not hasattr(signal, "setitimer"):
        pytest.skip("this system has no timer signals")
    seen: list[int] = []
    previous = signal.signal(signal.SIGALRM, lambda number, _: seen.append(number))
    signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
    try:
        assert len(driver.read(statement(SLEEP[pair[0]]), {"seconds": 0.3})) == 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    assert seen


class Interrupted(BaseException):
    """What a timer raises in the middle of a read, as gevent.Timeout or Ctrl-C does."""


def test_an_interrupted_read_does_not_answer_the_next(
    pair: tuple[str, str], database: dict[str, Any]
) -> None:
    if not hasattr(signal, "setitimer"):
        pytest.skip("this system has no timer signals")

    def interrupt(*_: object) -> None:
        raise Interrupted

    driver = make(pair[1], database, POOL_SIZE=1)
    assert driver.read(ONE, {}) == [{"one": 1}]
    previous = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(Interrupted):
            driver.read(statement(SLEEP[pair[0]]), {"seconds": 0.5})
    finally:
        signal.signal(signal.SIGALRM, previous)
    assert driver.read(ONE, {}) == [{"one": 1}]
    driver.close()


# SQLite


@pytest.fixture
def file(board: Databases) -> dict[str, Any]:
    database = board.empty("sqlite")
    with contextlib.closing(sqlite3.connect(database["DATABASE"])) as connection:
        connection.execute("CREATE TABLE phpbb_users (user_id INTEGER)")
    return database


def test_a_locked_file(file: dict[str, Any]) -> None:
    driver = make("sqlite3", file, STATEMENT_TIMEOUT=0.2)
    users = statement("SELECT * FROM phpbb_users")
    assert driver.read(users, {}) == []
    with contextlib.closing(sqlite3.connect(file["DATABASE"], isolation_level=None)) as forum:
        forum.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StatementTimeoutError, match="STATEMENT_TIMEOUT"):
            driver.read(users, {})
        with pytest.raises(ConnectionFailedError, match="locked"):
            make("sqlite3", file, STATEMENT_TIMEOUT=0.2).read(users, {})
        forum.execute("INSERT INTO phpbb_users VALUES (1)")
        forum.execute("COMMIT")
    assert driver.read(users, {}) == [{"user_id": 1}]
    driver.close()


def test_a_missing_file_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(ConnectionFailedError, match=r"no such file.*DATABASE"):
        make("sqlite3", {"DATABASE": str(tmp_path / "none.db")}).read(ONE, {})
    assert list(tmp_path.iterdir()) == []


def test_a_directory(tmp_path: Path) -> None:
    with pytest.raises(ConnectionFailedError, match="directory"):
        make("sqlite3", {"DATABASE": str(tmp_path)}).read(ONE, {})


def test_another_kind_of_file(tmp_path: Path) -> None:
    path = tmp_path / "config.php"
    path.write_text("<?php\n$dbms = 'sqlite3';\n" * 100)
    with pytest.raises(ConnectionFailedError, match="not a database"):
        make("sqlite3", {"DATABASE": str(path)}).read(ONE, {})


@pytest.mark.parametrize("name", ["a b.db", "ä?mode=rwc#x%41.db"])
def test_a_path_is_taken_as_it_is(file: dict[str, Any], tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(Path(file["DATABASE"]).read_bytes())
    driver = make("sqlite3", {"DATABASE": str(path)})
    assert driver.read(statement("SELECT * FROM phpbb_users"), {}) == []
    with pytest.raises(WriteRefusedError):
        driver.read(unchecked("INSERT INTO phpbb_users VALUES (1)"), {})
    driver.close()


def test_threads_share_a_file(file: dict[str, Any]) -> None:
    driver = make("sqlite3", file, POOL_SIZE=2)
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda: answers.extend(driver.read(ONE, {}) for _ in range(50)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[{"one": 1}]] * 200
    driver.close()
