"""Cached answers on memcached and Redis, beside getting texts as long from there by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from typing import Any

from flask_phpbb3 import BoundPhpBB3
from tests.servers import HOST, Memcached, Redis, running

from .found import Found
from .servers import absence_noted
from .timing import Effort, Rounds, Work, times
from .works import embedded_board, make_app

KINDS: dict[str, Any] = {"memcached": Memcached, "redis": Redis}


def measure(effort: Effort) -> Found:
    """Time a tiny answer and a user's row, and getting such texts by hand."""
    found = Found()
    for kind, server in KINDS.items():
        with absence_noted(found, kind), ExitStack() as stack:
            found.rounds[kind] = _times(kind, stack.enter_context(running(server)).port, effort, stack)
    return found


def _times(kind: str, port: int, effort: Effort, stack: ExitStack) -> Rounds:
    board, settings = stack.enter_context(embedded_board())
    backend = {"TYPE": kind, "SERVERS": [f"{HOST}:{port}"]}
    bound: BoundPhpBB3 = make_app(board, {**settings, "PHPBB3_SESSION_BACKEND": backend}).extensions["phpbb3"]
    alice, group = board.user_id("alice"), board.group_id("REGISTERED")
    answers: dict[str, Work] = {
        "tiny answer": lambda: bound.has_membership(user_id=alice, group_id=group, cache=True),
        "row": lambda: bound.get_user(user_id=alice, cache=True),
    }
    kept = {name: answer() for name, answer in answers.items()}
    with board._rows.transaction():  # what is answered from here on is what is kept
        board._rows.delete("user_group", user_id=alice)
        board._rows.update("users", {"user_id": alice}, user_posts=4711)
    assert {name: answer() for name, answer in answers.items()} == kept
    client = stack.enter_context(closing(_CLIENTS[kind](port)))
    gets: dict[str, Work] = {}
    for name, value in kept.items():
        key = name.replace(" ", "-")
        client.set(key, json.dumps(value))
        gets[f"bare get, {name}"] = partial(client.get, key)
        assert gets[f"bare get, {name}"]()
    return times({**answers, **gets}, effort)


def _memcached(port: int) -> Any:
    from pymemcache import Client

    return Client((HOST, port), no_delay=True)


def _redis(port: int) -> Any:
    from redis import Redis as Client

    return Client(host=HOST, port=port)


_CLIENTS: dict[str, Callable[[int], Any]] = {"memcached": _memcached, "redis": _redis}
