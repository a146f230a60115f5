"""Copies of recorded boards that tests may change."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from typing import Any

import pytest

from ..loading import Databases
from ..miniatures import build  # noqa: F401 - a fixture
from ..writing import checksums, connect, execute_many

Settings = dict[str, Any]


class WatchedDatabases(Databases):
    """Databases that know how each shared board was before anybody read it."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._numbers = itertools.count(10_001)  # apart from the databases of the fixture that this one hides
        self.checksums: dict[tuple[str, str, str], tuple[Settings, dict[str, str]]] = {}

    def __call__(self, version: str, database: str, *, dump: str | None = None) -> Settings:
        settings = super().__call__(version, database, dump=dump)
        key = (version, database, dump or "")
        if key not in self.checksums:
            self.checksums[key] = (settings, checksums(database, settings))
        return settings


@pytest.fixture(scope="session")
def board(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> WatchedDatabases:
    """Make ``PHPBB3_DATABASE`` dicts, as the fixture of that name everywhere else, and watch them."""
    return WatchedDatabases(request.getfixturevalue, tmp_path_factory.mktemp("watched"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Look whether a shared board has changed when all others have used it."""
    items.sort(key=lambda item: item.name == "test_no_shared_board_has_changed")


@pytest.fixture(scope="session")
def rewrite(board: Databases) -> Callable[[str, str, Mapping[int, str]], Settings]:
    """Write permission strings into a copy of a board: ``rewrite("3.3.10", "sqlite", {2: ""})``."""
    copies: dict[tuple[str, str], Settings] = {}

    def write(release: str, database: str, strings: Mapping[int, str]) -> Settings:
        if (release, database) not in copies:
            copies[release, database] = board.fresh(release, database)
        settings = copies[release, database]
        with closing(connect(database, settings)) as connection:
            execute_many(
                connection,
                database,
                "UPDATE phpbb_users SET user_permissions = ? WHERE user_id = ?",
                [(text, user) for user, text in strings.items()],
            )
            connection.commit()
        return settings

    return write


@pytest.fixture
def fill() -> Callable[[str, Settings, Any], list[int]]:
    """Write random permission tables into a board, each for a user of its own; return the users' ids."""

    def write(database: str, settings: Settings, recorded: Any) -> list[int]:
        first = 100_000
        user_ids = list(range(first, first + len(recorded["cases"])))
        with closing(connect(database, settings)) as connection:
            cursor = connection.cursor()
            for table in ("acl_users", "acl_groups", "user_group", "acl_roles_data"):
                cursor.execute(f"DELETE FROM phpbb_{table}")
            roles = [
                (int(role), int(option), setting)
                for role, data in recorded["roles"].items()
                for option, setting in data.items()
            ]
            execute_many(connection, database, "INSERT INTO phpbb_acl_roles_data VALUES (?, ?, ?)", roles)
            for user, case in zip(user_ids, recorded["cases"], strict=True):
                _write_case(connection, database, user, case)
            connection.commit()
        return user_ids

    return write


def _write_case(connection: Any, database: str, user: int, case: Any) -> None:
    def insert(table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * len(columns.split(",")))
        execute_many(connection, database, f"INSERT INTO phpbb_{table} ({columns}) VALUES ({marks})", rows)

    def own(group: Any) -> int:
        return user * 100 + int(group) % 100

    insert(
        "users",
        "user_id, user_type, username, username_clean, user_permissions, user_sig",
        [(user, case["user_type"], f"random {user}", f"random {user}", "", "")],
    )
    acl = "forum_id, auth_option_id, auth_role_id, auth_setting"
    insert("acl_users", f"user_id, {acl}", [(user, *row) for row in case["acl_users"]])
    groups = case["groups"].items()
    insert(
        "groups",
        "group_id, group_name, group_desc, group_skip_auth",
        [(own(group), f"group {own(group)}", "", data["skip"]) for group, data in groups],
    )
    insert(
        "user_group",
        "group_id, user_id, group_leader, user_pending",
        [(own(group), user, data["leader"], data["pending"]) for group, data in groups],
    )
    insert("acl_groups", f"group_id, {acl}", [(own(group), *row) for group, *row in case["acl_groups"]])


SignIn = Callable[[str, str, Iterable[int]], tuple[Settings, dict[int, tuple[str, dict[str, str]]]]]


@pytest.fixture(scope="session")
def sign_in(board: Databases) -> SignIn:
    """Sign users in on a copy of a board without bans; return it, and user → cookie header and environ."""
    copies: dict[tuple[str, str], tuple[Settings, dict[int, tuple[str, dict[str, str]]]]] = {}
    environ = {"HTTP_USER_AGENT": "Browser/1.0", "REMOTE_ADDR": "10.1.2.3"}

    def write(
        release: str, database: str, users: Iterable[int]
    ) -> tuple[Settings, dict[int, tuple[str, dict[str, str]]]]:
        if (release, database) not in copies:
            copies[release, database] = (board.fresh(release, database), {})
        settings, signed_in = copies[release, database]
        new = {user: secrets.token_hex(16) for user in users if user not in signed_in}
        now = int(time.time())
        with closing(connect(database, settings)) as connection:
            cursor = connection.cursor()
            cursor.execute(f"DELETE FROM phpbb_{'bans' if release.startswith('4') else 'banlist'}")
            cursor.execute("SELECT config_value FROM phpbb_config WHERE config_name = 'cookie_name'")
            [cookie_name] = cursor.fetchone()
            execute_many(
                connection,
                database,
                "INSERT INTO phpbb_sessions (session_id, session_user_id, session_time, session_start, "
                "session_ip, session_browser) VALUES (?, ?, ?, ?, ?, ?)",
                [(sid, user, now, now, "10.1.2.3", "Browser/1.0") for user, sid in new.items()],
            )
            connection.commit()
        signed_in |= {
            user: (f"{cookie_name}_sid={sid}; {cookie_name}_u={user}", environ) for user, sid in new.items()
        }
        return settings, signed_in

    return write


REPLAYED = pytest.StashKey[dict[str, int]]()


@pytest.fixture
def replayed(request: pytest.FixtureRequest) -> Callable[[str, int], None]:
    """Count recorded requests that were replayed, for the end of the run."""
    counts = request.config.stash.setdefault(REPLAYED, {})
    return counts.__setitem__


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print how many recorded requests were replayed on which board."""
    for board, count in config.stash.get(REPLAYED, {}).items():
        terminalreporter.write_line(f"{count} recorded requests replayed: {board}")
