"""What a signed-in request that asks one permission adds to a bare one, beside the session statement by hand."""

from __future__ import annotations

from contextlib import ExitStack

from .found import Found
from .servers import DRIVERS, Place, absence_noted, place_of, statement_by_hand, version_of
from .timing import Effort, Rounds, times
from .works import bare, request_of


def measure(effort: Effort) -> Found:
    """Time both on each driver; on PostgreSQL also with and without plans that the server keeps."""
    found = Found()
    for driver in DRIVERS:
        with absence_noted(found, driver), ExitStack() as stack:
            place = stack.enter_context(place_of(driver))
            found.texts.setdefault("versions", {}).update(version_of(place))
            found.rounds[driver] = _times(place, effort, stack)
    return found


def _times(place: Place, effort: Effort, stack: ExitStack) -> Rounds:
    works = {
        "bare": stack.enter_context(bare()),
        "statement": stack.enter_context(statement_by_hand(place)),
        "signed in": request_of(stack.enter_context(place.app()), place.cookie),
    }
    if place.driver.startswith("psycopg"):
        plain = stack.enter_context(place.app(database={"PREPARE": False}))
        works["signed in, not prepared"] = request_of(plain, place.cookie)
    if place.driver == "psycopg":
        works["statement, prepared"] = stack.enter_context(statement_by_hand(place, prepared=True))
    return times(works, effort)
