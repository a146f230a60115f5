"""libpq's connection strings, ``host=db sslmode=require``: what phpBB hands PostgreSQL's client.

Read as libpq does: blanks between pairs, quotes, and a backslash before any character.
"""

from __future__ import annotations

import re

_PAIR = re.compile(
    r"\s*(?P<keyword>[^\s=]+)\s*=\s*(?P<value>'(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)(?:[^\s\\]|\\.)*|)", re.DOTALL
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_NAME_IN_SQL = re.compile(
    r"""\s*(?:(?P<bare>[^\W\d][\w$]*)|"(?P<quoted>(?:[^"]|"")+)"|'(?P<string>(?:[^'\\]|'')+)')\s*(?:,|\Z)"""
)


def read_conninfo(text: str) -> dict[str, str]:
    """Read a connection string.

    :param text: such as ``host=db password='a b'``.
    :returns: keyword → value; of two with one keyword the later.
    :raises ValueError: if libpq would refuse it.
    """
    found: dict[str, str] = {}
    position = 0
    while position < len(text.rstrip()):
        pair = _PAIR.match(text, position)
        if pair is None or (pair["value"].startswith("'") and text[pair.end() : pair.end() + 1].strip()):
            raise ValueError("not a connection string")
        value = pair["value"]
        bare = value[1:-1] if value.startswith("'") else value
        found[pair["keyword"]] = _ESCAPE.sub(r"\1", bare)
        position = pair.end()
    return found


def search_path_option(names: str) -> str:
    """Return libpq's ``options`` for what ``SET search_path TO …`` says.

    :param names: schemas as SQL writes them: ``board``, ``"My Board", public``.
    :raises ValueError: if SQL would refuse it.
    """
    schemas: list[str] = []
    position = 0
    while position < len(names):
        name = _NAME_IN_SQL.match(names, position)
        if name is None:
            raise ValueError("no list of schemas")
        quoted = name["quoted"].replace('""', '"') if name["quoted"] else None
        text = name["bare"].lower() if name["bare"] else quoted or name["string"].replace("''", "'")
        schemas.append(text if name["bare"] else '"' + text.replace('"', '""') + '"')
        position = name.end()
    listed = ",".join(schemas)
    return "-c search_path=" + re.sub(r"([\s\\])", r"\\\1", listed)
