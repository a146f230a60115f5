"""How phpBB stores what people type: names, titles, texts, passwords, addresses and agents.

Simple forms that serve test data; the full rules are phpBB's.
"""

from __future__ import annotations

import hashlib
import html
import ipaddress
import re
import secrets
import unicodedata
import zlib
from typing import Final

from flask_phpbb3.phpbb import text as stored

_PHPASS_ALPHABET: Final = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PHPASS_COST: Final = 11
_AGENT_BYTES: Final = 149
_NOT_BASIC_PLANE = re.compile(r"[\U00010000-\U0010ffff]")


def escape(text: str) -> str:
    """Return a text as phpBB's request class does: normalised, with ``& < > "`` as entities.

    phpBB rule: Stored text is escaped.
    """
    return stored.escape(unicodedata.normalize("NFC", text))


def clean_name(username: str) -> str:
    """Return the form by which phpBB finds a user name.

    Simplified: compatibility form, case folding and single blanks, but no mapping of lookalike letters.
    """
    return " ".join(unicodedata.normalize("NFKC", username).casefold().split())


def stored_title(text: str) -> str:
    """Return a title or forum name as stored; characters beyond the basic plane become entities."""
    return stored.escape_title(unicodedata.normalize("NFC", text))


def stored_text(text: str, *, xml: bool) -> str:
    """Return plain text as a post's stored text.

    phpBB rule: Text formats.

    :param text: plain text; with ``xml``, a text that already is a stored one is kept.
    :param xml: whether the line stores XML (3.2 and later) or escaped text with BBCode.
    """
    text = unicodedata.normalize("NFC", text)
    if not xml:
        return stored_title(text)
    if re.match(r"<[rt][ >]", text):
        return text
    escaped = html.escape(text, quote=False).replace("\n", "<br/>\n")
    return f"<t>{_NOT_BASIC_PLANE.sub(lambda match: f'&#{ord(match[0])};', escaped)}</t>"


def address(ip: str) -> str:
    """Return an IP address as phpBB stores it: compressed, IPv4 in IPv6 as IPv4, 127.0.0.1 if it is none."""
    try:
        parsed = ipaddress.ip_address(ip.strip())
    except ValueError:
        return "127.0.0.1"
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)


def agent(browser: str) -> str:
    """Return a ``User-Agent`` header as phpBB stores it: trimmed, escaped, at most 149 bytes.

    A character that the cut would split is left out, as no database stores half of one.
    """
    return escape(browser.strip()).encode()[:_AGENT_BYTES].decode(errors="ignore").strip()


def email_hash(email: str) -> int:
    """Return phpBB's number of an e-mail address: its CRC-32 followed by its length."""
    lowered = email.lower().encode()
    return int(f"{zlib.crc32(lowered)}{len(lowered)}") if email else 0


def password_hash(password: str, *, salt: str = "") -> str:
    """Return a portable hash (``$H$``), which every phpBB line accepts.

    phpBB rule: Passwords are escaped before hashing.

    :param password: as a person types it.
    :param salt: eight characters of the hash's alphabet; empty: random ones.
    """
    secret = escape(password).strip().encode()
    salt = salt or "".join(secrets.choice(_PHPASS_ALPHABET) for _ in range(8))
    digest = _md5(salt.encode() + secret)
    for _ in range(1 << _PHPASS_COST):
        digest = _md5(digest + secret)
    return f"$H${_PHPASS_ALPHABET[_PHPASS_COST]}{salt}{_phpass_encode(digest)}"


def _phpass_encode(digest: bytes) -> str:
    letters = []
    for start in range(0, len(digest), 3):
        group = digest[start : start + 3]
        number = int.from_bytes(group, "little")
        letters += [_PHPASS_ALPHABET[number >> 6 * place & 63] for place in range(len(group) + 1)]
    return "".join(letters)


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()
