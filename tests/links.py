"""A link to a server that a test can make slow, dribbling, silent or cut: a small TCP proxy."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

from .servers import HOST

_STEP = 0.02


class Link:
    """Pass bytes on between clients and one server, as well as the link is at the moment.

    :param port: the server's, on this machine.
    :ivar port: where clients connect.
    :ivar delay: seconds that each message to the server takes.
    :ivar trickle: seconds between two bytes of an answer; 0 for none.
    :ivar silent: whether answers are swallowed.
    :ivar accepted: how many connections there have been.
    """

    def __init__(self, port: int) -> None:
        self._server = port
        self._listener = socket.create_server((HOST, 0))
        self._sockets: set[socket.socket] = set()
        self._ended = threading.Event()
        self.port: int = self._listener.getsockname()[1]
        self.accepted = 0
        self.repair()
        threading.Thread(target=self._accept, daemon=True).start()

    def repair(self) -> None:
        """Make the link a good one again."""
        self.delay = 0.0
        self.trickle = 0.0
        self.silent = False

    def cut(self) -> None:
        """End all connections that there are."""
        for open_one in list(self._sockets):
            with contextlib.suppress(OSError):
                open_one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End everything."""
        self._ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            try:
                server = socket.create_connection((HOST, self._server), 5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            for one, other, answers in ((client, server, False), (server, client, True)):
                self._sockets.add(one)
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._pass_on, args=(one, other, answers), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(65536):
                if not answers:
                    self._ended.wait(self.delay)
                    target.sendall(content)
                elif not self.silent:
                    self._answer(target, content)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._sockets.discard(source)
        source.close()

    def _answer(self, target: socket.socket, content: bytes) -> None:
        for position in range(len(content)):
            if not self.trickle:
                target.sendall(content[position:])
                return
            if self._ended.wait(self.trickle) or self.silent:
                return
            target.sendall(content[position : position + 1])


@contextlib.contextmanager
def linked(port: int) -> Iterator[Link]:
    """Have a link to a server of this machine."""
    link = Link(port)
    try:
        yield link
    finally:
        link.close()


def until(true: object, seconds: float) -> bool:
    """Wait until a function returns something true; tell whether it did in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if callable(true) and true():
            return True
        time.sleep(_STEP)
    return False
