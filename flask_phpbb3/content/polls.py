"""Polls of topics, with their results for those who may see them."""

from __future__ import annotations

from typing import Final

from ..board.inquiry import ContentFunction, Inquiry
from ..phpbb.identity import GUEST_ID
from ..phpbb.polls import is_over, may_vote, percent
from ..plugins.driver import Row
from .rights import Rights
from .topics import visible_topic

_LOCKED: Final = 1
_FORMAT: Final = ("bbcode_uid", "bbcode_bitfield", "enable_smilies")
_NUMBERS: Final = ("topic_id", "forum_id", "poll_start", "poll_length", "poll_max_options", "poll_last_vote")


def get_poll(inquiry: Inquiry, *, topic_id: int) -> Row | None:
    """Return the poll of a topic that the viewer may see; None for none (phpBB rule: Polls).

    Columns of ``topics``: ``poll_title`` (stored text, with ``bbcode_uid``, ``bbcode_bitfield`` and
    ``enable_smilies`` of the topic's first post for the renderer), ``poll_start``, ``poll_length``,
    ``poll_max_options`` …; and ``is_over``, ``may_vote``, ``shows_results``, ``total`` (of votes), and
    ``options``: ``poll_option_id``, ``poll_option_text`` (stored text, as the title),
    ``poll_option_total``, ``percent``, ``has_voted`` (the viewer, for this one). While the viewer does
    not see the results, ``total``, ``poll_option_total`` and ``percent`` are None.

    :param topic_id: phpBB topic id; that of a topic that was moved away stands for where it went.
    """
    topic = visible_topic(inquiry, Rights(inquiry), topic_id)
    if topic is None:
        return None
    topic_id = int(topic["topic_id"])
    poll = inquiry.ask("_get_poll", topic_id=topic_id)
    if poll is None:
        return None
    forum_id = int(poll["forum_id"])
    voted = _votes(inquiry, topic_id)
    still_votes = may_vote(
        poll,
        inquiry.now,
        has_voted=bool(voted),
        is_locked=int(poll["topic_status"]) == _LOCKED or _is_locked(inquiry, forum_id),
        may_vote=inquiry.may("f_vote", forum_id),
        may_change=inquiry.may("f_votechg", forum_id),
    )
    shows = bool(voted) or not still_votes
    options = inquiry.ask("_fetch_poll_options", topic_id=topic_id)
    total = sum(int(row["poll_option_total"]) for row in options)
    return {
        **{name: poll[name] for name in (*_NUMBERS, "poll_title", *_FORMAT)},
        "poll_vote_change": bool(int(poll["poll_vote_change"])),
        "is_over": is_over(poll, inquiry.now),
        "may_vote": still_votes,
        "shows_results": shows,
        "total": total if shows else None,
        "options": [
            {
                "poll_option_id": row["poll_option_id"],
                "poll_option_text": row["poll_option_text"],
                **{name: poll[name] for name in _FORMAT},
                "poll_option_total": int(row["poll_option_total"]) if shows else None,
                "percent": percent(int(row["poll_option_total"]), total) if shows else None,
                "has_voted": int(row["poll_option_id"]) in voted,
            }
            for row in options
        ],
    }


def _votes(inquiry: Inquiry, topic_id: int) -> set[int]:
    """Return what the viewer has voted for; phpBB keeps the votes of guests in a cookie of its own."""
    if inquiry.user_id <= GUEST_ID:
        return set()
    rows = inquiry.ask("_fetch_poll_votes", topic_id=topic_id, user_id=inquiry.user_id)
    return {int(row["poll_option_id"]) for row in rows}


def _is_locked(inquiry: Inquiry, forum_id: int) -> bool:
    return forum_id in inquiry.forums and int(inquiry.forums[forum_id]["forum_status"]) == _LOCKED


FUNCTIONS: Final = {"get_poll": ContentFunction(get_poll)}
