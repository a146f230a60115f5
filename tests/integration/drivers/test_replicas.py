"""A primary and a replica that lags: what is read where, what is written where, and who is passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any
from unittest import mock

import pytest
from flask import Flask

from flask_phpbb3 import ConfigurationError, ConnectionFailedError
from flask_phpbb3.board.writes import _outside
from flask_phpbb3.config import read_settings
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing import MiniatureBoard, Schema

from ...apps import board_of, close, make_app
from ...command_line import Diagnosis, diagnose, factory
from ...servers import (
    OWNER,
    MariaDbPrimary,
    MariaDbReplica,
    PostgreSql,
    PostgreSqlReplica,
    Server,
    mute_server,
    running,
)
from ...writing import connect

pytestmark = pytest.mark.slow

DRIVERS = {"psycopg2": "postgresql", "psycopg": "postgresql", "pymysql": "mariadb"}
SET_POSTS = "UPDATE {TABLE_PREFIX}users SET user_posts = %(posts)s WHERE user_id = %(user_id)s"
GET_POSTS = "SELECT user_posts FROM {TABLE_PREFIX}users WHERE user_id = %(user_id)s"


class Pair:
    """A board on a primary, and a replica of it."""

    def __init__(self, driver: str, primary: Any, replica: Any) -> None:
        self.driver, self.primary, self.replica = driver, primary, replica
        self.database = {"DATABASE": "board_replicated", "USER": OWNER}

    def settings(self, *servers: Server | int, **more: Any) -> dict[str, Any]:
        """Return settings that lead to servers, in this order, as a list."""
        ports = [server if isinstance(server, int) else server.port for server in servers]
        return {**self.database, "HOST": ["127.0.0.1"] * len(ports), "PORT": ports, **more}

    @contextmanager
    def site(self, *servers: Server | int, **more: Any) -> Iterator[Flask]:
        """Make an application that asks servers in this order."""
        more.setdefault("CUSTOM_STATEMENTS", {"set_posts": SET_POSTS, "get_posts": GET_POSTS})
        app = make_app(self.driver, self.settings(*servers, **more), version="3.3", board_ttl=60)
        try:
            yield app
        finally:
            close(app)
            _outside.set(False)


def build(driver: str, primary: Any) -> None:
    database = DRIVERS[driver]
    primary.execute("CREATE DATABASE board_replicated" + " CHARACTER SET utf8mb4" * (database == "mariadb"))
    settings = {"HOST": primary.host, "PORT": primary.port, "DATABASE": "board_replicated", "USER": OWNER}
    dialect = "mysql" if database == "mariadb" else database
    with closing(connect(database, settings)) as connection:
        schema = Schema.load(*Plugins().line("3.3").schema)
        MiniatureBoard(connection, schema, release="3.3.15", dialect=dialect).create()


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, tuple[Any, Any]]]:
    """Start each database's primary and replica when a test first asks, and stop them at the end."""
    with ExitStack() as stack:

        class Started(dict[str, tuple[Any, Any]]):
            def __missing__(self, database: str) -> tuple[Any, Any]:
                if database == "postgresql":
                    primary: Any = stack.enter_context(running(PostgreSql))
                    build("psycopg2", primary)
                    replica = stack.enter_context(running(PostgreSqlReplica, primary))
                else:
                    primary = stack.enter_context(running(MariaDbPrimary))
                    build("pymysql", primary)
                    replica = stack.enter_context(running(MariaDbReplica, primary))
                replica.catch_up()
                self[database] = (primary, replica)
                return self[database]

        yield Started()


@pytest.fixture(params=DRIVERS)
def pair(request: pytest.FixtureRequest, servers: dict[str, tuple[Any, Any]]) -> Pair:
    driver: str = request.param
    pytest.importorskip(driver)
    made = Pair(driver, *servers[DRIVERS[driver]])
    made.primary.execute("UPDATE phpbb_users SET user_posts = 0", "board_replicated")
    made.replica.catch_up()
    return made


def posts(app: Flask) -> int:
    row = board_of(app).execute_custom("get_posts", user_id=2)
    return int(row["user_posts"])


def write(app: Flask, number: int) -> None:
    assert board_of(app).execute_custom("set_posts", posts=number, user_id=2) == 1


def of(server: Any) -> int:
    """Return what stands in a server itself."""
    [[number]] = server.execute("SELECT user_posts FROM phpbb_users WHERE user_id = 2", "board_replicated")
    return int(number)


def test_reading_asks_the_first_and_writing_the_primary(pair: Pair) -> None:
    with pair.replica.lagging(), pair.site(pair.replica, pair.primary) as app:
        assert posts(app) == 0
        pair.primary.execute("UPDATE phpbb_users SET user_posts = 5 WHERE user_id = 2", "board_replicated")
        assert posts(app) == 0
        write(app, 7)
        assert (of(pair.primary), of(pair.replica)) == (7, 0)
    with pair.site(pair.primary, pair.replica) as app:
        assert posts(app) == 7


def test_what_a_request_has_written_it_reads_and_others_do_not_wait_for(pair: Pair) -> None:
    with pair.replica.lagging(), pair.site(pair.replica, pair.primary) as app:
        seen: list[int] = []

        @app.get("/write")
        def change() -> str:
            seen.append(posts(app))
            write(app, 8)
            seen.extend(posts(app) for _ in range(2))
            return ""

        @app.get("/look")
        def look() -> str:
            seen.append(posts(app))
            return ""

        client = app.test_client()
        for path in ("/look", "/write", "/look"):
            assert client.get(path).status_code == 200
        assert seen == [0, 0, 8, 8, 0]
        driver: Any = board_of(app).driver
        [held] = driver._primary_pool._held.values()
        assert len(held.idle) == 1  # one login to the primary for all that is read there


def test_outside_a_request_what_was_written_is_read_from_then_on(pair: Pair) -> None:
    with pair.replica.lagging(), pair.site(pair.replica, pair.primary) as app:
        assert posts(app) == 0
        write(app, 9)
        assert posts(app) == 9


def test_a_replica_that_is_away_is_passed_over_and_used_again(pair: Pair) -> None:
    with pair.site(pair.replica, pair.primary) as app:
        assert posts(app) == 0
        with pair.replica.stopped():
            pair.primary.execute(
                "UPDATE phpbb_users SET user_posts = 3 WHERE user_id = 2", "board_replicated"
            )
            assert posts(app) == 3
        with pair.replica.lagging():
            pair.primary.execute(
                "UPDATE phpbb_users SET user_posts = 4 WHERE user_id = 2", "board_replicated"
            )
            assert posts(app) == 4  # the connection to the primary serves on
            driver: Any = board_of(app).driver
            driver._pool._max_age = 0  # as it does when the minute is over
            assert posts(app) == 3


def test_connections_live_for_a_minute_where_there_are_several_servers(pair: Pair) -> None:
    with pair.site(pair.replica, pair.primary) as app, pair.site(pair.primary) as other:
        driver: Any = board_of(app).driver
        assert (driver.has_replicas, driver._pool._max_age) == (True, 60)
        driver = board_of(other).driver
        assert (driver.has_replicas, driver._pool._max_age) == (False, float("inf"))


def test_a_silent_server_leaves_time_for_the_next_and_is_tried_last_for_a_while(pair: Pair) -> None:
    with mute_server() as mute, pair.site(mute, pair.primary, CONNECT_TIMEOUT=4) as app:
        driver: Any = board_of(app).driver
        tried: list[Any] = []
        name = "_log_in"
        real = getattr(driver, name)

        def log_in(arguments: Any, *more: Any, **named: Any) -> Any:
            tried.append(arguments["port"])
            return real(arguments, *more, **named)

        with mock.patch.object(driver, name, log_in):
            assert posts(app) == 0
            driver.close()
            assert posts(app) == 0
        assert list(map(int, tried)) == [mute, pair.primary.port, pair.primary.port]


def test_without_a_primary_reading_goes_on_and_writing_is_an_error_that_says_so(pair: Pair) -> None:
    with pair.site(pair.replica, pair.replica) as app:
        assert posts(app) == 0
        with pytest.raises(ConnectionFailedError, match=r"read-only|read only"):
            write(app, 1)
    assert of(pair.primary) == 0


def test_no_server_at_all_is_told_with_each_and_without_a_password(pair: Pair) -> None:
    with (
        pair.site(1, 2, PASSWORD="hush-hush") as app,
        pytest.raises(ConnectionFailedError) as error,
    ):
        posts(app)
    said = str(error.value)
    assert "refused" in said.lower()
    assert "hush-hush" not in said
    assert all(word in said for word in ("1", "2"))


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg"])
def test_libpq_chooses_by_what_a_session_may_do(driver: str, servers: dict[str, tuple[Any, Any]]) -> None:
    pair = Pair(driver, *servers["postgresql"])
    pair.primary.execute("UPDATE phpbb_users SET user_posts = 0", "board_replicated")
    chosen = {"prefer-standby": 0, "standby": 0, "read-only": 0, "read-write": 6, "primary": 6, "any": 6}
    with pair.replica.lagging():
        pair.primary.execute("UPDATE phpbb_users SET user_posts = 6 WHERE user_id = 2", "board_replicated")
        for attributes, expected in chosen.items():
            options = {"target_session_attrs": attributes}
            with pair.site(pair.primary, pair.replica, OPTIONS=options) as app:
                assert posts(app) == expected, attributes
                write(app, 6)
                assert posts(app) == 6
    options = {"target_session_attrs": "prefer-standby"}
    with pair.replica.stopped(), pair.site(pair.primary, pair.replica, OPTIONS=options) as app:
        assert posts(app) == 6


def test_doctor_names_both(pair: Pair) -> None:
    def said(*servers: Server) -> Diagnosis:
        config = {"PHPBB3": {"DRIVER": pair.driver, "VERSION": "3.3"}}
        return diagnose(factory({**config, "PHPBB3_DATABASE": pair.settings(*servers)}))

    found = said(pair.replica, pair.primary)
    assert found.levels["servers"] == "ok"
    assert re.search(
        rf"asks \S+:{pair.replica.port}, a replica; what is written goes to \S+:{pair.primary.port}, the primary",
        found.messages["servers"],
    )
    found = said(pair.replica, pair.replica)
    assert found.levels["servers"] == "warning"
    assert "no primary is there" in found.messages["servers"]
    assert "servers" not in said(pair.primary).levels


# Settings


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"HOST": ["a", "b"], "PORT": [1, 2, 3]}, "lists 3 ports, and .* names 2"),
        ({"HOST": "a,b", "PORT": [1]}, "lists 1 ports, and .* names 2"),
        ({"HOST": []}, "a string, or a list of hosts"),
        ({"HOST": ["a,b"]}, "a string, or a list of hosts"),
        ({"HOST": [5]}, "a string, or a list of hosts"),
        ({"PORT": []}, "integer from 1 to 65535, a list"),
        ({"PORT": [0]}, "integer from 1 to 65535, a list"),
        ({"PORT": ["5432"]}, "integer from 1 to 65535, a list"),
    ],
)
def test_hosts_and_ports_that_do_not_fit(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        read_settings({"PHPBB3_DATABASE": given})


def test_a_list_of_hosts_is_as_good_as_commas() -> None:
    def hosts(**given: Any) -> Any:
        return read_settings({"PHPBB3_DATABASE": given}).database.hosts

    assert hosts(HOST=["a", "b"]) == hosts(HOST="a,b") == (("a", None), ("b", None))
    assert hosts(HOST="a,b", PORT=3) == (("a", 3), ("b", 3))
    assert hosts(HOST="a,b", PORT=[3, 4]) == (("a", 3), ("b", 4))
    assert hosts() == (("127.0.0.1", None),)
