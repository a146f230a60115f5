"""Polls: who may vote, who sees the result, and the shares of the options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def is_over(poll: Mapping[str, Any], now: int) -> bool:
    """Tell whether the time of a poll has run out; a length of 0 never does.

    :param poll: with ``poll_start`` and ``poll_length``, in seconds.
    """
    length = int(poll["poll_length"] or 0)
    return bool(length) and int(poll["poll_start"]) + length <= now


def may_vote(
    poll: Mapping[str, Any], now: int, *, has_voted: bool, is_locked: bool, may_vote: bool, may_change: bool
) -> bool:
    """Tell whether a viewer may vote now (phpBB rule: Polls).

    :param poll: with ``poll_start``, ``poll_length`` and ``poll_vote_change``.
    :param has_voted: the viewer has a vote.
    :param is_locked: the topic or its forum is locked.
    :param may_vote: the viewer's right ``f_vote``.
    :param may_change: the viewer's right ``f_votechg``.
    """
    if not may_vote or is_locked or is_over(poll, now):
        return False
    return not has_voted or (may_change and bool(int(poll["poll_vote_change"])))


def percent(votes: int, total: int) -> int:
    """Return a share of all votes, halves rounded up; 0 where nobody has voted."""
    return (200 * votes + total) // (2 * total) if total > 0 else 0
