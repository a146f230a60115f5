"""What is asked about people works on boards of every line, by every driver, and follows that line's rules."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from flask_phpbb3 import BoundPhpBB3

from ... import boards
from ...apps import TRIPLES, board_of, make_app
from ...loading import Databases
from ...pages import BOARD_URL, Comparison

AssertAgrees = Callable[[Comparison], None]
EVERY_BOARD = pytest.mark.parametrize(("release", "database", "driver"), TRIPLES)


@pytest.fixture
def phpbb3(release: str, database: str, driver: str, board: Databases) -> Iterator[BoundPhpBB3]:
    app = make_app(driver, board(release, database), board_url=BOARD_URL)
    with closing(board_of(app).driver):
        yield board_of(app)


def everything(phpbb3: BoundPhpBB3, viewer: int, others: list[int]) -> list[Any]:
    """Return the answers of all that can be asked about people."""
    asked: list[Any] = [
        phpbb3.fetch_users(limit=None, user_id=viewer),
        *(phpbb3.fetch_users(order=order, user_id=viewer) for order in ("name", "-name", "posts", "-active")),
        phpbb3.fetch_users(prefix="a", user_id=viewer),
        phpbb3.fetch_friends(user_id=viewer),
        phpbb3.fetch_foes(user_id=viewer),
        phpbb3.fetch_groups(user_id=viewer),
        phpbb3.fetch_groups(legend=True, user_id=viewer),
        phpbb3.fetch_online(user_id=viewer),
        phpbb3.get_online_figures(user_id=viewer),
        phpbb3.get_board_statistics(user_id=viewer),
        phpbb3.fetch_birthdays(user_id=viewer),
        phpbb3.fetch_notifications(limit=None, user_id=viewer),
        phpbb3.get_unread_counts(user_id=viewer),
        phpbb3.fetch_message_folders(user_id=viewer),
        *(phpbb3.fetch_private_messages(folder=f, user_id=viewer) for f in ("inbox", "sentbox", "outbox", 1)),
        *(phpbb3.get_private_message(msg_id=n, user_id=viewer) for n in range(1, 4)),
        phpbb3.fetch_message_attachments(msg_ids=[1, 2, 3], user_id=viewer),
        phpbb3.fetch_attachments(post_ids=list(range(1, 40)), user_id=viewer),
        *(phpbb3.get_poll(topic_id=n, user_id=viewer) for n in range(1, 12)),
        *(phpbb3.fetch_group_members(group_id=n, user_id=viewer) for n in range(1, 12)),
    ]
    return [*asked, *(phpbb3.get_profile(user_id=other, viewer_id=viewer) for other in others)]


@EVERY_BOARD
def test_all_is_answered_and_no_address_is_told(release: str, database: str, phpbb3: BoundPhpBB3) -> None:
    """E-mail addresses stand in the users' rows, so that there are some to be told."""
    golden = boards.golden(release, database)
    users = sorted(int(user) for user in golden["users"])
    addresses = {str((phpbb3.get_user(user_id=user) or {}).get("user_email")) for user in users} - {
        "",
        "None",
    }
    assert len(addresses) > 10
    administrators = [user for user in users if phpbb3.get_acl(user_id=user).has_privilege("a_user")]
    assert administrators
    for viewer in (1, *administrators[:1], *users[-3:]):
        told = repr(everything(phpbb3, viewer, users))
        assert not [address for address in addresses if address in told]
        assert not re.search(r"'user_(?:password|form_salt|actkey|email|newpasswd|permissions|ip)'", told)


@EVERY_BOARD
def test_links_and_colours_of_names(
    release: str, database: str, driver: str, phpbb3: BoundPhpBB3, assert_agrees: AssertAgrees
) -> None:
    """phpBB's `get_username_string` was asked as the guest or as a member who may see profiles."""
    golden = boards.golden(release, database)
    if release == "3.3.10":
        recorded = {user: row["username_string"] for user, row in golden["users"].items()}
    else:
        recorded = golden["username_string"]
    found = Comparison(f"names, {release}, {driver}")
    rows = {row["user_id"]: row for row in phpbb3.fetch_users(limit=None, user_id=2)}
    for user, strings in recorded.items():
        row = rows.get(int(user))
        if row is not None:
            full = strings["full"]
            colour = re.search(r"color: #(\w+)", full)
            address = re.sub(r"&?sid=\w+", "", html.unescape(strings["profile"])).replace(
                "./", f"{BOARD_URL}/"
            )
            name = html.unescape(re.sub(r"<[^>]*>", "", full))
            ours = (html.unescape(str(row["username"])), row["user_colour"], row["url"])
            found.hold(user, ours, (html.unescape(name), colour[1] if colour else "", address))
    assert_agrees(found)


@EVERY_BOARD
def test_members_are_found_by_name(release: str, phpbb3: BoundPhpBB3) -> None:
    rows = phpbb3.fetch_users(limit=None, user_id=2)
    assert len(rows) > 15
    for row in rows:
        for name in (row["username"], f" {row['username']} ", row["username"].upper()):
            found = phpbb3.get_user_by_name(username=name, user_id=2)
            assert found is not None or (name.isupper() and not name.isascii()), name
            assert found is None or found["user_id"] == row["user_id"]
    assert phpbb3.get_user_by_name(username="nobody at all", user_id=2) is None
    assert phpbb3.get_user_by_name(username="", user_id=2) is None
    assert phpbb3.get_user_by_name(username="Anonymous", user_id=2) is None


@EVERY_BOARD
def test_fields_of_profiles(
    release: str, database: str, driver: str, phpbb3: BoundPhpBB3, assert_agrees: AssertAgrees
) -> None:
    golden = boards.golden(release, database)
    found = Comparison(f"profile fields, {release}, {driver}")
    if release == "3.3.10":
        recorded = {u: row.get("profile_fields") for u, row in golden["users"].items()}
        shown = {u: row["display"] if row else {} for u, row in recorded.items()}
    else:
        shown = {u: row["tpl"] or {} for u, row in golden["profile_fields"].items()}
    for user, fields in shown.items():
        row = phpbb3.get_profile(user_id=int(user), viewer_id=2)
        if row is None:
            continue
        ours = {field["field_ident"]: str(field["value"]) for field in row["fields"]}
        theirs = {
            name.removeprefix("PROFILE_").removesuffix("_VALUE").lower(): _plain(value)
            for name, value in fields.items()
            if name.endswith("_VALUE")
        }
        for ident, value in theirs.items():
            found.hold((user, ident), ours.get(ident), value)
        if release != "3.0.14":
            found.hold((user, "others"), set(ours) - set(theirs), set())
    assert_agrees(found)


def _plain(value: Any) -> str:
    text = re.sub(r"<!-- m -->|</?a[^>]*>", "", str(value).replace("<br />", "\n"))
    return html.unescape(text) if "&" in text and "& " not in text else text
