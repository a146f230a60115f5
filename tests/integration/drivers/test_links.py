"""What a driver makes of a link that is slow, dribbles, falls silent or is cut: nothing waits without end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from flask_phpbb3 import (
    BoardUnavailableError,
    ConnectionFailedError,
    SqlDriver,
    StatementFailedError,
    StatementTimeoutError,
)
from flask_phpbb3.waiting.deadline import Within

from ...drivers import make, statement
from ...links import Link, linked, until
from ...loading import DRIVERS, Databases
from ...servers import HOST, PgBouncer, PostgreSql

pytestmark = pytest.mark.slow

SERVED = [(database, driver) for database in ("postgresql", "mariadb") for driver in DRIVERS[database]]
ONE = statement("SELECT 1 AS one")
LONG = {
    "postgresql": statement("SELECT repeat('x', 2000) AS long"),
    "mariadb": statement("SELECT REPEAT('x', 2000) AS `long`"),
}
SLEEP = {
    "postgresql": statement("SELECT pg_sleep(30)"),
    "mariadb": statement("SELECT SLEEP(30)"),
}
ENDLESS = {
    "postgresql": SLEEP["postgresql"],
    # An interrupted SLEEP is no error there.
    "mariadb": statement(
        "SELECT COUNT(*) FROM " + ", ".join(f"information_schema.COLUMNS c{n}" for n in range(5))
    ),
}
LIMITS = {"CONNECT_TIMEOUT": 0.6, "STATEMENT_TIMEOUT": 0.3, "POOL_TIMEOUT": 0.3, "POOL_SIZE": 2}
GRACE = 0.5
SLACK = 0.5
"""Seconds that a busy machine may add."""


@pytest.fixture(scope="module", params=SERVED, ids=[driver for _, driver in SERVED])
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    database, driver = request.param
    pytest.importorskip(driver)
    return database, driver


@pytest.fixture(scope="module")
def database(pair: tuple[str, str], board: Databases) -> dict[str, Any]:
    return board.empty(pair[0])


@pytest.fixture
def link(database: dict[str, Any]) -> Iterator[Link]:
    with linked(database["PORT"]) as made:
        yield made


@pytest.fixture
def driver(pair: tuple[str, str], database: dict[str, Any], link: Link) -> Iterator[SqlDriver[Any]]:
    made = make(pair[1], {**database, "PORT": link.port, **LIMITS})
    yield made
    made.close()


def failing(driver: SqlDriver[Any], query: Any) -> tuple[BoardUnavailableError, float]:
    """Return the error of a read, and how many seconds it took."""
    started = time.monotonic()
    with pytest.raises(BoardUnavailableError) as caught:
        driver.read(query, {})
    return caught.value, time.monotonic() - started


def recovers(driver: SqlDriver[Any]) -> bool:
    """Tell whether a driver can be used again within the longest rest and one attempt."""

    def works() -> bool:
        try:
            return driver.read(ONE, {}) == [{"one": 1}]
        except BoardUnavailableError:
            return False

    return until(works, 5 + LIMITS["CONNECT_TIMEOUT"] + SLACK)


@pytest.mark.parametrize("pace", [0.02, 0.25])
def test_an_answer_that_dribbles(
    driver: SqlDriver[Any], link: Link, pair: tuple[str, str], pace: float
) -> None:
    assert driver.read(ONE, {}) == [{"one": 1}]
    link.trickle = pace
    error, took = failing(driver, LONG[pair[0]])
    assert isinstance(error, StatementTimeoutError)
    assert took < LIMITS["STATEMENT_TIMEOUT"] + GRACE + SLACK
    link.repair()
    assert recovers(driver)


@pytest.mark.parametrize("pace", [0.02, 0.25])
def test_a_login_that_dribbles(driver: SqlDriver[Any], link: Link, pace: float) -> None:
    link.trickle = pace
    error, took = failing(driver, ONE)
    assert isinstance(error, ConnectionFailedError)
    assert "CONNECT_TIMEOUT" in str(error)
    assert took < LIMITS["CONNECT_TIMEOUT"] + SLACK
    link.repair()
    assert recovers(driver)


def test_an_answer_that_arrives_slowly_but_in_time_is_taken(
    pair: tuple[str, str], database: dict[str, Any], link: Link
) -> None:
    driver = make(pair[1], {**database, "PORT": link.port})
    assert driver.read(ONE, {}) == [{"one": 1}]
    link.trickle = 0.002
    assert driver.read(ONE, {}) == [{"one": 1}]
    driver.close()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system does not list open files")
def test_logins_in_vain_leave_no_socket(driver: SqlDriver[Any], link: Link) -> None:
    link.silent = True
    opened = _sockets()
    for _ in range(6):
        failing(driver, ONE)
        driver._rest.note_answer()
    assert _sockets() - opened <= 2 * link.accepted  # the link's own two ends are in this process, too
    assert until(lambda: _clients_of(link) == 0, 2)


def _sockets() -> int:
    return sum(1 for entry in Path("/proc/self/fd").iterdir() if _is_socket(entry))


def _is_socket(entry: Path) -> bool:
    try:
        return str(entry.readlink()).startswith("socket:")
    except OSError:
        return False


def _clients_of(link: Link) -> int:
    """Count the open connections of this process to a link."""
    import psutil

    return sum(
        1
        for found in psutil.Process().net_connections("tcp")
        if found.raddr and found.raddr.port == link.port and found.status == psutil.CONN_ESTABLISHED
    )


def test_while_a_server_is_silent_one_asks_and_others_fail_at_once(
    driver: SqlDriver[Any], link: Link
) -> None:
    assert driver.read(ONE, {}) == [{"one": 1}]
    link.silent = True
    failing(driver, ONE)  # on the open connection: doubt
    failing(driver, ONE)  # on a new one: silence
    accepted = link.accepted
    started = time.monotonic()
    with ThreadPoolExecutor(16) as threads:
        waits = list(threads.map(lambda _: failing(driver, ONE)[1], range(64)))
    assert sum(1 for wait in waits if wait > 0.2) <= 1 + (time.monotonic() - started) / 0.6
    assert link.accepted - accepted <= 2
    link.repair()
    assert recovers(driver)


def test_a_connection_that_was_forgotten_on_the_way_costs_one_wait(
    driver: SqlDriver[Any], link: Link
) -> None:
    assert driver.read(ONE, {}) == [{"one": 1}]
    link.silent = True
    failing(driver, ONE)
    link.repair()
    assert driver.read(ONE, {}) == [{"one": 1}]


def test_who_waited_for_a_connection_while_the_server_fell_silent_does_not_try_it(
    driver: SqlDriver[Any], link: Link, pair: tuple[str, str]
) -> None:
    assert driver.read(ONE, {}) == [{"one": 1}]
    link.silent = True
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda _: failing(driver, ONE)[1], range(8)))
    assert max(waits) < LIMITS["STATEMENT_TIMEOUT"] + GRACE + LIMITS["CONNECT_TIMEOUT"] + SLACK


def test_a_cut_connection_goes_unnoticed(driver: SqlDriver[Any], link: Link) -> None:
    assert driver.read(ONE, {}) == [{"one": 1}]
    link.cut()
    time.sleep(0.05)
    assert driver.read(ONE, {}) == [{"one": 1}]


def test_a_deadline_from_outside_ends_every_wait(
    pair: tuple[str, str], database: dict[str, Any], link: Link
) -> None:
    driver = make(pair[1], {**database, "PORT": link.port})
    assert driver.read(ONE, {}) == [{"one": 1}]
    started = time.monotonic()
    with Within(0.3), pytest.raises(StatementTimeoutError, match="REQUEST_TIMEOUT"):
        driver.read(SLEEP[pair[0]], {})
    assert time.monotonic() - started < 0.3 + GRACE + SLACK
    link.silent = True
    started = time.monotonic()
    with Within(0.3), pytest.raises(BoardUnavailableError):
        make(pair[1], {**database, "PORT": link.port}).read(ONE, {})
    assert time.monotonic() - started < 0.3 + GRACE + SLACK
    driver.close()


@pytest.fixture
def slow_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], int]]:
    """Have names below ``.slow`` take long; yield how many are being looked up."""
    real = socket.getaddrinfo
    running: list[str] = []
    over = threading.Event()

    def slow(host: Any, *arguments: Any, **named: Any) -> Any:
        if str(host).endswith(".slow"):
            running.append(host)
            over.wait(20)
            host = HOST
        return real(host, *arguments, **named)

    monkeypatch.setattr("socket.getaddrinfo", slow)
    yield lambda: len(running)
    over.set()


def test_a_name_that_nobody_resolves(
    pair: tuple[str, str], database: dict[str, Any], slow_names: Callable[[], int]
) -> None:
    driver = make(pair[1], {**database, "HOST": "forum.slow", **LIMITS})
    for _ in range(3):
        error, took = failing(driver, ONE)
        assert isinstance(error, ConnectionFailedError)
        assert took < LIMITS["CONNECT_TIMEOUT"] + SLACK
        driver._rest.note_answer()
    assert slow_names() == 1  # who wants the same name waits for the same look-up


def test_a_name_that_does_not_exist(pair: tuple[str, str], database: dict[str, Any]) -> None:
    driver = make(pair[1], {**database, "HOST": "no-such-host.invalid"})
    error, _ = failing(driver, ONE)
    assert isinstance(error, ConnectionFailedError)
    assert "no-such-host.invalid" in str(error)


def test_a_name_with_several_addresses(
    pair: tuple[str, str], database: dict[str, Any], link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first of them swallows everything, as a firewall before one of a host's addresses does."""
    try:
        silent = socket.create_server(("127.0.0.2", link.port))
    except OSError as error:
        pytest.skip(f"this machine has one loopback address only: {error}")
    real = socket.getaddrinfo

    def two(host: Any, port: Any, *arguments: Any, **named: Any) -> Any:
        if host == "two.example":
            return [*real("127.0.0.2", port, *arguments, **named), *real(HOST, port, *arguments, **named)]
        return real(host, port, *arguments, **named)

    monkeypatch.setattr("socket.getaddrinfo", two)
    with silent:
        driver = make(pair[1], {**database, "HOST": "two.example", "PORT": link.port, "CONNECT_TIMEOUT": 1})
        if pair[1] == "pymysql":  # TCP accepts; who is silent afterwards is found out too late for the next
            silent.close()
        assert driver.read(ONE, {}) == [{"one": 1}]
        driver.close()


# What the log says.


def test_a_statement_that_somebody_cancels_is_not_laid_at_the_timeouts_door(
    pair: tuple[str, str], database: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    driver = make(pair[1], database)
    server = request.getfixturevalue(pair[0])
    cancelling = threading.Timer(0.4, _cancel, (pair[0], server, database["DATABASE"]))
    cancelling.start()
    with pytest.raises(StatementFailedError, match=r"after [01]\.\d s by somebody else"):
        driver.read(ENDLESS[pair[0]], {})
    cancelling.join()
    assert driver.read(ONE, {}) == [{"one": 1}]
    driver.close()


def _cancel(kind: str, server: Any, database: str) -> None:
    if kind == "postgresql":
        server.execute(
            f"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'", "postgres"
        )
        return
    for (number,) in server.execute(f"SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '{database}'"):
        server.execute(f"KILL QUERY {number}")


@pytest.mark.parametrize("name", DRIVERS["postgresql"])
def test_a_pooler_without_its_server_says_why(
    board: Databases, request: pytest.FixtureRequest, name: str
) -> None:
    pytest.importorskip(name)
    from ...servers import running

    with running(PostgreSql) as postgresql, running(PgBouncer, postgresql) as pgbouncer:
        place = {"HOST": HOST, "PORT": pgbouncer.port, "DATABASE": "template1", "USER": "owner"}
        driver = make(name, place, CONNECT_TIMEOUT=3, STATEMENT_TIMEOUT=3)
        assert driver.read(ONE, {}) == [{"one": 1}]
        with postgresql.stopped():
            for _ in range(2):
                error, _ = failing(driver, ONE)
            assert any(word in str(error) for word in ("server", "connect", "login")), error
            assert str(error).count("08P01") <= 1
            assert len(str(error).replace("SQLSTATE 08P01", "").split("twice:")[-1].strip()) > 60, error
        driver.close()


# Conflicts: with a standby's recovery, or another transaction.

CONFLICTING = {
    "postgresql": (
        "CREATE TABLE calm (since INTEGER);"
        "CREATE FUNCTION meet() RETURNS INTEGER LANGUAGE plpgsql AS $$ BEGIN "
        "IF NOT EXISTS (SELECT 1 FROM calm) THEN PERFORM pg_sleep(0.5); "
        "RAISE EXCEPTION 'canceling statement due to conflict with recovery' USING ERRCODE = '40001'; END IF; "
        "RETURN 1; END $$"
    ),
    "mariadb": (
        "CREATE TABLE calm (since INTEGER);\nDELIMITER //\n"
        "CREATE FUNCTION meet() RETURNS INTEGER READS SQL DATA BEGIN "
        "IF NOT EXISTS (SELECT 1 FROM calm) THEN DO SLEEP(0.5); "
        "SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'Deadlock found'; END IF; "
        "RETURN 1; END //\nDELIMITER ;"
    ),
}


def test_a_read_that_met_another_transaction_is_tried_again(
    pair: tuple[str, str], board: Databases, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    database = board.empty(pair[0])
    server = request.getfixturevalue(pair[0])
    server.execute(CONFLICTING[pair[0]], database["DATABASE"])
    driver = make(pair[1], database)
    meet = statement("SELECT meet() AS one")
    with pytest.raises(StatementFailedError):
        driver.read(meet, {})
    calming = threading.Timer(0.25, server.execute, ("INSERT INTO calm VALUES (1)", database["DATABASE"]))
    calming.start()
    assert driver.read(meet, {}) == [{"one": 1}]
    calming.join()
    assert "again" in caplog.text
    driver.close()
