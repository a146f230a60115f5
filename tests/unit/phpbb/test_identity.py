"""The verdicts on sessions and keys, at their borders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flask_phpbb3.phpbb.identity import (
    addresses_to_check,
    is_authenticated,
    is_bot,
    key_refusal,
    may_use_key,
    refusal,
)
from flask_phpbb3.phpbb.rules import Rules
from flask_phpbb3.phpbb.visitor import Visitor

NOW = 1_800_000_000
RULES = Rules()
VISITOR = Visitor(session_id="a" * 32, address="10.0.0.1", browser="Firefox", host="app.example")


def judge(
    config: dict[str, str] | None = None,
    *,
    check_referer: bool = True,
    visitor: Visitor = VISITOR,
    **row: Any,
) -> str | None:
    session = {
        "session_time": NOW,
        "session_autologin": 0,
        "session_ip": "10.0.0.1",
        "session_browser": "Firefox",
        "session_forwarded_for": "",
        **row,
    }
    return refusal(session, visitor, config or {}, now=NOW, rules=RULES, check_referer=check_referer)


@pytest.mark.parametrize(
    ("config", "autologin", "age", "verdict"),
    [
        ({}, 0, 3660, None),
        ({}, 0, 3661, "expired"),
        ({}, "0", 3661, "expired"),
        ({"session_length": "0"}, 0, 60, None),
        ({"session_length": "x"}, 0, 61, "expired"),
        ({}, 1, 10**8, None),
        ({}, "1", 10**8, None),
        ({"max_autologin_time": "1"}, 1, 86340, None),
        ({"max_autologin_time": "1"}, 1, 86341, "expired"),
        ({"max_autologin_time": "-1"}, 1, 0, "expired"),
        ({"max_autologin_time": ""}, 1, 10**8, None),
        ({"allow_autologin": "0"}, 1, 0, "expired"),
        ({"allow_autologin": "0"}, 0, 0, None),
    ],
)
def test_expiry(config: dict[str, str], autologin: int | str, age: int, verdict: str | None) -> None:
    assert judge(config, session_autologin=autologin, session_time=NOW - age) == verdict
    assert judge(config, session_autologin=autologin, session_time=str(NOW - age)) == verdict


@pytest.mark.parametrize(
    ("config", "address", "verdict"),
    [
        ({}, "10.0.0.9", None),
        ({}, "10.0.1.1", "ip"),
        ({"ip_check": "4"}, "10.0.0.9", "ip"),
        ({"ip_check": "0"}, "::1", None),
    ],
)
def test_address(config: dict[str, str], address: str, verdict: str | None) -> None:
    assert judge(config, visitor=replace(VISITOR, address=address)) == verdict


@pytest.mark.parametrize(
    ("stored", "sent", "same"),
    [
        ("Firefox", "fireFOX", True),
        ("ÄÖ", "äö", False),
        ("x" * 149, "x" * 149 + "y", True),
        ("x" * 148, "x" * 148 + " y", True),
        ("x" * 148 + "a", "x" * 148 + "b", False),
        ("x" * 148 + "é", "x" * 148 + "è", True),
        (("x" * 148 + "é").encode()[:149], "x" * 148 + "é", True),
        ("", "", True),
        (None, "", True),
        ("Firefox", "", False),
    ],
)
def test_browser(stored: Any, sent: str, same: bool) -> None:
    visitor = replace(VISITOR, browser=sent)
    assert judge(session_browser=stored, visitor=visitor) == (None if same else "browser")
    assert judge({"browser_check": "0"}, session_browser=stored, visitor=visitor) is None


def test_forwarded_addresses_count_where_the_board_says_so() -> None:
    visitor = replace(VISITOR, forwarded_for="9.9.9.9 8.8.8.8")
    on = {"forwarded_for_check": "1"}
    assert judge(visitor=visitor) is None
    assert judge(on, visitor=visitor) == "forwarded_for"
    assert judge(on, visitor=visitor, session_forwarded_for="9.9.9.9 8.8.8.8") is None
    assert addresses_to_check(visitor, {}) == ("10.0.0.1",)
    assert addresses_to_check(visitor, on) == ("9.9.9.9", "8.8.8.8", "10.0.0.1")
    assert addresses_to_check(VISITOR, on) == ("10.0.0.1",)


@pytest.mark.parametrize(
    ("config", "referer", "fits"),
    [
        ({}, "http://app.example/x", True),
        ({}, "HTTPS://APP.example:8080/", True),
        ({}, "http://evil.example/", False),
        ({}, "", True),
        ({}, "xxxapp.example", True),
        ({}, "app.example", False),
        ({"referer_validation": "0"}, "http://evil.example/", True),
        ({"force_server_vars": "1", "server_name": "Forum.example"}, "http://forum.example/", True),
        ({"force_server_vars": "1", "server_name": "forum.example"}, "http://app.example/", True),
        ({"force_server_vars": "0", "server_name": "forum.example"}, "http://forum.example/", False),
        ({"force_server_vars": "1", "server_name": ""}, "http://evil.example/", False),
        ({"referer_validation": "2"}, "http://app.example/site/page", True),
        ({"referer_validation": "2"}, "http://app.example:8145/site", True),
        ({"referer_validation": "2"}, "http://app.example:99/site", False),
        ({"referer_validation": "2"}, "http://app.example/other", False),
        ({"referer_validation": "1"}, "http://app.example/other", True),
    ],
)
def test_referer(config: dict[str, str], referer: str, fits: bool) -> None:
    visitor = replace(VISITOR, method="POST", referer=referer, port=8145, script_root="/site")
    assert judge(config, visitor=visitor) == (None if fits else "referer")
    assert judge(config, visitor=visitor, check_referer=False) is None
    assert judge(config, visitor=replace(visitor, method="GET")) is None
    assert judge(config, visitor=replace(visitor, method="HEAD")) == (None if fits else "referer")


def test_referer_without_a_path_of_our_own() -> None:
    visitor = replace(VISITOR, method="POST", referer="http://app.example/any", script_root="")
    assert judge({"referer_validation": "2"}, visitor=visitor) is None


@pytest.mark.parametrize(
    ("user_id", "user_type", "signed_in", "bot"),
    [
        (1, 2, False, False),
        (2, 3, True, False),
        ("5", "0", True, False),
        (5, 1, False, True),
        (6, 2, False, True),
    ],
)
def test_kinds_of_users(user_id: Any, user_type: Any, signed_in: bool, bot: bool) -> None:
    row = {"user_id": user_id, "user_type": user_type}
    assert (is_authenticated(row), is_bot(row)) == (signed_in, bot)


KEY_VISITOR = Visitor(session_id="x", user_id=69, key_id="k" * 32)


@pytest.mark.parametrize(
    ("row", "config", "verdict"),
    [
        ({"user_id": 69, "user_type": 0}, {}, None),
        ({"user_id": "69", "user_type": "3"}, {}, None),
        ({"user_id": 69, "user_type": 1}, {}, "user_type"),
        ({"user_id": 69, "user_type": 2}, {}, "user_type"),
        ({"user_id": 70, "user_type": 0}, {}, "user_id"),
        ({"user_id": 69, "user_type": 0}, {"allow_autologin": "0"}, "not_allowed"),
    ],
)
def test_key(row: dict[str, Any], config: dict[str, str], verdict: str | None) -> None:
    assert key_refusal(row, KEY_VISITOR, config, RULES) == verdict


@pytest.mark.parametrize("missing", [{"session_id": ""}, {"user_id": 0}, {"key_id": ""}])
def test_a_key_is_not_asked_for_without_all_parts(missing: dict[str, Any]) -> None:
    assert may_use_key(KEY_VISITOR, {}, RULES)
    assert not may_use_key(replace(KEY_VISITOR, **missing), {}, RULES)
