"""How much of this package a request runs, and how often it asks the system: counts that no load changes."""

from __future__ import annotations

import gc
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from flask import Flask

import flask_phpbb3
import flask_phpbb3_sqlite3
from flask_phpbb3.testing import EmbeddedBoard

from ..apps import board_of, make_app, visitor

AGENT = "Browser/1.0"
OWN = tuple(str(Path(inspect.getfile(module)).parent) for module in (flask_phpbb3, flask_phpbb3_sqlite3))


class Site:
    """An application on an embedded board, whose pages ask one permission."""

    def __init__(self, board: EmbeddedBoard) -> None:
        self.board = board
        board.add_user("alice")
        forum = board.add_forum("Open")
        for group in ("GUESTS", "REGISTERED"):
            board.grant_role("ROLE_FORUM_READONLY", group=group, forum=forum)
        self.app: Flask = make_app("sqlite3", board.settings["PHPBB3_DATABASE"], version="3.3")
        self.app.add_url_rule("/", "page", lambda: str(visitor().has_privilege("f_read", forum)))
        for user in (1, board.user_id("alice")):
            stored = board_of(self.app).get_acl(user_id=user).encode()
            with board._rows.transaction():
                board._rows.update("users", {"user_id": user}, user_permissions=stored)

    def visit(self, cookies: dict[str, str]) -> Callable[[], object]:
        """Return the work of a request, with the client's."""
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        client = self.app.test_client(use_cookies=False)

        def visit() -> None:
            assert client.get("/", headers={"Cookie": header, "User-Agent": AGENT}).text == "True"

        return visit


def count(work: Callable[[], object]) -> tuple[list[str], list[str]]:
    """Return the functions of this package that warm work calls, and what of the system these call.

    What earlier tests have left is not collected meanwhile: its ends are functions of this package, too.
    """
    calls: list[str] = []
    system: list[str] = []

    def see(frame: FrameType, event: str, argument: Any) -> None:
        if not frame.f_code.co_filename.startswith(OWN):
            return
        if event == "call":
            calls.append(frame.f_code.co_name)
        elif event == "c_call" and getattr(argument, "__module__", "") in ("posix", "_socket", "select"):
            system.append(argument.__name__)

    gc.collect()
    gc.disable()
    for seen in (None, None, see):
        sys.setprofile(seen)
        try:
            work()
        finally:
            sys.setprofile(None)
    gc.enable()
    return calls, system


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with closing(EmbeddedBoard(tmp_path_factory.mktemp("board") / "board.db")) as board:
        made = Site(board)
        yield made
        board_of(made.app).driver.close()


def test_a_warm_guest_asks_nothing_of_the_system_and_runs_little(site: Site) -> None:
    calls, system = count(site.visit({}))
    assert system == []
    assert len(calls) <= 77


def test_a_request_of_somebody_signed_in(site: Site) -> None:
    calls, system = count(site.visit(site.board.sign_in("alice", browser=AGENT)))
    assert system == ["getpid", "stat", "getpid"]  # whose pool it is, and whether the file is still the same
    assert len(calls) <= 210


def test_a_cached_answer(site: Site) -> None:
    calls, system = count(lambda: board_of(site.app).get_user(user_id=2, cache=True))
    assert system == []
    assert len(calls) <= 52
