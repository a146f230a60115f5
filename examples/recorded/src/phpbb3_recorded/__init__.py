"""The driver ``recorded``: a board that was written down, in a file that `phpbb3_recorded.recorder` makes.

For people who work on a site's looks and have no forum at hand::

    app.config["PHPBB3"] = {"DRIVER": "recorded", "VERSION": "3.3"}
    app.config["PHPBB3_RECORDING"] = "board.json"
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from flask_phpbb3 import Driver, Query, Row, Settings, StatementFailedError, WriteRefusedError, hookimpl

from . import recording


class RecordedDriver(Driver):
    """Answer each question with the rows recorded for it: the same statement with the same parameters."""

    name: ClassVar[str] = "recorded"
    settings_keys: ClassVar[tuple[str, ...]] = ("PHPBB3_RECORDING",)

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._path = Path(settings.driver_settings.get("PHPBB3_RECORDING", "board.json")).absolute()

    @property
    def location(self) -> tuple[str, ...]:
        """Name the file."""
        return (str(self._path),)

    def read(
        self, query: Query, parameters: Mapping[str, Any], *, skip: int = 0, limit: int | None = None
    ) -> list[Row]:
        """Return the recorded rows; none for parameters that were not asked about.

        :raises StatementFailedError: if the statement was never asked at all.
        """
        known = recording.read(self._path)
        if query.name not in known:
            raise StatementFailedError(
                f"Statement {query.name!r} is not in the recording {self._path}; ask it once while recording."
            )
        rows = known[query.name].get(recording.question(parameters), [])
        return [dict(row) for row in (rows[skip:] if limit is None else rows[skip : skip + limit])]

    def write(self, query: Query, parameters: Mapping[str, Any]) -> int:
        """Refuse: what has been written down stays as it is."""
        raise WriteRefusedError(f"{query.name}() cannot write to a recorded board.")


@hookimpl
def phpbb3_register_driver() -> type[Driver]:
    """Offer the driver."""
    return RecordedDriver
