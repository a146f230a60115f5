"""Drivers for tests, made as an application's settings would make them."""

from __future__ import annotations

import importlib
from typing import Any

from flask_phpbb3 import Query, SqlDriver
from flask_phpbb3.config import read_settings
from flask_phpbb3.plugins.queries import parse_statement


def make(driver: str, database: dict[str, Any], **more: Any) -> SqlDriver[Any]:
    """Return a driver by the name of its plugin.

    :param database: ``PHPBB3_DATABASE``.
    :param more: further keys of it, which win.
    """
    settings = read_settings({"PHPBB3": {"DRIVER": driver}, "PHPBB3_DATABASE": {**database, **more}})
    made: SqlDriver[Any] = importlib.import_module(f"flask_phpbb3_{driver}").phpbb3_register_driver()(
        settings
    )
    return made


def statement(sql: str, name: str = "fetch_test") -> Query:
    """Return a statement that says it comes from ``test.sql:1``."""
    return parse_statement(name, sql, source="test.sql:1")


def unchecked(sql: str) -> Query:
    """Return a statement as if ``CUSTOM_STATEMENTS`` had let it pass."""
    return Query("fetch_test", sql, source="test.sql:1")
