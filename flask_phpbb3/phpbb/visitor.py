"""What a request says about who sends it, read as phpBB reads it. Nothing of it is believed here.

Headers are taken in WSGI's form: text decoded as Latin-1, as it stands in a WSGI environment.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .addresses import UNREADABLE, normalise_forwarded_for, remote_address
from .php import BLANKS, read_cookies, read_query, to_int, wire_bytes
from .rules import Rules
from .text import escape, nfc

_SESSION_ID = re.compile(r"[0-9a-f]{32}\Z")
_HOST = re.compile(r"(?:[^/?#@]*@)?(\[[^\]/?#]*\]|[^:/?#]*)")
_LONGEST_HEADER = 8190
"""Characters of a header that count: web servers hand phpBB no longer line."""
_NO_ASCII = bytes.maketrans(bytes(range(0x80, 0x100)), b"?" * 0x80)
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Secret(str):
    """Text that stands in no traceback's list of local variables, as services for errors collect them."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'" if self else "''"


@dataclass(kw_only=True)  # not frozen: each request makes one, and a frozen one takes three times as long
class Visitor:
    """A request's claims, normalised. Not changed once it is made.

    :param session_id: the session id that phpBB would look up; empty for none.
    :param session_id_source: where it comes from: ``cookie``, ``url`` or empty.
    :param user_id: the user id cookie as a number; 0 for none, or where phpBB throws it away.
    :param key_id: the autologin cookie as ``sessions_keys`` holds it, MD5 in hex; empty for none, or where
        phpBB throws it away.
    :param address: the client's IP address, or `flask_phpbb3.phpbb.addresses.UNREADABLE`.
    :param browser: the whole User-Agent, HTML-escaped.
    :param forwarded_for: the X-Forwarded-For addresses with blanks between; empty for none or a bad header.
    :param method: the request's method, in upper case.
    :param referer: the Referer, HTML-escaped.
    :param host: the Host in lower case and HTML-escaped, without port.
    :param port: the port on which the server was asked; 0 if unknown.
    :param script_root: the path under which the application answers (WSGI's ``SCRIPT_NAME``).
    """

    session_id: str = field(default="", repr=False)
    session_id_source: Literal["cookie", "url", ""] = ""
    user_id: int = 0
    key_id: str = field(default="", repr=False)
    address: str = "127.0.0.1"
    browser: str = ""
    forwarded_for: str = ""
    method: str = "GET"
    referer: str = ""
    host: str = ""
    port: int = 0
    script_root: str = ""

    @property
    def session_id_is_valid(self) -> bool:
        """Tell whether the session id has the form of one; no other is worth asking the database for."""
        return _SESSION_ID.match(self.session_id) is not None

    @property
    def forwarded_addresses(self) -> tuple[str, ...]:
        """Return the addresses of the X-Forwarded-For header, as they are written there."""
        return tuple(self.forwarded_for.split(" ")) if self.forwarded_for else ()


def read_visitor(
    *,
    cookie_header: str | None,
    query_string: str | None,
    address: str | None,
    user_agent: str | None,
    forwarded_for: str | None,
    referer: str | None,
    host: str | None,
    method: str,
    cookie_prefix: str,
    url_sid: bool,
    rules: Rules,
    content_type: str | None = None,
    port: int = 0,
    script_root: str = "",
) -> Visitor:
    """Read a request as phpBB does. Never fails, whatever the request holds.

    phpBB rules: Where the session id comes from, Request text, Visitor's address, Forwarded addresses.

    :param cookie_header: the Cookie header; this and the other headers as WSGI hands them out, None or
        empty if the request has none.
    :param query_string: the URL's query string, undecoded.
    :param address: ``REMOTE_ADDR``.
    :param user_agent: the User-Agent header.
    :param forwarded_for: the X-Forwarded-For header; None where the board's settings do not ask for it.
    :param referer: the Referer header; None where nobody asks for it.
    :param host: the Host header; None where nobody asks for the Referer.
    :param method: the request's method.
    :param cookie_prefix: what the names of the forum's cookies begin with, its underscore included.
    :param url_sid: whether a session id in the URL may count at all; the rules may still say no. It never
        counts in a request with a form: phpBB would look into the form first, which is not read here.
    :param rules: the rules of the board's version.
    :param content_type: the Content-Type header, which tells a form.
    :param port: ``SERVER_PORT``.
    :param script_root: ``SCRIPT_NAME``.
    """
    cookies = _cookies(cookie_header, cookie_prefix) if cookie_header else {}
    method = method.upper()
    has_form = method == "POST" and (content_type or "").strip().lower().startswith(_FORMS)
    url_counts = url_sid and rules.url_sid and not has_form

    session_id = _ascii(cookies.get(f"{cookie_prefix}sid"))
    source: Literal["cookie", "url", ""] = "cookie"
    user_id, key = _claimed_user(cookies, cookie_prefix)
    if session_id in ("", "0"):
        session_id = _ascii(read_query(query_string or "", {"sid"}).get("sid")) if url_counts else ""
        source = "url" if session_id else ""
        if not rules.key_without_sid:
            user_id, key = 0, ""
    return Visitor(
        session_id=_secret(session_id),
        session_id_source=source,
        user_id=user_id,
        key_id=_secret(_key_id(key)),
        address=remote_address(address or ""),
        browser=_utf8(user_agent),
        forwarded_for=_forwarded_for(forwarded_for or ""),
        method=method,
        referer=_utf8(referer),
        host=_host_name(host or ""),
        port=port,
        script_root=script_root,
    )


def _cookies(header: str, prefix: str) -> dict[str, bytes | None]:
    return read_cookies(header, [f"{prefix}{name}" for name in ("sid", "u", "k")])


def _claimed_user(cookies: Mapping[str, bytes | None], prefix: str) -> tuple[int, str]:
    """Return the user id and key cookies; without one of user id or session id phpBB reads no key."""
    if not cookies or (f"{prefix}u" not in cookies and f"{prefix}sid" not in cookies):
        return 0, ""
    return max(0, to_int(cookies.get(f"{prefix}u"))), _ascii(cookies.get(f"{prefix}k"))


def _key_id(key: str) -> str:
    return "" if key in ("", "0") else hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()


def _secret(text: str) -> str:
    return Secret(text) if text else ""


def _ascii(value: bytes | None) -> str:
    """Return a request variable that phpBB takes as ASCII: each byte of another character becomes ``?``."""
    # An id is as it should be already.
    if value and value.isalnum() and len(value) <= _LONGEST_HEADER:
        return value.decode("ascii")
    return _clean(value).encode().translate(_NO_ASCII).decode("ascii") if value else ""


def _utf8(header: str | None) -> str:
    """Return a header as phpBB takes it: escaped and in NFC."""
    return nfc(_clean(wire_bytes(header))) if header else ""


def _forwarded_for(header: str) -> str:
    """Return an X-Forwarded-For header as phpBB takes it; one longer than phpBB ever sees is nobody's."""
    if len(header) > _LONGEST_HEADER:
        return UNREADABLE
    return normalise_forwarded_for(_utf8(header)) if header else ""


def _clean(value: bytes) -> str:
    """Return a value trimmed, cut and escaped; empty if it is not UTF-8."""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return ""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").replace("\ufeff", "")
    return escape(text.strip(BLANKS)[:_LONGEST_HEADER])


def _host_name(host: str) -> str:
    found = _HOST.match(_utf8(host).lower())
    return found[1] if found else ""
