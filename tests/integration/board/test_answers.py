"""What else phpBB answered about every recorded board: groups, link hashes, notifications, users, posts."""

from __future__ import annotations

from typing import Any

import pytest
from flask import session

from flask_phpbb3 import unescape
from flask_phpbb3.plugins.queries import parse_statement

from ... import boards
from ...apps import TRIPLES, asking, board_of, make_app, visitor
from ...loading import Databases

_PENDING = parse_statement(
    "fetch_pending", "SELECT user_id, group_id FROM phpbb_user_group WHERE user_pending = 1", source="test"
)

EVERY_BOARD = pytest.mark.parametrize(("release", "database", "driver"), TRIPLES)


def memberships(release: str, database: str) -> dict[int, set[int]]:
    """Return user → groups, without pending ones."""
    golden = boards.golden(release, database)
    if release == "3.3.10":
        return {int(user): {*content["group_memberships"]} for user, content in golden["users"].items()}
    assert not any(row["pending"] for rows in golden["group_memberships"].values() for row in rows)
    return {
        int(user): {row["group_id"] for row in rows} for user, rows in golden["group_memberships"].items()
    }


def group_names(release: str, database: str) -> dict[int, str]:
    """Return group → name as people read it; of special groups phpBB's constant."""
    groups = boards.golden(release, database)["groups"]
    if release == "3.3.10":
        return {row["group_id"]: unescape(row["group_name"]) for row in groups}
    return {int(group): unescape(row["name"]) for group, row in groups.items()}


@EVERY_BOARD
def test_memberships(release: str, database: str, driver: str, board: Databases) -> None:
    expected = memberships(release, database)
    names = group_names(release, database)
    with asking(driver, board(release, database)) as phpbb3:
        for user, groups in expected.items():
            found = {group for group in names if phpbb3.has_membership(user_id=user, group_id=group)}
            assert found == groups, user
            by_name = {
                group
                for group, name in names.items()
                if phpbb3.has_membership_resolve(user_id=user, group_name=name)
            }
            held = {names[group] for group in groups}  # two groups may have one name
            assert by_name == {group for group, name in names.items() if name in held}, user


@EVERY_BOARD
def test_pending_members_are_none(release: str, database: str, driver: str, board: Databases) -> None:
    with asking(driver, board(release, database)) as phpbb3:
        pending = phpbb3.driver.read(_PENDING, {})
        assert pending
        for row in pending:
            assert not phpbb3.has_membership(user_id=row["user_id"], group_id=row["group_id"])


@EVERY_BOARD
def test_users(release: str, database: str, driver: str, board: Databases) -> None:
    golden = boards.golden(release, database)
    if release == "3.3.10":
        rows = {int(user): content["row"] for user, content in golden["users"].items()}
        secret = {"user_password", "user_form_salt"}
    else:
        rows = {int(user): row for user, row in golden["users"].items()}
        secret = set()
    with asking(driver, board(release, database)) as phpbb3:
        for user, expected in rows.items():
            found = phpbb3.get_user(user_id=user)
            assert found is not None
            wanted = {name: value for name, value in expected.items() if name not in secret}
            wanted["username"] = unescape(expected["username"])
            assert {name: found.get(name) for name in wanted} == wanted
            assert not secret & set(found)
            assert phpbb3.get_user(user_id=10**7) is None


@EVERY_BOARD
def test_link_hashes_and_notifications(
    release: str, database: str, driver: str, board: Databases, sign_in: Any
) -> None:
    """Ask as the visitor: sessions are written into a copy of the board, one for each user."""
    golden = boards.golden(release, database)
    hashes: dict[int, dict[str, str]] = {}
    headers: dict[int, int] = {}
    if release == "3.3.10":
        for row in golden["link_hash"]:
            hashes.setdefault(row["user_id"], {})[row["name"]] = row["hash"]
        headers = {int(user): row["notifications"]["unread_count"] for user, row in golden["users"].items()}
    else:
        hashes = {int(user): names for user, names in golden["link_hash"].items()}
        recorded = golden.get("notifications", {})
        headers = {int(user): row["header"] or 0 for user, row in recorded.items()}
        headers = headers or dict.fromkeys(hashes, 0)
    settings, sessions = sign_in(release, database, {*hashes, *headers})
    app = make_app(driver, settings)
    seen_hashes: dict[int, dict[str, str]] = {}
    seen_headers: dict[int, int] = {}
    for user, (cookies, environ) in sessions.items():
        with app.test_request_context("/", environ_overrides={"HTTP_COOKIE": cookies, **environ}):
            assert session["user_id"] == user, (user, visitor().refusal)
            seen_headers[user] = visitor().num_unread_notifications
            seen_hashes[user] = {name: visitor().get_link_hash(name) for name in hashes.get(user, {})}
            counted = board_of(app).get_unread_notifications_count(user_id=user)
            assert counted is not None
            assert int(counted["num"]) >= seen_headers[user]
    board_of(app).driver.close()
    assert {user: names for user, names in seen_hashes.items() if names} == hashes
    assert {user: seen_headers[user] for user in headers} == headers
    assert (max(headers.values()) > 0) is (release != "3.0.14")


@EVERY_BOARD
def test_unread_notifications_of_enabled_types(
    release: str, database: str, driver: str, board: Databases
) -> None:
    golden = boards.golden(release, database)
    if release == "3.3.10":
        counts = {int(user): row["notifications"]["unread_count"] for user, row in golden["users"].items()}
    else:
        counts = {int(user): row["unread"] for user, row in golden.get("notifications", {}).items()}
        counts = counts or {int(user): 0 for user in golden["users"]}
    with asking(driver, board(release, database)) as phpbb3:
        found = {user: phpbb3.get_unread_notifications_count(user_id=user) for user in counts}
    assert {user: int(row["num"]) if row else None for user, row in found.items()} == counts


@EVERY_BOARD
@pytest.mark.parametrize("approved_only", [True, False])
def test_latest_posts(
    release: str, database: str, driver: str, board: Databases, sign_in: Any, approved_only: bool
) -> None:
    """Moderators may ask for what is not approved, too; authors do not see their own across forums."""
    expected = (
        rich_posts(database, approved_only)
        if release == "3.3.10"
        else small_posts(release, database, approved_only)
    )
    wanted: dict[str, Any] = {} if approved_only else {"approved_only": False}
    assert len(expected) >= 10
    settings, sessions = sign_in(release, database, set(expected))
    app = make_app(driver, settings)
    phpbb3 = board_of(app)
    for user, (posts, is_complete) in expected.items():
        cookies, environ = sessions[user]
        with app.test_request_context("/", environ_overrides={"HTTP_COOKIE": cookies, **environ}):
            rows = phpbb3.fetch_latest_posts(limit=None, **wanted)
            found = [row["post_id"] for row in rows]
            assert (set(found) if is_complete else set(found[: len(posts)])) == posts, user
            assert len(set(found)) == len(found)
            order = [(row["post_time"], row["post_id"]) for row in rows]
            assert order == sorted(order, reverse=True)
            assert phpbb3.fetch_latest_posts(skip=1, limit=2, **wanted) == rows[1:3]
            assert phpbb3.fetch_latest_posts(**wanted) == rows[:10]
    guest = phpbb3.fetch_latest_posts(limit=None)  # outside a request
    assert {row["post_id"] for row in guest} >= expected[1][0]
    phpbb3.driver.close()


def rich_posts(database: str, approved_only: bool) -> dict[int, tuple[set[int], bool]]:
    """Return viewer → the newest posts, of which there may be more."""
    golden = boards.golden("3.3.10", database)
    posts = {int(post): row for post, row in golden["posts"].items()}
    expected = {}
    for view in golden["views"].values():
        readable = set(view["readable"]) - {int(forum) for forum in view["passworded"]}
        newest = {
            post
            for post in view["latest80_global_visibility"]
            if posts[post]["forum_id"] in readable
            and (posts[post]["post_visibility"] == 1 or not approved_only)
        }
        expected[view["user_id"]] = (newest, False)
    return expected


def small_posts(release: str, database: str, approved_only: bool) -> dict[int, tuple[set[int], bool]]:
    """Return viewer → all posts in the forums that the viewer may read: what is approved, and to moderators all.

    phpBB 3.0 shows the posts of its global announcements, which stand in no forum, to all of them.
    """
    golden = boards.golden(release, database)
    visible = golden["visible_posts"]
    protected = {forum for forum, row in golden["forum_desc"].items() if "password" in row["name"]}
    return {
        int(user): (
            {
                int(post)
                for forum in (visible["1"] if approved_only else visible[user])
                if forum not in protected and "f_read" in golden["acl"][user][forum]
                for post in visible[
                    user if "m_approve" in golden["acl"][user][forum] and not approved_only else "1"
                ].get(forum, ())
            }
            | {int(post) for post, row in golden["posts"].items() if not row["forum_id"]},
            True,
        )
        for user in golden["visible_posts"]
    }
