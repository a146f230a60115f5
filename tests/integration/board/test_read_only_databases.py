"""A database that takes no writes at the moment: that is its state, and nobody's mistake."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from flask_phpbb3 import StatementFailedError
from flask_phpbb3.testing.conformance import BoardUnderTest

from ...apps import asking
from ...loading import DRIVERS
from ...miniatures import Build
from ...servers import HOST, MariaDb, PostgreSql

PAIRS = [(database, driver) for database in ("postgresql", "mariadb") for driver in DRIVERS[database]]
WRITER = "writer"


@pytest.fixture(params=PAIRS, ids="-".join)
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    database, driver = request.param
    pytest.importorskip(driver)
    return database, driver


@pytest.fixture
def subject(pair: tuple[str, str], build: Build) -> BoardUnderTest:
    made = build(*pair, "3.3")
    made.board.add_user("alice")
    made.board.add_profile_field("hobby")
    return made


@contextmanager
def read_only(server: PostgreSql | MariaDb, database: str) -> Iterator[str]:
    """Have a server take no writes, as for a backup or a fail-over; yield an account that may write else."""
    if isinstance(server, PostgreSql):
        server.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
        try:
            yield "owner"
        finally:
            server.execute(f"ALTER DATABASE {database} RESET default_transaction_read_only")
        return
    server.execute(
        f"CREATE USER IF NOT EXISTS '{WRITER}'@'{HOST}';"
        f"GRANT SELECT, INSERT, UPDATE ON {database}.* TO '{WRITER}'@'{HOST}'; SET GLOBAL read_only = 1",
        user="root",
    )
    try:
        yield WRITER
    finally:
        server.execute("SET GLOBAL read_only = 0", user="root")


def test_set_on_a_read_only_database(
    pair: tuple[str, str], subject: BoardUnderTest, request: pytest.FixtureRequest
) -> None:
    server: Any = request.getfixturevalue(pair[0])
    alice = subject.board.user_id("alice")
    settings = {
        **subject.config["PHPBB3_DATABASE"],
        "CUSTOM_USER_FIELDS": ["hobby"],
        "CUSTOM_STATEMENTS": {"set_posts": "UPDATE {TABLE_PREFIX}users SET user_posts = 1 WHERE user_id = 2"},
    }
    with (
        read_only(server, settings["DATABASE"]) as account,
        asking(pair[1], {**settings, "USER": account}, version="3.3") as phpbb3,
    ):
        calls: dict[str, dict[str, Any]] = {
            "set_hobby": {"user_id": alice, "value": "chess"},
            "set_posts": {},
        }
        for name, arguments in calls.items():
            with pytest.raises(StatementFailedError, match="read-only at the moment") as caught:
                phpbb3.execute_custom(name, **arguments)
            assert "more than read" not in str(caught.value)
        assert phpbb3.get_user(user_id=alice) is not None
