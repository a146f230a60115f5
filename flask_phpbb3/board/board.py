"""What every request needs to know of the board: config, options, bots, bans, the guest.

Kept in the process, per application, for a short time; never in the session backend.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ..config import Settings
from ..errors import BoardMismatchError, PluginError, PluginNotFoundError
from ..phpbb.acl import UserAcl
from ..phpbb.acl_options import AclOption, AclOptions
from ..phpbb.bans import BanList
from ..phpbb.bots import BotList
from ..phpbb.identity import GUEST_ID
from ..phpbb.php import to_bool
from ..phpbb.rules import Rules
from ..plugins.driver import Driver, Row
from ..plugins.queries import parse_statements
from ..plugins.registry import AUTO, Plugins
from ..plugins.version import ReleaseLine, parse_release
from ..storage.cache import Cache
from .connector import Connector
from .permissions import user_acl
from .snapshot import Snapshot
from .user_columns import owners_part

logger = logging.getLogger("flask_phpbb3.board")


@dataclass(frozen=True)
class BoardData:
    """The board at one moment.

    :ivar connector: for statements in the release line of that moment.
    :ivar config: phpBB's config table.
    :ivar options: all permission options.
    :ivar bots: the board's bots.
    :ivar guest: the user row of the guest.
    :ivar guest_acl: the guest's permissions.
    """

    connector: Connector
    config: Mapping[str, str] = field(repr=False)  # has passwords too, of mail servers and others
    options: AclOptions
    bots: BotList
    guest: Row = field(repr=False)
    guest_acl: UserAcl

    @property
    def rules(self) -> Rules:
        """Return the rules of the release line."""
        return self.connector.line.rules

    @property
    def shows_notifications(self) -> bool:
        """Tell whether the board's pages show a number of unread notifications (phpBB rule: Unread notifications)."""
        switches = self.rules.notification_switches
        return self.rules.has_notifications and all(to_bool(self.config.get(name, "1")) for name in switches)

    @property
    def cookie_prefix(self) -> str:
        """Return the prefix of the board's cookies as its config has it (phpBB rule: Cookies)."""
        return self.config.get("cookie_name", "phpbb3") + "_"


@dataclass(frozen=True)
class GuestViewer:
    """The guest as the viewer of content, outside a request."""

    acl: UserAcl
    user_id: int = GUEST_ID

    @property
    def now(self) -> int:
        """Return the Unix time."""
        return int(time.time())


class Board:
    """One application's view of its board.

    :param settings: the application's settings.
    :param plugins: where release lines come from.
    :param driver: how to ask the board.
    :param cache: where statements' answers may be kept.
    :raises PluginError: if the named version cannot be used. With ``auto`` that waits for first use.
    """

    def __init__(self, settings: Settings, plugins: Plugins, driver: Driver, cache: Cache) -> None:
        self.settings = settings
        self.plugins = plugins
        self.driver = driver
        self._cache = cache
        self._custom = parse_statements(
            settings.database.custom_statements, source="PHPBB3_DATABASE['CUSTOM_STATEMENTS']"
        )
        self._owner = owners_part(settings.database)
        self._connector: Connector | None = None
        self._birthmarks: tuple[str, ...] = ()
        if settings.connector.version != AUTO:
            self._connector = self.connect(plugins.line(settings.connector.version))
        elif settings.database.user_columns:
            self._check_owner()
        self._data = Snapshot(self._read, settings.board_ttl)
        self._bans = Snapshot(self._read_bans, settings.ban_ttl)

    @property
    def known_connector(self) -> Connector | None:
        """Return the connector if the release line is known without asking the board."""
        return self._connector

    def connector(self) -> Connector:
        """Return the connector of the board's release line.

        :raises BoardUnavailableError: if the board cannot be asked or is of another release.
        """
        return self.data().connector

    def namespace(self) -> tuple[str, ...]:
        """Return what tells this board's entries in a shared session backend from others'.

        Two boards may have the same address as seen from two machines, so what the installer of phpBB drew
        at random is part of it, once the board has been read.
        """
        return (
            self.settings.session_backend.key_prefix,
            self.driver.name,
            *self.driver.location,
            self.settings.database.table_prefix,
            *self._birthmarks,
        )

    def data(self) -> BoardData:
        """Return the board's data, at most ``PHPBB3_BOARD_TTL`` seconds old.

        :raises BoardUnavailableError: if the board cannot be asked or is not what the settings say.
        """
        return self._data.get()

    def bans(self) -> BanList:
        """Return the bans by address, at most ``PHPBB3_BAN_TTL`` seconds old.

        :raises BoardUnavailableError: if the board cannot be asked.
        """
        return self._bans.get()

    def guest_viewer(self) -> GuestViewer:
        """Return the viewer of content that nobody in particular asks for."""
        return GuestViewer(self.data().guest_acl)

    def release(self) -> str:
        """Ask the board for its phpBB release, such as ``3.3.10``; empty if its config has none."""
        connector = self._connector or self.connect(self.some_line())
        return _config(connector).get("version", "")

    def serving(self, release: str) -> str:
        """Return the name of the version that serves a phpBB release, or ``auto`` where none does."""
        try:
            return self.plugins.line(release).name
        except PluginError:
            return AUTO

    def some_line(self) -> ReleaseLine:
        """Return the board's release line or, where it is not known yet, some installed one that loads.

        Asks nobody: the config table reads alike in all lines, and most tables are common to them.

        :raises PluginError: if no version can be used.
        """
        if self._connector is not None:
            return self._connector.line
        for name in self.plugins.version_names():
            with suppress(PluginError):
                return self.plugins.line(name)
        raise PluginNotFoundError(
            "No installed version can be used (PHPBB3['VERSION']); 'flask phpbb3 plugins' lists what there is.",
            key="PHPBB3['VERSION']",
        )

    def connect(self, line: ReleaseLine) -> Connector:
        """Return a connector of a release line with all that add-ons and the owner put on top.

        :raises ConfigurationError: if something of that cannot be used.
        """
        return Connector(
            self.driver,
            line.extended(self._owner),
            self.plugins.extensions(line.name, self.driver.dialect),
            self._custom,
            cache=self._cache,
            namespace=self.namespace,
            guest=self.guest_viewer,
        )

    def _check_owner(self) -> None:
        """Refuse a secret column whatever the release will be, so that it is told when the application starts."""
        for name in self.plugins.version_names():
            with suppress(PluginError):
                self.plugins.line(name).extended(self._owner).user_columns  # noqa: B018 - raises

    def _read(self) -> BoardData:
        try:
            connector = self._connector or self.connect(self.some_line())
        except PluginError as error:  # at init_app it is a setting to mend, here a page that cannot be made
            raise BoardMismatchError(str(error)) from None
        config = _config(connector)
        connector = self._fitting(connector, config.get("version", ""))
        options = AclOptions(AclOption.from_row(row) for row in connector.private("fetch_acl_options"))
        guest = connector.private("get_user", user_id=GUEST_ID)
        if guest is None:
            raise BoardMismatchError(
                f"The board has no user {GUEST_ID}, phpBB's guest; check PHPBB3_DATABASE['DATABASE'] and "
                "['TABLE_PREFIX']."
            )
        self._connector = connector
        self._birthmarks = tuple(config.get(name, "") for name in ("cookie_name", "board_startdate"))
        return BoardData(
            connector=connector,
            config=MappingProxyType(config),
            options=options,
            bots=BotList(connector.private("_fetch_bots")),
            guest=guest,
            guest_acl=user_acl(connector, options, guest),
        )

    def _fitting(self, connector: Connector, text: str) -> Connector:
        """Return a connector that fits the board's release: with ``auto`` a new one where need be."""
        asked = self.settings.connector.version
        release = parse_release(text)
        if release is None:
            raise BoardMismatchError(
                f"The board's config table names no phpBB release (found {text!r}); check "
                "PHPBB3_DATABASE['DATABASE'] and ['TABLE_PREFIX']."
            )
        if asked != AUTO:
            if not connector.line.version.serves(release):
                raise BoardMismatchError(
                    f"PHPBB3['VERSION'] is {asked!r}, which serves phpBB {connector.line.version.releases}, but the "
                    f"board says it is {text}. Set it to {self.serving(text)!r} or 'auto'."
                )
            return connector
        try:
            line = self.plugins.line(text)
        except PluginError as error:
            raise BoardMismatchError(str(error)) from None
        if self._connector is not None and self._connector.line.name == line.name:
            return self._connector
        logger.info("The board is phpBB %s; version %s serves it.", text, line.name)
        return self.connect(line)

    def _read_bans(self) -> BanList:
        connector = self._connector or self.connector()
        return BanList(connector.private("_fetch_bans"), rules=connector.line.rules)


def _config(connector: Connector) -> dict[str, str]:
    rows: list[dict[str, Any]] = connector.private("_fetch_config")
    return {str(row["config_name"]): str(row["config_value"]) for row in rows}
