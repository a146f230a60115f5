"""Where a forum's database is: what the variables of its ``config.php`` mean to each kind of database.

phpBB puts PostgreSQL's into one connection string of libpq's, the password in quotes and the others bare; a host
such as ``127.0.0.1 sslmode=prefer`` works for that reason. phpBB rule: config.php.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any, Final, NoReturn

from .conninfo import read_conninfo, search_path_option

_LAST_PORT: Final = 65535
_HOST_AND_PORT = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*):(?P<port>\d+)\Z")
_OWN: Final = {"host": "HOST", "port": "PORT", "dbname": "DATABASE", "user": "USER", "password": "PASSWORD"}

Value = Callable[[str], str]
"""Returns the value of a variable, by its name without the dollar sign."""
Refuse = Callable[[str, str], NoReturn]
"""Refuses a variable, with the reason."""


def postgresql(value: Value, given: Collection[str], refuse: Refuse) -> dict[str, Any]:
    """Return the settings for PostgreSQL as keys of ``PHPBB3_DATABASE``.

    :param given: keys that the owner sets; what the file says about them is not looked at.
    """
    host = "" if "HOST" in given else value("dbhost")
    port = "" if "PORT" in given else value("dbport")
    if host.count(":") == 1:
        host, _, port = host.partition(":")
    elif not host and "HOST" not in given:
        port = ""  # which phpBB does not look at then
    database, *more = ("",) if "DATABASE" in given else value("dbname").split(".")
    pairs = {
        "user": ("dbuser", "" if "USER" in given else value("dbuser")),
        "password": ("dbpasswd", "" if "PASSWORD" in given else value("dbpasswd")),
        "host": ("dbhost", "" if host == "localhost" else host),
        "port": ("dbport", "" if port.strip() in ("", "0") else port),
        "dbname": ("dbname", database),
    }
    settings: dict[str, Any] = {"HOST": ""}
    options: dict[str, str] = {}
    for keyword, (name, text) in pairs.items():
        try:
            found = read_conninfo(f"{keyword}='{text}'" if keyword == "password" else f"{keyword}={text}")
        except ValueError:
            refuse(
                name, "is nothing that PostgreSQL's client could read; quote and escape it as libpq wants it"
            )
        for read, meant in found.items():
            if read in _OWN:
                settings[_OWN[read]] = meant
            else:
                options[read] = meant
    port = settings.pop("PORT", "")
    if more:
        try:
            options["options"] = " ".join(filter(None, (options.get("options"), search_path_option(more[0]))))
        except ValueError:
            refuse("dbname", "names a schema behind its point that SQL could not read")
    return {**settings, **_port(port, refuse), **({"OPTIONS": options} if options else {})}


def mysql(value: Value, given: Collection[str], refuse: Refuse) -> dict[str, Any]:
    """Return the settings for MySQL and MariaDB as keys of ``PHPBB3_DATABASE``.

    :param given: as for `postgresql`.
    """
    host = "" if "HOST" in given else value("dbhost").strip()
    port = "" if "PORT" in given else value("dbport").strip()
    host = host.removeprefix("p:")  # PHP's word for a connection that outlives the page
    if found := _HOST_AND_PORT.match(host):
        host, port = found["host"], found["port"]
    elif host.count(":") == 1:
        refuse("dbhost", "has something behind its colon that is not the number of a port")
    host = host.removeprefix("[").removesuffix("]")
    if port.startswith("/"):
        host, port = port, ""
    return {
        "HOST": host,
        **_port(port, refuse),
        "DATABASE": "" if "DATABASE" in given else value("dbname"),
        "USER": "" if "USER" in given else value("dbuser"),
        "PASSWORD": "" if "PASSWORD" in given else value("dbpasswd"),
    }


def _port(port: str, refuse: Refuse) -> dict[str, int]:
    number = int(port) if port.isascii() and port.isdigit() and len(port) <= len(str(_LAST_PORT)) else -1
    if port and not 0 <= number <= _LAST_PORT:
        refuse("dbport", "is neither the number of a port nor the path of a socket")
    return {"PORT": number} if number > 0 else {}
