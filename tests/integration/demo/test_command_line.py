"""The demo as its README says: from the command line, and gone without a trace."""

from __future__ import annotations

import contextlib
import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ...servers import free_port
from .visits import name_in_header

START_SECONDS = 30


@contextlib.contextmanager
def served(temporary: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run ``flask --app flask_phpbb3.demo run`` and give its address."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "flask",
        "--app",
        "flask_phpbb3.demo",
        "run",
        "--port",
        str(port),
        *options,
    ]
    log = temporary / "server.log"
    boards = temporary / "boards"
    boards.mkdir()
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd=temporary,
            env={**os.environ, "TMPDIR": str(boards)},
            stdout=output,
            stderr=output,
            start_new_session=True,
            # A shell's background job ignores SIGINT, and so would what it starts.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert server.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < deadline, log.read_text("utf-8")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", server
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@pytest.mark.parametrize(
    ("options", "end"), [((), signal.SIGTERM), ((), signal.SIGINT), (("--reload",), signal.SIGINT)]
)
def test_runs_from_the_command_line(tmp_path: Path, options: tuple[str, ...], end: signal.Signals) -> None:
    boards = tmp_path / "boards"
    with served(tmp_path, *options) as (address, server):
        jar = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        with browser.open(f"{address}/plot", timeout=10) as answer:
            page = answer.read().decode()
        assert "Who would you like to be?" in page
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', page))
        form = urllib.parse.urlencode({**fields, "person": "member"}).encode()
        with browser.open(f"{address}/sign-in", data=form, timeout=10) as answer:
            assert answer.url == f"{address}/plot"
            assert name_in_header(answer.read().decode()) == "Zoë Lindqvist"
        with pytest.raises(urllib.error.HTTPError) as refused:
            browser.open(f"{address}/roll", timeout=10)
        refused.value.close()
        assert refused.value.code == 403
        assert list(boards.iterdir())
        os.killpg(server.pid, end)
        server.wait(timeout=START_SECONDS)
        deadline = time.monotonic() + START_SECONDS
        while list(boards.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert list(boards.iterdir()) == []
