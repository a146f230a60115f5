"""Lists of members, groups, profiles, who is online: as phpBB's pages showed them to every recorded viewer."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from ... import boards
from ...apps import board_of, clock, make_app
from ...loading import Databases
from ...pages import BOARD_URL, DATABASES, RELEASE, Comparison, address, link, pages, plain
from ...writing import connect, execute_many

LISTS: dict[str, dict[str, Any]] = {
    "": {},
    "sk=a&sd=a": {"order": "name"},
    "sk=d&sd=d": {"order": "-posts"},
    "first_char=a": {"prefix": "a"},
    "username=*li*&search_group_id=0": {"prefix": "*li"},
    "search_group_id=8": {"group_id": 8},
}
"""Query of the recorded page → what we ask."""

AssertAgrees = Callable[[Comparison], None]
EVERY_DATABASE = pytest.mark.parametrize(("database", "driver"), DATABASES)


@pytest.fixture
def phpbb3(database: str, driver: str, board: Databases) -> Any:
    app = make_app(driver, board(RELEASE, database, dump="content"), board_url=BOARD_URL)
    with closing(board_of(app).driver):
        yield board_of(app)


@EVERY_DATABASE
def test_lists_of_members(phpbb3: Any, driver: str, assert_agrees: AssertAgrees) -> None:
    found = Comparison(f"lists of members, {driver}")
    for viewer, page in pages().items():
        with clock(page["now"]):
            for query, options in LISTS.items():
                rows = phpbb3.fetch_users(**options, user_id=page["user_id"])
                recorded = page["memberlist"][query]["memberrow"]
                if query.startswith("sk=d"):  # phpBB leaves the order of equals to the database
                    ours = [row["user_posts"] for row in rows]
                    found.hold((viewer, query), ours, [int(row.get("POSTS", 0)) for row in recorded])
                else:
                    found.hold(
                        (viewer, query), list(map(_member, rows)), list(map(_recorded_member, recorded))
                    )
            for group in (5, 8, 17):
                rows = phpbb3.fetch_group_members(group_id=group, user_id=page["user_id"])
                recorded = page["memberlist"][f"mode=group&g={group}"]["memberrow"]
                found.hold(
                    (viewer, group),
                    [(*_member(row), row["is_leader"]) for row in rows],
                    [(*_recorded_member(row), bool(row.get("S_GROUP_LEADER"))) for row in recorded],
                )
    assert_agrees(found)


def _member(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["username"], row["user_posts"], row["rank_title"], row["url"]


def _recorded_member(row: dict[str, Any]) -> tuple[Any, ...]:
    rank = plain(row.get("RANK_TITLE"))
    return plain(row["USERNAME"]), int(row.get("POSTS", 0)), rank, address(row["U_VIEW_PROFILE"])


@EVERY_DATABASE
def test_when_members_were_last_seen(phpbb3: Any, driver: str, assert_agrees: AssertAgrees) -> None:
    """What is told and what is kept back; the minute itself depends on when the page was recorded."""
    found = Comparison(f"last visits in lists of members, {driver}")
    for viewer, page in pages().items():
        with clock(page["now"]):
            rows = {row["username"]: row for row in phpbb3.fetch_users(user_id=page["user_id"])}
        for row in page["memberlist"][""]["memberrow"]:
            is_told = row["LAST_ACTIVE"].strip() != "-"
            name = plain(row["USERNAME"])
            if rows[name]["user_id"] != page["user_id"]:  # the recorded session itself is not in the dump
                found.hold((viewer, name), bool(rows[name]["last_active"]), is_told)
    assert_agrees(found)


@EVERY_DATABASE
def test_profiles(phpbb3: Any, driver: str, assert_agrees: AssertAgrees) -> None:
    found = Comparison(f"profiles, {driver}")
    for viewer, page in pages().items():
        with clock(page["now"]):
            for user_id, recorded in page["profiles"].items():
                row = phpbb3.get_profile(user_id=int(user_id), viewer_id=page["user_id"])
                found.hold((viewer, user_id), row is not None, "USERNAME" in recorded)
                if row is not None and "USERNAME" in recorded:
                    _hold_profile(found, (viewer, user_id), row, recorded)
    assert_agrees(found)


def _hold_profile(found: Comparison, where: Any, row: dict[str, Any], recorded: dict[str, Any]) -> None:
    found.hold(
        (*where, "name"),
        (row["username"], row["rank_title"], row["user_posts"], row["age"], row["url"]),
        (
            plain(recorded["USERNAME"]),
            plain(recorded.get("RANK_TITLE")),
            int(recorded.get("POSTS", 0)),
            recorded.get("AGE"),
            link(recorded["USERNAME_FULL"]),
        ),
    )
    per_day = re.search(r"[\d.,]+", recorded["POSTS_DAY"])
    assert per_day is not None
    found.hold((*where, "a day"), f"{row['posts_per_day']:.2f}", per_day[0].replace(",", "."))
    options = re.findall(r'value="(\d+)"( selected="selected")?', recorded.get("S_GROUP_OPTIONS", ""))
    found.hold(
        (*where, "groups"),
        {group["group_id"]: group["is_default"] for group in row["groups"]},
        {int(group): bool(selected) for group, selected in options},
    )
    found.hold(
        (*where, "fields"),
        [(f["field_ident"], str(f["value"]), f["field_name"], f["contact_url"]) for f in row["fields"]],
        [
            (
                f["PROFILE_FIELD_IDENT"],
                plain(str(f["PROFILE_FIELD_VALUE"])),
                f["PROFILE_FIELD_NAME"],
                plain(f.get("PROFILE_FIELD_CONTACT")),
            )
            for f in recorded["fields"]
        ],
    )
    found.hold((*where, "signature"), bool(row["user_sig"]), bool(recorded.get("SIGNATURE")))


@EVERY_DATABASE
def test_statistics_legend_and_birthdays(phpbb3: Any, driver: str, assert_agrees: AssertAgrees) -> None:
    found = Comparison(f"statistics, legend and birthdays, {driver}")
    for viewer, page in pages().items():
        index = page["index"]
        with clock(page["now"]):
            figures = phpbb3.get_board_statistics(user_id=page["user_id"])
            birthdays = phpbb3.fetch_birthdays(user_id=page["user_id"])
            legend = phpbb3.fetch_groups(legend=True, user_id=page["user_id"])
        for ours, recorded in (("posts", "POSTS"), ("topics", "TOPICS"), ("users", "USERS")):
            number = re.search(r"\d+", index[f"TOTAL_{recorded}"])
            assert number is not None
            found.hold((viewer, ours), figures[f"num_{ours}"], int(number[0]))
        newest = re.search(r"<a .*?</a>", index["NEWEST_USER"])
        assert newest is not None
        found.hold(
            (viewer, "newest"),
            (figures["newest_username"], figures["newest_user_url"]),
            (plain(newest[0]), link(newest[0])),
        )
        found.hold(
            (viewer, "birthdays"),
            sorted((row["username"], row["age"]) for row in birthdays),
            sorted((plain(row["USERNAME"]), row.get("AGE")) for row in index["birthdays"]),
        )
        if page["user_id"] != 66:  # whose names of groups are French
            links = re.findall(r"<(?:a|span)[^>]*>[^<]*</(?:a|span)>", index["LEGEND"])
            found.hold(
                (viewer, "legend"),
                [(g["name"], g["group_colour"]) for g in legend],
                [(plain(part), "".join(re.findall(r"color:\s*#(\w+)", part))) for part in links],
            )
    assert_agrees(found)


@EVERY_DATABASE
def test_who_is_online(database: str, driver: str, board: Databases, assert_agrees: AssertAgrees) -> None:
    settings = board.fresh(RELEASE, database, dump="content")
    recorded = boards.load(RELEASE, "content-online-postgresql.json.gz")
    found = Comparison(f"who is online, {driver}")
    for case in recorded["cases"]:
        now = _moment(case)
        with closing(connect(database, settings)) as connection:
            _put_online(connection, database, case, now)
        phpbb3 = board_of(make_app(driver, settings, board_url=BOARD_URL))
        with closing(phpbb3.driver), clock(now):
            rows = phpbb3.fetch_online(user_id=case["user_id"])
            by_time = phpbb3.fetch_online(order="time", user_id=case["user_id"])
            figures = phpbb3.get_online_figures(user_id=case["user_id"])
        where = (case["viewer"], *case["config"].items())
        if "TOTAL_USERS_ONLINE" not in case["index"]:
            found.hold(where, (rows, by_time, figures), ([], [], None))
            continue
        assert figures is not None
        _hold_online(found, where, case, rows, figures)
        shown = [
            (plain(row["USERNAME"]), link(row["USERNAME_FULL"])) for row in case["viewonline"]["user_row"]
        ]
        if shown:  # that page does not round, and is shown its own minute
            found.hold(
                (*where, "by time"), [(row["username"], row["url"]) for row in by_time][: len(shown)], shown
            )
    assert_agrees(found)


def _moment(case: Any) -> int:
    """Return a moment with the recorded answer: it is rounded to half a minute, and its seconds are not recorded."""
    minute = 1_795_780_500 - 1_795_780_500 % 60
    return minute + 45 if ">Bob<" in case["index"].get("LOGGED_IN_USER_LIST", "") else minute


def _hold_online(
    found: Comparison, where: Any, case: Any, rows: list[dict[str, Any]], figures: dict[str, Any]
) -> None:
    numbers = [int(number) for number in re.findall(r"\d+", plain(case["index"]["TOTAL_USERS_ONLINE"]))]
    ours = [figures["total"], figures["registered"], figures["hidden"]]
    found.hold((*where, "figures"), ours + [figures["guests"]] * (figures["guests"] is not None), numbers)
    names = re.findall(r"<(?:a|span) .*?</(?:a|span)>", case["index"]["LOGGED_IN_USER_LIST"])
    found.hold(
        (*where, "names"),
        [(row["username"], row["url"], row["is_hidden"]) for row in rows],
        [(plain(name), link(name), "<em>" in name) for name in names],
    )


def _put_online(connection: Any, database: str, case: Any, now: int) -> None:
    late = 2 * (now % 60 == 0)  # that long after the rows were written
    sessions = list(case["sessions"])
    if case["user_id"] == 1:  # the recorded request made one of its own
        sessions.append({**sessions[-1], "user_id": 1, "age": -late, "ip": "203.0.113.99"})
    cursor = connection.cursor()
    cursor.execute("DELETE FROM phpbb_sessions")
    execute_many(
        connection,
        database,
        "INSERT INTO phpbb_sessions (session_id, session_user_id, session_time, session_ip, session_viewonline, "
        "session_page, session_forum_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                f"{n:032x}",
                s["user_id"],
                now - late - s["age"],
                s["ip"],
                s["viewonline"],
                s["page"],
                s["forum_id"],
            )
            for n, s in enumerate(sessions)
        ],
    )
    settings = {"load_online": "1", "load_online_guests": "1", "load_online_time": "5", **case["config"]}
    execute_many(
        connection,
        database,
        "UPDATE phpbb_config SET config_value = ? WHERE config_name = ?",
        [(value, name) for name, value in settings.items()],
    )
    connection.commit()
