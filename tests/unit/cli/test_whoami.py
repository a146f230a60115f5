from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from flask_phpbb3.phpbb.php import read_cookies
from flask_phpbb3.testing import EmbeddedBoard
from tests.boards import load
from tests.command_line import factory, run
from tests.loading import Databases
from tests.unit.phpbb.test_recorded_identity import UNREADABLE_ADDRESSES

FIREFOX = "Mozilla/5.0 <Firefox>"


@pytest.fixture
def forum(tmp_path: Path) -> Iterator[EmbeddedBoard]:
    with closing(EmbeddedBoard(tmp_path / "forum.db", version="3.3")) as made:
        made.add_user("alice")
        yield made


def sign_in(forum: EmbeddedBoard, user: str = "alice", **columns: Any) -> str:
    return forum.sign_in(user, ip="192.0.2.7", browser=FIREFOX, **columns)[f"{forum.cookie_name}_sid"]


def ask(forum: EmbeddedBoard, session_id: str, *options: str) -> Result:
    result = run(factory(forum.settings), "whoami", *options, "--", session_id)
    assert result.exit_code == 0
    assert len(session_id) < 8 or session_id not in result.output
    return result


def words(result: Result) -> dict[str, str]:
    """Return the verdict on each subject."""
    lines = result.output.splitlines()[:-1]
    return {line[10:23].strip(): line.split()[0] for line in lines}


def verdict(result: Result) -> str:
    return result.output.splitlines()[-1]


def test_who_comes_as_the_session_knows_him_is_signed_in(forum: EmbeddedBoard) -> None:
    result = ask(forum, sign_in(forum), "--ip", "192.0.2.99", "--user-agent", FIREFOX.upper())
    assert set(words(result).values()) == {"accepted", "-"}
    assert verdict(result) == f"The visitor is 'alice' (user {forum.user_id('alice')}), signed in."
    assert "192.0.2.99 and 192.0.2.7 are the same in the first 3 of 4 parts (ip_check 3)" in result.output


def test_what_is_not_given_is_not_compared(forum: EmbeddedBoard) -> None:
    result = ask(forum, sign_in(forum))
    assert words(result)["address"] == "-"
    assert words(result)["browser"] == "-"
    assert "give --ip; it was made from 192.0.2.7" in result.output
    assert f"give --user-agent; it was {FIREFOX!r}" in result.output
    assert verdict(result).endswith("signed in.")


@pytest.mark.parametrize(
    ("options", "subject", "reason"),
    [
        (("--ip", "192.0.3.7"), "address", "ip"),
        (("--user-agent", "curl"), "browser", "browser"),
        (("--at", str(int(time.time()) + 5000)), "age", "expired"),
    ],
)
def test_what_does_not_fit_is_refused_alone(
    forum: EmbeddedBoard, options: tuple[str, str], subject: str, reason: str
) -> None:
    result = ask(forum, sign_in(forum), *options)
    assert [name for name, word in words(result).items() if word == "refused"] == [subject]
    assert verdict(result) == f"The visitor is the guest; the session was refused: {reason}."


def test_forwarded_addresses_are_compared_where_the_board_does(forum: EmbeddedBoard) -> None:
    session_id = sign_in(forum, session_forwarded_for="203.0.113.1")
    assert "forwarded_for_check is off" in ask(forum, session_id, "--forwarded-for", "203.0.113.2").output
    forum.set_config("forwarded_for_check", 1)
    assert words(ask(forum, session_id, "--forwarded-for", "203.0.113.1"))["forwarded for"] == "accepted"
    assert words(ask(forum, session_id))["forwarded for"] == "-"
    other = ask(forum, session_id, "--forwarded-for", "203.0.113.2")
    assert words(other)["forwarded for"] == "refused"
    assert verdict(other).endswith("refused: forwarded_for.")


def test_switched_off_checks_are_told(forum: EmbeddedBoard) -> None:
    forum.set_config("ip_check", 0)
    forum.set_config("browser_check", 0)
    result = ask(forum, sign_in(forum), "--ip", "10.0.0.1", "--user-agent", "curl")
    assert "ip_check is 0" in result.output
    assert "browser_check is off" in result.output
    assert verdict(result).endswith("signed in.")


def test_remember_me_is_told_with_the_boards_limit(forum: EmbeddedBoard) -> None:
    session_id = sign_in(forum, autologin=True)
    later = str(int(time.time()) + 40 * 86400)
    assert "live for ever" in ask(forum, session_id, "--at", later).output
    forum.set_config("max_autologin_time", 30)
    limited = ask(forum, session_id, "--at", later)
    assert "max_autologin_time is 30 days" in limited.output
    assert words(limited)["age"] == "refused"
    forum.set_config("allow_autologin", 0)
    assert "does not allow" in ask(forum, session_id).output


@pytest.mark.parametrize(
    ("session_id", "said"),
    [
        ("0123456789abcdef0123456789abcdef", "the board has none of this id"),
        ("A" * 32, "not 32 lower-case hexadecimal characters, but 32 of some kind"),
        ("' OR 1=1 --", "not 32 lower-case"),
        ("\udcff\udcfe" * 8, "empty, which is none"),
        ("", "empty, which is none"),
    ],
)
def test_an_id_that_is_none_is_the_guests(forum: EmbeddedBoard, session_id: str, said: str) -> None:
    result = ask(forum, session_id)
    assert said in result.output
    assert verdict(result).startswith("The visitor is the guest")


def test_a_ban_is_told_with_reason_and_end(forum: EmbeddedBoard) -> None:
    session_id = sign_in(forum)
    forum.ban(user="alice", end=4102444800, give_reason="Spam & more")
    result = ask(forum, session_id)
    assert "the user is banned until 2100-01-01 00:00:00 UTC: Spam & more" in result.output
    assert verdict(result).endswith("refused: banned.")


def test_a_founder_is_never_banned(forum: EmbeddedBoard) -> None:
    forum.ban(ip="192.0.2.*")
    assert "the address is banned for good" in ask(forum, sign_in(forum)).output
    assert "a founder is never banned" in ask(forum, sign_in(forum, "admin")).output


def test_an_inactive_user_is_kept_but_not_signed_in(forum: EmbeddedBoard) -> None:
    forum.add_user("idle", user_type=1)
    result = ask(forum, sign_in(forum, "idle"))
    assert "an inactive user" in result.output
    assert "not signed in" in verdict(result)


def test_bots_are_told(forum: EmbeddedBoard) -> None:
    forum.add_bot("Crawler [Bot]", "crawler")
    result = ask(forum, "0" * 32, "--user-agent", "crawler/1.0")
    assert verdict(result).startswith("The visitor is the board's bot 'Crawler [Bot]'")
    settings = {**forum.settings, "PHPBB3_BOTLIST": ["Fetcher"]}
    listed = run(factory(settings), "whoami", "0" * 32, "--user-agent", "Fetcher/2")
    assert "a bot by PHPBB3_BOTLIST" in listed.output


def test_recorded_visitors_are_who_phpbb_says(board: Databases) -> None:
    """Those cases that differ in nothing but what the command takes."""
    recorded = load("3.3.10", "sessions-sqlite.json.gz")
    database = board("3.3.10", "sqlite", dump="replay")
    app = factory({"PHPBB3": {"DRIVER": "sqlite3", "VERSION": "auto"}, "PHPBB3_DATABASE": database})()
    tried = 0
    for name, case in recorded["cases"].items():
        session_id = _session_id(case, recorded["cookie_name"])
        if session_id is None:
            continue
        asked, answer = case["request"], case["answer"]
        options = {
            "--ip": asked["ip"] or "",
            "--user-agent": asked["ua"] or "",
            "--forwarded-for": asked["extra"].get("X-Forwarded-For", ""),
            "--at": str(answer.get("now") or recorded["dump_time"]),
        }
        given = [word for option in options.items() for word in option]
        result = run(lambda: app, "whoami", *given, "--", session_id)
        expected = "refused: banned" if answer.get("banned") else f"(user {answer['user_id']})"
        is_guest = answer.get("user_id") == 1 or name in UNREADABLE_ADDRESSES["3.3.10"]
        expected = "the guest" if is_guest else expected
        assert expected in verdict(result), (name, result.output)
        tried += 1
    assert tried > 80


def _session_id(case: Any, cookie_name: str) -> str | None:
    """Return the session id of a recorded case that the command can ask about, else None."""
    asked = case["request"]
    if case["config"] or asked.get("ua_hex") or case["method"] != "GET" or asked["query"]:
        return None
    if case["answer"].get("redirect"):
        return None
    cookies = read_cookies(asked.get("cookie_header") or "")
    session_id = cookies.get(f"{cookie_name}_sid")
    if session_id is None or cookies.get(f"{cookie_name}_k"):
        return None
    return session_id.decode(errors="surrogateescape")
