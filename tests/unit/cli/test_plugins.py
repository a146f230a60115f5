from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from flask_phpbb3 import __version__
from flask_phpbb3.testing import EmbeddedBoard
from tests.command_line import factory, run


@pytest.fixture
def board(tmp_path: Path) -> Iterator[EmbeddedBoard]:
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as made:
        yield made


def test_installed_plugins_are_listed_with_their_distribution_and_the_chosen_ones_marked(
    board: EmbeddedBoard,
) -> None:
    result = run(factory(board.settings), "plugins")
    assert result.exit_code == 0
    lines = [line.split() for line in result.output.splitlines()]
    assert ["driver", "psycopg2", "flask-phpbb3", __version__] in lines
    chosen = [line[:2] for line in lines if line[-1] == "(chosen)"]
    assert chosen == [["driver", "sqlite3"], ["version", "3.3"]]


def test_auto_says_who_chooses(board: EmbeddedBoard) -> None:
    result = run(factory({**board.settings, "PHPBB3": {"DRIVER": "sqlite3", "VERSION": "auto"}}), "plugins")
    assert "version  3.3       flask-phpbb3" in result.output
    assert "at first use" in result.output
    assert result.output.count("(chosen)") == 1


def test_settings_that_do_not_load_leave_the_list_and_say_why(board: EmbeddedBoard) -> None:
    result = run(factory({"PHPBB3": {"DRIVER": "sqlite"}}), "plugins")
    assert result.exit_code == 0
    assert "driver   sqlite3" in result.stdout
    assert "(chosen)" not in result.output
    assert "No driver named 'sqlite'" in result.stderr
    assert "Did you mean 'sqlite3'?" in result.stderr


def test_an_application_without_a_board_is_told_so() -> None:
    result = run(lambda: Flask("bare"), "plugins")
    assert "The application 'bare' has no board. Call PhpBB3(app)" in result.stderr


def test_flask_finds_the_commands(board: EmbeddedBoard, tmp_path: Path) -> None:
    (tmp_path / "site_of_test.py").write_text(
        "from flask import Flask\nfrom flask_phpbb3 import PhpBB3\n"
        f"app = Flask('site')\napp.config.update({board.settings!r})\nPhpBB3(app)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "site_of_test", "phpbb3", "doctor"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 failures" in done.stdout
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
