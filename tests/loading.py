"""Databases for tests: the recorded boards loaded into real servers, and empty ones.

Every answer is a dict for ``PHPBB3_DATABASE``.
"""

from __future__ import annotations

import gzip
import itertools
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .boards import board_file
from .servers import HOST, OWNER, READER, MariaDb, PostgreSql, Server

Settings = dict[str, Any]

DRIVERS = {"postgresql": ("psycopg2", "psycopg"), "mariadb": ("pymysql",), "sqlite": ("sqlite3",)}
"""Database → the drivers that ask it."""


class Databases:
    """Make databases on demand; a recorded board is loaded once and shared by those who only read it.

    :param server: return the server of a name (``postgresql``, ``mariadb``), starting it at first use,
        or skip the test.
    """

    def __init__(self, server: Callable[[str], Any], directory: Path) -> None:
        self._server = server
        self._directory = directory
        self._loaded: dict[tuple[str, str, str], Settings] = {}
        # PostgreSQL copies no database that somebody is connected to, so to these nobody is.
        self._originals: dict[tuple[str, str, str], str] = {}
        self._numbers = itertools.count(1)

    def __call__(self, version: str, database: str, *, dump: str | None = None) -> Settings:
        """Return a shared recorded board, for an account that may only read.

        :param version: such as ``3.3.10``.
        :param database: ``postgresql``, ``mariadb`` or ``sqlite``.
        :param dump: the stem of another dump of this board, such as ``replay``.
        """
        key = (version, database, dump or "")
        if key not in self._loaded:
            self._loaded[key] = self.fresh(version, database, dump=dump)
        return dict(self._loaded[key])

    def converted(self, version: str, charset: str, *, dump: str | None = None) -> Settings:
        """Return a shared recorded board on MariaDB whose tables were converted, for an account that may only read.

        :param charset: as ``ALTER TABLE … CONVERT TO`` takes it: ``latin1``, ``binary``, or with a collation.
        """
        key = (version, f"mariadb in {charset}", dump or "")
        if key not in self._loaded:
            settings = self._load(version, "mariadb", dump)
            server = self._server("mariadb")
            tables = [row[0] for row in server.execute("SHOW TABLES", settings["DATABASE"])]
            alter = "".join(
                f"ALTER IGNORE TABLE {table} CONVERT TO CHARACTER SET {charset};" for table in tables
            )
            server.execute(f"SET sql_mode = '', foreign_key_checks = 0; {alter}", settings["DATABASE"])
            self._loaded[key] = settings
        return dict(self._loaded[key])

    def in_sql_ascii(self, version: str) -> Settings:
        """Return a copy of a recorded board in a PostgreSQL database that knows no character set."""
        settings = self.empty(
            "postgresql", how="ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
        )
        self._fill(settings, "postgresql", board_file(version, "postgresql.sql.gz"))
        return as_reader(settings)

    def fresh(self, version: str, database: str, *, dump: str | None = None) -> Settings:
        """Return a copy of a recorded board that nobody shares, for an account that may only read."""
        if database == "mariadb":  # knows no way to copy a database
            return self._load(version, database, dump)
        key = (version, database, dump or "")
        if key not in self._originals:
            self._originals[key] = self._load(version, database, dump)["DATABASE"]
        return as_reader(self.empty(database, template=self._originals[key]))

    def server(self, database: str) -> Server | None:
        """Return the server of a database; SQLite has none."""
        server: Server | None = None if database == "sqlite" else self._server(database)
        return server

    def empty(self, database: str, *, template: str = "", how: str = "") -> Settings:
        """Return a new database, for an account that may do anything in it.

        :param template: a database to copy; not for MariaDB.
        :param how: what CREATE DATABASE is to say, else.
        """
        name = f"board_{next(self._numbers)}"
        if database == "sqlite":
            path = self._directory / f"{name}.db"
            if template:
                shutil.copy(template, path)
            else:
                path.touch()
            return {"DATABASE": str(path)}
        server = self._server(database)
        how = f"TEMPLATE {template}" if template else how
        if database == "mariadb":
            how = "CHARACTER SET utf8mb3 COLLATE utf8mb3_bin"  # as phpBB makes its tables
        server.execute(f"CREATE DATABASE {name} {how}")
        return {"HOST": HOST, "PORT": server.port, "DATABASE": name, "USER": OWNER}

    def _load(self, version: str, database: str, dump: str | None) -> Settings:
        stem = {None: database, "sqlite": "sqlite"}.get(dump, f"{dump}-{database}")
        file = board_file(version, f"{stem}.{'db' if database == 'sqlite' else 'sql'}.gz")
        settings = self.empty(database)
        self._fill(settings, database, file)
        return settings if database == "sqlite" else as_reader(settings)

    def _fill(self, settings: Settings, database: str, file: Path) -> None:
        content = gzip.decompress(file.read_bytes())
        if database == "sqlite":
            Path(settings["DATABASE"]).write_bytes(content)
            return
        server = self._server(database)
        server.execute(content.decode(), settings["DATABASE"])
        if isinstance(server, PostgreSql):
            server.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}", settings["DATABASE"])
        else:
            assert isinstance(server, MariaDb)  # its reader may read every database named board_…


def as_reader(settings: Settings) -> Settings:
    """Return the settings with the account that may only read; SQLite has no accounts."""
    return {**settings, "USER": READER} if "USER" in settings else settings


def as_owner(settings: Settings) -> Settings:
    """Return the settings with the account that may do anything; SQLite has no accounts."""
    return {**settings, "USER": OWNER} if "USER" in settings else settings
