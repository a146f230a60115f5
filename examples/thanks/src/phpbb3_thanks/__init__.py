"""The add-on ``thanks``: for forums whose members thank each other for posts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_phpbb3 import AddOn, hookimpl

LATEST = 5


def get_thanks_of_user(
    ask: Callable[..., Any],
    *,
    user_id: int,
) -> dict[str, Any] | None:
    """Return how often a member has thanked and been thanked, and for what lately; None if there is no such.

    The numbers are of all forums, as the extension counts them; ``latest`` has what the visitor may read.

    :param user_id: phpBB user id.
    """
    user = ask("get_user", user_id=user_id)
    if user is None:
        return None
    return {
        "username": user["username"],
        "given": user["user_thanks_given"],
        "received": user["user_thanks_received"],
        "latest": ask("fetch_thanks_received", user_id=user_id)[:LATEST],
    }


@hookimpl
def phpbb3_register_addon() -> AddOn:
    """Offer the add-on; ``PhpBB3(app, plugins=["thanks"])`` uses it."""
    return AddOn.from_package(
        __name__,
        name="thanks",
        functions={"get_thanks_of_user": get_thanks_of_user},
        # Columns that the extension adds to the table of users: they are in `session`, too.
        user_columns=["user_thanks_given", "user_thanks_received"],
        # Columns that are stored HTML-escaped, as phpBB stores names and titles.
        escaped_columns=["thanks_words"],
    )
