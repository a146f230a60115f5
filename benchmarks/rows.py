"""The rows of the table: each a piece of work, what it is compared with, and what it may cost.

Pure: a row is asked what it makes of the data of its section, and nothing is measured here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median, quantiles

from .found import Found

_PER_SECOND = "8 threads, requests/s ÷ {}: `{}`"
_READ_AGAIN = "10,000 bans and 2,125 options read again, 16 threads"


@dataclass(frozen=True)
class Figure:
    """What a row comes to.

    :ivar value: the median of the rounds' ratios, or a figure that is no ratio.
    :ivar low: a quarter of the rounds is below; the value itself where there are no rounds.
    :ivar high: a quarter of the rounds is above.
    :ivar n: rounds; 0 where there are none.
    """

    value: float
    low: float
    high: float
    n: int = 0


@dataclass(frozen=True)
class Row:
    """A row of the table.

    :ivar key: what tells it from the others, and what its reason is found by.
    :ivar section: the section of the suite that measures it.
    :ivar group: the part of the section's data that it looks at.
    :ivar meaning: what it says, for the table.
    :ivar work: what is measured.
    :ivar over: what that is divided by; empty for none.
    :ivar minus: what is taken off first; empty for nothing.
    :ivar target: what it may be; None where it is told for the sake of another row.
    :ivar at_least: whether more is better.
    :ivar unit: of a figure that is no ratio.
    :ivar counted: works whose instructions are told beside it.
    """

    key: str
    section: str
    group: str
    meaning: str
    work: str
    over: str = ""
    minus: str = ""
    target: float | None = None
    at_least: bool = False
    unit: str = ""
    counted: tuple[str, str, str] | None = None

    def figure(self, found: Found) -> Figure | None:
        """Return what the row comes to; None where it was not measured."""
        rounds = found.rounds.get(self.group, {})
        if self.work in rounds:
            return self._of_rounds(rounds)
        values = found.values.get(self.group, {})
        if self.work not in values or (self.over and self.over not in values):
            return None
        value = (values[self.work] - values.get(self.minus, 0)) / (values[self.over] if self.over else 1)
        return Figure(value, value, value)

    def _of_rounds(self, rounds: Mapping[str, list[float]]) -> Figure | None:
        if not {name for name in (self.over, self.minus) if name} <= rounds.keys():
            return None
        works = rounds[self.work]
        taken_off = rounds[self.minus] if self.minus else [0.0] * len(works)
        divided_by = rounds[self.over] if self.over else [1.0] * len(works)
        ratios = [(a - b) / c for a, b, c in zip(works, taken_off, divided_by, strict=True)]
        low, _, high = quantiles(ratios, n=4)
        return Figure(median(ratios), low, high, len(ratios))

    def meets(self, figure: Figure) -> bool | None:
        """Tell whether a figure, as it is printed, is what it may be; None if nothing was asked."""
        if self.target is None:
            return None
        value = round(figure.value, 2)
        return value >= self.target if self.at_least else value <= self.target

    def instructions(self, counts: Found) -> float | None:
        """Return the same ratio in instructions; None where they were not counted."""
        counted = counts.values.get("instructions", {})
        if self.counted is None or not {name for name in self.counted if name} <= counted.keys():
            return None
        work, minus, over = self.counted
        return (counted[work] - counted.get(minus, 0)) / counted[over]


def _signed_in() -> list[Row]:
    most = {"psycopg2": 1.15, "psycopg": 1.15, "pymysql": 1.15, "sqlite3": 3}
    rows = [
        Row(
            f"signed-in.{driver}",
            "costs",
            driver,
            f"signed-in request minus bare, ÷ the session statement by hand: `{driver}`",
            "signed in",
            "statement",
            "bare",
            target,
            counted=("signed_in", "bare", "statement") if driver == "sqlite3" else None,
        )
        for driver, target in most.items()
    ]
    rows += [
        Row(
            f"signed-in-unprepared.{driver}",
            "costs",
            driver,
            f"… `{driver}` with `PREPARE` off, as behind a pooler",
            "signed in, not prepared",
            "statement",
            "bare",
            1.15,
        )
        for driver in ("psycopg2", "psycopg")
    ]
    return [
        *rows,
        Row(
            "prepared.psycopg",
            "costs",
            "psycopg",
            "… `psycopg`, prepared, ÷ the statement that is not",
            "signed in",
            "statement",
            "bare",
            1.0,
        ),
        Row(
            "prepared-statement.psycopg",
            "costs",
            "psycopg",
            "the statement by hand, prepared ÷ not prepared: `psycopg`",
            "statement, prepared",
            "statement",
        ),
    ]


def _works() -> list[Row]:
    def row(key: str, meaning: str, work: str, over: str, target: float, minus: str = "") -> Row:
        return Row(key, "counts", "works", meaning, work, over, minus, target, counted=(work, minus, over))

    return [
        row("guest", "warm guest minus bare, ÷ bare", "guest", "bare", 0.5, "bare"),
        row("right", "`has_privilege` ÷ a look-up in a dict", "has_privilege", "dict_look_up", 5),
        row("right.session", "… through `flask.session`", "session_has_privilege", "dict_look_up", 20),
        row(
            "decode.few",
            "decode and ask 1,000 forums, 10 distinct lines, ÷ a loop of `int`",
            "decode_few_lines",
            "int_loop",
            3,
        ),
        row("decode.many", "… 1,000 distinct lines", "decode_many_lines", "int_loop", 6),
        row(
            "cached.simple",
            "tiny cached answer on `simple` ÷ cachelib's bare get",
            "cached_answer",
            "simple_get",
            5,
        ),
        Row(
            "import",
            "counts",
            "import",
            "`import flask_phpbb3` ÷ `import flask`",
            "flask_phpbb3",
            "flask",
            "",
            1.4,
            counted=("flask_phpbb3", "", "flask"),
        ),
    ]


def _pieces() -> list[Row]:
    pieces = {
        "row_taken": "a session's row bound, unescaped and copied",
        "connection_lent": "a connection lent by the pool",
        "width_checked": "the width of the permission string checked",
    }
    return [
        Row(
            f"pieces.{work}",
            "counts",
            "pieces",
            f"instructions ÷ those before: {meaning}",
            work,
            f"{work} before",
            target=0.5,
        )
        for work, meaning in pieces.items()
    ]


def _stores() -> list[Row]:
    return [
        Row(
            f"cached.{kind}.{answer.split()[0]}",
            "stores",
            kind,
            f"cached answer on {kind}, {meaning}, ÷ a bare get",
            answer,
            f"bare get, {answer}",
            target=2,
        )
        for kind in ("memcached", "redis")
        for answer, meaning in (("tiny answer", "a bool"), ("row", "a user's row"))
    ]


def _threads() -> list[Row]:
    rows = [
        Row(
            f"threads.{driver}",
            "threads",
            driver,
            _PER_SECOND.format(f"the statement by hand on {pool}", driver),
            "ours",
            "by hand",
            target=0.9,
            at_least=True,
        )
        for driver, pool in (("psycopg2", "a pool"), ("psycopg", "`psycopg_pool`"), ("pymysql", "a pool"))
    ]
    peers = (
        ("ours", "Flask-Session on Redis", "Flask-Session on Redis, 80 keys loaded", 0.9),
        ("ours, kept for a second", "Flask-Session on Redis", "… with `PHPBB3_SESSION_CACHE_TTL = 1`", 1.2),
        ("ours", "Flask-Login and SQLAlchemy", "Flask-Login + SQLAlchemy, a user of six columns loaded", 2.5),
        ("ours", "Flask-Login and SQLAlchemy, all columns", "… all columns of phpBB's user loaded", 2.5),
    )
    rows += [
        Row(
            f"peers.{driver}.{number}",
            "peers",
            driver,
            _PER_SECOND.format(meaning, driver),
            work,
            over,
            target=target,
            at_least=True,
        )
        for driver in ("psycopg2", "psycopg")
        for number, (work, over, meaning, target) in enumerate(peers, 1)
    ]
    return rows


def _permissions() -> list[Row]:
    drivers = ("psycopg2", "psycopg", "pymysql", "sqlite3")
    rows = [
        Row(
            f"compute.{driver}",
            "permissions",
            driver,
            f"compute permissions, 10 groups in 1,000 forums, beyond its own statements, ÷ those: `{driver}`",
            "computed",
            "statements",
            "statements",
            2,
        )
        for driver in drivers
    ]
    rows += [
        Row(
            f"blank.{driver}",
            "permissions",
            f"{driver}, blank",
            f"blank permissions, 3,000 rows, 31 requests: how many compute: `{driver}`",
            "computing",
            target=1,
            unit="requests",
        )
        for driver in drivers
    ]
    return [
        *rows,
        *(
            Row(
                f"blank-time.{driver}",
                "permissions",
                f"{driver}, blank",
                f"… CPU of a request beyond a bare one: `{driver}`",
                "milliseconds",
                unit="ms",
            )
            for driver in drivers
        ),
    ]


def _refresh() -> list[Row]:
    rows = []
    for driver in ("psycopg2", "psycopg", "pymysql", "sqlite3"):
        busy = f"{driver}, read again"
        rows += [
            Row(
                f"refresh.{driver}",
                "refresh",
                busy,
                f"{_READ_AGAIN}: the longest wait ÷ that reading: `{driver}`",
                "longest",
                "reading",
                target=0.5,
            ),
            Row(
                f"refresh-longest.{driver}",
                "refresh",
                busy,
                f"… the longest wait of all: `{driver}`",
                "longest",
                unit="ms",
            ),
            Row(
                f"refresh-resting.{driver}",
                "refresh",
                f"{driver}, nothing read",
                f"… the longest wait while nothing is read: `{driver}`",
                "longest",
                unit="ms",
            ),
        ]
    return rows


def _memory() -> list[Row]:
    return [
        Row(
            "memory.strings",
            "memory",
            "10,000 strings",
            "memory after 10⁴ permission strings",
            "megabytes",
            target=1.5,
            unit="MB",
        ),
        Row(
            "memory.ids",
            "memory",
            "200,000 ids",
            "memory after 2·10⁵ made-up session ids",
            "megabytes",
            target=4,
            unit="MB",
        ),
    ]


def _boards() -> list[Row]:
    return [
        Row(
            f"growth.{database}.{question}",
            "boards",
            f"{database}, 10,000 to 1,000,000 posts",
            f"{question}, 10,000 to 1,000,000 posts: what is read, {name}",
            question,
            target=1.5,
        )
        for database, name in (("postgresql", "PostgreSQL"), ("mariadb", "MariaDB"), ("sqlite", "SQLite"))
        for question in ("latest posts", "latest topics", "whatever grows most")
    ]


ROWS: tuple[Row, ...] = (
    *_signed_in(),
    *_works(),
    *_pieces(),
    *_stores(),
    *_threads(),
    *_permissions(),
    *_refresh(),
    *_memory(),
    *_boards(),
)
