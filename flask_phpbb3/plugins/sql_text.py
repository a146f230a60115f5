"""One SQL statement, and for a reading operation one that reads: checked before any database sees it.

What the databases understand differently (nested comments, backslashes, dollar quotes, backticks) is never
guessed: a semicolon that one of them could take for the end of a statement is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

READING_WORDS: Final = ("SELECT", "WITH", "VALUES", "TABLE")

_TOKEN = re.compile(
    r"""
      (?P<comment>--[^\n]*|/\*.*?\*/)
    | (?P<escaped>(?<![\w$])[Ee]'(?:[^'\\]|\\.|'')*')  # PostgreSQL's string with backslashes
    | (?P<string>'[^']*'|"[^"]*")
    | (?P<end>;)
    | (?P<stray>'|"|/\*)
    """,
    re.VERBOSE | re.DOTALL,
)
_FIRST_WORD = re.compile(r"[\s(]*(?P<word>\w+)")
_EXECUTABLE_COMMENT = re.compile(r"/\*M?!")


def single_statement(sql: str) -> str:
    """Return one statement without the semicolon at its end.

    :raises ValueError: with what is wrong, if it holds no statement, more than one, or what could be more than
        one to some database.
    """
    end = len(sql)
    for kind, start, text in _tokens(sql):
        if kind == "stray":
            raise ValueError("holds a quote or comment without an end")
        if kind == "comment" and (_EXECUTABLE_COMMENT.match(text) or "/*" in text[2:]):
            raise ValueError("holds a comment that some databases run or nest; write a plain one")
        if kind == "end":
            end = min(end, start)
    if _without_comments(sql[end:]).replace(";", "").strip():
        raise ValueError(
            "holds more than one statement; a name stands for one (write a quote inside a string as '')"
        )
    if not _without_comments(sql[:end]).strip():
        raise ValueError("holds no SQL")
    return sql[:end].strip()


def reads(sql: str) -> bool:
    """Tell whether a statement begins as one that reads; the databases see to the rest."""
    found = _FIRST_WORD.match(_without_comments(sql))
    return found is not None and found["word"].upper() in READING_WORDS


def _tokens(sql: str) -> Iterator[tuple[str, int, str]]:
    for match in _TOKEN.finditer(sql):
        yield str(match.lastgroup), match.start(), match[0]


def _without_comments(sql: str) -> str:
    parts: list[str] = []
    position = 0
    for kind, start, text in _tokens(sql):
        if kind == "comment":
            parts.append(sql[position:start])
            position = start + len(text)
    return " ".join([*parts, sql[position:]])
