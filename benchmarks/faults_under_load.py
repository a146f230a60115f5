"""Measure what visitors meet while a board's database fails: pages that say 503, the longest wait, the recovery.

::

    python benchmarks/faults_under_load.py [SECONDS]

Sixteen threads ask a site for pages, three of four of which ask the board; for SECONDS the fault is there, through a
small proxy before real servers. The bound of each wait is the documented one (docs/databases.md, Pool and timeouts);
the last column says whether it held, which it must. Needs the extra ``test`` and runs in a clone.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask import session

from flask_phpbb3.testing import MiniatureBoard
from tests.apps import board_of, close
from tests.links import Link, linked
from tests.loading import DRIVERS, Databases, as_reader
from tests.miniatures import DIALECTS, RELEASES
from tests.servers import MariaDb, PostgreSql, running
from tests.sites import Site, make_site
from tests.writing import connect

SECONDS = 4.0
THREADS = 16
LIMITS = {
    "CONNECT_TIMEOUT": 1,
    "STATEMENT_TIMEOUT": 1,
    "POOL_TIMEOUT": 1,
    "POOL_SIZE": 5,
    "REQUEST_TIMEOUT": 2,
}
BOUND = LIMITS["REQUEST_TIMEOUT"] + 0.5
"""Seconds that no page may exceed."""
NOISE = 0.5
"""Seconds that a busy machine may add."""


@dataclass
class Seen:
    """What visitors met.

    :ivar statuses: page → HTTP status → how often.
    :ivar longest: page → the longest wait.
    """

    statuses: dict[str, dict[int, int]] = field(default_factory=lambda: {"/": {}, "/bare": {}})
    longest: dict[str, float] = field(default_factory=lambda: {"/": 0.0, "/bare": 0.0})

    def note(self, path: str, status: int, waited: float) -> None:
        """Note an answer."""
        counts = self.statuses[path]
        counts[status] = counts.get(status, 0) + 1
        self.longest[path] = max(self.longest[path], waited)


Fault = Callable[["Place"], "contextlib.AbstractContextManager[None]"]


@dataclass
class Place:
    """A site, the link to its board's server, and the server; SQLite has neither."""

    site: Site
    cookies: dict[str, str]
    link: Link | None = None
    server: Any = None
    file: Path | None = None


def on_the_link(**how: Any) -> Fault:
    """Return a fault that the link has for a while; afterwards it is a good one."""

    @contextlib.contextmanager
    def fault(place: Place) -> Iterator[None]:
        assert place.link is not None
        for name, value in how.items():
            setattr(place.link, name, value)
        yield
        place.link.repair()

    return fault


@contextlib.contextmanager
def cut_again_and_again(place: Place) -> Iterator[None]:
    """Cut every connection ten times a second."""
    link, over = place.link, threading.Event()
    assert link is not None

    def cut() -> None:
        while not over.wait(0.1):
            link.cut()

    thread = threading.Thread(target=cut)
    thread.start()
    yield
    over.set()
    thread.join()


@contextlib.contextmanager
def stopped(place: Place) -> Iterator[None]:
    """Have the server down."""
    with place.server.stopped():
        yield


@contextlib.contextmanager
def killed(place: Place) -> Iterator[None]:
    """Kill the server, which has to mend its files when it is back."""
    place.server.stop(signal.SIGKILL)
    yield
    place.server.start()


@contextlib.contextmanager
def held_still(place: Place) -> Iterator[None]:
    """Have the server accept connections and say nothing."""
    with place.server.held_still():
        yield


@contextlib.contextmanager
def locked(place: Place) -> Iterator[None]:
    """Have the forum hold the file."""
    with contextlib.closing(sqlite3.connect(str(place.file), isolation_level=None)) as forum:
        forum.execute("BEGIN EXCLUSIVE")
        yield
        forum.execute("ROLLBACK")


@contextlib.contextmanager
def removed(place: Place) -> Iterator[None]:
    """Take the file away, and bring it back."""
    assert place.file is not None
    elsewhere = place.file.with_suffix(".away")
    place.file.rename(elsewhere)
    yield
    elsewhere.rename(place.file)


SERVED: dict[str, Fault] = {
    "round trips of 0.4 s": on_the_link(delay=0.4),
    "a byte each 20 ms": on_the_link(trickle=0.02),
    "a byte each 300 ms": on_the_link(trickle=0.3),
    "black hole": on_the_link(silent=True),
    "cut 10 times a second": cut_again_and_again,
    "server held still": held_still,
    "server stopped": stopped,
    "server killed": killed,
}
IN_A_FILE: dict[str, Fault] = {"file locked": locked, "file removed": removed}


def visit(place: Place, seen: Seen, over: threading.Event, number: int) -> None:
    """Ask for pages until it is over."""
    while not over.is_set():
        number += 1
        path = "/" if number % 4 else "/bare"
        started = time.monotonic()
        status = place.site.ask(place.cookies, path).status
        seen.note(path, status, time.monotonic() - started)
        time.sleep(0.01)


def recovery(place: Place) -> float:
    """Return the seconds until the site knows its visitor again; infinity if it does not within half a minute."""
    started = time.monotonic()
    while time.monotonic() - started < 30:
        if place.site.ask(place.cookies).status == 200:
            return time.monotonic() - started
        time.sleep(0.02)
    return float("inf")


def measure(place: Place, fault: Fault, seconds: float) -> tuple[Seen, float]:
    """Have visitors meet a fault for some seconds; return what they met, and how long recovery took."""
    assert recovery(place) < 30
    seen, over = Seen(), threading.Event()
    threads = [threading.Thread(target=visit, args=(place, seen, over, n)) for n in range(THREADS)]
    with fault(place):
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        over.set()
        for thread in threads:
            thread.join()
    return seen, recovery(place)


def page() -> dict[str, Any]:
    """Ask the board several things."""
    visitor: Any = session
    return {
        "user": session["user_id"],
        "groups": len(visitor.groups),
        "unread": visitor.num_unread_notifications,
    }


def make_place(driver: str, kind: str, databases: Databases, server: Any, link: Link | None) -> Place:
    """Make a board, somebody who is signed in there, and a site on it."""
    from flask_phpbb3.plugins.registry import Plugins
    from flask_phpbb3.testing import Schema

    settings = databases.empty(kind)
    with contextlib.closing(connect(kind, settings)) as connection:
        schema = Schema.load(*Plugins().line("3.3").schema)
        board = MiniatureBoard(connection, schema, release=RELEASES["3.3"], dialect=DIALECTS[kind])
        board.create()
        board.add_user("alice")
        if kind == "postgresql":
            connection.cursor().execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
        connection.commit()
        cookies = board.sign_in("alice", browser="Browser/1.0")
        connection.commit()
    reader = {**as_reader(settings), **LIMITS, **({"PORT": link.port} if link else {})}
    site = make_site(driver, reader, board_ttl=2, ban_ttl=2)
    site.app.view_functions["_who"] = page
    site.app.add_url_rule("/bare", "bare", lambda: {"user": None})
    file = Path(settings["DATABASE"]) if kind == "sqlite" else None
    return Place(site, cookies, link, server, file)


def report(driver: str, name: str, seen: Seen, recovered: float) -> bool:
    """Print a row; tell whether the bounds held."""
    asked, bare = seen.statuses["/"], seen.statuses["/bare"]
    others = sum(n for status, n in asked.items() if status not in (200, 503)) + sum(
        n for status, n in bare.items() if status != 200
    )
    holds = seen.longest["/"] <= BOUND + NOISE and seen.longest["/bare"] <= NOISE and not others
    print(
        f"{driver:10} {name:22} {asked.get(200, 0):>7} {asked.get(503, 0):>7} {others:>6} "
        f"{seen.longest['/']:>9.2f} {seen.longest['/bare']:>9.2f} {recovered:>9.2f}   {'yes' if holds else 'NO'}",
        flush=True,
    )
    return holds


def main(seconds: float) -> int:
    """Print the table; the exit status is 1 if a bound did not hold."""
    logging.getLogger("flask_phpbb3").setLevel(logging.CRITICAL)  # a line for each page that says 503
    print(f"{THREADS} threads, each fault for {seconds:g} s; {LIMITS}; longest wait allowed {BOUND:g} s")
    print(
        f"{'driver':10} {'fault':22} {'pages':>7} {'503':>7} {'other':>6} {'longest':>9} {'not asking':>9} "
        f"{'recovery':>9}   within"
    )
    held = True
    kinds: dict[str, Any] = {"postgresql": PostgreSql, "mariadb": MariaDb, "sqlite": None}
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        for kind, server_class in kinds.items():
            server = stack.enter_context(running(server_class)) if server_class else None
            databases = Databases(lambda _, server=server: server, Path(folder))
            for driver in DRIVERS[kind]:
                with contextlib.ExitStack() as links:
                    link = links.enter_context(linked(server.port)) if server else None
                    place = make_place(driver, kind, databases, server, link)
                    for name, fault in (SERVED if server else IN_A_FILE).items():
                        held &= report(driver, name, *measure(place, fault, seconds))
                    board_of(place.site.app).driver.close()
                    close(place.site.app)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))
