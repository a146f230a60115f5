"""For whom content is answered: the visitor, the guest, another user, nobody; and passwords of forums."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cachelib import SimpleCache
from flask import Flask

from flask_phpbb3 import BoundPhpBB3, ParameterError, PhpBB3
from flask_phpbb3.testing import EmbeddedBoard, login_as
from flask_phpbb3.web import permission_required

from ...apps import board_of, visitor

LINES = ("3.0", "3.1", "3.2", "3.3", "4.0")


class Site:
    """A board with an open, a hidden and a password forum, and an application on it."""

    def __init__(self, directory: Path, line: str, **settings: Any) -> None:
        self.board = EmbeddedBoard(directory / "forum.db", version=line)
        board = self.board
        self.open = board.add_forum("Open")
        self.hidden = board.add_forum("Hidden")
        self.locked = board.add_forum("Locked", password="sesame")
        board.add_user("alice")
        self.staff = board.add_user("staff")
        for group, forum in (("GUESTS", self.open), ("GUESTS", self.locked), ("REGISTERED", self.open)):
            board.grant_role("ROLE_FORUM_READONLY", group=group, forum=forum)
        board.grant_role("ROLE_FORUM_READONLY", group="REGISTERED", forum=self.locked)
        board.grant_role("ROLE_FORUM_READONLY", user="staff", forum=self.hidden)
        for forum in (self.open, self.hidden, self.locked):
            board.add_topic(forum, f"Topic in {forum}", "staff")
        self.app = Flask("viewers")
        self.app.secret_key = "not so secret"
        self.app.config.update(board.settings, TESTING=True, **settings)
        PhpBB3(self.app, cache=SimpleCache())

    @property
    def phpbb3(self) -> BoundPhpBB3:
        return board_of(self.app)

    def names(self, **options: Any) -> list[str]:
        return [row["forum_name"] for row in self.phpbb3.fetch_forums(**options)]


@pytest.fixture(params=LINES)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path, request.param)
    with closing(made.board), closing(made.phpbb3.driver):
        yield made


def test_the_viewer_is_the_guest_or_whom_the_call_names(site: Site) -> None:
    assert site.names() == ["Open", "Locked"]
    assert site.names(user_id=site.staff) == ["Open", "Hidden", "Locked"]
    assert site.names(user_id=10**6) == []
    assert site.names(unfiltered=True)[-3:] == ["Open", "Hidden", "Locked"]


def test_the_viewer_is_the_visitor_of_the_request(site: Site) -> None:
    client = site.app.test_client()
    site.app.add_url_rule("/", "index", lambda: ",".join(site.names()))
    assert client.get("/").text == "Open,Locked"
    login_as(client, "staff")
    assert client.get("/").text == "Open,Hidden,Locked"


def test_cached_answers_reach_nobody_else(site: Site) -> None:
    for _ in range(2):
        assert site.names(cache=True) == ["Open", "Locked"]
        assert site.names(cache=True, user_id=site.staff) == ["Open", "Hidden", "Locked"]
        assert len(site.names(cache=True, unfiltered=True)) >= 3


def test_a_password_is_asked_once_a_session(site: Site) -> None:
    client = site.app.test_client()

    @site.app.get("/")
    def index() -> dict[str, Any]:
        rows = {row["forum_id"]: row for row in site.phpbb3.fetch_forums(cache=True)}
        topic = rows[site.locked]["forum_last_post_subject"]
        return {
            "may": [f for f in (site.open, site.hidden, site.locked) if visitor().may_read(f)],
            "locked": sorted(visitor().locked_forums),
            "needs": rows[site.locked]["needs_password"],
            "last": topic,
        }

    @site.app.get("/<int:forum_id>")
    @permission_required("f_read", forum_id_arg="forum_id")
    def forum(forum_id: int) -> str:
        return "read"

    shut = {"may": [site.open], "locked": [site.locked], "needs": True, "last": ""}
    assert client.get("/").json == shut
    assert client.get(f"/{site.locked}").status_code == 302
    cookies = login_as(client, "alice")
    assert client.get("/").json == shut
    assert client.get(f"/{site.locked}").status_code == 403
    site.board.unlock_forum(cookies["phpbb3_mini_sid"], site.locked)
    opened = {
        "may": [site.open, site.locked],
        "locked": [],
        "needs": False,
        "last": f"Topic in {site.locked}",
    }
    assert client.get("/").json == opened
    assert client.get(f"/{site.locked}").text == "read"
    login_as(client, "alice")  # another session of the same user
    assert client.get("/").json == shut


def test_forums_are_found_one_by_one(site: Site) -> None:
    found = site.phpbb3.get_forum(forum_id=site.open)
    assert found is not None
    assert (found["posts"], found["topics"], found["depth"]) == (1, 1, 0)
    assert found["url"] == f"http://localhost/forum/viewforum.php?f={site.open}"
    assert site.phpbb3.get_forum(forum_id=site.hidden) is None
    assert site.phpbb3.get_forum(forum_id=999) is None
    assert [row["forum_id"] for row in site.phpbb3.fetch_forum_path(forum_id=site.open)] == [site.open]
    assert site.phpbb3.fetch_forum_path(forum_id=site.hidden) == []
    assert len(site.phpbb3.fetch_forums(limit=1, skip=1)) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, r"missing forum_id\. It takes forum_id"),
        ({"forum_id": "2"}, "forum_id must be int, not str"),
        ({"forum_id": True}, "forum_id must be int, not bool"),
        ({"forum_id": 2, "forum": 3}, r"unknown forum\. It takes forum_id"),
        ({"forum_id": 2, "user_id": "x"}, "user_id is a user id"),
        ({"forum_id": 2, "user_id": 2, "unfiltered": True}, "not given with unfiltered"),
        ({"forum_id": 2, "unfiltered": 1}, "unfiltered must be True or False"),
        ({"forum_id": 2, "skip": 1}, "takes no skip"),
    ],
)
def test_arguments_are_checked(tmp_path: Path, arguments: dict[str, Any], said: str) -> None:
    site = Site(tmp_path, "3.3")
    with (
        closing(site.board),
        closing(site.phpbb3.driver),
        pytest.raises(ParameterError, match=said),
    ):
        site.phpbb3.execute_custom("get_forum", **arguments)


def test_the_owners_statement_wins_and_takes_less(tmp_path: Path) -> None:
    statement = "SELECT 1 AS one WHERE %(parent_id)s = 7"
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as board:
        app = Flask("owner")
        app.config.update(board.settings)
        app.config["PHPBB3_DATABASE"]["CUSTOM_STATEMENTS"] = {"fetch_forums": statement}
        PhpBB3(app)
        assert board_of(app).fetch_forums(parent_id=7) == [{"one": 1}]
        board_of(app).driver.close()
