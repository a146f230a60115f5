"""The session test told step by step: what was compared, and whether it holds. Knows no command line."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ..config import Settings
from ..phpbb.identity import (
    FOUNDER,
    GUEST_ID,
    IGNORED,
    INACTIVE,
    INSTALLED,
    NORMAL,
    addresses_to_check,
    refusal,
)
from ..phpbb.php import to_bool, to_int
from ..phpbb.rules import Rules
from ..phpbb.text import unescape
from ..phpbb.visitor import Visitor
from ..session.identification import Identification

_TYPES: Final = {
    NORMAL: "a normal user, who is signed in by it",
    FOUNDER: "a founder, who is signed in by it",
    INACTIVE: "an inactive user; phpBB keeps the session, but counts nobody as signed in",
    IGNORED: "a bot or another user who never signs in; phpBB keeps the session as a bot's",
}


@dataclass(frozen=True)
class Step:
    """One check of the session test.

    :param subject: what is looked at.
    :param holds: whether it speaks for the session; None where nothing is decided by it.
    :param explanation: what was compared, in plain words.
    """

    subject: str
    holds: bool | None
    explanation: str


@dataclass(frozen=True)
class Claims:
    """What is said about the visitor beside the session id; None where nothing is said.

    What is not said is taken to be as the session has it.

    :param address: the client's IP address.
    :param browser: the User-Agent.
    :param forwarded_for: the X-Forwarded-For header.
    """

    address: str | None = None
    browser: str | None = None
    forwarded_for: str | None = None

    def complete(self, visitor: Visitor, row: Mapping[str, Any]) -> Visitor:
        """Return a visitor who has what the session has, where nothing else is said."""
        own = _as_recorded(row)
        return replace(
            visitor,
            address=own.address if self.address is None else visitor.address,
            browser=own.browser if self.browser is None else visitor.browser,
            forwarded_for=own.forwarded_for if self.forwarded_for is None else visitor.forwarded_for,
        )


def explain_session(
    row: Mapping[str, Any],
    visitor: Visitor,
    claims: Claims,
    config: Mapping[str, str],
    rules: Rules,
    *,
    now: int,
) -> Iterator[Step]:
    """Yield the checks of a session that the board has, each decided for itself.

    phpBB rules: Session expiry, Session IP check, Session browser check, Forwarded addresses, Signed in.

    :param row: the session with its user.
    :param visitor: the visitor, completed by `claims`.
    :param now: the Unix time.
    """
    yield _age(row, config, rules, now)
    yield _address(row, visitor, claims, config, rules)
    yield _browser(row, visitor, claims, config, rules)
    yield _forwarded_for(row, visitor, claims, config, rules)
    user_type = to_int(row["user_type"])
    is_guest = to_int(row["user_id"]) == GUEST_ID
    yield Step(
        "user type", None, "the guest" if is_guest else _TYPES.get(user_type, f"unknown ({user_type})")
    )


def explain_ban(who: Identification, visitor: Visitor, config: Mapping[str, str]) -> Step:
    """Return what the bans say. phpBB rule: Bans."""
    if who.ban is not None:
        cause = "the user" if who.ban.cause == "user" else "the address"
        end = f"until {moment(who.ban.end)}" if who.ban.end else "for good"
        reason = f": {who.ban.reason}" if who.ban.reason else ""
        return Step("bans", False, f"{cause} is banned {end}{reason}")
    if to_int(who.row.get("user_type")) == FOUNDER:
        return Step("bans", True, "a founder is never banned")
    addresses = ", ".join(addresses_to_check(visitor, config))
    return Step("bans", True, f"none for user {who.user_id} or {addresses}")


def explain_result(who: Identification, settings: Settings) -> str:
    """Return in one sentence who the visitor is."""
    name = f"{who.row.get('username', '')!r} (user {who.user_id})"
    why = f"; the session was refused: {who.refusal}" if who.refusal else ""
    if who.source == "bot":
        return f"The visitor is the board's bot {name}{why}."
    if who.user_id == GUEST_ID:
        listed = ", and a bot by PHPBB3_BOTLIST" if who.is_bot and settings.botlist else ""
        return f"The visitor is the guest{listed}{why}."
    signed_in = (
        "signed in" if who.is_authenticated else "not signed in: is_authenticated is False, is_bot is True"
    )
    return f"The visitor is {name}, {signed_in}."


def moment(unix_time: int) -> str:
    """Return a Unix time as date and time in UTC."""
    try:
        return f"{datetime.datetime.fromtimestamp(unix_time, datetime.timezone.utc):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return f"Unix time {unix_time}"


def _as_recorded(row: Mapping[str, Any]) -> Visitor:
    """Return the visitor of whom a session tells; whoever is so passes each comparison."""
    return Visitor(
        address=str(row.get("session_ip") or ""),
        browser=str(row.get("session_browser") or ""),
        forwarded_for=str(row.get("session_forwarded_for") or ""),
    )


def _passes(row: Mapping[str, Any], visitor: Visitor, config: Mapping[str, str], rules: Rules) -> bool:
    """Tell whether phpBB would accept a session that has been used just now, whatever its age."""
    fresh = {**row, "session_autologin": 0}
    now = to_int(row.get("session_time"))
    return refusal(fresh, visitor, config, now=now, rules=rules, check_referer=False) is None


def _age(row: Mapping[str, Any], config: Mapping[str, str], rules: Rules, now: int) -> Step:
    why = refusal(row, _as_recorded(row), config, now=now, rules=rules, check_referer=False)
    seen = to_int(row.get("session_time"))
    when = f"phpBB last saw it {moment(seen)}, {now - seen} s before {moment(now)}"
    if not to_bool(row.get("session_autologin")):
        limit = f"session_length is {_setting(config, 'session_length')} s, with 60 s of grace"
    elif not to_bool(_setting(config, "allow_autologin")):
        limit = "it was made by 'remember me', which the board does not allow (any more)"
    elif not to_bool(_setting(config, "max_autologin_time")):
        limit = "it was made by 'remember me', which the board lets live for ever"
    else:
        limit = f"it was made by 'remember me'; max_autologin_time is {_setting(config, 'max_autologin_time')} days"
    return Step("age", why != "expired", f"{when}; {limit}")


def _address(
    row: Mapping[str, Any], visitor: Visitor, claims: Claims, config: Mapping[str, str], rules: Rules
) -> Step:
    level = to_int(_setting(config, "ip_check"))
    recorded = _as_recorded(row)
    if not level:
        return Step("address", True, "not compared, ip_check is 0")
    if claims.address is None:
        return Step("address", None, f"not compared, give --ip; it was made from {recorded.address}")
    holds = _passes(row, replace(recorded, address=visitor.address), config, rules)
    if ":" in recorded.address and ":" in visitor.address:
        parts = "all blocks" if level > 3 else f"the first {level + 1} blocks"
    else:
        parts = f"the first {level} of 4 parts"
    equal = "the same in" if holds else "not the same in"
    return Step(
        "address", holds, f"{visitor.address} and {recorded.address} are {equal} {parts} (ip_check {level})"
    )


def _browser(
    row: Mapping[str, Any], visitor: Visitor, claims: Claims, config: Mapping[str, str], rules: Rules
) -> Step:
    recorded = _as_recorded(row)
    if not to_bool(_setting(config, "browser_check")):
        return Step("browser", True, "not compared, browser_check is off")
    if claims.browser is None:
        return Step(
            "browser", None, f"not compared, give --user-agent; it was {unescape(recorded.browser)!r}"
        )
    holds = _passes(row, replace(recorded, browser=visitor.browser), config, rules)
    given, was = unescape(visitor.browser), unescape(recorded.browser)
    equal = f"{given!r} is what the session has" if holds else f"{given!r} is not {was!r}"
    return Step("browser", holds, f"{equal} (the first 149 bytes count, in any case)")


def _forwarded_for(
    row: Mapping[str, Any], visitor: Visitor, claims: Claims, config: Mapping[str, str], rules: Rules
) -> Step:
    recorded = _as_recorded(row)
    if not to_bool(_setting(config, "forwarded_for_check")):
        return Step("forwarded for", True, "not compared, forwarded_for_check is off")
    if claims.forwarded_for is None:
        return Step(
            "forwarded for", None, f"not compared, give --forwarded-for; it was {recorded.forwarded_for!r}"
        )
    holds = _passes(row, replace(recorded, forwarded_for=visitor.forwarded_for), config, rules)
    equal = "is" if holds else "is not"
    return Step(
        "forwarded for", holds, f"{visitor.forwarded_for!r} {equal} the session's {recorded.forwarded_for!r}"
    )


def _setting(config: Mapping[str, str], name: str) -> str:
    return config.get(name, INSTALLED[name])
