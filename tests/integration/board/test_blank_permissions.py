"""Permissions that phpBB has blanked: the rows are read each time, and what they come to is computed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest

from flask_phpbb3 import BoundPhpBB3
from flask_phpbb3.board.permissions import permission_tables
from flask_phpbb3.phpbb.acl import UserAcl
from flask_phpbb3.testing import NEVER, YES, MiniatureBoard
from flask_phpbb3.testing.conformance import BoardUnderTest

from ...apps import Counting, asking, board_of, close, make_app
from ...miniatures import PAIRS, Build

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=PAIRS, ids="-".join)
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    database, driver = request.param
    return database, driver


@pytest.fixture(scope="module")
def subject(pair: tuple[str, str], build: Build) -> BoardUnderTest:
    return build(*pair, "3.3")


@pytest.fixture
def phpbb3(subject: BoardUnderTest, pair: tuple[str, str]) -> Iterator[BoundPhpBB3]:
    with asking(pair[1], subject.config["PHPBB3_DATABASE"], version="3.3", board_ttl=3600) as bound:
        bound.board.data()  # the guest's are computed, too
        yield bound


@contextmanager
def computed() -> Iterator[list[int]]:
    """Count how often permissions are computed."""
    times: list[int] = []
    real = UserAcl.compute

    def compute(*arguments: Any, **named: Any) -> UserAcl:
        times.append(1)
        return real(*arguments, **named)

    with mock.patch.object(UserAcl, "compute", compute):
        yield times


def may(phpbb3: BoundPhpBB3, user: int, forum: int, option: str = "f_post") -> bool:
    return phpbb3.get_acl(user_id=user).has_privilege(option, forum)


def test_they_are_computed_once_and_for_all_who_have_the_same_rows(
    subject: BoardUnderTest, phpbb3: BoundPhpBB3
) -> None:
    board = subject.board
    forums = [board.add_forum(f"Forum {number}") for number in range(5)]
    for forum in forums:
        board.grant_role("ROLE_FORUM_STANDARD", group="REGISTERED", forum=forum)
    people = [board.add_user(f"one of many {number}") for number in range(4)]
    with computed() as times:
        for _ in range(3):
            for user in people:
                assert all(may(phpbb3, user, forum) for forum in forums)
    assert len(times) == 1


def test_founders_with_the_same_rows_have_more(subject: BoardUnderTest, phpbb3: BoundPhpBB3) -> None:
    members = [subject.board.add_user(f"founder {kind}", user_type=kind) for kind in (3, 0)]
    assert [phpbb3.get_acl(user_id=user).has_privilege("a_board") for user in members] == [True, False]


Change = Callable[[MiniatureBoard, int, int, int], Any]
"""What somebody in the forum's administration does: board, user, group, forum."""


def _alone(table: str, **columns: Any) -> Change:
    def change(board: MiniatureBoard, user: int, group: int, forum: int) -> None:
        ids = {"user_group": {"user_id": user, "group_id": group}, "groups": {"group_id": group}}
        with board._rows.transaction():
            assert board._rows.update(table, ids[table], **columns)

    return change


def _role_loses_the_right(board: MiniatureBoard, user: int, group: int, forum: int) -> None:
    role, option = board._role_id(f"role {group}"), board._option_id("f_post")
    with board._rows.transaction():
        assert board._rows.update(
            "acl_roles_data", {"role_id": role, "auth_option_id": option}, auth_setting=NEVER
        )


def _leave_the_group(board: MiniatureBoard, user: int, group: int, forum: int) -> None:
    with board._rows.transaction():
        board._rows.delete("user_group", user_id=user, group_id=group)


CHANGES: dict[str, Change] = {
    "a never of the user's own": lambda board, user, group, forum: board.grant(
        user=user, forum=forum, option="f_post", setting=NEVER
    ),
    "a never of a group": lambda board, user, group, forum: board.grant(
        group="REGISTERED", forum=forum, option="f_post", setting=NEVER
    ),
    "a role that changes": _role_loses_the_right,
    "a membership that ends": _leave_the_group,
    "a membership that becomes pending": _alone("user_group", user_pending=1),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_right_shows_at_the_next_question(
    subject: BoardUnderTest, phpbb3: BoundPhpBB3, change: Change, request: pytest.FixtureRequest
) -> None:
    board, name = subject.board, request.node.callspec.id
    user, forum, group = board.add_user(name), board.add_forum(name), board.add_group(name)
    board.add_member(user, group)
    board.add_role(f"role {group}", {"f_post": YES, "f_read": YES})
    board.grant_role(f"role {group}", group=group, forum=forum)
    assert [may(phpbb3, user, forum) for _ in range(2)] == [True, True]
    change(board, user, group, forum)
    assert not may(phpbb3, user, forum)


def test_leading_a_group_that_gives_its_leaders_nothing_shows_at_once(
    subject: BoardUnderTest, phpbb3: BoundPhpBB3
) -> None:
    board = subject.board
    user, forum, group = board.add_user("leader"), board.add_forum("Led"), board.add_group("led")
    board.add_member(user, group)
    board.grant(group=group, forum=forum, option="f_post")
    assert may(phpbb3, user, forum)
    _alone("user_group", group_leader=1)(board, user, group, forum)
    assert may(phpbb3, user, forum)
    _alone("groups", group_skip_auth=1)(board, user, group, forum)
    assert not may(phpbb3, user, forum)


def test_rights_that_change_places_are_no_longer_the_same(
    subject: BoardUnderTest, phpbb3: BoundPhpBB3
) -> None:
    """No sum of numbers tells these apart."""
    board = subject.board
    user, first, second = board.add_user("swap"), board.add_forum("First"), board.add_forum("Second")
    for here, there in ((first, second), (second, first)):
        board.grant(user=user, forum=here, option="f_post", setting=YES)
        board.grant(user=user, forum=there, option="f_post", setting=NEVER)
        assert (may(phpbb3, user, here), may(phpbb3, user, there)) == (True, False)


def test_options_that_come_are_known_when_the_board_is_read_again(
    subject: BoardUnderTest, phpbb3: BoundPhpBB3
) -> None:
    board = subject.board
    user, forum = board.add_user("options"), board.add_forum("Options")
    board.grant(user=user, forum=forum, option="f_post")
    assert may(phpbb3, user, forum)
    board.add_option("f_a_new_one", is_local=True)
    board.grant(user=user, forum=forum, option="f_a_new_one")
    phpbb3.board._data.forget()
    assert may(phpbb3, user, forum, "f_a_new_one")


def test_with_a_ttl_of_0_nothing_is_kept(subject: BoardUnderTest, pair: tuple[str, str]) -> None:
    user = subject.board.add_user("no time")
    with asking(pair[1], subject.config["PHPBB3_DATABASE"], version="3.3", board_ttl=0) as phpbb3:
        data = phpbb3.board.data()
        row = phpbb3.get_user(user_id=user)
        assert row is not None
        with computed() as times:
            for _ in range(3):
                phpbb3.board.permissions.of(data.connector, data.options, row)
    assert len(times) == 3


def test_it_takes_two_statements_of_one_row_each(subject: BoardUnderTest, pair: tuple[str, str]) -> None:
    board, counting = subject.board, Counting(pair[1])
    user, forum = board.add_user("counted"), board.add_forum("Counted")
    for option in ("f_post", "f_reply", "f_list"):
        board.grant(user=user, forum=forum, option=option)
    database = subject.config["PHPBB3_DATABASE"]
    app = make_app("counting", database, version="3.3", plugins=(counting,))
    phpbb3 = board_of(app)
    data = phpbb3.board.data()
    row = phpbb3.get_user(user_id=user)
    assert row is not None
    seen: list[int] = []
    driver: Any = phpbb3.driver
    real = driver._read
    with (
        mock.patch.object(driver, "_read", lambda *a: [*map(seen.append, [len(r := real(*a))])] and r),
        counting.counted() as asked,
    ):
        for _ in range(3):
            assert phpbb3.board.permissions.of(data.connector, data.options, row).has_privilege(
                "f_post", forum
            )
    assert asked == ["_fetch_permissions", "_fetch_role_data"] * 3
    assert seen == [1] * 6
    close(app)


def test_a_text_that_the_server_cuts_off_is_read_row_by_row(build: Build) -> None:
    """MySQL's GROUP_CONCAT ends without a word where its text grows too long."""
    subject = build("mariadb", "pymysql", "3.3")
    board = subject.board
    user = board.add_user("cut off")
    forums = [board.add_forum(f"Forum {number}") for number in range(30)]
    for forum in forums:
        board.grant(user=user, forum=forum, option="f_post")
    whole = []
    for length in (16 * 2**20, *range(100, 160)):  # so that it is cut within numbers, and between rows
        with (
            mock.patch("flask_phpbb3_mysql._LONGEST_TEXT", length),
            asking("pymysql", subject.config["PHPBB3_DATABASE"], version="3.3") as phpbb3,
        ):
            whole.append(permission_tables(phpbb3.board.connector(), user))
    assert len(whole[0].user_rows) == 30
    assert [tables for tables in whole if tables != whole[0]] == []
