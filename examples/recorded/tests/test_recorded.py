"""The driver answers as the board did that was recorded, and the recorder records what is asked of one."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import flask_phpbb3_sqlite3
import pytest
from flask import Flask, session
from flask_phpbb3 import PhpBB3, Row
from flask_phpbb3.testing import EmbeddedBoard
from flask_phpbb3.testing.conformance import Answer, BoardUnderTest, NamedDriverSuite

from phpbb3_recorded import recording
from phpbb3_recorded.recorder import Recorder


class TestDriver(NamedDriverSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def subject(
        cls, board: EmbeddedBoard, answers: list[Answer], tmp_path_factory: pytest.TempPathFactory
    ) -> BoardUnderTest:
        path = tmp_path_factory.mktemp("recording") / "board.json"
        known: dict[str, dict[str, list[Row]]] = {}
        for answer in answers:
            known.setdefault(answer.query.name, {})[recording.question(answer.parameters)] = answer.rows
        recording.write(path, known)
        return BoardUnderTest(
            board=board,
            config={"PHPBB3": {"DRIVER": "recorded", "VERSION": "3.3"}, "PHPBB3_RECORDING": str(path)},
            elsewhere={"PHPBB3_RECORDING": str(path.with_name("none.json"))},
        )


@pytest.mark.parametrize("visitor", ["", "Ann"])
def test_what_was_recorded_is_what_is_answered(tmp_path: Path, visitor: str) -> None:
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as board:
        team = board.add_group("Team")
        board.add_user("Ann")
        board.add_member("Ann", team)
        forum = board.add_forum("For the team")
        board.grant_role("ROLE_FORUM_READONLY", group=team, forum=forum)
        board.add_topic(forum, "Hello", "Ann")
        cookies = board.sign_in(visitor) if visitor else {}
        settings = {**board.settings, "PHPBB3_RECORDING": str(tmp_path / "board.json")}
    header = "; ".join(f"{key}={value}" for key, value in cookies.items())
    environ = {"environ_base": {"REMOTE_ADDR": "127.0.0.1"}, "headers": {"Cookie": header}}
    plugins = {"recorder": Recorder(flask_phpbb3_sqlite3)}
    found = [_visit(settings, name, plugins, environ, board.path) for name in ("recorder", "recorded")]
    assert found[0] == found[1]
    assert found[0] == ((visitor or "Anonymous"), bool(visitor), ["Hello"] if visitor else [])


def _visit(
    settings: dict[str, Any], driver: str, plugins: dict[str, Any], environ: dict[str, Any], path: Path
) -> Any:
    app = Flask("recorded")
    app.config.update({**settings, "PHPBB3": {"DRIVER": driver, "VERSION": "3.3"}})
    phpbb3 = PhpBB3(app, plugins=[plugins["recorder"]] if driver == "recorder" else [])
    with app.test_request_context("/", **environ):
        who: Any = session
        topics = [post["topic_title"] for post in phpbb3.fetch_latest_posts()]
        found = (who["username"], who.is_member("Team"), topics)
    app.extensions["phpbb3"].driver.close()
    path.unlink(missing_ok=True)
    return found
