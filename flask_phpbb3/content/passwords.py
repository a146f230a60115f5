"""Whether a name and a password would sign somebody in on the forum."""

from __future__ import annotations

import logging
from typing import Final

from ..board.inquiry import ContentFunction, Inquiry
from ..errors import ConfigurationError
from ..phpbb.identity import FOUNDER, GUEST_ID, NORMAL
from ..phpbb.passwords import DUMMIES, kind_of, prepare, verify
from ..plugins.driver import Row
from .people import find_by_name

logger = logging.getLogger("flask_phpbb3.passwords")

_OWN_PASSWORDS: Final = ("db", "oauth")
"""Values of ``auth_method`` with which phpBB looks at its own hashes."""


def verify_password(inquiry: Inquiry, *, username: str, password: str) -> Row | None:
    """Return the user whom a name and a password would sign in; None otherwise, and never why.

    Inactive and banned members and bots are refused even with the right password. Every answer takes
    about the same time, whether there is such a user or not. Attempts are not counted: limit them, for
    each address and each name. phpBB rules: Passwords are escaped before hashing, Password hashes.

    :param username: the name as typed; capitals do not matter, as on the forum.
    :param password: the password as typed.
    :raises ConfigurationError: if the packages of the extra ``passwords`` are not installed.
    """
    method = inquiry.config.get("auth_method", "db").strip()
    if method not in _OWN_PASSWORDS:
        logger.warning(
            "verify_password(): the board signs people in by %r, not by passwords of its own.", method
        )
        return None
    prepared = prepare(password)
    if not prepared:
        return None
    user = find_by_name(inquiry, username)
    user_id = int(user["user_id"]) if user else 0
    secret = inquiry.ask("_get_password", user_id=user_id)
    is_right = _check(inquiry, prepared, str(secret["user_password"]) if secret else "")
    if not is_right or secret is None or not _may_sign_in(inquiry, secret):
        return None
    row: Row | None = inquiry.ask("get_user", user_id=user_id)
    return row


def _check(inquiry: Inquiry, prepared: str, stored: str) -> bool:
    """Check a hash, and a hash of nobody's too unless it is of the kind that the board usually has."""
    rules = inquiry.rules
    try:
        is_right = verify(prepared, stored, rules.hash_kinds)
        if kind_of(stored) != rules.usual_hash:
            verify(prepared, DUMMIES[rules.usual_hash], rules.hash_kinds)
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"verify_password() needs the package {error.name}: pip install 'flask-phpbb3[passwords]'"
        ) from None
    return is_right


def _may_sign_in(inquiry: Inquiry, user: Row) -> bool:
    user_type = int(user["user_type"])
    if user_type not in (NORMAL, FOUNDER) or int(user["user_id"]) == GUEST_ID:
        return False
    if user_type == FOUNDER:  # phpBB never bans one
        return True
    ban = inquiry.ask("_get_user_ban", user_id=int(user["user_id"]))
    return ban is None or bool(int(ban["ban_exclude"]))


FUNCTIONS: Final = {"verify_password": ContentFunction(verify_password)}
