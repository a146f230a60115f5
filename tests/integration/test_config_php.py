"""An application that knows nothing but the forum's config.php, on real servers."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from flask_phpbb3 import BoundPhpBB3, ConnectionFailedError, PhpBB3, StatementFailedError
from flask_phpbb3.testing import EmbeddedBoard

from ..apps import board_of
from ..loading import Databases
from ..servers import GUARDED, HOST, PASSWORD, READER, MariaDb, PostgreSql

RELEASE = "3.3.10"


@contextlib.contextmanager
def forum(folder: Path, dbms: str, **values: Any) -> Iterator[BoundPhpBB3]:
    """Write a config.php as phpBB's installer does, and have an application that was given only its path."""
    settings = {
        "dbms": f"phpbb\\\\db\\\\driver\\\\{dbms}",
        "table_prefix": "phpbb_",
        "acm_type": "file",
        **values,
    }
    lines = [f"${name} = '{value}';" for name, value in settings.items()]
    content = "<?php\n// phpBB 3.3.x auto-generated configuration file\n" + "\n".join(lines)
    (folder / "config.php").write_text(content + "\n\n@define('PHPBB_INSTALLED', true);\n")
    app = Flask("tests")
    app.config.update(
        PHPBB3={"DRIVER": "auto", "VERSION": "auto"},
        PHPBB3_DATABASE={"PHPBB_CONFIG": str(folder / "config.php"), "CONNECT_TIMEOUT": 2},
    )
    PhpBB3(app)
    bound = board_of(app)
    try:
        yield bound
    finally:
        bound.driver.close()


def works(bound: BoundPhpBB3) -> bool:
    user = bound.get_user(user_id=2)
    return user is not None and user["user_id"] == 2 and bound.board.connector().line.name == "3.3"


def postgres_account(board: Databases) -> dict[str, Any]:
    database = board(RELEASE, "postgresql")
    return {"dbname": database["DATABASE"], "dbuser": READER, "dbpasswd": ""}


@pytest.mark.parametrize("separate", [True, False], ids=["port", "host:port"])
def test_postgresql_over_tcp(
    board: Databases, postgresql: PostgreSql, tmp_path: Path, separate: bool
) -> None:
    place = (
        {"dbhost": HOST, "dbport": postgresql.port} if separate else {"dbhost": f"{HOST}:{postgresql.port}"}
    )
    with forum(tmp_path, "postgres", **{"dbport": "", **place}, **postgres_account(board)) as bound:
        assert bound.driver.dialect == "postgresql"
        assert works(bound)


def test_postgresql_over_its_socket(board: Databases, postgresql: PostgreSql, tmp_path: Path) -> None:
    place = {"dbhost": str(postgresql.socket_directory), "dbport": str(postgresql.port)}
    with forum(tmp_path, "postgres", **place, **postgres_account(board)) as bound:
        assert works(bound)


def test_postgresql_over_the_usual_socket(
    board: Databases, postgresql: PostgreSql, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGHOST", str(postgresql.socket_directory))  # libpq's way to name another usual place
    place = {"dbhost": "localhost", "dbport": str(postgresql.port)}
    with forum(tmp_path, "postgres", **place, **postgres_account(board)) as bound:
        assert works(bound)


def test_a_password(board: Databases, postgresql: PostgreSql, tmp_path: Path) -> None:
    account = {**postgres_account(board), "dbuser": GUARDED}
    postgresql.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {GUARDED}", account["dbname"])
    place = {"dbhost": HOST, "dbport": str(postgresql.port)}
    with forum(tmp_path, "postgres", **place, **{**account, "dbpasswd": PASSWORD}) as bound:
        assert works(bound)
    with (
        forum(tmp_path, "postgres", **place, **{**account, "dbpasswd": "canary-in-config"}) as bound,
        pytest.raises(ConnectionFailedError, match="password authentication failed") as error,
    ):
        bound.get_user(user_id=2)
    assert "canary-in-config" not in str(error.value)


def test_a_schema(postgresql: PostgreSql, board: Databases, tmp_path: Path) -> None:
    settings = board.fresh(RELEASE, "postgresql")
    name = settings["DATABASE"]
    postgresql.execute(f"ALTER SCHEMA public RENAME TO forum; GRANT USAGE ON SCHEMA forum TO {READER}", name)
    place = {"dbhost": HOST, "dbport": str(postgresql.port), "dbname": f"{name}.forum", "dbuser": READER}
    with forum(tmp_path, "postgres", **place, dbpasswd="") as bound:
        assert works(bound)


@pytest.mark.parametrize("socket", [True, False], ids=["socket", "tcp"])
@pytest.mark.parametrize("dbms", ["mysqli", "mysql"])
def test_mariadb(board: Databases, mariadb: MariaDb, tmp_path: Path, socket: bool, dbms: str) -> None:
    pytest.importorskip("pymysql")
    database = board(RELEASE, "mariadb")
    place = {"dbhost": "localhost", "dbport": str(mariadb.socket_path)}
    if not socket:
        place = {"dbhost": HOST, "dbport": str(mariadb.port)}
    account = {"dbname": database["DATABASE"], "dbuser": READER, "dbpasswd": ""}
    with forum(tmp_path, dbms, **place, **account) as bound:
        assert bound.driver.name == "pymysql"
        assert works(bound)


@pytest.mark.parametrize("dbhost", ["store/forum.db", "./store/../store/forum.db"])
def test_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dbhost: str) -> None:
    """A path that is relative is so to the forum, wherever the application runs."""
    (tmp_path / "forum" / "store").mkdir(parents=True)
    EmbeddedBoard(tmp_path / "forum" / "store" / "forum.db").close()
    monkeypatch.chdir(tmp_path)
    for folder in (tmp_path / "forum", Path("forum")):
        account = {"dbport": "", "dbname": "", "dbuser": "", "dbpasswd": ""}
        with forum(folder, "sqlite3", dbhost=dbhost, **account) as bound:
            assert bound.driver.name == "sqlite3"
            monkeypatch.chdir(os.sep if folder.is_absolute() else tmp_path)
            assert works(bound)
            monkeypatch.chdir(tmp_path)


def test_a_prefix_of_another_forum(tmp_path: Path) -> None:
    EmbeddedBoard(tmp_path / "forum.db").close()
    place = {"dbhost": "forum.db", "dbname": "", "dbuser": "", "dbpasswd": ""}
    with (
        forum(tmp_path, "sqlite3", **place, table_prefix="other_") as bound,
        pytest.raises(StatementFailedError, match=r"no such table: other_config.*TABLE_PREFIX"),
    ):
        bound.get_user(user_id=2)
