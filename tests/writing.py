"""Write to a board behind an application's back, with its owner's account."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Any

from .loading import as_owner


def connect(database: str, settings: Mapping[str, Any]) -> Any:
    """Return a DB-API connection of the board's owner."""
    owner = as_owner(dict(settings))
    if database == "sqlite":
        import sqlite3

        return sqlite3.connect(owner["DATABASE"])
    place = {"host": owner["HOST"], "port": owner["PORT"], "user": owner["USER"]}
    if database == "mariadb":
        import pymysql

        return pymysql.connect(**place, database=owner["DATABASE"], charset="utf8mb4")
    import psycopg2

    return psycopg2.connect(**place, dbname=owner["DATABASE"], client_encoding="UTF8")


def execute_many(connection: Any, database: str, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Run a statement with ``?`` for each row."""
    cursor = connection.cursor()
    cursor.executemany(sql if database == "sqlite" else sql.replace("?", "%s"), list(rows))


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
    "mariadb": "SHOW TABLES",
}


def checksums(database: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """Return table → a hash over all its rows, in any order."""
    with closing(connect(database, settings)) as connection:
        if database == "sqlite":
            connection.text_factory = bytes
        cursor = connection.cursor()
        cursor.execute(_TABLES[database])
        names = [name.decode() if isinstance(name, bytes) else name for (name,) in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(f"SELECT * FROM {name}")
            rows = sorted(map(repr, cursor.fetchall()))
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return found
