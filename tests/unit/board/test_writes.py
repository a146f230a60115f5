"""Where something was written, and for how long that is remembered."""

from __future__ import annotations

import threading
from typing import Any

from flask_phpbb3.board.writes import Writes, _outside
from flask_phpbb3.plugins.primary import FromPrimary, wants_primary


def test_a_request_remembers_for_itself() -> None:
    requests: list[dict[str, Any]] = [{}, {}]
    current = requests[0]
    writes = Writes(lambda: current)
    writes.note()
    assert writes.happened()
    current = requests[1]
    assert not writes.happened()
    assert not Writes().happened()


def test_outside_of_requests_a_thread_remembers_for_itself() -> None:
    found: list[bool] = []

    def write() -> None:
        writes = Writes()
        found.append(writes.happened())
        writes.note()
        found.append(writes.happened())

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    assert found == [False, True]
    assert not _outside.get()


def test_what_is_wanted_ends_with_the_block() -> None:
    assert not wants_primary()
    with FromPrimary():
        assert wants_primary()
        with FromPrimary():
            assert wants_primary()
        assert wants_primary()
    assert not wants_primary()
