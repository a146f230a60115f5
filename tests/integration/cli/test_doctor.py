"""``flask phpbb3 doctor`` on set-ups of real servers that are broken, each in one way."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import pytest

from tests.command_line import Diagnosis, diagnose, factory
from tests.links import Link
from tests.loading import DRIVERS, Databases, as_owner, as_reader
from tests.servers import (
    GUARDED,
    PASSWORD,
    READER,
    Memcached,
    PgBouncer,
    PostgreSql,
    Redis,
    RedisSentinel,
    mute_server,
    redis_cluster,
    running,
)
from tests.writing import connect

pytestmark = pytest.mark.slow

RELEASE = "3.3.10"
SERVERS = [(database, driver) for database in ("postgresql", "mariadb") for driver in DRIVERS[database]]
CANARY = "canary-password"

on_each_server = pytest.mark.parametrize(("database", "driver"), SERVERS)


def ask(driver: str, database: Mapping[str, Any], *, version: str = "auto", **settings: Any) -> Diagnosis:
    config = {"PHPBB3": {"DRIVER": driver, "VERSION": version}, "PHPBB3_DATABASE": dict(database)}
    return diagnose(factory({**config, **settings}))


def execute(database: str, settings: Mapping[str, Any], *statements: str) -> None:
    with closing(connect(database, settings)) as connection:
        for statement in statements:
            connection.cursor().execute(statement)
        connection.commit()


@on_each_server
def test_a_board_in_order_has_no_failure_and_a_reader_no_warning(
    board: Databases, database: str, driver: str
) -> None:
    found = ask(driver, board(RELEASE, database))
    assert not found.failed
    assert found.levels["account"] == "ok"
    assert "may only read" in found.messages["account"]
    assert found.levels["tables"] == "ok"


@on_each_server
def test_an_account_that_may_write_is_a_warning(board: Databases, database: str, driver: str) -> None:
    found = ask(driver, as_owner(board(RELEASE, database)))
    assert not found.failed
    assert found.levels["account"] == "warning"
    assert "phpbb_" in found.messages["account"]
    assert "SELECT" in found.fixes["account"]


@on_each_server
def test_writers_that_may_not_write_are_a_warning(board: Databases, database: str, driver: str) -> None:
    fields = {"CUSTOM_USER_FIELDS": ["phpbb_location"]}
    found = ask(driver, {**board(RELEASE, database), **fields})
    assert found.levels["account"] == "warning"
    assert "may not write to" in found.messages["account"]
    assert "profile_fields_data" in found.messages["account"]


@on_each_server
def test_a_host_that_cannot_be_found(board: Databases, database: str, driver: str) -> None:
    found = ask(driver, {**board(RELEASE, database), "HOST": "forum.invalid", "PASSWORD": CANARY})
    assert found.failed == {"connection"}
    assert "forum.invalid" in found.messages["connection"]
    assert "['HOST']" in found.fixes["connection"]
    assert CANARY not in found.output


@on_each_server
def test_a_port_where_nobody_listens(board: Databases, database: str, driver: str) -> None:
    found = ask(driver, {**board(RELEASE, database), "PORT": 1})
    assert found.failed == {"connection"}
    assert "['PORT']" in found.fixes["connection"]


@on_each_server
def test_a_server_that_says_nothing(board: Databases, database: str, driver: str) -> None:
    settings = board(RELEASE, database)
    with mute_server() as port:
        found = ask(driver, {**settings, "PORT": port, "CONNECT_TIMEOUT": 1})
    assert found.failed == {"connection"}
    assert "CONNECT_TIMEOUT" in found.messages["connection"]


@on_each_server
def test_a_wrong_password(board: Databases, database: str, driver: str) -> None:
    found = ask(driver, {**board(RELEASE, database), "USER": GUARDED, "PASSWORD": CANARY})
    assert found.failed == {"connection"}
    assert "['PASSWORD']" in found.fixes["connection"]
    assert CANARY not in found.output
    assert PASSWORD not in found.output


@on_each_server
def test_a_database_that_does_not_exist(board: Databases, database: str, driver: str) -> None:
    found = ask(driver, {**as_owner(board(RELEASE, database)), "DATABASE": "board_nowhere"})
    assert found.failed == {"connection"}
    assert "board_nowhere" in found.messages["connection"]
    assert "['DATABASE']" in found.fixes["connection"]


@on_each_server
def test_a_wrong_prefix(board: Databases, database: str, driver: str) -> None:
    found = ask(driver, {**board(RELEASE, database), "TABLE_PREFIX": "forum_"})
    assert found.failed == {"table prefix"}
    assert "'phpbb_'" in found.fixes["table prefix"]


@on_each_server
def test_a_wrong_version(board: Databases, database: str, driver: str) -> None:
    found = ask(driver, board(RELEASE, database), version="4.0")
    assert found.failed == {"version"}
    assert "'3.3'" in found.fixes["version"]


@on_each_server
def test_a_missing_table(board: Databases, database: str, driver: str) -> None:
    settings = board.fresh(RELEASE, database)
    execute(database, settings, "DROP TABLE phpbb_bots")
    found = ask(driver, settings)
    assert found.failed == {"tables"}
    assert "phpbb_bots" in found.messages["tables"]


def test_a_table_without_the_right_to_read_it(board: Databases, postgresql: PostgreSql) -> None:
    settings = board.fresh(RELEASE, "postgresql")
    postgresql.execute(f"REVOKE SELECT ON phpbb_users FROM {READER}", settings["DATABASE"])
    found = ask("psycopg2", settings)
    assert found.failed == {"tables"}
    assert "permission denied for table phpbb_users" in found.messages["tables"]
    assert "GRANT SELECT" in found.fixes["tables"]


def test_an_account_without_any_right(board: Databases, postgresql: PostgreSql) -> None:
    settings = board.fresh(RELEASE, "postgresql")
    postgresql.execute(f"REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM {READER}", settings["DATABASE"])
    found = ask("psycopg2", settings)
    assert found.failed == {"version"}
    assert "GRANT SELECT" in found.fixes["version"]


@on_each_server
def test_a_wrong_cookie_name(board: Databases, database: str, driver: str) -> None:
    found = ask(driver, board(RELEASE, database), PHPBB3_COOKIE_NAME="phpbb3_")
    assert found.failed == {"cookie name"}


def test_a_cache_server_is_asked_and_its_death_named(board: Databases, memcached: Memcached) -> None:
    settings = board(RELEASE, "sqlite")
    alive, dead = f"{memcached.host}:{memcached.port}", "127.0.0.1:1"

    def ask_with(*servers: str) -> Diagnosis:
        backend = {"TYPE": "memcached", "SERVERS": servers}
        config = {"PHPBB3": {"DRIVER": "sqlite3", "VERSION": "auto"}, "PHPBB3_DATABASE": settings}
        app = factory({**config, "PHPBB3_SESSION_BACKEND": backend})()
        try:
            return diagnose(lambda: app)
        finally:
            app.extensions["phpbb3"].cache._client.close()

    assert ask_with(alive).levels["session backend"] == "ok"
    found = ask_with(dead)
    assert found.failed == {"session backend"}
    assert dead in found.fixes["session backend"]
    assert ask_with(alive, dead).levels["session backend"] == "warning"


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg"])
def test_a_pooler_is_told_and_whether_plans_are_kept(
    board: Databases, pgbouncer: PgBouncer, driver: str
) -> None:
    settings = as_reader(board(RELEASE, "postgresql"))
    pooled = {**settings, "HOST": pgbouncer.host, "PORT": pgbouncer.port}
    direct = ask(driver, settings)
    assert direct.levels["pooler"] == "ok"
    assert "keeps the plans" in direct.messages["pooler"]
    found = ask(driver, {**settings, "PREPARE": False})
    assert (found.levels["pooler"], "PREPARE" in found.fixes["pooler"]) == ("warning", True)
    for prepare in (True, False):
        found = ask(driver, {**pooled, "PREPARE": prepare})
        assert found.levels["pooler"] == "ok"
        assert "nothing is prepared through it" in found.messages["pooler"]
        assert not found.failed


class Proxy(Link):
    """What stands before MariaDB and names sessions by numbers of its own, as ProxySQL does."""

    def __init__(self, port: int) -> None:
        self._greeted: set[int] = set()
        super().__init__(port)

    def _answer(self, target: socket.socket, content: bytes) -> None:
        if id(target) not in self._greeted:  # the server speaks first
            self._greeted.add(id(target))
            number = content.index(b"\0", 5) + 1  # behind length, sequence, protocol and the server's version
            content = content[:number] + bytes([content[number] ^ 1]) + content[number + 1 :]
        super()._answer(target, content)


def test_what_shares_mariadbs_sessions_is_a_warning(board: Databases) -> None:
    settings = as_reader(board(RELEASE, "mariadb"))
    found = ask("pymysql", settings)
    assert found.levels["pooler"] == "ok"
    assert "None stands between" in found.messages["pooler"]
    with closing(Proxy(settings["PORT"])) as proxy:
        found = ask("pymysql", {**settings, "PORT": proxy.port})
    assert found.levels["pooler"] == "warning"
    assert "sessions of its own" in found.fixes["pooler"]


def test_sqlite_knows_neither_poolers_nor_replicas(board: Databases) -> None:
    assert not {"pooler", "servers"} & set(ask("sqlite3", board(RELEASE, "sqlite")).levels)


def test_a_cluster_and_a_master_are_named(board: Databases, redis: Redis) -> None:
    settings = board(RELEASE, "sqlite")

    def said(kind: str, *servers: str) -> Diagnosis:
        backend = {"TYPE": kind, "SERVERS": servers}
        return ask("sqlite3", settings, PHPBB3_SESSION_BACKEND=backend)

    with redis_cluster() as nodes:
        found = said("redis-cluster", *(f"{node.host}:{node.port}" for node in nodes))
    assert found.levels["session backend"] == "ok"
    assert "a cluster of 3 primaries" in found.messages["session backend"]
    with running(RedisSentinel, redis) as sentinel:
        address = f"redis://{sentinel.host}:{sentinel.port}"
        found = said("redis-sentinel", address)
        assert f"the sentinels' master at {redis.host}:{redis.port}" in found.messages["session backend"]
    found = said("redis-sentinel", f"{address}?sentinel_password=hush-hush")
    assert found.failed == {"session backend"}
    assert "['MASTER'] is 'mymaster'" in found.fixes["session backend"]
    assert "hush-hush" not in found.output


@pytest.mark.parametrize("release", ["3.0.14", "3.1.12", "3.2.11", "4.0.0-a1"])
def test_every_release_is_in_order(board: Databases, release: str) -> None:
    assert not ask("psycopg2", board(release, "postgresql")).failed


def test_no_secret_of_the_board_is_printed(board: Databases) -> None:
    settings = board(RELEASE, "sqlite", dump="replay")
    with closing(connect("sqlite", settings)) as connection:
        secrets = {
            str(value)
            for sql in (
                "SELECT session_id FROM phpbb_sessions",
                "SELECT key_id FROM phpbb_sessions_keys",
                "SELECT user_password FROM phpbb_users",
                "SELECT user_form_salt FROM phpbb_users",
            )
            for (value,) in connection.execute(sql)
            if value
        }
    assert len(secrets) > 100
    output = ask("sqlite3", settings).output
    assert not [secret for secret in secrets if secret in output]
