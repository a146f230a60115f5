"""Lines to the service: HTTP connections that are kept, each answer whole by one deadline."""

from __future__ import annotations

import io
import os
import socket
import ssl
import threading
import time
from http.client import HTTPConnection, HTTPException
from typing import Any

from flask_phpbb3 import SqlDriver

from .place import Place

LONGEST_ANSWER = 64 * 1024 * 1024
"""Bytes beyond which an answer is none."""


class Line:
    """One connection.

    :param place: where it leads.
    :param deadline: until when it must stand, on the monotonic clock.
    :raises OSError: if it does not.
    :ivar is_used: whether it has carried an answer.
    """

    def __init__(self, place: Place, deadline: float) -> None:
        self.is_used = False
        self._place = place
        plain = SqlDriver.connect_tcp(place.host, place.port, _left(deadline))
        try:
            plain.settimeout(_left(deadline))
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if place.scheme == "https":
                plain = ssl.create_default_context().wrap_socket(plain, server_hostname=place.host)
        except BaseException:
            plain.close()
            raise
        self._socket = _TimedSocket(plain)
        self._connection: Any = HTTPConnection(place.host, place.port)
        self._connection.auto_open = 0  # a line that is lost is the caller's to replace
        self._connection.sock = self._socket

    def ask(self, path: str, question: bytes, deadline: float) -> tuple[int, bytes]:
        """Post JSON and return the answer's status and body; redirections lead nowhere.

        :raises OSError: if the line is lost; TimeoutError if the answer is not whole by the deadline.
        :raises HTTPException: if what comes is no HTTP.
        """
        self._socket.deadline = deadline
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._place.token}"}
        self._connection.request("POST", self._place.path + path, question, headers)
        with self._connection.getresponse() as response:
            said: bytes = response.read(LONGEST_ANSWER + 1)
            if len(said) > LONGEST_ANSWER:
                raise HTTPException
            self.is_used = not response.will_close
            return response.status, said

    def close(self) -> None:
        """End it."""
        self._socket.close()


class Lines:
    """The lines that nobody uses; a forked process begins with none.

    :param place: where they lead.
    :param most: how many are kept.
    """

    def __init__(self, place: Place, most: int) -> None:
        self._place = place
        self._most = most
        self._idle: list[Line] = []
        self._process = os.getpid()
        self._lock = threading.Lock()

    def take(self, deadline: float) -> Line:
        """Return a line that nobody else uses: the last one used, or a new one.

        :raises OSError: if none can be made; TimeoutError if not by the deadline.
        """
        with self._lock:
            self._forget_a_parents()
            if self._idle:
                return self._idle.pop()
        return Line(self._place, deadline)

    def give_back(self, line: Line) -> None:
        """Keep a line for the next question, if there is room and the service has not ended it."""
        with self._lock:
            self._forget_a_parents()
            if line.is_used and len(self._idle) < self._most:
                self._idle.append(line)
                return
        line.close()

    @property
    def idle(self) -> int:
        """Return how many there are."""
        return len(self._idle)

    def close(self) -> None:
        """Close those that nobody uses."""
        with self._lock:
            self._forget_a_parents()
            idle, self._idle = self._idle, []
        for line in idle:
            line.close()

    def _forget_a_parents(self) -> None:
        if self._process != os.getpid():
            self._process, self._idle = os.getpid(), []


class _TimedSocket:
    """A socket every use of which ends by one deadline, however slowly bytes drip in."""

    def __init__(self, plain: socket.socket) -> None:
        self.deadline = 0.0
        self._plain = plain

    def sendall(self, data: bytes) -> None:
        self._plain.settimeout(_left(self.deadline))
        self._plain.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._plain, self.deadline))

    def close(self) -> None:
        self._plain.close()


class _Reader(io.RawIOBase):
    """Read from a socket until a deadline; the socket stands as long as either is open."""

    def __init__(self, plain: socket.socket, deadline: float) -> None:
        self._plain = plain
        self._raw: Any = plain.makefile("rb", buffering=0)
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._plain.settimeout(_left(self._deadline))
        read: int | None = self._raw.readinto(buffer)
        return read

    def close(self) -> None:
        self._raw.close()
        super().close()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
