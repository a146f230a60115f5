"""Check of the session backend: whether what is kept comes back, and to all workers."""

from __future__ import annotations

import contextlib
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ...config import SessionBackendSettings
from ...storage.backends import make_backend
from ...storage.cache import Cache
from ..checkup import Context, Finding, Level

_VALUES: Final = 24
_PATIENCE: Final = 10
"""Seconds after which no further value is tried: a silent server makes each one slow."""
_WORKERS = re.compile(r"(?:^|\s)(?:-w\s*|--workers[=\s]\s*)(\d+)")


def check_backend(context: Context) -> Iterator[Finding]:
    """Keep some values and read them back; look whether several processes share them."""
    settings = context.bound.settings.session_backend
    if context.bound.has_given_cache:
        yield from _look_into(context.bound.cache, context)
    if settings.type == "cookie":
        if not context.bound.has_given_cache:
            yield _cookie(context)
        return
    yield from _look_into(make_backend(settings, purpose="keys", threshold=1000), context)


def _look_into(cache: Cache, context: Context) -> Iterator[Finding]:
    name = type(getattr(cache, "cache", cache)).__name__.lstrip("_")
    if name == "NullCache":
        yield Finding(
            Level.WARNING,
            "session backend",
            "It keeps nothing, as it is told to: session keys of people who are signed in are lost.",
            "Set PHPBB3_SESSION_BACKEND['TYPE'] to another, if the application uses session keys.",
        )
        return
    lost, errors = (0, set[str]()) if name == "SimpleCache" else lost_values(cache)
    if not lost:
        yield _in_order(name, cache, context)
        return
    why = f" ({', '.join(sorted(errors))})" if errors else ""
    yield Finding(
        Level.FAILED if lost == _VALUES else Level.WARNING,
        "session backend",
        f"{name}: {lost} of {_VALUES} values did not come back{why}. What is lost is not cached, and session keys of "
        "people who are signed in do not last.",
        _fix(context.bound.settings.session_backend, is_given=context.bound.has_given_cache),
    )


def _cookie(context: Context) -> Finding:
    what = "Session keys are kept in Flask's signed cookie, which suits any number of workers"
    if context.app.secret_key:
        return Finding(Level.OK, "session backend", f"{what}.")
    return Finding(
        Level.WARNING,
        "session backend",
        f"{what} but needs a key: without one, writing a session key is a RuntimeError.",
        "Set app.config['SECRET_KEY'] to a random value that no one else knows.",
    )


def _fix(settings: SessionBackendSettings, *, is_given: bool) -> str:
    if is_given:
        return "Check the cache that was given to PhpBB3()."
    if settings.type == "memcached" or settings.type.startswith("redis"):
        servers = ", ".join(map(_without_secrets, settings.servers))
        if settings.type == "redis-sentinel":
            servers += f"; ['MASTER'] is {settings.master!r}"
        return f"Start the server, or correct PHPBB3_SESSION_BACKEND['SERVERS'] ({servers})."
    if settings.type == "filesystem":
        return f"Let the application write to PHPBB3_SESSION_BACKEND['DIRECTORY'] ({settings.directory})."
    return "Check PHPBB3_SESSION_BACKEND."  # another than these holds what it is given


def _without_secrets(server: str) -> str:
    return server.rpartition("@")[2].partition("?")[0]


def _in_order(name: str, cache: Cache, context: Context) -> Finding:
    workers = worker_count(context.environ)
    if name != "SimpleCache" or context.bound.has_given_cache:
        reached = getattr(cache, "reached", None)
        what = f"{name}, {reached()}," if reached else name
        return Finding(Level.OK, "session backend", f"{what} keeps values and gives them back.")
    if workers > 1:
        return Finding(
            Level.WARNING,
            "session backend",
            f"'simple' keeps values in one process, and there are {workers} workers: session keys of people who are "
            "signed in come and go.",
            "Leave PHPBB3_SESSION_BACKEND['TYPE'] at 'cookie', or set it to one that all workers share.",
        )
    if workers == 1:
        return Finding(Level.OK, "session backend", "'simple' keeps values in the one process that there is.")
    return Finding(
        Level.WARNING,
        "session backend",
        "'simple' keeps values in one process, and how many workers there are is not known here: with several, "
        "session keys of people who are signed in come and go.",
        "Leave PHPBB3_SESSION_BACKEND['TYPE'] at 'cookie', or set it to one that all workers share.",
    )


def lost_values(cache: Cache) -> tuple[int, set[str]]:
    """Keep `_VALUES` values, which several servers share, and read them back.

    :returns: how many did not come back, and the names of the errors.
    """
    lost = 0
    errors: set[str] = set()
    deadline = time.monotonic() + _PATIENCE
    for _ in range(_VALUES):
        if time.monotonic() > deadline:
            break
        key, value = f"phpbb3:doctor:{secrets.token_hex(8)}", secrets.token_hex(8)
        found: Any = None
        try:
            cache.set(key, value, timeout=60)
            found = cache.get(key)
        except Exception as error:  # noqa: BLE001 - each backend has its own errors
            errors.add(type(error).__name__)
        with contextlib.suppress(Exception):
            cache.delete(key)
        lost += found != value
    return lost, errors


def worker_count(environ: Mapping[str, str]) -> int:
    """Return how many worker processes the environment asks a server for; 0 if it does not say."""
    if found := _WORKERS.search(environ.get("GUNICORN_CMD_ARGS", "")):
        return int(found[1])
    text = environ.get("WEB_CONCURRENCY", "")
    return int(text) if text.isascii() and text.isdigit() else 0
