"""Permission options, roles and grants of a miniature board."""

from __future__ import annotations

from collections.abc import Mapping

from flask_phpbb3.testing import text
from flask_phpbb3.testing.base import BoardBase
from flask_phpbb3.testing.stock import YES


class Permissions(BoardBase):
    """Add options and roles, and give them to users and groups."""

    def grant(
        self,
        *,
        user: int | str | None = None,
        group: int | str | None = None,
        forum: int = 0,
        option: str = "f_read",
        setting: int = YES,
    ) -> None:
        """Set one option for a user or a group, in place of an earlier setting.

        :param user: id or name; give this or ``group``.
        :param group: id or name.
        :param forum: the forum's id; 0 sets a right of the whole board.
        :param option: such as ``f_read``.
        :param setting: :data:`~flask_phpbb3.testing.stock.YES` or
            :data:`~flask_phpbb3.testing.stock.NEVER`.
        :raises LookupError: if the user, group or option does not exist.
        :raises ValueError: if not exactly one of user and group is given.
        """
        with self._rows.transaction():
            table, column, holder = self._holder(user, group)
            option_id = self._option_id(option)
            self._rows.delete(table, **{column: holder, "forum_id": forum, "auth_option_id": option_id})
            self._rows.insert(
                table,
                **{column: holder, "forum_id": forum, "auth_option_id": option_id, "auth_setting": setting},
            )
            self.clear_prefetch()

    def grant_role(
        self,
        role: int | str,
        *,
        user: int | str | None = None,
        group: int | str | None = None,
        forum: int = 0,
    ) -> None:
        """Give a role to a user or a group.

        :param role: id or name, such as ``ROLE_FORUM_STANDARD``.
        :param user: id or name; give this or ``group``.
        :param group: id or name.
        :param forum: the forum's id; 0 gives it for the whole board.
        :raises LookupError: if the user, group or role does not exist.
        :raises ValueError: if not exactly one of user and group is given.
        """
        with self._rows.transaction():
            table, column, holder = self._holder(user, group)
            self._rows.insert(
                table, **{column: holder, "forum_id": forum, "auth_role_id": self._role_id(role)}
            )
            self.clear_prefetch()

    def add_role(self, name: str, settings: Mapping[str, int], *, description: str = "") -> int:
        """Add a role; return its id.

        :param name: as a person types it; it is stored escaped.
        :param settings: YES or NEVER by option, all options of one kind (``f_``, ``m_``, ``a_`` or ``u_``).
        :param description: what it is for.
        :raises LookupError: if an option does not exist.
        :raises ValueError: if the options are of several kinds, or there is none.
        """
        kinds = sorted({option[:2] for option in settings})
        if len(kinds) != 1:
            raise ValueError(f"A role has options of one kind; {name!r} has {', '.join(kinds) or 'none'}.")
        with self._rows.transaction():
            role_id = self._rows.next_id("acl_roles", "role_id")
            self._rows.insert(
                "acl_roles",
                role_id=role_id,
                role_name=text.escape(name),
                role_description=text.escape(description),
                role_type=kinds[0],
                role_order=role_id,
            )
            option_ids = self._option_ids(*settings)
            self._rows.insert_many(
                "acl_roles_data",
                [
                    {"role_id": role_id, "auth_option_id": option_ids[option], "auth_setting": setting}
                    for option, setting in settings.items()
                ],
            )
        return role_id

    def add_option(self, name: str, *, is_global: bool = False, is_local: bool = False) -> int:
        """Add a permission option, as an extension of phpBB does; return its id.

        :param name: the option with its prefix, such as ``u_gallery_view``.
        :param is_global: whether it can be set for the whole board.
        :param is_local: whether it can be set in a forum.
        """
        with self._rows.transaction():
            option_id = self._rows.next_id("acl_options", "auth_option_id")
            self._rows.insert(
                "acl_options",
                auth_option_id=option_id,
                auth_option=name,
                is_global=int(is_global),
                is_local=int(is_local),
            )
            self.clear_prefetch()
        return option_id

    def _holder(self, user: int | str | None, group: int | str | None) -> tuple[str, str, int]:
        if user is not None and group is None:
            return "acl_users", "user_id", self.user_id(user)
        if group is not None and user is None:
            return "acl_groups", "group_id", self.group_id(group)
        raise ValueError("A permission belongs to a user or to a group: give one of user= and group=.")

    def _role_id(self, role: int | str) -> int:
        if isinstance(role, int):
            return self._known("acl_roles", "role_id", role, role_id=role)
        return self._known("acl_roles", "role_id", role, role_name=text.escape(role))

    def _option_id(self, option: str) -> int:
        return self._option_ids(option)[option]

    def _option_ids(self, *options: str) -> dict[str, int]:
        known = {
            str(name): int(option_id)
            for option_id, name in self._rows.fetch(
                "SELECT auth_option_id, auth_option FROM {TABLE_PREFIX}acl_options"
            )
        }
        for option in options:
            if option not in known:
                raise LookupError(f"The board has no permission option {option!r}; add_option() makes one.")
        return known
