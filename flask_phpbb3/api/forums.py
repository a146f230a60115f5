"""Forums, as the viewer may see them."""

from __future__ import annotations

from ..plugins.driver import Row
from .calls import Call


class Forums(Call):
    """What the index lists.

    Every method answers for the visitor of the request, outside one for the guest. ``user_id`` answers for
    another user instead, as in a browser without a phpBB session; where that names whom the answer is about,
    the viewer is ``viewer_id``. ``unfiltered=True`` keeps nothing back: for tools, never for a page. Names and
    titles are plain text; texts are as phpBB stores them, for the renderer.
    """

    def fetch_forums(
        self,
        *,
        parent_id: int = 0,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = None,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the forums that the index lists, in its order (phpBB rule: Index).

        Columns of ``forums``, and: ``depth`` (0 at the top), ``posts`` and ``topics`` (what lies below counted
        in), ``is_unread``, ``is_readable``, ``needs_password``, ``url``. ``forum_last_…`` is the newest post of
        the forum and those below it, and blank where the viewer may not read it.

        :param parent_id: only what lies below this forum; 0 for all.
        """
        return self._rows(
            "fetch_forums",
            parent_id=parent_id,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def get_forum(
        self,
        *,
        forum_id: int,
        user_id: int | None = None,
        unfiltered: bool = False,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> Row | None:
        """Return a forum whose page phpBB would open, with the columns of `fetch_forums`; None for any other.

        :param forum_id: phpBB forum id.
        """
        return self._row(
            "get_forum",
            forum_id=forum_id,
            user_id=user_id,
            unfiltered=unfiltered,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_forum_path(
        self,
        *,
        forum_id: int,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = None,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the way from the index to a forum, itself last: ``forum_id``, ``forum_name``, ``forum_type``, ``url``.

        :param forum_id: phpBB forum id.
        """
        return self._rows(
            "fetch_forum_path",
            forum_id=forum_id,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )
