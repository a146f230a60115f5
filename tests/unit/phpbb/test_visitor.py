"""What a request says, with the corners of phpBB's reading."""

from __future__ import annotations

from hashlib import md5
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flask_phpbb3.phpbb.addresses import UNREADABLE
from flask_phpbb3.phpbb.bans import BanList
from flask_phpbb3.phpbb.bots import BotList, in_botlist
from flask_phpbb3.phpbb.identity import addresses_to_check, key_refusal, may_use_key, refusal
from flask_phpbb3.phpbb.rules import Rules
from flask_phpbb3.phpbb.visitor import Visitor, read_visitor

from ...cpu import cpu_bound

SID = "0123456789abcdef0123456789abcdef"
OTHER = "f" * 32
LINE, LINES = 8190, 800_000
"""Bytes of the longest header that gunicorn passes on, and of what it makes of a hundred of one name."""

V33 = Rules()
V40 = Rules(url_sid=False, key_without_sid=True)


def read(cookie_header: str | None = None, query_string: str | None = None, **request: Any) -> Visitor:
    everything = {
        "address": "10.0.0.1",
        "user_agent": None,
        "forwarded_for": None,
        "referer": None,
        "host": "app.example",
        "method": "GET",
        "cookie_prefix": "p_",
        "url_sid": True,
        "rules": V33,
    }
    return read_visitor(cookie_header=cookie_header, query_string=query_string, **everything | request)


def key_id(key: str) -> str:
    return md5(key.encode()).hexdigest()


@pytest.mark.parametrize(
    ("cookies", "query", "sid", "source"),
    [
        (f"p_sid={SID}", f"sid={OTHER}", SID, "cookie"),
        ("p_sid=x", f"sid={OTHER}", "x", "cookie"),
        ("p_sid=", f"sid={OTHER}", OTHER, "url"),
        ("p_sid=0", f"sid={OTHER}", OTHER, "url"),
        ("p_sid=%20", f"sid={OTHER}", OTHER, "url"),
        (f"p_sid[]={SID}", f"sid={OTHER}", OTHER, "url"),
        (f"P_sid={SID}", "", "", ""),
        (None, f"sid=x&sid=+{OTHER}%09", OTHER, "url"),
        (None, f"sid[]={OTHER}", "", ""),
        (None, None, "", ""),
        (f"p_sid={SID[:9]}%EF%BB%BF%00{SID[9:]}%0A", None, SID, "cookie"),
        (f"p_sid=+{SID}", None, f"+{SID}", "cookie"),
        (f"p_sid={SID}%C3%A9", None, f"{SID}??", "cookie"),
        ("p_sid=%3C%26%3E%22'", None, "&lt;&amp;&gt;&quot;'", "cookie"),
        ("p_sid=%FF", f"sid={OTHER}", OTHER, "url"),
    ],
)
def test_session_id(cookies: str | None, query: str | None, sid: str, source: str) -> None:
    visitor = read(cookies, query)
    assert (visitor.session_id, visitor.session_id_source) == (sid, source)


@pytest.mark.parametrize(
    ("sid", "valid"), [(SID, True), (SID.upper(), False), (SID[1:], False), (SID + "a", False), ("", False)]
)
def test_only_a_well_formed_session_id_is_looked_up(sid: str, valid: bool) -> None:
    assert read(f"p_sid={sid}").session_id_is_valid is valid


@pytest.mark.parametrize("form", ["application/x-www-form-urlencoded", "Multipart/Form-Data; boundary=x"])
def test_a_form_hides_the_session_id_of_the_url(form: str) -> None:
    assert read(None, f"sid={SID}", method="POST", content_type=form).session_id == ""
    assert read(None, f"sid={SID}", method="POST", content_type="application/json").session_id == SID
    assert read(f"p_sid={SID}", method="POST", content_type=form).session_id == SID


def test_the_session_id_of_the_url_counts_where_setting_and_version_allow_it() -> None:
    assert read(None, f"sid={SID}", url_sid=False).session_id == ""
    assert read(None, f"sid={SID}", rules=V40).session_id == ""


@pytest.mark.parametrize(
    ("cookies", "user_id", "key"),
    [
        ("p_u=69; p_k=abc; p_sid=x", 69, "abc"),
        ("p_u=69abc; p_k=%20abc%0A; p_sid=x", 69, "abc"),
        ("p_u=-69; p_k=a%3Cb%26%22c; p_sid=x", 0, "a&lt;b&amp;&quot;c"),
        ("p_u[]=69; p_k=abc; p_sid=x", 0, "abc"),
        ("p_k=abc; p_sid=x", 0, "abc"),
        ("p_u=69; p_k=0; p_sid=x", 69, None),
        ("p_u=69; p_k=; p_sid=x", 69, None),
        ("p_u=69; p_k=abc", 0, None),
        ("p_u=69; p_k=abc; p_sid=0", 0, None),
    ],
)
def test_key(cookies: str, user_id: int, key: str | None) -> None:
    visitor = read(cookies)
    assert (visitor.user_id, visitor.key_id) == (user_id, key_id(key) if key else "")


def test_a_key_counts_without_session_id_in_4_0() -> None:
    visitor = read("p_u=69; p_k=abc", rules=V40)
    assert (visitor.user_id, visitor.key_id) == (69, key_id("abc"))
    assert may_use_key(visitor, {}, V40)
    assert not may_use_key(read("p_k=abc", rules=V40), {}, V40)


def test_headers_are_trimmed_escaped_and_composed() -> None:
    browser = ' Mozilla <b> & "q" \' e\u0301 '.encode().decode("latin-1")
    assert read(user_agent=browser).browser == "Mozilla &lt;b&gt; &amp; &quot;q&quot; ' é"
    assert read(user_agent="M\xfcller").browser == ""
    assert read(referer="http://a/?x&y").referer == "http://a/?x&amp;y"


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("APP.example:8080", "app.example"),
        ("[::1]:80", "[::1]"),
        ("me@app.example/x", "app.example"),
        ("", ""),
        (None, ""),
    ],
)
def test_host(header: str | None, host: str) -> None:
    assert read(host=header).host == host


def test_repr_shows_neither_session_id_nor_key() -> None:
    text = repr(read(f"p_u=69; p_k=abc; p_sid={SID}"))
    assert SID not in text
    assert key_id("abc") not in text
    assert "user_id=69" in text


headers = st.one_of(st.none(), st.text(), st.binary().map(lambda raw: raw.decode("latin-1")))
cookie_headers = st.one_of(
    headers,
    st.lists(
        st.tuples(st.sampled_from(["p_u", "p_k", "p_sid", "p_sid[", "p_u[]", ""]), st.text()),
    ).map(lambda cookies: "; ".join(f"{name}={value}" for name, value in cookies)),
)
ROW = {
    "user_id": "2",
    "user_type": None,
    "session_time": "x",
    "session_autologin": 0,
    "session_ip": "::1",
    "session_browser": b"\xc3",
    "session_forwarded_for": None,
}
BANS = [
    {
        "ban_userid": 0,
        "ban_ip": ip,
        "ban_email": "",
        "ban_end": 0,
        "ban_exclude": 0,
        "ban_give_reason": "",
    }
    for ip in ("10.*", "fd00::/8", "10.0.0.0/8", "nonsense/*")
]
BOTS = BotList(
    [{"user_id": 3, "bot_agent": "Bot*", "bot_ip": ""}, {"user_id": 4, "bot_agent": "", "bot_ip": "1"}]
)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(
    cookie_header=cookie_headers,
    query_string=headers,
    address=headers,
    user_agent=headers,
    forwarded_for=headers,
    referer=headers,
    host=headers,
    content_type=headers,
    method=st.text(max_size=5),
    rules=st.sampled_from([V33, V40, Rules(ban_ip_networks=True)]),
    config=st.dictionaries(
        st.sampled_from(
            [
                "ip_check",
                "browser_check",
                "forwarded_for_check",
                "referer_validation",
                "session_length",
                "force_server_vars",
                "server_name",
            ]
        ),
        st.text(max_size=3),
    ),
)
def test_no_request_makes_the_session_test_fail(
    cookie_header: str | None, query_string: str | None, rules: Rules, config: dict[str, str], **request: Any
) -> None:
    visitor = read(cookie_header, query_string, rules=rules, **request)
    verdict = refusal(ROW, visitor, config, now=0, rules=rules, check_referer=True)
    assert verdict in (None, "expired", "ip", "browser", "forwarded_for", "referer")
    assert key_refusal(ROW, visitor, config, rules) in ("not_allowed", "user_id", "user_type")
    assert BOTS.find(visitor) in (None, 3, 4)
    assert in_botlist(["", "bot"], visitor) in (True, False)
    bans = BanList(BANS, rules=rules)
    addresses = addresses_to_check(visitor, config)
    ban = bans.find(user_id=2, user_type=0, addresses=addresses, now=0)
    assert ban is None or ban.cause == "ip"
    assert visitor.user_id >= 0
    repr(visitor).encode("utf-8")


RUNS = [
    "\u0301\u0316",
    "\u0f73",
    "\u0344\u0323",
    "1.1.1.1,",
    "::,",
    ";",
    "a;",
    "=;",
    "a=;",
    "%41",
    "[",
    "&",
    "<",
    "9",
    " ",
    "\0",
]


@pytest.mark.parametrize("size", [LINE, LINES])
@pytest.mark.parametrize("piece", RUNS)
def test_a_run_of_one_thing_costs_one_pass(piece: str, size: int) -> None:
    """`a` with U+0301 U+0316 repeated took 1.1 s for 64 kB of User-Agent, and 17 s for 250 kB."""
    encoded = ("a" + piece * (size // len(piece.encode()))).encode().decode("latin-1")
    pieces = ("user_agent", "forwarded_for", "referer", "host", "address")
    for value in (encoded, f"p_sid={encoded}", f"{encoded}; p_sid={SID}"):
        with cpu_bound(0.05):
            read(value, f"sid={encoded}", **dict.fromkeys(pieces, value))


def test_what_stands_behind_phps_limit_is_not_read() -> None:
    assert read("a=1; " * 999 + f"p_sid={SID}").session_id == SID
    assert read("a=1; " * 1000 + f"p_sid={SID}").session_id == ""
    assert read("; =1; " * 1000 + f"p_sid={SID}").session_id == SID
    assert read(None, "&&a=1" * 1000 + f"&sid={SID}").session_id == ""


def test_forwarded_addresses_that_no_server_passes_on_are_nobodys() -> None:
    assert read(forwarded_for="1.1.1.1," * 1000 + "1.1.1.1").forwarded_for.startswith("1.1.1.1 1.1.1.1")
    assert read(forwarded_for="1.1.1.1," * 2000 + "1.1.1.1").forwarded_for == UNREADABLE


def test_session_and_key_stand_in_no_repr() -> None:
    found = read(f"p_sid={SID}; p_u=69; p_k=abc")
    assert (found.session_id, found.key_id) == (SID, key_id("abc"))
    shown = repr([found, found.session_id, {"key": found.key_id}, vars(found)])
    assert SID not in shown
    assert key_id("abc") not in shown
