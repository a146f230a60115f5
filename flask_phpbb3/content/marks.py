"""What a viewer has read: marks of members in tables, those of guests in a cookie (phpBB rule: Unread)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ..board.inquiry import Inquiry
from ..phpbb.identity import GUEST_ID
from ..phpbb.php import to_int
from ..phpbb.track_cookie import read_track_cookie
from ..plugins.driver import Row

NEVER_UNREAD: Final = 2**62
_MEMBERS: Final = (0, 3)
"""User types of members: normal and founder."""


@dataclass(frozen=True)
class Marks:
    """Unix times up to which things are read.

    :ivar everything: up to when all is read.
    :ivar forums: marks of whole forums, by id.
    :ivar topics: marks of topics, by id, as far as they were asked for.
    """

    everything: int
    forums: Mapping[int, int] = field(default_factory=dict)
    topics: Mapping[int, int] = field(default_factory=dict)

    def of(self, forum_id: int, topic_id: int = 0) -> int:
        """Return up to when a topic is read, or a forum: by its own mark, else the forum's, else all's."""
        return self.topics.get(topic_id) or self.forums.get(forum_id) or self.everything


def is_member(inquiry: Inquiry) -> bool:
    """Tell whether the viewer is signed in as phpBB means it (phpBB rule: Signed in)."""
    user_type = to_int(inquiry.viewer.user_columns.get("user_type", 2))
    return inquiry.user_id > GUEST_ID and user_type in _MEMBERS


def keeps_marks_in_tables(inquiry: Inquiry) -> bool:
    """Tell whether the board keeps the viewer's marks in its tables."""
    return is_member(inquiry) and inquiry.is_on("load_db_lastread", "1")


def forum_marks(inquiry: Inquiry) -> Marks:
    """Return the viewer's marks of forums; one statement for members, none for others."""
    if keeps_marks_in_tables(inquiry):
        rows = inquiry.ask("_fetch_forum_marks", user_id=inquiry.user_id)
        return Marks(_lastmark(inquiry), {int(row["forum_id"]): int(row["mark_time"]) for row in rows})
    if not inquiry.unfiltered and (is_member(inquiry) or inquiry.is_on("load_anon_lastread")):
        cookie = read_track_cookie(inquiry.viewer.marks_cookie, inquiry.config.get("board_startdate", "0"))
        return Marks(cookie.all, cookie.forums, cookie.topics)
    return Marks(NEVER_UNREAD)


def mark_topics(inquiry: Inquiry, topics: Iterable[Row]) -> None:
    """Set ``is_unread`` in rows of topics; two statements for members, none for others."""
    rows = list(topics)
    marks = _marks_of(inquiry, rows)
    for row in rows:
        last = int(row["topic_last_post_time"])
        row["is_unread"] = last > marks.of(int(row["forum_id"]), int(row["topic_id"]))


def post_marks(inquiry: Inquiry, posts: Iterable[Row]) -> dict[int, int]:
    """Return post id → Unix time up to which its topic is read; two statements for members, none for others."""
    rows = list(posts)
    marks = _marks_of(inquiry, rows)
    return {int(row["post_id"]): marks.of(int(row["forum_id"]), int(row["topic_id"])) for row in rows}


def _marks_of(inquiry: Inquiry, rows: Sequence[Row]) -> Marks:
    """Return the marks that rows with ``forum_id`` and ``topic_id`` are judged by."""
    if not rows:
        return Marks(NEVER_UNREAD)
    marks = forum_marks(inquiry)
    if not keeps_marks_in_tables(inquiry):
        return marks
    ids = sorted({int(row["topic_id"]) for row in rows})
    found = inquiry.ask("_fetch_topic_marks", user_id=inquiry.user_id, topic_ids=ids)
    topics = {int(row["topic_id"]): int(row["mark_time"]) for row in found}
    return Marks(marks.everything, marks.forums, topics)


def _lastmark(inquiry: Inquiry) -> int:
    return to_int(inquiry.viewer.user_columns.get("user_lastmark", 0))
