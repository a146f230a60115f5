"""A board that changes under a running application: nothing wrong lasts beyond PHPBB3_BOARD_TTL."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from unittest import mock

import pytest

from flask_phpbb3.testing import MiniatureBoard
from flask_phpbb3.testing.conformance import BoardUnderTest

from ...apps import asking, board_of, close
from ...boards import golden
from ...loading import Databases, as_reader
from ...miniatures import PAIRS as EVERY_PAIR
from ...miniatures import Build
from ...servers import HOST, mute_server
from ...sites import AGENT, Site, make_site
from ...writing import connect, execute_many

pytestmark = pytest.mark.slow

PAIRS = [("sqlite", "sqlite3"), ("postgresql", "psycopg2")]
TTL = 30

Clock = Callable[[float], None]


@pytest.fixture(params=PAIRS, ids="-".join)
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    database, driver = request.param
    pytest.importorskip(driver)
    return database, driver


@pytest.fixture
def subject(pair: tuple[str, str], build: Build) -> BoardUnderTest:
    made = build(*pair, "3.3")
    made.board.add_user("alice")
    return made


@pytest.fixture
def forum(subject: BoardUnderTest) -> MiniatureBoard:
    forum = subject.board
    assert isinstance(forum, MiniatureBoard)
    return forum


@pytest.fixture
def pass_time() -> Iterator[Clock]:
    """Let time go by for what is kept in the process; the forum's own clock stands."""
    passed = 0.0
    real = time.monotonic

    def forward(seconds: float) -> None:
        nonlocal passed
        passed += seconds

    with mock.patch("time.monotonic", side_effect=lambda: real() + passed):
        yield forward


@pytest.fixture
def make(subject: BoardUnderTest, pair: tuple[str, str]) -> Iterator[Callable[..., Site]]:
    sites: list[Site] = []

    def make_one(**settings: Any) -> Site:
        settings = {"board_ttl": TTL, "ban_ttl": 10, **settings}
        board = subject.board
        assert isinstance(board, MiniatureBoard)
        sites.append(make_site(pair[1], subject.config["PHPBB3_DATABASE"], board, **settings))
        return sites[-1]

    yield make_one
    for site in sites:
        close(site.app)


def write(pair: tuple[str, str], subject: BoardUnderTest, *statements: str) -> None:
    """Change the tables as the forum does."""
    with closing(connect(pair[0], subject.config["PHPBB3_DATABASE"])) as connection:
        for sql in statements:
            connection.cursor().execute(sql)
        connection.commit()


def may(site: Site, cookies: dict[str, str], *options: str) -> list[str]:
    answer = site.ask(cookies, "/?" + "&".join(f"may={option}" for option in options))
    assert answer.status == 200
    found: list[str] = answer.json["may"]
    return found


@pytest.mark.parametrize("ttl", [0, TTL])
def test_an_option_comes_and_goes(
    make: Callable[..., Site],
    forum: MiniatureBoard,
    pair: tuple[str, str],
    subject: BoardUnderTest,
    pass_time: Clock,
    ttl: int,
) -> None:
    site = make(board_ttl=ttl)
    cookies = site.sign_in("alice")
    options = ("u_sendpm", "u_new", "u_search", "a_", "m_edit")
    assert may(site, cookies, *options) == ["u_sendpm", "u_search"]
    forum.add_option("u_new", is_global=True)
    forum.grant(group="REGISTERED", option="u_new")
    forum.clear_prefetch()
    pass_time(ttl)
    assert may(site, cookies, *options) == ["u_sendpm", "u_new", "u_search"]
    found = "SELECT auth_option_id FROM phpbb_acl_options WHERE auth_option = 'u_sendpm'"
    write(
        pair,
        subject,
        *(
            f"DELETE FROM phpbb_{table} WHERE auth_option_id IN ({found})"
            for table in ("acl_roles_data", "acl_groups")
        ),
        "DELETE FROM phpbb_acl_options WHERE auth_option = 'u_sendpm'",
    )
    forum.clear_prefetch()
    pass_time(ttl)
    assert may(site, cookies, *options) == ["u_new", "u_search"]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_an_option_removed_from_a_real_board(board: Databases, database: str) -> None:
    settings = board.fresh("3.2.11", database)
    recorded = golden("3.2.11", database)
    driver = dict(PAIRS)[database]
    gone = "f_bump"
    with closing(connect(database, settings)) as connection, asking(driver, settings, board_ttl=0) as bound:
        cursor = connection.cursor()
        cursor.execute("SELECT auth_option_id FROM phpbb_acl_options WHERE auth_option = 'f_bump'")
        [number] = cursor.fetchone()
        asked = 0
        for step in ("stored", "removed"):
            for user, forums in recorded["acl"].items():
                acl = bound.get_acl(user_id=int(user))
                for forum, granted in forums.items():
                    for option in recorded["acl_options"]:
                        name = option["auth_option"] if isinstance(option, dict) else option
                        expected = name in granted and not (step == "removed" and name == gone)
                        assert acl.has_privilege(name, int(forum)) is expected, (step, user, forum, name)
                        asked += 1
            for table in ("acl_options", "acl_roles_data", "acl_users", "acl_groups"):
                cursor.execute(f"DELETE FROM phpbb_{table} WHERE auth_option_id = {number}")
            cursor.execute("UPDATE phpbb_users SET user_permissions = ''")
            connection.commit()
        assert asked > 10_000


def test_rights_of_a_group_change_at_the_next_request(
    make: Callable[..., Site], forum: MiniatureBoard, pair: tuple[str, str], subject: BoardUnderTest
) -> None:
    site = make()
    cookies = site.sign_in("alice")
    assert may(site, cookies, "m_warn", "u_search") == ["u_search"]
    forum.grant(group="REGISTERED", option="m_warn")
    forum.grant(user="alice", option="u_search", setting=0)
    forum.clear_prefetch()
    assert may(site, cookies, "m_warn", "u_search") == ["m_warn"]
    write(pair, subject, "UPDATE phpbb_users SET user_permissions = ''")
    assert may(site, cookies, "m_warn", "u_search") == ["m_warn"]


@pytest.mark.parametrize("autologin", [False, True])
def test_a_deleted_user_is_the_guest_at_once(
    make: Callable[..., Site], pair: tuple[str, str], subject: BoardUnderTest, autologin: bool
) -> None:
    site = make()
    cookies = site.sign_in("alice", autologin=autologin)
    site.ask(cookies, "/keep/it")
    assert site.ask(cookies).thing == "it"
    write(pair, subject, "DELETE FROM phpbb_users WHERE username = 'alice'")
    answer = site.ask(cookies)
    assert (answer.status, answer.user, answer.thing, answer.json["refusal"]) == (200, 1, None, "unknown")


def test_bans(make: Callable[..., Site], forum: MiniatureBoard, pass_time: Clock) -> None:
    site = make()
    forum.add_user("bob")
    alice, bob = site.sign_in("alice"), site.sign_in("bob", ip="10.1.2.3")
    assert site.ask(alice).user == forum.user_id("alice")
    forum.ban(user="alice")
    answer = site.ask(alice)
    assert (answer.user, answer.json["refusal"], answer.json["banned"]) == (1, "banned", True)
    assert site.ask(bob, REMOTE_ADDR="10.1.2.3").user == forum.user_id("bob")
    forum.ban(ip="10.1.*")
    pass_time(10)
    answer = site.ask(bob, REMOTE_ADDR="10.1.2.3")
    assert (answer.user, answer.json["refusal"], answer.json["banned"]) == (1, "banned", True)


def test_settings_of_the_forum_change(
    make: Callable[..., Site], forum: MiniatureBoard, pass_time: Clock
) -> None:
    site = make()
    cookies = site.sign_in("alice", ip="10.1.2.3")
    user = forum.user_id("alice")
    forum.set_config("ip_check", 3)
    assert site.ask(cookies, REMOTE_ADDR="10.1.2.99").user == user
    forum.set_config("ip_check", 4)
    pass_time(TTL - 5)
    site.ask(cookies, REMOTE_ADDR="10.1.2.99")
    pass_time(5)
    answer = site.ask(cookies, REMOTE_ADDR="10.1.2.99")
    assert (answer.user, answer.json["refusal"]) == (1, "ip")
    forum.set_config("cookie_name", "other")
    pass_time(TTL)
    renamed = {name.replace("phpbb3_mini", "other"): value for name, value in cookies.items()}
    assert site.ask(renamed, REMOTE_ADDR="10.1.2.3").user == user
    assert site.ask(cookies, REMOTE_ADDR="10.1.2.3").user == 1


def test_what_is_too_old_is_not_used_when_the_board_cannot_be_asked(
    make: Callable[..., Site], pair: tuple[str, str], subject: BoardUnderTest, pass_time: Clock
) -> None:
    site = make()
    cookies = site.sign_in("alice")
    user = site.ask(cookies).user
    write(pair, subject, "ALTER TABLE phpbb_config RENAME TO away")
    pass_time(TTL - 5)
    assert site.ask(cookies).user == user
    pass_time(5)
    assert [site.ask(cookies).status, site.ask({}).status] == [503, 503]
    write(pair, subject, "ALTER TABLE away RENAME TO phpbb_config")
    assert site.ask(cookies).user == user


def test_who_waits_shares_a_failure() -> None:
    pytest.importorskip("psycopg2")
    with mute_server() as port:
        limits = {"CONNECT_TIMEOUT": 1, "STATEMENT_TIMEOUT": 1}
        site = make_site("psycopg2", {"HOST": HOST, "PORT": port, **limits})
        together = threading.Barrier(8)

        def visit(_: int) -> int:
            together.wait(10)
            return site.ask({}).status

        started = time.monotonic()
        with ThreadPoolExecutor(8) as threads:
            assert set(threads.map(visit, range(8))) == {503}
        assert time.monotonic() - started < 4
        close(site.app)


# An upgrade

DROPPED = ("user_email_hash",)
ADDED = ("reset_token VARCHAR(64) DEFAULT '' NOT NULL", "reset_token_expiration INTEGER DEFAULT 0 NOT NULL")


def upgrade(database: str, settings: dict[str, Any]) -> None:
    """Do to the tables of a 3.2 what its upgrade to 3.3 does that a reader could notice."""
    with closing(connect(database, settings)) as connection:
        cursor = connection.cursor()
        for column in DROPPED:
            if database == "sqlite":  # which keeps indexes that would be in the way
                cursor.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE ?", (f"%{column}%",)
                )
                for (index,) in cursor.fetchall():
                    cursor.execute(f"DROP INDEX {index}")
            cursor.execute(f"ALTER TABLE phpbb_users DROP COLUMN {column}")
        for column in ADDED:
            cursor.execute(f"ALTER TABLE phpbb_users ADD COLUMN {column}")
        cursor.execute("UPDATE phpbb_config SET config_value = '3.3.11' WHERE config_name = 'version'")
        connection.commit()


@pytest.fixture
def old_board(pair: tuple[str, str], board: Databases) -> tuple[dict[str, Any], dict[str, str], int]:
    """Return a copy of a real 3.2 board, and the cookies of somebody who is signed in there."""
    settings = board.fresh("3.2.11", pair[0])
    session_id = secrets.token_hex(16)
    now = int(time.time())
    with closing(connect(pair[0], settings)) as connection:
        cursor = connection.cursor()
        cursor.execute("DELETE FROM phpbb_banlist")
        cursor.execute("SELECT config_value FROM phpbb_config WHERE config_name = 'cookie_name'")
        [cookie_name] = cursor.fetchone()
        execute_many(
            connection,
            pair[0],
            "INSERT INTO phpbb_sessions (session_id, session_user_id, session_time, session_start, session_ip, "
            "session_browser) VALUES (?, ?, ?, ?, ?, ?)",
            [(session_id, 2, now, now, "127.0.0.1", AGENT)],
        )
        connection.commit()
    return as_reader(settings), {f"{cookie_name}_sid": session_id, f"{cookie_name}_u": "2"}, 2


def test_auto_follows_an_upgrade(
    old_board: tuple[dict[str, Any], dict[str, str], int], pair: tuple[str, str], pass_time: Clock
) -> None:
    settings, cookies, user = old_board
    site = make_site(pair[1], settings, version="auto", board_ttl=TTL)
    before = site.ask(cookies, "/?may=a_&may=m_edit&may=u_search")
    assert (before.user, board_of(site.app).board.connector().line.name) == (user, "3.2")
    upgrade(pair[0], settings)
    for _ in range(3):  # within the time, an answer is right or none
        answer = site.ask(cookies)
        assert (answer.status, answer.user) in [(200, user), (503, None)]
    pass_time(TTL)
    after = site.ask(cookies, "/?may=a_&may=m_edit&may=u_search")
    assert (after.status, after.user, after.json["may"]) == (200, user, before.json["may"])
    assert board_of(site.app).board.connector().line.name == "3.3"
    found = board_of(site.app).get_user(user_id=user)
    assert found is not None
    assert found["user_id"] == user
    close(site.app)


def test_a_named_version_says_what_to_do_after_an_upgrade(
    old_board: tuple[dict[str, Any], dict[str, str], int],
    pair: tuple[str, str],
    pass_time: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings, cookies, user = old_board
    site = make_site(pair[1], settings, version="3.2", board_ttl=TTL)
    assert site.ask(cookies).user == user
    upgrade(pair[0], settings)
    pass_time(TTL)
    caplog.set_level(logging.ERROR)
    assert [site.ask(cookies).status, site.ask({}).status] == [503, 503]
    assert "PHPBB3['VERSION'] is '3.2'" in caplog.text
    assert "3.3.11" in caplog.text
    assert "'auto'" in caplog.text
    close(site.app)


# An upgrade to 4.0, which names its release before it has moved the bans.


@pytest.fixture
def moving(pair: tuple[str, str], build: Build) -> tuple[BoardUnderTest, Callable[[str], None]]:
    """Return a 4.0 board with a ban, and what runs SQL on it."""
    subject = build(*pair, "4.0")
    board = subject.board
    board.add_user("alice")
    board.ban(ip="192.0.2.0/24")

    def run(sql: str) -> None:
        owner = {**subject.config["PHPBB3_DATABASE"], **(subject.writer or {})}
        with closing(connect(pair[0], owner)) as connection:
            connection.cursor().execute(sql)
            connection.commit()

    return subject, run


BEGUN = (
    "INSERT INTO phpbb_migrations (migration_name, migration_depends_on, migration_schema_done, "
    "migration_data_done, migration_data_state, migration_start_time, migration_end_time) "
    "VALUES ('ban_table_p1', '', 1, 0, '', 1, 0)"
)
DONE = "UPDATE phpbb_migrations SET migration_data_done = 1 WHERE migration_name = 'ban_table_p1'"


@pytest.mark.parametrize("pair", EVERY_PAIR, ids="-".join, indirect=True)
def test_bans_count_only_when_an_upgrade_has_moved_them_all(
    moving: tuple[BoardUnderTest, Callable[[str], None]], pair: tuple[str, str]
) -> None:
    subject, run = moving
    banned = {"REMOTE_ADDR": "192.0.2.7"}
    run(BEGUN)
    # The table is there, and empty as far as anybody can see.
    run("UPDATE phpbb_bans SET ban_mode = 'not yet'")
    site = make_site(pair[1], subject.config["PHPBB3_DATABASE"], version="4.0", board_ttl=60, ban_ttl=60)
    assert site.ask({}, **banned).status == 503
    run("UPDATE phpbb_bans SET ban_mode = 'ip'")
    assert site.ask({}, **banned).status == 503  # not all of them, perhaps
    run(DONE)
    answer = site.ask({}, **banned)
    assert (answer.status, answer.json["banned"]) == (200, True)
    assert site.ask({}).json["banned"] is False
    close(site.app)


def test_bans_are_forgotten_with_the_release_line(
    old_board: tuple[dict[str, Any], dict[str, str], int], pair: tuple[str, str], pass_time: Clock
) -> None:
    """They were read by the statement of the old one, perhaps while the tables changed."""
    settings, _, _ = old_board
    site = make_site(pair[1], settings, version="auto", board_ttl=TTL, ban_ttl=3600)
    assert site.ask({}).user == 1
    with closing(connect(pair[0], settings)) as connection:
        connection.cursor().execute(
            "INSERT INTO phpbb_banlist (ban_ip, ban_reason, ban_give_reason) VALUES ('127.0.0.*', '', '')"
        )
        connection.commit()
    pass_time(TTL)
    assert site.ask({}).json["banned"] is False  # as late as PHPBB3_BAN_TTL says
    upgrade(pair[0], settings)
    pass_time(TTL)
    assert site.ask({}).json["banned"] is True
    close(site.app)
