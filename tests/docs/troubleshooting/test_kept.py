"""What was kept is gone."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from flask_phpbb3.testing import EmbeddedBoard

from ...servers import HOST, Memcached
from ...sites import AGENT
from .conftest import MakeSite
from .entries import Entry


def test_two_workers_with_simple(embedded: EmbeddedBoard, make: MakeSite, tmp_path: Path) -> None:
    """A worker is a process; here two applications that share nothing but what a backend holds."""
    cookies = embedded.sign_in("alice", browser=AGENT)
    kinds: list[tuple[dict[str, Any], str | None]] = [
        ({"TYPE": "simple"}, None),
        ({"TYPE": "filesystem", "DIRECTORY": str(tmp_path / "kept")}, "basket"),
    ]
    for backend, kept in kinds:
        one, other = (make(session_backend=backend) for _ in range(2))
        assert one.ask(cookies, "/keep/basket").thing == "basket"
        assert other.ask(cookies).thing == kept
        assert one.ask(cookies).thing == "basket"


def test_the_backend_is_away(
    entry: Entry,
    embedded: EmbeddedBoard,
    make: MakeSite,
    memcached: Memcached,
    log: pytest.LogCaptureFixture,
) -> None:
    pytest.importorskip("pymemcache")
    cookies = embedded.sign_in("alice", browser=AGENT)
    away = make(session_backend={"TYPE": "memcached", "SERVERS": [f"{HOST}:1"]})
    answer = away.ask(cookies, "/keep/basket")
    assert (answer.status, answer.user) == (200, embedded.user_id("alice"))
    assert away.ask(cookies).thing is None
    assert entry.is_seen_in(log.text)
    there = make(session_backend={"TYPE": "memcached", "SERVERS": [f"{HOST}:{memcached.port}"]})
    there.ask(cookies, "/keep/basket")
    assert there.ask(cookies).thing == "basket"


def test_a_large_basket(entry: Entry, embedded: EmbeddedBoard, make: MakeSite, tmp_path: Path) -> None:
    cookies = embedded.sign_in("alice", browser=AGENT)
    basket = secrets.token_hex(6000)  # as Flask compresses what it signs
    with pytest.warns(UserWarning, match="too large") as told:
        make(session_backend={"TYPE": "cookie"}).ask(cookies, f"/keep/{basket}")
    assert entry.is_seen_in(" ".join(str(warning.message) for warning in told))
    site = make(session_backend={"TYPE": "filesystem", "DIRECTORY": str(tmp_path / "kept")})
    site.ask(cookies, f"/keep/{basket}")
    assert site.ask(cookies).thing == basket
