"""Fixtures that every kind of test may use: servers, and databases on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .loading import Databases
from .options import pytest_addoption, pytest_collection_modifyitems  # noqa: F401 - pytest finds hooks by name
from .servers import MariaDb, Memcached, PgBouncer, PostgreSql, Redis, running
from .texts import RENDERED, report  # noqa: F401 - a fixture


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSql]:
    """A PostgreSQL server."""
    with running(PostgreSql) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    """A MariaDB server."""
    with running(MariaDb) as server:
        yield server


@pytest.fixture(scope="session")
def pgbouncer(postgresql: PostgreSql) -> Iterator[PgBouncer]:
    """PgBouncer before the PostgreSQL server, in transaction mode with a pool of one."""
    with running(PgBouncer, postgresql) as server:
        yield server


@pytest.fixture(scope="session")
def memcached() -> Iterator[Memcached]:
    """A memcached server."""
    with running(Memcached) as server:
        yield server


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    """A Redis server."""
    with running(Redis) as server:
        yield server


@pytest.fixture(scope="session")
def board(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Make ``PHPBB3_DATABASE`` dicts: ``board("3.3.10", "mariadb")``, ``board.fresh(…)``, ``board.empty(…)``."""
    return Databases(request.getfixturevalue, tmp_path_factory.mktemp("boards"))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print how many recorded texts were rendered, and how many of them as phpBB does."""
    for what, count in config.stash.get(RENDERED, {}).items():
        terminalreporter.write_line(f"rendered, {what}: {count}")
