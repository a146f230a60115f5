from __future__ import annotations

from typing import Any

import pytest

from flask_phpbb3.phpbb.tokens import (
    FormToken,
    check_form_token,
    check_link_hash,
    form_token_lifetime,
    make_form_token,
    make_link_hash,
)
from tests.boards import RECORDED, golden

NOW = 1_700_000_000
FOR_EVER = -1

older_boards = pytest.mark.parametrize(
    ("release", "database"), [pair for pair in RECORDED if pair[0] != "3.3.10"]
)
richer_board = pytest.mark.parametrize(
    ("release", "database"), [pair for pair in RECORDED if pair[0] == "3.3.10"]
)


@older_boards
def test_form_tokens_are_phpbbs(release: str, database: str) -> None:
    vectors = golden(release, database)["form_tokens"]
    assert {vector["ok"] for vector in vectors} == {True, False}
    for vector in vectors:
        accepted = check_form_token(
            vector["salt"],
            vector["form"],
            vector["creation_time"],
            vector["token"],
            now=vector["now"],
            lifetime=form_token_lifetime({}),
            token_sid=vector["token_sid"],
        )
        assert accepted is vector["ok"], vector


@richer_board
def test_form_tokens_and_checks_are_phpbbs(release: str, database: str) -> None:
    answers = golden(release, database)
    checked = 0
    for vector in answers["form_token"]:
        is_told_apart = vector["user_id"] == 1 and vector["form_token_sid_guests"]
        token_sid = vector["session_id"] if is_told_apart else ""

        def check(form: str, vector: Any = vector, token_sid: str = token_sid) -> bool:
            return check_form_token(
                vector["salt"],
                form,
                str(vector["creation_time"]),
                vector["token"],
                now=vector["creation_time"] + 10_000_000,
                lifetime=FOR_EVER,
                token_sid=token_sid,
            )

        made = make_form_token(vector["salt"], vector["form"], vector["creation_time"], token_sid)
        assert made == vector["token"]
        assert check(vector["form"]) is vector["phpbb_check_form_key_unlimited"]
        assert check("another form") is vector["phpbb_check_other_form"]
        checked += 1
    assert checked == 40


@richer_board
def test_link_hashes_of_the_richer_board_are_phpbbs(release: str, database: str) -> None:
    vectors = golden(release, database)["link_hash"]
    assert vectors
    for vector in vectors:
        assert make_link_hash(vector["salt"], vector["name"]) == vector["hash"]
        assert check_link_hash(vector["salt"], vector["hash"], vector["name"])


@older_boards
def test_link_hashes_are_phpbbs(release: str, database: str) -> None:
    answers = golden(release, database)
    for user, hashes in answers["link_hash"].items():
        for link, link_hash in hashes.items():
            assert make_link_hash(answers["form_salt"][user], link) == link_hash, (user, link)


@pytest.mark.parametrize(
    ("age", "lifetime", "accepted"),
    [
        (0, 7200, False),
        (1, 7200, True),
        (7200, 7200, True),
        (7201, 7200, False),
        (-1, 7200, False),
        (0, FOR_EVER, False),
        (-5, FOR_EVER, False),
        (10**9, FOR_EVER, True),
    ],
)
def test_age_of_a_form(age: int, lifetime: int, accepted: bool) -> None:
    token = make_form_token("salt", "posting", NOW - age)
    assert check_form_token("salt", "posting", NOW - age, token, now=NOW, lifetime=lifetime) is accepted


@pytest.mark.parametrize(
    ("config", "lifetime"),
    [
        ({}, 7200),
        ({"form_token_lifetime": "5"}, 30),
        ({"form_token_lifetime": "-1"}, -1),
        ({"form_token_lifetime": "60"}, 60),
    ],
)
def test_lifetime_of_a_form(config: dict[str, str], lifetime: int) -> None:
    assert form_token_lifetime(config) == lifetime


@pytest.mark.parametrize("time", [None, "", "x", "0x10", b"", [], 10**30, "9" * 40, "-1"])
@pytest.mark.parametrize("token", [None, "", "é", "\ud800", 7, b"bytes"])
def test_odd_requests_are_refused(time: Any, token: Any) -> None:
    assert not check_form_token("salt", "posting", time, token, now=NOW, lifetime=FOR_EVER)


def test_a_number_with_text_behind_is_read_as_phpbb_reads_it() -> None:
    token = make_form_token("salt", "posting", NOW)
    assert check_form_token("salt", "posting", f" {NOW}abc", token, now=NOW + 5, lifetime=60)


@pytest.mark.parametrize("given", ["", "é", "\ud800", "0" * 8, None])
def test_odd_link_hashes_are_refused(given: Any) -> None:
    assert not check_link_hash("salt", given, "x")


def test_a_token_is_not_printed() -> None:
    assert "c0ffee" not in repr(FormToken(1, "c0ffee"))
