"""Attachments and polls as phpBB's topic pages showed them to every recorded viewer."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from ...apps import board_of, clock, make_app
from ...loading import Databases
from ...pages import BOARD_URL, DATABASES, RELEASE, Comparison, pages, plain

AssertAgrees = Callable[[Comparison], None]
EVERY_DATABASE = pytest.mark.parametrize(("database", "driver"), DATABASES)


@pytest.fixture
def phpbb3(database: str, driver: str, board: Databases) -> Any:
    app = make_app(driver, board(RELEASE, database, dump="content"), board_url=BOARD_URL)
    with closing(board_of(app).driver):
        yield board_of(app)


@EVERY_DATABASE
def test_polls(phpbb3: Any, driver: str, assert_agrees: AssertAgrees) -> None:
    found = Comparison(f"polls, {driver}")
    for viewer, page in pages().items():
        for topic, shown in page["viewtopic"].items():
            recorded = shown[0]
            with clock(page["now"]):
                poll = phpbb3.get_poll(topic_id=int(topic), user_id=page["user_id"])
            where = (viewer, topic)
            if not recorded["poll_option"] or poll is None:
                found.hold(where, poll, recorded["poll_option"] or None)
                continue
            shows = bool(recorded.get("S_DISPLAY_RESULTS"))
            found.hold(
                where, (poll["shows_results"], poll["may_vote"]), (shows, bool(recorded.get("S_CAN_VOTE")))
            )
            found.hold((*where, "total"), poll["total"], recorded.get("TOTAL_VOTES", 0) if shows else None)
            found.hold(
                (*where, "options"),
                _options(poll),
                [_recorded_option(o, shows) for o in recorded["poll_option"]],
            )
    assert_agrees(found)


def _options(poll: dict[str, Any]) -> list[Any]:
    names = ("poll_option_id", "poll_option_total", "percent", "has_voted")
    return [tuple(option[name] for name in names) for option in poll["options"]]


def _recorded_option(option: dict[str, Any], shows: bool) -> tuple[Any, ...]:
    votes, share = int(option.get("POLL_OPTION_RESULT", 0)), int(option["POLL_OPTION_PERCENT"].rstrip("%"))
    voted = bool(option.get("POLL_OPTION_VOTED"))
    return int(option["POLL_OPTION_ID"]), votes if shows else None, share if shows else None, voted


@EVERY_DATABASE
def test_attachments(phpbb3: Any, driver: str, assert_agrees: AssertAgrees) -> None:
    found = Comparison(f"attachments of posts, {driver}")
    for viewer, page in pages().items():
        for shown in page["viewtopic"].values():
            for recorded in (post for part in shown for post in part.get("posts", [])):
                rows = phpbb3.fetch_attachments(post_ids=[int(recorded["POST_ID"])], user_id=page["user_id"])
                _hold_attachments(found, (viewer, recorded["POST_ID"]), rows, recorded)
    assert_agrees(found)


def _hold_attachments(
    found: Comparison, where: Any, rows: list[dict[str, Any]], recorded: dict[str, Any]
) -> None:
    html = recorded["MESSAGE"] + " ".join(recorded["attachment"])
    ids = {int(number) for number in re.findall(r"file\.php\?id=(\d+)", html)}
    found.hold(where, {row["attach_id"] for row in rows if row["shown_as"] != "deactivated"}, ids)
    for row in rows:
        if row["shown_as"] != "deactivated":
            file = f"./download/file.php?id={row['attach_id']}"
            kind = (
                "thumbnail"
                if f'src="{file}&amp;t=1"' in html
                else "image"
                if f'src="{file}"' in html
                else "file"
            )
            found.hold((*where, row["attach_id"]), row["shown_as"], kind)
            found.hold(
                (*where, row["attach_id"], "link"),
                row["url"].replace(BOARD_URL, ".").replace("&", "&amp;") in html,
                True,
            )
    below = [row for row in rows if row["shown_as"] == "deactivated"]
    notes = len(re.findall(r"<p>\[[^<]*<strong>", html))
    unused = len(recorded["attachment"])
    found.hold((*where, "notes"), len(below) >= min(notes, len(rows)) if unused else True, True)


@EVERY_DATABASE
def test_profile_fields_beside_posts(phpbb3: Any, driver: str, assert_agrees: AssertAgrees) -> None:
    found = Comparison(f"profile fields beside posts, {driver}")
    users = {row["username"]: row["user_id"] for row in phpbb3.fetch_users(limit=None, user_id=2)}
    for viewer, page in pages().items():
        rows = phpbb3.fetch_profile_fields(user_ids=list(users.values()), user_id=page["user_id"])
        fields = {
            row["user_id"]: [(f["field_ident"], str(f["value"])) for f in row["fields"]] for row in rows
        }
        for shown in page["viewtopic"].values():
            for recorded in (post for part in shown for post in part.get("posts", [])):
                author = users.get(plain(recorded["POST_AUTHOR_FULL"]))
                if author is not None:
                    theirs = [
                        (f["PROFILE_FIELD_IDENT"], plain(str(f["PROFILE_FIELD_VALUE"])))
                        for f in recorded["fields"]
                    ]
                    found.hold((viewer, recorded["POST_ID"]), fields.get(author, []), theirs)
    assert_agrees(found)


@EVERY_DATABASE
def test_attachments_in_texts_and_below(phpbb3: Any, driver: str, assert_agrees: AssertAgrees) -> None:
    """The HTML itself, without what a page's policy would refuse (``onclick``) and phpBB's own blanks."""
    found = Comparison(f"attachments in texts, {driver}")
    for viewer, page in pages().items():
        if viewer == "ines":  # whose words are French
            continue
        for topic in ("125", "126"):
            for recorded in (post for part in page["viewtopic"][topic] for post in part.get("posts", [])):
                post_id = int(recorded["POST_ID"])
                rows = phpbb3.fetch_attachments(post_ids=[post_id, 484, 488], user_id=page["user_id"])
                shown = phpbb3.show_attachments(rows, of=post_id, user_id=page["user_id"])
                names = re.findall(r'class="inline-attachment">(.*?)</div>', recorded["MESSAGE"], re.DOTALL)
                indexes = [_index(rows, name, post_id) for name in names]
                ours = [shown(index, "gone") for index in indexes]
                found.hold(
                    (viewer, post_id, "in the text"), [_bare(h) for h in ours], [_bare(h) for h in names]
                )
                found.hold(
                    (viewer, post_id, "below"),
                    [_bare(h) for h in shown.below],
                    [_bare(h) for h in recorded["attachment"]],
                )
    assert_agrees(found)


def _index(rows: list[dict[str, Any]], html: str, post_id: int) -> int:
    """Return the number of what phpBB shows; one that does not exist for a note that it is gone."""
    number = re.search(r"file\.php\?id=(\d+)", html)
    extension = re.search(r"The extension <strong>(.*?)</strong>", html)
    for row in rows:
        if row["post_msg_id"] == post_id and (
            (number and row["attach_id"] == int(number[1]))
            or (extension and row["extension"] == extension[1])
        ):
            return int(row["index"])
    return 99


def _bare(html: str) -> str:
    text = re.sub(r' onclick="[^"]*"| ?/(?=>)', "", re.sub(r"\s+", " ", html))
    text = (
        re.sub(r"> <", "><", text.strip())
        .replace("&amp;quot;", '"')
        .replace("&quot;", '"')
        .replace("&#34;", '"')
    )
    return text.replace("&amp;", "&").replace(f"{BOARD_URL}/", "./")


@EVERY_DATABASE
def test_attachments_of_posts_that_are_not_shown(phpbb3: Any, driver: str) -> None:
    """Ask for all posts with attachments as everybody: nobody gets one of a topic that answers with an error."""
    readers: dict[str, set[int]] = {}
    for viewer, page in pages().items():
        rows = phpbb3.fetch_attachments(post_ids=[346, 347, 484, 485, 488], user_id=page["user_id"])
        readers[viewer] = {row["topic_id"] for row in rows}
        for topic in (70, 125, 126):
            if page["viewtopic"][str(topic)][0]["status"] != 200:
                assert topic not in readers[viewer], viewer
    assert readers["alice"] >= {125, 126}
    assert not readers["never1"] & {125}
