"""Applications that were loaded, and have asked the board, before their server made workers of them."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from flask_phpbb3.testing import MiniatureBoard

from ..loading import DRIVERS
from ..miniatures import Build
from ..servers import HOST, absent, free_port
from ..sites import AGENT

pytestmark = pytest.mark.slow

PROGRAM = """
    import os
    from flask import Flask, session
    from flask_phpbb3 import PhpBB3

    app = Flask(__name__)
    app.secret_key = "not so secret"
    app.config.update({config!r})
    phpbb3 = PhpBB3(app)
    if {asks}:
        app.extensions["phpbb3"].get_user(user_id=2)
    PARENT = os.getpid()

    @app.route("/")
    def who():
        count = phpbb3.get_unread_notifications_count(user_id=session["user_id"])
        return {{"user": session["user_id"], "worker": os.getpid(), "parent": PARENT, "count": count["num"]}}
"""

GUNICORN = ("--preload", "--workers=2", "--graceful-timeout=2")
PAIRS = [(database, driver) for database, drivers in DRIVERS.items() for driver in drivers]


class Workers:
    """A server with its workers.

    :ivar port: where it listens.
    :ivar log: what it has said.
    """

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self.log = log

    def ask(self, cookies: Mapping[str, str]) -> dict[str, Any]:
        """Ask who a browser is."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        try:
            connection.request("GET", "/", headers={"Cookie": header, "User-Agent": AGENT})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        found: dict[str, Any] = json.loads(content) if answer.status == 200 else {"status": answer.status}
        return found


@contextlib.contextmanager
def serving(directory: Path, server: str, config: Mapping[str, Any], *, asks: bool) -> Iterator[Workers]:
    """Start workers of an application.

    :param server: ``uwsgi``, or the class of gunicorn's workers.
    :param asks: whether the application has asked the board before there are workers.
    """
    (directory / "preloaded.py").write_text(textwrap.dedent(PROGRAM).format(config=dict(config), asks=asks))
    port = free_port()
    log = directory / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command(server, f"{HOST}:{port}"),
            cwd=directory,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(directory)},
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
                break
            time.sleep(0.05)
        assert process.poll() is None, log.read_text()
        yield Workers(port, log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(15)


def _command(server: str, address: str) -> list[str]:
    if server != "uwsgi":
        pytest.importorskip("gunicorn")
        if server == "gevent":
            pytest.importorskip("gevent")
        arguments = (*GUNICORN, f"--worker-class={server}", f"--bind={address}")
        threads = ("--threads=2",) if server == "gthread" else ()
        return [sys.executable, "-m", "gunicorn", *arguments, *threads, "preloaded:app"]
    program = shutil.which("uwsgi", path=str(Path(sys.executable).parent)) or shutil.which("uwsgi")
    if program is None:
        absent("uwsgi", "uwsgi is not installed")
    arguments = ("--master", "--processes=2", "--enable-threads", "--threads=2", "--die-on-term")
    place = ("--need-app", f"--home={sys.prefix}", "--wsgi-file=preloaded.py", "--callable=app")
    return [program, f"--http-socket={address}", *arguments, *place, "--disable-logging"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.parametrize("asks", [True, False], ids=["asked", "not-asked"])
@pytest.mark.parametrize("server", ["uwsgi", "gevent", "gthread"])
@pytest.mark.parametrize(("database", "driver"), PAIRS)
def test_every_visitor_is_who_they_are(
    database: str, driver: str, server: str, asks: bool, build: Build, tmp_path: Path
) -> None:
    subject = build(database, driver, "3.3")
    board = subject.board
    assert isinstance(board, MiniatureBoard)
    people = {}
    for number in range(4):
        user = board.add_user(f"worker {number}")
        for _ in range(number):
            board.add_notification(user, "notification.type.post", item=number)
        people[user] = (board.sign_in(user, browser=AGENT), number)
    settings = {**subject.config["PHPBB3_DATABASE"], "POOL_SIZE": 3}
    config = {**subject.config, "PHPBB3_DATABASE": settings, "PHPBB3_BOARD_TTL": 0.2}
    with serving(tmp_path, server, config, asks=asks) as workers:
        seen: dict[str, set[int]] = {"worker": set(), "parent": set()}

        def visit(turn: int) -> None:
            user, (cookies, count) = list(people.items())[turn % len(people)]
            found = workers.ask(cookies)
            said = (found.get("user"), found.get("count"))
            assert said == (user, count), (found, workers.log.read_text()[-4000:])
            for name, processes in seen.items():
                processes.add(found[name])

        for _ in range(6):
            with ThreadPoolExecutor(8) as threads:
                list(threads.map(visit, range(50)))
        assert len(seen["worker"]) == 2
        assert len(seen["parent"]) == 1
        assert not seen["worker"] & seen["parent"]
