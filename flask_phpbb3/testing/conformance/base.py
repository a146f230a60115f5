"""What the parts of the suite for drivers share: the subject, a driver on it, and a watch."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest

from flask_phpbb3.direct_access.sql_driver import SqlDriver
from flask_phpbb3.plugins.driver import Driver
from flask_phpbb3.testing.board import MiniatureBoard
from flask_phpbb3.testing.conformance.link import HOST, Link
from flask_phpbb3.testing.conformance.report import leave_out
from flask_phpbb3.testing.conformance.subject import BoardUnderTest, ServerUnderTest
from flask_phpbb3.testing.conformance.words import WORDS, Words

LIMITS: dict[str, Any] = {"CONNECT_TIMEOUT": 0.3, "STATEMENT_TIMEOUT": 0.3}
SOON = 5.0
"""Seconds within which `LIMITS` must have ended any wait; some clients count in whole seconds."""


def fill(board: MiniatureBoard) -> Mapping[str, Any]:
    """Put on a board what the suite looks for; return user names → ids, and the rest by its own name."""
    forum = board.add_forum("R&D")
    users = {name: board.add_user(name) for name in ("Zoë", "50% off", "O'Brien", "back\\slash")}
    topic = board.add_topic(forum, "Large", "admin")
    large = board.add_post(topic, "x", "admin", post_text="ö%\\'" * 12_000)
    cookies = board.sign_in("admin")
    session_id = next(value for name, value in cookies.items() if name.endswith("_sid"))
    return {**users, "forum": forum, "large": large, "session_id": session_id}


class DriverSuiteBase:
    """Give the parts of the suite what they are run over."""

    @pytest.fixture(scope="class")
    @classmethod
    def subject(cls) -> Iterator[BoardUnderTest]:
        """Yield a miniature board and its place; its users are the guest, ``admin`` and the bots."""
        pytest.fail("Override the fixture 'subject' of the suite; see flask_phpbb3.testing.conformance.")

    @pytest.fixture(scope="class")
    @classmethod
    def content(cls, subject: BoardUnderTest) -> Mapping[str, Any]:
        """Fill the board, once: its own connection may end with the server."""
        return fill(subject.board)

    @pytest.fixture
    def driver(self, subject: BoardUnderTest, content: Mapping[str, Any]) -> Iterator[Driver]:
        """Make a driver with a pool of one: what it does not give back stops the next test."""
        driver = subject.driver(POOL_SIZE=1, POOL_TIMEOUT=1)
        yield driver
        driver.close()

    @pytest.fixture
    def sql_driver(self, request: pytest.FixtureRequest, driver: Driver) -> SqlDriver[Any]:
        """Return the driver as one over a DB-API module, whose parts can be asked one by one."""
        if not isinstance(driver, SqlDriver):
            leave_out(request, "the driver is no SqlDriver")
        return driver

    @pytest.fixture
    def words(self, request: pytest.FixtureRequest, subject: BoardUnderTest, driver: Driver) -> Words:
        """Return what the suite says to this database in its dialect."""
        words = subject.words or WORDS.get(driver.dialect)
        if words is None:
            leave_out(request, f"no words=… for the dialect {driver.dialect!r}")
        return words

    @pytest.fixture
    def server(
        self, request: pytest.FixtureRequest, subject: BoardUnderTest, content: Mapping[str, Any]
    ) -> Iterator[ServerUnderTest]:
        """Yield the database's server, for the suite to be rude to, or a link to it."""
        database = subject.config.get("PHPBB3_DATABASE", {})
        if subject.server is not None:
            yield subject.server
        elif database.get("PORT") and database.get("HOST") and not database["HOST"].startswith("/"):
            with closing(Link(database["HOST"], database["PORT"])) as link:
                yield link
        else:
            leave_out(request, "the subject gives no server=…, and the settings no HOST and PORT")

    @pytest.fixture
    def writer(self, request: pytest.FixtureRequest, subject: BoardUnderTest) -> Mapping[str, Any]:
        """Return the settings of an account that may write."""
        if subject.writer is None:
            leave_out(request, "the subject gives no account that may write (writer=…)")
        return subject.writer


def through(server: ServerUnderTest) -> dict[str, Any]:
    """Return the settings that lead to a server, where they differ from the subject's."""
    return {"HOST": HOST, "PORT": server.port} if isinstance(server, Link) else {}


class Outcome:
    """What a call came to: run on a thread, as a broken driver may wait without end.

    :param call: what to do.
    :param seconds: how long to wait for it.
    """

    def __init__(self, call: Callable[[], Any], seconds: float = SOON) -> None:
        self.answer: Any = None
        self.error: Exception | None = None
        self._call = call
        self._thread = threading.Thread(target=self._run, daemon=True)
        started = time.monotonic()
        self._thread.start()
        self._thread.join(seconds)
        self.seconds = time.monotonic() - started
        self.is_late = self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.answer = self._call()
        except Exception as error:  # noqa: BLE001 - it is told by the thread that asks
            self.error = error

    def check(self, expected: type[Exception], word: str = "") -> None:
        """Fail unless the call ended in time with an error of that kind, and a word in its message."""
        assert not self.is_late, (
            f"still waiting after {self.seconds:.0f} s, where {expected.__name__} was due"
        )
        assert isinstance(self.error, expected), f"not {expected.__name__} but {self.error or self.answer!r}"
        assert word in str(self.error)

    def finish(self) -> None:
        """Let a call that is late come to its end, as far as it does."""
        self._thread.join(SOON)
