"""Requests and who they come from, written by hand: each reason to refuse a visitor, and what is next to it.

Every request is made with a login of its own, from `HOME` with `AGENT` where nothing else is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask_phpbb3.testing import MiniatureBoard

from .times import DAY, NOW

THEN: Final = NOW + 50 * DAY
"""When the visits are: apart from everything else on the board."""
HOME: Final = "203.0.113.7"
HOME6: Final = "2001:db8:1:2:3:4:5:6"
AGENT: Final = "Browser/1.0 (Test)"
LONG: Final = "x" * 140 + "tail "
ODD: Final = "Odd <b>&\"'</b> \u00c9"
GOOGLE: Final = "Mozilla/5.0 (compatible; googleBOT/2.1)"
TO_33: Final = ("3.0", "3.1", "3.2", "3.3")


@dataclass(frozen=True)
class Visit:
    """One request.

    :ivar what: what is odd about it.
    :ivar expected: whom it is taken for: a name, ``guest`` or ``banned``.
    :ivar user: who signed in; empty: nobody did.
    :ivar login: how: what `sign_in` takes, and ``age`` of the session in seconds.
    :ivar send: the cookies that are sent; ``{u}``, ``{k}``, ``{sid}`` are the login's, ``{p}`` what names begin with.
    :ivar query: the query string, likewise.
    :ivar environ: what differs in the WSGI environ; None: is missing.
    :ivar config: phpBB's settings that differ.
    :ivar elsewhere: line → whom it is taken for there.
    :ivar lines: on which lines it can be asked; empty: all.
    """

    what: str
    expected: str
    user: str = "walter"
    login: Mapping[str, Any] = field(default_factory=dict)
    send: str = "{p}u={u}; {p}k={k}; {p}sid={sid}"
    query: str = ""
    environ: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()


def add_visitors(board: MiniatureBoard, line: str) -> dict[str, int]:
    """Add the people of the visits, search engines and bans; return name → id."""
    people = {name: board.add_user(name) for name in ("walter", "wendy")}
    for name in ("banned", "released", "almost", "today", "spared", "unspared", "addressed"):
        people[name] = board.add_user(f"{name} one")
    people["founder"] = board.add_user("wanda", user_type=3)
    people["asleep"] = board.add_user("wilma", user_type=1)
    people["gone"] = 4711
    people["google"] = board.user_id("Google [Bot]")
    people["crawler"] = board.add_bot("Crawler", "Crawl*Test")
    people["deep crawler"] = board.add_bot("Deep crawler", "Crawler of the Test")
    people["by address"] = board.add_bot("By address", "", "192.0.2.8,192.0.2.77")
    people["by both"] = board.add_bot("By both", "BothBot", "192.0.2.9")
    people["retired"] = board.add_bot("Retired", "OldBot", active=False)
    board.ban(user="banned one", give_reason="Behave & return")
    board.ban(user="released one", end=THEN - 1)
    board.ban(user="almost one", end=THEN + 1)
    board.ban(user="today one", end=THEN)
    board.ban(ip="198.51.100.66")
    board.ban(email="*@walter.example")
    if line == "4.0":
        board.ban(ip="198.51.101.0/24")
        board.ban(ip="2001:db8:bad::/48")
    else:
        board.ban(ip="198.51.101.*")
        board.ban(ip="2001:DB8:BAD:*")
        board.ban(user="spared one")
        board.ban(ip="198.51.102.7", exclude=True)
        board.ban(ip="198.51.102.*")
        board.ban(user="unspared one")
        board.ban(ip="198.51.103.7", exclude=True, end=THEN - 1)
        board.ban(user="addressed one", email="addressed@example.org")
    return people


def _from(address: str | None, **more: Any) -> dict[str, Any]:
    return {"REMOTE_ADDR": address, **more}


def _with(agent: str | None) -> dict[str, Any]:
    return {"HTTP_USER_AGENT": agent}


def _ip(level: int) -> dict[str, Any]:
    return {"ip_check": level}


def _posted(referer: str | None, method: str = "POST") -> dict[str, Any]:
    return {"REQUEST_METHOD": method, "HTTP_HOST": "site.example", "HTTP_REFERER": referer}


SID_ONLY: Final = "{p}sid={sid}"
NO_CHECK: Final = {"referer_validation": 0}
FORWARDED: Final = {"forwarded_for_check": 1}
VALIDATED: Final = {"referer_validation": 1}
V6: Final = {"ip": HOME6}


def _forwarded(header: str | None) -> dict[str, Any]:
    return {"HTTP_X_FORWARDED_FOR": header}


SESSIONS: Final = [
    Visit("nobody has signed in", "guest", user="", send=""),
    Visit("as it was signed in", "walter"),
    Visit("a founder", "founder", user="founder"),
    Visit("the session's id alone", "walter", send=SID_ONLY),
    Visit("another user's id beside it", "walter", send="{p}u=2; {p}sid={sid}"),
    Visit("of a user who is gone", "guest", user="gone"),
    Visit("of an inactive member, who counts as a bot", "asleep", user="asleep"),
    Visit("an unknown id", "guest", send="{p}u={u}; {p}sid=" + "0" * 32),
    Visit("cut short", "guest", send="{p}sid={sid:.31}"),
    Visit("in capitals", "guest", send="{p}sid={SID}"),
    Visit("of two cookies of one name the first", "walter", send="{p}sid={sid}; {p}sid=" + "0" * 32),
    Visit("of two cookies of one name the first, which is wrong", "guest", send="{p}sid=x; {p}sid={sid}"),
    Visit("by another board's cookies", "guest", send="other_u={u}; other_sid={sid}"),
    Visit("blanks around the id", "walter", send="{p}sid=%20{sid}%0A"),
    Visit("a NUL inside the id", "walter", send="{p}sid=%00{sid}"),
]
URLS: Final = [
    Visit("in the address alone", "walter", send="", query="sid={sid}", elsewhere={"4.0": "guest"}),
    Visit(
        "in the address, beside `_u`",
        "walter",
        send="{p}u={u}",
        query="sid={sid}",
        elsewhere={"4.0": "guest"},
    ),
    Visit(
        "in the address, cookie 0", "walter", send="{p}sid=0", query="sid={sid}", elsewhere={"4.0": "guest"}
    ),
    Visit("a wrong cookie, right in the address", "guest", send="{p}sid=x", query="sid={sid}"),
    Visit("a right cookie, wrong in the address", "walter", query="sid=" + "0" * 32),
    Visit(
        "twice in the address: the last",
        "walter",
        send="",
        query="sid=x&sid={sid}",
        elsewhere={"4.0": "guest"},
    ),
    Visit("twice in the address: the last, wrong", "guest", send="", query="sid={sid}&sid=x"),
    Visit("a list in the address", "guest", send="", query="sid[]={sid}"),
    Visit(
        "in the address of a form",
        "guest",
        send="",
        query="sid={sid}",
        environ={
            "REQUEST_METHOD": "POST",
            "CONTENT_LENGTH": "3",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
        },
        config=NO_CHECK,
    ),
]
ADDRESSES: Final = [
    Visit("a neighbour", "walter", environ=_from("203.0.113.200")),
    Visit("the next network", "guest", environ=_from("203.0.114.7")),
    Visit("level 0: anywhere", "walter", environ=_from("10.0.0.1"), config=_ip(0)),
    Visit("level 1: one part", "walter", environ=_from("203.9.9.9"), config=_ip(1)),
    Visit("level 1: another", "guest", environ=_from("204.0.113.7"), config=_ip(1)),
    Visit("level 2: two parts", "walter", environ=_from("203.0.9.9"), config=_ip(2)),
    Visit("level 2: one part", "guest", environ=_from("203.9.113.7"), config=_ip(2)),
    Visit("level 4: the same", "walter", config=_ip(4)),
    Visit("level 4: a neighbour", "guest", environ=_from("203.0.113.8"), config=_ip(4)),
    Visit("digits that only begin alike", "guest", environ=_from("203.0.11.7")),
    Visit("IPv6: the same", "walter", login=V6, environ=_from(HOME6)),
    Visit("IPv6: four blocks", "walter", login=V6, environ=_from("2001:db8:1:2::9")),
    Visit("IPv6: three blocks", "guest", login=V6, environ=_from("2001:db8:1:9:3:4:5:6")),
    Visit("IPv6, level 1: two blocks", "walter", login=V6, environ=_from("2001:db8:9::1"), config=_ip(1)),
    Visit("IPv6, level 1: one block", "guest", login=V6, environ=_from("2001:db9:1:2::1"), config=_ip(1)),
    Visit("IPv6, level 2: three blocks", "walter", login=V6, environ=_from("2001:db8:1:9::1"), config=_ip(2)),
    Visit("IPv6, level 2: two blocks", "guest", login=V6, environ=_from("2001:db8:9:2::1"), config=_ip(2)),
    Visit("IPv6, level 4: a neighbour", "guest", login=V6, environ=_from(HOME6[:-1] + "7"), config=_ip(4)),
    Visit("IPv6, level 0: anywhere", "walter", login=V6, environ=_from("::1"), config=_ip(0)),
    Visit(
        "IPv6 in capitals and at length",
        "walter",
        login=V6,
        environ=_from("2001:0DB8:0001:2:3:4:5:6"),
        config=_ip(4),
    ),
    Visit("IPv4 in IPv6", "walter", environ=_from(f"::ffff:{HOME}"), config=_ip(4)),
    Visit("IPv6 where there was IPv4", "guest", environ=_from(HOME6)),
    Visit("of several the last", "walter", environ=_from(f"10.0.0.1 {HOME}")),
    Visit("of several the last, elsewhere", "guest", environ=_from(f"{HOME} 10.0.0.1")),
    Visit("of several the last before a bad one", "walter", environ=_from(f"{HOME} unknown")),
    Visit("with a port", "walter", environ=_from(f"{HOME}:4711")),
    Visit("none", "guest", login={"ip": "127.0.0.1"}, environ=_from("")),
    Visit("none that is one", "guest", login={"ip": "127.0.0.1"}, environ=_from("unknown")),
]
BROWSERS: Final = [
    Visit("another", "guest", environ=_with("Browser/2.0")),
    Visit("none", "guest", environ=_with(None)),
    Visit("none then and now", "walter", login={"browser": ""}, environ=_with(None)),
    Visit("another, and nobody asks", "walter", environ=_with("Browser/2.0"), config={"browser_check": 0}),
    Visit("in capitals", "walter", environ=_with(AGENT.upper())),
    Visit("with blanks around", "walter", environ=_with(f"  {AGENT} ")),
    Visit("escaped when it is stored", "walter", login={"browser": ODD}, environ=_with(ODD)),
    Visit("letters beyond ASCII in small", "guest", login={"browser": ODD}, environ=_with(ODD.lower())),
    Visit(
        "other behind byte 149", "walter", login={"browser": LONG + "abcdef"}, environ=_with(LONG + "abcdxy")
    ),
    Visit("other at byte 149", "guest", login={"browser": LONG + "abcdef"}, environ=_with(LONG + "abcxef")),
]
HEADERS: Final = [
    Visit("forwarded, and nobody asks", "walter", environ=_forwarded("10.0.0.1")),
    Visit(
        "forwarded, the same",
        "walter",
        login={"session_forwarded_for": "10.0.0.1 10.0.0.2"},
        environ=_forwarded("10.0.0.1, 10.0.0.2"),
        config=FORWARDED,
    ),
    Visit(
        "forwarded, another",
        "guest",
        login={"session_forwarded_for": "10.0.0.1"},
        environ=_forwarded("10.0.0.2"),
        config=FORWARDED,
    ),
    Visit("forwarded, no longer", "guest", login={"session_forwarded_for": "10.0.0.1"}, config=FORWARDED),
    Visit("forwarded, now", "guest", environ=_forwarded("10.0.0.1"), config=FORWARDED),
    Visit(
        "forwarded by none that is one", "walter", environ=_forwarded("10.0.0.1, unknown"), config=FORWARDED
    ),
    Visit("forwarded with a port", "walter", environ=_forwarded("10.0.0.1:80"), config=FORWARDED),
    Visit("referred from here", "walter", environ=_posted("http://site.example/page"), config=VALIDATED),
    Visit(
        "referred from here, in capitals", "walter", environ=_posted("HTTP://SITE.example/"), config=VALIDATED
    ),
    Visit("referred from nowhere", "walter", environ=_posted(None), config=VALIDATED),
    Visit("referred from elsewhere", "guest", environ=_posted("http://evil.example/"), config=VALIDATED),
    Visit(
        "referred by a page of elsewhere",
        "guest",
        environ=_posted("http://evil.example/site.example"),
        config=VALIDATED,
    ),
    Visit(
        "referred from what begins alike",
        "walter",
        environ=_posted("http://site.example.evil.test/"),
        config=VALIDATED,
    ),
    Visit(
        "referred from elsewhere, by a link",
        "walter",
        environ=_posted("http://evil.example/", "GET"),
        config=VALIDATED,
    ),
    Visit(
        "referred from elsewhere, HEAD",
        "guest",
        environ=_posted("http://evil.example/", "HEAD"),
        config=VALIDATED,
    ),
    Visit(
        "referred from elsewhere, and nobody asks",
        "walter",
        environ=_posted("http://evil.example/"),
        config=NO_CHECK,
    ),
]
_A_MONTH: Final = {"max_autologin_time": 30}
AGES: Final = [
    Visit("in its last second", "walter", login={"age": 3660}),
    Visit("a second later", "guest", login={"age": 3661}),
    Visit(
        "in the last second of a shorter life", "walter", login={"age": 660}, config={"session_length": 600}
    ),
    Visit("a second later than that", "guest", login={"age": 661}, config={"session_length": 600}),
    Visit("a life of nothing, and a minute", "walter", login={"age": 60}, config={"session_length": 0}),
    Visit("remembered for ever", "walter", login={"age": 900 * DAY, "session_autologin": 1}),
    Visit(
        "remembered for a month, in its last second",
        "walter",
        login={"age": 30 * DAY - 60, "session_autologin": 1},
        config=_A_MONTH,
    ),
    Visit(
        "remembered for a month, a second later",
        "guest",
        login={"age": 30 * DAY - 59, "session_autologin": 1},
        config=_A_MONTH,
    ),
    Visit(
        "remembered no longer",
        "guest",
        login={"age": 0, "session_autologin": 1},
        config={"allow_autologin": 0},
    ),
    Visit("of tomorrow", "walter", login={"age": -DAY}),
]
_OLD: Final = {"autologin": True, "session_autologin": 0, "age": 2 * DAY}
_KEY: Final = "{p}u={u}; {p}k={k}; {p}sid=" + "0" * 32
KEYS: Final = [
    Visit("an unknown session", "walter", login=_OLD, send=_KEY),
    Visit("a session that has ended", "walter", login=_OLD),
    Visit("a session of elsewhere", "walter", login={"autologin": True}, environ=_from("10.0.0.1")),
    Visit("a session of another browser", "walter", login={"autologin": True}, environ=_with("Browser/2.0")),
    Visit("an id that is none", "walter", login=_OLD, send="{p}u={u}; {p}k={k}; {p}sid=x"),
    Visit("no session", "guest", login=_OLD, send="{p}u={u}; {p}k={k}", elsewhere={"4.0": "walter"}),
    Visit(
        "an empty session",
        "guest",
        login=_OLD,
        send="{p}u={u}; {p}k={k}; {p}sid=",
        elsewhere={"4.0": "walter"},
    ),
    Visit("the key alone", "guest", login=_OLD, send="{p}k={k}"),
    Visit("a wrong key", "guest", login=_OLD, send=_KEY.replace("{k}", "0123456789abcdef")),
    Visit("no key", "guest", login=_OLD, send=_KEY.replace("{k}", "")),
    Visit("somebody else's key", "guest", login=_OLD, send=_KEY.replace("{u}", "2")),
    Visit("the guest's number", "guest", login=_OLD, send=_KEY.replace("{u}", "1")),
    Visit("keys are not allowed", "guest", login=_OLD, send=_KEY, config={"allow_autologin": 0}),
    Visit("an inactive member's", "guest", user="asleep", login=_OLD, send=_KEY),
    Visit("years later", "walter", login={**_OLD, "age": 900 * DAY}, send=_KEY, config=_A_MONTH),
    Visit("a number with letters behind", "walter", login=_OLD, send=_KEY.replace("{u}", "{u}abc")),
    Visit("a number with a blank before", "walter", login=_OLD, send=_KEY.replace("{u}", "%20{u}")),
    Visit("a number with a minus", "guest", login=_OLD, send=_KEY.replace("{u}", "-{u}")),
    Visit("no number", "guest", login=_OLD, send=_KEY.replace("{u}", "walter")),
]
BOTS: Final = [
    Visit("by its browser, in any case", "google", user="", send="", environ=_with(GOOGLE)),
    Visit("what it is called inside", "guest", user="", send="", environ=_with("Google Chrome")),
    Visit("a pattern", "crawler", user="", send="", environ=_with("Crawling in Test")),
    Visit(
        "two patterns: the longer", "deep crawler", user="", send="", environ=_with("The Crawler of the Test")
    ),
    Visit("by its address", "by address", user="", send="", environ=_from("192.0.2.8")),
    Visit("by the beginning of its address", "by address", user="", send="", environ=_from("192.0.2.80")),
    Visit("by another of its addresses", "by address", user="", send="", environ=_from("192.0.2.77")),
    Visit("by both", "by both", user="", send="", environ=_from("192.0.2.9", **_with("a BothBot"))),
    Visit("by one of both", "guest", user="", send="", environ=_with("a BothBot")),
    Visit("by the other of both", "guest", user="", send="", environ=_from("192.0.2.9")),
    Visit("one that is known no longer", "guest", user="", send="", environ=_with("OldBot")),
    Visit("a member in a bot's browser", "walter", login={"browser": GOOGLE}, environ=_with(GOOGLE)),
    Visit("a bot with a wrong session", "google", user="", send="{p}sid=x", environ=_with(GOOGLE)),
]


def _at(address: str, **more: Any) -> dict[str, Any]:
    return {"login": {"ip": address}, "environ": _from(address), **more}


BANS: Final = [
    Visit("a member", "banned", user="banned"),
    Visit("a member by key", "banned", user="banned", login=_OLD, send=_KEY),
    Visit("a member whose session is refused", "guest", user="banned", environ=_from("10.0.0.1")),
    Visit("until a second ago", "released", user="released"),
    Visit("until in a second", "banned", user="almost"),
    Visit("until now", "banned", user="today", elsewhere={"4.0": "today"}),
    Visit("a member at an address", "banned", **_at("198.51.100.66")),
    Visit("a member at the address beside it", "walter", **_at("198.51.100.67")),
    Visit("a founder at an address", "founder", user="founder", **_at("198.51.100.66")),
    Visit("the guest at an address", "banned", user="", send="", environ=_from("198.51.100.66")),
    Visit("a bot at an address", "banned", user="", send="", environ=_from("198.51.100.66", **_with(GOOGLE))),
    Visit("a network", "banned", **_at("198.51.101.9")),
    Visit("an IPv6 network", "banned", **_at("2001:db8:bad::7")),
    Visit("beside the IPv6 network", "walter", **_at("2001:db8:bae::7")),
    Visit("the address written otherwise", "banned", user="", send="", environ=_from("::ffff:198.51.100.66")),
    Visit("forwarded, and nobody asks", "walter", environ=_forwarded("198.51.100.66")),
    Visit(
        "forwarded",
        "banned",
        login={"session_forwarded_for": "10.0.0.1 198.51.100.66"},
        environ=_forwarded("10.0.0.1, 198.51.100.66"),
        config=FORWARDED,
    ),
    Visit(
        "an exception for the address spares a member",
        "spared",
        user="spared",
        lines=TO_33,
        **_at("198.51.102.7"),
    ),
    Visit(
        "the exception is for no other address", "banned", user="spared", lines=TO_33, **_at("198.51.102.8")
    ),
    Visit("the exception outweighs the network", "walter", lines=TO_33, **_at("198.51.102.7")),
    Visit("an exception that has ended", "banned", user="unspared", lines=TO_33, **_at("198.51.103.7")),
    Visit("a row with an e-mail address is for registration", "addressed", user="addressed", lines=TO_33),
]
GROUPS: Final[Mapping[str, list[Visit]]] = {
    "session": SESSIONS,
    "session id in the address": URLS,
    "address": ADDRESSES,
    "browser": BROWSERS,
    "headers": HEADERS,
    "age": AGES,
    "key": KEYS,
    "bot": BOTS,
    "ban": BANS,
}
