"""`verify_password` on boards of every line, with the names and passwords that phpBB knows."""

from __future__ import annotations

import html
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from flask_phpbb3 import BoundPhpBB3, ConfigurationError, ParameterError

from ... import boards
from ...apps import board_of, make_app
from ...loading import DRIVERS, Databases
from ...writing import connect, execute_many

RELEASES = [
    (release, database) for release, database in boards.RECORDED if database != "sqlite" or release[0] == "4"
]


@pytest.fixture
def phpbb3(release: str, database: str, board: Databases) -> Iterator[BoundPhpBB3]:
    app = make_app(DRIVERS[database][0], board(release, database))
    with closing(board_of(app).driver):
        yield board_of(app)


def _people(release: str, database: str) -> dict[str, tuple[int, str]]:
    """Return name → id and password of those whom phpBB lets in."""
    if release == "3.3.10":
        golden = boards.golden(release, database)
        known = golden["user_passwords"].values()
        return {
            html.unescape(golden["users"][str(case["id"])]["row"]["username"]): (case["id"], case["typed"])
            for case in known
            if case["ok_escaped"]
        }
    users = boards.golden(release, database)["ids"]["users"].values()
    return {html.unescape(user["name"]): (user["id"], user["password"]) for user in users}


@pytest.mark.parametrize(("release", "database"), RELEASES)
def test_who_gets_in(release: str, database: str, phpbb3: BoundPhpBB3) -> None:
    people = dict(list(_people(release, database).items())[:7])
    let_in = 0
    for name, (user_id, password) in people.items():
        row = phpbb3.verify_password(username=name, password=password)
        user = phpbb3.get_user(user_id=user_id)
        assert user is not None
        if user["user_type"] not in (0, 3):
            assert row is None, name
        elif row is not None:
            let_in += 1
            assert row == user
            assert not {"user_password", "user_form_salt"} & set(row)
    assert let_in >= 4
    name, (user_id, password) = next(iter(people.items()))
    same = phpbb3.verify_password(username=f" {name.upper()} ", password=f" {password}\t")
    assert same is not None
    assert same["user_id"] == user_id
    for wrong in (password + "x", password.upper() + "!", "", "x" * 5000):
        assert phpbb3.verify_password(username=name, password=wrong) is None
    assert phpbb3.verify_password(username="nobody at all", password=password) is None
    assert phpbb3.verify_password(username="", password=password) is None


ONE = pytest.mark.parametrize(("release", "database"), [("3.3.10", "postgresql")])


@ONE
def test_nobody_is_told_apart_by_time(phpbb3: BoundPhpBB3) -> None:
    def seconds(name: str) -> float:
        started = time.process_time()
        assert phpbb3.verify_password(username=name, password="wrong") is None
        return time.process_time() - started

    seconds("alice")
    unknown = min(seconds("nobody at all") for _ in range(3))
    for name in ("alice", "emod north", "carol smith"):  # argon2id, $H$, $P$
        assert 0.3 < min(seconds(name) for _ in range(3)) / unknown < 3


@ONE
def test_it_is_never_cached(phpbb3: BoundPhpBB3) -> None:
    with pytest.raises(ParameterError, match="never cached"):
        phpbb3.execute_custom("verify_password", username="alice", password="x", cache=True)
    with pytest.raises(ParameterError) as caught:
        phpbb3.execute_custom("verify_password", username="alice", password=7_654_321)
    assert "7654321" not in str(caught.value)


@ONE
def test_a_missing_package_is_named(phpbb3: BoundPhpBB3, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "argon2"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "argon2", None)
    with pytest.raises(ConfigurationError, match=r"argon2.*flask-phpbb3\[passwords\]"):
        phpbb3.verify_password(username="alice", password="pw_alice")


@ONE
def test_bans_inactivity_and_other_ways_to_sign_in(release: str, database: str, board: Databases) -> None:
    settings = board.fresh(release, database)
    changes: list[tuple[str, tuple[Any, ...], int | None]] = [
        ("UPDATE phpbb_users SET user_type = ? WHERE user_id = 58", (1,), None),
        ("UPDATE phpbb_users SET user_type = ? WHERE user_id = 58", (2,), None),
        ("UPDATE phpbb_users SET user_type = ? WHERE user_id = 58", (0,), 58),
        ("DELETE FROM phpbb_banlist WHERE ban_userid = ?", (58,), 58),
        ("INSERT INTO phpbb_banlist (ban_userid, ban_end) VALUES (?, 0)", (58,), None),
        ("INSERT INTO phpbb_banlist (ban_userid, ban_end, ban_exclude) VALUES (?, 0, 1)", (58,), 58),
        ("UPDATE phpbb_config SET config_value = ? WHERE config_name = 'auth_method'", ("ldap",), None),
        ("UPDATE phpbb_config SET config_value = ? WHERE config_name = 'auth_method'", ("oauth",), 58),
    ]
    for statement, values, expected in changes:
        with closing(connect(database, settings)) as connection:
            execute_many(connection, database, statement, [values])
            connection.commit()
        phpbb3 = board_of(make_app(DRIVERS[database][0], settings))
        with closing(phpbb3.driver):
            row = phpbb3.verify_password(username="alice", password="pw_alice")
        assert (row and row["user_id"]) == expected, statement
