"""What a driver does while servers end, restart and fall silent, and processes fork."""

from __future__ import annotations

import gc
import os
import socket
import time
import traceback
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

import pytest

from flask_phpbb3.direct_access.sql_driver import SqlDriver
from flask_phpbb3.errors import ConnectionFailedError, StatementTimeoutError
from flask_phpbb3.plugins.driver import Driver
from flask_phpbb3.testing.conformance.base import LIMITS, DriverSuiteBase, Outcome, through
from flask_phpbb3.testing.conformance.link import HOST
from flask_phpbb3.testing.conformance.report import leave_out
from flask_phpbb3.testing.conformance.subject import BoardUnderTest, ServerUnderTest

ONE = "SELECT 1 AS one"
_REST: Final = 6.0
"""Seconds for which a server may be left alone after it was silent, at most."""

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


class OutageTests(DriverSuiteBase):
    """Check that failures are noticed in time, survived where they can be, and told where not."""

    @needs_fork
    def test_a_child_forgets_a_parents_connection(
        self, sql_driver: SqlDriver[Any], subject: BoardUnderTest
    ) -> None:
        """``forget()`` raises nothing, and whatever the module does when it drops one reaches nobody."""
        connection = sql_driver.connect(read_only=True)
        sql_driver.fetch(connection, ONE, {})
        holder = [connection]

        def forget() -> None:
            sql_driver.forget(holder[0])

        assert _in_a_child(forget, then=holder.clear) == ""
        assert sql_driver.fetch(connection, ONE, {}) == [{"one": 1}], (
            "the child has ended the parent's session"
        )
        sql_driver.disconnect(connection)

    @needs_fork
    def test_a_child_asks_on_its_own(
        self, driver: Driver, subject: BoardUnderTest, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Both go on after a fork, as workers that are made after loading the application do."""
        assert driver.read(subject.statement(ONE), {}) == [{"one": 1}]

        def ask() -> None:
            assert driver.read(subject.statement(ONE), {}) == [{"one": 1}]
            driver.close()

        assert _in_a_child(ask) == ""
        assert driver.read(subject.statement(ONE), {}) == [{"one": 1}]
        assert "Lost the connection" not in caplog.text

    def test_a_server_that_never_says_a_word(
        self, subject: BoardUnderTest, content: Mapping[str, Any], request: pytest.FixtureRequest
    ) -> None:
        """Connecting ends after ``CONNECT_TIMEOUT``, whatever the system's own limit is."""
        if not subject.config.get("PHPBB3_DATABASE", {}).get("PORT"):
            leave_out(request, "the settings name no PORT")
        with socket.create_server((HOST, 0)) as mute:
            driver = subject.driver(HOST=HOST, PORT=mute.getsockname()[1], **LIMITS)
            outcome = Outcome(lambda: driver.read(subject.statement(ONE), {}))
        outcome.finish()
        outcome.check(ConnectionFailedError, "CONNECT_TIMEOUT" if isinstance(driver, SqlDriver) else "")

    def test_a_server_that_falls_silent(
        self, subject: BoardUnderTest, content: Mapping[str, Any], server: ServerUnderTest
    ) -> None:
        """Neither a statement nor a new connection waits for it longer than it may; a rest after it is short."""
        driver = subject.driver(**LIMITS, **through(server), POOL_SIZE=1)
        assert driver.read(subject.statement(ONE), {}) == [{"one": 1}]
        outcomes = []
        with server.held_still():
            for expected in (StatementTimeoutError, ConnectionFailedError):
                outcomes.append((Outcome(lambda: driver.read(subject.statement(ONE), {})), expected))
                if outcomes[-1][0].is_late:
                    break
        for outcome, expected in outcomes:
            outcome.finish()
            outcome.check(expected)
        assert _answers_within(_REST, lambda: driver.read(subject.statement(ONE), {})) == [{"one": 1}]
        driver.close()

    def test_a_restarted_server_goes_unnoticed(
        self, subject: BoardUnderTest, server: ServerUnderTest
    ) -> None:
        """A read whose connection was lost is tried once more."""
        driver = subject.driver(**through(server), POOL_SIZE=1)
        assert driver.read(subject.statement(ONE), {}) == [{"one": 1}]
        server.restart()
        assert driver.read(subject.statement(ONE), {}) == [{"one": 1}]
        driver.close()

    def test_a_server_that_is_down_is_an_error_until_it_is_back(
        self, subject: BoardUnderTest, server: ServerUnderTest
    ) -> None:
        """The message says where it was looked for."""
        driver = subject.driver(**through(server), POOL_SIZE=1)
        assert driver.read(subject.statement(ONE), {}) == [{"one": 1}]
        with server.stopped():
            for _ in range(2):
                with pytest.raises(ConnectionFailedError, match=next(filter(None, driver.location))):
                    driver.read(subject.statement(ONE), {})
        assert driver.read(subject.statement(ONE), {}) == [{"one": 1}]
        driver.close()


def _answers_within(seconds: float, ask: Callable[[], Any]) -> Any:
    """Return what is answered, as soon as the board can be asked."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(ConnectionFailedError):
            return ask()
        time.sleep(0.05)
    return ask()


def _in_a_child(work: Callable[[], None], then: Callable[[], None] = lambda: None) -> str:
    """Fork, do something in the child and collect what it drops; return its traceback, if any."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that other threads may hold locks
        child = os.fork()
    if child == 0:
        said = ""
        try:
            work()
            then()
            gc.collect()
        except BaseException:  # noqa: BLE001 - it is told by the parent
            said = traceback.format_exc()
        finally:
            os.write(writer, said.encode()[-4000:])
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode(errors="replace")
    os.waitpid(child, 0)
    return said
