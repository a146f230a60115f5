"""What hangs on posts, topics and messages: attachments and polls."""

from __future__ import annotations

from ..plugins.driver import Row
from .calls import Call


class Enclosures(Call):
    """Attachments and polls. Methods answer for a viewer as those of `Forums` do."""

    def fetch_attachments(
        self,
        *,
        post_ids: list[int],
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = None,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the attachments of some posts, in the order in which texts count them: the newest first.

        Only of posts that the viewer may see, in forums where the viewer may download (phpBB rule:
        Attachments). Columns of ``attachments`` but where the file lies, and ``index`` (its number in the
        text of its post), ``shown_as`` (``image``, ``thumbnail``, ``file``, or ``deactivated`` where the
        board shows a note instead), ``url`` and ``thumbnail_url`` (empty for none). ``attach_comment`` is
        stored text: escaped, with line breaks.

        :param post_ids: phpBB post ids.
        """
        return self._rows(
            "fetch_attachments",
            post_ids=post_ids,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_message_attachments(
        self,
        *,
        msg_ids: list[int],
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = None,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the attachments of some of the viewer's messages, as `fetch_attachments` those of posts.

        :param msg_ids: ids of messages.
        """
        return self._rows(
            "fetch_message_attachments",
            msg_ids=msg_ids,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def get_poll(
        self,
        *,
        topic_id: int,
        user_id: int | None = None,
        unfiltered: bool = False,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> Row | None:
        """Return the poll of a topic that the viewer may see; None for none (phpBB rule: Polls).

        Columns of ``topics``: ``poll_title`` (stored text, with ``bbcode_uid``, ``bbcode_bitfield`` and
        ``enable_smilies`` of the topic's first post for the renderer), ``poll_start``, ``poll_length``,
        ``poll_max_options`` …; and ``is_over``, ``may_vote``, ``shows_results``, ``total`` (of votes), and
        ``options``: ``poll_option_id``, ``poll_option_text`` (stored text, as the title),
        ``poll_option_total``, ``percent``, ``has_voted`` (the viewer, for this one). While the viewer does
        not see the results, ``total``, ``poll_option_total`` and ``percent`` are None.

        :param topic_id: phpBB topic id.
        """
        return self._row(
            "get_poll",
            topic_id=topic_id,
            user_id=user_id,
            unfiltered=unfiltered,
            cache=cache,
            cache_ttl=cache_ttl,
        )
