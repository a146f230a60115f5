from __future__ import annotations

import sqlite3
import sys
import zoneinfo
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cachelib import NullCache, SimpleCache
from flask import Flask

from flask_phpbb3 import Driver, Query, Row, hookimpl
from flask_phpbb3.cli.checks.backend import worker_count
from flask_phpbb3.cli.checks.database import connection_fix, prefix_votes
from flask_phpbb3.cli.checks.site import common_domain, cookie_domain, is_reached
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.rendering import zones
from flask_phpbb3.testing import EmbeddedBoard
from tests.command_line import Diagnosis, diagnose, factory

SECRETS = ("canary-password", "canary-of-the-secret-key", "canary-salt", "canary-hash", "canary-actkey")


@pytest.fixture
def board(tmp_path: Path) -> Iterator[EmbeddedBoard]:
    with closing(EmbeddedBoard(tmp_path / "forum.db", version="3.3.10")) as made:
        yield made


def config(
    board: EmbeddedBoard, *, database: dict[str, Any] | None = None, **settings: Any
) -> dict[str, Any]:
    """Return a config without ``PHPBB3_BOARD_URL``; ``database`` adds to ``PHPBB3_DATABASE``."""
    own = {"DATABASE": str(board.path), "PASSWORD": "canary-password", **(database or {})}
    return {"PHPBB3": {"DRIVER": "sqlite3", "VERSION": "auto"}, "PHPBB3_DATABASE": own, **settings}


def ask(board: EmbeddedBoard, **settings: Any) -> Diagnosis:
    return diagnose(factory(config(board, **settings)))


def execute(board: EmbeddedBoard, sql: str) -> None:
    with closing(sqlite3.connect(board.path)) as connection:
        connection.execute(sql)
        connection.commit()


def test_a_board_in_order_has_no_failure(board: EmbeddedBoard) -> None:
    found = ask(board)
    assert found.exit_code == 0
    assert not found.failed
    assert "phpBB 3.3.10; version '3.3' serves it" in found.messages["version"]
    assert "SQLite" in found.messages["connection"]


@pytest.mark.parametrize("version", ["3.0", "3.1", "3.2", "3.3", "4.0"])
def test_every_line_is_in_order(tmp_path: Path, version: str) -> None:
    with closing(EmbeddedBoard(tmp_path / "forum.db", version=version)) as board:
        assert not ask(board).failed


# --- set-ups that are broken


def test_a_wrong_setting_is_named_although_init_app_raises(board: EmbeddedBoard) -> None:
    found = ask(board, database={"PORT": "5432"})
    assert found.failed == {"settings"}
    assert "PHPBB3_DATABASE['PORT'] is '5432' (str)" in found.messages["settings"]
    assert "PHPBB3_DATABASE['PORT']" in found.fixes["settings"]
    assert found.levels["connection"] == "skipped"


def test_an_unknown_driver_is_named(board: EmbeddedBoard) -> None:
    found = ask(board, PHPBB3={"DRIVER": "psycop2"})
    assert found.failed == {"settings"}
    assert "Did you mean 'psycopg2'?" in found.messages["settings"]


def test_a_statement_that_cannot_be_read_is_named(board: EmbeddedBoard) -> None:
    settings = config(board, database={"CUSTOM_STATEMENTS": {"get_thing": "SELECT '100%'"}})
    found = diagnose(factory({**settings, "PHPBB3": {"DRIVER": "sqlite3", "VERSION": "3.3"}}))
    assert found.failed == {"settings"}
    assert "get_thing" in found.messages["settings"]


def test_an_application_without_a_board_is_told_what_to_call() -> None:
    found = diagnose(lambda: Flask("bare"))
    assert found.failed == {"settings"}
    assert "PhpBB3(app)" in found.fixes["settings"]


def test_a_config_php_that_is_not_there_is_named(board: EmbeddedBoard, tmp_path: Path) -> None:
    found = ask(board, database={"PHPBB_CONFIG": str(tmp_path / "nowhere" / "config.php")})
    assert found.failed == {"settings"}
    assert "nowhere" in found.messages["settings"]


def test_a_config_php_is_confirmed(board: EmbeddedBoard, tmp_path: Path) -> None:
    path = tmp_path / "config.php"
    path.write_text(
        f"<?php\n$dbms = 'phpbb\\\\db\\\\driver\\\\sqlite3';\n$dbhost = '{board.path}';\n"
        "$dbpasswd = 'canary-password';\n$table_prefix = 'phpbb_';\n"
    )
    settings = {
        "PHPBB3": {"DRIVER": "auto", "VERSION": "auto"},
        "PHPBB3_DATABASE": {"PHPBB_CONFIG": str(path)},
    }
    found = diagnose(factory(settings))
    assert not found.failed
    assert f"{path} says 'sqlite3'" in found.messages["config.php"]
    assert "canary" not in found.output


def test_a_file_that_is_not_there_is_named(board: EmbeddedBoard, tmp_path: Path) -> None:
    found = ask(board, database={"DATABASE": str(tmp_path / "other.db")})
    assert found.failed == {"connection"}
    assert "no such file" in found.messages["connection"]
    assert "['DATABASE']" in found.fixes["connection"]
    assert found.levels["board"] == "skipped"


def test_a_wrong_prefix_is_guessed_from_the_tables(board: EmbeddedBoard) -> None:
    found = ask(board, database={"TABLE_PREFIX": "forum_"})
    assert found.failed == {"table prefix"}
    assert "is 'forum_', but the board's tables begin with 'phpbb_'" in found.messages["table prefix"]
    assert "Set it to 'phpbb_'" in found.fixes["table prefix"]


def test_another_applications_database_is_recognised(board: EmbeddedBoard, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        connection.execute("CREATE TABLE wares (id INTEGER)")
    found = ask(board, database={"DATABASE": str(tmp_path / "shop.db")})
    assert found.failed == {"table prefix"}
    assert "none of them phpBB's" in found.messages["table prefix"]
    assert "['DATABASE']" in found.fixes["table prefix"]


def test_an_empty_database_is_recognised(board: EmbeddedBoard, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    found = ask(board, database={"DATABASE": str(tmp_path / "empty.db")})
    assert found.failed == {"version"}
    assert "no such table" in found.messages["version"]
    assert "DATABASE" in found.fixes["version"]


def test_a_wrong_version_is_told_the_right_one(board: EmbeddedBoard) -> None:
    found = ask(board, PHPBB3={"DRIVER": "sqlite3", "VERSION": "3.1"})
    assert found.failed == {"version"}
    assert "is '3.1', but the board is phpBB 3.3.10" in found.messages["version"]
    assert "'3.3'" in found.fixes["version"]
    assert found.levels["tables"] == "skipped"


def test_a_release_that_nothing_serves_is_named(board: EmbeddedBoard) -> None:
    board.set_config("version", "9.9.9")
    found = ask(board)
    assert found.failed == {"version"}
    assert "No version serves phpBB 9.9.9" in found.messages["version"]


def test_another_release_of_the_same_line_is_a_warning(board: EmbeddedBoard) -> None:
    found = ask(board, PHPBB3={"DRIVER": "sqlite3", "VERSION": "3.3.9"})
    assert found.levels["version"] == "warning"
    assert "'3.3'" in found.fixes["version"]


def test_a_missing_table_is_named_once(board: EmbeddedBoard) -> None:
    execute(board, "DROP TABLE phpbb_sessions_keys")
    found = ask(board)
    assert found.failed == {"tables"}
    assert found.messages["tables"].splitlines() == [
        "These tables do not exist, or the account may not see them: phpbb_sessions_keys."
    ]
    assert "GRANT SELECT" in found.fixes["tables"]


def test_a_missing_column_is_named(board: EmbeddedBoard) -> None:
    execute(board, "ALTER TABLE phpbb_bots DROP COLUMN bot_ip")
    found = ask(board)
    assert found.failed == {"tables"}
    assert "bot_ip" in found.messages["tables"]
    assert "_fetch_bots" in found.messages["tables"]
    assert "'auto'" in found.fixes["tables"]


def test_a_board_without_its_guest_is_named(board: EmbeddedBoard) -> None:
    execute(board, "DELETE FROM phpbb_users WHERE user_id = 1")
    found = ask(board)
    assert found.failed == {"board"}
    assert "guest" in found.messages["board"]
    assert found.levels["cookie name"] == "skipped"


def test_statements_of_the_owner_are_tried(board: EmbeddedBoard) -> None:
    statements = {
        "fetch_missing": "SELECT 1 FROM {TABLE_PREFIX}users WHERE user_shoe_size = 1",
        "get_with_parameter": "SELECT user_hat FROM {TABLE_PREFIX}users WHERE user_id = %(user_id)s",
        "fetch_in_list": "SELECT user_id FROM {TABLE_PREFIX}users WHERE user_id IN %(ids)s",
    }
    found = ask(board, database={"CUSTOM_STATEMENTS": statements})
    lines = [line for line in found.output.splitlines() if " tables: " in line]
    assert [(line.split()[0], "fetch_missing" in line) for line in lines] == [
        ("failed", True),
        ("warning", False),
    ]
    assert "user_hat" in lines[1]
    assert "fetch_in_list" not in found.output


def test_a_field_that_the_board_does_not_have_is_named(board: EmbeddedBoard) -> None:
    board.add_profile_field("shoesize")
    found = ask(board, database={"CUSTOM_USER_FIELDS": ["shoesize", "hatsize"]})
    assert found.failed == {"profile fields"}
    assert "'hatsize'" in found.messages["profile fields"]
    assert "'shoesize'" not in found.messages["profile fields"]


def test_a_wrong_cookie_name_is_told_the_right_one(board: EmbeddedBoard) -> None:
    found = ask(board, PHPBB3_COOKIE_NAME="phpbb3_")
    assert found.failed == {"cookie name"}
    assert "'phpbb3_mini_'" in found.messages["cookie name"]
    assert "'phpbb3_mini_'" in found.fixes["cookie name"]
    assert not ask(board, PHPBB3_COOKIE_NAME="phpbb3_mini_").failed


def test_cookies_that_do_not_reach_the_site_are_a_failure(board: EmbeddedBoard) -> None:
    board.set_config("server_name", "forum.example.org")
    found = ask(board, SERVER_NAME="shop.example.org")
    assert found.failed == {"cookie domain"}
    assert "forum.example.org only" in found.messages["cookie domain"]
    assert "'.example.org'" in found.fixes["cookie domain"]
    board.set_config("cookie_domain", ".example.org")
    assert not ask(board, SERVER_NAME="shop.example.org").failed
    found = ask(board, SERVER_NAME="shop.example.com:8080")
    assert found.failed == {"cookie domain"}
    assert "No cookie can be for both" in found.fixes["cookie domain"]


def test_a_cookie_domain_that_is_not_the_forums_is_a_warning(board: EmbeddedBoard) -> None:
    board.set_config("server_name", "forum.example.org")
    board.set_config("cookie_domain", "example.net")
    found = ask(board)
    assert found.levels["cookie domain"] == "warning"
    assert "'example.net'" in found.messages["cookie domain"]


def test_a_cookie_path_beside_the_site_is_a_warning(board: EmbeddedBoard) -> None:
    board.set_config("cookie_path", "/forum/")
    assert ask(board).levels["cookie path"] == "warning"
    assert "cookie path" not in ask(board, APPLICATION_ROOT="/forum/shop").levels


def test_a_site_to_which_the_forum_cannot_send_people_back_is_a_warning(board: EmbeddedBoard) -> None:
    board.set_config("server_name", "forum.example.org")
    board.set_config("cookie_domain", "example.org")
    found = ask(board, SERVER_NAME="shop.example.org")
    assert found.levels["board address"] == "warning"
    assert "to its own host only" in found.messages["board address"]
    assert ask(board, SERVER_NAME="forum.example.org").levels["board address"] == "ok"
    assert (
        ask(board, SERVER_NAME="shop.example.org", PHPBB3_LOGIN_URL="/login").levels["board address"] == "ok"
    )


def test_a_forum_that_calls_itself_localhost_is_a_warning(board: EmbeddedBoard) -> None:
    found = ask(board, SERVER_NAME="shop.example.org")
    assert found.levels["board address"] == "warning"
    assert "PHPBB3_BOARD_URL" in found.fixes["board address"]


def test_a_missing_secret_key_is_a_warning(board: EmbeddedBoard) -> None:
    found = ask(board, SECRET_KEY=None)
    assert found.levels["secret key"] == "warning"
    assert found.exit_code == 0


def test_an_account_that_may_write_is_a_warning(board: EmbeddedBoard) -> None:
    found = ask(board)
    assert found.levels["account"] == "warning"
    assert "may write to" in found.messages["account"]


@pytest.mark.parametrize(
    "environ",
    [
        {"WEB_CONCURRENCY": "4"},
        {"GUNICORN_CMD_ARGS": "--bind=:80 -w 4"},
        {"GUNICORN_CMD_ARGS": "--workers=4"},
    ],
)
def test_simple_with_several_workers_is_a_warning(board: EmbeddedBoard, environ: dict[str, str]) -> None:
    simple = {**config(board), "PHPBB3_SESSION_BACKEND": {"TYPE": "simple"}}
    found = diagnose(factory(simple), **environ)
    assert found.levels["session backend"] == "warning"
    assert "4 workers" in found.messages["session backend"]
    assert diagnose(factory(simple), WEB_CONCURRENCY="1").levels["session backend"] == "ok"
    assert diagnose(factory(simple)).levels["session backend"] == "warning"  # nobody knows how many there are
    assert diagnose(factory(config(board)), **environ).levels["session backend"] == "ok"


def test_keys_in_the_cookie_need_a_secret_key(board: EmbeddedBoard) -> None:
    assert ask(board, SECRET_KEY="secret").levels["session backend"] == "ok"
    found = ask(board, SECRET_KEY=None)
    assert found.levels["session backend"] == "warning"
    assert "SECRET_KEY" in found.fixes["session backend"]


def test_a_dead_cache_server_is_a_failure_and_its_password_stays_hidden(board: EmbeddedBoard) -> None:
    backend = {"TYPE": "redis", "SERVERS": ["redis://:canary-password@127.0.0.1:1/0"]}
    found = ask(board, PHPBB3_SESSION_BACKEND=backend)
    assert found.failed == {"session backend"}
    assert "24 of 24" in found.messages["session backend"]
    assert "127.0.0.1:1/0" in found.fixes["session backend"]
    assert "canary" not in found.output


class _Lossy(SimpleCache):
    def get(self, key: str) -> Any:
        return None


def test_a_given_cache_that_forgets_is_a_failure(board: EmbeddedBoard) -> None:
    found = diagnose(factory(config(board), cache=_Lossy()))
    assert found.failed == {"session backend"}
    assert "given to PhpBB3()" in found.fixes["session backend"]
    assert diagnose(factory(config(board), cache=NullCache())).levels["session backend"] == "warning"


# --- what it never says, and drivers that say less


def test_no_secret_is_printed(board: EmbeddedBoard) -> None:
    board.sign_in("admin", autologin=True)
    execute(
        board,
        "UPDATE phpbb_users SET user_password = 'canary-hash', user_form_salt = 'canary-salt', "
        "user_actkey = 'canary-actkey'",
    )
    with closing(sqlite3.connect(board.path)) as connection:
        ids = [
            row[0]
            for row in connection.execute(
                "SELECT session_id FROM phpbb_sessions UNION SELECT key_id FROM phpbb_sessions_keys"
            )
        ]
    assert ids
    for settings in (
        {},
        {"database": {"PASSWORD": ["canary-password"]}},
        {"database": {"TABLE_PREFIX": "x_"}},
    ):
        output = ask(board, **settings).output
        assert not [secret for secret in (*SECRETS, *ids) if secret in output]


class _Silent:
    """A driver without a word about its server, over SQLite."""

    @hookimpl
    def phpbb3_register_driver(self) -> type[Driver]:
        real = Plugins().driver("sqlite3")

        class Silent(Driver):
            name = "silent"

            def __init__(self, settings: Any) -> None:
                super().__init__(settings)
                self._real = real(settings)

            @property
            def location(self) -> tuple[str, ...]:
                return self._real.location

            def read(
                self, query: Query, parameters: Any, *, skip: int = 0, limit: int | None = None
            ) -> list[Row]:
                return self._real.read(query, parameters, skip=skip, limit=limit)

            def write(self, query: Query, parameters: Any) -> int:
                raise AssertionError(query.name)

        return Silent


def test_a_driver_that_tells_nothing_is_no_failure(board: EmbeddedBoard) -> None:
    settings = {**config(board), "PHPBB3": {"DRIVER": "silent", "VERSION": "auto"}}
    found = diagnose(factory(settings, plugins=[_Silent()]))
    assert not found.failed
    assert "not known" in found.messages["account"]
    assert found.levels["account"] == "warning"


# --- the pure parts


def test_prefixes_are_counted_by_whole_names() -> None:
    tables = ["phpbb_users", "phpbb_acl_users", "PHPBB_config", "wares"]
    assert prefix_votes(tables, ["users", "config", "acl_users"]).most_common(1) == [("phpbb_", 3)]
    assert prefix_votes(["users", "config"], ["users", "config"]) == {"": 2}


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ('password authentication failed for user "x"', "['PASSWORD']"),
        ("Access denied for user 'x'@'localhost' (using password: YES)", "['PASSWORD']"),
        ('FATAL: database "x" does not exist', "['DATABASE']"),
        ("Unknown database 'x'", "['DATABASE']"),
        ('could not translate host name "x" to address', "['HOST']"),
        ("Connection refused", "['PORT']"),
        ("no answer within CONNECT_TIMEOUT (5 s)", "['PORT']"),
        ("etwas anderes", "config.php"),
    ],
)
def test_the_fix_fits_what_the_server_said(said: str, named: str) -> None:
    message = f"Cannot connect to the board's database at password.example, 5432, forum: {said}. Check PHPBB3_DATABASE."
    assert named in connection_fix(message)


def test_cookie_domains_are_phpbbs() -> None:
    assert cookie_domain({"cookie_domain": ".Example.org"}) == "example.org"
    assert cookie_domain({"cookie_domain": "localhost"}) == ""
    assert cookie_domain({"cookie_domain": "127.0.0.1"}) == ""
    assert cookie_domain({}) == ""


def test_a_cookie_reaches_its_domain_and_what_is_below() -> None:
    assert is_reached("shop.example.org", "example.org", "forum.example.org")
    assert not is_reached("badexample.org", "example.org", "forum.example.org")
    assert is_reached("forum.example.org", "", "forum.example.org")
    assert not is_reached("shop.example.org", "", "forum.example.org")


def test_hosts_share_a_domain_of_two_words_at_least() -> None:
    assert common_domain("a.b.example.org", "c.b.example.org") == "b.example.org"
    assert common_domain("a.org", "b.org") == ""
    assert common_domain("10.0.0.1", "10.1.0.1") == ""


def test_workers_are_counted() -> None:
    assert worker_count({}) == 0
    assert worker_count({"WEB_CONCURRENCY": "3"}) == 3
    assert worker_count({"WEB_CONCURRENCY": "many"}) == 0
    assert worker_count({"GUNICORN_CMD_ARGS": "-w2", "WEB_CONCURRENCY": "3"}) == 2
    assert worker_count({"GUNICORN_CMD_ARGS": "--worker-class gevent"}) == 0


def test_a_board_in_no_time_zone_is_named(board: EmbeddedBoard) -> None:
    assert "'UTC'" in ask(board).messages["time zones"]
    execute(board, "UPDATE phpbb_config SET config_value = '5.5' WHERE config_name = 'board_timezone'")
    found = ask(board)
    assert "'5.5'" in found.messages["time zones"]
    assert not found.failed


def test_a_machine_without_time_zones_is_named(board: EmbeddedBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tzdata", None)
    zoneinfo.reset_tzpath(to=())
    zones._identifiers.cache_clear()
    try:
        assert "no database of time zones" in ask(board).messages["time zones"]
    finally:
        zoneinfo.reset_tzpath()
        zones._identifiers.cache_clear()


def test_bans_that_match_nobody_are_named(tmp_path: Path) -> None:
    """An upgrade to 4.0 carries patterns of old over as they are."""
    with closing(EmbeddedBoard(tmp_path / "forum.db", version="4.0")) as board:
        board.ban(ip="192.0.2.0/24")
        assert "bans" not in ask(board).levels
        for text in ("127.0.5.*", "*.example.org"):
            number = board.ban(ip="192.0.2.1")
            execute(board, f"UPDATE phpbb_bans SET ban_item = '{text}' WHERE ban_id = {number}")
        found = ask(board)
    assert found.levels["bans"] == "warning"
    assert "'127.0.5.*', '*.example.org'" in found.messages["bans"]
    assert "127.0.5.0/24" in found.fixes["bans"]
