"""Posts, of a topic and across the board, as the viewer may see them."""

from __future__ import annotations

from collections.abc import Sequence

from ..plugins.driver import Row
from .calls import Call


class Posts(Call):
    """Posts with their authors. Methods answer for a viewer as those of `Forums` do."""

    def fetch_posts(
        self,
        *,
        topic_id: int,
        after: int | None = None,
        hide_foes: bool = False,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = 10,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the posts of a topic in the viewer's order, by default the oldest first.

        Columns of ``posts`` and of their authors, and: ``author`` (a row of the member, with
        ``username``, ``url``, ``avatar_url``, ``rank_title`` …), ``foe``, ``is_unread``,
        ``is_first``, ``topic_title``, ``forum_name``, ``url``. Texts are as phpBB stores them; ``user_sig`` is
        empty where phpBB shows no signature: of posts without, where the board or the viewer wants none.

        :param topic_id: phpBB topic id.
        :param after: the id of the last post of the page before: the next ones follow, however deep that is.
        :param hide_foes: leave out the posts of the viewer's foes, so a page may be shorter; phpBB folds them.
        """
        return self._rows(
            "fetch_posts",
            topic_id=topic_id,
            after=after,
            hide_foes=hide_foes,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def get_post(
        self,
        *,
        post_id: int,
        user_id: int | None = None,
        unfiltered: bool = False,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> Row | None:
        """Return a post that the viewer may read, with the columns of `fetch_posts`; None for any other.

        :param post_id: phpBB post id.
        """
        return self._row(
            "get_post",
            post_id=post_id,
            user_id=user_id,
            unfiltered=unfiltered,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def get_post_page(
        self,
        *,
        post_id: int,
        per_page: int | None = None,
        user_id: int | None = None,
        unfiltered: bool = False,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> Row | None:
        """Return where a post stands in its topic: ``topic_id``, ``position`` (from 0), ``page`` (from 1), ``skip``.

        From the end that the viewer reads first, and by time, as phpBB does even where the viewer sorts by author
        or subject. Counts the posts before it.

        :param post_id: phpBB post id.
        :param per_page: posts on a page, at least 1; None for the board's number.
        :raises ParameterError: for fewer posts on a page.
        """
        return self._row(
            "get_post_page",
            post_id=post_id,
            per_page=per_page,
            user_id=user_id,
            unfiltered=unfiltered,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_latest_posts(
        self,
        *,
        forum_ids: Sequence[int] | None = None,
        for_feed: bool = False,
        approved_only: bool = True,
        hide_foes: bool = False,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = 10,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the newest posts in the forums that the viewer may read, with the columns of `fetch_posts`.

        :param forum_ids: only in these forums; None for all.
        :param for_feed: leave out the forums that the board keeps out of its feeds.
        :param approved_only: leave out what only moderators see; False shows it to those of the forum.
        :param hide_foes: leave out the posts of the viewer's foes.
        """
        return self._rows(
            "fetch_latest_posts",
            forum_ids=forum_ids,
            for_feed=for_feed,
            approved_only=approved_only,
            hide_foes=hide_foes,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_user_posts(
        self,
        *,
        user_id: int,
        forum_ids: Sequence[int] | None = None,
        after: int | None = None,
        viewer_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = 10,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the posts of a user, the newest first, with the columns of `fetch_posts`.

        :param user_id: the author; the viewer is ``viewer_id``.
        :param forum_ids: only in these forums; None for all.
        :param after: the id of the last post of the page before.
        """
        return self._rows(
            "fetch_user_posts",
            user_id=user_id,
            forum_ids=forum_ids,
            after=after,
            viewer_id=viewer_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_first_posts(
        self,
        *,
        forum_ids: Sequence[int] | None = None,
        for_feed: bool = False,
        after: int | None = None,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = 10,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the first post of the topics that were begun last: a news column. Columns as `fetch_posts`.

        Moderators of a forum also see what waits for approval there or was deleted, as in phpBB's feed of new topics.

        :param forum_ids: only of topics in these forums; None for all.
        :param for_feed: leave out the forums that the board keeps out of its feeds.
        :param after: the topic id of the last row of the page before.
        """
        return self._rows(
            "fetch_first_posts",
            forum_ids=forum_ids,
            for_feed=for_feed,
            after=after,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_last_posts(
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
        """Return the last post of the topics with the newest posts: each topic once. Columns as `fetch_posts`.

        :param forum_ids: only of topics in these forums; None for all.
        """
        return self._rows(
            "fetch_last_posts",
            forum_ids=forum_ids,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_posts_matching(
        self,
        *,
        words: str,
        titles_only: bool = False,
        forum_ids: Sequence[int] | None = None,
        author_id: int | None = None,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = 10,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return posts that hold all of some words, the newest first (phpBB rule: Search). Columns as `fetch_posts`.

        :param words: words between blanks, at most 10; ``-word`` must not occur, ``word*`` stands for its beginning.
        :param titles_only: look into titles only.
        :param forum_ids: only in these forums; None for all.
        :param author_id: only posts of this user; None for all.
        :raises SearchUnavailableError: if the board searches with what is not in its database (Sphinx).
        """
        return self._rows(
            "fetch_posts_matching",
            words=words,
            titles_only=titles_only,
            forum_ids=forum_ids,
            author_id=author_id,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )
