"""Lists of members, profiles, groups, who is online, birthdays: what each viewer is told of the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from flask_phpbb3 import BoundPhpBB3

from ..apps import clock
from .conftest import URL, World
from .society import ONLINE
from .times import DAY, NOW

PLACE = f"{URL}/memberlist.php?mode=viewprofile&u="


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    with clock(NOW):
        yield


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["username"] for row in rows]


def test_memberships(phpbb3: BoundPhpBB3, world: World) -> None:
    tables = world.made.tables
    held = {(row["user_id"], row["group_id"]) for row in tables["user_group"] if not row["user_pending"]}
    groups = {row["group_id"]: row["group_name"].replace("&amp;", "&") for row in tables["groups"]}
    asked = [*world.made.people.values(), 999_999]
    for user in asked:
        for group, name in groups.items():
            expected = (user, group) in held
            assert phpbb3.has_membership(user_id=user, group_id=group) is expected, (user, name)
            assert phpbb3.has_membership_resolve(user_id=user, group_name=name) is expected, (user, name)
    elders = world.made.board.group_id("Elders")
    assert (world.made.people["erin"], elders) not in held
    assert (world.made.people["dave"], elders) in held


def test_the_list_of_members(phpbb3: BoundPhpBB3, world: World) -> None:
    made = world.made
    for viewer, types in (("alice", (0, 3)), ("admin", (0, 1, 3)), ("guest", ()), ("trent", ())):
        rows = phpbb3.fetch_users(limit=None, user_id=made.people[viewer])
        expected = sorted(
            (row for row in made.tables["users"] if row["user_type"] in types),
            key=lambda row: (row["user_regdate"], row["user_id"]),
        )
        assert [row["user_id"] for row in rows] == [row["user_id"] for row in expected], viewer
    alice = made.people["alice"]
    assert names(phpbb3.fetch_users(prefix="GR", user_id=alice)) == ["grace"]
    assert names(phpbb3.fetch_users(prefix="*an", order="-name", user_id=alice)) == [
        "wanda",
        "frank",
        "banned one",
    ]
    assert names(phpbb3.fetch_users(prefix="*_an", user_id=alice)) == []


def test_what_a_row_of_a_member_says(phpbb3: BoundPhpBB3, world: World) -> None:
    made = world.made
    rows = {row["username"]: row for row in phpbb3.fetch_users(limit=None, user_id=made.people["alice"])}
    assert rows["alice"]["url"] == f"{PLACE}{made.people['alice']}"
    ranks = {name: rows[name]["rank_title"] for name in ("alice", "bob", "trent", "admin")}
    assert ranks == {"alice": "Writer", "bob": "Chief & more", "trent": "Newcomer", "admin": "Administrator"}
    assert rows["bob"]["rank_image_url"].endswith("/rank5.png")
    colours = {name: rows[name]["user_colour"] for name in ("alice", "carol", "admin")}
    assert colours == {"alice": "", "carol": "00AA00", "admin": "AA0000"}
    assert not [key for row in rows.values() for key in row if "email" in key or "password" in key]


def test_when_members_were_last_there(phpbb3: BoundPhpBB3, world: World) -> None:
    """Who hides is told to herself, and to those who may see who hides."""
    made = world.made
    hidden = made.tables.where("users", username="kate")[0]["user_lastvisit"]
    assert hidden == NOW - 3 * DAY
    for viewer, told in (("alice", 0), ("kate", hidden), ("carol", hidden), ("oscar", hidden)):
        rows = {row["username"]: row for row in phpbb3.fetch_users(limit=None, user_id=made.people[viewer])}
        assert rows["frank"]["last_active"] == NOW - 2 * DAY
        assert (viewer, rows["kate"]["last_active"]) == (viewer, _with_sessions(world, "kate", told))


def _with_sessions(world: World, name: str, told: int) -> int:
    """Return the later of a last visit and the sessions that still live; 0 where nothing is told."""
    if not told:
        return 0
    rows = world.made.board.rows("sessions", session_user_id=world.made.people[name])
    return max([told, *(int(row["session_time"]) for row in rows)])


def test_friends_and_foes(phpbb3: BoundPhpBB3, world: World) -> None:
    people = world.made.people
    assert names(phpbb3.fetch_friends(user_id=people["kate"])) == ["alice", "bob"]
    assert names(phpbb3.fetch_foes(user_id=people["kate"])) == ["mallory"]
    for viewer in ("alice", "guest", "mallory"):
        assert phpbb3.fetch_friends(user_id=people[viewer]) == []
        assert phpbb3.fetch_foes(user_id=people[viewer]) == []
    shown = phpbb3.fetch_latest_posts(limit=None, user_id=people["kate"])
    assert {row["foe"] for row in shown if row["poster_id"] == people["mallory"]} == {True}
    assert {row["foe"] for row in shown if row["poster_id"] != people["mallory"]} == {False}
    left = phpbb3.fetch_latest_posts(limit=None, hide_foes=True, user_id=people["kate"])
    assert left == [row for row in shown if not row["foe"]] != shown


def test_groups(phpbb3: BoundPhpBB3, world: World) -> None:
    made = world.made
    hidden = {"alice": set(), "erin": set(), "dave": {"Elders"}, "judy": {"Muted"}, "guest": set()}
    hidden |= {"admin": {"Elders", "Muted"}, "heidi": {"Elders", "Muted"}}
    everybodys = {row["group_name"] for row in made.tables["groups"] if row["group_type"] != 2}
    for viewer, more in hidden.items():
        rows = phpbb3.fetch_groups(user_id=made.people[viewer])
        found = {row["group_name"].replace("&amp;", "&") for row in rows}
        assert found == {name.replace("&amp;", "&") for name in everybodys} | more, viewer
    elders = made.board.group_id("Elders")
    for viewer, expected in (("dave", ["dave"]), ("admin", ["dave"]), ("alice", []), ("erin", [])):
        rows = phpbb3.fetch_group_members(group_id=elders, user_id=made.people[viewer])
        assert names(rows) == expected, viewer
    merchants = phpbb3.fetch_group_members(
        group_id=made.board.group_id("Merchants & Co"), user_id=made.people["alice"]
    )
    assert [(row["username"], row["is_leader"]) for row in merchants] == [("frank", True), ("grace", False)]


def test_profiles(phpbb3: BoundPhpBB3, world: World) -> None:
    people = world.made.people
    shown = {
        ("alice", "bob"): True,
        ("alice", "ivan"): False,
        ("admin", "ivan"): True,
        ("alice", "guest"): False,
        ("guest", "alice"): False,
        ("alice", "banned"): True,
        ("alice", "google"): False,
        ("trent", "alice"): False,
    }
    for (viewer, other), expected in shown.items():
        row = phpbb3.get_profile(user_id=people[other], viewer_id=people[viewer])
        assert (row is not None) is expected, (viewer, other)


def test_fields_of_a_profile(phpbb3: BoundPhpBB3, world: World) -> None:
    people = world.made.people
    plain = {"Motto": "A & B", "Sport": "Go", "Vegan": "No"}
    for viewer, expected in (
        ("carol", plain | {"For the staff": "x"}),
        ("bob", plain | {"For the staff": "x"}),  # moderates somewhere
        ("dave", plain | {"For the staff": "x"}),
        ("grace", plain),
        ("alice", plain),  # it is not for herself
    ):
        row = phpbb3.get_profile(user_id=people["alice"], viewer_id=people[viewer])
        assert row is not None
        assert {field["field_name"]: field["value"] for field in row["fields"]} == expected, viewer
    row = phpbb3.get_profile(user_id=people["bob"], viewer_id=people["alice"])
    assert row is not None
    assert [field["field_name"] for field in row["fields"]] == []
    beside = phpbb3.fetch_profile_fields(user_ids=[people["alice"], people["bob"]], user_id=people["grace"])
    assert [row["user_id"] for row in beside] == [people["alice"]]


def test_birthdays(phpbb3: BoundPhpBB3, world: World) -> None:
    people = world.made.people
    for viewer, expected in (
        ("alice", [("alice", 33), ("bob", None)]),
        ("dave", [("carol", 43)]),  # where it is tomorrow
        ("guest", []),  # may see no profiles
    ):
        rows = phpbb3.fetch_birthdays(user_id=people[viewer])
        assert sorted((row["username"], row["age"]) for row in rows) == expected, viewer


def test_who_is_online(phpbb3: BoundPhpBB3, world: World) -> None:
    people = world.made.people
    everybody = ["alice", "bob", "dave", "Google [Bot]", "ivan"]
    for viewer, more in (("alice", []), ("guest", []), ("kate", ["kate"]), ("carol", ["kate", "oscar"])):
        with clock(ONLINE):
            rows = phpbb3.fetch_online(user_id=people[viewer])
            by_time = phpbb3.fetch_online(order="time", user_id=people[viewer])
            figures = phpbb3.get_online_figures(user_id=people[viewer])
        assert sorted(names(rows), key=str.lower) == sorted([*everybody, *more], key=str.lower), viewer
        assert names(rows) == sorted(names(rows), key=str.lower)
        assert [row["session_time"] for row in by_time] == sorted(
            (row["session_time"] for row in rows), reverse=True
        )
        assert figures is not None
        counted = [figures[name] for name in ("total", "registered", "hidden", "guests")]
        assert counted == [9, 5, 2, 2], viewer
        seen = {row["username"]: row for row in rows}
        assert seen["Google [Bot]"]["url"] == ""
        assert seen["bob"]["session_time"] == ONLINE - 100
        assert seen["alice"]["forum_name"] == ("Talk" if viewer != "trent" else "")
        assert seen["dave"]["forum_name"] == ("Elders' forum" if viewer == "dave" else "")
        assert {name for name, row in seen.items() if row["is_hidden"]} == set(more)


def test_statistics(phpbb3: BoundPhpBB3, world: World) -> None:
    made = world.made
    figures = phpbb3.get_board_statistics(user_id=made.people["alice"])
    users = [row for row in made.tables["users"] if row["user_type"] in (0, 3)]
    assert figures["num_users"] == len(users)
    assert figures["newest_username"] == max(users, key=lambda row: row["user_id"])["username"]
    state = "post_approved" if made.line == "3.0" else "post_visibility"
    approved = len(made.tables.where("posts", **{state: 1}))
    assert figures["num_posts"] == approved
    assert figures["posts_per_day"] == round(approved / 1000, 2)
