"""One SQL statement, and for a reading operation one that reads: checked before any database sees it.

What the databases understand differently (nested comments, backslashes, dollar quotes, backticks) is never
guessed: a semicolon that one of them could take for the end of a statement is refused, and so is a parameter that
one of them could take for a part of a string.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from functools import lru_cache
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
_LONE_RETURN = re.compile(r"\r(?!\n)")
_INNER_SEMICOLON = re.compile(r";(?!(?:\s|;|--[^\n]*|/\*.*?\*/)*\Z)", re.DOTALL)
_READ_DIFFERENTLY = re.compile(r"\$\w*\$|\\|(?<![\w$])(?:E|U&)['\"]|`", re.IGNORECASE)
_ENDING_A_TRANSACTION = re.compile(
    r"(?:\A|;)(?:\s|--[^\r\n]*|/\*.*?\*/)*(?:COMMIT|END|ROLLBACK|ABORT|PREPARE|SAVEPOINT|RELEASE|DISCARD|RESET)\b",
    re.IGNORECASE | re.DOTALL,
)
_INTO = re.compile(r"\bINTO\b", re.IGNORECASE)

_PARAMETER = re.compile(r"%\(")
_QUOTED_OTHERWISE = re.compile(r"`[^`]*`|(?P<tag>\$\w*\$).*?(?P=tag)", re.DOTALL)
# To MySQL a backslash does not end a string, and these begin or do not begin a comment.
_QUOTE_OF_MYSQL = re.compile(r"\\['\"]|#(?![>-])[^\n]*['\"`]|--(?=\S)[^\n]*['\"`]")


def single_statement(sql: str) -> str:
    """Return one statement without the semicolon at its end.

    :raises ValueError: with what is wrong, if it holds no statement, more than one, or what could be more than
        one to some database.
    """
    if _LONE_RETURN.search(sql):
        raise ValueError(
            "holds a carriage return by itself, which ends a comment for some databases; write \\n"
        )
    if _INNER_SEMICOLON.search(sql) and (_READ_DIFFERENTLY.search(sql) or ends_transaction(sql)):
        raise ValueError(
            "holds more than one statement to some databases: a semicolon beside a dollar quote, a backslash, a "
            "backtick or a word that ends a transaction; pass such text as a parameter"
        )
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


def writes_into(sql: str) -> bool:
    """Tell whether a statement hands what it reads to a table, a file or a variable: ``SELECT … INTO``."""
    return _INTO.search(_outside(sql, ("comment", "string", "escaped"))) is not None


@lru_cache(maxsize=512)
def ends_transaction(sql: str) -> bool:
    """Tell whether SQL may end the transaction in which it reads, however it is quoted."""
    return _ENDING_A_TRANSACTION.search(sql) is not None


def check_parameters(sql: str) -> None:
    """Check that no parameter stands where a database does not look for a value.

    :raises ValueError: with what is wrong: one in a string, a quoted name or a comment, where its text would be SQL.
    """
    for kind, _, text in _tokens(sql):
        if kind in ("comment", "string", "escaped") and _PARAMETER.search(text):
            where = "a comment" if kind == "comment" else "quotes"
            raise ValueError(
                f"has a parameter in {where}, where its value would be read as SQL; write LIKE %(name)s, and put "
                "percent signs into the value"
            )
    if any(_PARAMETER.search(found[0]) for found in _QUOTED_OTHERWISE.finditer(sql)):
        raise ValueError(
            "has a parameter in backticks or dollar quotes, where its value would be read as SQL"
        )
    doubtful = _QUOTE_OF_MYSQL.search(sql)
    if doubtful and _PARAMETER.search(sql, doubtful.end()):
        raise ValueError(
            f"has a parameter behind {doubtful[0]!r:.20}, after which databases take different parts for strings; "
            "write a quote inside a string as '', another ESCAPE character than the backslash, and comments as '-- '"
        )


def _tokens(sql: str) -> Iterator[tuple[str, int, str]]:
    for match in _TOKEN.finditer(sql):
        yield str(match.lastgroup), match.start(), match[0]


def _without_comments(sql: str) -> str:
    return _outside(sql, ("comment",))


def _outside(sql: str, kinds: Container[str]) -> str:
    """Return SQL without its tokens of some kinds."""
    parts: list[str] = []
    position = 0
    for kind, start, text in _tokens(sql):
        if kind in kinds:
            parts.append(sql[position:start])
            position = start + len(text)
    return " ".join([*parts, sql[position:]])
