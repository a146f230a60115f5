"""What stands on the varied board: people, groups, forums, topics, posts, and what hangs on them.

Times are counted back from `NOW`, at which the tests hold the clock. Who is who is told where they are added.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from flask_phpbb3.testing import NEVER, YES, MiniatureBoard

from .lottery import draw_permissions
from .permissions_by_rows import PermissionsByRows
from .society import add_society
from .tables import Tables
from .times import DAY, NOW
from .visits import add_visitors

STATES = {"3.0": (0, 1)}
ALL_STATES = (0, 1, 2, 3)
FLAGS = 16 | 32
OUT_OF_FEEDS = 4


@dataclass
class Varied:
    """The board with the names of what is on it.

    :ivar line: the phpBB line.
    :ivar board: its builder.
    :ivar forums: name → id.
    :ivar topics: name → id; not of those that were drawn by lot.
    :ivar posts: name → id, likewise.
    :ivar drawn: ids of the users whose permissions were drawn by lot.
    """

    line: str
    board: MiniatureBoard
    forums: dict[str, int] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)
    drawn: list[int] = field(default_factory=list)
    people: dict[str, int] = field(default_factory=lambda: {"guest": 1, "admin": 2})

    @cached_property
    def tables(self) -> Tables:
        """Return the rows as they stand; to be asked when the board is complete."""
        return Tables(self.board)

    @cached_property
    def permissions(self) -> PermissionsByRows:
        """Return what phpBB would grant."""
        return PermissionsByRows(self.tables)

    def has(self, table: str) -> bool:
        """Tell whether the line has a table."""
        return self.board.schema.has(table)


def fill(board: MiniatureBoard, line: str) -> Varied:
    """Put everything on a fresh board."""
    made = Varied(line, board)
    with board.at_once():
        _settings(board)
        _groups(board)
        _people(made)
        _forums(made)
        _rights(made)
        _topics(made)
        _replies(made)
        made.people |= add_visitors(board, line)
        add_society(made)
        made.drawn = draw_permissions(board, [made.forums[name] for name in ("Talk", "News", "Queue")])
    with board.at_once():
        board.index_posts()
        _stored_permissions(made)
    return made


def _settings(board: MiniatureBoard) -> None:
    for name in ("load_search", "load_db_lastread", "load_db_track", "load_online", "load_online_guests"):
        board.set_config(name, 1)
    board.set_config("display_unapproved_posts", 1)
    board.set_config("board_startdate", NOW - 1000 * DAY)


def _groups(board: MiniatureBoard) -> None:
    board.add_group("Elders", group_type=2, colour="112233")
    board.add_group("Merchants & Co", skip_auth=True, group_type=1, colour="445566")
    board.add_group("Muted", group_type=2)
    board.add_group("Readers", group_type=4)


def _people(made: Varied) -> None:
    """Add the people; what is odd about each stands in the comment."""
    board = made.board
    people: dict[str, dict[str, Any]] = {
        "alice": {},  # an ordinary member
        "bob": {},  # moderates Talk
        "carol": {
            "groups": ("GLOBAL_MODERATORS", "REGISTERED")
        },  # moderates everything, has no line of a forum
        "dave": {"groups": ("REGISTERED", "Elders")},  # reads the elders' forums
        "erin": {},  # has asked to join the elders
        "frank": {},  # leads the merchants, whose leaders get none of their rights
        "grace": {"groups": ("REGISTERED", "Merchants & Co")},  # a merchant
        "heidi": {"user_type": 3},  # a founder who is denied every right of administrators
        "ivan": {"user_type": 1},  # inactive
        "judy": {"groups": ("REGISTERED", "Muted")},  # may read by herself and may not by a group
        "kate": {},  # hides, has friends and foes
        "lena": {"user_topic_sortby_dir": "a", "user_topic_show_days": 15},  # the oldest first, of 15 days
        "mallory": {},  # whom kate ignores
        "nina": {"groups": ("NEWLY_REGISTERED", "REGISTERED"), "user_new": 1},
        "oscar": {},  # has a role, and single settings over it
        "peggy": {},  # of whom what was computed is stored
        "quentin": {},  # of whom something is stored that no longer fits
        "rita": {},  # of whom something is stored that fits and is wrong
        "steve": {},  # an administrator who tries on alice's rights
        "trent": {"groups": ()},  # in no group at all
    }
    for name, columns in people.items():
        made.people[name] = board.add_user(
            name, **{"user_lastmark": NOW - 30 * DAY, "user_regdate": NOW - 500 * DAY, **columns}
        )
    board.add_member("erin", "Elders", pending=True)
    board.add_member("frank", "Merchants & Co", leader=True)
    board.add_member("dave", "Elders", leader=True)


def _forums(made: Varied) -> None:
    def add(name: str, parent: str = "", **columns: Any) -> None:
        made.forums[name] = made.board.add_forum(
            name, parent=made.forums[parent] if parent else 0, **{"forum_flags": FLAGS, **columns}
        )

    add("Halls", forum_type=0)
    add("Talk", "Halls")
    add("News", "Halls", forum_options=OUT_OF_FEEDS)
    add("Locked", "Halls", password="sesame")
    add("Inside", "Locked")
    add("Quiet", "Halls", forum_flags=32)
    add("Titles", "Halls")
    add("Named", "Halls")
    add("Unlisted", "Halls")
    add("Below unlisted", "Unlisted")
    add("Elsewhere", "Halls", forum_type=2, forum_link="https://example.org/")
    add("Unfound", "Halls")
    add("Closed", "Talk", forum_status=1)
    add("Queue", "Talk", display_on_index=0)
    add("Empty hall", forum_type=0)
    add("Elders' hall", forum_type=0)
    add("Elders' forum", "Elders' hall")
    add("Merchants' forum")


MEMBERS = ("REGISTERED", "GUESTS")
OPEN = ("Talk", "News", "Locked", "Inside", "Quiet", "Below unlisted", "Elsewhere", "Closed")


def _rights(made: Varied) -> None:
    board, forums = made.board, made.forums
    for group in MEMBERS:
        for name in ("Halls", "Empty hall", "Elders' hall"):
            board.grant(group=group, forum=forums[name], option="f_list")
        for name in OPEN:
            role = "ROLE_FORUM_STANDARD" if group == "REGISTERED" else "ROLE_FORUM_READONLY"
            board.grant_role(role, group=group, forum=forums[name])
        for option in ("f_list", "f_list_topics"):
            if option in {o.name for o in board.schema.options}:
                board.grant(group=group, forum=forums["Titles"], option=option)
        board.grant(group=group, forum=forums["Named"], option="f_list")
        board.grant(group=group, forum=forums["Unlisted"], option="f_read")
        for option in ("f_list", "f_read"):
            board.grant(group=group, forum=forums["Unfound"], option=option)
    board.grant_role("ROLE_FORUM_ONQUEUE", group="REGISTERED", forum=forums["Queue"])
    board.grant_role("ROLE_FORUM_NEW_MEMBER", group="NEWLY_REGISTERED", forum=forums["Talk"])
    board.grant_role("ROLE_FORUM_FULL", group="Elders", forum=forums["Elders' forum"])
    board.grant_role("ROLE_FORUM_STANDARD", group="Merchants & Co", forum=forums["Merchants' forum"])
    board.grant_role("ROLE_MOD_STANDARD", user="bob", forum=forums["Talk"])
    board.grant_role("ROLE_MOD_SIMPLE", user="bob", forum=forums["News"])
    board.grant_role("ROLE_MOD_FULL", user="dave", forum=forums["Locked"])
    board.grant(user="judy", forum=forums["Talk"], option="f_read")
    board.grant(group="Muted", forum=forums["Talk"], option="f_read", setting=NEVER)
    board.grant(group="Muted", option="u_readpm", setting=NEVER)
    for name in (option.name for option in board.schema.options):
        if name.startswith("a_"):
            board.grant(user="heidi", option=name, setting=NEVER)
    board.grant_role("ROLE_FORUM_NOACCESS", user="oscar", forum=forums["News"])
    board.grant_role("ROLE_FORUM_READONLY", user="oscar", forum=forums["Merchants' forum"])
    board.grant(user="oscar", forum=forums["Merchants' forum"], option="f_list", setting=NEVER)
    board.grant(user="oscar", option="u_viewonline", setting=YES)
    board.grant_role("ROLE_ADMIN_FULL", user="steve")
    board.grant(user="steve", option="u_viewonline", setting=YES)


def _topics(made: Varied) -> None:
    """Add topics of every kind and state, oldest first, each forum with what is to be told of it."""
    board = made.board
    moment = NOW - 20 * DAY
    states = STATES.get(made.line, ALL_STATES)
    authors = ("alice", "bob", "mallory", 1, "ivan", "nina")

    def add(name: str, forum: str, **options: Any) -> None:
        nonlocal moment
        moment += 3607
        author = options.pop("author", authors[len(made.topics) % len(authors)])
        made.topics[name] = board.add_topic(made.forums[forum], name, author, time=moment, **options)
        [made.posts[name]] = board.post_ids(made.topics[name])

    for forum in (
        *OPEN,
        "Titles",
        "Named",
        "Unlisted",
        "Unfound",
        "Queue",
        "Elders' forum",
        "Merchants' forum",
    ):
        if forum == "Elsewhere":
            continue
        for state in states:
            for author in ("alice", "mallory", 1):
                add(f"{forum} {state} {author}", forum, visibility=state, author=author)
        add(f"{forum} sticky", forum, topic_type=1)
        add(f"{forum} announced", forum, topic_type=2)
    for forum in ("Talk", "Locked", "Elders' forum", "News"):
        add(f"{forum} for all", forum, topic_type=3)
    add("Announced once", "Talk", topic_type=2, topic_time_limit=DAY)
    add("Sticky once", "Talk", topic_type=1, topic_time_limit=DAY)
    add("Announced and waiting", "News", topic_type=2, visibility=0, author="alice")
    add("Sticky and waiting", "Talk", topic_type=1, visibility=0, author="alice")
    add("Shut", "Talk", topic_status=1)
    for target, name in (
        ("News 1 alice", "to News"),
        ("Elders' forum 1 alice", "to the elders"),
        ("Locked 1 alice", "into Locked"),
        ("Titles 1 alice", "to Titles"),
        ("News 0 alice", "to what waits"),
        *((("News 2 alice", "to what was deleted"),) if made.line != "3.0" else ()),
        ("Shut", "to where it stands"),
    ):
        made.topics[name] = board.add_shadow(made.topics[target], made.forums["Talk"])


def _replies(made: Varied) -> None:
    """Answer in topics drawn by lot, up to now."""
    random = Random(7)
    board, moment = made.board, NOW - 12 * DAY
    states = STATES.get(made.line, ALL_STATES)
    # What was moved, and what stays without an answer, has none of the lot.
    answered = [
        topic
        for name, topic in made.topics.items()
        if not name.startswith(("to ", "into ")) and "alice" not in name
    ]
    for number in range(110):
        moment += 9001
        topic = random.choice(answered)
        state = random.choice((1, 1, 1, *states))
        author = random.choice(("alice", "bob", "mallory", "kate", 1, "nina", "ivan"))
        more = {"post_username": "Passer-by"} if author == 1 else {}
        board.add_post(topic, f"Answer {number}", author, visibility=state, time=moment, **more)
    assert moment < NOW
    board.mark_read("alice", time=NOW - 6 * DAY, forum=made.forums["Talk"])
    board.mark_read("alice", time=NOW - 2 * DAY, topic=made.topics["Talk sticky"])
    board.mark_read("alice", time=NOW - DAY, topic=made.topics["News sticky"])
    board.mark_read("kate", time=NOW - 4 * DAY)
    board.mark_read("kate", time=NOW - DAY, forum=made.forums["News"])
    board.mark_read("dave", time=NOW)


def _stored_permissions(made: Varied) -> None:
    board = made.board
    oracle = PermissionsByRows(Tables(board))
    board.change_user("peggy", user_permissions=oracle.text(made.people["peggy"]))
    board.change_user("quentin", user_permissions=oracle.text(made.people["quentin"])[:-6] or "0")
    board.change_user("rita", user_permissions=oracle.text(made.people["dave"]))
    board.change_user(
        "steve", user_permissions=oracle.text(made.people["alice"]), user_perm_from=made.people["alice"]
    )
    for user in made.drawn[::3]:
        board.change_user(user, user_permissions=oracle.text(user))
