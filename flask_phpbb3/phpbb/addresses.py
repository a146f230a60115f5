"""Addresses as phpBB writes, shortens and compares them. Pure text work: nothing is looked up."""

from __future__ import annotations

import ipaddress
import re
import socket
from functools import lru_cache

from .php import BLANKS
from .rules import Rules

UNREADABLE = "unreadable"
"""Stands for the address of a request that brings none, and equals no session's and no exception from bans."""

_LONGEST = 1000
_WITH_PORT = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|((?:[0-9]{1,3}\.){3}[0-9]{1,3})(?=:))(?::[0-9]{1,5})?\Z")
_DOTTED_END = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}\Z")
_SHORTENED_BLOCKS = 4


def parse_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return an IP address; None if the text is none, carries a zone or has blanks or leading zeros."""
    if "%" in text:
        return None
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def normalise_address(text: str) -> str | None:
    """Return an IP address in the form that phpBB compares, or None if the text is none.

    IPv6 is lower-cased and compressed; an IPv4 address mapped to IPv6 (``::ffff:…``) becomes IPv4.
    phpBB rule: Visitor's address.
    """
    address = parse_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return socket.inet_ntop(socket.AF_INET6, address.packed)
    return None if address is None else str(address)


@lru_cache(maxsize=1024)
def remote_address(text: str) -> str:
    """Return the visitor's address out of ``REMOTE_ADDR``.

    :param text: one address, or several with commas or blanks between them, as some proxies write it: the
        last one before the first that is invalid counts. A port behind it is left out.
    :returns: the normalised address; `UNREADABLE` if there is none. phpBB rule: Visitor's address.
    """
    found = UNREADABLE
    if len(text) > _LONGEST:
        return found
    for part in filter(None, text.strip(BLANKS).replace(",", " ").split(" ")):
        address = normalise_address(_without_port(part))
        if address is None:
            break
        found = address
    return found


def _without_port(text: str) -> str:
    """Return an address without the port that some load balancers write behind it (``[…]:443`` for IPv6)."""
    found = _WITH_PORT.match(text)
    return (found[1] or found[2]) if found else text


def normalise_forwarded_for(text: str) -> str:
    """Return an X-Forwarded-For header as phpBB stores and compares it.

    Commas become blanks and runs of blanks one; the addresses themselves stay as they are written.

    :returns: addresses with one blank between; empty if any part is no address.
        phpBB rule: Forwarded addresses.
    """
    parts = re.sub(" {2,}", " ", text.replace(",", " "))
    return parts if all(parse_address(part) is not None for part in parts.split(" ")) else ""


def short_ipv6(address: str, blocks: int, rules: Rules) -> str:
    """Return the start of an IPv6 address that phpBB compares at an ``ip_check`` level.

    :param address: an IPv6 address as text; it is not normalised, as phpBB does not.
    :param blocks: ``ip_check``; one block more is kept, all of them from 4 on, none below 1.
    """
    if blocks < 1:
        return ""
    if rules.dotted_ipv6_is_rewritten and _DOTTED_END.search(address):
        parsed = parse_address(address)
        if isinstance(parsed, ipaddress.IPv6Address):
            address = socket.inet_ntop(socket.AF_INET6, parsed.packed)
    missing = 8 - address.count(":")
    if missing > 0:
        address = address.replace("::", ":" + "0000:" * missing)
    if address.startswith(":"):
        address = "0000" + address
    return ":".join(address.split(":")[: blocks + 1]) if blocks < _SHORTENED_BLOCKS else address


def same_network(first: str, second: str, level: int, rules: Rules) -> bool:
    """Tell whether phpBB takes two addresses for one visitor's.

    :param level: ``ip_check``: how many of the four parts of an IPv4 address must be equal; 0 = any.
        phpBB rule: Session IP check.
    """
    if first == second:
        return True
    if ":" in first and ":" in second:
        return short_ipv6(first, level, rules) == short_ipv6(second, level, rules)
    return first.split(".")[:level] == second.split(".")[:level]
