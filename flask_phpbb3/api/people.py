"""People, messages and what else hangs on a user, as the viewer may see it."""

from __future__ import annotations

from ..plugins.driver import Row
from .calls import Call


class People(Call):
    """Who is there, and what is for one's own eyes.

    Methods answer for a viewer as those of `Content` do. No row holds an e-mail address.
    """

    def get_user_by_name(
        self,
        *,
        username: str,
        user_id: int | None = None,
        unfiltered: bool = False,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> Row | None:
        """Return the member of a name, with the columns of `fetch_users`; None where there is none to be seen.

        Capitals and other differences that phpBB overlooks do not matter (phpBB rule: Names of users).

        :param username: the name.
        """
        return self._row(
            "get_user_by_name",
            username=username,
            user_id=user_id,
            unfiltered=unfiltered,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_users(
        self,
        *,
        prefix: str = "",
        group_id: int = 0,
        order: str = "joined",
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = 25,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return members as phpBB's list of members does (phpBB rule: Member list).

        Columns: ``user_id``, ``user_type``, ``username``, ``user_colour`` (without ``#``),
        ``user_regdate``, ``user_posts``, ``url``, ``rank_title``, ``rank_image_url``, ``avatar_url``,
        ``avatar_width``, ``avatar_height``, ``last_active`` (0 where that is hidden or never was). Never an
        e-mail address.

        :param prefix: what names begin with; ``*`` stands for anything. Empty for all.
        :param group_id: only members of this group; none of one that the viewer may not see.
        :param order: ``joined``, ``name``, ``posts`` or ``active``, with a minus in front from the other
            end. ``active`` is for viewers who may see hidden people, and ``joined`` for others.
        :raises ParameterError: for another order.
        """
        return self._rows(
            "fetch_users",
            prefix=prefix,
            group_id=group_id,
            order=order,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def get_profile(
        self,
        *,
        user_id: int,
        viewer_id: int | None = None,
        unfiltered: bool = False,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> Row | None:
        """Return the profile of a member; None where phpBB would show none (phpBB rule: Profiles).

        The columns of `fetch_users`, and: ``posts_per_day``, ``age`` (None where the year of birth is not
        told), ``groups`` (those that the viewer may see: ``group_id``, ``name``, ``group_colour``, ``url``,
        ``is_leader``, ``is_default``), ``fields`` (custom profile fields that are shown: ``field_ident``,
        ``field_type``, ``field_name`` and ``value`` in the viewer's language, ``raw``, ``is_contact``,
        ``contact_url``), the signature ``user_sig`` with its ``user_sig_bbcode_uid`` and
        ``user_sig_bbcode_bitfield`` for the renderer, ``is_friend``, ``is_foe``. Never an e-mail address.

        :param user_id: phpBB user id of the member; the viewer is ``viewer_id``.
        """
        return self._row(
            "get_profile",
            user_id=user_id,
            viewer_id=viewer_id,
            unfiltered=unfiltered,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_profile_fields(
        self,
        *,
        user_ids: list[int],
        place: str = "topic",
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = None,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the custom profile fields that a page shows beside some members, as `get_profile` has them.

        Columns: ``user_id``, ``fields``; no row for members of whom nothing is shown: in a list or on a profile
        also those whom these do not show the viewer. phpBB rules: Profile fields that are shown, Member list,
        Profiles.

        :param user_ids: phpBB user ids.
        :param place: ``topic``, ``message``, ``list`` or ``profile``.
        :raises ParameterError: for another place.
        """
        return self._rows(
            "fetch_profile_fields",
            user_ids=user_ids,
            place=place,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_friends(
        self,
        *,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = None,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the viewer's friends by name, with the columns of `fetch_users`; nobody else's list is told."""
        return self._rows(
            "fetch_friends",
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_foes(
        self,
        *,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = None,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return whom the viewer ignores, by name, with the columns of `fetch_users`; nobody else's list is told."""
        return self._rows(
            "fetch_foes",
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_groups(
        self,
        *,
        legend: bool = False,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = None,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the groups that the viewer may know of, by name.

        Columns of ``groups`` (the description as phpBB stores it), and ``name`` (of special groups in
        English, while ``group_name`` is phpBB's constant), ``url``, ``avatar_url``, ``avatar_width``,
        ``avatar_height``, ``is_member``, ``is_leader``.

        :param legend: only those of the legend under who is online, in its order.
        """
        return self._rows(
            "fetch_groups",
            legend=legend,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_group_members(
        self,
        *,
        group_id: int,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = 25,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return the members of a group, leaders first, with the columns of `fetch_users` and ``is_leader``.

        Nobody of a group that the viewer may not see; pending members are none yet.

        :param group_id: phpBB group id.
        """
        return self._rows(
            "fetch_group_members",
            group_id=group_id,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def fetch_online(
        self,
        *,
        order: str = "name",
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = None,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return who is online and not hidden from the viewer (phpBB rule: Who is online).

        The columns of `fetch_users` but ``last_active``, and ``is_hidden``, ``session_time``, ``forum_id``
        and ``forum_name`` of the forum where somebody is (0 and empty where the viewer may not know of it).
        Bots are among them, without ``url``. Nobody where the board does not tell who is online.

        :param order: ``name``, or ``time`` for the latest first.
        :raises ParameterError: for another order.
        """
        return self._rows(
            "fetch_online",
            order=order,
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def get_online_figures(
        self,
        *,
        user_id: int | None = None,
        unfiltered: bool = False,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> Row | None:
        """Return how many are online; None where the board does not tell (phpBB rule: Who is online).

        ``total``, ``registered`` (bots too), ``hidden``, ``guests`` (None where the board does not count
        them), ``minutes`` (how far back that looks), and the board's record: ``record_online_users``,
        ``record_online_date``.
        """
        return self._row(
            "get_online_figures",
            user_id=user_id,
            unfiltered=unfiltered,
            cache=cache,
            cache_ttl=cache_ttl,
        )

    def get_board_statistics(
        self,
        *,
        user_id: int | None = None,
        unfiltered: bool = False,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> Row:
        """Return the board's own figures, which cost no statement.

        ``num_posts``, ``num_topics``, ``num_users`` (active ones), ``num_files``, ``board_startdate``,
        ``posts_per_day``, ``newest_user_id``, ``newest_username``, ``newest_user_colour``,
        ``newest_user_url``, ``record_online_users``, ``record_online_date``.
        """
        answer: Row = self.execute_custom(
            "get_board_statistics",
            user_id=user_id,
            unfiltered=unfiltered,
            cache=cache,
            cache_ttl=cache_ttl,
        )
        return answer

    def fetch_birthdays(
        self,
        *,
        user_id: int | None = None,
        unfiltered: bool = False,
        skip: int = 0,
        limit: int | None = None,
        cache: bool = False,
        cache_ttl: float | None = None,
    ) -> list[Row]:
        """Return whose birthday it is where the viewer is (phpBB rule: Birthdays).

        The columns of `fetch_users` but ``last_active``, and ``age`` (None where the year is not told).
        """
        return self._rows(
            "fetch_birthdays",
            user_id=user_id,
            unfiltered=unfiltered,
            skip=skip,
            limit=limit,
            cache=cache,
            cache_ttl=cache_ttl,
        )

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

    def verify_password(self, *, username: str, password: str) -> Row | None:
        """Return the user whom a name and a password would sign in; None otherwise, and never why.

        Inactive and banned members and bots are refused even with the right password. Every answer takes
        about the same time, whether there is such a user or not. Attempts are not counted: limit them, for
        each address and each name. phpBB rules: Passwords are escaped before hashing, Password hashes.

        :param username: the name as typed; capitals do not matter, as on the forum.
        :param password: the password as typed.
        :raises ConfigurationError: if the packages of the extra ``passwords`` are not installed.
        """
        return self._row("verify_password", username=username, password=password)
