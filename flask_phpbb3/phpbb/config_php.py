"""phpBB's own ``config.php``: its database settings, parsed and never executed.

Owners edit this file by hand, so quotes, spacing, comments and ``getenv(…)`` are understood; whatever
else PHP could compute is refused by name instead of guessed.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from ..errors import ConfigurationError
from .board_database import mysql, postgresql

WANTED: Final = ("dbms", "dbhost", "dbport", "dbname", "dbuser", "dbpasswd", "table_prefix")

_OPENING = re.compile(r"<\?(?:php(?=\s|\Z)|=)?", re.IGNORECASE)
_TOKEN = re.compile(
    r"""
      (?P<space>\s+|/\*.*?(?:\*/|\Z)|(?://|\#)(?:(?!\?>)[^\r\n])*)
    | (?P<closing>\?>)
    | (?P<single>'(?:[^'\\]|\\.)*')
    | (?P<double>"(?:[^"\\]|\\.)*")
    | (?P<heredoc><<<[ \t]*(?P<quote>["']?)(?P<label>[^\W\d]\w*)(?P=quote)\r?\n.*?^[ \t]*(?P=label)\b)
    | (?P<endless><<<[ \t]*["']?[^\W\d]\w*["']?\r?\n)
    | (?P<name>\$[^\W\d]\w*)
    | (?P<word>\\?[^\W\d][\w\\]*)
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<operator>===|!==|==|!=|<=>|<=|>=|=>|\?:|\?\?(?!=))
    | (?P<assignment>(?:\?\?|\*\*|<<|>>|[-+*/.%&|^])?=)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_SINGLE_ESCAPE = re.compile(r"\\(['\\])")
_DOUBLE_ESCAPE = re.compile(r"\\(.)|(\$(?=[^\W\d]|\{))", re.DOTALL)
_DOUBLE_MEANING = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "v": "\v",
    "f": "\f",
    "e": "\x1b",
    **{c: c for c in '\\$"'},
}
_TABLE_PREFIX = re.compile(r"[A-Za-z0-9_]*\Z")
_DEEPEST: Final = 50
"""How many parentheses may stand inside each other."""

_BLOCKS: Final = frozenset({"if", "for", "foreach", "while", "switch"})
_BLOCK_ENDS: Final = frozenset(f"end{word}" for word in _BLOCKS)
_LEAVING: Final = frozenset({"return", "exit", "die", "__halt_compiler"})
_INCLUDING: Final = frozenset({"include", "include_once", "require", "require_once"})
_CHANGING: Final = frozenset({"unset", "foreach", "list", "global", "static"})


@dataclass(frozen=True)
class PhpbbConfig:
    """The database settings of a ``config.php``.

    :ivar path: the file.
    :ivar dbms: phpBB's word for the database, without its namespace: ``postgres``, ``mysqli``, ``sqlite3`` …
    :ivar values: the assigned variables by name, without the dollar sign.
    :ivar problems: why others are not known.
    """

    path: Path
    dbms: str
    values: Mapping[str, str] = field(repr=False)
    problems: Mapping[str, ConfigurationError] = field(repr=False)

    def database_settings(self, given: Collection[str] = ()) -> dict[str, Any]:
        """Return what the file says as keys of ``PHPBB3_DATABASE`` (phpBB rule: config.php).

        :param given: keys that the owner sets; what the file says about them does not matter.
        :raises ConfigurationError: if a value is not known or cannot be one.
        """
        prefix = self._value("table_prefix", "TABLE_PREFIX" in given)
        if not _TABLE_PREFIX.match(prefix):
            self._refuse("table_prefix", "has other characters than letters, digits and underscores")
        database = "dbhost" if self.dbms.startswith("sqlite") else "dbname"
        name = self._value(database, "DATABASE" in given, may_be_empty=False)
        if self.dbms.startswith("sqlite"):
            return {"TABLE_PREFIX": prefix, "DATABASE": str(self.path.parent / name)}
        place = postgresql if self.dbms.startswith("postgres") else mysql
        return {"TABLE_PREFIX": prefix, **place(self._value, given, self._refuse)}

    def _value(self, name: str, is_given: bool = False, *, may_be_empty: bool = True) -> str:
        if is_given:
            return ""
        if name in self.problems:
            raise self.problems[name]
        value = self.values.get(name, "")
        if not (value or may_be_empty):
            self._refuse(name, "is empty or missing")
        return value

    def _refuse(self, name: str, why: str) -> NoReturn:
        raise ConfigurationError(
            f"${name} in {self.path} {why}. Correct it, or set the value in PHPBB3_DATABASE itself, which wins over "
            "the file."
        )


def read_config_php(path: str | os.PathLike[str]) -> PhpbbConfig:
    """Read a forum's ``config.php``.

    :param path: the file, or the forum's folder.
    :raises ConfigurationError: if it cannot be read, or its ``$dbms`` cannot be known. Values are never part of
        the message.
    """
    file = Path(path)
    try:
        if file.is_dir():
            file /= "config.php"
        text = file.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise ConfigurationError(
            f"PHPBB3_DATABASE['PHPBB_CONFIG'] is {str(path)!r}, which cannot be read: {error.strerror}. Give the path "
            "of the forum's config.php, readable for this process."
        ) from None
    found = _Assignments(file)
    found.follow(_tokens(text, file))
    dbms = found.values["dbms"].rpartition("\\")[2].lower()
    return PhpbbConfig(file, dbms, found.values, found.problems)


class Token(NamedTuple):
    """A piece of PHP.

    :ivar kind: the name of its group in the pattern.
    :ivar text: as it is written.
    """

    kind: str
    text: str

    @property
    def keyword(self) -> str:
        """Return a word as PHP compares it; empty for anything else."""
        return self.text.lower() if self.kind == "word" else ""


_END: Final = Token("other", ";")


def _tokens(text: str, file: Path) -> Iterator[Token]:
    """Yield what stands between ``<?php`` and ``?>``, a statement's end for each tag."""
    position = 0
    while opening := _OPENING.search(text, position):
        position = opening.end()
        while found := _TOKEN.match(text, position):
            position = found.end()
            token = Token(str(found.lastgroup), found[0])
            if token.kind == "closing":
                break
            if token.text in ("'", '"', "`") or token.kind == "endless":
                raise ConfigurationError(
                    f"{file} has a string without an end, or a shell command; PHP cannot use it."
                )
            if token.kind != "space":
                yield token
        yield _END


class _Assignments:
    """Collect ``$name = …;`` where PHP is sure to come along; a wanted one anywhere else is a problem.

    :param file: for messages.
    :ivar values: the wanted variables that are known, without the dollar sign.
    :ivar problems: why others are not.
    """

    def __init__(self, file: Path) -> None:
        self.values: dict[str, str] = {}
        self.problems: dict[str, ConfigurationError] = {}
        self._file = file
        self._depth = 0
        self._includes = False

    def follow(self, tokens: Iterator[Token]) -> None:
        """Go through a file.

        :raises ConfigurationError: if there is no ``$dbms``, or it cannot be known.
        """
        statement: list[Token] = []
        for token in tokens:
            if token.text not in (";", "{", "}") or token.kind != "other":
                statement.append(token)
                continue
            if statement and self._depth == 0 and statement[0].keyword in _LEAVING:
                break
            self._read(statement)
            self._depth += {"{": 1, "}": -1, ";": _alternative_block(statement)}[token.text]
            statement = []
        if "dbms" in self.problems:
            raise self.problems["dbms"]
        if "dbms" not in self.values:
            hint = (
                " It includes another file: name that one, if it has the settings." if self._includes else ""
            )
            raise ConfigurationError(
                f"{self._file} assigns no $dbms; it is not the config.php of an installed phpBB forum.{hint}"
            )

    def _read(self, statement: list[Token]) -> None:
        if not statement:
            return
        self._includes |= statement[0].keyword in _INCLUDING
        name, rest = statement[0].text[1:], statement
        is_plain = self._depth == 0 and [token.kind for token in statement[:2]] == ["name", "assignment"]
        if is_plain and statement[1].text == "=" and name in WANTED:
            rest = statement[2:]
            self._assign(name, rest)
        for changed in _possibly_changed(rest):
            self.problems[changed] = _not_understood(changed, self._file)

    def _assign(self, name: str, tokens: list[Token]) -> None:
        try:
            self.values[name] = _Value(name, tokens, self._file).compute()
            self.problems.pop(name, None)
        except ConfigurationError as problem:
            self.problems[name] = problem


def _possibly_changed(statement: list[Token]) -> Iterator[str]:
    """Yield the wanted variables, without the dollar sign, that a statement could give a value."""
    is_changing = any(token.keyword in _CHANGING for token in statement)
    last_assignment = max((i for i, token in enumerate(statement) if token.kind == "assignment"), default=-1)
    for position, token in enumerate(statement):
        if token.kind == "name" and token.text[1:] in WANTED:
            is_referred_to = position > 0 and statement[position - 1].text == "&"
            if is_changing or is_referred_to or position < last_assignment:
                yield token.text[1:]


def _alternative_block(statement: list[Token]) -> int:
    """Return 1 for ``if (…):`` and the like, -1 for ``endif``, else 0."""
    first = statement[0].keyword if statement else ""
    if first in _BLOCK_ENDS:
        return -1
    if first not in _BLOCKS:
        return 0
    depth = 0
    for position, token in enumerate(statement):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == ")" and depth == 0:
            return int(statement[position + 1 : position + 2] == [Token("other", ":")])
    return 0


class _Unset(NamedTuple):
    """A variable of the environment that is not set.

    :ivar variable: its name.
    :ivar is_null: whether PHP has ``null`` for it, as of ``$_ENV``; ``getenv()`` gives ``false``.
    """

    variable: str
    is_null: bool = False


class _Value:
    """Compute strings, numbers, their concatenation, the environment, and choices between them.

    :param name: the variable that gets the value, for messages.
    :param tokens: what is assigned.
    :param file: for messages, and for ``__DIR__``.
    """

    def __init__(self, name: str, tokens: list[Token], file: Path) -> None:
        self._name = name
        self._tokens = deque(tokens)
        self._file = file
        self._depth = 0

    def compute(self) -> str:
        """Return the value.

        :raises ConfigurationError: if only PHP could tell it, or no database takes it.
        """
        value = self._expression()
        if self._tokens:
            self._refuse()
        if isinstance(value, _Unset):
            self._refuse_unset(value)
        if re.search("[\0\ud800-\udfff]", value):
            raise ConfigurationError(
                f"${self._name} in {self._file} is not UTF-8 text. Set the value in PHPBB3_DATABASE itself, which wins "
                "over the file."
            )
        return value

    def _expression(self) -> str | _Unset:
        value = self._condition()
        while self._next_is("?:", "??", "?"):
            operator = self._tokens.popleft().text
            is_taken = _is_null(value) if operator == "??" else not _is_true(value)
            if operator == "?":
                first = None if is_taken else self._condition()
                if first is None:
                    self._pass_over()
                self._expect(":")
            elif not is_taken:
                first = value
            else:
                first = None
            if first is None:
                value = self._condition()
            else:
                self._pass_over()  # PHP does not look at it either
                value = first
        return value

    def _condition(self) -> str | _Unset:
        """Return a value, or ``1`` and nothing for what PHP finds true and false."""
        value = self._concatenation()
        if self._next_is("===", "!==", "==", "!="):
            is_equal = self._tokens.popleft().text in ("===", "==")
            # Only whether a variable is set can be told without PHP's rules of comparing.
            if not self._tokens or self._tokens.popleft().keyword not in ("false", "null"):
                self._refuse()
            return "1" if isinstance(value, _Unset) is is_equal else ""
        return value

    def _concatenation(self) -> str | _Unset:
        value = self._operand()
        parts = [value]
        while self._next_is("."):
            self._tokens.popleft()
            parts.append(self._operand())
        if len(parts) == 1:
            return value
        for part in parts:
            if isinstance(part, _Unset):
                self._refuse_unset(part)
        return "".join(map(str, parts))

    def _pass_over(self) -> None:
        """Leave out a value that is not taken, whatever it is made of."""
        depth = 0
        while self._tokens:
            token = self._tokens[0]
            if depth == 0 and (token.text in (")", "]", ":") or self._next_is("?:", "??", "?")):
                return
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0) if token.kind == "other" else 0
            self._tokens.popleft()

    def _operand(self) -> str | _Unset:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._refuse()
        value = self._plain_operand()
        self._depth -= 1
        return value

    def _plain_operand(self) -> str | _Unset:
        kind, text = token = self._tokens.popleft() if self._tokens else _END
        if kind == "single":
            return _SINGLE_ESCAPE.sub(r"\1", text[1:-1])
        if kind == "double":
            return _DOUBLE_ESCAPE.sub(self._meaning, text[1:-1])
        if kind == "number" and not re.match(r"0\d", text):  # which is octal
            return text
        if token.keyword in ("null", "false", "true"):
            return "1" if token.keyword == "true" else ""
        if token.keyword == "__dir__":
            return str(self._file.resolve().parent)
        if token.keyword in ("getenv", "\\getenv"):
            return self._getenv()
        if token.keyword in ("isset", "empty"):
            self._expect("(")
            variable = self._inside(")")
            return "1" if (_is_null(variable) if token.keyword == "empty" else not _is_null(variable)) else ""
        if kind == "name" and text in ("$_ENV", "$_SERVER"):
            self._expect("[")
            return self._environment(self._inside("]"), is_null=True)
        if text == "!" and kind == "other":
            return "" if _is_true(self._operand()) else "1"
        if text == "(":
            if self._tokens and self._tokens[0].keyword == "string":  # a cast
                self._tokens.popleft()
                self._expect(")")
                return self._operand()
            return self._inside(")")
        return self._refuse()

    def _inside(self, closing: str) -> str | _Unset:
        value = self._expression()
        self._expect(closing)
        return value

    def _meaning(self, escape: re.Match[str]) -> str:
        """Return what an escape stands for; an unknown one stands for itself."""
        if escape[2] or escape[1] in "01234567xu":
            self._refuse()
        return _DOUBLE_MEANING.get(escape[1], escape[0])

    def _getenv(self) -> str | _Unset:
        self._expect("(")
        variable = self._operand()
        if self._next_is(","):  # whether to look only at the process's own
            self._tokens.popleft()
            self._operand()
        self._expect(")")
        return self._environment(variable)

    def _environment(self, variable: str | _Unset, *, is_null: bool = False) -> str | _Unset:
        if isinstance(variable, _Unset):
            self._refuse()
        return os.environ.get(variable, _Unset(variable, is_null))

    def _next_is(self, *texts: str) -> bool:
        return (
            bool(self._tokens)
            and self._tokens[0].kind in ("operator", "other")
            and self._tokens[0].text in texts
        )

    def _expect(self, text: str) -> None:
        if not self._next_is(text):
            self._refuse()
        self._tokens.popleft()

    def _refuse(self) -> NoReturn:
        raise _not_understood(self._name, self._file)

    def _refuse_unset(self, value: _Unset) -> NoReturn:
        raise ConfigurationError(
            f"${self._name} in {self._file} is the environment's {value.variable!r}, which is not set for this "
            "process. Set it, or set the value in PHPBB3_DATABASE itself."
        )


def _is_true(value: str | _Unset) -> bool:
    return not isinstance(value, _Unset) and value not in ("", "0")


def _is_null(value: str | _Unset) -> bool:
    return isinstance(value, _Unset) and value.is_null


def _not_understood(name: str, file: Path) -> ConfigurationError:
    return ConfigurationError(
        f"${name} in {file} is computed in a way that only PHP could follow. Set the value in PHPBB3_DATABASE itself, "
        "which wins over the file."
    )
