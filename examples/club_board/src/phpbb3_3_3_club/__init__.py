"""The version ``3.3-club``: phpBB 3.3 as a club's own programmer has modified it.

Members have a number, the club notes who has paid for which year, and nobody hears of notifications while on
holiday.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_phpbb3 import Version, hookimpl


def get_standing(ask: Callable[..., Any], *, user_id: int, year: int) -> dict[str, Any] | None:
    """Return a member's number and whether the member has paid; None for somebody who is no member.

    :param user_id: phpBB user id.
    :param year: such as 2026.
    """
    user = ask("get_user", user_id=user_id)
    if user is None or not user["user_member_no"]:
        return None
    return {
        "member_no": user["user_member_no"],
        "has_paid": ask("has_paid_dues", user_id=user_id, year=year),
    }


@hookimpl
def phpbb3_register_version() -> Version:
    """Offer the version; ``PHPBB3["VERSION"] = "3.3-club"`` chooses it."""
    return Version.from_package(
        __name__,
        name="3.3-club",
        releases="==3.3.*",
        parent="3.3",
        functions={"get_standing": get_standing},
        # Columns that our table of users has besides phpBB's: they are in `session`, too.
        user_columns=["user_member_no", "user_holiday_until"],
        # Columns that are stored HTML-escaped, as phpBB stores names and titles.
        escaped_columns=["user_member_no", "dues_remark"],
    )
