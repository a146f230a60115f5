"""phpBB's link hashes and form tokens: made from a user's form salt, checked in constant time.

Pure functions; whose salt it is, and when, is the session's business.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from .php import to_int

CREATION_TIME_FIELD: Final = "creation_time"
FORM_TOKEN_FIELD: Final = "form_token"  # noqa: S105 - a field's name
"""The names of the two hidden fields of phpBB's forms."""

_SHORTEST_LIFETIME: Final = 30
_FOR_EVER: Final = -1


class FormToken(NamedTuple):
    """What phpBB puts into the two hidden fields of a form.

    :ivar creation_time: the Unix time at which the form was made; the field ``creation_time``.
    :ivar form_token: 40 hexadecimal characters; the field ``form_token``.
    """

    creation_time: int
    form_token: str

    def __repr__(self) -> str:
        return f"FormToken(creation_time={self.creation_time}, form_token=…)"


def make_link_hash(form_salt: str, link: str) -> str:
    """Return the token in phpBB's links that change something (phpBB rule: Link hash).

    :param form_salt: the user's ``user_form_salt``; the guest has one too.
    :param link: the name that phpBB gives the link, such as ``mark_forums``.
    :returns: 8 hexadecimal characters.
    """
    return _sha1(form_salt + link)[:8]


def check_link_hash(form_salt: str, link_hash: str, link: str) -> bool:
    """Tell whether a link hash is the one that phpBB would give the user.

    :param link_hash: what the request brings.
    """
    return _is_same(make_link_hash(form_salt, link), link_hash)


def make_form_token(form_salt: str, form_name: str, creation_time: int, token_sid: str = "") -> str:
    """Return a form's token (phpBB rule: Form token).

    :param form_salt: the user's ``user_form_salt``.
    :param form_name: the name that phpBB gives the form, such as ``posting``.
    :param creation_time: the Unix time at which the form is made.
    :param token_sid: what tells one guest from another; empty for everybody else.
    :returns: 40 hexadecimal characters.
    """
    return _sha1(f"{creation_time}{form_salt}{form_name}{token_sid}")


def check_form_token(
    form_salt: str,
    form_name: str,
    creation_time: Any,
    form_token: Any,
    *,
    now: int,
    lifetime: int,
    token_sid: str = "",
) -> bool:
    """Tell whether phpBB would take a form as sent by whom it was made for (phpBB rule: Form token).

    A form sent in the very second in which it was made is refused: no person is that quick.

    :param creation_time: what the request brings; a number or its text.
    :param form_token: what the request brings.
    :param now: the Unix time.
    :param lifetime: see `form_token_lifetime`.
    :param token_sid: as for `make_form_token`.
    """
    created = to_int(creation_time)
    age = now - created
    if age <= 0 or (lifetime != _FOR_EVER and age > lifetime):
        return False
    return _is_same(make_form_token(form_salt, form_name, created, token_sid), form_token)


def form_token_lifetime(config: Mapping[str, str]) -> int:
    """Return for how many seconds the board takes a form; -1 for ever."""
    lifetime = to_int(config.get("form_token_lifetime", "7200"))
    return _FOR_EVER if lifetime == _FOR_EVER else max(_SHORTEST_LIFETIME, lifetime)


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _is_same(expected: str, given: Any) -> bool:
    # Bytes, since text outside ASCII makes compare_digest() fail.
    return isinstance(given, str) and hmac.compare_digest(
        expected.encode(), given.encode("utf-8", "surrogatepass")
    )
