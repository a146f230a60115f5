"""Pages are odd."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import session
from werkzeug.test import TestResponse

from flask_phpbb3.testing import EmbeddedBoard
from flask_phpbb3.web import login_required, permission_required

from ...apps import board_of
from ...sites import AGENT, Site
from ..browser import in_the_browser, policy
from .conftest import MakeSite
from .entries import Entry


def get(site: Site, path: str, cookies: Mapping[str, str]) -> TestResponse:
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    client = site.app.test_client(use_cookies=False)
    return client.get(
        path, headers={"Cookie": header, "User-Agent": AGENT}, base_url="http://www.example.org"
    )


def test_people_end_on_the_forum(entry: Entry, make: MakeSite) -> None:
    back = "https://forum.example.org/ucp.php?mode=login&redirect=%2Fback%2F%3Fto%3D{next}"
    answers = []
    for login_url in (None, back):
        site = make(board_url="https://forum.example.org", login_url=login_url)
        site.app.add_url_rule("/members", "members", login_required(lambda: "members"))
        answers.append(get(site, "/members", {}))
    assert answers[0].status_code == 401
    told = "Sign in at the forum, then open this page again."
    assert told in entry.part("Seen")
    assert told in answers[0].text
    assert answers[1].status_code == 302
    assert answers[1].location.startswith(back.partition("{")[0])


def test_links_lead_to_another_host(embedded: EmbeddedBoard, make: MakeSite) -> None:
    embedded.set_config("server_name", "old.example.org")
    assert "old.example.org" in board_of(make().app).urls.topic(1)
    right = make(board_url="https://forum.example.org")
    assert board_of(right.app).urls.topic(1).startswith("https://forum.example.org/")
    embedded.set_config("server_name", "forum.example.org")
    assert "forum.example.org" in board_of(make().app).urls.topic(1)


def test_rights_of_guests_are_old(embedded: EmbeddedBoard, make: MakeSite) -> None:
    forum = embedded.add_forum("News")
    embedded.grant(group="GUESTS", option="f_read", forum=forum)
    kept, fresh = make(board_ttl=60), make(board_ttl=0)
    for site in (kept, fresh):
        site.app.add_url_rule("/may", "may", lambda: {"thing": session.has_privilege("f_read", forum)})  # type: ignore[attr-defined]
        assert site.ask({}, "/may").thing is True
    embedded.grant(group="GUESTS", option="f_read", forum=forum, setting=0)
    assert kept.ask({}, "/may").thing is True
    assert fresh.ask({}, "/may").thing is False


def test_a_misspelt_permission(
    entry: Entry, embedded: EmbeddedBoard, make: MakeSite, log: pytest.LogCaptureFixture
) -> None:
    site = make()
    for option in ("a_usre", "a_user"):
        site.app.add_url_rule(f"/{option}", option, permission_required(option)(lambda: "administrators"))
    cookies = embedded.sign_in("admin", browser=AGENT)
    assert get(site, "/a_usre", cookies).status_code == 403
    assert entry.is_seen_in(log.text)
    assert get(site, "/a_user", cookies).status_code == 200


def test_titles_with_entities(embedded: EmbeddedBoard, make: MakeSite) -> None:
    embedded.add_topic(embedded.add_forum("News"), "R&D", "alice")
    statement = {"get_title": "SELECT topic_title AS headline FROM {TABLE_PREFIX}topics"}
    commented = {"get_title": f"-- escaped: headline\n{statement['get_title']}"}
    cases: list[tuple[dict[str, Any], str]] = [
        ({"CUSTOM_STATEMENTS": statement}, "R&amp;D"),
        ({"CUSTOM_STATEMENTS": statement, "ESCAPED_COLUMNS": ["headline"]}, "R&D"),
        ({"CUSTOM_STATEMENTS": commented}, "R&D"),
    ]
    for settings, seen in cases:
        assert board_of(make(settings).app).execute_custom("get_title") == {"headline": seen}


def test_a_byte_that_is_not_utf8(
    entry: Entry, embedded: EmbeddedBoard, make: MakeSite, log: pytest.LogCaptureFixture
) -> None:
    def write(value: str) -> None:
        with closing(sqlite3.connect(embedded.path)) as forum, forum:
            forum.execute(f"UPDATE phpbb_users SET user_jabber = {value} WHERE username = 'alice'")

    write("CAST(x'61ff62' AS TEXT)")
    bound = board_of(make().app)
    row = bound.get_user(user_id=embedded.user_id("alice"))
    assert row is not None
    assert row["user_jabber"] == "a\ufffdb"
    assert entry.is_seen_in(log.text)
    write("'ab'")
    row = bound.get_user(user_id=embedded.user_id("alice"))
    assert row is not None
    assert row["user_jabber"] == "ab"


def test_a_notice_instead_of_a_text(make: MakeSite) -> None:
    text = {"post_text": "<r><HIDE><s>[hide]</s>for members<e>[/hide]</e></HIDE></r>"}
    members = '<xsl:if test="$S_REGISTERED_USER"><xsl:apply-templates/></xsl:if>'

    def shown(user_id: int, **settings: Any) -> str:
        return str(board_of(make(**settings).app).render(text, user_id=user_id))

    assert "phpbb3-hidden" in shown(2)
    assert "for members" not in shown(2)
    assert "for members" in shown(2, hidden_bbcodes=[])
    assert "for members" in shown(2, markup={"HIDE": members})
    assert "for members" not in shown(1, markup={"HIDE": members})


def test_a_policy_takes_colours_away(make: MakeSite, tmp_path: Path) -> None:
    text = {"post_text": '<r><COLOR color="#00ff00"><s>[color=#00ff00]</s>green<e>[/color]</e></COLOR></r>'}
    html = str(board_of(make().app).render(text))
    strict = in_the_browser(html, "default-src 'self';", tmp_path)
    assert "style-src-attr" in strict["broken"]
    assert strict["colour"] == "rgb(0, 0, 0)"
    assert in_the_browser(html, policy(), tmp_path) == {"broken": [], "colour": "rgb(0, 255, 0)"}
