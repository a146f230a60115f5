"""Every code block of README and docs runs, or says unseen why it cannot; see ``blocks.py`` for the rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from configparser import ConfigParser
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from flask_phpbb3.plugins.queries import parse_sql
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing import MiniatureBoard, Schema
from tests.servers import OWNER, MariaDb, PostgreSql, running

from .blocks import PAGES, ROOT, Block, all_blocks, blocks
from .story import RUN, Story

MOST_NOT_RUN: Final = 6
"""How many blocks may say that nothing here can run them."""


def _toml(body: str) -> None:
    pytest.importorskip("tomllib", reason="Python 3.10 has no tomllib").loads(body)


def _ini(body: str) -> None:
    ConfigParser(interpolation=None).read_string(body)


def _sql(body: str) -> None:
    """Read a file of statements, or of a schema; what is neither names its database: postgresql or mysql."""
    if body.startswith(("-- table:", "-- alter:")):
        assert Schema.load(*Plugins().line("3.3").schema, body)
    else:
        assert body.startswith("-- name:")
        assert parse_sql(body, source="docs")


def _text(body: str) -> None:
    assert body.strip()


PARSED: Final[dict[str, Callable[[str], Any]]] = {
    "toml": _toml,
    "ini": _ini,
    "json": json.loads,
    "sql": _sql,
    "text": _text,
}
SERVERS: Final = frozenset({"postgresql", "mysql", "nginx", "apache", "caddyfile", "javascript"})


def _id(value: Path | Block) -> str:
    return value.where if isinstance(value, Block) else str(value.relative_to(ROOT))


def _of(path: Path, language: str) -> list[Block]:
    return [block for block in blocks(path) if block.language == language and not block.not_run]


@pytest.mark.parametrize(
    "path", [path for path in PAGES if any(block.language in RUN for block in blocks(path))], ids=_id
)
def test_the_page_runs(path: Path, tmp_path: Path) -> None:
    with Story(tmp_path).open() as story:
        for block in blocks(path):
            if (block.language in RUN or block.file) and not block.not_run:
                story.tell(block)
        assert story.unused_templates() == []


@pytest.mark.parametrize("block", all_blocks(*PARSED), ids=_id)
def test_the_block_is_read(block: Block) -> None:
    PARSED[block.language](block.body)


@pytest.mark.parametrize("path", PAGES, ids=_id)
def test_every_block_names_a_language_that_is_run(path: Path) -> None:
    known = RUN | SERVERS | {*PARSED}
    assert [block.where for block in blocks(path) if block.language not in known] == []


def test_few_blocks_are_not_run() -> None:
    left_out = [block for path in PAGES for block in blocks(path) if block.not_run]
    assert len(left_out) <= MOST_NOT_RUN, [block.where for block in left_out]
    assert [block.where for block in left_out if len(block.not_run.split()) < 3] == []


@pytest.mark.parametrize("path", [path for path in PAGES if _of(path, "postgresql")], ids=_id)
def test_postgresql_takes_it(path: Path) -> None:
    """Run a page's blocks, in their order, in the database ``forum`` whose tables ``phpbb`` has made."""
    with running(PostgreSql) as server:
        server.execute("CREATE ROLE phpbb SUPERUSER LOGIN")
        server.execute("CREATE DATABASE forum OWNER phpbb")
        with closing(server.connect("forum", user="phpbb")) as connection:
            _miniature(connection, "postgresql")
        for block in _of(path, "postgresql"):
            server.execute(block.body, "forum", user="phpbb")
        with closing(server.connect("forum", user="site")) as connection:
            _can_read_and_no_more(connection.cursor())


@pytest.mark.parametrize("path", [path for path in PAGES if _of(path, "mysql")], ids=_id)
def test_mariadb_takes_it(path: Path) -> None:
    pymysql = pytest.importorskip("pymysql")
    with running(MariaDb) as server:
        server.execute("CREATE DATABASE forum CHARACTER SET utf8mb3 COLLATE utf8mb3_bin")
        place = {"unix_socket": str(server.socket_path), "database": "forum", "autocommit": True}
        with closing(pymysql.connect(user=OWNER, **place)) as connection:
            _miniature(connection, "mysql")
        for block in _of(path, "mysql"):
            server.execute(block.body, "forum", user="root")
        with closing(pymysql.connect(user="site", password="…".encode(), **place)) as connection:
            _can_read_and_no_more(connection.cursor())


def _miniature(connection: Any, dialect: str) -> None:
    schema = Schema.load(*Plugins().line("3.3").schema)
    MiniatureBoard(connection, schema, release="3.3.15", dialect=dialect).create()


def _can_read_and_no_more(cursor: Any) -> None:
    """Hold what every page about accounts promises of ``site``."""
    cursor.execute("SELECT username FROM phpbb_users WHERE user_id = 2")
    assert [tuple(row) for row in cursor.fetchall()] == [("admin",)]
    with pytest.raises(Exception, match=r"denied"):
        cursor.execute("UPDATE phpbb_users SET username = 'x' WHERE user_id = 2")
