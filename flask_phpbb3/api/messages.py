"""What is for one's own eyes: notifications and private messages."""

from __future__ import annotations

from ..plugins.driver import Row
from .calls import Call


class Messages(Call):
    """Notifications and private messages. Methods answer for a viewer as those of `Forums` do."""

    def fetch_notifications(
        self,
        *,
        only_unread: bool = False,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = 10,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the viewer's notifications, the newest first (phpBB rule: Notifications).

        Columns: ``notification_id``, ``type`` (``post``, ``quote``, ``pm`` …; an extension's by its whole
        name), ``item_id``, ``item_parent_id``, ``is_unread``, ``notification_time``, ``url`` (empty for
        none), ``users`` (who did it, as phpBB names them: ``user_id``, ``username``, ``user_colour``,
        ``url``, ``avatar_url`` …), ``others`` (how many more), ``reference`` (the title it is about),
        ``forum_name``, ``reason``, ``readable``. Of what the viewer may no longer read the row stays, with
        ``readable`` false and these three empty.

        :param only_unread: only unread ones.
        """
        return self._rows(
            "fetch_notifications",
            only_unread=only_unread,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def get_unread_counts(
        self,
        *,
        user_id: int | None = None,
        unfiltered: bool = False,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> Row:
        """Return the numbers that phpBB's pages show next to a visitor's name.

        ``notifications`` (0 where the board shows none), ``private_messages`` (unread),
        ``new_private_messages`` (not delivered to a folder yet); all 0 for guests and bots. phpBB rules:
        Unread notifications, Private messages.
        """
        answer: Row = self.execute_custom(
            "get_unread_counts",
            user_id=user_id,
            unfiltered=unfiltered,
            cache=cache,
            cache_ttl=cache_ttl,
        )
        return answer

    def fetch_message_folders(
        self,
        *,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = None,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the viewer's folders of private messages: phpBB's own, then the viewer's.

        Columns: ``folder_id``, ``folder_name`` (phpBB's own in English), ``messages``, ``unread``,
        ``max_messages`` (0 for no limit), ``url``. What waits to be delivered counts where phpBB will put
        it (phpBB rule: Private messages).
        """
        return self._rows(
            "fetch_message_folders",
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_private_messages(
        self,
        *,
        folder: str | int = "inbox",
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = 25,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the messages in one of the viewer's folders, the newest first, without their texts.

        Columns of ``privmsgs``, ``pm_unread``, ``pm_replied``, ``pm_marked``, ``pm_forwarded`` as booleans,
        ``author`` (as in `fetch_notifications`), ``folder_id``, ``recipients`` (``kind`` ``user`` or
        ``group``, ``id``, ``name``, ``colour``, ``url``, ``blind``), ``url``. phpBB rule: Private messages.

        :param folder: ``inbox``, ``sentbox``, ``outbox`` or the id of one of the viewer's own.
        :raises ParameterError: for another name.
        """
        return self._rows(
            "fetch_private_messages",
            folder=folder,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def get_private_message(
        self,
        *,
        msg_id: int,
        user_id: int | None = None,
        unfiltered: bool = False,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> Row | None:
        """Return one of the viewer's messages, its text as phpBB stores it; None where it may not be read.

        That is one that is somebody else's, is on hold, or was taken back by its author. The columns of
        `fetch_private_messages`, the text with what the renderer needs, and the author's signature where
        the message has it (``user_sig``, ``user_sig_bbcode_uid``, ``user_sig_bbcode_bitfield``; else
        empty). phpBB rule: Private messages.

        :param msg_id: the message's id.
        """
        return self._row(
            "get_private_message",
            msg_id=msg_id,
            user_id=user_id,
            unfiltered=unfiltered,
            cache=cache,
            cache_ttl=cache_ttl,
        )
