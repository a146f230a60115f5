"""The example of a newcomer's front page, member page and topic page."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from flask_phpbb3.testing import EmbeddedBoard, login_as

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "beside_the_forum"
MOST_LINES = 100


@pytest.fixture
def board(tmp_path: Path) -> Iterator[EmbeddedBoard]:
    made = EmbeddedBoard(tmp_path / "board.sqlite3")
    made.add_user("R&D", user_lastmark=1)
    public, closed = made.add_forum("Public <b>"), made.add_forum("Closed")
    for group in ("GUESTS", "REGISTERED"):
        made.grant_role("ROLE_FORUM_READONLY", group=group, forum=public)
    made.grant_role("ROLE_FORUM_STANDARD", group="REGISTERED", forum=closed)
    made.add_topic(
        public, "Open & shut", "R&D", text="<r>A <B><s>[b]</s>bold<e>[/b]</e></B> start</r>", time=1000
    )
    for number in range(11):
        made.add_post(1, f"Answer {number}.", "admin", time=2000 + number)
    made.add_topic(closed, "Secret garden", "admin", text="Planted.", time=3000)
    yield made
    made.close()


@pytest.fixture
def app(board: EmbeddedBoard, monkeypatch: pytest.MonkeyPatch) -> Flask:
    spec = importlib.util.spec_from_file_location("beside_the_forum", EXAMPLE / "app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    made: Flask = module.create_app({**board.settings, "SECRET_KEY": "for the test"})
    made.testing = True
    return made


def test_it_is_shorter_than_a_hundred_lines() -> None:
    files = [EXAMPLE / "app.py", *(EXAMPLE / "templates").iterdir()]
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    assert len(files) == 5
    assert len(lines) < MOST_LINES
    assert max(map(len, lines)) < 400


def test_guests_see_what_is_open(app: Flask) -> None:
    client = app.test_client()
    front = client.get("/").text
    assert '<a href="/topics/1">Open &amp; shut</a> in Public &lt;b&gt;' in front
    assert "A bold start" in front
    assert "13 posts by 2 members" in front
    assert "Secret" not in front
    assert "Planted" not in front
    assert client.get("/topics/2").status_code == 404
    assert client.get("/members/2").status_code == 302


def test_topics_have_pages(app: Flask) -> None:
    client = app.test_client()
    first, second = client.get("/topics/1").text, client.get("/topics/1?page=2").text
    assert 'A <strong class="text-strong">bold</strong> start' in first
    assert "Answer 8." in first
    assert '">R&amp;D</a>, ' in first
    assert "Answer 9." not in first
    assert "Answer 10." in second
    assert '<a href="/topics/1?page=2">2</a>' in second


def test_members_see_more(app: Flask, board: EmbeddedBoard) -> None:
    client = app.test_client()
    login_as(client, "R&D")
    front = client.get("/").text
    assert "Hello R&amp;D" in front
    assert '● <a href="/topics/2">Secret garden</a>' in front
    assert "Planted." in client.get("/topics/2").text
    page = client.get(f"/members/{board.user_id('R&D')}").text
    assert "<h1>R&amp;D</h1>" in page
    assert "Registered users" in page
    assert "A bold start" in page
    assert client.get("/members/999").status_code == 404
