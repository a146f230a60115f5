"""Link hashes and form tokens, next to SHA-1 over what the rules say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, session

from flask_phpbb3 import PhpBB3Session

from ..apps import clock, close, visitor
from .conftest import World
from .test_visits import configured
from .times import DAY, NOW
from .visits import AGENT, HOME

THEN = NOW + 200 * DAY
"""When these visits are."""


@pytest.fixture(scope="session")
def app(world: World) -> Iterator[Flask]:
    made = world.app(board_ttl=0, ban_ttl=0)
    yield made
    close(made)


@contextmanager
def visiting(world: World, app: Flask, user: str, *, at: int = THEN) -> Iterator[PhpBB3Session]:
    """Be somebody's request; the login is as old as can be."""
    board = world.made.board
    cookies = board.sign_in(world.made.people[user], ip=HOME, browser=AGENT, session_time=THEN)
    board.change_user(world.made.people[user], user_form_salt=salt_of(user))
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    environ = {"HTTP_COOKIE": header, "HTTP_USER_AGENT": AGENT, "REMOTE_ADDR": HOME}
    with clock(at), app.test_request_context("/", environ_overrides=environ):
        assert session["user_id"] == world.made.people[user]
        yield visitor()


def salt_of(user: str) -> str:
    return {"carol": ""}.get(user, hashlib.md5(user.encode()).hexdigest()[:16])


def link_hash(user: str, name: str) -> str:
    return hashlib.sha1((salt_of(user) + name).encode()).hexdigest()[:8]


def form_token(user: str, name: str, created: int, sid: str = "") -> str:
    return hashlib.sha1(f"{created}{salt_of(user)}{name}{sid}".encode()).hexdigest()


@pytest.mark.parametrize("user", ["alice", "bob", "guest"])
def test_link_hashes(world: World, app: Flask, user: str) -> None:
    with visiting(world, app, user) as visit:
        for name in ("global", "mark_forums", "ä & b", ""):
            assert visit.get_link_hash(name) == link_hash(user, name)
            assert visit.check_link_hash(link_hash(user, name), name)
            assert not visit.check_link_hash(link_hash(user, name).upper() + " ", name)
            assert not visit.check_link_hash(link_hash("dave", name), name)
        assert not visit.check_link_hash(link_hash(user, "global"), "globa")
        assert not visit.check_link_hash("", "global")


def test_a_salt_that_is_empty_makes_a_hash_and_guards_nothing(world: World, app: Flask) -> None:
    with visiting(world, app, "carol") as visit:
        assert visit.get_link_hash("global") == link_hash("carol", "global") == "9027cc5a"
        assert not visit.check_link_hash("9027cc5a", "global")
        assert not visit.check_form_token("posting", THEN - 9, form_token("carol", "posting", THEN - 9))


AGES = [
    # seconds, what the board says of the lifetime, accepted
    (0, 7200, False),
    (1, 7200, True),
    (7200, 7200, True),
    (7201, 7200, False),
    (-1, 7200, False),
    (30, 10, True),
    (31, 10, False),
    (1000 * DAY, -1, True),
    (0, -1, False),
]


def test_form_tokens(world: World, app: Flask) -> None:
    wrong = []
    for age, lifetime, accepted in AGES:
        with configured(world, {"form_token_lifetime": lifetime}), visiting(world, app, "alice") as visit:
            created = THEN - age
            token = form_token("alice", "posting", created)
            if visit.check_form_token("posting", str(created), token) is not accepted:
                wrong.append((age, lifetime))
            assert not visit.check_form_token("other", str(created), token)
            assert not visit.check_form_token("posting", str(created - 1), token)
            assert not visit.check_form_token("posting", str(created), form_token("bob", "posting", created))
    assert wrong == []
    with visiting(world, app, "alice") as visit:
        made = visit.make_form_token("posting")
        assert made == (THEN, form_token("alice", "posting", THEN))


@pytest.mark.parametrize("by_session", [1, 0])
def test_form_tokens_of_guests(world: World, app: Flask, by_session: int) -> None:
    with (
        configured(world, {"form_token_sid_guests": by_session}),
        visiting(world, app, "guest") as visit,
    ):
        created, sid = THEN - 5, visit.session_id
        own = form_token("guest", "posting", created, sid)
        everybodys = form_token("guest", "posting", created)
        assert visit.check_form_token("posting", created, own) is bool(by_session)
        assert visit.check_form_token("posting", created, everybodys) is not bool(by_session)
        expected = form_token("guest", "posting", THEN, sid if by_session else "")
        assert visit.make_form_token("posting").form_token == expected
