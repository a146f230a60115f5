"""A TCP link to a database's server, for a suite to cut, close and hold still instead of the server itself."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

HOST = "127.0.0.1"


class Link:
    """Pass bytes between a port of this machine and a server, as long as nobody says otherwise.

    Its methods are those of `ServerUnderTest`, as a client cannot tell a cut link from a server that ended.

    :param host: the server's host.
    :param port: the server's port.
    :ivar port: where the link listens.
    """

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._flowing = threading.Event()
        self._flowing.set()
        self._ends: list[socket.socket] = []
        self._lock = threading.Lock()
        self.port = 0
        self._listen()

    def restart(self) -> None:
        """Cut every connection."""
        with self._lock:
            ends, self._ends = self._ends, []
        for end in ends:
            _cut(end)

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Cut every connection, and accept none for a while."""
        self.close()
        try:
            yield
        finally:
            self._listen()

    @contextlib.contextmanager
    def held_still(self) -> Iterator[None]:
        """Accept connections and pass nothing on for a while."""
        self._flowing.clear()
        try:
            yield
        finally:
            self._flowing.set()

    def close(self) -> None:
        """End the link."""
        _cut(self._listener)
        self._accepting.join()
        self.restart()

    def _listen(self) -> None:
        self._listener = socket.create_server((HOST, self.port))
        self._listener.settimeout(0.2)  # not every system wakes a thread whose socket is closed
        self.port = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, args=(self._listener,), daemon=True)
        self._accepting.start()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                try:
                    client, _ = listener.accept()
                except TimeoutError:
                    continue
                server = socket.create_connection(self._server)
                with self._lock:
                    self._ends += [client, server]
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flowing.wait()
                sink.sendall(data)
        _cut(source)
        _cut(sink)


def _cut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
