"""Permissions of people whose rows say one thing and another, and of sixty whose rows were drawn by lot."""

from __future__ import annotations

from collections.abc import Callable

from flask_phpbb3 import BoundPhpBB3

from .board import Varied
from .conftest import World
from .permissions_by_rows import described

Tally = Callable[[str, int], None]

RULES = [
    ("alice", "f_read", "Talk", True),  # by her group's role
    ("alice", "f_read", "Elders' forum", False),
    ("alice", "f_read", "Named", False),
    ("alice", "f_read", "Below unlisted", True),  # the forum above counts for nothing
    ("alice", "f_read", "", False),  # of a forum, so never of the whole board
    ("alice", "u_search", "Talk", True),  # of the whole board, whatever forum is named
    ("alice", "!u_search", "", False),
    ("alice", "!x_unknown", "", True),
    ("alice", "m_approve", "Talk", False),
    ("bob", "m_approve", "Talk", True),
    ("bob", "m_approve", "News", False),  # a simple moderator there
    ("bob", "m_", "News", True),  # the flag of what he may
    ("bob", "m_approve", "", False),
    ("carol", "m_approve", "Talk", True),  # everywhere, so in each forum
    ("carol", "m_approve", "Elders' forum", True),  # also where she may not read
    ("carol", "f_read", "Elders' forum", False),
    ("dave", "f_read", "Elders' forum", True),
    ("erin", "f_read", "Elders' forum", False),  # has only asked to join
    ("frank", "f_read", "Merchants' forum", False),  # leads a group that gives its leaders nothing
    ("grace", "f_read", "Merchants' forum", True),
    ("heidi", "a_board", "", True),  # no NEVER holds against a founder
    ("heidi", "a_", "", True),
    ("heidi", "f_read", "Elders' forum", False),  # a founder has no other right by that
    ("heidi", "m_approve", "Talk", False),
    ("judy", "f_read", "Talk", False),  # the group's NEVER beats the user's own YES
    ("judy", "f_list", "Talk", True),
    ("judy", "f_", "Talk", True),  # something else is allowed
    ("judy", "u_readpm", "", False),
    ("nina", "f_noapprove", "Talk", False),  # NEVER for new members
    ("nina", "f_post", "Talk", True),
    ("nina", "u_sendpm", "", False),
    ("oscar", "f_read", "Merchants' forum", True),
    ("oscar", "f_list", "Merchants' forum", False),  # a single setting over the role
    ("oscar", "f_read", "News", True),  # f_ alone is NEVER; the group's rights stay
    ("oscar", "f_", "News", True),
    ("trent", "f_read", "Talk", False),  # in no group
    ("trent", "u_", "", False),
    ("guest", "f_read", "Talk", True),
    ("guest", "f_post", "Talk", False),
    ("peggy", "f_read", "Talk", True),  # stored as computed
    ("quentin", "f_read", "Talk", True),  # what is stored does not fit and is computed anew
    ("rita", "f_read", "Elders' forum", True),  # what fits is believed
    ("steve", "a_board", "", False),  # tries on what alice may
    ("steve", "f_read", "Talk", True),
]


def test_rules(phpbb3: BoundPhpBB3, world: World) -> None:
    made = world.made
    wrong = []
    for name, option, forum, granted in RULES:
        user_id, forum_id = made.people[name], made.forums[forum] if forum else 0
        ours = phpbb3.get_acl(user_id=user_id).has_privilege(option, forum_id)
        by_rows = made.permissions.may(user_id, option, forum_id)
        if not ours is by_rows is granted:
            wrong.append((name, option, forum, f"ours: {ours}, by rows: {by_rows}"))
    assert wrong == []


def test_asking_anywhere_and_for_forums(phpbb3: BoundPhpBB3, world: World) -> None:
    made = world.made
    anywhere = {
        name: phpbb3.get_acl(user_id=made.people[name]).has_privilege_anywhere("m_approve")
        for name in ("alice", "bob", "carol")
    }
    assert anywhere == {"alice": False, "bob": True, "carol": True}  # carol has lines of forums by her group
    assert phpbb3.get_acl(user_id=made.people["trent"]).has_privilege_anywhere("f_read") is False
    bob = phpbb3.get_acl(user_id=made.people["bob"])
    assert bob.forums("m_approve") == [made.forums["Talk"]]
    assert bob.forums("f_read") == _readable(made, "bob")
    everywhere = sorted(made.forums.values())
    assert sorted(bob.forums("!m_approve", everywhere)) == [f for f in everywhere if f != made.forums["Talk"]]


def _readable(made: Varied, name: str) -> list[int]:
    return [f for f in sorted(made.forums.values()) if made.permissions.may(made.people[name], "f_read", f)]


def test_everybody_and_every_option(phpbb3: BoundPhpBB3, world: World, tally: Tally) -> None:
    made = world.made
    forums = [0, *made.forums.values(), 999]
    people = {name: user for name, user in made.people.items() if made.tables.where("users", user_id=user)}
    wrong = {}
    for name, user_id in people.items():
        if found := described(phpbb3.get_acl(user_id=user_id), made.permissions, user_id, forums):
            wrong[name] = found[:10]
    assert wrong == {}
    tally("permissions", len(people) * len(forums) * len(made.permissions.names))


def test_permissions_drawn_by_lot(phpbb3: BoundPhpBB3, world: World, tally: Tally) -> None:
    """Where the order in which a database returns its rows decides, nothing is claimed."""
    made = world.made
    told = [user for user in made.drawn if made.permissions.is_told_by_rows(user)]
    assert len(told) > 30
    forums = [0, *(made.forums[name] for name in ("Talk", "News", "Queue", "Locked")), 999]
    wrong = {}
    for user in told:
        acl = phpbb3.get_acl(user_id=user)
        differing = described(acl, made.permissions, user, forums)
        if acl.encode() != made.permissions.text(user) or differing:
            wrong[user] = differing[:10]
    assert wrong == {}
    tally("permissions", len(told) * len(forums) * len(made.permissions.names))


def test_strings(phpbb3: BoundPhpBB3, world: World) -> None:
    """What phpBB would store means what the rows say."""
    made = world.made
    forums = [0, *made.forums.values()]
    for name in ("alice", "bob", "carol", "dave", "judy", "heidi", "trent", "guest"):
        user_id = made.people[name]
        text = made.permissions.text(user_id)
        assert phpbb3.get_acl(user_id=user_id).encode() == text
        acl = phpbb3.get_user_acl(raw_user_permissions=text)
        assert described(acl, made.permissions, user_id, forums) == []
