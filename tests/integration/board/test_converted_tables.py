"""Boards on MariaDB whose tables are not as phpBB makes them today: converted by hand, or never since MySQL 4.0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

import pytest

from ... import boards
from ...apps import asking, board_of, close, make_app
from ...loading import DRIVERS, Databases, Settings, as_owner
from ...writing import connect
from ..session.test_recorded import replay
from .test_answers import group_names, memberships

LOSES: Mapping[str, set[str]] = {
    "utf8mb4 COLLATE utf8mb4_unicode_ci": set(),
    "latin1 COLLATE latin1_bin": {"H6f_real_unicode", "H7u_umlaut"},
    "binary": set(),
}
"""How tables were converted → recorded requests whose browser its characters cannot name."""

CHARSETS = pytest.mark.parametrize("charset", LOSES)
BOARDS = pytest.mark.parametrize("release", ["3.3.10", "4.0.0-a1"])
MARIADB_DRIVERS = pytest.mark.parametrize("driver", DRIVERS["mariadb"])


def converted(board: Databases, release: str, charset: str) -> Settings:
    return board.converted(release, charset, dump="replay" if release == "3.3.10" else None)


@CHARSETS
@BOARDS
@MARIADB_DRIVERS
def test_everybody_is_who_they_are(
    release: str, driver: str, charset: str, board: Databases, replayed: Callable[[str, int], None]
) -> None:
    differences, _, count = replay(release, "mariadb", driver, converted(board, release, charset))
    replayed(f"{release} mariadb {driver}, tables in {charset}", count)
    assert set(differences) == (LOSES[charset] if release == "3.3.10" else set())


@CHARSETS
@BOARDS
@MARIADB_DRIVERS
def test_members_are_members_by_name_too(release: str, driver: str, charset: str, board: Databases) -> None:
    settings = converted(board, release, charset)
    with closing(connect("mariadb", as_owner(settings))) as connection:
        forget_own_group(connection)
        cursor = connection.cursor()
        cursor.execute(
            "INSERT INTO phpbb_groups (group_id, group_name, group_desc) VALUES (4711, 'Müllers', '')"
        )
        cursor.execute("INSERT INTO phpbb_user_group (group_id, user_id, user_pending) VALUES (4711, 2, 0)")
        connection.commit()
    held = memberships(release, "mariadb")
    names = {
        group: name
        for group, name in group_names(release, "mariadb").items()
        if name.isascii() or charset == "binary"
    }
    with asking(driver, settings) as phpbb3:
        assert phpbb3.has_membership_resolve(user_id=2, group_name="Müllers")
        assert not phpbb3.has_membership_resolve(user_id=2, group_name="Mullers")
        assert not phpbb3.has_membership_resolve(user_id=2, group_name="müllers")
        for user, groups in held.items():
            for group, name in names.items():
                expected = name in {names.get(number) for number in groups}
                assert phpbb3.has_membership_resolve(user_id=user, group_name=name) is expected, (user, group)


@CHARSETS
@BOARDS
@MARIADB_DRIVERS
def test_every_text_is_text(release: str, driver: str, charset: str, board: Databases) -> None:
    with asking(driver, converted(board, release, charset)) as phpbb3:
        user = phpbb3.get_user(user_id=2)
        assert user is not None
        assert {type(value) for value in user.values()} == {str, int}
        posts = phpbb3.fetch_latest_posts()
        for row in [*posts, *(post.pop("author") for post in posts)]:
            assert {type(value) for value in row.values()} <= {str, int, bool}
        assert {type(value) for value in phpbb3.board.data().config.values()} == {str}


CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("fetch_forums", {"user_id": 2}),
    ("fetch_topics", {"forum_id": 2, "user_id": 2}),
    ("fetch_latest_topics", {"user_id": 2}),
    ("fetch_latest_posts", {}),
    ("fetch_active_topics", {"user_id": 2}),
    ("fetch_unread_topics", {"user_id": 2}),
    ("fetch_own_topics", {"user_id": 2}),
    ("fetch_user_posts", {"user_id": 2}),
    ("fetch_users", {"prefix": "a"}),
    ("fetch_users", {}),
    ("get_user_by_name", {"username": "admin"}),
    ("get_profile", {"user_id": 2}),
    ("fetch_groups", {}),
    ("fetch_group_members", {"group_id": 5}),
    ("fetch_online", {}),
    ("get_online_figures", {}),
    ("get_board_statistics", {}),
    ("fetch_birthdays", {}),
    ("fetch_friends", {"user_id": 2}),
    ("fetch_notifications", {"user_id": 2}),
    ("fetch_private_messages", {"user_id": 2}),
    ("fetch_message_folders", {"user_id": 2}),
)


@CHARSETS
@BOARDS
@MARIADB_DRIVERS
def test_content_is_the_same(release: str, driver: str, charset: str, board: Databases) -> None:
    """The order of names is the collation's, as it is phpBB's own; and what latin1 cannot hold is gone."""
    plain = board(release, "mariadb", dump="replay" if release == "3.3.10" else None)
    with closing(connect("mariadb", as_owner(converted(board, release, charset)))) as connection:
        forget_own_group(connection)
    with asking(driver, plain) as before, asking(driver, converted(board, release, charset)) as after:
        for name, arguments in CALLS:
            paging = {"limit": 200} if name.startswith("fetch_") else {}
            was, found = (phpbb3.execute_custom(name, **arguments, **paging) for phpbb3 in (before, after))
            assert keys(found) == keys(was), name


def forget_own_group(connection: Any) -> None:
    """Take out the group that a test here has put in."""
    for table in ("phpbb_groups", "phpbb_user_group"):
        connection.cursor().execute(f"DELETE FROM {table} WHERE group_id = 4711")
    connection.commit()


def keys(answer: Any) -> Any:
    """Return what names the rows of an answer, whatever their order and their texts."""
    rows = answer if isinstance(answer, list) else [answer]
    return sorted(
        sorted((name, value) for name, value in (row or {}).items() if name.endswith("_id")) for row in rows
    )


@pytest.mark.parametrize("database", ["postgresql", "mariadb", "sqlite"])
def test_a_byte_that_is_no_text_costs_one_character_and_one_warning(
    database: str, board: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    """As a board in SQL_ASCII, or in binary tables, may hold it since the days of phpBB 2."""
    for driver in DRIVERS[database]:
        settings = damaged(board, database)
        caplog.clear()
        app = make_app(driver, settings, board_ttl=0)
        for _ in "12":
            assert board_of(app).board.data().config["sitename"] == "Caf� and more"
        close(app)
        [told] = [record.getMessage() for record in caplog.records if "UTF-8" in record.getMessage()]
        assert "Told once" in told


def damaged(board: Databases, database: str) -> Settings:
    """Return a board that holds a byte of Latin-1 in its config."""
    set_name = "UPDATE phpbb_config SET config_value = {} WHERE config_name = 'sitename'"
    if database == "mariadb":
        settings = board.converted("3.3.10", "binary", dump="replay")
        sql = set_name.format("X'436166E920616E64206D6F7265'")
    elif database == "sqlite":
        settings = board.fresh("3.3.10", "sqlite")
        sql = set_name.format("CAST(X'436166E920616E64206D6F7265' AS TEXT)")
    else:
        settings = board.in_sql_ascii("3.3.10")
        sql = set_name.format("convert_from('\\x436166e920616e64206d6f7265', 'SQL_ASCII')")
    with closing(connect(database, as_owner(settings))) as connection:
        connection.cursor().execute(sql)
        connection.commit()
    return settings


def test_the_recorded_boards_hold_what_is_converted() -> None:
    """Else nothing above would be tried."""
    assert {case for charset in LOSES.values() for case in charset} <= set(
        boards.load("3.3.10", "sessions-mariadb.json.gz")["cases"]
    )
