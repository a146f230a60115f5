"""Boards that phpBB itself made, with what phpBB answered about them, kept beside the repository.

They are found in ``../shared/boards`` or where ``PHPBB3_TEST_BOARDS`` points. A test that asks for one that
is not there is skipped, or fails when ``PHPBB3_TEST_REQUIRE`` promises ``boards``.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sqlite3
from functools import lru_cache
from pathlib import Path
from typing import Any

from .servers import absent

VERSIONS = ("3.0.14", "3.1.12", "3.2.11", "3.3.10", "4.0.0-a1")
DATABASES = ("postgresql", "mariadb", "sqlite")
RECORDED = tuple(  # phpBB 3.0 knows no SQLite 3
    (version, database)
    for version in VERSIONS
    for database in DATABASES
    if (version, database) != ("3.0.14", "sqlite")
)

_directory = Path(
    os.environ.get("PHPBB3_TEST_BOARDS") or Path(__file__).resolve().parents[2] / "shared" / "boards"
)
BOARDS: Path | None = _directory if _directory.is_dir() else None


def available(version: str, database: str) -> bool:
    """Tell whether what phpBB answered about this board is there."""
    return BOARDS is not None and (BOARDS / version / f"golden-{database}.json.gz").is_file()


def board_file(version: str, name: str) -> Path:
    """Return the path of a file of a board, or skip the test."""
    if BOARDS is None:
        absent("boards", f"no recorded boards at {_directory} (set PHPBB3_TEST_BOARDS)")
    path = BOARDS / version / name
    if not path.is_file():
        absent("boards", f"the recorded boards have no {version}/{name}")
    return path


def load(version: str, name: str) -> Any:
    """Return the content of a ``.json`` or ``.json.gz`` file of a board; do not change it."""
    return _read_json(board_file(version, name))


def golden(version: str, database: str) -> dict[str, Any]:
    """Return what phpBB answered about a board; do not change it."""
    content: dict[str, Any] = load(version, f"golden-{database}.json.gz")
    return content


def table(version: str, name: str, dump: str = "postgresql.sql.gz") -> list[dict[str, Any]]:
    """Return the rows of a table (named without prefix) of a PostgreSQL board, in the dump's order."""
    dump = _read_text(board_file(version, dump))
    qualified = re.escape(f"public.phpbb_{name}")
    created = re.search(rf"^CREATE TABLE {qualified} \(\n(.*?)\n\);", dump, re.MULTILINE | re.DOTALL)
    if created is None:
        raise KeyError(name)
    columns = re.findall(r"^    (?!CONSTRAINT )(\w+) ", created[1], re.MULTILINE)
    with sqlite3.connect(":memory:") as database:
        database.row_factory = sqlite3.Row
        database.execute(f"CREATE TABLE phpbb_{name} ({', '.join(columns)})")
        for found in re.finditer(rf"^INSERT INTO {qualified} VALUES", dump, re.MULTILINE):
            database.execute(_statement(dump, found.start()).replace(" public.", " ", 1))
        rows = [dict(row) for row in database.execute(f"SELECT * FROM phpbb_{name} ORDER BY rowid")]
    database.close()
    return rows


def _statement(dump: str, start: int) -> str:
    end = start
    while not sqlite3.complete_statement(dump[start:end]):
        end = dump.index(";\n", end) + 2
    return dump[start:end]


@lru_cache(maxsize=8)
def _read_json(path: Path) -> Any:
    return json.loads(_read_text(path))


@lru_cache(maxsize=2)
def _read_text(path: Path) -> str:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
