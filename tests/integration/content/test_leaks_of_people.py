"""A word in every hidden place about people: nobody reads it without the right, and somebody with it.

Asked of the content board, where people of every kind are, for everybody; with and without the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from cachelib import SimpleCache

from flask_phpbb3 import BoundPhpBB3

from ...apps import board_of, make_app
from ...loading import Databases
from ...pages import BOARD_URL, RELEASE
from ...writing import connect, execute_many

ALICE, BOB, CAROL, DAVE, EMOD, IDA, HANK, GAL = 58, 59, 60, 61, 62, 73, 87, 90
GAMMA = 10
SEEN = 1_234_567_891
VOTES = 987_654
NOTE = 'a:1:{s:11:"topic_title";s:5:"xnote";}'

CHANGES: list[tuple[str, tuple[Any, ...]]] = [
    ("UPDATE phpbb_groups SET group_name = ?, group_desc = ? WHERE group_id = 10", ("xgroup", "xgroup")),
    ("UPDATE phpbb_users SET user_lastvisit = ? WHERE user_id = 87", (SEEN,)),
    ("UPDATE phpbb_users SET username = ? WHERE user_id = 73", ("xidle",)),
    ("UPDATE phpbb_users SET user_email = ? WHERE user_id <> 1", ("xmail@example.org",)),
    ("UPDATE phpbb_users SET user_avatar = ? WHERE user_id = 90", ("xmail@example.org",)),
    ("UPDATE phpbb_profile_fields SET field_hide = 1 WHERE field_ident = ?", ("phpbb_location",)),
    ("UPDATE phpbb_profile_fields_data SET pf_phpbb_location = ? WHERE user_id = 58", ("xfield",)),
    ("UPDATE phpbb_profile_fields_data SET pf_phpbb_interests = ? WHERE user_id = 58", ("xinactive",)),
    ("UPDATE phpbb_privmsgs SET message_subject = ?, message_text = ? WHERE msg_id = 5", ("xmessage", "xmessage")),
    ("UPDATE phpbb_privmsgs SET message_subject = ?, message_text = ? WHERE msg_id = 14", ("xheld", "xheld")),
    ("UPDATE phpbb_privmsgs SET message_text = ? WHERE msg_id = 15", ("xtaken",)),
    ("UPDATE phpbb_privmsgs_to SET folder_id = -4 WHERE msg_id = ? AND user_id = 58", (14,)),
    ("UPDATE phpbb_attachments SET real_filename = ? WHERE attach_id = 14", ("xfile",)),
    ("UPDATE phpbb_attachments SET real_filename = ? WHERE attach_id = 15", ("xqueued",)),
    ("UPDATE phpbb_posts SET post_visibility = ? WHERE post_id = 485", (0,)),
    ("UPDATE phpbb_attachments SET real_filename = ? WHERE attach_id = 23", ("xsent",)),
    ("UPDATE phpbb_poll_options SET poll_option_total = ? WHERE topic_id = 121", (VOTES,)),
    ("UPDATE phpbb_notifications SET notification_data = ? WHERE item_id IN (120, 485)", (NOTE,)),
]  # fmt: skip


@pytest.fixture(
    scope="module", params=[("sqlite", "sqlite3"), ("postgresql", "psycopg2")], ids=lambda p: p[1]
)
def phpbb3(request: pytest.FixtureRequest, board: Databases) -> Iterator[BoundPhpBB3]:
    database, driver = request.param
    settings = board.fresh(RELEASE, database, dump="content")
    with closing(connect(database, settings)) as connection:
        for statement, values in CHANGES:
            execute_many(connection, database, statement, [values])
        connection.commit()
    bound = board_of(make_app(driver, settings, board_url=BOARD_URL, cache=SimpleCache(threshold=10**6)))
    with closing(bound.driver):
        yield bound


@pytest.fixture(scope="module")
def viewers() -> list[int]:
    """Return the guest, and members and staff of every kind."""
    return [1, 2, ALICE, BOB, CAROL, DAVE, EMOD, 64, 65, 66, 68, 72, 75, 83, 84, HANK, GAL]


def _everything(phpbb3: BoundPhpBB3, viewer: int, cache: bool) -> str:
    def ask(name: str, viewer_option: str = "user_id", **parameters: Any) -> Any:
        return phpbb3.execute_custom(name, **{viewer_option: viewer}, cache=cache, **parameters)

    answers: list[Any] = [
        ask("fetch_users", limit=None),
        ask("fetch_users", limit=None, order="-active"),
        ask("fetch_users", limit=None, prefix="x"),
        ask("fetch_users", limit=None, group_id=GAMMA),
        ask("get_user_by_name", username="xidle"),
        ask("fetch_groups"),
        ask("fetch_groups", legend=True),
        ask("fetch_online"),
        ask("get_board_statistics"),
        ask("fetch_birthdays"),
        ask("fetch_notifications", limit=None),
        ask("fetch_message_folders"),
        *(
            ask("fetch_private_messages", folder=f, limit=None)
            for f in ("inbox", "sentbox", "outbox", 1, -3, -4)
        ),
        *(ask("get_private_message", msg_id=n) for n in range(1, 16)),
        ask("fetch_message_attachments", msg_ids=list(range(1, 16))),
        ask("fetch_attachments", post_ids=list(range(1, 500))),
        *(ask("get_poll", topic_id=n) for n in range(118, 130)),
        *(ask("get_profile", "viewer_id", user_id=member) for member in (2, ALICE, CAROL, HANK, GAL, IDA)),
    ]
    return repr(answers)


Sees = Callable[[BoundPhpBB3, int], bool]


def _may(*options: str, forum_id: int = 0) -> Sees:
    return lambda phpbb3, viewer: phpbb3.get_acl(user_id=viewer).has_privileges(*options, forum_id=forum_id)


def _may_anywhere(*options: str) -> Sees:
    def sees(phpbb3: BoundPhpBB3, viewer: int) -> bool:
        acl = phpbb3.get_acl(user_id=viewer)
        return acl.has_privileges(*options) or any(map(acl.has_privilege_anywhere, options))

    return sees


def _is(*users: int) -> Sees:
    return lambda phpbb3, viewer: viewer in users


def _profile(sees: Sees) -> Sees:
    looks = _may("u_viewprofile", "a_user", "a_useradd", "a_userdel")
    return lambda phpbb3, viewer: looks(phpbb3, viewer) and sees(phpbb3, viewer)


_manages_groups = _may("a_group", "a_groupadd", "a_groupdel")


def _in_gamma(phpbb3: BoundPhpBB3, viewer: int) -> bool:
    return phpbb3.has_membership(user_id=viewer, group_id=GAMMA)


def _downloads(phpbb3: BoundPhpBB3, viewer: int) -> bool:
    return all(_may(option, forum_id=5)(phpbb3, viewer) for option in ("u_download", "f_read", "f_download"))


WORDS: dict[str, Sees] = {
    "xgroup": lambda board, viewer: _in_gamma(board, viewer) or _manages_groups(board, viewer),
    str(SEEN): _profile(lambda board, viewer: viewer == HANK or _may("u_viewonline")(board, viewer)),
    "xidle": _profile(_may("a_user")),
    "xmail": lambda board, viewer: False,
    "xfield": _profile(_may_anywhere("a_", "m_")),
    "xinactive": lambda board, viewer: False,
    "xmessage": _is(ALICE, DAVE),
    "xheld": _is(BOB),
    "xtaken": _is(BOB),
    "xsent": lambda board, viewer: False,  # pictures are not allowed in messages of this board, but noted
    "xfile": lambda board, viewer: _downloads(board, viewer),
    "xqueued": lambda board, viewer: _downloads(board, viewer)
    and (viewer == BOB or _may("m_approve", forum_id=5)(board, viewer)),
}  # fmt: skip
"""Word → who may read it."""


@pytest.mark.parametrize("cache", [False, True])
def test_nobody_reads_what_is_not_for_them(phpbb3: BoundPhpBB3, viewers: list[int], cache: bool) -> None:
    told = {viewer: _everything(phpbb3, viewer, cache) for viewer in viewers}
    for word, sees in WORDS.items():
        if word == "xsent":
            assert {v for v in viewers if word in told[v]} <= {ALICE, BOB, CAROL}
            continue
        expected = {viewer for viewer in viewers if sees(phpbb3, viewer)}
        found = {viewer for viewer in viewers if word in told[viewer]}
        assert found == expected, word
        if word not in ("xmail", "xinactive"):
            assert expected, f"nobody may read {word}, so nothing is held"
            assert expected < set(viewers), f"everybody may read {word}"
    votes = {viewer for viewer in viewers if str(VOTES) in told[viewer]}
    polls = {viewer: phpbb3.get_poll(topic_id=121, user_id=viewer) for viewer in viewers}
    assert votes == {viewer for viewer, poll in polls.items() if poll and poll["shows_results"]}
    assert any(poll and not poll["shows_results"] for poll in polls.values())


def test_titles_of_notifications(phpbb3: BoundPhpBB3, viewers: list[int]) -> None:
    """The same title in a queued post, which nobody may read but who approves, and in a topic that is open."""
    titles: dict[int, set[str]] = {485: set(), 120: set()}
    for viewer in set(viewers) - {v for v in viewers if _may("m_approve", forum_id=5)(phpbb3, v)} - {BOB}:
        for row in phpbb3.fetch_notifications(limit=None, user_id=viewer):
            if row["item_id"] in titles and ("post" in row["type"] or "topic" in row["type"]):
                titles[row["item_id"]].add(str(row["reference"]))
    assert titles == {485: {""}, 120: {"xnote"}}


def test_blind_recipients(phpbb3: BoundPhpBB3, viewers: list[int]) -> None:
    known: dict[int, set[int]] = {}
    for viewer in viewers:
        for msg_id in (2, 3, 10, 12, 13):
            message = phpbb3.get_private_message(msg_id=msg_id, user_id=viewer)
            for one in (message or {"recipients": []})["recipients"]:
                if one["blind"]:
                    known.setdefault(msg_id, set()).add(viewer)
    authors = {2: BOB, 3: CAROL, 10: ALICE, 12: 2, 13: CAROL}
    blind = {2: CAROL, 3: EMOD, 10: DAVE, 12: 64, 13: BOB}
    assert known == {msg_id: {authors[msg_id], blind[msg_id]} for msg_id in authors}


def test_friends_and_foes_are_ones_own(phpbb3: BoundPhpBB3, viewers: list[int]) -> None:
    foes = {viewer: {row["user_id"] for row in phpbb3.fetch_foes(user_id=viewer)} for viewer in viewers}
    assert {viewer: found for viewer, found in foes.items() if found}[ALICE] == {EMOD}
    assert not foes[EMOD] & {ALICE}
    for viewer in viewers:
        profile = phpbb3.get_profile(user_id=EMOD, viewer_id=viewer)
        assert profile is None or profile["is_foe"] is (EMOD in foes[viewer])


def test_nothing_is_everybodys(phpbb3: BoundPhpBB3) -> None:
    """A tool that sees all forums reads nobody's messages, and no cached answer is anybody else's."""
    for cache in (False, True):
        assert phpbb3.fetch_private_messages(unfiltered=True, cache=cache) == []
        assert phpbb3.get_private_message(msg_id=5, unfiltered=True, cache=cache) is None
        assert phpbb3.fetch_notifications(unfiltered=True, cache=cache) == []
        assert phpbb3.fetch_foes(unfiltered=True, cache=cache) == []
