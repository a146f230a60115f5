"""The driver ``recorded``: a board that was written down, in a JSON file of statement name → rows.

For people who work on a site's looks and have no forum at hand::

    app.config["PHPBB3"] = {"DRIVER": "recorded", "VERSION": "3.3"}
    app.config["PHPBB3_RECORDING"] = "board.json"
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from flask_phpbb3 import ConnectionFailedError, Driver, Query, Row, Settings, WriteRefusedError, hookimpl


class RecordedDriver(Driver):
    """Answer each statement with the rows recorded under its name.

    Of these, a parameter that is a column too picks the rows that hold its value.
    """

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
        """Return recorded rows; none for a statement that was not recorded."""
        rows = [row for row in self._recording().get(query.name, []) if _fits(row, parameters)]
        return rows[skip:] if limit is None else rows[skip : skip + limit]

    def write(self, query: Query, parameters: Mapping[str, Any]) -> int:
        """Refuse: what has been written down stays as it is."""
        raise WriteRefusedError(f"{query.name}() cannot write to a recorded board.")

    def _recording(self) -> dict[str, list[Row]]:
        try:
            recording: dict[str, list[Row]] = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ConnectionFailedError(
                f"PHPBB3_RECORDING: {self._path} cannot be read ({type(error).__name__}). It must be a JSON "
                "object of statement names to lists of rows."
            ) from None
        return recording


def _fits(row: Row, parameters: Mapping[str, Any]) -> bool:
    return all(
        row[name] in value if isinstance(value, (list, tuple)) else row[name] == value
        for name, value in parameters.items()
        if name in row
    )


@hookimpl
def phpbb3_register_driver() -> type[Driver]:
    """Offer the driver."""
    return RecordedDriver
