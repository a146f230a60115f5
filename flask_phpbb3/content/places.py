"""Where posts and topics stand, and whether a viewer may see them there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..board.inquiry import Inquiry
from ..plugins.driver import Row
from .rights import Rights


class Places:
    """Some posts and topics; one statement for each kind that is asked for.

    :param inquiry: the question.
    :param posts: post ids.
    :param topics: topic ids.
    """

    def __init__(self, inquiry: Inquiry, *, posts: Iterable[int] = (), topics: Iterable[int] = ()) -> None:
        self._inquiry = inquiry
        self._rights = Rights(inquiry)
        post_ids, topic_ids = sorted(set(posts)), sorted(set(topics))
        found = inquiry.ask("_fetch_post_places", post_ids=post_ids) if post_ids else []
        self.posts: Mapping[int, Row] = {int(row["post_id"]): row for row in found}
        found = inquiry.ask("_fetch_topic_places", topic_ids=topic_ids) if topic_ids else []
        self.topics: Mapping[int, Row] = {int(row["topic_id"]): row for row in found}

    def sees_post(self, post_id: int, option: str = "f_read") -> bool:
        """Tell whether the viewer may see a post (phpBB rules: Forum states, Visibility).

        :param option: a further right in its forum that is needed.
        """
        row = self.posts.get(post_id)
        if row is None or not self._sees_topic(row, option):
            return False
        return self._rights.shows(row, "post_visibility", "poster_id")

    def sees_topic(self, topic_id: int, option: str = "f_read") -> bool:
        """Tell whether the viewer may see a topic (phpBB rules: Forum states, Visibility).

        :param option: a further right in its forum that is needed.
        """
        row = self.topics.get(topic_id)
        return row is not None and self._sees_topic(row, option)

    def _sees_topic(self, row: Row, option: str) -> bool:
        forum_id = int(row["forum_id"])
        if not self._rights.reads(forum_id) or (
            option != "f_read" and not self._inquiry.may(option, forum_id)
        ):
            return False
        return self._rights.shows(row, "topic_visibility", "topic_poster")
