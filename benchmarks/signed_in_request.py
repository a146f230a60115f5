"""Measure what a request costs on an embedded SQLite board: statements, requests a second, added time.

::

    python benchmarks/signed_in_request.py [SECONDS]

Requests go through Flask's test client, one after the other; its own work is in every figure, so look at
what is added to the bare view.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from flask import Flask, session
from flask.testing import FlaskClient

from flask_phpbb3 import BoundPhpBB3, PhpBB3, Query, Row
from flask_phpbb3.testing import EmbeddedBoard, login_as

SECONDS = 2.0
WARM_UP = 50

View = Callable[[], Any]


def bare() -> str:
    """Ask nothing."""
    return ""


def name() -> str:
    """Ask who the visitor is."""
    return str(session["username"])


def permissions() -> str:
    """Ask for a permission in each of a hundred forums."""
    return str(sum(session.has_privilege("f_read", forum) for forum in range(1, 101)))  # type: ignore[attr-defined]


def groups() -> str:
    """Ask for a membership, the unread number and a link hash."""
    visitor: Any = session
    return (
        f"{visitor.is_member('REGISTERED')} {visitor.num_unread_notifications} {visitor.get_link_hash('x')}"
    )


def posts() -> str:
    """Ask for the newest posts that the visitor may read."""
    return str(len(phpbb3.fetch_latest_posts(limit=10)))


def cached_posts() -> str:
    """Ask for them and take them from the cache."""
    return str(len(phpbb3.fetch_latest_posts(limit=10, cache=True)))


VIEWS: tuple[View, ...] = (bare, name, permissions, groups, posts, cached_posts)
phpbb3 = PhpBB3()


def fill(board: EmbeddedBoard) -> None:
    """Make a forum with a hundred boards and some talk."""
    board.add_user("alice")
    forums = [board.add_forum(f"Forum {number}") for number in range(100)]
    for forum in forums:
        for group in ("GUESTS", "REGISTERED"):
            board.grant_role("ROLE_FORUM_STANDARD", group=group, forum=forum)
    for number in range(30):
        board.add_topic(forums[number], f"Topic {number}", "alice")


def make_app(board: EmbeddedBoard) -> tuple[Flask, list[str]]:
    """Return the application, and the list in which the names of its statements are noted."""
    app = Flask(__name__)
    app.config.update(board.settings)
    app.config.update(PHPBB3_BOARD_TTL=3600, PHPBB3_BAN_TTL=3600)
    phpbb3.init_app(app)
    for view in VIEWS:
        app.add_url_rule(f"/{view.__name__}", view_func=view)
    return app, _noted(app.extensions["phpbb3"])


def _noted(bound: BoundPhpBB3) -> list[str]:
    asked: list[str] = []
    read = bound.driver.read

    def noting(query: Query, parameters: Mapping[str, Any], **paging: Any) -> list[Row]:
        asked.append(query.name)
        return read(query, parameters, **paging)

    bound.driver.read = noting  # type: ignore[method-assign]
    return asked


def measure(client: FlaskClient, path: str, seconds: float) -> float:
    """Return the seconds that one request takes on average."""
    for _ in range(WARM_UP):
        client.get(path)
    count, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        client.get(path)
        count += 1
    return spent / count


def store_permissions(app: Flask, board: EmbeddedBoard) -> None:
    """Store everybody's permission string, as phpBB does at a user's next visit."""
    bound: BoundPhpBB3 = app.extensions["phpbb3"]
    strings = [(bound.get_acl(user_id=user).encode(), user) for user in (1, board.user_id("alice"))]
    with closing(sqlite3.connect(board.path)) as connection:
        connection.executemany("UPDATE phpbb_users SET user_permissions = ? WHERE user_id = ?", strings)
        connection.commit()


def main(seconds: float) -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as folder, closing(EmbeddedBoard(Path(folder) / "board.db")) as board:
        fill(board)
        app, asked = make_app(board)
        store_permissions(app, board)
        guest, alice = app.test_client(), app.test_client()
        login_as(alice, "alice")
        print(f"{'request':24} {'statements':>10} {'requests/s':>11} {'µs added':>9}")
        for who, client in (("guest", guest), ("alice", alice)):
            base = measure(client, "/bare", seconds)
            for view in VIEWS:
                spent = base if view is bare else measure(client, f"/{view.__name__}", seconds)
                asked.clear()
                client.get(f"/{view.__name__}")
                label = f"{who}: {view.__name__}"
                print(f"{label:24} {len(asked):>10} {1 / spent:>11.0f} {(spent - base) * 1e6:>9.0f}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
