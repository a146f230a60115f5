"""phpBB's own ``config.php``: its database settings, parsed and never executed.

Owners edit this file by hand, so quotes, spacing, comments and ``getenv(…)`` are understood; whatever
else PHP could compute is refused by name instead of guessed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from .errors import ConfigurationError

WANTED: Final = ("dbms", "dbhost", "dbport", "dbname", "dbuser", "dbpasswd", "table_prefix")

_TOKEN = re.compile(
    r"""
      (?P<comment>/\*.*?\*/|//[^\n]*|\#[^\n]*)
    | (?P<single>'(?:[^'\\]|\\.)*')
    | (?P<double>"(?:[^"\\]|\\.)*")
    | (?P<name>\$[A-Za-z_]\w*)
    | (?P<word>[A-Za-z_\\][\w\\]*)
    | (?P<number>\d+)
    | (?P<operator>\?\?|\?:|[-=;.(),@\[\]?:+!&|<>{}*/%^~])
    """,
    re.VERBOSE | re.DOTALL,
)
_SINGLE_ESCAPE = re.compile(r"\\(['\\])")
_DOUBLE_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_DOUBLE_MEANING = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "$": "$", '"': '"'}

Token = tuple[str, str]


@dataclass(frozen=True)
class PhpbbConfig:
    """The database settings of a ``config.php``.

    :ivar path: the file.
    :ivar dbms: phpBB's word for the database, without its namespace: ``postgres``, ``mysqli``, ``sqlite3`` …
    :ivar values: the assigned variables by name, without the dollar sign.
    """

    path: Path
    dbms: str
    values: Mapping[str, str] = field(repr=False)

    def database_settings(self) -> dict[str, Any]:
        """Return what the file says as keys of ``PHPBB3_DATABASE`` (phpBB rule: config.php).

        :raises ConfigurationError: if a value cannot be one.
        """
        values = self.values
        settings: dict[str, Any] = {"TABLE_PREFIX": values.get("table_prefix", "")}
        if self.dbms.startswith("sqlite"):
            return {**settings, "DATABASE": str(self.path.parent / values.get("dbhost", ""))}
        host, port = values.get("dbhost", ""), values.get("dbport", "")
        database = values.get("dbname", "")
        if self.dbms.startswith("postgres"):
            host, _, found = host.partition(":") if host.count(":") == 1 else (host, "", "")
            port = found or port
            host = "" if host == "localhost" else host
            database, _, schema = database.partition(".")
            if schema:
                settings["OPTIONS"] = {"options": f"-c search_path={schema}"}
        elif port and not port.isdigit():
            host, port = port, ""
        settings["HOST"] = host
        if port.isdigit() and int(port):
            settings["PORT"] = int(port)
        elif port.strip():
            raise ConfigurationError(f"$dbport in {self.path} is neither a number nor the path of a socket.")
        settings |= {"DATABASE": database, "USER": values.get("dbuser", "")}
        return {**settings, "PASSWORD": values.get("dbpasswd", "")}


def read_config_php(path: str | os.PathLike[str]) -> PhpbbConfig:
    """Read a forum's ``config.php``.

    :param path: the file, or the forum's folder.
    :raises ConfigurationError: if it cannot be read, or a setting in it is computed in a way that only PHP
        could follow. Values are never part of the message.
    """
    file = Path(path)
    if file.is_dir():
        file /= "config.php"
    try:
        text = file.read_text("utf-8", errors="surrogateescape")
    except OSError as error:
        raise ConfigurationError(
            f"PHPBB3_DATABASE['PHPBB_CONFIG'] is {str(path)!r}, which cannot be read: {error.strerror}. Give the path "
            "of the forum's config.php, readable for this process."
        ) from None
    values = {name: _value(name, tokens, file) for name, tokens in _assignments(text) if name in WANTED}
    if "dbms" not in values:
        raise ConfigurationError(
            f"{file} assigns no $dbms; it is not the config.php of an installed phpBB forum."
        )
    dbms = values["dbms"].rpartition("\\")[2].lower()
    return PhpbbConfig(file, dbms, values)


def _assignments(text: str) -> Iterator[tuple[str, list[Token]]]:
    """Yield each ``$name = …;`` outside of anything else."""
    statement: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "comment":
            continue
        if kind == "operator" and match[0] == ";":
            start = next((i for i, token in enumerate(statement[:-1]) if statement[i + 1] == ("operator", "=")), None)
            if start is not None and statement[start][0] == "name":
                yield statement[start][1][1:], statement[start + 2 :]
            statement = []
        else:
            statement.append((kind, match[0]))


def _value(name: str, tokens: list[Token], file: Path) -> str:
    """Compute strings, numbers, their concatenation, and ``getenv(…)`` with or without a fall-back."""
    parts: list[str] = []
    while tokens:
        part, tokens = _operand(name, tokens, file)
        parts.append(part)
        if tokens and tokens[0] == ("operator", "."):
            tokens = tokens[1:]
        elif tokens:
            raise _not_understood(name, file)
    return "".join(parts)


def _operand(name: str, tokens: list[Token], file: Path) -> tuple[str, list[Token]]:
    kind, text = tokens[0]
    rest = tokens[1:]
    if kind == "single":
        return _SINGLE_ESCAPE.sub(r"\1", text[1:-1]), rest
    if kind == "double":
        return _double(name, text[1:-1], file), rest
    if kind == "number":
        return text, rest
    if kind == "word" and text.lower() in ("null", "false"):
        return "", rest
    if kind == "word" and text.lstrip("\\").lower() == "getenv":
        return _getenv(name, rest, file)
    raise _not_understood(name, file)


def _double(name: str, text: str, file: Path) -> str:
    if re.search(r"(?<!\\)(?:\\\\)*(?:\$[A-Za-z_{]|\{\$)", text) or re.search(r"\\[0-7xuvef]", text):
        raise _not_understood(name, file)
    return _DOUBLE_ESCAPE.sub(lambda match: _DOUBLE_MEANING.get(match[1], match[0]), text)


def _getenv(name: str, tokens: list[Token], file: Path) -> tuple[str, list[Token]]:
    texts = [text for _, text in tokens]
    if len(tokens) < 3 or texts[0] != "(" or tokens[1][0] not in ("single", "double") or texts[2] != ")":
        raise _not_understood(name, file)
    variable = texts[1][1:-1]
    found = os.environ.get(variable, "")
    rest = tokens[3:]
    if rest and rest[0][1] in ("?:", "??"):
        fallback, rest = _operand(name, rest[1:], file)
        return found or fallback, rest
    if variable not in os.environ:
        raise ConfigurationError(
            f"${name} in {file} is getenv({variable!r}), which is not set for this process. Set it, or set "
            "the value in PHPBB3_DATABASE itself."
        )
    return found, rest


def _not_understood(name: str, file: Path) -> ConfigurationError:
    return ConfigurationError(
        f"${name} in {file} is computed in a way that only PHP could follow. Set the value in PHPBB3_DATABASE itself, "
        "which wins over the file."
    )
