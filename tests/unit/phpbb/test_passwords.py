"""Passwords held against every recorded hash, and the bounds of what a check may cost."""

from __future__ import annotations

import time
from typing import Any

import pytest

from flask_phpbb3.phpbb.passwords import DUMMIES, MAX_PASSWORD, kind_of, prepare, verify
from flask_phpbb3.plugins.registry import Plugins

from ... import boards


def kinds(release: str) -> frozenset[str]:
    """Return the kinds of hashes that a board of a release accepts."""
    return Plugins().line(release).rules.hash_kinds


@pytest.mark.parametrize("release", boards.VERSIONS)
def test_recorded_answers(release: str) -> None:
    golden = boards.golden(release, "postgresql")  # of one database: these hashes are slow on purpose
    recorded: list[dict[str, Any]] = golden.get("passwords") or golden["password_check"]
    assert len(recorded) >= 40
    for case in recorded:
        password = case["password"] if "password" in case else case["try"]
        assert verify(password, case["hash"], kinds(release)) is case["ok"], case


def test_recorded_passwords_of_users_and_forums() -> None:
    golden = boards.golden("3.3.10", "mariadb")
    accepted = kinds("3.3")
    for case in golden["user_passwords"].values():
        assert prepare(case["typed"]) == case["after_request_variable"]
        assert verify(case["typed"], case["hash"], accepted) is case["ok_typed"], case
        assert verify(case["after_request_variable"], case["hash"], accepted) is case["ok_escaped"], case
    for case in golden["forum_passwords"].values():
        assert verify(prepare(case["password"]) or "", case["hash"], accepted) is case["ok"]


def test_recorded_combined_hashes() -> None:
    for case in boards.load("3.3.10", "passwords-combined.json"):
        assert verify(case["try"], case["hash"], kinds("3.3")) is case["ok"], case


@pytest.mark.parametrize(
    ("typed", "prepared"),
    [
        (" a&b<c>\"d'e ", "a&amp;b&lt;c&gt;&quot;d'e"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\0a\0b", "ab"),
        ("\v\t x\u00a0", "x\u00a0"),
        ("e\u0301", "\u00e9"),
        ("x" * MAX_PASSWORD, "x" * MAX_PASSWORD),
        ("x" * (MAX_PASSWORD + 1), None),
        ("&" * 820, None),
        ("\ud800", None),
    ],
)
def test_preparation(typed: str, prepared: str | None) -> None:
    assert prepare(typed) == prepared


@pytest.mark.parametrize(
    "stored",
    [
        "$H$" + "S" + "." * 30,  # 2^30 rounds
        "$2y$31$" + "." * 53,
        "$argon2id$v=19$m=4194304,t=4,p=2$YXNhbHRvZm5vYm9keTAwMQ$d8QK0Xr0n3yM7Jr6lWQzvUuG5vQm0nJm2b0a4m3o5yE",
        "$argon2id$v=19$m=65536,t=4000000,p=2$YXNhbHRvZm5vYm9keTAwMQ$d8QK0Xr0n3yM7Jr6lWQzvUuG5vQm0nJm2b0a4m3o5yE",
        "$H\\2y$" + "S" + "." * 8 + "$10\\" + "." * 22 + "$" + "." * 31,
    ],
)
def test_a_hash_that_asks_for_minutes_is_refused_at_once(stored: str) -> None:
    started = time.process_time()
    assert verify("secret", stored, kinds("3.3")) is False
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "stored", ["", "x", "*", "$CP$", "$2y$10$", "$argon2id$", "$H$", "0" * 31, "$2y$10$" + "!" * 53]
)
def test_broken_hashes_never_verify(stored: str) -> None:
    assert verify("", stored, kinds("3.3")) is False
    assert verify("secret", stored, kinds("3.3")) is False


@pytest.mark.parametrize("line", ["3.0", "3.1", "3.2", "3.3", "4.0"])
def test_dummies_are_of_the_usual_kind_and_nobodys(line: str) -> None:
    rules = Plugins().line(line).rules
    dummy = DUMMIES[rules.usual_hash]
    assert kind_of(dummy) == rules.usual_hash
    assert rules.usual_hash in rules.hash_kinds
    assert verify("secret", dummy, rules.hash_kinds) is False
