"""The rank of a user: a special one that somebody gave, or the one that the number of posts has earned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .identity import GUEST_ID


def rank_of(user: Mapping[str, Any], ranks: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the row of a user's rank, or None (phpBB rule: Ranks).

    :param user: a row with ``user_id``, ``user_rank`` and ``user_posts``.
    :param ranks: the board's ranks: ``rank_id``, ``rank_special``, ``rank_min``.
    """
    if int(user["user_id"]) == GUEST_ID:
        return None
    given = int(user["user_rank"] or 0)
    if given:
        return next(
            (rank for rank in ranks if int(rank["rank_id"]) == given and int(rank["rank_special"])), None
        )
    posts = int(user["user_posts"] or 0)
    earned = [rank for rank in ranks if not int(rank["rank_special"]) and int(rank["rank_min"]) <= posts]
    return max(earned, key=lambda rank: int(rank["rank_min"]), default=None)
