"""Fixtures for tests of pages: a small forum with people in it, and applications on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from flask_phpbb3 import PhpBB3
from flask_phpbb3.testing import EmbeddedBoard, PhpBB3Client

from .apps import board_of

MakeApp = Callable[..., Flask]


@dataclass(frozen=True)
class Forum:
    """A board with the members alice, bob (of the group Artists) and sleepy (inactive).

    :ivar board: its builder.
    :ivar public: a forum that anybody reads.
    :ivar private: a forum that the group Artists reads.
    """

    board: EmbeddedBoard
    public: int
    private: int


@pytest.fixture
def forum(phpbb3_board: EmbeddedBoard) -> Forum:
    """Fill the board."""
    phpbb3_board.add_group("Artists")
    phpbb3_board.add_user("alice")
    phpbb3_board.add_user("bob", groups=("REGISTERED", "Artists"))
    phpbb3_board.add_user("sleepy", user_type=1)
    public, private = phpbb3_board.add_forum("Public"), phpbb3_board.add_forum("Private")
    for group in ("GUESTS", "REGISTERED", "BOTS"):
        phpbb3_board.grant_role("ROLE_FORUM_READONLY", group=group, forum=public)
    phpbb3_board.grant_role("ROLE_FORUM_STANDARD", group="Artists", forum=private)
    return Forum(phpbb3_board, public, private)


@pytest.fixture
def make_site(forum: Forum) -> Iterator[MakeApp]:
    """Make applications on the board: ``make_site(PHPBB3_JINJA=False)``; their connections are closed."""
    made: list[Flask] = []

    def make(**config: Any) -> Flask:
        app = Flask("site")
        app.config.update({"TESTING": True, "SECRET_KEY": "not so secret", **forum.board.settings, **config})
        app.test_client_class = PhpBB3Client
        PhpBB3(app)
        made.append(app)
        return app

    yield make
    for app in made:
        board_of(app).driver.close()
