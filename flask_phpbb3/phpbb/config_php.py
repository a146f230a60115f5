"""phpBB's own ``config.php``: its database settings, parsed and never executed.

Owners edit this file by hand, so quotes, spacing, comments and ``getenv(…)`` are understood; whatever
else PHP could compute is refused by name instead of guessed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from ..errors import ConfigurationError

WANTED: Final = ("dbms", "dbhost", "dbport", "dbname", "dbuser", "dbpasswd", "table_prefix")

_OPENING = re.compile(r"<\?(?:php(?=\s|\Z)|=)?", re.IGNORECASE)
_TOKEN = re.compile(
    r"""
      (?P<space>\s+|/\*.*?(?:\*/|\Z)|(?://|\#)(?:(?!\?>)[^\r\n])*)
    | (?P<closing>\?>)
    | (?P<single>'(?:[^'\\]|\\.)*')
    | (?P<double>"(?:[^"\\]|\\.)*")
    | (?P<heredoc><<<[ \t]*(?P<quote>["']?)(?P<label>[^\W\d]\w*)(?P=quote)\r?\n.*?^[ \t]*(?P=label)\b)
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
_LAST_PORT: Final = 65535

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
        is_sqlite = self.dbms.startswith("sqlite")
        database = self._value("dbhost" if is_sqlite else "dbname", "DATABASE" in given, may_be_empty=False)
        if is_sqlite:
            return {"TABLE_PREFIX": prefix, "DATABASE": str(self.path.parent / database)}
        host, options = self._value("dbhost", "HOST" in given), {}
        port = self._value("dbport", "PORT" in given).strip()
        if self.dbms.startswith("postgres"):
            if host.count(":") == 1:
                host, _, port = host.partition(":")
            host = "" if host == "localhost" else host
            database, _, schema = database.partition(".")
            if schema:
                options = {"OPTIONS": {"options": f"-c search_path={schema}"}}
        elif port.startswith("/"):
            host, port = port, ""
        user, password = self._value("dbuser", "USER" in given), self._value("dbpasswd", "PASSWORD" in given)
        place = {"HOST": host, **self._port(port), "DATABASE": database}
        return {"TABLE_PREFIX": prefix, **place, "USER": user, "PASSWORD": password, **options}

    def _value(self, name: str, is_given: bool, *, may_be_empty: bool = True) -> str:
        if is_given:
            return ""
        if name in self.problems:
            raise self.problems[name]
        value = self.values.get(name, "")
        if not (value or may_be_empty):
            self._refuse(name, "is empty or missing")
        return value

    def _port(self, port: str) -> dict[str, int]:
        number = int(port) if port.isascii() and port.isdigit() and len(port) <= len(str(_LAST_PORT)) else -1
        if port and not 0 <= number <= _LAST_PORT:
            self._refuse("dbport", "is neither the number of a port nor the path of a socket")
        return {"PORT": number} if number > 0 else {}

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
            if token.text in ("'", '"', "`"):
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
        for position, token in enumerate(rest):
            changed = token.text[1:]
            if token.kind == "name" and changed in WANTED and _may_change(rest, position):
                self.problems[changed] = _not_understood(changed, self._file)

    def _assign(self, name: str, tokens: list[Token]) -> None:
        try:
            self.values[name] = _Value(name, tokens, self._file).compute()
            self.problems.pop(name, None)
        except ConfigurationError as problem:
            self.problems[name] = problem


def _may_change(statement: list[Token], position: int) -> bool:
    """Tell whether a statement could give the variable at a position a value."""
    return (
        any(token.kind == "assignment" for token in statement[position + 1 :])
        or any(token.keyword in _CHANGING for token in statement)
        or (position > 0 and statement[position - 1].text == "&")
    )


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
    """A variable of the environment that is not set, as PHP's ``false``."""

    variable: str


class _Value:
    """Compute strings, numbers, their concatenation, and ``getenv(…)`` with or without a fall-back.

    :param name: the variable that gets the value, for messages.
    :param tokens: what is assigned.
    :param file: for messages, and for ``__DIR__``.
    """

    def __init__(self, name: str, tokens: list[Token], file: Path) -> None:
        self._name = name
        self._tokens = list(tokens)
        self._file = file

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
        value = self._concatenation()
        while self._next_is("?:", "??"):
            operator = self._tokens.pop(0).text
            other = self._concatenation()
            if operator == "?:" and (isinstance(value, _Unset) or value in ("", "0")):
                value = other  # `??` looks for null, which getenv() never is
        return value

    def _concatenation(self) -> str | _Unset:
        value = self._operand()
        while self._next_is("."):
            self._tokens.pop(0)
            more = self._operand()
            for part in (value, more):
                if isinstance(part, _Unset):
                    self._refuse_unset(part)
            value = f"{value}{more}"
        return value

    def _operand(self) -> str | _Unset:
        kind, text = token = self._tokens.pop(0) if self._tokens else _END
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
        if text == "(":
            value = self._expression()
            self._expect(")")
            return value
        return self._refuse()

    def _meaning(self, escape: re.Match[str]) -> str:
        """Return what an escape stands for; an unknown one stands for itself."""
        if escape[2] or escape[1] in "01234567xu":
            self._refuse()
        return _DOUBLE_MEANING.get(escape[1], escape[0])

    def _getenv(self) -> str | _Unset:
        self._expect("(")
        variable = self._operand()
        self._expect(")")
        if isinstance(variable, _Unset):
            self._refuse()
        return os.environ.get(variable, _Unset(variable))

    def _next_is(self, *texts: str) -> bool:
        return (
            bool(self._tokens)
            and self._tokens[0].kind in ("operator", "other")
            and self._tokens[0].text in texts
        )

    def _expect(self, text: str) -> None:
        if not self._next_is(text):
            self._refuse()
        self._tokens.pop(0)

    def _refuse(self) -> NoReturn:
        raise _not_understood(self._name, self._file)

    def _refuse_unset(self, value: _Unset) -> NoReturn:
        raise ConfigurationError(
            f"${self._name} in {self._file} is getenv({value.variable!r}), which is not set for this process. Set it, "
            "or set the value in PHPBB3_DATABASE itself."
        )


def _not_understood(name: str, file: Path) -> ConfigurationError:
    return ConfigurationError(
        f"${name} in {file} is computed in a way that only PHP could follow. Set the value in PHPBB3_DATABASE itself, "
        "which wins over the file."
    )
