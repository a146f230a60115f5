"""What the parts of a miniature board share: its rows, its clock, and names looked up once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask_phpbb3.testing import text
from flask_phpbb3.testing.rows import Connection, Rows, Value
from flask_phpbb3.testing.schema import Schema

GUEST_ID = 1
ADMIN_ID = 2


class BoardBase:
    """Hold the connection, schema and clock of a miniature board.

    :param connection: an open DB-API connection that may write, with rows as sequences. Each call commits;
        closing it stays with the caller.
    :param schema: the tables of the phpBB line.
    :param release: what the setting ``version`` says.
    :param dialect: ``sqlite``, ``postgresql`` or ``mysql``.
    :param table_prefix: what the tables' names begin with.
    :param cookie_name: what the names of the forum's cookies begin with.
    :param clock: returns the time in seconds since 1970.
    :param paramstyle: the DB-API module's; see :class:`~flask_phpbb3.testing.rows.Rows`.
    :raises ConfigurationError: if the dialect, prefix or paramstyle cannot be used.
    """

    def __init__(
        self,
        connection: Connection,
        schema: Schema,
        *,
        release: str = "3.3.10",
        dialect: str = "sqlite",
        table_prefix: str = "phpbb_",
        cookie_name: str = "phpbb3_mini",
        clock: Callable[[], float] = time.time,
        paramstyle: str = "",
    ) -> None:
        self.schema = schema
        self.release = release
        self.cookie_name = cookie_name
        self._clock = clock
        self._rows = Rows(
            connection, schema, dialect=dialect, table_prefix=table_prefix, paramstyle=paramstyle
        )

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Make many changes in one transaction: faster, and an error undoes all of them.

        ::

            with board.at_once():
                for number in range(1000):
                    board.add_topic(forum, f"Topic {number}", "admin")
        """
        with self._rows.transaction():
            yield

    def insert(self, table: str, **columns: Value) -> None:
        """Insert a row into any table of the line; columns that are left out get phpBB's defaults.

        :raises LookupError: if the line has no such table.
        :raises ParameterError: if the table has no such column.
        """
        with self._rows.transaction():
            self._rows.insert(table, **columns)

    def rows(self, table: str, **where: Value) -> list[dict[str, Any]]:
        """Return rows of any table as they are stored, in whatever order the database has them.

        :param where: columns and the values that they must have; none for all rows.
        :raises LookupError: if the line has no such table.
        :raises ParameterError: if the table has no such column.
        """
        with self._rows.transaction():
            return self._rows.dicts(table, **where)

    def user_id(self, user: int | str) -> int:
        """Return the id of a user, given by id or by name.

        :raises LookupError: if the board has no such user.
        """
        if isinstance(user, int):
            return self._known("users", "user_id", user, user_id=user)
        return self._known("users", "user_id", user, username_clean=text.clean_name(text.escape(user)))

    def group_id(self, group: int | str) -> int:
        """Return the id of a group, given by id or by name (special groups: such as ``REGISTERED``).

        :raises LookupError: if the board has no such group.
        """
        if isinstance(group, int):
            return self._known("groups", "group_id", group, group_id=group)
        return self._known("groups", "group_id", group, group_name=text.escape(group))

    def set_config(self, name: str, value: str | int) -> None:
        """Set a board setting, new or old."""
        with self._rows.transaction():
            if self._rows.first("config", "config_name", config_name=name) is None:
                self._rows.insert("config", config_name=name, config_value=str(value))
            else:
                self._rows.update("config", {"config_name": name}, config_value=str(value))

    def clear_prefetch(self, user: int | str | None = None) -> None:
        """Blank the stored permission string of one user or of all, so that it must be computed.

        phpBB does so after each change of permissions or memberships; the builder's methods do too.
        phpBB rule: Blank permission strings.
        """
        with self._rows.transaction():
            if user is None:
                self._rows.execute("UPDATE {TABLE_PREFIX}users SET user_permissions = '', user_perm_from = 0")
            else:
                self._rows.update(
                    "users", {"user_id": self.user_id(user)}, user_permissions="", user_perm_from=0
                )

    def _now(self) -> int:
        return int(self._clock())

    def _known(self, table: str, column: str, asked: int | str, **where: Value) -> int:
        with self._rows.transaction():
            found = self._rows.first(table, column, **where)
        if found is None:
            kind = column.removesuffix("_id")
            raise LookupError(f"The board has no {kind} {asked!r}; add_{kind}() makes one.")
        return int(found[0])
