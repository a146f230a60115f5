"""Odd requests without end, the same ones for the same seed: valid pieces, mutated, mixed and forged."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from random import Random
from typing import Any, Final
from urllib.parse import quote_from_bytes

from .oracle import GUEST
from .requests import LONGEST_LINE, Attempt
from .site import BANNED_ADDRESS, BOT_ADDRESS, BOT_AGENT, PREFIX, Login, Site

_BLANKS: Final = [
    b" ",
    b"\t",
    b"\n",
    b"\r",
    b"\0",
    b"\x0b",
    b"\x0c",
    b"\xa0",
    b"%00",
    b"%0a",
    b"+",
    b"\xef\xbb\xbf",
]
_NUMBERS: Final = [
    b"", b"0", b"-1", b"1", b"2", b"+2", b" 2", b"2abc", b"0x2", b"2.9", b"2e0", b".2e1", b"02",
    b"1e309", b"nan", b"inf",
    b"2147483648", b"9223372036854775807", b"9223372036854775808", b"18446744073709551618", b"4294967298",
    b"9" * 400, b"1e" + b"9" * 30, b"\xef\xbc\x92", b"\xd9\xa2",
]  # fmt: skip
_TEXTS: Final = [
    b"", b"0", b"null", b"Array", b"' OR '1'='1", b"%' --", b"\\", b"{TABLE_PREFIX}",
    b"%(session_id)s", b"%s", b"%", b"%%",
    b"<script>", b"&amp;&quot;", b"\xff\xfe", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80",
    b"\xc4\xb0\xc4\xb1\xc5\xbfK", b"\xcc\x88",
    b"a" * 32, b"f" * 33, b"../../etc/passwd", b"\r\nSet-Cookie: a=b", b"%c0%ae", b"%u0041", b"=",
    b"==;=", b'"', b'"\\"',
]  # fmt: skip
RUNS: Final = [
    *(text.encode() for text in ("\u0301\u0316", "e\u0323\u0301", "\u0f73", "\u0f71\u0f72\u0f74", "\u1100\u1161")),
    *(text.encode() for text in ("\U0001d15e", "\u0344", "\ufeff", "\ufb2c", "\u1e69")),
    b"1.1.1.1,", b"::,", b"::1 ", b"9", b".", b":", b"*", b"(", b";", b"; ", b"=;", b"a=;", b"a;", b"%41", b"%00",
    b"[", b"[]", b"&amp;", b"<", b'"', b"\\", b"\0", b"\t", b" ", b"+", b"@", b"/", b"://", b"e1", b"-",
    b"abc", b"\xff", b"\xc3\xa9", b"phpbb3_mini_sid=0;", b"phpbb3_mini_u=1; ", b"FuzzCrawle",
]  # fmt: skip
"""What is cheap to read once and may be dear to read again and again."""
_ADDRESSES: Final = [
    "", "unknown", "203.0.113.200", "203.0.1.5", "203.0.113.5.", "203.0.113", "::ffff:203.0.113.5",
    "::FFFF:CB00:7105",
    "203.0.113.5, 10.0.0.1", "10.0.0.1 203.0.113.5", "bad, 203.0.113.5", "2001:db8:1:2::5",
    "2001:DB8:1:2:0:0:0:9",
    "2001:db8:1:3::5", "2001:db8::5%eth0", "::", "::1", "1::", ":::", "[::1]",
    "[2001:db8:1:2::5]:80", "203.0.113.5:1234",
    "203.0.113.05", "0xcb007105", "3405803781", "203.0.113.5\0", "\n203.0.113.5",
    "255.255.255.255", "999.0.113.5",
    "@", "unix:", BANNED_ADDRESS, BOT_ADDRESS + "9", "٢.0.0.1", "203.0.113.5" * 50,
]  # fmt: skip
_HOSTS: Final = [
    None, b"", b"site.example:80", b"SITE.EXAMPLE", b"evil.example", b"site.example.evil",
    b"site.example@evil", b"[::1]:80",
    b"[", b"site.example:99999", b"a" * 300, b"\xff", b".", b"..", b"site..example", b"xn--a",
    b"a b", b"/", b"%00",
]  # fmt: skip
_METHODS: Final = ["GET", "POST", "HEAD", "PUT", "OPTIONS", "DELETE", "post", "FOO", "G\xc9T", "A" * 200]


def attempts(site: Site, seed: int) -> Callable[[], Attempt]:
    """Return a function that makes the next attempt."""
    random = Random(seed)
    return lambda: make(site, random)


def make(site: Site, random: Random) -> Attempt:
    """Make one attempt: a login's own request, or nobody's, mostly tampered with."""
    login = random.choice(site.logins)
    attempt = (
        _own_request(site, login) if random.random() < 0.8 else Attempt(site.guest_cookie, b"Browser/1.0")
    )
    for _ in range(random.choice((0, 1, 1, 1, 2, 2, 3, 5))):
        attempt = dataclasses.replace(random.choice(_TAMPERINGS)(site, login, attempt, random), expected=None)
    return attempt


def _own_request(site: Site, login: Login) -> Attempt:
    known = (login.accepted or login.key_accepted) and login.address != BANNED_ADDRESS
    return Attempt(
        site.cookie_of(login),
        login.agent,
        login.address,
        forwarded_for=login.forwarded_for,
        expected=login.user_id if known else GUEST,
    )


def _cookies(site: Site, login: Login, attempt: Attempt, random: Random) -> Attempt:
    """Tamper with the forum's cookies, one by one."""
    names = {"u": str(login.user_id).encode(), "k": login.key.encode(), "sid": login.sid.encode()}
    parts = []
    for name, own in names.items():
        for _ in range(random.choice((0, 1, 1, 1, 1, 1, 2))):
            parts.append(_cookie_name(name, random) + b"=" + _cookie_value(site, name, own, random))
    if random.random() < 0.2:
        parts.append(site.guest_cookie)
    if random.random() < 0.2:
        parts.append(b"session=" + _mutated(site.guest_cookie[8:], random))
    random.shuffle(parts)
    return dataclasses.replace(attempt, cookie=random.choice((b"; ", b";", b" ; ", b",")).join(parts))


def _cookie_name(name: str, random: Random) -> bytes:
    written = (PREFIX + name).encode()
    match random.randrange(12):
        case 0:
            return (
                random.choice((b"phpbb3.mini.", b"phpbb3 mini_", b"phpbb3[mini_", b" phpbb3_mini_", b"\xa0"))
                + name.encode()
            )
        case 1:
            return written + random.choice((b"[]", b"[0]", b"[", b"]", b"\0x", b" ", b"%00", b"[a][b]"))
        case 2:
            return written.upper()
        case 3:
            return _mutated(written, random)
    return written


def _cookie_value(site: Site, name: str, own: bytes, random: Random) -> bytes:
    match random.randrange(14):
        case 0 | 1:
            other = random.choice(site.logins)
            return {"u": str(other.user_id), "k": other.key, "sid": other.sid}[name].encode()
        case 2:
            return _mutated(own, random)
        case 3:
            blanks = b"".join(random.choices(_BLANKS, k=random.randrange(4)))
            return random.choice((blanks + own, own + blanks, own[:5] + blanks + own[5:]))
        case 4:
            return quote_from_bytes(own).replace("a", "%61").replace("1", "%31").encode()
        case 5:
            return own.upper()
        case 6:
            return random.choice(_NUMBERS if name == "u" else _TEXTS)
        case 7:
            return random.randbytes(random.choice((0, 1, 16, 32, 33, 100)))
        case 8:
            return random.randbytes(16).hex().encode()
        case 9 if random.random() < 0.02:
            return own * 2000
    return own


def _mutated(value: bytes, random: Random) -> bytes:
    """Change, insert, cut or double a byte or more somewhere."""
    at = random.randrange(len(value) + 1)
    match random.randrange(5):
        case 0:
            return value[:at] + random.randbytes(1) + value[at + 1 :]
        case 1:
            return value[:at] + random.choice((*_BLANKS, *_TEXTS)) + value[at:]
        case 2:
            return value[:at]
        case 3:
            return value[at:] + value[:at]
    return value[:at] + value[at : at + 3] * 2 + value[at + 3 :]


def _cookie_header(site: Site, login: Login, attempt: Attempt, random: Random) -> Attempt:
    header = attempt.cookie or random.choice(_TEXTS)
    return dataclasses.replace(attempt, cookie=_mutated(header, random))


def _agent(site: Site, login: Login, attempt: Attempt, random: Random) -> Attempt:
    others = [other.agent for other in site.logins]
    own = attempt.agent or b""
    choices = [None, own.upper(), own + b" ", b"\0" + own, BOT_AGENT.encode(), b"Fuzz", own[:149], own * 40]
    return dataclasses.replace(
        attempt,
        agent=random.choice((*choices, *_TEXTS, *others, _mutated(own, random), random.randbytes(200))),
    )


def _address(site: Site, login: Login, attempt: Attempt, random: Random) -> Attempt:
    neighbour = f"203.0.113.{random.randrange(300)}"
    random_one = ".".join(str(random.randrange(256)) for _ in range(4))
    other = random.choice(site.logins).address
    mutated = _mutated(attempt.address.encode("latin-1", "ignore"), random).decode("latin-1")
    return dataclasses.replace(
        attempt, address=random.choice((*_ADDRESSES, neighbour, random_one, other, mutated))
    )


def _url(site: Site, login: Login, attempt: Attempt, random: Random) -> Attempt:
    """Give a session id in the URL, with or without the cookies."""
    name = random.choice(
        (b"sid", b"sid", b"sid", b"s%69d", b"sid[]", b"SID", b"sid%00", b"+sid", b"phpbb3_mini_sid")
    )
    parts = [name + b"=" + _cookie_value(site, "sid", login.sid.encode(), random)]
    if random.random() < 0.3:
        parts.insert(
            random.randrange(2), b"sid=" + random.choice((b"", b"0", random.choice(site.logins).sid.encode()))
        )
    cookie = random.choice((attempt.cookie, None, site.cookie_of(login, sid=random.choice(("", "0", "x")))))
    return dataclasses.replace(attempt, query=random.choice((b"&", b";")).join(parts), cookie=cookie)


def _forwarded(site: Site, login: Login, attempt: Attempt, random: Random) -> Attempt:
    addresses = [a.encode("utf-8") for a in random.choices(_ADDRESSES, k=random.randrange(4))]
    choices = [
        b", ".join(addresses),
        b"10.0.0.1,10.0.0.2",
        b"10.0.0.1, 10.0.0.2,",
        b"10.0.0.1\t10.0.0.2",
        None,
    ]
    return dataclasses.replace(attempt, forwarded_for=random.choice((*choices, *_TEXTS, b"1.2.3.4 " * 60)))


def _sender(site: Site, login: Login, attempt: Attempt, random: Random) -> Attempt:
    """Tamper with method, host, referer and the kind of body."""
    host = random.choice((attempt.host, *_HOSTS))
    referers = [
        None,
        b"",
        b"http://" + (host or b""),
        b"http://evil.example/",
        b"://",
        b"site.example",
        b"xsite.example",
    ]
    kinds = [
        None,
        b"application/x-www-form-urlencoded",
        b"multipart/form-data; boundary=x",
        b"application/json",
    ]
    return dataclasses.replace(
        attempt,
        host=host,
        method=random.choice(_METHODS),
        referer=random.choice((*referers, *_TEXTS)),
        content_type=random.choice(kinds),
        path=random.choice(("/", "/", "//", "/%00", "/\xff", "", "/static/../x")),
    )


def _stolen(site: Site, login: Login, attempt: Attempt, random: Random) -> Attempt:
    """Send one login's cookies from another's browser."""
    thief = random.choice(site.logins)
    return dataclasses.replace(
        attempt, agent=thief.agent, address=thief.address, forwarded_for=thief.forwarded_for
    )


def _run(site: Site, login: Login, attempt: Attempt, random: Random) -> Attempt:
    """Fill a header, or several, with one thing over and over."""
    names = random.sample(
        ("cookie", "agent", "query", "forwarded_for", "referer", "host", "address"), random.choice((1, 1, 2))
    )
    for name in names:
        size = random.choice((300, 1000, LONGEST_LINE, LONGEST_LINE))
        if random.random() < 0.05 and name in ("cookie", "agent", "forwarded_for", "referer"):
            size *= 98
        begin = (
            random.choice((b"", b"a", getattr(attempt, name) if name in ("cookie", "agent") else b"1.1.1.1"))
            or b""
        )
        piece = random.choice(RUNS)
        end = random.choice((b"", b"", b"x", b"1.1.1.1", b"\xff"))
        value = (begin + piece * (size // len(piece)))[:size] + end
        changed: dict[str, Any] = {name: value.decode("latin-1") if name == "address" else value}
        attempt = dataclasses.replace(attempt, **changed)
    return attempt


_TAMPERINGS: Final = (
    _cookies, _cookies, _cookies, _cookie_header, _agent, _address, _url, _forwarded, _sender, _stolen, _run,
)  # fmt: skip
