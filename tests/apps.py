"""Small Flask applications on a board, and ways to look at what they did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

from flask import Flask, session

from flask_phpbb3 import BoundPhpBB3, Driver, PhpBB3, PhpBB3Session, Query, Row, hookimpl
from flask_phpbb3.storage.keystore import KeyStore

from .boards import RECORDED
from .loading import DRIVERS

TRIPLES = [(release, database, driver) for release, database in RECORDED for driver in DRIVERS[database]]
"""Every recorded board by every driver that asks its database."""


def make_app(
    driver: str,
    database: Mapping[str, Any],
    *,
    version: str = "auto",
    plugins: tuple[Any, ...] = (),
    cache: Any = None,
    keys: Any = None,
    **settings: Any,
) -> Flask:
    """Make an application with a secret key, in testing mode.

    :param keys: where the application keys of signed-in visitors are kept, instead of what the settings say.
    :param settings: further settings; ``board_ttl=0`` sets ``PHPBB3_BOARD_TTL``.
    """
    app = Flask("tests")
    app.secret_key = "not so secret"
    app.config.update(
        TESTING=True,
        PHPBB3={"DRIVER": driver, "VERSION": version},
        PHPBB3_DATABASE=dict(database),
        **{f"PHPBB3_{name.upper()}": value for name, value in settings.items()},
    )
    PhpBB3(app, plugins=plugins, cache=cache)
    if keys is not None:
        app.session_interface._keys = KeyStore(keys, board_of(app).board.namespace)  # type: ignore[attr-defined]
    return app


def board_of(app: Flask) -> BoundPhpBB3:
    """Return the board of an application."""
    bound = app.extensions["phpbb3"]
    assert isinstance(bound, BoundPhpBB3)
    return bound


def visitor() -> PhpBB3Session:
    """Return the session of the current request, by its type."""
    found = session._get_current_object()  # type: ignore[attr-defined]  # of werkzeug's proxy
    assert isinstance(found, PhpBB3Session)
    return found


def close(app: Flask) -> None:
    """Close what an application holds: connections to its board and to memcached."""
    bound = board_of(app)
    bound.driver.close()
    for backend in (bound.cache, backend_of_keys(app)):
        for client in getattr(getattr(backend, "_client", None), "_clients", {}).values():
            client.close()


def backend_of_keys(app: Flask) -> Any:
    """Return where the application keys of signed-in visitors are kept; None for the cookie."""
    interface: Any = app.session_interface
    return interface._keys and interface._keys._backend._backend


@contextmanager
def asking(driver: str, database: Mapping[str, Any], **settings: Any) -> Iterator[BoundPhpBB3]:
    """Have a board to ask, without a request; its connections are closed at the end."""
    app = make_app(driver, database, **settings)
    try:
        yield board_of(app)
    finally:
        close(app)


class Counting:
    """A plugin whose driver is the real one of a name, and which notes every statement it is asked.

    ``plugins=(Counting("sqlite3"),)`` with ``DRIVER`` ``"counting"``.
    """

    def __init__(self, driver: str) -> None:
        from flask_phpbb3.plugins.registry import Plugins

        self.statements: list[str] = []
        self._driver = Plugins().driver(driver)

    @hookimpl
    def phpbb3_register_driver(self) -> type[Driver]:
        seen = self.statements
        real: Any = self._driver

        class CountingDriver(real):  # type: ignore[misc]  # the class is chosen at run time
            name = "counting"

            def read(self, query: Query, parameters: Mapping[str, Any], **paging: Any) -> list[Row]:
                seen.append(query.name)
                rows: list[Row] = super().read(query, parameters, **paging)
                return rows

            def write(self, query: Query, parameters: Mapping[str, Any]) -> int:
                seen.append(query.name)
                touched: int = super().write(query, parameters)
                return touched

        return CountingDriver

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """Collect the names of the statements asked inside."""
        self.statements.clear()
        found: list[str] = []
        yield found
        found += self.statements


@contextmanager
def clock(now: float) -> Iterator[None]:
    """Hold the clock still."""
    with mock.patch("time.time", return_value=now):
        yield
