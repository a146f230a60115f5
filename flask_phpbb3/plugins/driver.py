"""What a driver is: any way to ask a board, SQL or not. `SqlDriver` is the one for databases."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ..config import Settings
from .queries import Query

Row = dict[str, Any]
"""A row as a driver returns it: column name → plain Python value."""


class Driver(ABC):
    """A way to ask a board, one instance an application.

    A driver plugin is a package whose ``phpbb3_register_driver`` hook returns a subclass. Making an
    instance connects to nothing. A driver that does not speak SQL may go by ``query.name`` alone.

    :param settings: the application's settings; ``settings.driver_settings`` holds the driver's own.
    :cvar name: the name that ``DRIVER`` picks, equal to the entry point's.
    :cvar dialect: the SQL dialect (``postgresql``, ``mysql``, ``sqlite`` …), empty for none; a
        version's statements for this dialect win over its general ones.
    :cvar dbms: phpBB's words for the databases it serves (``$dbms`` in ``config.php``, without namespace), by
        which ``DRIVER`` ``auto`` finds it.
    :cvar automatic: whether ``DRIVER`` ``auto`` may choose it; False for by its name only. Not inherited.
    :cvar sets_session: whether it changes the server's session, which no other client must then be handed.
    :cvar prepares: whether it has the server keep plans, unless ``PREPARE`` is off or a pooler between.
    :cvar settings_keys: top-level config keys (``PHPBB3_…``) that belong to this driver.
    """

    name: ClassVar[str]
    dialect: ClassVar[str] = ""
    dbms: ClassVar[tuple[str, ...]] = ()
    automatic: ClassVar[bool] = False
    sets_session: ClassVar[bool] = False
    prepares: ClassVar[bool] = False
    settings_keys: ClassVar[tuple[str, ...]] = ()

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @classmethod
    def is_installed(cls) -> bool:
        """Tell whether whatever the driver needs is installed; imports nothing."""
        return True

    @classmethod
    def needs(cls) -> str:
        """Name what pip installs it by, for the message that it is not installed."""
        return f"flask-phpbb3[{cls.name}]>=1"

    @property
    @abstractmethod
    def location(self) -> tuple[str, ...]:
        """Name the board's place (host, port, database …) without secrets; part of every cache key."""

    @property
    def has_replicas(self) -> bool:
        """Tell whether several servers are named, of which some may only follow another; asks none.

        What a request reads after it has written is then read while `flask_phpbb3.plugins.primary.wants_primary()`.
        """
        return False

    @abstractmethod
    def read(
        self, query: Query, parameters: Mapping[str, Any], *, skip: int = 0, limit: int | None = None
    ) -> list[Row]:
        """Run a reading statement and return its rows, all with the same columns.

        :param query: the statement, compiled.
        :param parameters: a value for each of its parameters; lists allowed.
        :param skip: rows to pass over.
        :param limit: most rows to return; None for all.
        :raises BoardUnavailableError: if the board cannot be asked or refuses the statement.
        """

    @abstractmethod
    def write(self, query: Query, parameters: Mapping[str, Any]) -> int:
        """Run a writing statement once, never again, and return the number of rows it touched.

        :raises BoardUnavailableError: if it failed; whether it took effect may be unknown.
        """

    def read_numbers(self, query: Query, parameters: Mapping[str, Any], columns: Sequence[str]) -> str:
        """Run a reading statement whose rows are whole numbers, and return all of it as one text.

        For what is compared as a whole, and looked into only when it has changed. A driver that can have the
        database write the text saves the making of thousands of rows.

        :param columns: the columns that are wanted, none of them null.
        :returns: each row's numbers with commas between and a semicolon behind, as ``1,0,-1;2,0,1;``.
        :raises BoardUnavailableError: as `read`.
        """
        rows = self.read(query, parameters)
        return "".join(",".join(str(int(row[column])) for column in columns) + ";" for row in rows)

    def server_version(self) -> str:
        """Name what answers, such as ``PostgreSQL 15.18``; empty if unknown."""
        return ""

    def server(self) -> str:
        """Name the server that is read from now, and its part: ``10.0.0.5:5432, a replica``; empty if unknown."""
        return ""

    def has_pooler(self) -> bool | None:
        """Tell whether something between hands sessions of the server to several clients; None if unknown."""
        return None

    def may_write(self, table: str) -> bool | None:
        """Tell whether the account may change rows of a table; None if that cannot be known.

        :param table: the whole name, with its prefix.
        """
        return None

    def tables(self) -> list[str]:
        """List the names of the tables that the account sees, to guess a wrong prefix by."""
        return []

    def close(self) -> None:  # noqa: B027 - many drivers hold nothing
        """Give back whatever the driver holds; it may be used again afterwards."""
