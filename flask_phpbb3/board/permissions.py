"""A user's permissions from the board: decoded where phpBB stored them, else computed.

Asks the statements; the computing itself is `flask_phpbb3.phpbb.acl`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..phpbb.acl import AclRow, UserAcl
from ..phpbb.acl_options import AclOptions
from .connector import Connector
from .kept import Kept

_ROW: Final = ("forum_id", "auth_option_id", "auth_role_id", "auth_setting", "group_id")
_ROLE: Final = ("role_id", "auth_option_id", "auth_setting")
_MOST: Final = 100
"""Different tables of rows that are remembered; users with the same groups mostly share one."""


@dataclass(frozen=True)
class PermissionTables:
    """What the permissions of one user are computed from.

    :ivar user_rows: the user's own rows, in the order of the database.
    :ivar group_rows: rows of all groups that count, in the order of the database.
    :ivar role_data: role id → option id → setting, for the roles that occur.
    """

    user_rows: list[AclRow]
    group_rows: list[AclRow]
    role_data: dict[int, dict[int, int]]

    @property
    def role_ids(self) -> list[int]:
        """Return the roles that occur in the rows."""
        return sorted({row.auth_role_id for row in (*self.user_rows, *self.group_rows)} - {0})


class Permissions:
    """Permissions of users: what phpBB has stored, or what is computed from the very rows that hold now.

    The rows are read each time, so a change is seen at the next request; what they come to is computed once for all
    users who have the same ones.

    :param ttl: seconds for which what was computed is kept.
    """

    def __init__(self, ttl: float) -> None:
        self._roles: Kept[list[int]] = Kept(ttl, _MOST)
        self._computed: Kept[tuple[AclOptions, UserAcl]] = Kept(ttl, _MOST)

    def of(self, connector: Connector, options: AclOptions, user: Mapping[str, Any]) -> UserAcl:
        """Return the permissions of a user row (phpBB rule: Stored permissions).

        At most two statements, and none where the stored string is one that phpBB would believe.

        :param user: a row with ``user_id``, ``user_type`` and ``user_permissions``.
        :raises BoardUnavailableError: if the board cannot be asked.
        """
        stored = UserAcl.stored(user["user_permissions"], options)
        if stored is not None:
            return stored
        return self._of_rows(connector, options, int(user["user_id"]), int(user["user_type"]))

    def _of_rows(self, connector: Connector, options: AclOptions, user_id: int, user_type: int) -> UserAcl:
        asked = time.monotonic()
        rows = connector.numbers("_fetch_permissions", _ROW, user_id=user_id)
        key = _digest(rows)
        role_ids = self._roles.get(key)
        if role_ids is None:
            role_ids = _tables(rows, "").role_ids
            self._roles.put(key, role_ids, asked)
        roles = connector.numbers("_fetch_role_data", _ROLE, role_ids=role_ids) if role_ids else ""
        whole = (key, _digest(roles), user_type)
        known = self._computed.get(whole)
        if known is not None and known[0] is options:
            return known[1]
        tables = _tables(rows, roles)
        acl = UserAcl.compute(
            options,
            user_type=user_type,
            user_rows=tables.user_rows,
            group_rows=tables.group_rows,
            role_data=tables.role_data,
        )
        self._computed.put(whole, (options, acl), asked)
        return acl


def user_acl(connector: Connector, options: AclOptions, user: Mapping[str, Any]) -> UserAcl:
    """Return the permissions of a user row, nothing of which is kept; see `Permissions.of`."""
    return Permissions(0).of(connector, options, user)


def permission_tables(connector: Connector, user_id: int) -> PermissionTables:
    """Read what a user's permissions are computed from, in two statements."""
    rows = connector.numbers("_fetch_permissions", _ROW, user_id=user_id)
    role_ids = _tables(rows, "").role_ids
    roles = connector.numbers("_fetch_role_data", _ROLE, role_ids=role_ids) if role_ids else ""
    return _tables(rows, roles)


def _tables(rows: str, roles: str) -> PermissionTables:
    """Return what two texts of numbers say."""
    acl_rows = [AclRow(*numbers) for numbers in _numbers(rows)]
    role_data: dict[int, dict[int, int]] = {}
    for role_id, option_id, setting in _numbers(roles):
        role_data.setdefault(role_id, {})[option_id] = setting
    return PermissionTables(
        [row for row in acl_rows if not row.group_id], [row for row in acl_rows if row.group_id], role_data
    )


def _numbers(text: str) -> list[list[int]]:
    return [[*map(int, row.split(","))] for row in text.split(";")[:-1]]


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=32).digest()
