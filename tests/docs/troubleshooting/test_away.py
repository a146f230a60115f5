"""Pages are 503."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from flask_phpbb3.testing import EmbeddedBoard
from flask_phpbb3.testing.conformance import BoardUnderTest

from ... import command_line
from ...apps import board_of, close
from ...links import linked, until
from ...miniatures import Build
from ...servers import OWNER, READER, MariaDb, PostgreSql
from ...sites import Site, make_site
from .conftest import MakeSite
from .entries import Entry

pytestmark = pytest.mark.slow

SERVED = {"psycopg2": "postgresql", "pymysql": "mariadb"}
SLEEP = {
    "psycopg2": "SELECT 1 AS one FROM pg_sleep(%(seconds)s)",
    "pymysql": "SELECT SLEEP(%(seconds)s) AS one",
}

CANCEL = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()"


@pytest.fixture(scope="module", params=["psycopg2", pytest.param("pymysql", marks=pytest.mark.slow)])
def served(request: pytest.FixtureRequest, build: Build) -> BoardUnderTest:
    """A board on a real server."""
    return build(SERVED[request.param], request.param, "3.3")


def on_server(subject: BoardUnderTest, **database: Any) -> Site:
    """Make a site that keeps the board's data, and whose page ``/slow`` waits for the database."""
    driver = subject.config["PHPBB3"]["DRIVER"]
    place = {
        **subject.config["PHPBB3_DATABASE"],
        "CUSTOM_STATEMENTS": {"get_sleep": SLEEP[driver]},
        **database,
    }
    site = make_site(driver, place, board_ttl=60, ban_ttl=60)
    site.app.testing = False
    site.app.add_url_rule("/slow", "slow", partial(_sleep, site, 3))
    site.app.add_url_rule("/nap", "nap", partial(_sleep, site, 1))
    return site


def _sleep(site: Site, seconds: float) -> dict[str, str]:
    board_of(site.app).execute_custom("get_sleep", seconds=seconds)
    return {"thing": "slept"}


def test_nobody_listens(entry: Entry, served: BoardUnderTest, log: pytest.LogCaptureFixture) -> None:
    site = on_server(served, PORT=1)
    answer = site.app.test_client().get("/")
    assert answer.status_code == 503
    assert "The forum cannot be reached at the moment" in answer.text
    assert "127.0.0.1" not in answer.text
    assert "The board cannot be asked:" in log.text
    assert entry.is_seen_in(log.text)
    close(site.app)
    site = on_server(served)
    assert site.ask({}).status == 200
    close(site.app)


def test_a_right_is_missing(entry: Entry, served: BoardUnderTest, log: pytest.LogCaptureFixture) -> None:
    server, database = served.server, served.config["PHPBB3_DATABASE"]["DATABASE"]
    if isinstance(server, PostgreSql):
        take, give = f"REVOKE SELECT ON phpbb_users FROM {READER}", f"GRANT SELECT ON phpbb_users TO {READER}"
        administrator, account = OWNER, {}
    else:
        assert isinstance(server, MariaDb)
        some = f"'some'@'{server.host}'"
        take = f"CREATE USER {some}; GRANT SELECT ON {database}.phpbb_config TO {some}"
        give = f"GRANT SELECT ON {database}.* TO {some}"
        administrator, account = "root", {"USER": "some"}
    server.execute(take, database, user=administrator)
    site = on_server(served, **account)
    assert site.ask({}).status == 503
    assert entry.is_seen_in(log.text)
    server.execute(give, database, user=administrator)
    if isinstance(server, MariaDb):  # whose open connections keep the rights that they had
        close(site.app)
        site = on_server(served, **account)
    assert site.ask({}).status == 200
    close(site.app)


def test_a_wrong_prefix(
    entry: Entry, embedded: EmbeddedBoard, make: MakeSite, log: pytest.LogCaptureFixture
) -> None:
    assert make({"TABLE_PREFIX": "forum_"}).ask({}).status == 503
    assert entry.is_seen_in(log.text)
    wrong = {
        **embedded.settings,
        "PHPBB3_DATABASE": {"DATABASE": str(embedded.path), "TABLE_PREFIX": "forum_"},
    }
    told = command_line.diagnose(command_line.factory(wrong))
    assert "'phpbb_'" in " ".join(told.fixes.values())
    assert make().ask({}).status == 200


def test_an_upgrade_to_another_line(entry: Entry, make: MakeSite, log: pytest.LogCaptureFixture) -> None:
    assert make(version="3.2").ask({}).status == 503
    assert entry.is_seen_in(log.text)
    assert make(version="auto").ask({}).status == 200


def test_a_release_that_nothing_serves(
    entry: Entry, embedded: EmbeddedBoard, make: MakeSite, log: pytest.LogCaptureFixture
) -> None:
    usual = embedded.release
    embedded.set_config("version", "7.0.1")
    site = make(version="auto")
    assert site.ask({}).status == 503
    assert entry.is_seen_in(log.text)
    embedded.set_config("version", usual)
    assert site.ask({}).status == 200


def test_bans_are_being_moved(entry: Entry, tmp_path: Path, log: pytest.LogCaptureFixture) -> None:
    with closing(EmbeddedBoard(tmp_path / "new.db", version="4.0")) as board:
        columns: dict[str, Any] = {
            "migration_depends_on": "",
            "migration_schema_done": 1,
            "migration_data_state": "",
        }
        columns |= {"migration_data_done": 0, "migration_start_time": 1, "migration_end_time": 0}
        board.insert("migrations", migration_name="ban_table_p1", **columns)
        site = make_site("sqlite3", {"DATABASE": str(board.path)}, board, version="auto")
        assert site.ask({}).status == 503
        assert entry.is_seen_in(log.text)
        with closing(sqlite3.connect(board.path)) as forum, forum:
            forum.execute("UPDATE phpbb_migrations SET migration_data_done = 1")
        assert site.ask({}).status == 200
        close(site.app)


def test_a_busy_pool(entry: Entry, served: BoardUnderTest, log: pytest.LogCaptureFixture) -> None:
    busy = {"POOL_SIZE": 1, "POOL_TIMEOUT": 0.1}
    for pool, status in ((busy, 503), ({"POOL_SIZE": 2}, 200)):
        site = on_server(served, **pool)
        assert site.ask({}).status == 200
        other = threading.Thread(target=site.ask, args=({}, "/nap"))
        other.start()
        time.sleep(0.4)
        assert site.ask({"phpbb3_mini_sid": "0" * 32}).status == status
        other.join()
        close(site.app)
    assert entry.is_seen_in(log.text)


def test_a_slow_statement(entry: Entry, served: BoardUnderTest, log: pytest.LogCaptureFixture) -> None:
    site = on_server(served, STATEMENT_TIMEOUT=0.5)
    assert site.ask({}, "/slow").status == 503
    assert entry.is_seen_in(log.text)
    assert site.ask({}).status == 200
    close(site.app)
    site = on_server(served, STATEMENT_TIMEOUT=10)
    assert site.ask({}, "/nap").status == 200
    close(site.app)


def test_a_page_that_asks_too_much(
    entry: Entry, served: BoardUnderTest, log: pytest.LogCaptureFixture
) -> None:
    with linked(served.config["PHPBB3_DATABASE"]["PORT"]) as far:
        for limit, status in ((0.6, 503), (15, 200)):
            site = on_server(served, PORT=far.port, REQUEST_TIMEOUT=limit)

            def page(site: Site = site) -> dict[str, str]:
                for user in range(12):
                    board_of(site.app).get_user(user_id=user)
                return {}

            site.app.add_url_rule("/page", view_func=page)
            assert site.ask({}).status == 200
            far.delay = 0.1
            assert site.ask({}, "/page").status == status
            far.repair()
            close(site.app)
    assert entry.is_seen_in(log.text)


def test_a_server_that_falls_silent(
    entry: Entry, served: BoardUnderTest, log: pytest.LogCaptureFixture
) -> None:
    somebody = {"phpbb3_mini_sid": "0" * 32}
    with linked(served.config["PHPBB3_DATABASE"]["PORT"]) as link:
        site = on_server(served, PORT=link.port, CONNECT_TIMEOUT=0.5, STATEMENT_TIMEOUT=0.5)
        assert site.ask(somebody).status == 200
        link.silent = True
        assert site.ask(somebody).status == 503
        assert site.ask(somebody).status == 503
        started = time.monotonic()
        assert site.ask(somebody).status == 503
        assert time.monotonic() - started < 0.3
        assert entry.is_seen_in(log.text)
        link.repair()
        link.cut()
        assert until(lambda: site.ask(somebody).status == 200, 6)
        close(site.app)


def test_somebody_cancels(entry: Entry, served: BoardUnderTest, log: pytest.LogCaptureFixture) -> None:
    server = served.server
    site = on_server(served)
    stop = threading.Event()

    def cancel() -> None:
        while not stop.wait(0.1):
            if isinstance(server, PostgreSql):
                server.execute(CANCEL)
            elif isinstance(server, MariaDb):
                wanted = "SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'"
                for [number] in server.execute(wanted, user="root"):
                    server.execute(f"KILL QUERY {number}", user="root")

    administrator = threading.Thread(target=cancel)
    administrator.start()
    try:
        assert site.ask({}, "/slow").status == 503
    finally:
        stop.set()
        administrator.join()
    assert entry.is_seen_in(log.text)
    assert site.ask({}).status == 200
    close(site.app)


@pytest.fixture
def forum(embedded: EmbeddedBoard) -> Iterator[sqlite3.Connection]:
    """The forum's own connection to the board's file."""
    with closing(sqlite3.connect(embedded.path, isolation_level=None)) as connection:
        yield connection


def test_a_locked_file(
    entry: Entry, make: MakeSite, forum: sqlite3.Connection, log: pytest.LogCaptureFixture
) -> None:
    site = make({"STATEMENT_TIMEOUT": 0.3})
    assert site.ask({}).status == 200
    forum.execute("BEGIN EXCLUSIVE")
    assert site.ask({}).status == 503
    assert entry.is_seen_in(log.text)
    forum.execute("ROLLBACK")
    assert until(lambda: site.ask({}).status == 200, 2)


KILLED = """
    import os, signal, sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("BEGIN")
    connection.execute("CREATE TABLE phpbb_half AS SELECT a.*, b.username AS other FROM phpbb_users a, phpbb_users b")
    connection.execute("UPDATE phpbb_users SET user_sig = hex(randomblob(5000))")
    connection.execute("UPDATE phpbb_half SET other = hex(randomblob(2000))")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_an_interrupted_write(
    entry: Entry,
    embedded: EmbeddedBoard,
    make: MakeSite,
    forum: sqlite3.Connection,
    log: pytest.LogCaptureFixture,
) -> None:
    site = make()
    assert site.ask({}).status == 200
    run = [sys.executable, "-c", textwrap.dedent(KILLED), str(embedded.path)]
    assert subprocess.run(run, check=False).returncode == -signal.SIGKILL
    assert Path(f"{embedded.path}-journal").stat().st_size > 0
    assert site.ask({}).status == 503
    assert entry.is_seen_in(log.text)
    forum.execute("SELECT COUNT(*) FROM phpbb_users").fetchall()  # any page of the forum
    assert site.ask({}).status == 200
