"""Look names up within a deadline: the system's own look-up takes as long as it likes, and blocks.

It runs on a thread of its own, which nobody waits for when time is up; with gevent's patches that is a greenlet,
and the look-up gevent's.
"""

from __future__ import annotations

import os
import socket
import threading
from typing import Any, Final

from .deadline import seconds_left

AddressInfo = tuple[Any, Any, int, str, Any]
"""Family, kind, protocol, canonical name, address: a row of ``socket.getaddrinfo``."""

_running: Final[dict[tuple[int, str, int], _LookUp]] = {}


class _LookUp:
    """A look-up under way; whoever wants the same waits for it, so that a dead name server costs one thread."""

    def __init__(self, host: str, port: int) -> None:
        self._key = (os.getpid(), host, port)
        self.done = threading.Event()
        self.found: list[AddressInfo] = []
        self.failure: OSError | None = None

    def run(self) -> None:
        _, host, port = self._key
        try:
            self.found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except UnicodeError:
            self.failure = socket.gaierror(socket.EAI_NONAME, "the name cannot be looked up")
        except OSError as error:
            self.failure = error
        finally:
            _running.pop(self._key, None)
            self.done.set()


def look_up(host: str, port: int, seconds: float) -> list[AddressInfo]:
    """Return the addresses of a host, in the system's order.

    :param host: a name or an address.
    :param port: a TCP port.
    :param seconds: how long to wait at most.
    :raises TimeoutError: if they are not known until then.
    :raises OSError: if there are none.
    """
    if is_address(host):
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    mine = _LookUp(host, port)
    look = _running.setdefault((os.getpid(), host, port), mine)
    if look is mine:
        try:
            threading.Thread(target=mine.run, name="flask_phpbb3", daemon=True).start()
        except RuntimeError:  # no more threads
            mine.run()
    if not look.done.wait(max(0.0, min(seconds, seconds_left(), threading.TIMEOUT_MAX))):
        raise TimeoutError("the name could not be looked up in time")
    if look.failure is not None:
        raise type(look.failure)(*look.failure.args)
    return look.found


def is_address(host: str) -> bool:
    """Tell whether a host is given by its address, which needs no looking up; an IPv6 one may have a zone."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host.partition("%")[0])
        except (OSError, ValueError):
            continue
        return True
    return False
