"""Pytest fixtures: ``pytest_plugins = ["flask_phpbb3.testing.fixtures"]`` in a ``conftest.py``.

::

    @pytest.fixture
    def client(phpbb3_board, phpbb3_settings):
        phpbb3_board.add_user("alice")
        app = create_app(phpbb3_settings)
        return app.test_client()

    def test_members_only(client):
        login_as(client, "alice")
        assert client.get("/members").status_code == 200
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flask_phpbb3.testing.embedded import EmbeddedBoard


@pytest.fixture
def phpbb3_version() -> str:
    """Name the phpBB line or release of `phpbb3_board`; override it for another than 3.3."""
    return "3.3"


@pytest.fixture
def phpbb3_board(tmp_path: Path, phpbb3_version: str) -> Iterator[EmbeddedBoard]:
    """Make a forum of the test's own: the founder ``admin``, phpBB's groups, roles and bots, no forums yet."""
    with closing(EmbeddedBoard(tmp_path / "phpbb3-board.db", version=phpbb3_version)) as board:
        yield board


@pytest.fixture
def phpbb3_settings(phpbb3_board: EmbeddedBoard) -> dict[str, Any]:
    """Return what ``app.config`` needs for `phpbb3_board`; give it to the application before ``init_app``.

    It holds a ``SECRET_KEY``, too, as application keys need one.
    """
    return {"SECRET_KEY": secrets.token_hex(), **phpbb3_board.settings}
