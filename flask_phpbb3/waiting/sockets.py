"""Sockets whose every wait ends with the deadline of whoever uses them.

A socket's own timeout begins anew with each byte: a server that dribbles is waited for without end.
"""

from __future__ import annotations

import math
import socket
import time
from typing import Any

from .deadline import seconds_left
from .names import AddressInfo, look_up


def connect_tcp(host: str, port: int, seconds: float) -> socket.socket:
    """Connect to the first of a host's addresses that answers; each has its share of the time that is left.

    :param seconds: how long it may take in all, with the look-up of the name.
    :returns: a socket whose timeout is what is left of them.
    :raises TimeoutError: if it takes longer.
    :raises OSError: if no address lets us in.
    """
    deadline = time.monotonic() + min(seconds, seconds_left())
    addresses = look_up(host, port, deadline - time.monotonic())
    failures: list[OSError] = []
    for number, address in enumerate(addresses):
        left = deadline - time.monotonic()
        try:
            connected = _connected(address, max(0.001, left / (len(addresses) - number)))
        except OSError as error:
            failures.append(error)
        else:
            connected.settimeout(max(0.001, deadline - time.monotonic()))
            return connected
    silent = [error for error in failures if isinstance(error, TimeoutError)]
    raise (silent or failures or [OSError("the host has no address")])[0]


def _connected(address: AddressInfo, seconds: float) -> socket.socket:
    family, kind, protocol, _, place = address
    made = socket.socket(family, kind, protocol)
    try:
        made.settimeout(seconds)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        made.connect(place)
    except BaseException:
        made.close()
        raise
    return made


class BoundedSocket:
    """A socket for clients that take any: what it receives and sends is done within the current deadline.

    :param bare: the socket, plain or of TLS.
    """

    def __init__(self, bare: Any) -> None:
        self._bare = bare
        self._timeout: float | None = bare.gettimeout()

    def settimeout(self, seconds: float | None) -> None:
        """Set how long a single wait may take; the deadline may end it before."""
        self._timeout = seconds
        self._bare.settimeout(seconds)

    def gettimeout(self) -> float | None:
        """Return how long a single wait may take."""
        return self._timeout

    def connect(self, address: Any) -> None:
        """Connect."""
        self._arm()
        self._bare.connect(address)

    def recv(self, *arguments: Any) -> Any:
        """Receive some bytes."""
        self._arm()
        return self._bare.recv(*arguments)

    def recv_into(self, *arguments: Any) -> Any:
        """Receive some bytes into a buffer."""
        self._arm()
        return self._bare.recv_into(*arguments)

    def sendall(self, *arguments: Any) -> None:
        """Send bytes."""
        self._arm()
        self._bare.sendall(*arguments)

    def _arm(self) -> None:
        left = seconds_left()
        if left == math.inf or self._timeout == 0:
            return
        if not left:
            raise TimeoutError("timed out")
        self._bare.settimeout(left if self._timeout is None else min(left, self._timeout))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bare, name)


class BoundedSockets:
    """Python's module ``socket`` for clients that take another: its sockets and look-ups keep the deadline."""

    def __getattr__(self, name: str) -> Any:
        return getattr(socket, name)

    def socket(self, *arguments: Any) -> BoundedSocket:
        """Make a socket."""
        return BoundedSocket(socket.socket(*arguments))

    def getaddrinfo(self, host: str, port: int, *_: Any) -> list[AddressInfo]:
        """Look a name up for a connection over TCP."""
        return look_up(host, port, seconds_left())
