"""Rows that are kept for a moment, and people who would like to be somebody else meanwhile."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from flask_phpbb3.testing.conformance import BoardUnderTest

from ...apps import board_of, close
from ...miniatures import Build
from .test_kept_rows import AGENT, KeptRows

ADDRESS = "203.0.113.5"
HERE = {"REMOTE_ADDR": ADDRESS}
UNKNOWN = "f" * 32


@pytest.fixture(scope="module")
def subject(build: Build) -> BoardUnderTest:
    return build("sqlite", "sqlite3", "3.3")


@pytest.fixture(scope="module")
def made(subject: BoardUnderTest) -> Iterator[KeptRows]:
    made = KeptRows(subject)
    yield made
    close(made.app)


@pytest.fixture
def site(made: KeptRows) -> KeptRows:
    made.meet_somebody()
    return made


def signed_in(site: KeptRows, **more: Any) -> dict[str, str]:
    """Sign somebody in, and have the row kept."""
    cookies = site.sign_in(ip=ADDRESS, **more)
    assert site.ask(cookies, **HERE)[0] == site.known
    assert site.ask(cookies, **HERE) == (site.known, [])
    return cookies


@pytest.mark.parametrize(
    ("environ", "why"),
    [
        ({"REMOTE_ADDR": "198.51.100.9"}, "ip"),
        ({"REMOTE_ADDR": "2001:db8::1"}, "ip"),
        ({"REMOTE_ADDR": "nonsense"}, "ip"),
        ({"REMOTE_ADDR": ""}, "ip"),
        ({**HERE, "HTTP_USER_AGENT": "Thief/1.0"}, "browser"),
        ({**HERE, "HTTP_USER_AGENT": ""}, "browser"),
    ],
)
def test_a_stolen_id_is_refused_at_once(site: KeptRows, environ: dict[str, str], why: str) -> None:
    """And the owner, before and after, is not disturbed."""
    cookies = signed_in(site)
    for _ in range(3):
        assert site.ask(cookies, **environ) == (f"1 {why}", ["get_session"])
        assert site.ask(cookies, **HERE) == (site.known, [])


@pytest.mark.parametrize(
    ("config", "right", "wrong", "columns", "why"),
    [
        (
            {"forwarded_for_check": "1"},
            {"HTTP_X_FORWARDED_FOR": "10.0.0.1"},
            {"HTTP_X_FORWARDED_FOR": "10.0.0.2"},
            {"session_forwarded_for": "10.0.0.1"},
            "forwarded_for",
        ),
        ({"forwarded_for_check": "1"}, {}, {"HTTP_X_FORWARDED_FOR": "10.0.0.2"}, {}, "forwarded_for"),
        ({"ip_check": "4"}, {}, {"REMOTE_ADDR": "203.0.113.6"}, {}, "ip"),
        (
            {"referer_validation": "1"},
            {"REQUEST_METHOD": "POST", "HTTP_HOST": "site", "HTTP_REFERER": "http://site/form"},
            {"REQUEST_METHOD": "POST", "HTTP_HOST": "site", "HTTP_REFERER": "http://evil/form"},
            {},
            "referer",
        ),
    ],
)
def test_every_check_of_the_board_is_made_of_each_request(
    build: Build,
    config: dict[str, str],
    right: dict[str, str],
    wrong: dict[str, str],
    columns: dict[str, Any],
    why: str,
) -> None:
    subject = build("sqlite", "sqlite3", "3.3")
    for name, value in config.items():
        subject.board.set_config(name, value)
    site = KeptRows(subject, check_referer=True)
    cookies = site.sign_in(ip=ADDRESS, **columns)
    for _ in range(2):
        assert site.ask(cookies, **HERE, **right)[0] == site.known
        assert site.ask(cookies, **{**HERE, **right, **wrong}) == (f"1 {why}", ["get_session"])
    assert site.ask(cookies, **HERE, **right) == (site.known, [])
    close(site.app)


def test_a_ban_of_the_address_meets_whoever_is_kept(build: Build) -> None:
    site = KeptRows(build("sqlite", "sqlite3", "3.3"), ban_ttl=0)
    cookies = signed_in(site)
    site.board.ban(ip=ADDRESS)
    assert site.ask(cookies, **HERE)[0] == "1 banned"
    close(site.app)


def test_nobody_is_found_by_anothers_key_or_number(site: KeptRows) -> None:
    """One person's row is kept; everything that is not that person's own login is asked for, and refused."""
    owner, prefix = site.known, site.board.cookie_name
    sid = signed_in(site)
    key = site.by_key()
    assert site.ask(key)[0] == owner
    assert site.ask(key) == (owner, [])
    site.meet_somebody()
    mine = signed_in(site, autologin=True)
    number, name_of = f"{prefix}_u", f"{prefix}_k"
    for forged in (
        {f"{prefix}_sid": UNKNOWN, number: key[number]},
        {f"{prefix}_sid": UNKNOWN, number: key[number], name_of: mine[name_of]},
        {f"{prefix}_sid": UNKNOWN, number: key[number], name_of: UNKNOWN},
        {f"{prefix}_sid": UNKNOWN, number: mine[number], name_of: key[name_of]},
        {f"{prefix}_sid": site.sid(sid)[:-1] + "é", number: key[number]},
        {f"{prefix}_sid": site.sid(sid).upper()},
        {f"{prefix}_sid": site.sid(sid) + "0"},
    ):
        for _ in range(2):
            assert not site.ask(forged, **HERE)[0].startswith(owner.split(" ")[0] + " "), forged
    # A session id is the login, whatever number and key stand beside it: as without keeping.
    assert site.ask({**mine, f"{prefix}_sid": site.sid(sid)}, **HERE)[0] == owner
    assert site.ask(mine, **HERE) == (site.known, [])


def test_a_key_is_kept_only_beside_a_session_that_was_no_ones(site: KeptRows) -> None:
    """A session that another browser may use must not be passed over for the key of this one."""
    somebody = site.known
    theirs = site.sign_in(ip=ADDRESS)
    site.meet_somebody()
    key = site.by_key(sid=site.sid(theirs))
    elsewhere = {"REMOTE_ADDR": "198.51.100.9"}
    for _ in range(3):  # the session is refused by its address, so the key counts
        assert site.ask(key, **elsewhere) == (site.known, ["get_session", "get_autologin"])
    assert site.ask(key, **HERE)[0] == somebody  # and here it is not refused


def test_an_id_in_the_address_counts_only_where_it_may(build: Build) -> None:
    off = KeptRows(build("sqlite", "sqlite3", "3.3"))
    cookies = signed_in(off)
    assert off.ask({}, f"/?sid={off.sid(cookies)}", **HERE)[0] == "1 None"
    close(off.app)
    on = KeptRows(build("sqlite", "sqlite3", "3.3"), url_sid=True)
    cookies = signed_in(on)
    assert on.ask({}, f"/?sid={on.sid(cookies)}", **HERE)[0] == on.known
    assert on.ask({}, f"/?sid={on.sid(cookies)}", REMOTE_ADDR="198.51.100.9")[0] == "1 ip"
    assert on.ask({}, "/", **HERE)[0] == "1 None"
    close(on.app)


def test_made_up_ids_push_nothing_in_and_nobody_out(site: KeptRows) -> None:
    cookies = signed_in(site)
    kept = board_of(site.app).board.visitors
    before = len(kept._young) + len(kept._old)
    name = f"{site.board.cookie_name}_sid"
    for number in range(300):
        site.ask({name: f"{number:032x}"})
        site.ask({name: "x" * number, f"{site.board.cookie_name}_k": "y"})
    assert len(kept._young) + len(kept._old) == before
    assert site.ask(cookies, **HERE) == (site.known, [])


def test_two_applications_of_one_process_keep_apart(build: Build) -> None:
    first, second = (KeptRows(build("sqlite", "sqlite3", "3.3")) for _ in range(2))
    cookies = signed_in(first)
    assert second.ask(cookies, **HERE) == ("1 unknown", ["get_session"])
    assert first.ask(cookies, **HERE) == (first.known, [])
    for site in (first, second):
        close(site.app)


def test_nothing_that_is_kept_is_printed_or_leaves_the_process(
    site: KeptRows, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        cookies = signed_in(site, autologin=True)
    kept = board_of(site.app).board.visitors
    for secret in cookies.values():
        if len(secret) == 32:
            assert secret not in repr(kept) + caplog.text + repr([*kept._young.values(), *kept._young])
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        pickle.dumps(kept)


def test_a_dead_board_lets_nobody_in_who_was_not_there(site: KeptRows) -> None:
    cookies = signed_in(site)
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    client = site.app.test_client(use_cookies=False)
    environ = {"HTTP_COOKIE": header, "HTTP_USER_AGENT": AGENT, **HERE}
    driver: Any = board_of(site.app).driver
    real, driver.read = driver.read, _fail
    try:
        assert client.get("/", environ_overrides=environ).status_code == 503  # it asks for rights, too
        assert client.get("/", environ_overrides={**environ, "HTTP_COOKIE": ""}).status_code == 200
        forged = {**environ, "REMOTE_ADDR": "198.51.100.9"}
        assert client.get("/", environ_overrides=forged).status_code == 503
    finally:
        driver.read = real


def _fail(*_: Any, **__: Any) -> Any:
    from flask_phpbb3 import ConnectionFailedError

    raise ConnectionFailedError("The board is away.")
