"""Every permission of every recorded board, equal to phpBB's own answer."""

from __future__ import annotations

from typing import Any

import pytest

from flask_phpbb3 import BoundPhpBB3, UserAcl
from flask_phpbb3.plugins.queries import parse_statement

from ... import boards
from ...apps import TRIPLES, asking
from ...loading import Databases

_ALL_FORUMS = parse_statement("fetch_forums", "SELECT forum_id FROM phpbb_forums", source="test")

Answers = dict[int, dict[int, set[str]]]
"""User id → forum id (0: none given) → the options granted."""


def recorded_answers(release: str, database: str) -> tuple[Answers, list[str]]:
    """Return what phpBB grants, and all options."""
    golden = boards.golden(release, database)
    if release != "3.3.10":
        answers = {
            int(user): {int(forum): set(granted) for forum, granted in forums.items()}
            for user, forums in golden["acl"].items()
        }
        return answers, list(golden["acl_options"])
    options = [name for _, name, *_ in golden["acl_options"]]
    answers = {
        int(user): {
            int(forum): {name for name, bit in zip(options, bits, strict=True) if bit == "1"}
            for forum, bits in content["acl"]["acl_get"].items()
        }
        for user, content in golden["users"].items()
    }
    return answers, options


def recorded_strings(release: str, database: str) -> dict[int, str]:
    """Return the permission strings that phpBB computes."""
    golden = boards.golden(release, database)
    if release != "3.3.10":
        return {int(user): text for user, text in golden["user_permissions"].items()}
    return {int(user): content["acl"]["user_permissions"] for user, content in golden["users"].items()}


def differences(found: UserAcl, granted: dict[int, set[str]], options: list[str]) -> list[Any]:
    """Return forum and option where ours and phpBB's answer differ; of every option."""
    wrong: list[Any] = []
    for forum, names in granted.items():
        ours = {name for name in options if found.has_privilege(name, forum)}
        if ours != names:
            wrong.append((forum, sorted(ours ^ names)))
    return wrong


@pytest.mark.parametrize(("release", "database", "driver"), TRIPLES)
def test_every_permission(release: str, database: str, driver: str, board: Databases) -> None:
    answers, options = recorded_answers(release, database)
    strings = recorded_strings(release, database)
    assert len(answers) > 40
    with asking(driver, board(release, database)) as phpbb3:
        as_dumped = {user: phpbb3.get_acl(user_id=user) for user in answers}
        decoded = {user: phpbb3.get_user_acl(raw_user_permissions=text) for user, text in strings.items()}
    for acls in (as_dumped, decoded):
        assert {
            user: found for user in answers if (found := differences(acls[user], answers[user], options))
        } == {}


@pytest.mark.parametrize("stored", [False, True], ids=["blank", "stored"])
@pytest.mark.parametrize(("release", "database", "driver"), TRIPLES)
def test_every_permission_however_stored(
    release: str, database: str, driver: str, board: Databases, stored: bool, rewrite: Any
) -> None:
    answers, options = recorded_answers(release, database)
    strings = recorded_strings(release, database)
    settings = rewrite(release, database, strings if stored else dict.fromkeys(strings, ""))
    with asking(driver, settings) as phpbb3:
        found = {user: phpbb3.get_acl(user_id=user) for user in answers}
        rows = {user: phpbb3.get_user(user_id=user) for user in answers}
    assert {user: bool(row and row["user_permissions"].strip()) for user, row in rows.items()} == {
        user: stored and bool(strings[user].strip()) for user in answers
    }
    if not stored:  # whoever tries on another user's rights has them in the string alone
        trying_on = [user for user, row in rows.items() if row and row["user_perm_from"]]
        assert len(trying_on) <= 1
        answers = {user: granted for user, granted in answers.items() if user not in trying_on}
    assert {user: found[user].encode() for user in answers if found[user].encode() != strings[user]} == {}
    assert {
        user: wrong for user in answers if (wrong := differences(found[user], answers[user], options))
    } == {}


@pytest.mark.parametrize(("release", "database", "driver"), TRIPLES)
def test_any_of_several_and_forum_lists(release: str, database: str, driver: str, board: Databases) -> None:
    golden = boards.golden(release, database)
    users = (
        {user: content["acl"] for user, content in golden["users"].items()}
        if release == "3.3.10"
        else {user: {name: golden[name][user] for name in ("acl_gets", "acl_getf")} for user in golden["acl"]}
    )
    with asking(driver, board(release, database)) as phpbb3:
        for user, recorded in users.items():
            acl = phpbb3.get_acl(user_id=int(user))
            for asked, answer in recorded["acl_gets"].items():
                options, _, forum = asked.partition("@")
                assert acl.has_privileges(*options.split("|"), forum_id=int(forum or 0)) is answer, (
                    user,
                    asked,
                )
            everywhere = _forums(phpbb3)
            for option, forums in recorded["acl_getf"].items():
                assert sorted(acl.forums(option, everywhere)) == sorted(map(int, forums)), (user, option)


def _forums(phpbb3: BoundPhpBB3) -> list[int]:
    rows = phpbb3.driver.read(_ALL_FORUMS, {})
    return [int(row["forum_id"]) for row in rows]


@pytest.mark.parametrize(("database", "driver"), [("sqlite", "sqlite3"), ("postgresql", "psycopg2")])
def test_random_permission_tables(database: str, driver: str, board: Databases, fill: Any) -> None:
    recorded = boards.load("3.3.10", "acl-random.json.gz")
    assert len(recorded["cases"]) == 400
    settings = board.fresh("3.3.10", database)
    user_ids = fill(database, settings, recorded)
    options = [name for _, name, *_ in recorded["acl_options"]]
    wrong = {}
    with asking(driver, settings) as phpbb3:
        for number, (user, case) in enumerate(zip(user_ids, recorded["cases"], strict=True)):
            acl = phpbb3.get_acl(user_id=user)
            answers = {
                int(forum): {name for name, bit in zip(options, bits, strict=True) if bit == "1"}
                for forum, bits in case["acl_get"].items()
            }
            if acl.encode() != case["user_permissions"] or differences(acl, answers, options):
                wrong[number] = (acl.encode(), case["user_permissions"])
    assert wrong == {}
