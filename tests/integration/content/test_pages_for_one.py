"""Private messages and notifications as phpBB showed them to the one they are for."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from flask_phpbb3 import escape, unescape
from flask_phpbb3.plugins.queries import parse_statement
from flask_phpbb3.rendering.censor import Censor

from ... import boards
from ...apps import board_of, clock, make_app
from ...loading import Databases
from ...pages import BOARD_URL, DATABASES, RELEASE, Comparison, address, pages, plain

AssertAgrees = Callable[[Comparison], None]
EVERY_DATABASE = pytest.mark.parametrize(("database", "driver"), DATABASES)
ON_POSTGRESQL = pytest.mark.parametrize(("database", "driver"), [DATABASES[0]])
"""The board that the pages are of; ids of notifications differ on the others."""

FRENCH = "ines"

_WORDS = parse_statement(
    "fetch_words", "SELECT word, replacement FROM phpbb_words ORDER BY replacement", source="test"
)


@pytest.fixture
def phpbb3(database: str, driver: str, board: Databases) -> Any:
    app = make_app(driver, board(RELEASE, database, dump="content"), board_url=BOARD_URL)
    with closing(board_of(app).driver):
        yield board_of(app)


@EVERY_DATABASE
def test_folders_of_private_messages(phpbb3: Any, driver: str, assert_agrees: AssertAgrees) -> None:
    found = Comparison(f"folders of private messages, {driver}")
    for viewer, page in pages().items():
        folders = {
            row["url"].rpartition("folder=")[2]: row
            for row in phpbb3.fetch_message_folders(user_id=page["user_id"])
        }
        for name, recorded in page.get("pm", {}).items():
            rows = phpbb3.fetch_private_messages(
                folder=int(name) if name.isdigit() else name, user_id=page["user_id"]
            )
            where = (viewer, name)
            found.hold(where, _in_order(rows), _recorded_in_order(recorded["rows"], rows))
            if name != "0" and "CUR_FOLDER_NAME" in recorded:
                folder = folders[name]
                numbers = re.findall(r"\d+", recorded["FOLDER_STATUS"].partition("(")[2])
                found.hold(
                    (*where, "counts"),
                    [folder["messages"], folder["max_messages"]],
                    [int(n) for n in numbers],
                )
                if viewer != FRENCH:
                    found.hold((*where, "name"), folder["folder_name"], plain(recorded["CUR_FOLDER_NAME"]))
    assert_agrees(found)


def _in_order(rows: list[dict[str, Any]]) -> list[Any]:
    return [(row["msg_id"], row["message_subject"], row["author"]["username"]) for row in rows]


def _recorded_in_order(recorded: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[Any]:
    """Return recorded rows in the order of this board's times, which differ by seconds from database to database."""
    times = {row["msg_id"]: (-row["message_time"], -row["msg_id"]) for row in rows}
    known = [(int(r["MESSAGE_ID"]), plain(r["SUBJECT"]), plain(r["MESSAGE_AUTHOR_FULL"])) for r in recorded]
    return sorted(known, key=lambda row: times.get(row[0], (0, 0)))


@EVERY_DATABASE
def test_private_messages(phpbb3: Any, driver: str, assert_agrees: AssertAgrees) -> None:
    found = Comparison(f"private messages, {driver}")
    for viewer, page in pages().items():
        for msg_id, recorded in page.get("pm_view", {}).items():
            row = phpbb3.get_private_message(msg_id=int(msg_id), user_id=page["user_id"])
            attachments = phpbb3.fetch_message_attachments(msg_ids=[int(msg_id)], user_id=page["user_id"])
            where = (viewer, msg_id)
            found.hold((*where, "attachments"), len(attachments), len(recorded["attachment"]))
            if "SUBJECT" not in recorded or row is None:
                found.hold(where, row, recorded.get("SUBJECT"))
                continue
            found.hold(
                where,
                (row["message_subject"], row["author"]["username"], bool(row["user_sig"])),
                (
                    plain(recorded["SUBJECT"]),
                    plain(recorded["MESSAGE_AUTHOR_FULL"]),
                    bool(recorded.get("SIGNATURE")),
                ),
            )
            for blind, kind in ((False, "to"), (True, "bcc")):
                ours = [(r["id"], r["kind"], r["name"]) for r in row["recipients"] if r["blind"] is blind]
                theirs = [
                    (r["UG_ID"], "group" if r.get("IS_GROUP") else "user", plain(r["NAME"]))
                    for r in recorded[kind]
                ]
                found.hold((*where, kind), sorted(ours), sorted(theirs))
    assert_agrees(found)


@EVERY_DATABASE
def test_numbers_in_the_header(phpbb3: Any, driver: str, database: str, assert_agrees: AssertAgrees) -> None:
    found = Comparison(f"unread messages and notifications, {driver}")
    for viewer, page in pages().items():
        counts = phpbb3.get_unread_counts(user_id=page["user_id"])
        index = page["index"]
        found.hold(
            (viewer, "messages"), counts["private_messages"], int(index.get("PRIVATE_MESSAGE_COUNT") or 0)
        )
        if database == "postgresql":
            found.hold(
                (viewer, "notifications"), counts["notifications"], index.get("UNREAD_NOTIFICATIONS_COUNT", 0)
            )
    assert_agrees(found)


@ON_POSTGRESQL
def test_notifications(phpbb3: Any, driver: str, assert_agrees: AssertAgrees) -> None:
    found = Comparison(f"notifications, {driver}")
    censor = Censor(phpbb3.driver.read(_WORDS, {}))
    for viewer, page in pages().items():
        recorded = page.get("notification_list", {}).get("rows", [])
        with clock(page["now"]):
            rows = phpbb3.fetch_notifications(limit=None, user_id=page["user_id"])
        if "TOTAL_COUNT" in page.get("notification_list", {}):
            found.hold((viewer, "total"), len(rows), page["notification_list"]["TOTAL_COUNT"])
        by_id = {str(row["notification_id"]): row for row in rows}
        for theirs in recorded:
            _hold_notification(found, viewer, by_id[theirs["NOTIFICATION_ID"]], theirs, censor)
        times = [row["notification_time"] for row in rows]
        assert times == sorted(times, reverse=True)
        newest = {times[: len(recorded)][-1]} if recorded else set()
        listed = {by_id[theirs["NOTIFICATION_ID"]]["notification_time"] for theirs in recorded}
        found.hold((viewer, "newest"), {min(listed)} if listed else set(), newest)
    assert_agrees(found)


def _hold_notification(
    found: Comparison, viewer: str, row: dict[str, Any], recorded: dict[str, Any], censor: Censor
) -> None:
    where = (viewer, row["notification_id"], row["type"])
    found.hold((*where, "link"), row["url"], address(recorded.get("URL", "")))
    spans = re.findall(r'<span [^>]*class="username[^>]*>(.*?)</span>', recorded["FORMATTED_TITLE"])
    named = [user["username"] for user in row["users"] if user["user_id"] != 1]
    found.hold((*where, "people"), named, [plain(name) for name in spans])
    others = re.search(r"and (\d+) others", plain(recorded["FORMATTED_TITLE"]))
    found.hold((*where, "others"), row["others"], int(others[1]) if others else 0)
    if not row["readable"]:
        found.differs("blank, of what the viewer may no longer read")
        found.hold((*where, "blank"), (row["reference"], row["forum_name"], row["reason"]), ("", "", ""))
        return
    reference = plain(recorded.get("REFERENCE")).strip('"«»\u00a0 ')
    if row["type"].startswith("group_"):
        found.hold((*where, "group"), row["reference"] in plain(recorded["FORMATTED_TITLE"]), True)
    else:
        shown = {row["reference"].strip(), unescape(censor.title(escape(row["reference"]))).strip()}
        # The page censors titles of rows.
        found.hold((*where, "reference"), shown | {reference}, shown)
    forum = plain(recorded.get("FORUM")).partition(":")[2].strip()
    found.hold((*where, "forum"), row["forum_name"], forum)
    reason = (recorded.get("REASON") or "").partition("</em>")[2].strip()
    found.hold((*where, "reason"), row["reason"], plain(reason.replace("<b>", "&lt;b&gt;"))[:-1])


@ON_POSTGRESQL
def test_unread_ones_are_told(phpbb3: Any, driver: str) -> None:
    unread = phpbb3.fetch_notifications(only_unread=True, limit=None, user_id=58)
    every = phpbb3.fetch_notifications(limit=None, user_id=58)
    assert unread == [row for row in every if row["is_unread"]]
    assert len(unread) == phpbb3.get_unread_counts(user_id=58)["notifications"] > 20
    assert phpbb3.fetch_notifications(skip=3, limit=5, user_id=58) == every[3:8]


@pytest.mark.parametrize(("release", "database"), boards.RECORDED)
def test_notifications_of_every_line(
    release: str, database: str, board: Databases, assert_agrees: AssertAgrees
) -> None:
    golden = boards.golden(release, database)
    driver = dict(DATABASES)[database]
    phpbb3 = board_of(make_app(driver, board(release, database), board_url=BOARD_URL))
    found = Comparison(f"notifications, {release}, {database}")
    with closing(phpbb3.driver):
        if release == "3.0.14":
            assert phpbb3.fetch_notifications(user_id=2) == []
            assert phpbb3.get_unread_counts(user_id=2)["notifications"] == 0
            return
        recorded = golden.get("notifications") or {
            u: row["notifications"] for u, row in golden["users"].items()
        }
        for user, theirs in recorded.items():
            rows = phpbb3.fetch_notifications(limit=None, user_id=int(user))
            total = theirs.get("total", theirs.get("total_count"))
            if not rows and not theirs.get("header", theirs.get("unread_count")):
                continue
            found.hold((user, "total"), len(rows), total)
            unread = theirs.get("unread", theirs.get("unread_count"))
            found.hold((user, "unread"), sum(row["is_unread"] for row in rows), unread)
            ids = theirs.get("ids") or [row["id"] for row in theirs.get("list", [])]
            found.hold((user, "ids"), set(ids) <= {row["notification_id"] for row in rows}, True)
    assert_agrees(found)
