"""What the driver for SQLite makes of a file that is replaced, written over, removed or left half-written."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flask_phpbb3 import BoardUnavailableError, ConnectionFailedError, SqlDriver, StatementFailedError

from ...drivers import make, statement
from ...links import until

NAMES = statement("SELECT name FROM phpbb_users ORDER BY name")


def write_file(path: Path, *names: str, rows: int = 0) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE phpbb_users (name TEXT)")
        connection.executemany("INSERT INTO phpbb_users VALUES (?)", [(name,) for name in names])
        connection.execute("CREATE TABLE phpbb_posts (number INTEGER, text TEXT)")
        connection.executemany(
            "INSERT INTO phpbb_posts VALUES (?, ?)", [(number, "x" * 500) for number in range(rows)]
        )
        connection.commit()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "board.db"
    write_file(path, "alice")
    return path


@pytest.fixture
def driver(path: Path) -> Iterator[SqlDriver[Any]]:
    made = make("sqlite3", {"DATABASE": str(path)}, STATEMENT_TIMEOUT=0.3, POOL_SIZE=2)
    yield made
    made.close()


def names(driver: SqlDriver[Any]) -> list[str]:
    return [row["name"] for row in driver.read(NAMES, {})]


def test_a_file_that_is_replaced_is_read_at_once(driver: SqlDriver[Any], path: Path, tmp_path: Path) -> None:
    assert names(driver) == ["alice"]
    write_file(tmp_path / "backup.db", "bob")
    (tmp_path / "backup.db").rename(path)
    assert names(driver) == ["bob"]


def test_a_file_that_is_removed_is_not_served(driver: SqlDriver[Any], path: Path) -> None:
    assert names(driver) == ["alice"]
    path.unlink()
    with pytest.raises(ConnectionFailedError, match="no such file"):
        names(driver)
    write_file(path, "carol")
    assert names(driver) == ["carol"]


def test_a_link_that_is_turned_is_followed(tmp_path: Path) -> None:
    for name in ("blue", "green"):
        write_file(tmp_path / name, name)
    link = tmp_path / "current"
    link.symlink_to("blue")
    driver = make("sqlite3", {"DATABASE": str(link)})
    assert names(driver) == ["blue"]
    turned = tmp_path / "turned"
    turned.symlink_to("green")
    turned.rename(link)
    assert names(driver) == ["green"]
    driver.close()


def test_a_file_that_is_written_over_in_place_needs_no_restart(
    driver: SqlDriver[Any], path: Path, tmp_path: Path
) -> None:
    """As ``cp backup.db board.db`` does, in the middle of reads."""
    assert names(driver) == ["alice"]
    write_file(tmp_path / "backup.db", "bob", rows=2000)
    stop = threading.Event()
    wrong: list[str] = []

    def read() -> None:
        while not stop.is_set():
            try:
                if not set(names(driver)) <= {"alice", "bob"}:
                    wrong.append("names")
            except BoardUnavailableError:
                pass
            except Exception as error:  # noqa: BLE001 - any other is a page with a traceback
                wrong.append(repr(error))

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        for content in (b"no database" * 500, (tmp_path / "backup.db").read_bytes()):
            with path.open("r+b") as file:
                file.truncate(0)
                for start in range(0, len(content), 65536):
                    file.write(content[start : start + 65536])
                    file.flush()
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert names(driver) == ["bob"]


def test_no_database_any_more_and_again_one(driver: SqlDriver[Any], path: Path, tmp_path: Path) -> None:
    assert names(driver) == ["alice"]
    shutil.copy(path, tmp_path / "backup.db")
    path.write_bytes(b"<?php // not a database" * 1000)
    with pytest.raises(ConnectionFailedError, match="not a database"):
        names(driver)
    shutil.copy(tmp_path / "backup.db", path)
    assert names(driver) == ["alice"]


HALF = """
    import os, signal, sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
    connection.execute("PRAGMA cache_size = 5")
    connection.execute("BEGIN")
    connection.execute("UPDATE phpbb_users SET name = 'half'")
    connection.execute("UPDATE phpbb_posts SET text = 'half'")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_change_that_was_interrupted_is_no_write_of_ours(tmp_path: Path) -> None:
    """The forum's PHP was killed in mid-write and left a hot journal."""
    path = tmp_path / "board.db"
    write_file(path, "alice", rows=3000)
    driver = make("sqlite3", {"DATABASE": str(path)})
    assert names(driver) == ["alice"]
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(HALF), str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert Path(f"{path}-journal").stat().st_size > 0
    for reader in (driver, make("sqlite3", {"DATABASE": str(path)})):
        with pytest.raises(BoardUnavailableError, match="interrupted") as caught:
            names(reader)
        assert "more than read" not in str(caught.value)
    with closing(sqlite3.connect(path)) as forum:  # its next visit
        forum.execute("SELECT COUNT(*) FROM phpbb_users").fetchall()
    assert names(driver) == ["alice"]
    driver.close()


def test_a_read_only_file_system_is_the_boards_state(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root may write to any file, the connection is made one that cannot; SQLite says the same."""
    driver = make("sqlite3", {"DATABASE": str(path)}, CUSTOM_STATEMENTS={"set_name": "SELECT 1"})
    connect = driver.connect

    def remounted(*, read_only: bool) -> Any:
        connection = connect(read_only=read_only)
        connection.execute("PRAGMA query_only = ON")
        return connection

    monkeypatch.setattr(driver, "connect", remounted)
    with pytest.raises(StatementFailedError, match="read-only at the moment"):
        driver.write(statement("UPDATE phpbb_users SET name = 'x'", "set_name"), {})
    driver.close()


def test_a_locked_file_is_waited_for_no_longer_than_a_request_may(path: Path) -> None:
    from flask_phpbb3.waiting.deadline import Within

    driver = make("sqlite3", {"DATABASE": str(path)}, STATEMENT_TIMEOUT=20)
    assert names(driver) == ["alice"]
    with closing(sqlite3.connect(path, isolation_level=None)) as forum:
        forum.execute("BEGIN EXCLUSIVE")
        with Within(0.3), pytest.raises(BoardUnavailableError, match="REQUEST_TIMEOUT"):
            names(driver)
        forum.execute("ROLLBACK")
    assert until(lambda: names(driver) == ["alice"], 1)
    driver.close()
