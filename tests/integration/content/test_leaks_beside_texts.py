"""What stands beside titles and texts: addresses, rules of forums, polls, hidden sessions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from flask_phpbb3 import BoundPhpBB3, PhpBB3
from flask_phpbb3.testing import EmbeddedBoard

from ...apps import board_of

pytestmark = pytest.mark.slow

LINES = ("3.0", "3.1", "3.2", "3.3", "4.0")


class Site:
    """A board with a forum for everybody, one that is only named, one that only lists, one with a password."""

    def __init__(self, directory: Path, line: str) -> None:
        self.line = line
        self.board = board = EmbeddedBoard(directory / "forum.db", version=line)
        told: dict[str, Any] = {"forum_rules": "xrulesx", "forum_rules_link": "xruleslinkx"}
        self.open = board.add_forum("Open", **told)
        self.named = board.add_forum("Named", **told)
        self.listing = board.add_forum("Listing", **told)
        self.locked = board.add_forum("Locked", password="sesame", **told)
        self.link = board.add_forum("Link", forum_type=2, forum_link="http://xaddressx.example/")
        self.reader, self.author, self.staff = (board.add_user(n) for n in ("reader", "author", "staff"))
        for group in ("GUESTS", "REGISTERED"):
            for forum in (self.open, self.locked):
                board.grant_role("ROLE_FORUM_READONLY", group=group, forum=forum)
            for forum in (self.named, self.listing, self.link):
                board.grant(option="f_list", group=group, forum=forum)
            board.grant(option="u_viewprofile", group=group)
        for forum in (self.named, self.listing, self.link):
            board.grant_role("ROLE_FORUM_READONLY", user="staff", forum=forum)
        board.grant(option="m_approve", user="staff", forum=self.open)
        board.grant(option="u_viewonline", user="staff")
        self.app = Flask("beside")
        self.app.config.update(board.settings)
        PhpBB3(self.app)

    @property
    def phpbb3(self) -> BoundPhpBB3:
        return board_of(self.app)

    def everybody(self) -> tuple[int, ...]:
        return 1, self.reader, self.author, self.staff


@pytest.fixture(params=LINES)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path, request.param)
    with closing(made.board), closing(made.phpbb3.driver):
        yield made


def test_rules_and_link_of_a_forum_are_for_its_readers(site: Site) -> None:
    readers: dict[int, set[int]] = {
        site.open: set(site.everybody()),
        site.named: {site.staff},
        site.listing: {site.staff},
        site.locked: set(),
        site.link: {site.staff},
    }
    for viewer in site.everybody():
        rows = {row["forum_id"]: row for row in site.phpbb3.fetch_forums(user_id=viewer)}
        for forum, allowed in readers.items():
            for row in (rows[forum], site.phpbb3.get_forum(forum_id=forum, user_id=viewer)):
                told = any(f"x{word}x" in json.dumps(row) for word in ("rules", "ruleslink", "address"))
                assert row is None or told == (viewer in allowed), (viewer, row)


def test_the_address_of_a_gravatar_is_in_no_row_of_posts(site: Site) -> None:
    if site.line == "3.0":
        pytest.skip("3.0 has no gravatars")
    for switch in ("allow_avatar", "allow_avatar_gravatar"):
        site.board.set_config(switch, 1)
    site.board.change_user(
        "author", user_avatar="xmailx@example.org", user_avatar_type="avatar.driver.gravatar"
    )
    site.board.change_user("staff", user_avatar="2_1.png", user_avatar_type="avatar.driver.upload")
    topic = site.board.add_topic(site.open, "Topic", "author")
    post = site.board.add_post(topic, "more", "staff")
    for viewer in (*site.everybody(), None):
        whose: dict[str, Any] = {"unfiltered": True} if viewer is None else {"user_id": viewer}
        rows = site.phpbb3.fetch_posts(topic_id=topic, **whose)
        said = [
            rows,
            site.phpbb3.fetch_latest_posts(**whose),
            site.phpbb3.fetch_first_posts(**whose),
            site.phpbb3.fetch_last_posts(**whose),
            site.phpbb3.get_post(post_id=rows[0]["post_id"], **whose),
            site.phpbb3.fetch_user_posts(user_id=site.author, viewer_id=viewer, unfiltered=viewer is None),
        ]
        assert "xmailx" not in json.dumps(said)
        assert "//secure.gravatar.com/" in rows[0]["author"]["avatar_url"]
        assert rows[1]["user_avatar"] == "2_1.png"
        assert rows[1]["post_id"] == post


def test_the_poll_of_a_topic_that_went_away_is_where_the_topic_is(site: Site) -> None:
    open_topic = site.board.add_topic(site.listing, "Moved within reach", "author")
    hidden_topic = site.board.add_topic(site.named, "Moved out of reach", "author")
    locked_topic = site.board.add_topic(site.locked, "Moved behind a password", "author")
    for topic in (open_topic, hidden_topic, locked_topic):
        site.board.add_poll(topic, f"xpoll{topic}x", ["Yes", "No"])
    site.board.grant_role("ROLE_FORUM_READONLY", user="reader", forum=site.listing)
    shadows = {
        topic: site.board.add_shadow(topic, site.open) for topic in (open_topic, hidden_topic, locked_topic)
    }
    may = {open_topic: {site.reader, site.staff}, hidden_topic: {site.staff}, locked_topic: set()}
    for topic, shadow in shadows.items():
        for viewer in site.everybody():
            found = site.phpbb3.get_poll(topic_id=shadow, user_id=viewer)
            assert found == site.phpbb3.get_poll(topic_id=topic, user_id=viewer)
            assert (found is not None) == (viewer in may[topic])
            if found is not None:
                assert found["topic_id"] == topic
                assert [option["poll_option_id"] for option in found["options"]] == [1, 2]


def test_a_list_of_titles_holds_no_polls(site: Site) -> None:
    if site.line in ("3.0", "3.1"):
        pytest.skip("f_list_topics came with 3.2")
    site.board.grant(option="f_list_topics", group="REGISTERED", forum=site.listing)
    topic = site.board.add_topic(site.listing, "Title", "author")
    site.board.add_poll(topic, "xpollx", ["Yes", "No"])
    for viewer, title in ((site.reader, ""), (site.staff, "xpollx")):
        rows = site.phpbb3.fetch_topics(forum_id=site.listing, user_id=viewer)
        assert [row["topic_title"] for row in rows] == ["Title"]
        assert all(title in row["poll_title"] and bool(title) == bool(row["poll_title"]) for row in rows)


def test_posts_of_a_topic_that_waits_are_in_no_list_across_forums(site: Site) -> None:
    """A moderator's reply is approved at once, even in a topic that is not."""
    site.board.set_config("display_unapproved_posts", 1)
    topic = site.board.add_topic(site.open, "xwaitsx", "author", visibility=0)
    post = site.board.add_post(topic, "xreplyx", "staff")
    other = site.board.add_topic(site.open, "Other", "staff")
    for viewer in site.everybody():
        said = [
            site.phpbb3.fetch_user_posts(user_id=site.staff, viewer_id=viewer),
            site.phpbb3.fetch_user_topics(user_id=site.staff, viewer_id=viewer),
            site.phpbb3.fetch_latest_posts(user_id=viewer),
            site.phpbb3.fetch_latest_posts(user_id=viewer, limit=None),
        ]
        told = json.dumps(said)
        assert f'"topic_id": {other}' in told
        assert ("xwaitsx" in told) == (viewer == site.staff), viewer
        if viewer in (1, site.reader):
            assert site.phpbb3.get_post(post_id=post, user_id=viewer) is None


def test_a_page_of_an_authors_posts_is_full_where_a_topic_waits(site: Site) -> None:
    for number in range(4):
        topic = site.board.add_topic(
            site.open, f"Topic {number}", "author", visibility=number % 2, time=number + 1
        )
        site.board.add_post(topic, "reply", "staff", time=number + 10)
    rows = site.phpbb3.fetch_user_posts(user_id=site.staff, limit=2)
    assert [row["topic_title"] for row in rows] == ["Topic 3", "Topic 1"]


def test_who_hides_in_a_session_is_not_betrayed_by_the_time_of_it(site: Site) -> None:
    site.board.change_user("author", user_lastvisit=1_000, user_allow_viewonline=1)
    used = site.phpbb3.board.everything_viewer().now - 5
    site.board.sign_in("author", session_time=used, session_viewonline=0)
    for viewer in site.everybody():
        row = site.phpbb3.get_user_by_name(username="author", user_id=viewer)
        assert row is not None
        assert row["last_active"] == (used if viewer in (site.author, site.staff) else 1_000), viewer


def test_fields_of_who_has_no_profile_are_on_no_profile(site: Site) -> None:
    away = site.board.add_user("away", user_type=1)
    changed = site.board.add_user("changed", user_type=1, user_inactive_reason=2)
    bot = site.board.add_bot("Crawler", "crawler")
    site.board.add_profile_field("town", field_show_on_vt=1)
    if site.line != "3.0":
        site.board._connection.execute("UPDATE phpbb_profile_fields SET field_show_on_ml = 1")
        site.board._connection.commit()
    users = [site.author, away, changed, bot]
    for user in users:
        site.board.set_profile(user, town=f"xtown{user}x")
    for page in ("viewprofile", "memberlist", "viewtopic"):
        site.board.set_config(f"load_cpf_{page}", 1)
    site.board.grant(option="a_user", user="staff")

    def towns(viewer: int, place: str) -> set[int]:
        rows = site.phpbb3.fetch_profile_fields(user_ids=[*users, 10**6], place=place, user_id=viewer)
        return {row["user_id"] for row in rows}

    for viewer in site.everybody():
        told = {u for u in users if site.phpbb3.get_profile(user_id=u, viewer_id=viewer)}
        assert (
            towns(viewer, "profile")
            == told
            == (set(users) if viewer == site.staff else {site.author, changed})
        )
        assert towns(viewer, "topic") == set(users)
        listed = {row["user_id"] for row in site.phpbb3.fetch_users(limit=None, user_id=viewer)} & set(users)
        assert towns(viewer, "list") == (set() if site.line == "3.0" else listed)


def test_signatures_are_told_where_they_are_shown(site: Site) -> None:
    site.board.change_user("author", user_sig="xsignaturex", user_sig_bbcode_uid="uid")
    topic = site.board.add_topic(site.open, "Topic", "author")
    signed = site.board.post_ids(topic)[0]
    plain = site.board.add_post(topic, "more", "author", enable_sig=0)
    site.board.change_user("staff", user_options=230271 & ~8)

    def told(**whose: Any) -> dict[int, tuple[str, str]]:
        rows = site.phpbb3.fetch_posts(topic_id=topic, **whose)
        return {row["post_id"]: (row["user_sig"], row["user_sig_bbcode_uid"]) for row in rows}

    shown, none = ("xsignaturex", "uid"), ("", "")
    for viewer in (1, site.reader):
        assert told(user_id=viewer) == {signed: shown, plain: none}
    assert told(user_id=site.staff) == {signed: none, plain: none}
    assert told(unfiltered=True) == {signed: shown, plain: none}
    site.board.set_config("allow_sig", 0)
    for viewer in site.everybody():
        assert told(user_id=viewer) == {signed: none, plain: none}


def test_what_a_report_says_is_for_who_sees_reports(site: Site) -> None:
    if site.line == "3.0":
        pytest.skip("3.0 has no notifications")
    topic = site.board.add_topic(site.open, "Topic", "author")
    post = site.board.post_ids(topic)[0]
    site.board.insert(
        "notification_types",
        notification_type_id=900,
        notification_type_name="notification.type.report_post",
        notification_type_enabled=1,
    )
    data = 'a:2:{s:11:"topic_title";s:5:"Topic";s:11:"report_text";s:9:"xreportx!";}'
    for number, user in enumerate((site.reader, site.staff)):
        site.board.insert(
            "notifications",
            notification_id=900 + number,
            notification_type_id=900,
            item_id=post,
            user_id=user,
            notification_data=data,
        )
    site.board.grant(option="m_report", user="staff", forum=site.open)
    for viewer, told in ((site.reader, ("", "", False)), (site.staff, ("Topic", "xreportx!", True))):
        [row] = site.phpbb3.fetch_notifications(user_id=viewer)
        assert (row["reference"], row["reason"], row["readable"]) == told


def test_messages_that_are_not_shown_are_in_no_notification(site: Site) -> None:
    if site.line == "3.0":
        pytest.skip("3.0 has no notifications")
    site.board.grant(option="u_readpm", group="REGISTERED")
    message = site.board.add_message("author", ["reader"], "xsubjectx", "text")
    site.board.insert(
        "notification_types",
        notification_type_id=900,
        notification_type_name="notification.type.pm",
        notification_type_enabled=1,
    )
    data = 'a:1:{s:15:"message_subject";s:9:"xsubjectx";}'
    site.board.insert(
        "notifications",
        notification_id=900,
        notification_type_id=900,
        item_id=message,
        user_id=site.reader,
        notification_data=data,
    )

    def told() -> tuple[bool, bool]:
        [row] = site.phpbb3.fetch_notifications(user_id=site.reader)
        assert bool(row["reference"]) is row["readable"]
        return row["readable"], site.phpbb3.get_private_message(
            msg_id=message, user_id=site.reader
        ) is not None

    assert told() == (True, True)
    site.board.set_config("allow_privmsg", 0)
    assert told() == (False, False)
    site.board.set_config("allow_privmsg", 1)
    site.board._connection.execute(
        "UPDATE phpbb_privmsgs_to SET folder_id = -3 WHERE user_id = ?", [site.reader]
    )
    site.board._connection.commit()
    assert told() == (True, True)
    for name, value in (("pm_max_msgs", 1), ("full_folder_action", 2)):  # hold what does not fit
        site.board.set_config(name, value)
    site.board.add_message("author", ["reader"], "fills the inbox", "text")
    assert told() == (False, False)


def test_addresses_are_told_as_people_wrote_them(site: Site) -> None:
    site.board.add_forum("Rules", forum_rules_link="http://rules.example/?a=1&amp;b=2")
    rules = site.phpbb3.fetch_forums(unfiltered=True)[-1]["forum_rules_link"]
    assert rules == "http://rules.example/?a=1&b=2"
    site.board.set_config("load_cpf_viewtopic", 1)
    if site.line == "3.0":
        site.board.change_user("author", user_website="http://a.example/?a=1&amp;b=2", user_occ="Occupation")
    else:
        site.board.add_profile_field(
            "website", field_is_contact=1, field_contact_url="http://a.example/?a=1&amp;b=%s"
        )
        site.board.set_profile("author", website="2")
    [row] = site.phpbb3.fetch_profile_fields(user_ids=[site.author], user_id=site.reader)
    fields = {field["field_ident"]: field["contact_url"] for field in row["fields"]}
    assert fields == {"website": "http://a.example/?a=1&b=2"}


def test_what_may_not_be_read_does_not_tell_when_it_was_written(site: Site) -> None:
    for time in (10, 30):
        site.board.add_topic(site.open, "Open", "author", time=time)
    hidden = site.board.add_topic(site.named, "Hidden", "author", time=20)
    post = site.board.post_ids(hidden)[0]
    site.board.grant(option="m_approve", user="staff", forum=site.named)

    def behind(viewer: int) -> list[int]:
        whose: dict[str, Any] = {"user_id": viewer}
        return [
            len(site.phpbb3.fetch_latest_topics(after=hidden, **whose)),
            len(site.phpbb3.fetch_topics(forum_id=site.open, after=hidden, **whose)),
            len(site.phpbb3.fetch_user_posts(user_id=site.author, after=post, viewer_id=viewer)),
        ]

    assert behind(site.reader) == behind(1) == [0, 0, 0]
    assert behind(site.staff) == [1, 1, 1]
