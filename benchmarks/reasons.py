"""Why a target is missed, by the key of its row: what the profile shows to be left.

Instructions are callgrind's, of one turn. A reason is printed only where the target is missed.
"""

from __future__ import annotations

_KNOWING = (
    "knowing the visitor takes about 490,000 instructions of Python beside the bare page and the statement: the "
    "request's headers and cookies 87,000, the session test with bans 90,000, connector and driver around the "
    "statement 120,000, permissions 38,000"
)
_LOCK = f"{_KNOWING}; threads do that one after the other, under the interpreter's lock"
_TWO_LOOK_UPS = (
    "two look-ups (the option's mask, the forum's bits), an AND of 124-bit numbers and a check that the id is a number "
    "stand against one; a dict of answers would be as large as options times forums"
)
_PROXY = (
    "Flask's own LocalProxy takes 9,100 of 14,000 instructions; `_get_current_object()` once a view spares it"
)
_KEY = (
    "beside the get, name, parameters and paging are checked (25,000 instructions), the key is JSON under SHA-256 "
    "(42,000), the envelope is read (18,000); this keeps boards and viewers apart"
)
_SIMPLE = f"cachelib's get is 6,500 instructions, a pickle of thirty bytes; {_KEY}"
_SERVER = f"{_KEY}; pool, deadline and cachelib's layer add 58,000 to the 47,000 of a bare get"
_IMPORT = (
    "of 580 million instructions that are ours a third compiles 189 regular expressions, more than a quarter the "
    "methods of 67 dataclasses, the rest loads 200 modules; all of rendering at first use would bring 1.7"
)
_ROWS = (
    "10,000 rows of five numbers become Python's numbers and are merged, forum by forum, which takes longer than the "
    "database needs to hand them over; it is done once for all who have the same rows"
)
_BY_KEY = (
    "`_fetch_topics` reads the 30 topics of a forum's first page by their key, from 40 pages of index and table; the "
    "small board's whole table is 17 pages, which are read at once"
)
_GIL = "the reading's Python code holds the interpreter's lock by turns of 5 ms; no request waits for its end"

_IN_PROCESS = (
    "within the target by instructions; SQLite answers inside the process in 28 µs, and an instruction of ours takes "
    f"about twice as long as one of its C; {_KNOWING}"
)

REASONS: dict[str, str] = {
    **{f"signed-in.{driver}": _KNOWING for driver in ("psycopg2", "psycopg", "pymysql")},
    "signed-in.sqlite3": _IN_PROCESS,
    **{f"signed-in-unprepared.{driver}": _KNOWING for driver in ("psycopg2", "psycopg")},
    "prepared.psycopg": _KNOWING,
    "guest": "within the target by instructions: of 156,000 beyond the bare page 87,000 read the request's headers "
    "and cookies; by time an instruction of ours takes longer than one of the bare page's",
    "right": _TWO_LOOK_UPS,
    "right.session": _PROXY,
    "cached.simple": _SIMPLE,
    **{f"cached.{kind}.{answer}": _SERVER for kind in ("memcached", "redis") for answer in ("tiny", "row")},
    "import": _IMPORT,
    **{f"threads.{driver}": _LOCK for driver in ("psycopg", "pymysql")},
    "threads.psycopg2": f"{_LOCK}; psycopg2, asked without blocking, gives it up two to three times a statement",
    **{f"peers.{driver}.{number}": _LOCK for driver in ("psycopg2", "psycopg") for number in (1, 2, 3, 4)},
    **{f"compute.{driver}": _ROWS for driver in ("psycopg2", "psycopg", "pymysql", "sqlite3")},
    **{f"refresh.{driver}": _GIL for driver in ("psycopg2", "psycopg", "pymysql", "sqlite3")},
    "growth.postgresql.whatever grows most": _BY_KEY,
    "memory.strings": "two caches of 4,096 lines are filled by strings made to differ; a board's users share theirs",
    "pieces.width_checked": "the string is split into its lines here, which answering rights then needs no more",
    "pieces.connection_lent": "a lock taken twice and the clock read twice is what lending comes down to",
}
