"""What a suite is run over: a miniature board and how an application reaches it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import Flask

from flask_phpbb3.config import read_settings
from flask_phpbb3.extension import BoundPhpBB3, PhpBB3
from flask_phpbb3.plugins.driver import Driver
from flask_phpbb3.plugins.queries import Query, parse_statement
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing.board import MiniatureBoard
from flask_phpbb3.testing.conformance.words import Words


class ServerUnderTest(Protocol):
    """The database's server, for a suite to be rude to; it is its own again after each call."""

    def restart(self) -> None:
        """End the server and every connection with it, and start it again in the same place."""
        ...

    def stopped(self) -> AbstractContextManager[None]:
        """Have no server for a while."""
        ...

    def held_still(self) -> AbstractContextManager[None]:
        """Have the server accept connections and answer nothing for a while (``SIGSTOP``)."""
        ...


@dataclass(frozen=True)
class BoardUnderTest:
    """A miniature board, made with ``create()`` and for the suite's sole use, and its place.

    :param board: the board; the suite adds users, forums and posts to it.
    :param config: the application's settings, with an account that may read, as owners are told to use.
    :param writer: entries of ``PHPBB3_DATABASE`` that differ for an account that may write; None leaves
        out the tests that write.
    :param plugins: in-process plugins or names of add-ons, as ``PhpBB3(app, plugins=…)`` takes them.
    :param server: the database's server, if the suite may stop it; the board's own connection need not outlive
        it. Without one, a link to ``HOST`` and ``PORT`` is cut and held still instead.
    :param words: SQL of a dialect that the suite does not know; tests that need more than it knows are left
        out.
    :param elsewhere: settings that lead to another board, for a driver that goes by other ones than
        ``HOST``, ``PORT`` and ``DATABASE``.
    """

    board: MiniatureBoard
    config: Mapping[str, Any]
    writer: Mapping[str, Any] | None = None
    plugins: tuple[Any, ...] = field(default=())
    server: ServerUnderTest | None = None
    words: Words | None = None
    elsewhere: Mapping[str, Any] = field(default_factory=dict)

    def driver(self, *, settings: Mapping[str, Any] | None = None, **database: Any) -> Driver:
        """Make a driver.

        :param settings: top-level settings that differ.
        :param database: entries of ``PHPBB3_DATABASE`` that differ, such as ``POOL_SIZE=1``.
        """
        config = {**self._configured(database), **(settings or {})}
        driver_class = Plugins(self.plugins).driver(config["PHPBB3"]["DRIVER"])
        return driver_class(read_settings(config, driver_keys=driver_class.settings_keys))

    def app(self, *, database: Mapping[str, Any] | None = None, **settings: Any) -> Flask:
        """Make an application on the board.

        :param database: entries of ``PHPBB3_DATABASE`` that differ.
        :param settings: further settings by their keys.
        """
        app = Flask("flask_phpbb3.testing.conformance")
        app.config.update(TESTING=True, SECRET_KEY=secrets.token_hex(16))
        app.config.update(self._configured(database or {}), **settings)
        PhpBB3(app, plugins=self.plugins)
        return app

    def statement(self, sql: str, name: str = "fetch_test") -> Query:
        """Return a statement of the board, ``{TABLE_PREFIX}`` filled in."""
        prefix = self.config.get("PHPBB3_DATABASE", {}).get("TABLE_PREFIX", "phpbb_")
        return parse_statement(name, sql, source="suite.sql:1").compile(prefix)

    def _configured(self, database: Mapping[str, Any]) -> dict[str, Any]:
        own = dict(self.config.get("PHPBB3_DATABASE", {}))
        return {**self.config, "PHPBB3_DATABASE": {**own, **database}}


def bound(app: Flask) -> BoundPhpBB3:
    """Return the board of an application."""
    found = app.extensions["phpbb3"]
    assert isinstance(found, BoundPhpBB3)
    return found
