"""Bans: what matches, what outweighs, and when they end."""

from __future__ import annotations

from typing import Any

import pytest

from flask_phpbb3.phpbb.addresses import UNREADABLE
from flask_phpbb3.phpbb.bans import Ban, BanList
from flask_phpbb3.phpbb.rules import Rules

from ...cpu import cpu_bound

NOW = 1_800_000_000
V33 = Rules()
V40 = Rules(ban_ip_networks=True, ban_includes_end=False)


def row(**columns: Any) -> dict[str, Any]:
    empty = {
        "ban_userid": 0,
        "ban_ip": "",
        "ban_email": "",
        "ban_end": 0,
        "ban_exclude": 0,
        "ban_give_reason": "",
    }
    return empty | columns


def find(*rows: dict[str, Any], rules: Rules = V33, **visitor: Any) -> Ban | None:
    visitor = {"user_id": 5, "user_type": 0, "addresses": ["10.0.0.1"], "now": NOW, **visitor}
    return BanList(rows, rules=rules).find(**visitor)


@pytest.mark.parametrize(
    ("text", "address", "rules", "banned"),
    [
        ("10.0.0.1", "10.0.0.1", V33, True),
        ("10.0.0.1", "10.0.0.11", V33, False),
        ("10.0.0.*", "10.0.0.77", V33, True),
        ("10.*.1", "10.2.3.1", V33, True),
        ("*", "fd00::1", V33, True),
        ("FD00:*", "fd00::1", V33, True),
        ("FD00::1", "fd00::1", V33, True),
        ("fd00::1", "FD00::1", V33, True),
        ("fd00:0::1", "fd00::1", V33, False),
        ("10.0.0.?", "10.0.0.1", V33, False),
        ("10.0.0.0/8", "10.0.0.1", V33, False),
        ("10.0.0", "10.0.0.1", V33, False),
        ("10.0.0.0/8", "10.9.9.9", V40, True),
        ("10.0.0.7/0", "192.0.2.1", V40, True),
        ("10.0.0.0/33", "10.0.0.0", V40, False),
        ("10.0.0.0/255.0.0.0", "10.0.0.1", V40, False),
        ("10.0.0.*", "10.0.0.1", V40, False),
        ("FD00:0::/16", "fd00::1", V40, True),
        ("fd00::/16", "10.0.0.1", V40, False),
        ("10.0.0.1", "10.0.0.1", V40, True),
        ("*.0.0.1", "10.0.0.1", V33, True),
        ("*.0.0.1", "10.0.0.11", V33, False),
        ("**", "10.0.0.1", V33, True),
        ("1*0*1", "10.0.0.1", V33, True),
        ("1*.*.*.*1", "10.0.0.1", V33, True),
        ("1*.*.*.*.*1", "10.0.0.1", V33, False),
        ("10.0.0.1*", "10.0.0.1", V33, True),
        ("10.0*0.0.1", "10.0.0.1", V33, False),
        ("1*1", "1", V33, False),
        ("10.0.0.1/32", "10.0.0.1", V40, True),
        ("10.0.0.1/", "10.0.0.1", V40, False),
        ("::/0", "10.0.0.1", V40, False),
        ("fd00::1%eth0", "fd00::1", V40, False),
        ("010.0.0.1", "10.0.0.1", V40, False),
        ("10.0.0.1", "not an address", V40, False),
    ],
)
def test_addresses(text: str, address: str, rules: Rules, banned: bool) -> None:
    assert (find(row(ban_ip=text), rules=rules, addresses=[address]) is not None) is banned


@pytest.mark.parametrize("rules", [V33, V40])
@pytest.mark.parametrize("target", [{"ban_userid": "5"}, {"ban_ip": "10.0.0.1"}])
def test_end(rules: Rules, target: dict[str, str]) -> None:
    def banned(end: int | str) -> bool:
        return find(row(ban_end=end, **target), rules=rules) is not None

    assert banned(0)
    assert banned("0")
    assert banned(NOW + 1)
    assert banned(str(NOW)) is (rules is V33)
    assert not banned(NOW - 1)


def test_what_the_banned_are_told() -> None:
    ban = row(ban_userid=5, ban_reason="internal", ban_give_reason="Because &amp; why", ban_end=NOW + 9)
    assert find(ban) == Ban("Because &amp; why", NOW + 9, "user")
    assert find(row(ban_ip="10.0.0.1", ban_give_reason=None)) == Ban("", 0, "ip")


@pytest.mark.parametrize("exclude", [{"ban_userid": 5}, {"ban_ip": "10.0.*"}])
@pytest.mark.parametrize("ban", [{"ban_userid": 5}, {"ban_ip": "10.0.0.1"}])
def test_an_exclude_row_outweighs_every_ban(ban: dict[str, Any], exclude: dict[str, Any]) -> None:
    rows = [row(**ban), row(**exclude, ban_exclude="1")]
    assert find(*rows) is None
    assert find(*reversed(rows)) is None
    assert find(rows[0], row(**exclude, ban_exclude=1, ban_end=NOW - 1)) is not None


def test_of_several_bans_the_last_row_counts() -> None:
    rows = [row(ban_ip="10.*", ban_end=NOW + 1), row(ban_userid=5), row(ban_ip="10.0.0.1", ban_end=NOW + 2)]
    assert find(*rows) == Ban("", NOW + 2, "ip")
    assert find(*reversed(rows)) == Ban("", NOW + 1, "ip")
    assert find(*rows[:2], user_rows=[row(ban_userid=5, ban_end=NOW + 3)]) == Ban("", 0, "user")


def test_rows_read_for_the_user_count_with_those_of_the_board() -> None:
    assert find(user_rows=[row(ban_userid="5")]) == Ban("", 0, "user")
    assert find(user_rows=[row(ban_userid="6")]) is None
    assert find(row(ban_ip="10.0.0.1"), user_rows=[row(ban_userid=5, ban_exclude=1)]) is None


def test_who_is_not_asked() -> None:
    rows = [row(ban_userid=5), row(ban_ip="10.0.0.1")]
    assert find(*rows, user_type=3) is None
    assert find(*rows, user_type="3") is None
    assert find(*rows, user_id=6, addresses=["10.0.0.2"]) is None
    assert find(row(ban_userid=5, ban_email="a@example.org")) is None
    assert find(row(ban_email="*@example.org")) is None


def test_any_of_several_addresses_is_enough() -> None:
    assert find(row(ban_ip="10.0.0.1"), addresses=["9.9.9.9", "10.0.0.1"]) is not None


def test_a_row_with_user_and_address_fits_by_either() -> None:
    both = row(ban_userid=5, ban_ip="10.9.9.9")
    assert find(both) == Ban("", 0, "user")
    assert find(both, user_id=1, addresses=["10.9.9.9"]) == Ban("", 0, "ip")


def test_who_brings_no_address_is_in_no_exception() -> None:
    everybody, nobody = row(ban_ip="*"), row(ban_ip="*", ban_exclude=1)
    assert find(everybody, row(ban_ip="127.0.0.1", ban_exclude=1), addresses=[UNREADABLE]) is not None
    assert find(everybody, nobody, addresses=[UNREADABLE]) is not None
    assert find(everybody, nobody, addresses=["203.0.113.7", UNREADABLE]) is not None
    assert find(everybody, nobody) is None
    assert find(everybody, row(ban_userid=5, ban_exclude=1), addresses=[UNREADABLE]) is None


@pytest.mark.parametrize("address", ["2001:db8:1111:2222:3333:4444:5555:6666", "1" * 1000])
def test_patterns_of_wildcards_take_no_time(address: str) -> None:
    """One after the other and with all that may stand between them."""
    patterns = ["*" * 10 + "x", "*1" * 20 + "x", "1*" * 20 + "x", "*" * 1000 + "x", "2*:*:*:*:*:*:*:*:*:x"]
    with cpu_bound(0.5):
        assert find(*(row(ban_ip=text) for text in patterns), addresses=[address]) is None


@pytest.mark.parametrize(
    ("pattern", "rules"), [("{}.*", V33), ("*.{}", V33), ("{}.1", V33), ("{}.0/24", V40)]
)
def test_a_long_list_is_made_and_asked_quickly(pattern: str, rules: Rules) -> None:
    rows = [row(ban_ip=pattern.format(f"10.{n // 200}.{n % 200}")) for n in range(20_000)]
    with cpu_bound(0.5):
        bans = BanList(rows, rules=rules)
    addresses = [f"192.0.{n // 250}.{n % 250}" for n in range(1000)]
    with cpu_bound(0.2):
        assert bans.find(user_id=5, user_type=0, addresses=addresses, now=NOW) is None
    assert bans.find(user_id=5, user_type=0, addresses=["10.99.99.1", "1.10.99.99"], now=NOW) is not None
