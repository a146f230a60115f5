"""Where the service is, and the token by which it knows who asks: the setting ``PHPBB3_HTTP``."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask_phpbb3 import ConfigurationError

_KEY = "PHPBB3_HTTP"
_TOKEN = re.compile(r"[\x21-\x7e]{16,}\Z")


@dataclass(frozen=True)
class Place:
    """The service's address, taken apart.

    :param token: shown nowhere.
    """

    scheme: str
    host: str
    port: int
    path: str
    token: str = field(repr=False)

    @property
    def address(self) -> str:
        """Return the address as people write it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @classmethod
    def of(cls, setting: Any) -> Place:
        """Read the setting.

        :raises ConfigurationError: saying what is wrong, and never the token.
        """
        if not isinstance(setting, Mapping) or set(setting) != {"URL", "TOKEN"}:
            raise ConfigurationError(f"{_KEY} must be a dict with URL and TOKEN.", key=_KEY)
        url, token = setting["URL"], setting["TOKEN"]
        if not isinstance(token, str) or not _TOKEN.match(token):
            raise ConfigurationError(
                f"{_KEY}['TOKEN'] must be 16 printable ASCII characters or more, without blanks.",
                key=f"{_KEY}['TOKEN']",
            )
        try:
            parts = urlsplit(url)
            port = parts.port or {"https": 443, "http": 80}[parts.scheme]
            if not parts.hostname or parts.username or parts.query or parts.fragment:
                raise ValueError
        except (ValueError, LookupError, AttributeError, TypeError):
            raise ConfigurationError(
                f"{_KEY}['URL'] must be an address such as https://board.internal:8443.", key=f"{_KEY}['URL']"
            ) from None
        if parts.scheme == "http" and not _is_here(parts.hostname):
            raise ConfigurationError(
                f"{_KEY}['URL'] must begin with https:// unless it leads to this very machine: the token "
                "would go over the line for all to read.",
                key=f"{_KEY}['URL']",
            )
        return cls(parts.scheme, parts.hostname, port, parts.path.rstrip("/"), token)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
