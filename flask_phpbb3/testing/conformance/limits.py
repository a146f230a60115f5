"""What one statement must not leave to the next: time, a connection, a transaction, a session's state."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from flask_phpbb3.direct_access.sql_driver import SqlDriver
from flask_phpbb3.errors import BoardUnavailableError, PoolTimeoutError, StatementTimeoutError
from flask_phpbb3.plugins.driver import Driver
from flask_phpbb3.plugins.queries import Query
from flask_phpbb3.testing.conformance.base import SOON, DriverSuiteBase
from flask_phpbb3.testing.conformance.report import leave_out
from flask_phpbb3.testing.conformance.subject import BoardUnderTest
from flask_phpbb3.testing.conformance.words import Words

ONE = "SELECT 1 AS one"


class LimitTests(DriverSuiteBase):
    """Check that a statement ends in time and leaves nothing behind."""

    def test_the_server_stops_a_slow_statement(
        self, subject: BoardUnderTest, content: Mapping[str, Any], words: Words
    ) -> None:
        """A client that merely stops waiting would leave it running, one more for each reload of a page."""
        driver = subject.driver(STATEMENT_TIMEOUT=0.3, POOL_SIZE=1)
        started = time.monotonic()
        with pytest.raises(StatementTimeoutError) as caught:
            driver.read(subject.statement(words.slow), {})
        assert time.monotonic() - started < SOON
        if isinstance(driver, SqlDriver):
            assert "was stopped" in str(caught.value), "the client gave up, the server did not stop it"
        assert driver.read(subject.statement(ONE), {}) == [{"one": 1}]
        driver.close()

    def test_the_server_stops_a_slow_write(
        self, subject: BoardUnderTest, content: Mapping[str, Any], words: Words, writer: Mapping[str, Any]
    ) -> None:
        """The limit holds for what an owner lets write, too."""
        slow = Query("set_slow", subject.statement(words.slow).sql, source="suite.sql:1")
        driver = subject.driver(**writer, STATEMENT_TIMEOUT=0.3, CUSTOM_STATEMENTS={"set_slow": "SELECT 1"})
        with pytest.raises(StatementTimeoutError):
            driver.write(slow, {})
        driver.close()

    @pytest.mark.parametrize("seconds", [1e-9, 1e300])
    def test_extreme_limits_of_time(
        self, subject: BoardUnderTest, content: Mapping[str, Any], seconds: float
    ) -> None:
        """A limit that no server can count is the nearest that it can."""
        keys = ("STATEMENT_TIMEOUT", "CONNECT_TIMEOUT", "POOL_TIMEOUT")[: 3 if seconds > 1 else 1]
        limits: dict[str, Any] = dict.fromkeys(keys, seconds)
        driver = subject.driver(**limits)
        with contextlib.suppress(StatementTimeoutError):
            assert driver.read(subject.statement(ONE), {}) == [{"one": 1}]
        driver.close()

    def test_an_exhausted_pool_is_told(
        self, sql_driver: SqlDriver[Any], subject: BoardUnderTest, words: Words
    ) -> None:
        """Who finds all connections on loan waits ``POOL_TIMEOUT`` seconds and no longer."""
        driver = subject.driver(POOL_SIZE=1, POOL_TIMEOUT=0.05, STATEMENT_TIMEOUT=1)
        assert driver.read(subject.statement(ONE), {}) == [{"one": 1}]

        def wait() -> None:
            with contextlib.suppress(BoardUnavailableError):
                driver.read(subject.statement(words.slow), {})

        slow = threading.Thread(target=wait)
        slow.start()
        told = False
        while slow.is_alive() and not told:
            try:
                driver.read(subject.statement(ONE), {})
            except PoolTimeoutError:
                told = True
        slow.join()
        assert told
        assert driver.read(subject.statement(ONE), {}) == [{"one": 1}]
        driver.close()

    def test_an_interrupted_read_does_not_answer_the_next(
        self,
        subject: BoardUnderTest,
        content: Mapping[str, Any],
        words: Words,
        request: pytest.FixtureRequest,
    ) -> None:
        """``gevent.Timeout`` or Ctrl-C may come in the middle of anything."""
        if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
            leave_out(request, "there are no timer signals here")
        driver = subject.driver(POOL_SIZE=1, STATEMENT_TIMEOUT=1)
        assert driver.read(subject.statement(ONE), {}) == [{"one": 1}]
        with _interruption(after=0.2), contextlib.suppress(_Interrupted, BoardUnavailableError):
            driver.read(subject.statement(words.slow), {})
        assert driver.read(subject.statement(ONE), {}) == [{"one": 1}]
        driver.close()

    def test_an_open_transaction_is_noticed(
        self, sql_driver: SqlDriver[Any], subject: BoardUnderTest, words: Words
    ) -> None:
        """What a statement opened is no place for the next one; a database may refuse to open it at all."""
        opened = []
        for driver in (sql_driver, *_writers(subject)):
            connection = driver.connect(read_only=driver is sql_driver)
            try:
                driver.fetch(connection, ONE, {})
                assert driver.is_in_transaction(connection) is False
                try:
                    driver.fetch(connection, words.begin, {})
                except Exception:  # noqa: BLE001 - the module's own: it was refused, and nothing is open
                    assert driver.is_in_transaction(connection) is False
                else:
                    opened.append(driver.is_in_transaction(connection))
            finally:
                driver.disconnect(connection)
        assert all(opened), "a transaction was left open, and is_in_transaction() says there is none"

    def test_what_outlives_a_statement_goes_with_its_connection(
        self,
        sql_driver: SqlDriver[Any],
        subject: BoardUnderTest,
        words: Words,
        request: pytest.FixtureRequest,
    ) -> None:
        """``lasting`` names what a reading statement can leave in the server's session."""
        if not words.lasting:
            leave_out(request, f"no statement is known that lasts in the dialect {sql_driver.dialect!r}")
        for leaves, asks in words.lasting:
            before = sql_driver.read(subject.statement(asks), {})
            sql_driver.read(subject.statement(leaves), {})
            deadline = time.monotonic() + SOON  # a server may take a moment to notice that a connection ended
            while (after := sql_driver.read(subject.statement(asks), {})) != before:
                assert time.monotonic() < deadline, f"{leaves} left {after} instead of {before}"
                time.sleep(0.02)


class _Interrupted(BaseException):
    pass


@contextlib.contextmanager
def _interruption(*, after: float) -> Iterator[None]:
    """Raise in the middle of whatever runs."""

    def interrupt(*_: object) -> None:
        raise _Interrupted

    previous = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, after)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _writers(subject: BoardUnderTest) -> Iterator[SqlDriver[Any]]:
    if subject.writer is not None:
        driver: Driver = subject.driver(**subject.writer)
        assert isinstance(driver, SqlDriver)
        yield driver
