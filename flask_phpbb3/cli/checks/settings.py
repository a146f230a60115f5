"""Checks of what the application says, which ask nobody."""

from __future__ import annotations

from collections.abc import Iterator

from ...plugins.registry import AUTO
from ..checkup import Context, Finding, Level


def check_plugins(context: Context) -> Iterator[Finding]:
    """Say which driver and version are in use, and from which distribution."""
    bound = context.bound
    connector = bound.board.known_connector
    where = {(plugin.kind, plugin.name): plugin.distribution for plugin in bound.plugins.installed()}
    driver = f"Driver {bound.driver.name!r} ({where.get(('driver', bound.driver.name), 'unknown')})"
    if bound.settings.connector.version == AUTO or connector is None:
        version = "the version is read from the board"
    else:
        version = (
            f"version {connector.line.name!r} ({where.get(('version', connector.line.name), 'unknown')})"
        )
    yield Finding(Level.OK, "plugins", f"{driver}, {version}.")


def check_config_php(context: Context) -> Iterator[Finding]:
    """Confirm what is read from the forum's own ``config.php``; say nothing where none is named."""
    database = context.bound.settings.database
    if database.phpbb_config is not None:
        yield Finding(
            Level.OK,
            "config.php",
            f"{database.phpbb_config} says {database.dbms!r}; it is followed where PHPBB3_DATABASE says nothing else.",
        )


def check_secret_key(context: Context) -> Iterator[Finding]:
    """Warn if guests' application keys cannot be kept."""
    if context.app.secret_key:
        yield Finding(Level.OK, "secret key", "SECRET_KEY is set.")
    else:
        yield Finding(
            Level.WARNING,
            "secret key",
            "SECRET_KEY is not set; guests cannot have session keys, flashed messages or form tokens.",
            "Set SECRET_KEY to a random value that no one else knows: "
            "python -c 'import secrets; print(secrets.token_hex())'.",
        )
