"""What the demo's makers promise about its board."""

from __future__ import annotations

import hashlib
import inspect
import os
import shutil
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from flask import Flask

from flask_phpbb3 import PhpBB3
from flask_phpbb3.demo import create_app
from flask_phpbb3.demo.account import EXTENSION_NAME, demo_board
from flask_phpbb3.demo.board import DemoBoard

from .visits import board_of

START_SECONDS = 30


def test_demo_takes_nothing_that_names_a_board() -> None:
    assert set(inspect.signature(create_app).parameters) == {"driver", "addons", "database"}
    assert set(inspect.signature(DemoBoard).parameters) == {"addons", "server"}


def test_board_is_private_and_goes(own_app: Flask) -> None:
    directory = board_of(own_app).path.parent
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    board_of(own_app).close()
    assert not directory.exists()


def test_nobody_signs_in_on_another_board(own_app: Flask, tmp_path: Path) -> None:
    mine = board_of(own_app)
    others = tmp_path / "forum.sqlite3"
    shutil.copy(mine.path, others)
    before = hashlib.sha256(others.read_bytes()).digest()
    foreign = Flask(__name__)
    foreign.config.update(
        SECRET_KEY="test",
        PHPBB3={"DRIVER": "sqlite3", "VERSION": "3.3"},
        PHPBB3_DATABASE={"DATABASE": str(others)},
    )
    PhpBB3(foreign)
    with foreign.app_context(), pytest.raises(RuntimeError, match="has not built its board itself"):
        demo_board()
    foreign.extensions[EXTENSION_NAME] = mine
    with foreign.app_context(), pytest.raises(RuntimeError, match="has not built its board itself"):
        demo_board()
    assert hashlib.sha256(others.read_bytes()).digest() == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork()")
def test_workers_share_the_board_and_leave_it_alone(tmp_path: Path) -> None:
    script = """
        import os, re, sys
        from flask_phpbb3.demo import create_app

        app = create_app()
        path = app.extensions["phpbb3_demo"].path
        sys.stdout.flush()
        worker = os.fork()
        client = app.test_client()
        key = re.search('csrf_token" value="([^"]+)', client.get("/forum/login").text)[1]
        client.post("/sign-in", data={"csrf_token": key, "person": "member"})
        assert "Good to see you" in client.get("/").text
        if worker:
            assert os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) == 0
            assert path.exists()
            assert "Good to see you" in client.get("/").text
            print(path.parent)
    """
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).parent == tmp_path
    assert list(tmp_path.iterdir()) == []
