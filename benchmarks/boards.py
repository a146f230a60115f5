"""What a board's size costs: the same questions and the same request on boards of ten thousand to a million posts."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.loading import DRIVERS, Databases
from tests.servers import MariaDb, PostgreSql, running

from .found import Found
from .growth import FORUMS, GROUPS, Builder, Measuring, grown_app, measure_lists
from .servers import Absent
from .timing import Effort, times
from .works import BROWSER, bare, make_app, request_of

UNITS = {"postgresql": "pages", "mariadb": "rows", "sqlite": "steps"}
NAMES = {"postgresql": "PostgreSQL", "mariadb": "MariaDB", "sqlite": "SQLite"}
_SERVERS: dict[str, Any] = {"postgresql": PostgreSql, "mariadb": MariaDb, "sqlite": None}
_BUFFERS = 536870912
ASKED = "10,000 to 1,000,000 posts"
"""The growth that is asked about: the end of a group of the data."""
PLANS = {
    "_fetch_newest_topics": "latest topics, all",
    "_fetch_newest_posts": "latest posts, all",
    "_fetch_unread_topics": "unread, regular",
    "_fetch_sticky_topics": "forum, first page, all",
    "_fetch_forum_topics": "forum, first page, all",
    "_fetch_topic_posts_backwards": "topic, last page, all",
    "_fetch_topic_posts": "topic, after, all",
    "_fetch_notifications": "notifications, all",
    "_fetch_online": "who is online, all",
}
"""Statement → the question whose plan of it is told."""


def measure(effort: Effort) -> Found:
    """Build the boards on each database; count what lists read, time them, and take the plans of the largest."""
    found = Found()
    for database, kind in _SERVERS.items():
        try:
            with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
                server = stack.enter_context(running(kind)) if kind else None
                if isinstance(server, MariaDb):
                    server.execute(f"SET GLOBAL innodb_buffer_pool_size = {_BUFFERS}", user="root")
                databases = Databases(dict.fromkeys(_SERVERS, server).get, Path(folder))
                for posts in effort.posts:
                    _measure(database, databases.empty(database), posts, effort, found)
                grown = f"{database}, {min(effort.posts):,} to {max(effort.posts):,} posts"
                found.put(grown, **growth(found, database, effort.posts))
                if not grown.endswith(ASKED):
                    found.missing[f"{database}, {ASKED}"] = f"a short run built {grown}"
        except Absent as error:
            found.missing[database] = found.missing[f"{database}, {ASKED}"] = str(error)
    return found


def growth(found: Found, database: str, sizes: tuple[int, ...]) -> dict[str, float]:
    """Return list → how much more is read of the largest board than of the smallest, by whoever it is most for."""
    small, big = (found.values[f"{database}, {posts:,} posts"] for posts in (min(sizes), max(sizes)))
    grown: dict[str, float] = {}
    for question, read in big.items():
        name, ratio = question.rpartition(", ")[0], read / max(1, small[question])
        grown[name] = max(ratio, grown.get(name, 0))
    return {**grown, "whatever grows most": max(grown.values())}


def _measure(database: str, settings: Mapping[str, Any], posts: int, effort: Effort, found: Found) -> None:
    began = time.monotonic()
    builder = Builder(database, settings, posts, effort.users)
    viewers = builder.fill()
    group = f"{database}, {posts:,} posts"
    found.put(
        f"{group}: board",
        posts=posts,
        users=effort.users,
        forums=FORUMS,
        groups=GROUPS,
        seconds=round(time.monotonic() - began),
    )
    plugin = Measuring(database)
    with grown_app(plugin, settings) as bound:
        costs = measure_lists(bound, plugin, viewers, posts)
    found.put(group, **{question: cost.read for question, cost in costs.items()})
    if posts == max(effort.posts):
        found.texts[database] = {name: costs[question].plans[name] for name, question in PLANS.items()}
    found.rounds[group] = _times(database, builder, settings, viewers["all"], effort)


def _times(
    database: str, builder: Builder, settings: Mapping[str, Any], viewer: int, effort: Effort
) -> dict[str, list[float]]:
    """Time lists for *all*, whose permissions phpBB has stored, and a request of somebody signed in."""
    driver = DRIVERS[database][0]
    builder.board.add_user("alice")
    builder.board.grant_role("ROLE_FORUM_STANDARD", user="alice", forum=2)
    cookie = "; ".join(f"{k}={v}" for k, v in builder.board.sign_in("alice", browser=BROWSER).items())
    config = {"PHPBB3": {"DRIVER": driver, "VERSION": "3.3"}, "PHPBB3_DATABASE": dict(settings)}
    app = make_app(builder.board, {**config, "PHPBB3_BOARD_URL": "http://forum.test"})
    bound = app.extensions["phpbb3"]
    computed = bound.get_acl(user_id=viewer).encode()
    with builder.board._rows.transaction():
        builder.board._rows.update("users", {"user_id": viewer}, user_permissions=computed)
    with bare() as nothing, closing(bound.driver):
        return times(
            {
                "bare": nothing,
                "signed in": request_of(app, cookie),
                "latest posts": lambda: bound.fetch_latest_posts(user_id=viewer),
                "latest topics": lambda: bound.fetch_latest_topics(user_id=viewer),
            },
            replace(effort, rounds=effort.rounds // 2),
        )
