"""A user's permissions from the board: decoded where phpBB stored them, else computed.

Asks the statements; the computing itself is `flask_phpbb3.phpbb.acl`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..phpbb.acl import AclRow, UserAcl, fits
from ..phpbb.acl_options import AclOptions
from .connector import Connector


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


def user_acl(connector: Connector, options: AclOptions, user: Mapping[str, Any]) -> UserAcl:
    """Return the permissions of a user row (phpBB rule: Stored permissions).

    At most two statements, and none where the stored string is one that phpBB would believe.

    :param user: a row with ``user_id``, ``user_type`` and ``user_permissions``.
    :raises BoardUnavailableError: if the board cannot be asked.
    """
    stored = user["user_permissions"]
    if fits(stored, options):
        return UserAcl.decode(stored, options)
    tables = permission_tables(connector, int(user["user_id"]))
    return UserAcl.compute(
        options,
        user_type=int(user["user_type"]),
        user_rows=tables.user_rows,
        group_rows=tables.group_rows,
        role_data=tables.role_data,
    )


def permission_tables(connector: Connector, user_id: int) -> PermissionTables:
    """Read what a user's permissions are computed from, in two statements."""
    rows = connector.private("_fetch_permissions", user_id=user_id)
    user_rows = [AclRow.from_row(row) for row in rows if not int(row["group_id"])]
    group_rows = [AclRow.from_row(row) for row in rows if int(row["group_id"])]
    role_ids = sorted({row.auth_role_id for row in (*user_rows, *group_rows)} - {0})
    role_data: dict[int, dict[int, int]] = {}
    if role_ids:
        for row in connector.private("_fetch_role_data", role_ids=role_ids):
            settings = role_data.setdefault(int(row["role_id"]), {})
            settings[int(row["auth_option_id"])] = int(row["auth_setting"])
    return PermissionTables(user_rows, group_rows, role_data)
