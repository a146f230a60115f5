"""Whether the board's users have every column that is asked for; databases tell a missing one in words of their own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ..config import DatabaseSettings
from ..errors import BoardMismatchError, ConfigurationError, MissingColumnError, StatementFailedError
from ..phpbb.identity import GUEST_ID
from ..plugins.contents import Contents
from ..plugins.driver import Driver
from ..plugins.queries import Query
from ..plugins.user_columns import missing_columns
from ..plugins.version import ReleaseLine, Version


class OwnersPart(Contents):
    """What the owner's settings put on top of a release line."""

    @property
    def label(self) -> str:
        """Return the setting."""
        return "PHPBB3_DATABASE['USER_COLUMNS']"

    def mistake(self, what: str) -> ConfigurationError:
        """Return the error that tells a mistake of the owner."""
        return ConfigurationError(f"{self.label} {what}", key=self.label)


def owners_part(settings: DatabaseSettings) -> OwnersPart:
    """Return what the settings put on top of a release line."""
    return OwnersPart(
        name="PHPBB3_DATABASE", user_columns=settings.user_columns, escaped_columns=settings.escaped_columns
    )


class UserColumns:
    """Look for user columns that the board lacks.

    :param driver: how to ask the board.
    :param line: the release line with all that is put on top.
    :param get_user: the version's own statement; None or one of other columns for nothing to look for.
    """

    def __init__(self, driver: Driver, line: ReleaseLine, get_user: Query | None) -> None:
        self._driver = driver
        self._line = line
        self._get_user = get_user

    def check(self) -> None:
        """Ask the board; see `Connector.check_user_columns`."""
        query = self._get_user
        if query is None or not query.reads_user_columns:
            return
        has = partial(self._has, query)
        names = list(self._line.user_columns)
        missing = missing_columns(has, names) if has(names[:1]) else []  # else it is no question of columns
        if missing:
            raise self._error(missing)

    def _has(self, query: Query, names: Sequence[str]) -> bool:
        compiled = query.compile(self._driver.settings.database.table_prefix, names)
        try:
            self._driver.read(compiled, {"user_id": GUEST_ID})
        except StatementFailedError:
            return False
        return True

    def _error(self, missing: Sequence[str]) -> BoardMismatchError | MissingColumnError:
        parts = {name: self._line.user_columns[name] for name in missing}
        named = ", ".join(f"{name!r} (from {part.label})" for name, part in parts.items())
        lacks = f"The board's table of users has no column {named} that the account may read."
        if any(isinstance(part, Version) and part.automatic for part in parts.values()):
            return BoardMismatchError(
                f"{lacks} Let the forum finish an upgrade, or set PHPBB3['VERSION'] to 'auto'."
            )
        key = next((part.label for part in parts.values() if isinstance(part, OwnersPart)), "")
        return MissingColumnError(f"{lacks} Correct the name, or take it out.", key=key)
