"""Keys for caches of whole views, such as Flask-Caching's, that keep one visitor's page from another."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import request

from ..phpbb.php import to_bool
from ..session.sessions import PhpBB3Session
from .current import current_visitor


def visitor_cache_key(*_: Any, **__: Any) -> str:
    """Return a key for the current page as the current visitor sees it.

    Guests without a session of the forum share one, unless the forum marks what they have read by a cookie;
    anybody else has a key for each login, since a login may have given a forum's password. It holds no session id,
    only a hash. Takes and ignores whatever a view takes: ``@cache.cached(make_cache_key=visitor_cache_key)``.

    :raises BoardUnavailableError: if the board cannot be asked who the visitor is.
    """
    visitor = current_visitor()
    who = visitor.identification
    if visitor.failure is not None:
        raise visitor.failure
    known = (
        request.method,
        request.host,
        request.full_path,
        str(who.user_id),
        str(who.row.get("session_id", "")),
        str(who.is_bot),
        str(visitor.ban is not None),
        visitor.marks_cookie if _keeps_marks_in_cookies(visitor) else "",
    )
    return hashlib.sha256("\0".join(known).encode("utf-8", "surrogatepass")).hexdigest()


def _keeps_marks_in_cookies(visitor: PhpBB3Session) -> bool:
    """Tell whether the board keeps what this visitor has read in a cookie (phpBB rule: Unread)."""
    config = visitor.board.config
    if visitor.is_authenticated:
        return not to_bool(config.get("load_db_lastread", "1"))
    return to_bool(config.get("load_anon_lastread", ""))
