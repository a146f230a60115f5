"""Boards of any size, and what lists read there: pages of PostgreSQL, rows of MariaDB, steps of SQLite.

Every board has 1,000 forums; time goes on at one post a minute, so that a day is as long on each. What is counted
are the statements that the functions really run, asked again under EXPLAIN on PostgreSQL; who the viewer is and
what is kept of the board for a while is asked before and not counted.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_phpbb3 import BoundPhpBB3, Driver, Query, Row, hookimpl
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing import MiniatureBoard, Schema
from tests.apps import board_of, close, make_app
from tests.loading import DRIVERS
from tests.miniatures import DIALECTS, RELEASES
from tests.writing import connect

FORUMS, GROUPS, BUSY, LIVELY = 1000, 50, 1, range(2, 22)
COLD = range(991, 1001)
"""Ten forums in which nobody has written since the first two hundred topics."""
LONG = 201
"""A topic with every twentieth post of the board."""
FIRST_TOPICS = 200
VIEWERS: dict[str, range] = {
    "cold": COLD,
    "few": range(1, 11),
    "half": range(1, 501),
    "all": range(1, FORUMS + 1),
    "regular": range(1, FORUMS + 1),
    "moderator": range(1, FORUMS + 1),
}
"""Who may read which forums; the regular one reads all, and marks forums as read instead of the board; the moderator
also sees what waits for approval."""
_IS_HIDDEN = "{topic} % 50 = 7"
"""The topics of which every post waits for approval."""
_TELLING = ("SEARCH", "SCAN", "USE")
"""How lines of SQLite's plans begin that say more than that there are parts."""
SETTLED = (
    *("posts", "topics", "forums", "users", "notifications"),
    *("sessions", "topics_track", "forums_track", "acl_users", "acl_groups", "user_group"),
)
_STEP = 5
_NUMBERS = {
    "postgresql": "(SELECT generate_series(1, {}) AS n) numbers",
    "mariadb": "(SELECT seq AS n FROM seq_1_to_{}) numbers",
    "sqlite": "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {}) SELECT n FROM c) numbers",
}
_DIVIDE = {"postgresql": "/", "mariadb": "DIV", "sqlite": "/"}


@dataclass
class Cost:
    """What a statement or a question has read.

    :ivar read: pages (PostgreSQL), rows (MariaDB) or steps (SQLite).
    :ivar rows: rows that scans looked at; 0 where the database does not say.
    :ivar statements: statement → what it has read, of it all.
    :ivar plans: statement → how the database goes about it.
    """

    read: int = 0
    rows: int = 0
    statements: dict[str, int] = field(default_factory=dict)
    plans: dict[str, str] = field(default_factory=dict)


class Measuring:
    """A plugin with the driver ``measuring``, which counts what each statement reads."""

    def __init__(self, database: str) -> None:
        self.cost = Cost()
        self.is_counting = False
        self._database = database

    @contextlib.contextmanager
    def counted(self) -> Iterator[Cost]:
        """Count what is asked inside."""
        self.cost, self.is_counting = Cost(), True
        try:
            yield self.cost
        finally:
            self.is_counting = False

    @hookimpl
    def phpbb3_register_driver(self) -> type[Driver]:
        """Offer the driver."""
        real: Any = Plugins().driver(DRIVERS[self._database][0])
        measuring = self
        look = {"postgresql": _explain, "mariadb": _compare_counters, "sqlite": _count_steps}[self._database]

        class MeasuringDriver(real):  # type: ignore[misc]  # the class is chosen at run time
            name = "measuring"
            asked = ""

            def read(self, query: Query, parameters: Mapping[str, Any], **paging: Any) -> list[Row]:
                self.asked = query.name
                rows: list[Row] = super().read(query, parameters, **paging)
                return rows

            def connect(self, *, read_only: bool) -> Any:
                connection = super().connect(read_only=read_only)
                return _Stepping(connection) if real.name == "sqlite3" else connection

            def fetch(self, connection: Any, sql: str, values: Mapping[str, Any]) -> list[Row]:
                rows: list[Row]
                if not measuring.is_counting:
                    rows = super().fetch(connection, sql, values)
                    return rows
                rows, cost, plan = look(super().fetch, connection, sql, values)
                measuring.cost.read += cost.read
                measuring.cost.rows += cost.rows
                statements = measuring.cost.statements
                statements[self.asked] = statements.get(self.asked, 0) + cost.read
                measuring.cost.plans[self.asked] = plan
                return rows

        return MeasuringDriver


Fetch = Callable[[Any, str, Mapping[str, Any]], list[Row]]
Looked = tuple[list[Row], Cost, str]


def _explain(fetch: Fetch, connection: Any, sql: str, values: Mapping[str, Any]) -> Looked:
    """Ask PostgreSQL how it does it, which does it once."""
    [found] = fetch(connection, f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}", values)
    [explained] = found["QUERY PLAN"]
    plan = explained["Plan"]
    rows, lines = 0, []
    for node, depth in _nodes(plan, 0):
        if "Relation Name" in node:
            taken = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            rows += int(taken * node["Actual Loops"])
        where = node.get("Index Name") or node.get("Relation Name") or ""
        lines.append(
            f"{'  ' * depth}{node['Node Type']} {where} rows={node['Actual Rows']} loops={node['Actual Loops']}"
        )
    read = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return fetch(connection, sql, values), Cost(read, rows), _shortened(lines)


def _nodes(plan: dict[str, Any], depth: int) -> Iterator[tuple[dict[str, Any], int]]:
    yield plan, depth
    for part in plan.get("Plans", ()):
        yield from _nodes(part, depth + 1)


def _compare_counters(fetch: Fetch, connection: Any, sql: str, values: Mapping[str, Any]) -> Looked:
    """Look at MariaDB's counters of this session before and after."""

    def counters() -> tuple[int, int]:
        found = fetch(connection, "SHOW SESSION STATUS WHERE Variable_name LIKE 'Rows_read'", {})
        handlers = fetch(connection, "SHOW SESSION STATUS LIKE 'Handler_read%%'", {})
        return int(found[0]["Value"]), sum(int(row["Value"]) for row in handlers)

    start = counters()
    before = counters()
    rows = fetch(connection, sql, values)
    after = counters()
    own = [second - first for first, second in zip(start, before, strict=True)]  # of asking for the counters
    read, handled = (b - a - o for a, b, o in zip(before, after, own, strict=True))
    plan = fetch(connection, f"EXPLAIN {sql}", values)
    lines = [f"{row['select_type']} {row['table']} {row['type']} {row['key']} {row['rows']}" for row in plan]
    return rows, Cost(read, handled), _shortened(lines)


class _Stepping:
    """A connection of SQLite whose deadline's handler counts how often it is called."""

    def __init__(self, connection: Any) -> None:
        object.__setattr__(self, "connection", connection)
        object.__setattr__(self, "steps", [0])

    def set_progress_handler(self, handler: Any, steps: int) -> None:
        def count() -> bool:
            self.steps[0] += _STEP
            return bool(handler and handler())

        self.connection.set_progress_handler(count, _STEP)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.connection, name, value)


def _count_steps(fetch: Fetch, connection: Any, sql: str, values: Mapping[str, Any]) -> Looked:
    before = connection.steps[0]
    rows = fetch(connection, sql, values)
    read = connection.steps[0] - before
    plan = fetch(connection, f"EXPLAIN QUERY PLAN {sql}", values)
    return (
        rows,
        Cost(read),
        _shortened([line for row in plan if (line := str(row["detail"])).startswith(_TELLING)]),
    )


def _shortened(lines: list[str], most: int = 14) -> str:
    more = [f"… {len(lines) - most} lines more"] if len(lines) > most else []
    return "\n".join(lines[:most] + more)


class Builder:
    """Fill a miniature board in bulk: the database itself counts up the rows.

    :param database: ``postgresql``, ``mariadb`` or ``sqlite``.
    :param posts: how many posts the board gets.
    :param users: how many users.
    """

    def __init__(self, database: str, settings: Mapping[str, Any], posts: int, users: int) -> None:
        self._database, self._posts, self._users = database, posts, users
        self._now = int(time.time())
        self._start = self._now - 60 * posts
        self._connection = connect(database, settings)
        self.board = MiniatureBoard(
            self._connection,
            Schema.load(*Plugins().line("3.3").schema),
            release=RELEASES["3.3"],
            dialect=DIALECTS[database],
        )
        self.board.create()

    def fill(self) -> dict[str, int]:
        """Write everything; return viewer → user id."""
        div = _DIVIDE[self._database]
        self._sow_forums()
        viewers = self._sow_viewers()
        author = f"10000 + n % {self._users}"
        self._sow("users", "user_id", self._users, user_id="9999 + n", username=self._joined("'u'", "n"),
                  username_clean=self._joined("'u'", "n"))  # fmt: skip
        topic = f"CASE WHEN n % 20 = 0 THEN {LONG} ELSE (n - 1) {div} 10 + 1 END"
        forum = _forum_of(topic, div)
        self._sow("posts", "post_id", self._posts, post_id="n", topic_id=topic, forum_id=forum, poster_id=author,
                  post_time=f"{self._start} + 60 * n", post_visibility=f"CASE WHEN n % 50 = 9 OR"
                  f" {_IS_HIDDEN.format(topic=f'({topic})')} THEN 0 ELSE 1 END")  # fmt: skip
        self._run(
            "INSERT INTO phpbb_topics (topic_id, forum_id, topic_title, topic_poster, topic_time, topic_visibility,"
            " topic_posts_approved, topic_first_post_id, topic_last_post_id, topic_last_post_time)"
            " SELECT topic_id, MIN(forum_id), 'A topic', MIN(poster_id), MIN(post_time), MIN(post_visibility),"
            " COUNT(*), MIN(post_id), MAX(post_id), MAX(post_time) FROM phpbb_posts"
            f" WHERE post_visibility = 1 OR {_IS_HIDDEN.format(topic='topic_id')} GROUP BY topic_id"
        )
        self._run("UPDATE phpbb_topics SET topic_type = 1 WHERE topic_id BETWEEN 300 AND 500")
        self._run("UPDATE phpbb_topics SET topic_type = 3 WHERE topic_id BETWEEN 501 AND 505")
        self._run(
            "UPDATE phpbb_forums SET forum_last_post_time = COALESCE((SELECT MAX(t.topic_last_post_time)"
            " FROM phpbb_topics t WHERE t.forum_id = phpbb_forums.forum_id AND t.topic_visibility = 1), 0)"
        )
        self._sow_groups()
        self._sow_marks(viewers)
        self._sow_bells_and_visits(viewers)
        for name in SETTLED:
            self._settle(f"phpbb_{name}")
        return viewers

    def _sow_forums(self) -> None:
        first = self.board.add_forum("Forum")
        self._sow("forums", "forum_id", FORUMS - 1, template=first, forum_id=f"{first} + n",
                  left_id="2 * n + 1", right_id="2 * n + 2")  # fmt: skip
        assert first == 1

    def _sow_viewers(self) -> dict[str, int]:
        found = {}
        for name, forums in VIEWERS.items():
            mark = self._start if name == "regular" else self._now - 86400
            found[name] = self.board.add_user(name, user_lastmark=mark, groups=("REGISTERED",))
            self.board.grant_role("ROLE_FORUM_STANDARD", user=name, forum=forums[0])
            self._sow(
                "acl_users", "user_id", len(forums) - 1, template=found[name], forum_id=f"{forums[0]} + n"
            )
        self.board.grant(user="moderator", option="m_approve")
        self.board.clear_prefetch()
        return found

    def _sow_groups(self) -> None:
        """Add groups with a role in every forum, whose members are the users by turns."""
        groups = [self.board.add_group(f"Group {number}") for number in range(GROUPS)]
        for group in groups:
            self.board.grant_role("ROLE_FORUM_READONLY", group=group, forum=1)
            self._sow("acl_groups", "group_id", FORUMS - 1, template=group, forum_id="n + 1")
        self.board.add_member(9998, groups[0])
        self._sow("user_group", "user_id", self._users, template=9998, user_id="9999 + n",
                  group_id=f"{groups[0]} + n % {GROUPS}")  # fmt: skip

    def _sow_marks(self, viewers: Mapping[str, int]) -> None:
        self.board.insert(
            "topics_track", user_id=9998, topic_id=LONG, forum_id=BUSY, mark_time=self._now - 3600
        )
        self._sow("topics_track", "user_id", self._posts // 10, template=9998, user_id=f"10000 + n % {self._users}",
                  topic_id="n")  # fmt: skip
        recent = self._posts // 10 - 60
        for user_id in viewers.values():
            self._sow("topics_track", "user_id", 30, template=9998, user_id=str(user_id), topic_id=f"{recent} + n",
                      mark_time=str(self._now))  # fmt: skip

        self.board.insert("forums_track", user_id=9998, forum_id=1, mark_time=self._now - 86400)
        self._sow(
            "forums_track", "user_id", FORUMS, template=9998, forum_id="n", user_id=str(viewers["regular"])
        )

    def _sow_bells_and_visits(self, viewers: Mapping[str, int]) -> None:
        anyone = f"10000 + n % {self._users}"
        self.board.insert(
            "notification_types", notification_type_id=90, notification_type_name="notification.type.post"
        )
        self.board.insert("notifications", notification_id=1, notification_type_id=90, user_id=9998, item_id=1,
                          item_parent_id=1, notification_time=self._now - 3600, notification_data="a:0:{}")  # fmt: skip
        self._sow("notifications", "notification_id", self._posts // 2, template=1, notification_id="n + 1",
                  user_id=anyone, item_id="n")  # fmt: skip
        for number, user_id in enumerate(viewers.values()):
            self._sow("notifications", "notification_id", 60, template=1, user_id=str(user_id), item_id="n",
                      notification_id=f"{self._posts + 100 * number} + n")  # fmt: skip
        # In the future, as these visits must last as long as it takes to build and measure.
        self.board.insert("sessions", session_id="0", session_user_id=9998, session_time=self._now + 3600,
                          session_ip="203.0.113.1")  # fmt: skip
        self._sow("sessions", "session_id", 200, template="0", session_id=self._joined("'now'", "n"),
                  session_user_id=anyone, session_time=str(self._now + 3600))  # fmt: skip
        self._sow("sessions", "session_id", self._posts // 50, template="0", session_id=self._joined("'old'", "n"),
                  session_user_id=anyone, session_time=f"{self._now - 7200} - n")  # fmt: skip

    def _joined(self, text: str, number: str) -> str:
        return f"CONCAT({text}, {number})" if self._database == "mariadb" else f"{text} || {number}"

    def _sow(self, table: str, key: str, count: int, template: Any = None, **columns: str) -> None:
        """Write many rows like one that is there, each column that differs by an expression in ``n``."""
        if count < 1:
            return
        if template is None:
            template = self._template(table, key)
        cursor = self._connection.cursor()
        mark = "?" if self._database == "sqlite" else "%s"
        cursor.execute(f"SELECT * FROM phpbb_{table} WHERE {key} = {mark}", (template,))
        row = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
        kept = [name for name in row if name not in columns]
        differing = [sql if mark == "?" else sql.replace("%", "%%") for sql in columns.values()]
        self._run(
            f"INSERT INTO phpbb_{table} ({', '.join([*columns, *kept])})"
            f" SELECT {', '.join([*differing, *[mark] * len(kept)])}"
            f" FROM {_NUMBERS[self._database].format(count)}",
            [row[name] for name in kept],
        )

    def _template(self, table: str, key: str) -> Any:
        if table == "users":
            return self.board.add_user("nobody in particular", user_id=9998)
        self.board.insert(table, post_id=0, post_subject="Re: A topic", post_text="<t>A few words more.</t>" * 5,
                          post_visibility=1)  # fmt: skip
        return 0

    def _run(self, sql: str, *values: Any) -> None:
        self._connection.cursor().execute(sql, *values)
        self._connection.commit()

    def _settle(self, table: str) -> None:
        """Let the server look at a table, as its own workers do; nobody does so for phpBB's files of SQLite."""
        if self._database == "mariadb":
            cursor = self._connection.cursor()
            cursor.execute(f"ANALYZE TABLE {table}")
            cursor.fetchall()
        elif self._database == "postgresql":
            self._connection.autocommit = True
            self._connection.cursor().execute(f"VACUUM ANALYZE {table}")
            self._connection.autocommit = False


def _forum_of(topic: str, div: str) -> str:
    """Return the expression of a topic's forum: one is busy, twenty are lively, ten have long been silent."""
    expression = (
        f"CASE WHEN (t) = {LONG} THEN {BUSY} WHEN (t) <= {FIRST_TOPICS} THEN {COLD[0]} + (t) % 10"
        f" WHEN (t) % 20 = 0 OR (t) BETWEEN 300 AND 305 THEN {BUSY}"
        f" WHEN (t) % 10 < 6 THEN {LIVELY[0]} + ((t) {div} 10) % {len(LIVELY)}"
        f" ELSE {LIVELY[-1] + 1} + ((t) * 7919) % {COLD[0] - LIVELY[-1] - 1} END"
    )
    return expression.replace("(t)", f"({topic})")


Ask = Callable[[BoundPhpBB3, int, int], Any]

LISTS: dict[str, Ask] = {
    "latest posts": lambda phpbb3, who, posts: phpbb3.fetch_latest_posts(user_id=who),
    "latest topics": lambda phpbb3, who, posts: phpbb3.fetch_latest_topics(user_id=who),
    "unread": lambda phpbb3, who, posts: phpbb3.fetch_unread_topics(limit=25, user_id=who),
    "index": lambda phpbb3, who, posts: phpbb3.fetch_forums(limit=None, user_id=who),
    "notifications": lambda phpbb3, who, posts: phpbb3.fetch_notifications(user_id=who),
    "who is online": lambda phpbb3, who, posts: phpbb3.fetch_online(limit=None, user_id=who),
}
PLACES: dict[str, Ask] = {
    "forum, first page": lambda phpbb3, who, posts: phpbb3.fetch_topics(forum_id=BUSY, limit=25, user_id=who),
    "topic, first page": lambda phpbb3, who, posts: phpbb3.fetch_posts(topic_id=LONG, user_id=who),
    "topic, last page": lambda phpbb3, who, posts: phpbb3.fetch_posts(
        topic_id=LONG, skip=posts // 20 - 10, user_id=who
    ),
    "topic, after": lambda phpbb3, who, posts: phpbb3.fetch_posts(
        topic_id=LONG, after=posts // 40 * 20, user_id=who
    ),
}


@contextlib.contextmanager
def grown_app(plugin: Measuring, settings: Mapping[str, Any]) -> Iterator[BoundPhpBB3]:
    """Have a board asked through a driver that counts."""
    app = make_app(
        "measuring",
        {**settings, "STATEMENT_TIMEOUT": 120},
        version="3.3",
        plugins=(plugin,),
        board_url="http://forum.test",
        board_ttl=3600,
    )
    try:
        yield board_of(app)
    finally:
        close(app)


def measure_lists(
    phpbb3: BoundPhpBB3, plugin: Measuring, viewers: Mapping[str, int], posts: int
) -> dict[str, Cost]:
    """Return question and viewer → what it read."""
    found = {}
    for viewer, who in viewers.items():
        for name, ask in {**LISTS, **({} if viewer == "cold" else PLACES)}.items():
            ask(phpbb3, who, posts)
            with plugin.counted():
                phpbb3.get_acl(user_id=who)
            of_viewer = plugin.cost
            with plugin.counted() as cost:
                rows = ask(phpbb3, who, posts)
            expected = viewer != "cold" or name != "unread"
            assert bool(rows) is expected, (name, viewer, len(rows))
            cost.read -= of_viewer.read
            cost.rows -= of_viewer.rows
            for statement in of_viewer.statements:
                del cost.statements[statement]
            found[f"{name}, {viewer}"] = cost
    return found
