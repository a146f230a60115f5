"""What ``auto`` chooses: what says that it may be chosen so, and never what is merely installed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from flask_phpbb3 import (
    Driver,
    DuplicatePluginError,
    PhpBB3,
    PluginNotFoundError,
    Version,
    WriteRefusedError,
    hookimpl,
)
from flask_phpbb3.phpbb.config_php import PhpbbConfig, read_config_php
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing import EmbeddedBoard, login_as
from flask_phpbb3_sqlite3 import Sqlite3Driver

from ..apps import board_of, close, visitor
from .conftest import Install


def version(name: str, releases: str, *, automatic: bool = True, **fields: Any) -> Any:
    """Make a plugin with a version that builds on 3.3."""

    class Plugin:
        @hookimpl
        def phpbb3_register_version(self) -> Version:
            return Version(
                **{"name": name, "releases": releases, "automatic": automatic, "parent": "3.3", **fields}
            )

    return Plugin()


def driver(name: str, *dbms: str, **members: Any) -> Any:
    """Make a plugin with a driver."""
    made = type(name, (Sqlite3Driver,), {"name": name, "dbms": dbms, **members})

    class Plugin:
        @hookimpl
        def phpbb3_register_driver(self) -> type[Driver]:
            return made

    return Plugin()


@pytest.mark.parametrize(
    ("plugins", "release", "chosen"),
    [
        ([version("x", "==3.3.10", automatic=False)], "3.3.10", "3.3"),
        ([version("x", "==3.3.10")], "3.3.10", "x"),
        ([version("x", "==3.3.10")], "3.3.11", "3.3"),
        ([version("x", "==3.3.*")], "3.3.10", "3.3"),
        ([version("x", ">=3.3,<3.4"), version("y", "==3.3.*")], "3.3.10", "3.3"),
        ([version("x", "==3.4.*"), version("y", "==3.4.*", parent="x")], "3.4.1", "y"),
        ([version("x", "==3.4.*"), version("y", "==3.4.*", automatic=False)], "3.4.1", "x"),
    ],
)
def test_which_version_serves_a_release(plugins: list[Any], release: str, chosen: str) -> None:
    assert Plugins(plugins).line(release).name == chosen


def test_a_version_by_its_name_only_is_named_where_nothing_else_serves() -> None:
    plugins = Plugins([version("x", "==3.4.*", automatic=False)])
    assert plugins.line("x").name == "x"
    with pytest.raises(PluginNotFoundError, match=r"serves phpBB 3\.4\.1 .*By its name only: 'x'\."):
        plugins.line("3.4.1")


def test_two_strangers_alike_are_an_error_that_names_both() -> None:
    plugins = Plugins([version("x", "==3.4.*"), version("y", "==3.4.*")])
    with pytest.raises(DuplicatePluginError, match=r"Versions 'x', 'y' serve phpBB 3\.4\.1 alike"):
        plugins.line("3.4.1")


@pytest.mark.parametrize("automatic", [False, True])
def test_an_installed_strangers_driver_does_not_take_over(install: Install, automatic: bool) -> None:
    code = f"""
        from flask_phpbb3 import hookimpl
        from flask_phpbb3_sqlite3 import Sqlite3Driver

        class First(Sqlite3Driver):
            name = "aaa"
            automatic = {automatic}

        @hookimpl
        def phpbb3_register_driver():
            return First
    """
    install("acme-first", "drivers", {"aaa": "acme_first"}, code)
    assert Plugins().driver_for("sqlite3").name == "sqlite3"
    assert Plugins().driver("aaa").name == "aaa"


def test_which_driver_serves_a_database() -> None:
    plugins = Plugins(
        [
            driver("one", "oracle", automatic=True),
            driver("two", "mssql", automatic=True),
            driver("three", "mssql", automatic=True),
            driver("four", "db2"),  # what it inherits does not count
        ]
    )
    assert plugins.driver_for("oracle").name == "one"
    with pytest.raises(DuplicatePluginError, match=r"Drivers 'three', 'two' serve 'mssql' alike"):
        plugins.driver_for("mssql")
    with pytest.raises(PluginNotFoundError, match=r"by name only for 'db2': 'four'"):
        plugins.driver_for("db2")


@pytest.mark.parametrize(
    ("releases", "first"),
    [
        ("==3.3.*", "3.3.0"),
        (">=3.3.90,<3.3.100", "3.3.90"),
        (">3.3.5,<3.4", "3.3.6"),
        ("==3.3.10", "3.3.10"),
        ("~=3.1.4", "3.1.4"),
        ("==3.3.*,!=3.3.0", "3.3.1"),
    ],
)
def test_a_board_of_a_version_has_a_release_that_it_serves(tmp_path: Path, releases: str, first: str) -> None:
    plugin = version("mine", releases, automatic=False)
    with closing(EmbeddedBoard(tmp_path / "forum.db", version="mine", plugins=[plugin])) as board:
        assert board.release == first
        assert board.settings["PHPBB3"]["VERSION"] == "mine"


@pytest.fixture
def motto(tmp_path: Path) -> Iterator[tuple[EmbeddedBoard, Any]]:
    """A board of a plugin's own version, with columns that two statements of it write."""
    plugin = version(
        "3.3-motto",
        "==3.3.*",
        automatic=False,
        user_columns=["user_motto", "user_score"],
        schema="-- alter: users\nADD user_motto TEXT NOT NULL\nADD user_score INTEGER NOT NULL DEFAULT 0\n",
        queries={
            "": "".join(
                f"-- name: set_{name}\n-- Change it.\nUPDATE {{TABLE_PREFIX}}users SET user_{name} = %(value)s "
                "WHERE user_id = %(user_id)s\n"
                for name in ("motto", "score")
            )
        },
    )
    with closing(EmbeddedBoard(tmp_path / "forum.db", version="3.3-motto", plugins=[plugin])) as board:
        yield board, plugin


def make(board: EmbeddedBoard, *plugins: Any, **database: Any) -> Flask:
    app = Flask("choice")
    app.config.update(board.settings, SECRET_KEY="s", TESTING=True)
    app.config["PHPBB3_DATABASE"] = {**board.settings["PHPBB3_DATABASE"], **database}
    PhpBB3(app, plugins=plugins)
    return app


def test_helpers_know_a_plugins_own_version(motto: tuple[EmbeddedBoard, Any]) -> None:
    board, plugin = motto
    app = make(board, plugin)
    app.add_url_rule("/", view_func=lambda: {"name": visitor()["username"], "motto": visitor()["user_motto"]})
    client = app.test_client()
    login_as(client, "admin")
    assert client.get("/").json == {"name": "admin", "motto": ""}
    close(app)


def test_a_versions_set_statement_is_opened_by_its_own_name(motto: tuple[EmbeddedBoard, Any]) -> None:
    board, plugin = motto
    app = make(board, plugin, CUSTOM_USER_FIELDS=["motto"])
    phpbb3: Any = board_of(app)
    assert phpbb3.set_motto(user_id=2, value="Onwards & upwards") == 1
    assert phpbb3.get_user(user_id=2)["user_motto"] == "Onwards & upwards"
    with pytest.raises(WriteRefusedError, match="set_score"):
        phpbb3.set_score(user_id=2, value=5)
    assert phpbb3.get_user(user_id=2)["user_score"] == 0
    close(app)
    for listed in ({}, {"CUSTOM_STATEMENTS": {"set_other": "UPDATE {TABLE_PREFIX}users SET user_score = 1"}}):
        app = make(board, plugin, **listed)
        with pytest.raises(WriteRefusedError, match="set_motto"):
            board_of(app).set_motto(user_id=2, value="x")
        close(app)


def test_config_php_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite3.connect(tmp_path / "forum.db").close()
    path = tmp_path / "config.php"
    path.write_text("<?php\n$dbms = 'sqlite3';\n$dbhost = 'forum.db';\n$table_prefix = 'phpbb_';\n")
    parsed: list[str] = []

    def counted(file: str) -> PhpbbConfig:
        parsed.append(file)
        return read_config_php(file)

    monkeypatch.setattr("flask_phpbb3.config.read_config_php", counted)
    app = Flask("once")
    app.config.update(
        PHPBB3={"DRIVER": "auto", "VERSION": "auto"}, PHPBB3_DATABASE={"PHPBB_CONFIG": str(path)}
    )
    PhpBB3(app)
    assert board_of(app).settings.database.dbms == "sqlite3"
    assert len(parsed) == 1


def test_an_installed_version_has_boards_of_its_own(install: Install, tmp_path: Path) -> None:
    code = """
        from flask_phpbb3 import Version, hookimpl

        @hookimpl
        def phpbb3_register_version():
            return Version.from_package(
                __name__, name="3.3-acme", releases="==3.3.*", parent="3.3", user_columns=["user_acme"]
            )
    """
    schema = "-- alter: users\nADD user_acme INTEGER NOT NULL DEFAULT 5\n"
    install("acme-line", "versions", {"3.3-acme": "acme_line"}, code, schema=schema)
    with closing(EmbeddedBoard(tmp_path / "forum.db", version="3.3-acme")) as board:
        app = make(board)
        assert board_of(app).board.connector().line.name == "3.3-acme"
        user = board_of(app).get_user(user_id=2)
        assert user is not None
        assert user["user_acme"] == 5
        close(app)
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as again:  # its version is known to the file
        assert again.schema.has("users", "user_acme")
