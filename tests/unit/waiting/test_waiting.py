"""Deadlines, what a request may wait, a rest after silence, names."""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Iterator
from unittest import mock

import pytest

from flask_phpbb3 import StatementTimeoutError
from flask_phpbb3.waiting.allowance import Allowance, Spending
from flask_phpbb3.waiting.deadline import Within, seconds_left
from flask_phpbb3.waiting.names import is_address, look_up
from flask_phpbb3.waiting.rest import Rest
from flask_phpbb3.waiting.sockets import BoundedSocket


@pytest.fixture
def now() -> Iterator[mock.Mock]:
    with mock.patch("time.monotonic", return_value=1000.0) as clock:
        yield clock


def test_of_two_deadlines_the_first_counts(now: mock.Mock) -> None:
    assert seconds_left() == math.inf
    with Within(5):
        with Within(60):
            assert seconds_left() == 5
        with Within(2):
            now.return_value += 3
            assert seconds_left() == 0
        assert seconds_left() == 2
    assert seconds_left() == math.inf


def test_a_thread_begins_without_a_deadline() -> None:
    found: list[float] = []
    with Within(5):
        thread = threading.Thread(target=lambda: found.append(seconds_left()))
        thread.start()
        thread.join()
    assert found == [math.inf]


def test_a_request_spends_what_it_waits_and_nothing_else(now: mock.Mock) -> None:
    allowance = Allowance(10)
    for left in (10, 6):
        with Spending(allowance):
            assert seconds_left() == left
            with Spending(allowance):  # a question inside a question
                now.return_value += 4
        now.return_value += 3600  # what the view does by itself
    with Spending(allowance):
        now.return_value += 2.5
    for _ in range(2):
        with pytest.raises(StatementTimeoutError, match=r"10 s.*REQUEST_TIMEOUT"), Spending(allowance):
            pytest.fail("nothing is left")
    assert seconds_left() == math.inf
    with Spending(Allowance(10)):
        assert seconds_left() == 10


def as_another(rest: Rest) -> bool:
    found: list[bool] = []
    thread = threading.Thread(target=lambda: found.append(rest.may_ask()))
    thread.start()
    thread.join()
    return found[0]


def test_in_doubt_one_asks(now: mock.Mock) -> None:
    rest = Rest(20)
    assert as_another(rest)
    rest.note_silence(3, connecting=False)
    assert rest.may_ask()
    assert rest.may_ask()  # the same once more, for a new connection
    assert not as_another(rest)
    rest.note_answer()
    assert as_another(rest)


def test_after_silence_nobody_asks_for_as_long_as_somebody_waited(now: mock.Mock) -> None:
    rest = Rest(20)
    rest.note_silence(3, connecting=True)
    for _ in range(2):
        assert not rest.may_ask()
        now.return_value += 2.9
        assert not as_another(rest)
        now.return_value += 0.2
        assert rest.may_ask()
        assert not as_another(rest)
        rest.note_silence(3, connecting=False)
    rest.note_silence(100, connecting=True)
    now.return_value += 5.1  # the longest rest
    assert as_another(rest)


def test_one_that_tries_and_is_never_heard_of_again_is_not_waited_for(now: mock.Mock) -> None:
    rest = Rest(20)
    rest.note_silence(3, connecting=False)
    assert as_another(rest)
    assert not rest.may_ask()
    now.return_value += 20.1
    assert rest.may_ask()
    rest.leave()  # without having learnt anything
    assert as_another(rest)


def test_an_older_silence_does_not_end_an_attempt(now: mock.Mock) -> None:
    """Several waited when the server fell silent; the first of them has made another one try."""
    rest = Rest(20)
    rest.note_silence(3, connecting=False)
    assert as_another(rest)
    rest.note_silence(3, connecting=False)
    rest.leave()
    assert not rest.may_ask()


def _receive_for_ever(bounded: BoundedSocket) -> None:
    while True:
        bounded.recv(1)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "fe80::1%lo"])
def test_an_address_is_not_looked_up(host: str) -> None:
    assert is_address(host)


@pytest.mark.parametrize("host", ["localhost", "forum.example", "1.2.3", "", "a\0b"])
def test_a_name_is_no_address(host: str) -> None:
    assert not is_address(host)


def test_a_name_that_cannot_be_one_is_an_error_like_any_other() -> None:
    for name in ("x" * 70 + ".example", "a..b"):
        with pytest.raises(OSError):
            look_up(name, 80, 5)


def test_a_socket_that_dribbles_keeps_the_deadline() -> None:
    one, other = socket.socketpair()
    stop = threading.Event()

    def dribble() -> None:
        while not stop.wait(0.02):
            other.send(b"x")

    thread = threading.Thread(target=dribble)
    thread.start()
    bounded = BoundedSocket(one)
    bounded.settimeout(5)
    started = time.monotonic()
    with Within(0.3), pytest.raises(TimeoutError):
        _receive_for_ever(bounded)
    assert time.monotonic() - started < 0.8
    assert bounded.recv(1) == b"x"  # without a deadline its own timeout counts
    stop.set()
    thread.join()
    one.close()
    other.close()
