"""Users, their profiles and groups, and who is there, as the viewer may see it."""

from __future__ import annotations

from ..plugins.driver import Row
from .calls import Call


class People(Call):
    """Who is there.

    Methods answer for a viewer as those of `Forums` do. No row holds an e-mail address.
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
