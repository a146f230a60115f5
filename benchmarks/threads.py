"""Eight threads of requests: an application of ours beside one with the session statement by hand on a pool."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from flask import Flask, request

from .found import Found
from .servers import SERVERS, Place, absence_noted, in_style_of, place_of, pool_by_hand, read_row
from .timing import Effort, rates
from .works import bare_app, request_of, session_statement

THREADS = 8


def measure(effort: Effort) -> Found:
    """Count requests a second of both, on each driver of a server; pools are as large on both sides."""
    found = Found()
    for driver in SERVERS:
        try:
            with absence_noted(found, driver), ExitStack() as stack:
                place = stack.enter_context(place_of(driver))
                works = {
                    "bare": request_of(bare_app()),
                    "ours": request_of(stack.enter_context(place.app()), place.cookie),
                    "by hand": request_of(stack.enter_context(app_by_hand(place)), place.cookie),
                }
                found.rounds[driver] = rates(works, effort, THREADS)
        except ImportError as error:
            found.missing[driver] = f"{error.name} is not installed"
    return found


@contextmanager
def app_by_hand(place: Place) -> Iterator[Flask]:
    """Have an application that reads the row of the session that the cookie names, and believes it."""
    with place.app() as app:
        sql = in_style_of(place.driver, session_statement(app))
    [cookie] = [part.partition("=")[0] for part in place.cookie.split("; ") if "_sid=" in part]
    made = Flask("by hand")
    with pool_by_hand(place) as borrow:

        def page() -> str:
            values = {"session_id": request.cookies.get(cookie), "now": int(time.time())}
            with borrow() as connection, closing(connection.cursor()) as cursor:
                cursor.execute(sql, values)
                row = read_row(place.driver, cursor)
            return str(row["username"] == "alice")

        made.add_url_rule("/", "page", page)
        yield made
