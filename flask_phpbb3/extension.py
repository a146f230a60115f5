"""The extension: `PhpBB3` for `init_app`, and the state it binds to each application."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any, Final, TypeVar

from flask import Flask, Request, current_app, g, has_app_context, has_request_context, request

from .api import Calls, PhpBB3API
from .board.asked import AskedStatement
from .board.board import Board
from .board.writes import Writes
from .config import DatabaseSettings, SessionBackendSettings, Settings, read_settings
from .content import FUNCTIONS
from .errors import (
    BoardUnavailableError,
    ConfigurationError,
    ConnectionFailedError,
    ParameterError,
    PoolTimeoutError,
    StatementTimeoutError,
)
from .phpbb.acl import UserAcl
from .phpbb.identity import GUEST_ID
from .plugins.driver import Driver
from .plugins.queries import OPERATIONS
from .plugins.registry import AUTO, Plugins
from .plugins.version import Viewer
from .rendering.renderer import Renderer
from .rendering.viewer import Reader, Words
from .session.sessions import PhpBB3Session, PhpBB3SessionInterface
from .storage.backends import make_backend
from .storage.cache import Cache
from .storage.keystore import KeyStore
from .waiting.allowance import Allowance, Spending
from .web.current import current_visitor
from .web.jinja import register
from .web.unavailable import answer_with_503
from .web.urls import BoardUrls

logger = logging.getLogger("flask_phpbb3")

EXTENSION_NAME: Final = "phpbb3"
_ASKED: Final = "_phpbb3_asked"
_CALL_OPTIONS: Final = ("cache", "cache_ttl")
_PAGING: Final = ("skip", "limit")
_KEYS_THRESHOLD: Final = 100_000
_WAITED_IN_VAIN: Final = (ConnectionFailedError, PoolTimeoutError, StatementTimeoutError)
_ALLOWANCE: Final = "flask_phpbb3.allowance"
"""Where the WSGI environment of a request has what it may still wait for the board."""
_MADE: Final = "flask_phpbb3.made"
"""Where it has what is made once in a request."""

_T = TypeVar("_T")


class BoundPhpBB3(PhpBB3API):
    """The board of one application: ``app.extensions["phpbb3"]``. Usable without a context.

    :ivar settings: the application's settings, checked and frozen.
    :ivar plugins: the plugins of this application.
    :ivar driver: how the board is asked.
    :ivar board: what is known of the board.
    :ivar cache: where answers are kept.
    :ivar has_given_cache: whether the application brought it.
    :ivar urls: the addresses of the board's pages.
    """

    def __init__(
        self, app: Flask, settings: Settings, plugins: Plugins, driver: Driver, cache: Cache | None
    ) -> None:
        self.settings = settings
        self.plugins = plugins
        self.driver = driver
        backend = settings.session_backend
        self.has_given_cache = cache is not None
        self.cache: Cache = (
            make_backend(backend, purpose="answers", threshold=500) if cache is None else cache
        )
        self.board = Board(
            settings,
            plugins,
            driver,
            self.cache,
            FUNCTIONS,
            application=partial(_identity, app, backend),
            spend=self._spend,
            writes=Writes(lambda: self._own_environ),
        )
        self.urls = BoardUrls(self.board)
        self._app = app
        # Never in a cache that others clear, or that unpickles what it finds.
        keys = (
            KeyStore(make_backend(backend, purpose="keys", threshold=_KEYS_THRESHOLD), self.board.namespace)
            if backend.type != "cookie"
            else None
        )
        app.session_interface = PhpBB3SessionInterface(self.board, keys)

        if settings.record_statements:
            self.board.record.listener = self._note_statement

    @property
    def asked_statements(self) -> tuple[AskedStatement, ...]:
        """Return what this request has asked of the database so far; empty without ``PHPBB3_RECORD_STATEMENTS``."""
        return tuple(g.get(_ASKED, {}).get(id(self), ())) if has_app_context() else ()

    def _note_statement(self, asked: AskedStatement) -> None:
        if has_app_context():
            g.setdefault(_ASKED, {}).setdefault(id(self), []).append(asked)

    def execute_custom(self, command: str, **kwargs: Any) -> Any:
        """Call any statement or function by name; see `PhpBB3API.execute_custom`."""
        options: dict[str, Any] = {name: kwargs.pop(name) for name in _CALL_OPTIONS if name in kwargs}
        paging: dict[str, Any] = {name: kwargs.pop(name) for name in _PAGING if name in kwargs}
        try:
            return self.board.connector().call(
                command, viewer=self._viewer, paging=paging, parameters=kwargs, **options
            )
        except _WAITED_IN_VAIN as error:
            self._note_failure(error)
            raise

    def get_acl(self, *, user_id: int) -> UserAcl:
        """Return a user's permissions; see `PhpBB3API.get_acl`."""
        data = self.board.data()
        user = self.get_user(user_id=user_id)
        if user is None:
            return UserAcl.decode("", data.options)
        return self.board.permissions.of(data.connector, data.options, user)

    def get_user_acl(self, *, raw_user_permissions: str) -> UserAcl:
        """Return the permissions that a stored string says; see `PhpBB3API.get_user_acl`."""
        if not isinstance(raw_user_permissions, str):
            raise ParameterError("get_user_acl(): raw_user_permissions must be a str.")
        return UserAcl.decode(raw_user_permissions, self.board.data().options)

    def reader(
        self,
        *,
        user_id: int | None = None,
        board_url: str | None = None,
        words: Words | None = None,
        now: int | None = None,
    ) -> Reader:
        """Return who reads; see `PhpBB3API.reader`."""

        def read() -> Reader:
            with self._failures_noted():
                viewer = self._viewer() if user_id is None else self._viewer_of(user_id)
                return self.board.texts.reader(viewer, board_url=board_url, words=words, now=now)

        if board_url is not None and not isinstance(board_url, str):
            raise ParameterError(f"board_url must be an address; it is {board_url!r:.40}.")
        if user_id is not None and (isinstance(user_id, bool) or not isinstance(user_id, int)):
            raise ParameterError(f"user_id must be an int; it is {user_id!r:.40}.")
        if words is not None or now is not None:
            return read()
        return self._once(("reader", user_id, board_url), read)

    def renderer(self, release: str | None = None) -> Renderer:
        """Return what renders the board's texts; see `PhpBB3API.renderer`."""

        def read() -> Renderer:
            with self._failures_noted():
                return self.board.texts.renderer(release)

        return self._once(("renderer", release), read) if isinstance(release, (str, type(None))) else read()

    def __getattr__(self, name: str) -> Calls:
        board: Board | None = vars(self).get("board")  # not there yet while this object is made
        connector = board.known_connector if board else None
        if name.startswith("_") or (connector is None and name.partition("_")[0] not in OPERATIONS):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        if connector is not None:
            connector.check_name(name)
        return self._statement(name)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._app.name!r}: {self.driver.name}, {self.settings.connector.version}>"

    @contextmanager
    def _failures_noted(self) -> Iterator[None]:
        """Tell the visitor of a board that cannot be asked, so that nothing in the request waits for it again."""
        try:
            yield
        except _WAITED_IN_VAIN as error:
            self._note_failure(error)
            raise

    def _note_failure(self, error: BoardUnavailableError) -> None:
        if (visitor := self._visitor()) is not None:
            visitor.note_failure(error)

    def _viewer_of(self, user_id: int) -> Viewer:
        """Return a user as viewer, asked for once in a request."""
        # Looking at the session makes the answer vary by cookie, and what the guest sees does not.
        visitor = self._visitor() if user_id != GUEST_ID else None
        if visitor is not None and visitor.user_id == user_id:
            return visitor
        return self._once(("viewer", user_id), lambda: self.board.viewer_of(user_id))

    def _once(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """Return what `make` does, made once in a request to this application.

        Kept with the request: `flask.g` may outlive one where a context was pushed around it.
        """
        environ = self._own_environ
        if environ is None:
            return make()
        known: dict[Hashable, _T] = environ.setdefault(_MADE, {})
        own = (id(self), key)  # an application that another one dispatches to may be handed its environment
        if own not in known:
            known[own] = make()
        return known[own]

    def _viewer(self) -> Viewer:
        """Return for whom content is asked: the visitor of the current request, or else the guest."""
        visitor = self._visitor()
        return self.board.guest_viewer() if visitor is None else visitor

    def _spend(self) -> Spending:
        """Return the block in which the board is asked, at the cost of what the current request may wait."""
        environ = self._own_environ
        if environ is None:
            return Spending(None)
        allowance = environ.get(_ALLOWANCE)
        if allowance is None:
            allowance = environ[_ALLOWANCE] = Allowance(self.settings.database.request_timeout)
        return Spending(allowance)

    @property
    def _own_environ(self) -> dict[str, Any] | None:
        """Return the environment of the current request if it is one to this application."""
        if not has_request_context() or current_app._get_current_object() is not self._app:  # type: ignore[attr-defined]
            return None
        current: Request = request._get_current_object()  # type: ignore[attr-defined]  # a proxy asks at each use
        return current.environ

    def _visitor(self) -> PhpBB3Session | None:
        """Return the visitor of the current request to this application."""
        if self._own_environ is not None:
            visitor = current_visitor()  # whoever stands there instead is not silently the guest
            return visitor if visitor.board is self.board else None
        return None


class PhpBB3(PhpBB3API):
    """Share logins, permissions and content with a phpBB forum.

    ``PhpBB3(app)``, or ``phpbb3 = PhpBB3()`` and ``phpbb3.init_app(app)``. One object serves any number of
    applications, each with its own board; it finds the current one as ``flask.current_app``.

    Settings, read once by `init_app`: ``PHPBB3`` (``DRIVER``, ``VERSION``), ``PHPBB3_DATABASE``,
    ``PHPBB3_SESSION_BACKEND``, ``PHPBB3_COOKIE_NAME``, ``PHPBB3_BOTLIST``, ``PHPBB3_URL_SID``,
    ``PHPBB3_CHECK_REFERER``, ``PHPBB3_AUTOLOGIN``, ``PHPBB3_BOARD_URL``, ``PHPBB3_BOARD_TTL``,
    ``PHPBB3_BAN_TTL``, ``PHPBB3_SESSION_CACHE_TTL``, ``PHPBB3_LOGIN_URL``, ``PHPBB3_JINJA``,
    ``PHPBB3_RECORD_STATEMENTS``, ``PHPBB3_WORDS``, ``PHPBB3_MARKUP``, ``PHPBB3_HIDDEN_BBCODES``,
    ``PHPBB3_UNSAFE_TEMPLATES``; the README has them in full.

    :param app: the application, if there is one already.
    :param cache: a Flask-Caching ``Cache`` or a cachelib object for cached answers, used instead of one of our own.
    :param plugins: in-process plugins, or names of installed add-ons.
    :raises ConfigurationError: as `init_app`.
    """

    def __init__(
        self, app: Flask | None = None, *, cache: Cache | None = None, plugins: Iterable[Any] = ()
    ) -> None:
        self._cache = cache
        self._plugins = tuple(plugins)
        if app is not None:
            self.init_app(app)

    def init_app(
        self, app: Flask, *, cache: Cache | None = None, plugins: Iterable[Any] | None = None
    ) -> None:
        """Give an application its board. Connects to nothing.

        :param cache: as for the class; wins over the one given there.
        :param plugins: as for the class; win over those given there.
        :raises ConfigurationError: if a setting is wrong or a plugin cannot be used.
        :raises RuntimeError: if the application has a board already.
        """
        if EXTENSION_NAME in app.extensions:
            raise RuntimeError(
                f"The application {app.name!r} has been given to PhpBB3 already. Call init_app() once, or make "
                "one application for each board."
            )
        found = Plugins(self._plugins if plugins is None else plugins)
        driver_class, database = _driver_class(app, found)
        settings = read_settings(app.config, driver_keys=driver_class.settings_keys, database=database)
        bound = BoundPhpBB3(
            app, settings, found, driver_class(settings), self._cache if cache is None else cache
        )
        app.extensions[EXTENSION_NAME] = bound
        app.phpbb3 = bound  # type: ignore[attr-defined]  # where Flask-phpBB3 0.2 had it
        answer_with_503(app)
        app.shell_context_processor(lambda: {"phpbb3": bound})
        if settings.jinja:
            register(app, bound.board, bound.urls)
            app.jinja_env.filters.update(
                phpbb3_render=bound.render, phpbb3_plain_text=bound.plain_text, phpbb3_censor=bound.censor
            )

    @property
    def bound(self) -> BoundPhpBB3:
        """Return the board of the current application.

        :raises RuntimeError: outside an application context, or if the application has no board.
        """
        if not has_app_context():
            raise RuntimeError(
                "PhpBB3 finds its board through the current application, and there is none. Use it inside a view "
                "or 'with app.app_context():', or take app.extensions['phpbb3'], which needs no context."
            )
        bound = current_app.extensions.get(EXTENSION_NAME)
        if not isinstance(bound, BoundPhpBB3):
            raise RuntimeError(
                f"The application {current_app.name!r} has no board. Call phpbb3.init_app(app) first."
            )
        return bound

    @property
    def asked_statements(self) -> tuple[AskedStatement, ...]:
        """Return what this request has asked of the database; see `BoundPhpBB3.asked_statements`."""
        return self.bound.asked_statements

    @property
    def urls(self) -> BoardUrls:
        """Return the addresses of the current application's board."""
        return self.bound.urls

    def execute_custom(self, command: str, **kwargs: Any) -> Any:
        """Call any statement or function by name; see `PhpBB3API.execute_custom`."""
        return self.bound.execute_custom(command, **kwargs)

    def get_acl(self, *, user_id: int) -> UserAcl:
        """Return a user's permissions; see `PhpBB3API.get_acl`."""
        return self.bound.get_acl(user_id=user_id)

    def get_user_acl(self, *, raw_user_permissions: str) -> UserAcl:
        """Return the permissions that a stored string says; see `PhpBB3API.get_user_acl`."""
        return self.bound.get_user_acl(raw_user_permissions=raw_user_permissions)

    def reader(
        self,
        *,
        user_id: int | None = None,
        board_url: str | None = None,
        words: Words | None = None,
        now: int | None = None,
    ) -> Reader:
        """Return who reads; see `PhpBB3API.reader`."""
        return self.bound.reader(user_id=user_id, board_url=board_url, words=words, now=now)

    def renderer(self, release: str | None = None) -> Renderer:
        """Return what renders the board's texts; see `PhpBB3API.renderer`."""
        return self.bound.renderer(release)

    def __getattr__(self, name: str) -> Calls:
        if not name.startswith("_") and has_app_context() and EXTENSION_NAME in current_app.extensions:
            return self.bound.__getattr__(name)
        if name.partition("_")[0] not in OPERATIONS:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return self._statement(name)


def _identity(app: Flask, backend: SessionBackendSettings) -> str:
    """Return what tells an application from others on one board and one session backend.

    As with Flask's own sessions: those with one ``SECRET_KEY`` and one name for the cookie are one.
    """
    if backend.application is not None:
        return f"named {backend.application}"
    secret = app.secret_key or app.import_name
    own = secret.encode() if isinstance(secret, str) else bytes(secret)
    return _fingerprint(own, str(app.config["SESSION_COOKIE_NAME"]))


@lru_cache(maxsize=32)  # asked for each cached answer
def _fingerprint(own: bytes, name: str) -> str:
    return hashlib.sha256(b"phpbb3 application\0" + name.encode() + b"\0" + own).hexdigest()


def _driver_class(app: Flask, plugins: Plugins) -> tuple[type[Driver], DatabaseSettings]:
    """Find the driver before the other settings are read, as it may have some of its own; return where its board is."""
    settings = read_settings(
        {key: app.config[key] for key in ("PHPBB3", "PHPBB3_DATABASE") if key in app.config}
    )
    name, dbms = settings.connector.driver, settings.database.dbms
    if name == AUTO:
        if not dbms:
            raise ConfigurationError(
                "PHPBB3['DRIVER'] is 'auto', which is read from the forum's config.php: name that file in "
                "PHPBB3_DATABASE['PHPBB_CONFIG'], or name a driver.",
                key="PHPBB3['DRIVER']",
            )
        return plugins.driver_for(dbms), settings.database
    driver = plugins.driver(name)
    if dbms and driver.dbms and dbms not in driver.dbms:
        raise ConfigurationError(
            f"PHPBB3['DRIVER'] is {name!r}, but the forum's config.php says its database is {dbms!r}. Set DRIVER to "
            "'auto', or to a driver for that database.",
            key="PHPBB3['DRIVER']",
        )
    return driver, settings.database
