"""What visitors wait for while many bans and permission options are read again: sixteen threads, a site in use."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from statistics import median

from flask_phpbb3 import BoundPhpBB3
from flask_phpbb3.testing import MiniatureBoard

from .found import Found
from .servers import DRIVERS, Place, absence_noted, place_of
from .timing import Effort
from .works import fill, request_of

THREADS = 16
BANS = 10_000
OPTIONS = 2_000
"""Options beyond phpBB's own 125."""
_LIFE = 2
"""Seconds for which board and bans serve."""
_PAUSE = 0.05
"""Seconds between two requests of a thread: a site that is in use, not at its limit."""


def sow(board: MiniatureBoard) -> None:
    """Add the bans and options."""
    fill(board)
    with board._rows.transaction():
        first = board._rows.next_id("acl_options", "auth_option_id")
        board._rows.insert_many(
            "acl_options",
            [
                {"auth_option_id": first + number, "auth_option": f"f_own_{number}", "is_local": 1}
                for number in range(OPTIONS)
            ],
        )
        board._rows.insert_many(
            "banlist",
            [
                {
                    "ban_id": number + 1,
                    "ban_ip": f"10.{number // 200}.{number % 200}.*"
                    if number % 2
                    else f"172.16.{number // 200}.{number % 200}",
                }
                for number in range(BANS)
            ],
        )


def measure(effort: Effort) -> Found:
    """Find the longest wait while board and bans are read again and again, and while nothing is."""
    found = Found()
    for driver in DRIVERS:
        with absence_noted(found, driver), ExitStack() as stack:
            place = stack.enter_context(place_of(driver, sow))
            _measure(place, effort.readings, found, stack)
    return found


def _measure(place: Place, readings: int, found: Found, stack: ExitStack) -> None:
    reading = stack.enter_context(place.app(PHPBB3_BOARD_TTL=_LIFE, PHPBB3_BAN_TTL=_LIFE))
    resting = stack.enter_context(place.app())
    bound: BoundPhpBB3 = reading.extensions["phpbb3"]
    started = time.perf_counter()
    bound.board._read()
    bound.board._read_bans()
    took = time.perf_counter() - started
    for name, app in (("read again", reading), ("nothing read", resting)):
        waits = sorted(_waits(request_of(app), readings * _LIFE))
        found.put(
            f"{place.driver}, {name}",
            requests=len(waits),
            longest=waits[-1] * 1000,
            hundredth=waits[-len(waits) // 100] * 1000,
            median=median(waits) * 1000,
            reading=took * 1000,
        )


def _waits(request: object, seconds: float) -> list[float]:
    """Return how long each request took."""
    assert callable(request)
    waits: list[float] = []
    end = time.perf_counter() + seconds

    def visit() -> None:
        while (started := time.perf_counter()) < end:
            request()
            waits.append(time.perf_counter() - started)
            time.sleep(_PAUSE)

    threads = [threading.Thread(target=visit) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits
