"""What many permission strings and many made-up session ids leave behind in the process that meets them."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Final

import psutil
from flask import Flask

from flask_phpbb3.phpbb.acl import UserAcl, fits

from .found import Found
from .timing import Effort
from .works import FORUMS, cookie_of, embedded_board, environ_of, make_app, permission_string, some_options

ASKED: Final = ("10,000 strings", "200,000 ids")
"""What is to be met: groups of the data."""
_WARMING: Final = 500
_GROUP: Final = 6
"""Characters of a permission string that hold 31 bits."""


def measure(effort: Effort) -> Found:
    """Have a process of its own meet each, and look at how it has grown."""
    found = Found()
    running = {
        name: subprocess.Popen(
            [sys.executable, "-m", "benchmarks.memory", name, str(getattr(effort, name))],
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("strings", "ids")
    }
    for name, process in running.items():
        grown = process.communicate()[0]
        assert process.returncode == 0
        met = f"{getattr(effort, name):,} {name}"
        found.put(met, megabytes=float(grown))
        if met not in ASKED:
            found.missing |= {asked: f"a short run met {met}" for asked in ASKED if asked.endswith(name)}
    return found


def strings(count: int) -> None:
    """Decode permission strings of which each has other global rights, and ask one right of each."""
    options, forums = some_options(), permission_string(10)
    rest = (options.global_width() - _GROUP) * "0"
    assert fits(f"{_numbered(1)}{rest}{forums}", options)
    for number in range(count):
        acl = UserAcl.decode(f"{_numbered(number)}{rest}{forums}", options)
        acl.has_privilege("f_5", FORUMS // 2)
        acl.has_privilege("u_5")


def _numbered(number: int) -> str:
    """Return a number as a group of bits in a permission string."""
    digits = ""
    for _ in range(_GROUP):
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


class Ids:
    """Ask for a page with a session id that nobody has given out, each time another."""

    def __init__(self, app: Flask, cookie: str) -> None:
        self._app, self._cookie = app, cookie
        self._start: Any = lambda *_: None

    def __call__(self, count: int) -> None:
        """Ask so many times."""
        for number in range(count):
            environ = {**environ_of(f"{self._cookie}={os.urandom(16).hex()}"), "REMOTE_PORT": str(number)}
            assert b"".join(self._app(environ, self._start)) == b"True"


def _report(name: str, count: int) -> None:
    """Print how many bytes the process has grown by, and how many Python still holds."""
    with embedded_board() as (board, settings):
        app = make_app(board, settings)
        [cookie] = [part.partition("=")[0] for part in cookie_of(board).split("; ") if "_sid=" in part]
        meetings: dict[str, Callable[[int], None]] = {"strings": strings, "ids": Ids(app, cookie)}
        meet = meetings[name]
        meet(_WARMING)
        gc.collect()
        process = psutil.Process()
        before = process.memory_info().rss
        meet(count)
        gc.collect()
        print((process.memory_info().rss - before) / 1e6)


if __name__ == "__main__":
    _report(sys.argv[1], int(sys.argv[2]))
