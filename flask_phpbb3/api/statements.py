"""Who is who and may do what: the statements that need no viewer."""

from __future__ import annotations

from abc import abstractmethod

from ..phpbb.acl import UserAcl
from ..plugins.driver import Row
from .calls import Call


class Statements(Call):
    """Users, sessions, groups and permissions."""

    @abstractmethod
    def get_acl(self, *, user_id: int) -> UserAcl:
        """Return a user's permissions, computed where phpBB has blanked or outgrown the stored string.

        :param user_id: phpBB user id; one that does not exist has no permissions.
        """

    @abstractmethod
    def get_user_acl(self, *, raw_user_permissions: str) -> UserAcl:
        """Return the permissions that a stored string says.

        :param raw_user_permissions: a ``user_permissions`` column. A blank or outgrown string grants
            nothing; `get_acl` computes instead.
        """

    def get_autologin(self, *, key: str, cache: bool = False, cache_ttl: float | None = None) -> Row | None:
        """Return the user whom a remember-me key names, with the key's last use; never cached.

        :param key: the key as stored: the MD5 of the cookie's value, in hex.
        """
        return self._row("get_autologin", key=key, cache=cache, cache_ttl=cache_ttl)

    def get_session(
        self, *, session_id: str, cache: bool = False, cache_ttl: float | None = None
    ) -> Row | None:
        """Return a session with its user, whether or not phpBB would still accept it; never cached.

        :param session_id: 32 lower-case hexadecimal characters.
        """
        return self._row("get_session", session_id=session_id, cache=cache, cache_ttl=cache_ttl)

    def get_user(self, *, user_id: int, cache: bool = False, cache_ttl: float | None = None) -> Row | None:
        """Return a user's columns without secrets.

        :param user_id: phpBB user id.
        """
        return self._row("get_user", user_id=user_id, cache=cache, cache_ttl=cache_ttl)

    def get_user_profile(
        self, *, user_id: int, cache: bool = False, cache_ttl: float | None = None
    ) -> Row | None:
        """Return a user's custom profile fields (``pf_…``); None for the many users who have no row.

        :param user_id: phpBB user id.
        """
        return self._row("get_user_profile", user_id=user_id, cache=cache, cache_ttl=cache_ttl)

    def has_membership(
        self, *, user_id: int, group_id: int, cache: bool = False, cache_ttl: float | None = None
    ) -> bool:
        """Tell whether a user belongs to a group; pending members do not.

        :param user_id: phpBB user id.
        :param group_id: phpBB group id.
        """
        answer: bool = self.execute_custom(
            "has_membership", user_id=user_id, group_id=group_id, cache=cache, cache_ttl=cache_ttl
        )
        return answer

    def has_membership_resolve(
        self, *, user_id: int, group_name: str, cache: bool = False, cache_ttl: float | None = None
    ) -> bool:
        """Tell whether a user belongs to a group of a name; pending members do not.

        :param user_id: phpBB user id.
        :param group_name: the name as people read it; for a special group phpBB's constant, such as
            ``ADMINISTRATORS``.
        """
        answer: bool = self.execute_custom(
            "has_membership_resolve", user_id=user_id, group_name=group_name, cache=cache, cache_ttl=cache_ttl
        )
        return answer

    def fetch_acl_options(
        self, *, skip: int = 0, limit: int | None = 10, cache: bool = False, cache_ttl: float | None = None
    ) -> list[Row]:
        """Return permission options by id: ``auth_option``, ``is_global``, ``is_local``."""
        return self._rows("fetch_acl_options", skip=skip, limit=limit, cache=cache, cache_ttl=cache_ttl)

    def get_unread_notifications_count(
        self, *, user_id: int, cache: bool = False, cache_ttl: float | None = None
    ) -> Row | None:
        """Return a row whose ``num`` counts a user's unread notifications of enabled types.

        :param user_id: phpBB user id.
        """
        return self._row("get_unread_notifications_count", user_id=user_id, cache=cache, cache_ttl=cache_ttl)
