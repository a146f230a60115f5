"""Addresses: phpBB's form of them and its comparison."""

from __future__ import annotations

import pytest

from flask_phpbb3.phpbb.addresses import (
    UNREADABLE,
    normalise_address,
    normalise_forwarded_for,
    remote_address,
    same_network,
    short_ipv6,
)
from flask_phpbb3.phpbb.rules import Rules

V33 = Rules()
V40 = Rules(dotted_ipv6_is_rewritten=True)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("::FFFF:10.0.0.1", "10.0.0.1"),
        ("::ffff:a00:1", "10.0.0.1"),
        ("FD00:0:0:0:0:0:0:5", "fd00::5"),
        ("::1.2.3.4", "::1.2.3.4"),
        ("10.0.0.1/24", None),
        ("1.2.3.4.5", None),
        ("fe80::1%eth0", None),
        ("1.2.3.\0", None),
    ],
)
def test_normalise_address(text: str, address: str | None) -> None:
    assert normalise_address(text) == address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("10.0.0.1", "10.0.0.1"),
        (" 10.0.0.1 ", "10.0.0.1"),
        ("10.0.0.1, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1,,  ::FFFF:10.0.0.3", "10.0.0.3"),
        ("10.0.0.1 unknown 10.0.0.2", "10.0.0.1"),
        ("unknown, 10.0.0.1", UNREADABLE),
        ("10.0.0.1\t10.0.0.2", UNREADABLE),
        ("unix:", UNREADABLE),
        ("", UNREADABLE),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("203.0.113.7:4711, 203.0.113.8:1", "203.0.113.8"),
        ("[2001:DB8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[::ffff:203.0.113.7]:443", "203.0.113.7"),
        ("2001:db8::1:443", "2001:db8::1:443"),
        ("203.0.113.7:", UNREADABLE),
        ("203.0.113.7:port", UNREADABLE),
        ("203.0.113.7:123456", UNREADABLE),
        ("[203.0.113.7]:80", "203.0.113.7"),
        ("[2001:db8::1", UNREADABLE),
        ("[2001:db8::1]443", UNREADABLE),
        ("10.0.0.1 " * 1000, UNREADABLE),
    ],
)
def test_remote_address(text: str, address: str) -> None:
    assert remote_address(text) == address


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("9.9.9.9 , ,,  FD00::1", "9.9.9.9 FD00::1"),
        ("", ""),
        ("9.9.9.9,", ""),
        ("9.9.9.9:80", ""),
        ("9.9.9.09", ""),
        ("9.9.9.9\t8.8.8.8", ""),
    ],
)
def test_normalise_forwarded_for(text: str, header: str) -> None:
    assert normalise_forwarded_for(text) == header


def test_short_ipv6_rewrites_a_dotted_end_in_4_0_only() -> None:
    assert short_ipv6("1:2::1.2.3.4", 4, V33) == "1:2:0000:0000:0000:0000:0000:1.2.3.4"
    assert short_ipv6("1:2::1.2.3.4", 4, V40) == "1:2:0000:0000:0000:0000:102:304"
    assert short_ipv6("999:x:999.999.999.999", 4, V40) == "999:x:999.999.999.999"


@pytest.mark.parametrize(
    ("first", "second", "level", "same"),
    [
        ("10.5.5.5", "10.5.5.77", 3, True),
        ("10.5.5.5", "10.5.55.5", 3, False),
        ("10.5.5.5", "192.0.2.1", 0, True),
        ("10.5.5.5", "fd00::1", 0, True),
        ("10.5.5.5", "fd00::1", 3, False),
        ("::1", "::2", 3, True),
        ("::1", "::2", 4, False),
        ("fd00::1", "fd99::1", 0, True),
        ("fd12:0001::5", "fd12:1::5", 3, False),
        ("", "10.5.5.5", 3, False),
    ],
)
def test_same_network(first: str, second: str, level: int, same: bool) -> None:
    assert same_network(first, second, level, V33) is same


@pytest.mark.parametrize("stored", ["127.0.0.1", "::1", "", "0.0.0.0", "unread"])
@pytest.mark.parametrize("level", [1, 3, 4])
def test_an_unreadable_address_is_near_no_other(stored: str, level: int) -> None:
    assert not same_network(stored, UNREADABLE, level, V33)
