"""Permissions that phpBB has blanked, on a board of a thousand forums: computing them, and who pays for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from statistics import median
from typing import Any
from unittest import mock

from flask import Flask

from flask_phpbb3 import BoundPhpBB3
from flask_phpbb3.board.permissions import permission_tables
from flask_phpbb3.phpbb.acl import UserAcl
from flask_phpbb3.testing import MiniatureBoard

from .found import Found
from .servers import DRIVERS, Place, absence_noted, open_by_hand, place_of
from .timing import Effort, Rounds, Work, times
from .works import BROWSER, FORUMS, GROUPS, bare, fill, request_of

REQUESTS = 30
_ROLES = ("STANDARD", "READONLY", "ONQUEUE", "FULL")


def sow(board: MiniatureBoard) -> None:
    """Add ten groups with a role in each of a thousand forums, *heavy* in all of them and *blank* in three."""
    fill(board)
    groups = [board.add_group(f"Group {number}") for number in range(GROUPS)]
    roles = [board._role_id(f"ROLE_FORUM_{name}") for name in _ROLES]
    with board._rows.transaction():
        board._rows.insert_many(
            "acl_groups",
            [
                {
                    "group_id": group,
                    "forum_id": forum,
                    "auth_role_id": roles[(group + forum % 3) % len(roles)],
                }
                for group in groups
                for forum in range(1, FORUMS + 1)
            ],
        )
    for name, some in (("heavy", groups), ("blank", groups[:3])):
        board.add_user(name)
        for group in some:
            board.add_member(name, group)


def measure(effort: Effort) -> Found:
    """Time computing beside its own statements, and count how often a visitor's requests compute."""
    found = Found()
    for driver in DRIVERS:
        with absence_noted(found, driver), ExitStack() as stack:
            place = stack.enter_context(place_of(driver, sow))
            app = stack.enter_context(place.app())
            found.rounds[driver] = _times(place, app.extensions["phpbb3"], effort)
            _requests(place, app, found)
    return found


def _times(place: Place, bound: BoundPhpBB3, effort: Effort) -> Rounds:
    heavy = place.board.user_id("heavy")
    data = bound.board.data()

    def compute() -> UserAcl:
        tables = permission_tables(data.connector, heavy)
        return UserAcl.compute(
            data.options,
            user_type=0,
            user_rows=tables.user_rows,
            group_rows=tables.group_rows,
            role_data=tables.role_data,
        )

    assert compute().encode() == bound.get_acl(user_id=heavy).encode()
    with _statements(place, bound, heavy) as statements:
        return times(
            {"computed": compute, "statements": statements}, replace(effort, rounds=effort.rounds // 2)
        )


@contextmanager
def _statements(place: Place, bound: BoundPhpBB3, user_id: int) -> Iterator[Work]:
    """Fetch the rows that permissions are computed from by hand, as the module hands them out."""
    queries = bound.board.connector()._queries
    rows_sql = queries["_fetch_permissions"].sql.replace("%(user_id)s", str(user_id)).replace("%%", "%")
    role_sql = queries["_fetch_role_data"].sql.replace("%%", "%")
    with closing(open_by_hand(place)) as connection:
        if place.driver == "psycopg":
            from psycopg.rows import tuple_row

            connection.row_factory = tuple_row

        def ask() -> int:
            with closing(connection.cursor()) as cursor:
                cursor.execute(rows_sql)
                rows = cursor.fetchall()
                roles = {row[3] for row in rows}
                cursor.execute(role_sql.replace("%(role_ids)s", f"({', '.join(map(str, sorted(roles)))})"))
                return len(rows) + len(cursor.fetchall())

        assert ask() > GROUPS * FORUMS
        yield ask


def _requests(place: Place, app: Flask, found: Found) -> None:
    """Note what requests of *blank* cost beyond bare ones in CPU time, and how many of them compute."""
    sign_in = place.board.sign_in("blank", browser=BROWSER)
    place.board.clear_prefetch("blank")
    spent = []
    with _computing_counted() as computed:
        request = request_of(app, "; ".join(f"{name}={value}" for name, value in sign_in.items()))
        for _ in range(REQUESTS):
            started = time.process_time()
            request()
            spent.append(time.process_time() - started)
    with bare() as nothing:
        started = time.process_time()
        for _ in range(REQUESTS):
            nothing()
        idle = (time.process_time() - started) / REQUESTS
    found.put(
        f"{place.driver}, blank",
        requests=REQUESTS + 1,
        computing=len(computed),
        milliseconds=(median(spent) - idle) * 1000,
    )


@contextmanager
def _computing_counted() -> Iterator[list[None]]:
    """Note each time that permissions are computed from rows."""
    computed: list[None] = []
    compute: Any = UserAcl.compute

    def noting(*arguments: Any, **named: Any) -> UserAcl:
        computed.append(None)
        acl: UserAcl = compute(*arguments, **named)
        return acl

    with mock.patch.object(UserAcl, "compute", noting):
        yield computed
