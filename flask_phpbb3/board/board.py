"""What every request needs to know of the board: config, options, bots, bans, the guest.

Kept in the process, per application, for a short time; never in the session backend.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any, Final

from ..config import Settings
from ..errors import BoardMismatchError, PluginError, PluginNotFoundError
from ..phpbb.acl import UserAcl
from ..phpbb.acl_options import AclOption, AclOptions
from ..phpbb.bans import BanList
from ..phpbb.bots import BotList
from ..phpbb.identity import GUEST_ID
from ..phpbb.pages import board_url
from ..phpbb.php import to_bool
from ..phpbb.rules import Rules
from ..plugins.driver import Driver, Row
from ..plugins.queries import parse_statements
from ..plugins.registry import AUTO, Plugins
from ..plugins.version import ReleaseLine, parse_release
from ..storage.cache import Cache
from ..waiting.allowance import Spending
from .asked import Record
from .connector import Connector
from .forums import ForumTree
from .inquiry import ContentFunction
from .kept import Kept
from .permissions import Permissions
from .snapshot import Snapshot
from .texts import Texts
from .user_columns import owners_part
from .viewers import GivenViewer
from .visitor_rows import EMPTY_SESSION, without_own_columns
from .writes import Writes

logger = logging.getLogger("flask_phpbb3.board")

_MOST_VISITORS: Final = 1000


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

    @cached_property
    def guest_row(self) -> Mapping[str, Any]:
        """Return the row of a guest without a phpBB session, which all of them share: it cannot be changed."""
        return MappingProxyType({**EMPTY_SESSION, **without_own_columns(self.guest)})

    @property
    def rules(self) -> Rules:
        """Return the rules of the release line at the board's release."""
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


class Board:
    """One application's view of its board.

    :param settings: the application's settings.
    :param plugins: where release lines come from.
    :param driver: how to ask the board.
    :param cache: where statements' answers may be kept.
    :param content: the core's own functions by name.
    :param application: returns what tells the application from others on the board; may be empty.
    :param spend: makes the block in which the board is asked, at the cost of what a request may wait.
    :param writes: remembers where something was written.
    :ivar permissions: what users may do.
    :ivar visitors: what is kept of visitors who were identified, ``PHPBB3_SESSION_CACHE_TTL`` seconds at most.
    :raises PluginError: if the named version cannot be used. With ``auto`` that waits for first use.
    """

    def __init__(
        self,
        settings: Settings,
        plugins: Plugins,
        driver: Driver,
        cache: Cache,
        content: Mapping[str, ContentFunction] = MappingProxyType({}),
        *,
        application: Callable[[], str] = str,
        spend: Callable[[], Spending] = lambda: Spending(None),
        writes: Writes | None = None,
    ) -> None:
        self.settings = settings
        self.plugins = plugins
        self.driver = driver
        self.record = Record()
        self._cache = cache
        self._application = application
        self._content = content
        self._spend = spend
        self._writes = writes or Writes()
        self._custom = parse_statements(
            settings.database.custom_statements, source="PHPBB3_DATABASE['CUSTOM_STATEMENTS']"
        )
        self._owner = owners_part(settings.database)
        self.visitors: Kept[Any] = Kept(settings.session_cache_ttl, _MOST_VISITORS)
        self.permissions = Permissions(settings.board_ttl)
        self._connector: Connector | None = None
        self._birthmarks: tuple[str, ...] = ()
        self._warned: set[str] = set()
        self._odd_mark: tuple[int, int] | None = None
        if settings.connector.version != AUTO:
            self._connector = self.connect(plugins.line(settings.connector.version))
        elif settings.database.user_columns:
            self._check_owner()
        self._data = Snapshot(self._read, settings.board_ttl, spend)
        self._bans = Snapshot(self._read_bans, settings.ban_ttl, spend)
        self._forums = Snapshot(self._read_forums, settings.board_ttl, spend)
        self.texts = Texts(self)
        self._kept: dict[str, Snapshot[tuple[Row, ...]]] = {}

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
        """Return what tells this application's entries on this board in a shared session backend from others'.

        Two boards may have the same address as seen from two machines, so what the installer of phpBB drew
        at random is part of it, once the board has been read.
        """
        prefix = self.settings.session_backend.key_prefix
        return (prefix, self._application(), *self._place, *self._birthmarks)

    @cached_property
    def _place(self) -> tuple[str, ...]:
        return (self.driver.name, *self.driver.location, self.settings.database.table_prefix)

    def data(self) -> BoardData:
        """Return the board's data, at most ``PHPBB3_BOARD_TTL`` seconds old.

        :raises BoardUnavailableError: if the board cannot be asked or is not what the settings say.
        """
        return self._data.get()

    def bans(self) -> BanList:
        """Return the bans by address, at most ``PHPBB3_BAN_TTL`` seconds old.

        :raises BoardUnavailableError: if the board cannot be asked, or an upgrade is still moving the bans.
        """
        return self._bans.get()[1]

    def data_with(self, mark: tuple[int, int]) -> BoardData:
        """Return the board's data with the permission options of a mark, read again if they are others.

        :param mark: see `flask_phpbb3.phpbb.acl_options.AclOptions.mark`.
        :raises BoardUnavailableError: as `data`.
        """
        data = self.data()
        if mark in (data.options.mark, self._odd_mark):
            return data
        self._data.forget()
        data = self.data()
        self._odd_mark = None if data.options.mark == mark else mark  # is not asked for again and again
        return data

    def data_and_bans(self) -> tuple[BoardData, BanList]:
        """Return both, read by the statements of one release line even while the board changes.

        :raises BoardUnavailableError: as `data` and `bans`.
        """
        data = self._data.get()
        connector, bans = self._bans.get()
        if connector is not data.connector:
            data = self._data.get()
            connector, bans = self._bans.get()
        if connector is not data.connector:
            raise BoardMismatchError(
                "The board is being changed just now; nothing that is read of it counts."
            )
        return data, bans

    @property
    def config(self) -> Mapping[str, str]:
        """Return phpBB's config table, at most ``PHPBB3_BOARD_TTL`` seconds old."""
        return self.data().config

    @property
    def rules(self) -> Rules:
        """Return the rules of the board's release line."""
        return self.data().rules

    @property
    def line(self) -> ReleaseLine:
        """Return the board's release line at its release."""
        return self.connector().line

    @property
    def guest_columns(self) -> Row:
        """Return the user row of the guest."""
        return self.data().guest

    @property
    def url(self) -> str:
        """Return the board's address without a slash at its end: ``PHPBB3_BOARD_URL``, or what its config says."""
        return self.settings.board_url or board_url(self.config)

    @property
    def forums(self) -> ForumTree:
        """Return all forums, at most ``PHPBB3_BOARD_TTL`` seconds old.

        :raises BoardUnavailableError: if the board cannot be asked.
        """
        return self._forums.get()

    def kept(self, statement: str) -> Sequence[Row]:
        """Return the rows of a private statement without parameters, at most ``PHPBB3_BOARD_TTL`` seconds old.

        :raises BoardUnavailableError: if the board cannot be asked.
        """
        if statement not in self._kept:
            read = partial(self._read_kept, statement)
            self._kept.setdefault(statement, Snapshot(read, self.settings.board_ttl, self._spend))
        return self._kept[statement].get()

    def locked_forums(self, user_id: int, session_id: str) -> frozenset[int]:
        """Return the forums whose password a phpBB session has still to give (phpBB rule: Forum passwords).

        Asks one statement, and none where no forum has a password or there is no session.

        :param session_id: the id of an accepted session; empty for none.
        :raises BoardUnavailableError: if the board cannot be asked.
        """
        locked = self.forums.with_password
        if not locked or not session_id:
            return locked
        opened = self.connector().private_rows(
            "_fetch_unlocked_forums", user_id=user_id, session_id=session_id
        )
        return locked - {int(row["forum_id"]) for row in opened}

    def guest_viewer(self) -> GivenViewer:
        """Return the viewer of content that nobody in particular asks for."""
        data = self.data()
        return GivenViewer(data.guest, data.guest_acl, self.forums.with_password)

    def viewer_of(self, user_id: int) -> GivenViewer:
        """Return a user as viewer, as in a browser without a session; one that does not exist may do nothing.

        :raises BoardUnavailableError: if the board cannot be asked.
        """
        data = self.data()
        if user_id == GUEST_ID:
            return self.guest_viewer()
        user = data.connector.private("get_user", user_id=user_id)
        acl = (
            UserAcl.decode("", data.options)
            if user is None
            else self.permissions.of(data.connector, data.options, user)
        )
        return GivenViewer(user or {**data.guest, "user_id": user_id}, acl, self.forums.with_password)

    def everything_viewer(self) -> GivenViewer:
        """Return a viewer who may do everything everywhere, and is nobody: for tools, never for a page."""
        data = self.data()
        return GivenViewer({**data.guest, "user_id": 0}, UserAcl.all_of(data.options, self.forums))

    def warn_once(self, message: str, *arguments: object) -> None:
        """Log a warning about this board's visitors or settings, each message once in this process."""
        if message not in self._warned:
            self._warned.add(message)
            logger.warning(message, *arguments)

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
            line.extended(*self.plugins.addons(line.name), self._owner),
            self.plugins.extensions(line.name, self.driver.dialect),
            self._custom,
            cache=self._cache,
            namespace=self.namespace,
            known=self,
            content=self._content,
            record=self.record,
            spend=self._spend,
            doubt=self._doubt,
            wrote=self.visitors.forget,
            writes=self._writes,
        )

    def _check_owner(self) -> None:
        """Refuse a secret column whatever the release will be, so that it is told when the application starts."""
        for name in self.plugins.version_names():
            with suppress(PluginError):
                line = self.plugins.line(name)
                line.extended(*self.plugins.addons(name), self._owner).user_columns  # noqa: B018 - raises

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
        birthmarks = tuple(config.get(name, "") for name in ("cookie_name", "board_startdate"))
        is_another = (self._connector, self._birthmarks) != (connector, birthmarks)
        self._connector = connector
        self._birthmarks = birthmarks
        if is_another:  # upgraded, or another board in its place: nothing that is known of it counts
            self._bans.forget()
            self._forums.forget()
            self.visitors.forget()
            for rows in list(self._kept.values()):
                rows.forget()
        return BoardData(
            connector=connector,
            config=MappingProxyType(config),
            options=options,
            bots=BotList(connector.private("_fetch_bots")),
            guest=guest,
            guest_acl=self.permissions.of(connector, options, guest),
        )

    def _fitting(self, connector: Connector, text: str) -> Connector:
        """Return a connector that fits the board's release: a new one if the release was not known or has changed."""
        asked = self.settings.connector.version
        release = parse_release(text)
        if release is None:
            raise BoardMismatchError(
                f"The board's config table names no phpBB release (found {text!r}); check "
                "PHPBB3_DATABASE['DATABASE'] and ['TABLE_PREFIX']."
            )
        if asked != AUTO and not connector.line.version.serves(release):
            raise BoardMismatchError(
                f"PHPBB3['VERSION'] is {asked!r}, which serves phpBB {connector.line.version.releases}, but the "
                f"board says it is {text}. Set it to {self.serving(text)!r} or 'auto'."
            )
        if self._connector is not None and self._connector.line.release == text:
            return self._connector
        try:
            line = self.plugins.line(text if asked == AUTO else asked)
        except PluginError as error:
            raise BoardMismatchError(str(error)) from None
        logger.info("The board is phpBB %s; version %s serves it.", text, line.name)
        return self.connect(line.at(text))

    def _read_forums(self) -> ForumTree:
        return ForumTree(self.connector().private_rows("_fetch_forums"))

    def _read_kept(self, statement: str) -> tuple[Row, ...]:
        return tuple(self.connector().private_rows(statement))

    def _doubt(self) -> None:
        """Read the board anew: a statement that should fit its tables does not, as after an upgrade."""
        self._data.doubt()

    def _read_bans(self) -> tuple[Connector, BanList]:
        connector = self._connector
        if connector is None or not connector.line.release:
            connector = self.connector()
        rows = connector.private("_fetch_bans")
        if any(to_bool(row.get("ban_unfinished")) for row in rows):
            raise BoardMismatchError(
                "The board is being upgraded, and its bans are not all in the table of its new release yet. That ends "
                "with the upgrade; if none is running, let the forum finish the one that was stopped."
            )
        return connector, BanList(rows, rules=connector.line.rules)


def _config(connector: Connector) -> dict[str, str]:
    rows: list[dict[str, Any]] = connector.private("_fetch_config")
    return {str(row["config_name"]): str(row["config_value"]) for row in rows}
