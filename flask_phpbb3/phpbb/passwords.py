"""Passwords held against the hashes that phpBB stores, whatever release or forum made them.

Needs the packages of the extra ``passwords`` only for the kinds of hashes that they are for.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from hmac import compare_digest
from typing import Final

from .text import escape

MAX_PASSWORD: Final = 4096
"""Bytes of the longest password that phpBB looks at."""

MAX_PHPASS_ROUNDS_LOG2: Final = 20
MAX_BCRYPT_COST: Final = 16
MAX_ARGON2_MEMORY: Final = 2**20
MAX_ARGON2_PASSES: Final = 32
MAX_ARGON2_LANES: Final = 64
"""What a check may cost at most; hashes beyond (kibibytes, passes, threads) never verify."""

_BCRYPT_BYTES: Final = 72
_ITOA64: Final = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

_ARGON2 = re.compile(
    r"\$(argon2id?)\$v=(\d+)\$m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,10})\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+\Z"
)
_BCRYPT = re.compile(r"\$2[ay]\$(\d\d)\$[./A-Za-z0-9]{53}\Z")
_PHPASS = re.compile(r"\$[HP]\$[./0-9A-Za-z]{31}\Z")
_MD5 = re.compile(r"[0-9a-f]{32}\Z")
_SHA1 = re.compile(r"[0-9a-f]{40}\Z")
_COMBINED = re.compile(
    r"\$([HP])\\(2[ay])\$([./0-9A-Za-z]{9})\$(\d\d)\\([./0-9A-Za-z]{21}[./0-9A-Za-z])\$([./0-9A-Za-z]{31})\Z"
)
_CONVERTED: Final = "$CP$"

DUMMIES: Final[Mapping[str, str]] = {
    "argon2": "$argon2id$v=19$m=65536,t=4,p=2$YXNhbHRvZm5vYm9keTAwMQ$d8QK0Xr0n3yM7Jr6lWQzvUuG5vQm0nJm2b0a4m3o5yE",
    "bcrypt": "$2y$10$" + "." * 21 + "u" + "." * 31,
    "phpass": "$H$9" + "." * 30,
}
"""Default kind of a release line → a hash of no password: checking it takes as long as checking a real one."""


def prepare(password: str) -> str | None:
    """Return a password as phpBB takes it from its form; None for one that it never accepts.

    phpBB rule: Passwords are escaped before hashing.
    """
    text = unicodedata.normalize("NFC", password.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))
    prepared = escape(text).strip(" \t\n\r\0\v")
    return prepared if _fits(prepared) else None


def verify(prepared: str, stored: str, kinds: Collection[str]) -> bool:
    """Tell whether a prepared password has a stored hash (phpBB rule: Password hashes).

    :param stored: the hash, without blanks around it.
    :param kinds: the kinds that the board accepts: ``argon2``, ``bcrypt``, ``phpass``, ``md5``, ``combined``
        (bcrypt over phpass), ``combined_md5`` (the same over a password that was hashed by MD5 first),
        ``converted`` (``$CP$`` and an older forum's hash).
    :raises ModuleNotFoundError: if a package that a kind needs is not installed.
    """
    if not stored or not _fits(prepared):
        return False
    kind = kind_of(stored)
    if kind is None or kind not in kinds:
        return False
    password = prepared.encode()
    if kind == "combined":
        is_right = _combined(password, stored)
        if "combined_md5" in kinds:  # asked for always, so that the time tells nothing
            is_right |= _combined(_hexdigest("md5", password), stored)
        return is_right
    return _CHECKS[kind](password, stored)


def kind_of(stored: str) -> str | None:
    """Return the kind of a stored hash; None for what phpBB does not know."""
    if stored.startswith(_CONVERTED):
        return "converted"
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.match(stored)), None)


def _fits(password: str) -> bool:
    try:
        return len(password.encode()) <= MAX_PASSWORD
    except UnicodeEncodeError:
        return False


def _argon2(password: bytes, stored: str) -> bool:
    found = _ARGON2.match(stored)
    if found is None:
        return False
    memory, passes, lanes = int(found[3]), int(found[4]), int(found[5])
    if memory > MAX_ARGON2_MEMORY or passes > MAX_ARGON2_PASSES or lanes > MAX_ARGON2_LANES:
        return False
    from argon2 import low_level
    from argon2.exceptions import Argon2Error

    kind = low_level.Type.ID if found[1] == "argon2id" else low_level.Type.I
    try:
        return low_level.verify_secret(stored.encode(), password, kind)
    except (Argon2Error, ValueError):
        return False


def _bcrypt(password: bytes, stored: str) -> bool:
    found = _BCRYPT.match(stored)
    if found is None or int(found[1]) > MAX_BCRYPT_COST:
        return False
    if stored.startswith("$2a$") and any(byte >= 0x80 for byte in password):
        return False  # phpBB refuses them: old libraries hashed such bytes wrongly
    made = _bcrypt_hash(password, stored[:29])
    return made is not None and compare_digest(made, stored.encode())


def _bcrypt_hash(password: bytes, salt: str) -> bytes | None:
    import bcrypt

    try:
        return bcrypt.hashpw(password.split(b"\0")[0][:_BCRYPT_BYTES], salt.encode())
    except ValueError:
        return None


def _phpass(password: bytes, stored: str) -> bool:
    made = _phpass_hash(password, stored[:12])
    return made is not None and compare_digest(made.encode(), stored.encode())


def _phpass_hash(password: bytes, setting: str) -> str | None:
    """Return a portable hash; None if its setting asks for too much or too little work.

    :param setting: ``$H$``, one character for the rounds, 8 of salt.
    """
    log2 = _ITOA64.find(setting[3])
    if not 7 <= log2 <= MAX_PHPASS_ROUNDS_LOG2:
        return None
    digest = hashlib.md5(setting[4:12].encode() + password, usedforsecurity=False).digest()
    for _ in range(1 << log2):
        digest = hashlib.md5(digest + password, usedforsecurity=False).digest()
    return setting + _encode64(digest)


def _encode64(data: bytes) -> str:
    """Return bytes in the base 64 of portable hashes: little-endian groups of 3 bytes."""
    text = []
    for start in range(0, len(data), 3):
        group = data[start : start + 3]
        number = int.from_bytes(group, "little")
        text += [_ITOA64[number >> 6 * place & 0x3F] for place in range(len(group) + 1)]
    return "".join(text)


def _combined(password: bytes, stored: str) -> bool:
    """Check bcrypt over the end of a portable hash: exactly these two parts are ever accepted."""
    found = _COMBINED.match(stored)
    if found is None or int(found[4]) > MAX_BCRYPT_COST:
        return False
    letter, outer, inner, cost, salt, tail = found.groups()
    portable = _phpass_hash(password, f"${letter}${inner}")
    if portable is None:
        return False
    made = _bcrypt_hash(portable[12:].encode(), f"${outer}${cost}${salt}")
    return made is not None and compare_digest(made[29:], tail.encode())


def _converted(password: bytes, stored: str) -> bool:
    """Check the hash of a forum that phpBB's converter has read, without a salt of its own."""
    old = stored[len(_CONVERTED) :]
    for pattern, algorithm in ((_MD5, "md5"), (_SHA1, "sha1")):
        if pattern.match(old):
            return compare_digest(_hexdigest(algorithm, password), old.encode())
    return False


def _md5(password: bytes, stored: str) -> bool:
    return compare_digest(_hexdigest("md5", password), stored.encode())


def _hexdigest(algorithm: str, data: bytes) -> bytes:
    return hashlib.new(algorithm, data, usedforsecurity=False).hexdigest().encode()


_PATTERNS: Final[Mapping[str, re.Pattern[str]]] = {
    "argon2": _ARGON2,
    "bcrypt": _BCRYPT,
    "phpass": _PHPASS,
    "combined": _COMBINED,
    "md5": _MD5,
}
_CHECKS: Final[Mapping[str, Callable[[bytes, str], bool]]] = {
    "argon2": _argon2,
    "bcrypt": _bcrypt,
    "phpass": _phpass,
    "md5": _md5,
    "converted": _converted,
}
