"""With gevent's patches a look-up of a name, a login and an answer let other greenlets run, and end in time."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from ...loading import DRIVERS, Databases

pytestmark = pytest.mark.slow

SERVED = [(database, driver) for database in ("postgresql", "mariadb") for driver in DRIVERS[database]]

PROGRAM = """
    import time
    import _socket

    real, sleep = _socket.getaddrinfo, time.sleep

    def slow(host, *arguments, **named):
        if "slow" in str(host):
            sleep(2)  # as a system whose name server is away: nothing of Python runs on this thread
            host = "127.0.0.1"
        return real(host, *arguments, **named)

    _socket.getaddrinfo = slow

    from gevent import monkey

    monkey.patch_all()

    import gevent
    from flask_phpbb3 import BoardUnavailableError
    from tests.drivers import make, statement
    from tests.servers import mute_server

    gaps = []

    def tick():
        while True:
            before = time.monotonic()
            gevent.sleep(0.02)
            gaps.append(time.monotonic() - before)

    def ask(**settings):
        driver = make({driver!r}, {{**{database!r}, "CONNECT_TIMEOUT": 0.5, **settings}})
        started = time.monotonic()
        try:
            driver.read(statement("SELECT 1 AS one"), {{}})
            outcome = "answered"
        except BoardUnavailableError:
            outcome = "gave up"
        return outcome, time.monotonic() - started

    ask()  # whatever is imported at first use
    gevent.spawn(tick)
    gevent.sleep(0.1)
    gaps.clear()
    name = gevent.spawn(ask, HOST="forum.slow")
    with mute_server() as port:
        mute = gevent.spawn(ask, PORT=port)
        gevent.joinall([name, mute])
    for outcome, took in (name.value, mute.value, ask()):
        print(outcome, took < 1.5)
    print("others ran", max(gaps) < 0.4)
"""


@pytest.mark.parametrize(("kind", "driver"), SERVED, ids=[driver for _, driver in SERVED])
def test_nothing_blocks_the_other_greenlets(board: Databases, kind: str, driver: str) -> None:
    pytest.importorskip("gevent")
    pytest.importorskip(driver)
    database: dict[str, Any] = board.empty(kind)
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM).format(driver=driver, database=database)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.splitlines() == ["gave up True", "gave up True", "answered True", "others ran True"], (
        done.stdout + done.stderr
    )
