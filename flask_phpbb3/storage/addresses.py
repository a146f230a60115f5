"""How ``PHPBB3_SESSION_BACKEND['SERVERS']`` names servers, and what is said of names that cannot be used."""

from __future__ import annotations

from typing import Any, Final

from ..errors import BrokenPluginError, ConfigurationError

SERVERS: Final = "PHPBB3_SESSION_BACKEND['SERVERS']"

TIMEOUT: Final = 1.0
"""Seconds for anything that a server is asked: looking its name up, connecting, logging in and its whole answer."""


def address_of(server: str, port: int) -> Any:
    """Return host and port of a server, or the path of its socket.

    :param port: the port of a server that is named without one.
    :raises ConfigurationError: if it is none of these.
    """
    if "://" in server:
        scheme = server.partition("://")[0]
        raise ConfigurationError(
            f"{SERVERS} has an address that begins with '{scheme}://'; allowed is 'host:port' or a socket's path.",
            key=SERVERS,
        )
    if server.startswith("/"):
        return server
    host, colon, found = ("", "", "") if server.endswith("]") else server.rpartition(":")
    if colon and not (found.isascii() and found.isdigit()):
        raise unreadable()
    return ((host if colon else server).strip("[]"), int(found) if colon else port)


def unreadable() -> ConfigurationError:
    """Return the error of an address that cannot be read; it quotes nothing, which may be the password."""
    return ConfigurationError(
        f"{SERVERS} has an address that cannot be read. Percent-encode what is not a letter or digit in its password "
        "('/' is %2F, '@' is %40), and see whether its port is a number.",
        key=SERVERS,
    )


def missing(name: str, package: str, extra: str) -> BrokenPluginError:
    """Return the error of a client library that is not installed.

    :param name: the type of the backend.
    """
    return BrokenPluginError(
        f"PHPBB3_SESSION_BACKEND['TYPE'] {name!r} needs the package {package}: pip install 'flask-phpbb3[{extra}]>=1'.",
        key="PHPBB3_SESSION_BACKEND['TYPE']",
    )
