"""Which columns of ``users`` a row of a user holds: added and dropped part by part, never a secret one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from .contents import Contents

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z")
_ELSEWHERE = re.compile(r"(?:session|ban)_\w+\Z|last_ip\Z|last_login\Z")
"""Columns that rows of get_session and get_autologin have from other tables."""


def add_user_columns(
    columns: dict[str, Contents], part: Contents, names: Iterable[str], secrets: Collection[str]
) -> None:
    """Add the user columns of a part, each with the part; one that is there already stays as it is.

    :param secrets: the columns that are never among them.
    :raises ConfigurationError: if one cannot be.
    """
    for name in names:
        if not isinstance(name, str) or not _NAME.match(name):
            raise part.mistake(
                f"adds the user column {name!r:.80}; a name is lower-case letters, digits and underscores."
            )
        if name in secrets:
            raise part.mistake(f"adds the user column {name!r}, which is secret; no row of a user holds it.")
        if _ELSEWHERE.match(name):
            raise part.mistake(
                f"adds the user column {name!r}, a name that rows of sessions have for something else. Read it by "
                "a statement of your own."
            )
        columns.setdefault(name, part)


def drop_user_columns(columns: dict[str, Contents], part: Contents, names: Iterable[str]) -> None:
    """Take away user columns.

    :raises ConfigurationError: if one is not there.
    """
    for name in names:
        if columns.pop(name, None) is None:
            raise part.mistake(f"drops the user column {name!r}, which no version before it has.")


def missing_columns(has: Callable[[Sequence[str]], bool], columns: Sequence[str]) -> list[str]:
    """Find out which columns a table lacks, by halves, as a database tells only that some column is missing.

    :param has: tells whether the table has all columns of a list.
    """
    if has(columns):
        return []
    if len(columns) == 1:
        return list(columns)
    half = len(columns) // 2
    return [*missing_columns(has, columns[:half]), *missing_columns(has, columns[half:])]
