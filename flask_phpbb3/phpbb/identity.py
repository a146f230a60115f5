"""phpBB's session test: a row, the board's settings and a visitor in, a verdict out. No database, no web.

Rows may hold numbers or their texts, as drivers differ; settings are texts, and a missing one has the value
that phpBB installs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from .addresses import same_network
from .php import BLANKS, to_bool, to_int
from .rules import Rules
from .visitor import Visitor

GUEST_ID = 1
"""phpBB's user id of everybody who is not signed in."""

NORMAL, INACTIVE, IGNORED, FOUNDER = range(4)
"""phpBB's ``user_type``; the ignored are bots and other users who never sign in."""

Refusal = Literal["expired", "ip", "browser", "forwarded_for", "referer"]
KeyRefusal = Literal["not_allowed", "user_id", "user_type"]

INSTALLED = {
    "allow_autologin": "1",
    "browser_check": "1",
    "force_server_vars": "0",
    "forwarded_for_check": "0",
    "ip_check": "3",
    "max_autologin_time": "0",
    "referer_validation": "1",
    "session_length": "3600",
}
"""The settings that the session test asks for, with the values that phpBB installs."""

_BLANKS = BLANKS.encode()
_GRACE = 60
_DAY = 86400
_BROWSER_BYTES = 149
_FORWARDED_BYTES = 254
_REFERER_PATH = 2
_PLAIN_PORTS = (80, 443)


def is_authenticated(row: Mapping[str, Any]) -> bool:
    """Tell whether a user is signed in as phpBB means it: neither the guest, nor inactive, nor a bot.

    phpBB rule: Signed in.
    """
    return to_int(row.get("user_id")) != GUEST_ID and to_int(row.get("user_type")) in (NORMAL, FOUNDER)


def is_bot(row: Mapping[str, Any]) -> bool:
    """Tell whether phpBB takes a user for a bot; it does so with an inactive user, too.

    phpBB rule: Signed in.
    """
    return to_int(row.get("user_id")) != GUEST_ID and not is_authenticated(row)


def refusal(
    row: Mapping[str, Any],
    visitor: Visitor,
    config: Mapping[str, str],
    *,
    now: int,
    rules: Rules,
    check_referer: bool,
) -> Refusal | None:
    """Return why phpBB would not accept a session, or None if it would.

    The user's type is not asked here, nor bans. phpBB rules: Session expiry, Session IP check, Session
    browser check, Forwarded addresses, Session referer check.

    :param row: a row of ``sessions``, joined with its user.
    :param visitor: the visitor who brings the session's id.
    :param config: the board's settings.
    :param now: the Unix time.
    :param rules: the rules of the board's version.
    :param check_referer: whether to do phpBB's referer check, for which this application's own host and
        path count.
    """
    if _is_expired(row, config, now):
        return "expired"
    if not same_network(
        str(row.get("session_ip") or ""), visitor.address, configured_number(config, "ip_check"), rules
    ):
        return "ip"
    if _is_on(config, "browser_check") and not _same_browser(row.get("session_browser"), visitor.browser):
        return "browser"
    if checks_forwarded_for(config) and (
        _bytes(row.get("session_forwarded_for"))[:_FORWARDED_BYTES]
        != _bytes(visitor.forwarded_for)[:_FORWARDED_BYTES]
    ):
        return "forwarded_for"
    if check_referer and not _referer_fits(visitor, config):
        return "referer"
    return None


def may_use_key(visitor: Visitor, config: Mapping[str, str], rules: Rules) -> bool:
    """Tell whether phpBB would look up the visitor's autologin key. phpBB rule: Autologin key.

    :param rules: the rules of the board's version; the visitor is to be read with the same.
    """
    some_id = bool(visitor.session_id) or rules.key_without_sid
    return some_id and bool(visitor.key_id) and visitor.user_id != 0 and _is_on(config, "allow_autologin")


def key_refusal(
    row: Mapping[str, Any], visitor: Visitor, config: Mapping[str, str], rules: Rules
) -> KeyRefusal | None:
    """Return why phpBB would not sign in by an autologin key, or None if it would.

    Neither the key's age nor address or browser count. phpBB rule: Autologin key.

    :param row: the row of ``sessions_keys`` that the visitor's user id and key found, joined with its user.
    """
    if not may_use_key(visitor, config, rules):
        return "not_allowed"
    if to_int(row.get("user_id")) != visitor.user_id:
        return "user_id"
    return None if to_int(row.get("user_type")) in (NORMAL, FOUNDER) else "user_type"


def checks_forwarded_for(config: Mapping[str, str]) -> bool:
    """Tell whether the board asks for the X-Forwarded-For header. phpBB rule: Forwarded addresses."""
    return _is_on(config, "forwarded_for_check")


def addresses_to_check(visitor: Visitor, config: Mapping[str, str]) -> tuple[str, ...]:
    """Return the addresses that bans are held against. phpBB rule: Bans."""
    forwarded = visitor.forwarded_addresses if checks_forwarded_for(config) else ()
    return (*forwarded, visitor.address)


def configured_number(config: Mapping[str, str], name: str) -> int:
    """Return a number of the board's settings.

    :param name: one of `INSTALLED`.
    """
    return to_int(config.get(name, INSTALLED[name]))


def _is_expired(row: Mapping[str, Any], config: Mapping[str, str], now: int) -> bool:
    seen = to_int(row.get("session_time"))
    if not to_bool(row.get("session_autologin")):
        return seen < now - (configured_number(config, "session_length") + _GRACE)
    if not _is_on(config, "allow_autologin"):
        return True
    # phpBB takes the minute of grace off a long session instead of adding it.
    oldest = now - _DAY * configured_number(config, "max_autologin_time") + _GRACE
    return _is_on(config, "max_autologin_time") and seen < oldest


def _same_browser(first: Any, second: str) -> bool:
    return bool(first == second) or _browser_key(first) == _browser_key(second)


def _browser_key(browser: Any) -> bytes:
    return _bytes(browser)[:_BROWSER_BYTES].lower().strip(_BLANKS)


def _referer_fits(visitor: Visitor, config: Mapping[str, str]) -> bool:
    level = configured_number(config, "referer_validation")
    if level == 0 or visitor.method == "GET" or not visitor.referer or not visitor.host:
        return True
    # Where there is no "://", phpBB cuts three characters all the same.
    target = visitor.referer[max(0, visitor.referer.find("://")) + 3 :].lower()
    hosts = [visitor.host]
    if _is_on(config, "force_server_vars") and config.get("server_name"):
        hosts.append(config["server_name"].lower())
    if not target.startswith(tuple(hosts)):
        return False
    root = visitor.script_root.rstrip("/").lower()
    if level != _REFERER_PATH or not root:
        return True
    path = target[len(visitor.host) :]
    if visitor.port not in _PLAIN_PORTS:
        path = path.removeprefix(f":{visitor.port}")
    return path.rstrip("/").startswith(root)


def _is_on(config: Mapping[str, str], name: str) -> bool:
    return to_bool(config.get(name, INSTALLED[name]))


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value or "").encode("utf-8", "surrogateescape")
