"""What every version must answer, on a board of its own tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, session

from flask_phpbb3.errors import ParameterError, UnknownStatementError
from flask_phpbb3.extension import BoundPhpBB3
from flask_phpbb3.testing.conformance.subject import BoardUnderTest, bound
from flask_phpbb3.testing.stock import NEVER

STATEMENTS = (
    "get_autologin",
    "get_session",
    "get_user",
    "get_user_profile",
    "has_membership",
    "has_membership_resolve",
    "fetch_acl_options",
    "get_unread_notifications_count",
    "fetch_latest_posts",
)
SECRETS = (
    "user_password",
    "user_newpasswd",
    "user_form_salt",
    "user_actkey",
    "reset_token",
    "user_last_confirm_key",
)
SESSION_COLUMNS = {
    *("session_id", "session_user_id", "session_time", "session_ip", "session_browser"),
    *("session_forwarded_for", "session_autologin", "session_last_visit", "session_viewonline"),
}
USER_COLUMNS = {
    *("user_id", "user_type", "group_id", "user_permissions", "username", "username_clean", "user_email"),
    *("user_lang", "user_timezone", "user_dateformat", "user_rank", "user_colour", "user_posts"),
    *(
        "user_regdate",
        "user_new_privmsg",
        "user_unread_privmsg",
        "user_avatar",
        "user_avatar_type",
        "user_sig",
    ),
}
POST_COLUMNS = {
    *("post_id", "topic_id", "forum_id", "poster_id", "post_time", "post_subject", "post_text", "bbcode_uid"),
    *("bbcode_bitfield", "post_username", "username", "topic_title", "forum_name"),
}
AGENT = "Suite/1.0"
CANARY = "canary-5eb"  # as long as the shortest of these columns


@dataclass(frozen=True)
class World:
    """The ids of what the suite puts on the board."""

    alice: int
    pending: int
    group: int
    open_forum: int
    staff_forum: int
    password_forum: int
    posts: Mapping[str, int]


class VersionSuite:
    """Check a version; a subclass overrides the fixture `subject`."""

    @pytest.fixture(scope="class")
    @classmethod
    def subject(cls) -> Iterator[BoardUnderTest]:
        """Yield a miniature board of the version's tables, and its place."""
        pytest.fail("Override the fixture 'subject' of the suite; see flask_phpbb3.testing.conformance.")

    @pytest.fixture(scope="class")
    @classmethod
    def world(cls, subject: BoardUnderTest) -> World:
        """Fill the board with people, forums and posts; every secret column of ``alice`` holds a canary."""
        board = subject.board
        group = board.add_group("R&D <team>")
        secrets: dict[str, Any] = {name: CANARY for name in SECRETS if board.schema.has("users", name)}
        alice = board.add_user("Alice & Co", **secrets)
        pending = board.add_user("Patience")
        board.add_member(alice, group, leader=True)
        board.add_member(pending, group, pending=True)
        forums = [board.add_forum("Open & free"), board.add_forum("Staff")]
        forums.append(board.add_forum("Locked", forum_password=CANARY))
        readers: tuple[tuple[int | str, ...], ...] = (("GUESTS", "REGISTERED"), (group,), ("REGISTERED",))
        for forum, names in zip(forums, readers, strict=True):
            for name in names:
                board.grant_role("ROLE_FORUM_STANDARD", group=name, forum=forum)
        posts = {}
        for number, (label, forum) in enumerate(zip(("open", "staff", "locked"), forums, strict=True)):
            topic = board.add_topic(forum, f"{label} & <topic>", alice)
            posts[label] = board.add_post(topic, f"{label} post", alice, time=1_700_000_000 + number)
            posts[f"{label} unapproved"] = board.add_post(topic, "waits", alice, visibility=0)
        return World(alice, pending, group, forums[0], forums[1], forums[2], posts)

    @pytest.fixture
    def app(self, subject: BoardUnderTest, world: World) -> Iterator[Flask]:
        """Make an application on the board."""
        app = subject.app()
        yield app
        bound(app).driver.close()

    @pytest.fixture
    def phpbb3(self, app: Flask) -> BoundPhpBB3:
        """Return the application's board."""
        return bound(app)

    def test_every_statement_of_the_contract_exists(self, phpbb3: BoundPhpBB3) -> None:
        """Each can be called by name and is documented."""
        connector = phpbb3.board.connector()
        assert set(STATEMENTS) <= connector.names
        assert [name for name in STATEMENTS if not connector.describe(name)] == []

    def test_auto_finds_the_version(self, subject: BoardUnderTest, world: World) -> None:
        """``VERSION`` ``auto`` chooses the version by the board's own release, if it may be chosen so."""
        named = bound(subject.app())
        chosen = bound(subject.app(PHPBB3={**subject.config["PHPBB3"], "VERSION": "auto"}))
        line = named.board.connector().line
        assert (chosen.board.connector().line.name == line.name) is line.version.automatic

    def test_columns(self, subject: BoardUnderTest, phpbb3: BoundPhpBB3, world: World) -> None:
        """The rows have the columns that applications rely on."""
        cookies = subject.board.sign_in(world.alice, browser=AGENT, autologin=True)
        session_id = _cookie(cookies, "sid")
        user = phpbb3.get_user(user_id=world.alice)
        found = phpbb3.get_session(session_id=session_id)
        [option] = phpbb3.fetch_acl_options(limit=1)
        [post] = phpbb3.fetch_latest_posts(limit=1)
        assert user is not None
        assert found is not None
        assert set(user) >= USER_COLUMNS
        assert set(found) >= USER_COLUMNS | SESSION_COLUMNS
        assert set(option) >= {"auth_option_id", "auth_option", "is_global", "is_local"}
        assert set(post) >= POST_COLUMNS
        assert (user["username"], found["session_id"]) == ("Alice & Co", session_id)
        assert phpbb3.get_user(user_id=10**6) is None
        assert phpbb3.get_session(session_id="0" * 32) is None
        assert phpbb3.get_autologin(key="0" * 32) is None
        assert phpbb3.get_user_profile(user_id=10**6) is None

    def test_autologin_names_the_user(
        self, subject: BoardUnderTest, phpbb3: BoundPhpBB3, world: World
    ) -> None:
        """The key as stored is the MD5 of the cookie's value."""
        import hashlib

        key = _cookie(subject.board.sign_in(world.alice, autologin=True), "k")
        stored = hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()
        row = phpbb3.get_autologin(key=stored)
        assert row is not None
        assert row["user_id"] == world.alice
        assert set(row) >= USER_COLUMNS | {"last_ip", "last_login"}
        assert stored not in map(str, row.values())
        assert phpbb3.get_autologin(key=key) is None

    def test_no_row_holds_a_secret(self, subject: BoardUnderTest, app: Flask, world: World) -> None:
        """Neither by name nor by value; the forum's password is as secret as the user's."""
        phpbb3 = bound(app)
        cookies = subject.board.sign_in(world.alice, browser=AGENT, autologin=True)
        rows: list[Any] = [
            phpbb3.get_user(user_id=world.alice),
            phpbb3.get_session(session_id=_cookie(cookies, "sid")),
            phpbb3.get_user_profile(user_id=world.alice),
            *phpbb3.fetch_latest_posts(limit=None),
        ]
        with app.test_request_context("/", headers=_headers(cookies)):
            rows.append(dict(session))
            rows.extend(phpbb3.fetch_latest_posts(limit=None))
        named = {name for row in rows if row for name in row}
        assert not named & {*SECRETS, "forum_password", "key_id"}
        assert CANARY not in repr(rows)

    def test_private_statements_cannot_be_called(self, phpbb3: BoundPhpBB3) -> None:
        """What the core asks for itself has no public name."""
        for name in ("_get_form_salt", "_fetch_config", "_fetch_permissions"):
            with pytest.raises(UnknownStatementError):
                phpbb3.execute_custom(name, user_id=2)

    def test_identity_is_never_cached(self, phpbb3: BoundPhpBB3) -> None:
        """A cached session would outlive its end."""
        with pytest.raises(ParameterError, match="never cached"):
            phpbb3.get_session(session_id="0" * 32, cache=True)
        with pytest.raises(ParameterError, match="never cached"):
            phpbb3.get_autologin(key="0" * 32, cache=True)

    def test_memberships(self, phpbb3: BoundPhpBB3, world: World) -> None:
        """By id and by name as people read it; pending members are none."""
        assert phpbb3.has_membership(user_id=world.alice, group_id=world.group) is True
        assert phpbb3.has_membership(user_id=world.pending, group_id=world.group) is False
        for name, alice, pending in (
            ("R&D <team>", True, False),
            ("REGISTERED", True, True),
            ("registered", False, False),
            ("R&amp;D &lt;team&gt;", False, False),
            ("", False, False),
        ):
            assert phpbb3.has_membership_resolve(user_id=world.alice, group_name=name) is alice
            assert phpbb3.has_membership_resolve(user_id=world.pending, group_name=name) is pending

    def test_computed_permissions_equal_decoded_ones(
        self, subject: BoardUnderTest, phpbb3: BoundPhpBB3, world: World
    ) -> None:
        """What is computed from the tables has the string that phpBB would store."""
        subject.board.grant(user=world.pending, forum=world.open_forum, option="f_post", setting=NEVER)
        assert any(option["auth_option"] == "f_read" for option in phpbb3.fetch_acl_options(limit=None))
        for user in (1, 2, world.alice, world.pending):
            computed = phpbb3.get_acl(user_id=user)
            assert phpbb3.get_user_acl(raw_user_permissions=computed.encode()) == computed
        alice, pending = (phpbb3.get_acl(user_id=user) for user in (world.alice, world.pending))
        assert alice.has_privilege("f_post", world.open_forum)
        assert not pending.has_privilege("f_post", world.open_forum)
        assert alice.has_privilege("f_read", world.staff_forum)
        assert not pending.has_privilege("f_read", world.staff_forum)
        assert phpbb3.get_acl(user_id=2).has_privilege("a_board")
        assert not phpbb3.get_acl(user_id=1).has_privilege("a_")
        assert not phpbb3.get_acl(user_id=10**6).has_privilege("u_viewprofile")

    def test_latest_posts_are_the_viewers(self, subject: BoardUnderTest, app: Flask, world: World) -> None:
        """Approved, in forums the viewer may read, without a password; the newest first."""
        phpbb3 = bound(app)
        outside = [row["post_id"] for row in phpbb3.fetch_latest_posts(limit=None)]
        assert world.posts["open"] in outside
        cookies = subject.board.sign_in(world.alice, browser=AGENT)
        with app.test_request_context("/", headers=_headers(cookies)):
            inside = [row["post_id"] for row in phpbb3.fetch_latest_posts(limit=None)]
        assert inside.index(world.posts["staff"]) < inside.index(world.posts["open"])
        hidden = {world.posts[name] for name in ("locked", "open unapproved", "staff unapproved")}
        assert not hidden & {*inside, *outside}
        assert world.posts["staff"] not in outside

    def test_text_columns_are_unescaped_once(self, app: Flask, world: World) -> None:
        """Names and titles are plain text; rich text stays as phpBB stored it."""
        post = next(
            row for row in bound(app).fetch_latest_posts(limit=None) if row["post_id"] == world.posts["open"]
        )
        assert post["topic_title"] == "open & <topic>"
        assert post["forum_name"] == "Open & free"
        assert post["username"] == "Alice & Co"

    def test_unread_notifications(self, subject: BoardUnderTest, app: Flask, world: World) -> None:
        """Read ones and those of disabled types do not count; a line without notifications counts 0."""
        board, phpbb3 = subject.board, bound(app)
        expected = 0
        if board.schema.has("notifications"):
            board.add_notification_type("notification.type.suite_off", enabled=False)
            board.add_notification(world.pending, "notification.type.suite")
            board.add_notification(world.pending, "notification.type.suite", item=2)
            board.add_notification(world.pending, "notification.type.suite", item=3, read=True)
            board.add_notification(world.pending, "notification.type.suite_off")
            expected = 2
        row = phpbb3.get_unread_notifications_count(user_id=world.pending)
        assert row is not None
        assert int(row["num"]) == expected
        cookies = board.sign_in(world.pending, browser=AGENT)
        with app.test_request_context("/", headers=_headers(cookies)):
            assert session.num_unread_notifications == expected  # type: ignore[attr-defined]

    def test_the_visitor(self, subject: BoardUnderTest, app: Flask, world: World) -> None:
        """The cookies that the forum sets name the user; a wrong browser does not."""
        cookies = subject.board.sign_in(world.alice, browser=AGENT)
        with app.test_request_context("/", headers=_headers(cookies)):
            assert (session["user_id"], session["username"]) == (world.alice, "Alice & Co")
        with app.test_request_context("/", headers={**_headers(cookies), "User-Agent": "Other/2.0"}):
            assert (session["user_id"], session.refusal) == (1, "browser")  # type: ignore[attr-defined]
        with app.test_request_context("/", headers={"User-Agent": AGENT}):
            assert (session["user_id"], session.refusal) == (1, None)  # type: ignore[attr-defined]

    def test_a_banned_user_is_a_guest(self, subject: BoardUnderTest, app: Flask) -> None:
        """The answer about bans comes with the session."""
        user = subject.board.add_user("Troll")
        cookies = subject.board.sign_in(user, browser=AGENT)
        subject.board.ban(user=user, give_reason="R&D")
        with app.test_request_context("/", headers=_headers(cookies)):
            assert session["user_id"] == 1
            ban = session.ban  # type: ignore[attr-defined]
            assert ban is not None
            assert ban.reason == "R&D"


def _cookie(cookies: Mapping[str, str], name: str) -> str:
    return next(value for key, value in cookies.items() if key.endswith(f"_{name}"))


def _headers(cookies: Mapping[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "User-Agent": AGENT}
