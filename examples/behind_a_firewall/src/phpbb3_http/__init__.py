"""The driver ``http``: a board behind a firewall, asked in JSON by the names of statements.

::

    app.config["PHPBB3"] = {"DRIVER": "http", "VERSION": "3.3"}
    app.config["PHPBB3_HTTP"] = {"URL": "https://board.internal:8443", "TOKEN": "…"}

What answers is `phpbb3_http.service`, which has the same release of flask_phpbb3 and runs only statements
that it knows itself: no SQL goes over the line.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, ClassVar

from flask_phpbb3 import (
    BoardUnavailableError,
    ConnectionFailedError,
    Driver,
    ParameterError,
    Query,
    Row,
    Settings,
    StatementFailedError,
    StatementTimeoutError,
    WriteRefusedError,
    hookimpl,
    seconds_left,
)

from .lines import Lines
from .place import Place

_ERRORS: dict[str, type[BoardUnavailableError] | type[ParameterError]] = {
    "parameters": ParameterError,
    "statement": StatementFailedError,
    "timeout": StatementTimeoutError,
    "unavailable": ConnectionFailedError,
}


class HttpDriver(Driver):
    """Ask the service by names; ``PHPBB3_DATABASE`` counts for its time limits and its pool's size alone."""

    name: ClassVar[str] = "http"
    settings_keys: ClassVar[tuple[str, ...]] = ("PHPBB3_HTTP",)

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._place = Place.of(settings.driver_settings.get("PHPBB3_HTTP"))
        self._lines = Lines(self._place, settings.database.pool_size)

    @property
    def location(self) -> tuple[str, ...]:
        """Name the service's address."""
        return (self._place.address,)

    def read(
        self, query: Query, parameters: Mapping[str, Any], *, skip: int = 0, limit: int | None = None
    ) -> list[Row]:
        """Have the service run a statement; a line that was lost since it was last used is no failure.

        :raises ParameterError: if JSON has no word for a parameter, or the service refuses one.
        :raises BoardUnavailableError: if the service cannot be asked, or its board cannot.
        """
        question = _question(query, parameters, skip, limit)
        database = self.settings.database
        deadline = time.monotonic() + min(database.statement_timeout, seconds_left())
        while True:
            try:
                line = self._lines.take(min(time.monotonic() + database.connect_timeout, deadline))
            except OSError as error:
                raise self._unreachable(query, error) from None
            was_used = line.is_used
            try:
                status, said = line.ask(f"/statements/{query.name}", question, deadline)
            except (OSError, HTTPException) as error:
                line.close()
                if was_used and not isinstance(error, TimeoutError):
                    continue  # the service has closed it in the meantime; there are only so many
                raise self._unreachable(query, error) from None
            except BaseException:
                line.close()  # what is interrupted may have half an answer in it
                raise
            self._lines.give_back(line)
            return self._rows(query, status, said)

    def write(self, query: Query, parameters: Mapping[str, Any]) -> int:
        """Refuse: the service only reads."""
        raise WriteRefusedError(f"{query.name}() cannot write: the driver 'http' only reads.")

    @property
    def idle(self) -> int:
        """Return how many lines are kept that nobody uses."""
        return self._lines.idle

    def close(self) -> None:
        """Close all lines that nobody uses."""
        self._lines.close()

    def _rows(self, query: Query, status: int, said: bytes) -> list[Row]:
        """Return the rows of an answer, or raise what it says went wrong."""
        try:
            answer = json.loads(said)
            if status == 200:
                rows: list[Row] = answer["rows"]
                return rows
            error, message = _ERRORS[answer["error"]], str(answer["message"])
        except (ValueError, LookupError, TypeError):
            error, message = (
                ConnectionFailedError,
                f"it answers {status}, which no service of this package does",
            )
        if status in (401, 403):
            error, message = ConnectionFailedError, "it refuses the token, PHPBB3_HTTP['TOKEN']"
        raise error(f"{query.name}(), asked of the board's service at {self._place.address}: {message}")

    def _unreachable(self, query: Query, error: Exception) -> BoardUnavailableError:
        if isinstance(error, TimeoutError):
            return StatementTimeoutError(
                f"{query.name}(): the board's service at {self._place.address} has not answered in time."
            )
        return ConnectionFailedError(
            f"{query.name}(): the board's service at {self._place.address} cannot be asked: "
            f"{type(error).__name__}."
        )


@hookimpl
def phpbb3_register_driver() -> type[Driver]:
    """Offer the driver; ``PHPBB3["DRIVER"] = "http"`` chooses it."""
    return HttpDriver


def _question(query: Query, parameters: Mapping[str, Any], skip: int, limit: int | None) -> bytes:
    query.bind(parameters)  # refuses what no database takes, before anything is sent
    values = {
        name: sorted(value, key=repr) if isinstance(value, (set, frozenset)) else value
        for name, value in parameters.items()
    }
    try:
        asked = {"parameters": values, "skip": skip, "limit": limit}
        return json.dumps(asked, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError):
        raise ParameterError(f"{query.name}(): a parameter is of a type that JSON has not.") from None
