"""What a suite says to a database in its own dialect, as no two share the words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Words:
    """SQL of one dialect, with ``{TABLE_PREFIX}``.

    :param slow: a reading statement that takes a few seconds where nobody stops it.
    :param begin: what leaves a transaction open.
    :param lasting: pairs of statements: one leaves something in the server's session, such as a lock, the
        other asks for it in its only column.
    """

    slow: str
    begin: str = "BEGIN"
    lasting: tuple[tuple[str, str], ...] = ()


WORDS: Final = {
    "postgresql": Words(
        slow="SELECT pg_sleep(4)",
        begin="BEGIN READ WRITE",
        lasting=(
            (
                "SELECT set_config('application_name', 'suite', false)",
                "SELECT current_setting('application_name') AS found",
            ),
            (
                "SELECT pg_advisory_lock(4711)",
                "SELECT COUNT(*) AS found FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711",
            ),
        ),
    ),
    "mysql": Words(
        # By itself, a SLEEP that MySQL stops is no error.
        slow="SELECT user_id FROM {TABLE_PREFIX}users WHERE user_id = 2 AND SLEEP(4) = 0",
        begin="START TRANSACTION",
        lasting=(
            ("SELECT GET_LOCK('suite', 1)", "SELECT IS_USED_LOCK('suite') AS found"),
            ("SELECT @suite := 1", "SELECT @suite AS found"),
        ),
    ),
    "sqlite": Words(
        slow="WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 12000000) "
        "SELECT MAX(x) AS x FROM n",
    ),
}
"""Dialect → its words."""
