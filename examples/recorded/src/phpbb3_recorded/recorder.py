"""Write down what a board answers while an application is used, for the driver ``recorded``.

::

    import flask_phpbb3_psycopg2

    app.config["PHPBB3"] = {"DRIVER": "recorder"}
    app.config["PHPBB3_DATABASE"] = {...}     # as for the driver psycopg2
    app.config["PHPBB3_RECORDING"] = "board.json"
    PhpBB3(app, plugins=[Recorder(flask_phpbb3_psycopg2)])

Then visit the pages. Nothing of a session is left out, or nobody could be signed in: record a copy of the
forum, or sign out afterwards.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, Protocol

from flask_phpbb3 import Driver, Query, Row, Settings, hookimpl

from . import recording

AT_LEAST = 100
"""Rows that are recorded of a statement, although a page may show only the first ten."""


class DriverPlugin(Protocol):
    """A module of a driver."""

    def phpbb3_register_driver(self) -> type[Driver]:
        """Offer the driver."""
        ...


class Recorder:
    """A plugin: the driver of another one, which also writes down what it answers.

    :param plugin: the module of the driver that asks the board.
    """

    name = "recorder"

    def __init__(self, plugin: DriverPlugin) -> None:
        self._driver = plugin.phpbb3_register_driver()

    @hookimpl
    def phpbb3_register_driver(self) -> type[Driver]:
        """Offer the driver."""
        own = {"name": self.name, "settings_keys": (*self._driver.settings_keys, "PHPBB3_RECORDING")}
        return type("RecordingDriver", (_Recording, self._driver), own)


class _Recording(Driver):
    """Stands before a driver's class; adds to the file that is there, and writes it at each new answer."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._recording_path = Path(settings.driver_settings.get("PHPBB3_RECORDING", "board.json")).absolute()
        self._recording = (
            deepcopy(recording.read(self._recording_path)) if self._recording_path.exists() else {}
        )
        self._recording_lock = threading.Lock()

    def read(
        self, query: Query, parameters: Mapping[str, Any], *, skip: int = 0, limit: int | None = None
    ) -> list[Row]:
        """Ask the board for all rows up to the wanted ones, write them down, and return the wanted ones."""
        whole = None if limit is None else max(skip + limit, AT_LEAST)
        rows = super().read(query, parameters, limit=whole)  # type: ignore[safe-super]
        self._note(query.name, recording.question(parameters), rows)
        return rows[skip:] if limit is None else rows[skip : skip + limit]

    def read_numbers(self, query: Query, parameters: Mapping[str, Any], columns: Sequence[str]) -> str:
        """Ask for rows, as whoever plays the recording does, and not for one text of them."""
        return Driver.read_numbers(self, query, parameters, columns)

    def _note(self, statement: str, question: str, rows: list[Row]) -> None:
        with self._recording_lock:
            answers = self._recording.setdefault(statement, {})
            if answers.get(question) != rows and len(answers.get(question, [])) <= len(rows):
                answers[question] = [dict(row) for row in rows]
                recording.write(self._recording_path, self._recording)
