"""A forum in one SQLite file, for applications that test themselves without a forum."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

from flask import Flask

from flask_phpbb3.extension import EXTENSION_NAME, BoundPhpBB3
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.plugins.version import ReleaseLine, parse_release
from flask_phpbb3.testing.board import MiniatureBoard
from flask_phpbb3.testing.schema import Schema

BOARD_URL: Final = "http://localhost/forum"
_MARK: Final = "flask_phpbb3_testing"


class EmbeddedBoard(MiniatureBoard):
    """Keep a miniature board in a SQLite file of its own, ready for an application.

    ::

        with closing(EmbeddedBoard(tmp_path / "forum.db")) as board:
            board.add_user("alice")
            app.config.update(board.settings)
            PhpBB3(app)
            login_as(app.test_client(), "alice")

    :param path: the file; one that exists must be such a board.
    :param version: a version's name, such as ``3.3``, or a release, such as ``3.3.10``; only for a new file.
    :param plugins: in-process plugins and names of add-ons, as ``PhpBB3(app, plugins=…)`` takes them; the tables
        of add-ons are made, too.
    :raises PluginNotFoundError: if no plugin serves that version.
    :raises ValueError: if the file exists and is not such a board.
    """

    def __init__(
        self, path: str | Path, *, version: str = "3.3", plugins: Iterable[Any] | Plugins = ()
    ) -> None:
        self.path = Path(path).absolute()
        known = _read_config(self.path) if self.path.exists() else {}
        line = _line(known.get(_MARK, version), known.get("version", ""), plugins)
        release = line.release
        self._connection = sqlite3.connect(self.path)
        # Nobody needs this board after a power cut, and every call of the builder commits.
        self._connection.execute("PRAGMA synchronous = OFF")
        super().__init__(
            self._connection,
            Schema.load(*line.schema),
            release=release,
            cookie_name=known.get("cookie_name", "phpbb3_mini"),
        )
        if not known:
            self.create()
            self.set_config(_MARK, line.name)
        self._version = release if line.version.automatic else line.name

    @property
    def settings(self) -> dict[str, Any]:
        """Return what the application's config needs; nothing of the board is kept between requests."""
        return {
            "PHPBB3": {"DRIVER": "sqlite3", "VERSION": self._version},
            "PHPBB3_DATABASE": {"DATABASE": str(self.path)},
            "PHPBB3_BOARD_URL": BOARD_URL,
            "PHPBB3_BOARD_TTL": 0,
            "PHPBB3_BAN_TTL": 0,
        }

    def close(self) -> None:
        """Close the file; the application's own connections stay."""
        self._connection.close()


def board_of(app: Flask) -> EmbeddedBoard:
    """Open the embedded board of an application; closing it stays with the caller.

    :raises ValueError: if the application has another kind of board, which nothing here may write to.
    """
    bound = app.extensions.get(EXTENSION_NAME)
    if not isinstance(bound, BoundPhpBB3):
        raise ValueError(f"The application {app.name!r} has no board. Call phpbb3.init_app(app) first.")
    if bound.driver.name != "sqlite3":
        raise _not_embedded(f"its driver is {bound.driver.name!r}")
    return EmbeddedBoard(bound.settings.database.database, plugins=bound.plugins)


def _line(version: str, release: str, plugins: Iterable[Any] | Plugins) -> ReleaseLine:
    """Return the line of a board with all that add-ons put on top.

    :param version: the name of a version, or a release.
    :param release: what the board says it is; empty for a new one.
    """
    found = plugins if isinstance(plugins, Plugins) else Plugins(plugins) if plugins else None
    find = partial(_find, found) if found else _installed
    line = find(version)
    named = parse_release(release or version)
    if not release:
        release = version if named and len(named.release) > 2 else line.version.first_release
    elif named and not line.version.serves(named):  # upgraded since
        line = find(release)
    return line.at(release)


def _find(plugins: Plugins, version: str) -> ReleaseLine:
    line = plugins.line(version)
    return line.extended(*plugins.addons(line.name))


@lru_cache
def _installed(version: str) -> ReleaseLine:
    # Tests open boards by the hundred, and looking for plugins reads the metadata of all distributions.
    return _find(Plugins(), version)


def _read_config(path: Path) -> dict[str, str]:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            config = dict(connection.execute("SELECT config_name, config_value FROM phpbb_config"))
    except sqlite3.Error:
        raise _not_embedded("the file is none") from None
    if _MARK not in config:
        raise _not_embedded("the file has not been made by EmbeddedBoard")
    return config


def _not_embedded(why: str) -> ValueError:
    return ValueError(
        f"Test helpers write to boards made by EmbeddedBoard only, and this is no such board: {why}."
    )
