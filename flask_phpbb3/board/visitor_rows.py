"""The row of a visitor: with session columns also where there is no phpBB session, and without the core's own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ..phpbb.identity import GUEST_ID

EMPTY_SESSION: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "session_id": "",
        "session_user_id": GUEST_ID,
        "session_forum_id": 0,
        "session_last_visit": 0,
        "session_start": 0,
        "session_time": 0,
        "session_ip": "",
        "session_browser": "",
        "session_forwarded_for": "",
        "session_page": "",
        "session_viewonline": 1,
        "session_autologin": 0,
        "session_admin": 0,
    }
)
"""The session columns of a visitor without a phpBB session."""

_OWN_COLUMNS: Final = (
    *("acl_options_count", "acl_options_newest"),
    *("ban_id", "ban_userid", "ban_ip", "ban_email", "ban_start", "ban_end", "ban_exclude", "ban_reason"),
    *("ban_give_reason", "ban_mode", "ban_item", "ban_reason_display"),
)
"""What statements bring for the core itself: the number of permission options, and the columns of a ban."""


def without_own_columns(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a row that holds nothing for the core alone."""
    kept = dict(row)
    for column in _OWN_COLUMNS:
        kept.pop(column, None)
    return kept
