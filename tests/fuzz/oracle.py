"""Who a request may be taken for at most, found without the code under test.

Laxer than phpBB in places, and never stricter: whoever is not named here must not be found.
"""

from __future__ import annotations

import html
import ipaddress
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote_to_bytes

from .requests import LONGEST_LINE, Attempt
from .site import BANNED_ADDRESS, PREFIX, Answer, Login, Site

GUEST = 1

_NUMBER = re.compile(r"[ \t\n\r\v\f]*\+?((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)


def complaint(site: Site, attempt: Attempt, answer: Answer) -> str | None:
    """Return what is wrong with an answer, or None."""
    if not answer.status.startswith("200"):
        return f"answered {answer.status}"
    if answer.is_authenticated and answer.source not in ("session", "key"):
        return f"signed in by {answer.source}"
    if answer.user_id not in may_be(site, attempt, answer.source):
        return f"took the visitor for user {answer.user_id} by {answer.source}"
    if answer.is_authenticated and answer.user_id in (GUEST, site.users["sleepy"]):
        return f"signed in user {answer.user_id}, who cannot be"
    if answer.note not in (None, f"of {answer.user_id}"):
        return f"gave user {answer.user_id} the note {answer.note!r}"
    if attempt.expected is not None and answer.user_id != attempt.expected:
        return f"took user {attempt.expected} for user {answer.user_id}"
    return None


def may_be(site: Site, attempt: Attempt, source: str) -> set[int]:
    """Return the ids of the users whom a request may be found to be by a source."""
    cookies = list(_cookies(attempt.cookie or b""))
    match source:
        case "session":
            presented = _presented(site, attempt, cookies)
            return {
                login.user_id
                for login in site.logins
                if login.accepted and login.sid in presented and _fits(site, login, attempt)
            }
        case "key":
            keys = set(_values(cookies, "k"))
            users = {_number(value) for name, value in cookies if name == f"{PREFIX}u"}
            some_sid = bool(_usable(cookies)) or site.kind.version == "4.0"
            return {
                login.user_id
                for login in site.logins
                if some_sid and login.key_accepted and login.key in keys and login.user_id in users
            }
        case "bot":
            return _bots(site, attempt)
    return {GUEST}


def _presented(site: Site, attempt: Attempt, cookies: list[tuple[str, bytes]]) -> set[str]:
    usable = _usable(cookies)
    presented = set(usable[:1])
    url_counts = site.kind.settings.get("PHPBB3_URL_SID") and site.kind.version != "4.0"
    if url_counts and (
        not usable or len(usable) < len(_values(cookies, "sid")) or b"[" in (attempt.cookie or b"")
    ):
        fields = (part.replace(b"+", b" ").partition(b"=") for part in attempt.query.split(b"&"))
        presented |= {_ascii(value) for name, _, value in fields if _name(unquote_to_bytes(name)) == "sid"}
    return presented


def _usable(cookies: list[tuple[str, bytes]]) -> list[str]:
    return [value for value in _values(cookies, "sid") if value not in ("", "0")]


def _values(cookies: list[tuple[str, bytes]], name: str) -> list[str]:
    return [_ascii(value) for written, value in cookies if written == PREFIX + name]


def _number(value: bytes) -> int:
    found = _NUMBER.match(unquote_to_bytes(value).decode("latin-1"))
    return int(min(float(found[1]), 2.0**63)) if found else 0


def _fits(site: Site, login: Login, attempt: Attempt) -> bool:
    """Tell whether address, browser, forwarded addresses and referer are a login's."""
    config = site.kind.config
    level = int(config.get("ip_check", "3"))
    addresses = {address for address in _addresses(attempt.address) if address != BANNED_ADDRESS}
    if level and not any(_near(address, login.address, level) for address in addresses):
        return False
    if config.get("browser_check", "1") == "1" and _browser(attempt.agent) != _browser(login.agent):
        return False
    if (
        config.get("forwarded_for_check") == "1"
        and _forwarded(attempt) != (login.forwarded_for or b"").decode()
    ):
        return False
    if site.kind.settings.get("PHPBB3_CHECK_REFERER") and attempt.method != "GET":
        host, referer = (_text(header or b"").lower() for header in (attempt.host, attempt.referer))
        return not referer or min(re.split("[:/@?#]", host), key=len) in referer
    return True


def _near(address: str, stored: str, level: int) -> bool:
    first, second = ipaddress.ip_address(address), ipaddress.ip_address(stored)
    if first.version == second.version == 6:
        blocks = level + 1 if 0 < level < 4 else 8 * (level > 0)
        return first.exploded.split(":")[:blocks] == second.exploded.split(":")[:blocks]
    return address.split(".")[:level] == stored.split(".")[:level]


def _addresses(remote: str) -> list[str]:
    """Return every address that a REMOTE_ADDR holds, with a port behind it or without."""
    found: list[str] = []
    for part in re.split(r"[\s,\0]+", remote):
        with suppress(ValueError):
            bare = re.sub(r"\A\[(.*)\](?::\d+)?\Z|\A([\d.]+):\d+\Z", r"\1\2", part)
            address = ipaddress.ip_address(bare.replace("%", " "))  # phpBB knows no zones
            found.append(str(getattr(address, "ipv4_mapped", None) or address))
    return found


def _browser(agent: bytes | None) -> bytes:
    return html.escape(_text(agent or b""), quote=False).replace('"', "&quot;").encode()[:149].lower().strip()


def _forwarded(attempt: Attempt) -> str:
    text = re.sub(" +", " ", _text(attempt.forwarded_for or b"").replace(",", " "))
    try:
        return text if all(ipaddress.ip_address(part.replace("%", " ")) for part in text.split(" ")) else ""
    except ValueError:
        return ""


def _bots(site: Site, attempt: Attempt) -> set[int]:
    agent = html.escape(_text(attempt.agent or b""), quote=False)
    found = set()
    for user_id, bot_agent, bot_ip in site.bots:
        pattern = ".*".join(map(re.escape, bot_agent.split("*")))
        by_agent = bot_agent and re.search(pattern, agent, re.IGNORECASE | re.DOTALL)
        by_address = bot_ip and any(address.startswith(bot_ip) for address in _addresses(attempt.address))
        if by_agent or by_address:
            found.add(user_id)
    return found


def _cookies(header: bytes) -> Iterator[tuple[str, bytes]]:
    for part in header.split(b";"):
        name, _, value = part.partition(b"=")
        yield _name(name), value


def _name(name: bytes) -> str:
    return re.sub(rb"[ .\[]", b"_", name.lstrip().split(b"\0")[0]).decode("latin-1")


def _ascii(value: bytes) -> str:
    text = _text(unquote_to_bytes(value))
    return text if text.isascii() else "?"


def _text(value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return ""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").replace("\ufeff", "")
    return unicodedata.normalize("NFC", text.strip(" \t\n\r\0\x0b")[:LONGEST_LINE])
