from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from flask_phpbb3.testing import NEVER, EmbeddedBoard
from tests.boards import golden
from tests.command_line import factory, run
from tests.loading import Databases


@pytest.fixture
def forum(tmp_path: Path) -> Iterator[EmbeddedBoard]:
    with closing(EmbeddedBoard(tmp_path / "forum.db", version="3.3")) as made:
        made.add_user("R&D Alice")
        made.add_forum("News & views")
        made.add_forum("Cellar")
        yield made


def ask(forum: EmbeddedBoard, *arguments: str) -> Result:
    return run(factory(forum.settings), "permissions", *arguments)


def steps(result: Result) -> list[list[str]]:
    """Return who, says and result of each step."""
    found = []
    for line in result.output.splitlines():
        if " so far " in line:
            left, _, after = line.strip().partition("so far ")
            who, _, says = left.partition(" says ")
            found.append([who.strip(), says.strip(), after])
    return found


def test_a_user_is_found_by_id_and_by_name_in_any_case(forum: EmbeddedBoard) -> None:
    number = forum.user_id("R&D Alice")
    for asked in (str(number), "R&D Alice", "r&d alice"):
        assert ask(forum, asked).output.startswith(f"R&D Alice (user {number}): ")


def test_a_user_whose_name_is_a_number_is_found(forum: EmbeddedBoard) -> None:
    number = forum.add_user("4711")
    assert f"(user {number})" in ask(forum, "4711").output


STEERING = "\x1b]0;owned\x07\x1b[2J\r\x9b31m\u202egnp\u2066 \0green\0sure\0"


def test_no_name_steers_the_terminal(forum: EmbeddedBoard) -> None:
    number = forum.add_user(f"eve {STEERING}", groups=[forum_group(forum)])
    hidden = forum.add_forum(f"forum {STEERING}")
    for arguments in ((), ("f_read", "--forum", str(hidden)), ("f_read",)):
        printed = ask(forum, str(number), *arguments).output
        assert not set(printed) & set("\x07\r\x1b\x9b\u202e\u2066\0"), arguments
        assert "eve \\x1b]0;owned\\x07" in printed


def forum_group(forum: EmbeddedBoard) -> str:
    name = f"group {STEERING}"
    forum.add_group(name)
    forum.grant_role("ROLE_FORUM_READONLY", group=name, forum=1)
    return name


def test_what_does_not_exist_is_named(forum: EmbeddedBoard) -> None:
    unknown = ask(forum, "nobody")
    assert unknown.exit_code == 1
    assert "no user of the name or id 'nobody'" in unknown.output
    assert "Did you mean 'f_read'" in ask(forum, "admin", "f_raed").output
    assert "no forum 99" in ask(forum, "admin", "f_read", "--forum", "99").output


def test_a_user_without_any_right_is_shown_as_such(forum: EmbeddedBoard) -> None:
    forum.add_user("nothing", groups=())
    result = ask(forum, "nothing")
    assert result.exit_code == 0
    assert "Everywhere\n  nothing\nIn forums 1 News & views, 2 Cellar\n  nothing" in result.output


def test_forums_with_the_same_rights_stand_together(forum: EmbeddedBoard) -> None:
    forum.add_forum("Attic")
    for number in (1, 3):
        forum.grant_role("ROLE_FORUM_READONLY", group="REGISTERED", forum=number)
    output = ask(forum, "R&D Alice").output
    assert "In forums 1 News & views, 3 Attic\n  f_ " in output
    assert "In forum 2 Cellar\n  nothing" in output
    one = ask(forum, "R&D Alice", "--forum", "1").output
    assert "f_read" in one
    assert "u_viewprofile" in one
    assert "f_read" not in ask(forum, "R&D Alice", "--forum", "2").output


def test_a_trace_names_user_groups_and_roles_with_the_running_result(forum: EmbeddedBoard) -> None:
    forum.add_role("Readers & friends", {"f_read": 1})
    forum.grant(user="R&D Alice", forum=1, option="f_read")
    forum.grant_role("Readers & friends", group="REGISTERED", forum=1)
    group = forum.add_group("Night shift", skip_auth=False)
    forum.add_member("R&D Alice", group)
    forum.grant(group=group, forum=1, option="f_read", setting=NEVER)
    result = ask(forum, "R&D Alice", "f_read", "--forum", "1")
    assert steps(result) == [
        ["at first", "", "no"],
        ["user", "yes", "yes"],
        ["group REGISTERED, role Readers & friends", "yes", "yes"],
        ["group Night shift", "never", "never"],
    ]
    assert "In forum 1, News & views" in result.output
    assert "Granted: no" in result.output


def test_a_founder_gets_what_a_group_forbids(forum: EmbeddedBoard) -> None:
    forum.grant(group="ADMINISTRATORS", option="a_board", setting=NEVER)
    result = ask(forum, "admin", "a_board")
    assert steps(result)[-1] == ["founder: every a_ option", "yes", "yes"]
    assert ["group ADMINISTRATORS", "never", "never"] in steps(result)
    assert "Granted: yes" in result.output


def test_a_flag_comes_from_another_option(forum: EmbeddedBoard) -> None:
    forum.grant(user="R&D Alice", forum=2, option="f_read")
    assert steps(ask(forum, "R&D Alice", "f_", "--forum", "2"))[-1] == [
        "flag: another option of its kind is yes",
        "yes",
        "yes",
    ]


def test_a_moderators_option_shows_both_lines(forum: EmbeddedBoard) -> None:
    forum.grant(user="R&D Alice", forum=2, option="m_edit")
    result = ask(forum, "R&D Alice", "m_edit", "--forum", "2")
    assert result.output.index("Everywhere") < result.output.index("In forum 2")
    assert "nobody says anything" in result.output
    assert "Granted: yes" in result.output
    assert "Granted: no" in ask(forum, "R&D Alice", "m_edit", "--forum", "1").output


def test_where_an_option_applies_is_told(forum: EmbeddedBoard) -> None:
    forum.grant(user="R&D Alice", forum=2, option="f_read")
    assert "set forum by forum: granted in 2." in ask(forum, "R&D Alice", "f_read").output
    assert "not set forum by forum" in ask(forum, "R&D Alice", "u_search", "--forum", "2").output


@pytest.mark.parametrize(
    ("stored", "said"),
    [("", "blank"), ("zzz", "outgrown")],
)
def test_a_string_that_phpbb_would_not_believe_is_told(forum: EmbeddedBoard, stored: str, said: str) -> None:
    store(forum, "R&D Alice", stored)
    assert f"the stored permission string is {said}" in ask(forum, "R&D Alice").output


def test_a_stored_string_is_compared_with_the_tables(forum: EmbeddedBoard) -> None:
    blank = ask(forum, "R&D Alice", "u_search").output
    assert "Granted: yes" in blank
    assert "agrees" not in blank
    app = factory(forum.settings)()
    acl = app.extensions["phpbb3"].get_acl(user_id=forum.user_id("R&D Alice"))
    store(forum, "R&D Alice", acl.encode())
    assert "The stored permission string agrees." in ask(forum, "R&D Alice", "u_search").output
    store(forum, "R&D Alice", "000000" * (len(acl.encode().splitlines()[0]) // 6))
    other = ask(forum, "R&D Alice", "u_search").output
    assert "Granted: no" in other
    assert "although the tables say yes" in other


def test_a_board_that_cannot_be_asked_is_a_plain_error(forum: EmbeddedBoard, tmp_path: Path) -> None:
    settings = {**forum.settings, "PHPBB3_DATABASE": {"DATABASE": str(tmp_path / "gone.db")}}
    result = run(factory(settings), "permissions", "admin")
    assert result.exit_code == 1
    assert "no such file" in result.output
    assert "doctor" in result.output


@pytest.mark.parametrize("release", ["3.1.12", "3.3.10", "4.0.0-a1"])
def test_a_recorded_board_shows_what_phpbb_grants(board: Databases, release: str) -> None:
    app = factory(
        {"PHPBB3": {"DRIVER": "sqlite3", "VERSION": "auto"}, "PHPBB3_DATABASE": board(release, "sqlite")}
    )()
    answers = recorded(release)
    assert answers
    for (user, forum), granted in answers.items():
        table = run(lambda: app, "permissions", str(user), "--forum", str(forum)).output
        assert set(re.findall(r"\b[afmu]_\w*", table.partition("included)")[2])) == granted, (user, forum)
        for option in ("f_read", "m_edit", "a_board", "u_search", "f_", "m_"):
            traced = run(lambda: app, "permissions", str(user), option, "--forum", str(forum)).output
            last = [line.rpartition(" ")[2] for line in traced.splitlines() if " so far " in line]
            assert f"Granted: {'yes' if option in granted else 'no'}\n" in traced, (user, option, forum)
            assert ("yes" in last) >= (option in granted), traced


def recorded(release: str) -> dict[tuple[int, int], set[str]]:
    """Return what phpBB grants, for some users and forums."""
    answers = golden(release, "sqlite")
    if "acl" in answers:
        forums = [int(forum) for forum in answers["forums"] if 0 < int(forum) < 999][::4]
        return {
            (int(user), forum): set(answers["acl"][user][str(forum)])
            for user in list(answers["acl"])[::3]
            for forum in forums
        }
    forum_ids = {int(row["forum_id"]) for row in answers["forums"]}
    names = [option[1] for option in answers["acl_options"]]
    found = {}
    for user, data in list(answers["users"].items())[::9]:
        for forum, bits in list(data["acl"]["acl_get"].items())[1::6]:
            if int(forum) in forum_ids:
                found[int(user), int(forum)] = {
                    name for name, bit in zip(names, bits, strict=True) if bit == "1"
                }
    return found


def store(forum: EmbeddedBoard, user: str, permissions: str) -> None:
    with closing(sqlite3.connect(forum.path)) as connection:
        connection.execute(
            "UPDATE phpbb_users SET user_permissions = ? WHERE user_id = ?",
            (permissions, forum.user_id(user)),
        )
        connection.commit()
