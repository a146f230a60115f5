"""Topics, of a forum and across the board, as the viewer may see them."""

from __future__ import annotations

from collections.abc import Sequence

from ..plugins.driver import Row
from .calls import Call


class Topics(Call):
    """Lists of topics. Methods answer for a viewer as those of `Forums` do."""

    def fetch_topics(
        self,
        *,
        forum_id: int,
        after: int | None = None,
        announcements: bool = True,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = 10,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the topics of a forum as its page lists them (phpBB rule: Topics of a forum).

        Announcements stand before every page and do not count, then sticky topics, then the others, in the
        viewer's order. Columns of ``topics``, and: ``posts``, ``replies``, ``is_unread``, ``is_mine`` (the viewer
        has written there), ``is_readable`` (the titles of some forums are listed to people who may not read
        them), ``forum_name``, ``url``, ``last_post_url``, ``shadow_id`` (the id of a topic that was moved away:
        the row is that of the topic it became, with the old title).

        :param forum_id: phpBB forum id; a category lists the active topics below it.
        :param after: the id of the last topic of the page before (its ``shadow_id``, if it has one): the next ones
            follow, however deep that is. A category, and another order than by time, page by ``skip`` only.
        :param announcements: whether the announcements are listed.
        """
        return self._rows(
            "fetch_topics",
            forum_id=forum_id,
            after=after,
            announcements=announcements,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def get_topic(
        self,
        *,
        topic_id: int,
        user_id: int | None = None,
        unfiltered: bool = False,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> Row | None:
        """Return a topic whose posts the viewer may read, with the columns of `fetch_topics`; None for any other.

        :param topic_id: phpBB topic id; that of a topic that was moved away stands for where it went.
        """
        return self._row(
            "get_topic",
            topic_id=topic_id,
            user_id=user_id,
            unfiltered=unfiltered,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_latest_topics(
        self,
        *,
        forum_ids: Sequence[int] | None = None,
        for_feed: bool = False,
        approved_only: bool = True,
        after: int | None = None,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = 10,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the topics with the newest posts, with the columns of `fetch_topics`.

        :param forum_ids: only in these forums; None for all.
        :param for_feed: leave out the forums that the board keeps out of its feeds.
        :param approved_only: leave out what only moderators see; False shows it to those of the forum.
        :param after: the id of the last topic of the page before.
        """
        return self._rows(
            "fetch_latest_topics",
            forum_ids=forum_ids,
            for_feed=for_feed,
            approved_only=approved_only,
            after=after,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_active_topics(
        self,
        *,
        days: int = 7,
        forum_ids: Sequence[int] | None = None,
        after: int | None = None,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = 10,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the topics with new posts, as phpBB's search for active topics (phpBB rule: Lists across forums).

        :param days: only those with a post within so many days; 0 for all.
        :param forum_ids: only in these forums; None for all.
        :param after: the id of the last topic of the page before.
        """
        return self._rows(
            "fetch_active_topics",
            days=days,
            forum_ids=forum_ids,
            after=after,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_unanswered_topics(
        self,
        *,
        forum_ids: Sequence[int] | None = None,
        after: int | None = None,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = 10,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return topics of one post, the newest first (phpBB rule: Lists across forums).

        :param forum_ids: only in these forums; None for all.
        :param after: the id of the last topic of the page before.
        """
        return self._rows(
            "fetch_unanswered_topics",
            forum_ids=forum_ids,
            after=after,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_unread_topics(
        self,
        *,
        forum_ids: Sequence[int] | None = None,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = 10,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return what the viewer has not read, the newest first (phpBB rule: Unread).

        :param forum_ids: only in these forums; None for all.
        """
        return self._rows(
            "fetch_unread_topics",
            forum_ids=forum_ids,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_own_topics(
        self,
        *,
        forum_ids: Sequence[int] | None = None,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = 10,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the topics in which the viewer has written, the one with the newest post first.

        :param forum_ids: only in these forums; None for all.
        """
        return self._rows(
            "fetch_own_topics",
            forum_ids=forum_ids,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_user_topics(
        self,
        *,
        user_id: int,
        begun: bool = False,
        forum_ids: Sequence[int] | None = None,
        viewer_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = 10,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the topics in which a user has written, the one with the newest post first.

        :param user_id: the author; the viewer is ``viewer_id``.
        :param begun: only topics that the user has begun.
        :param forum_ids: only in these forums; None for all.
        """
        return self._rows(
            "fetch_user_topics",
            user_id=user_id,
            begun=begun,
            forum_ids=forum_ids,
            viewer_id=viewer_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )
