"""``flask phpbb3 whoami SID``: why a session id is accepted or not, rule by rule."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import click
from flask.cli import ScriptInfo, pass_script_info

from ..board.board import BoardData
from ..extension import BoundPhpBB3
from ..phpbb.visitor import Visitor, read_visitor
from ..session.identification import identify
from .application import board_for_command
from .output import coloured, say
from .verdict import Claims, Step, explain_ban, explain_result, explain_session, moment

_PREFIX = "phpbb3_"
_WORDS = {True: ("accepted", "green"), False: ("refused", "red"), None: ("-", "cyan")}


@click.command("whoami")
@click.argument("sid")
@click.option("--ip", "address", help="The visitor's address, as the application sees it.")
@click.option("--user-agent", "browser", help="The visitor's User-Agent header.")
@click.option("--forwarded-for", help="The visitor's X-Forwarded-For header.")
@click.option("--at", "now", type=click.IntRange(min=0), help="The Unix time of the visit.  [default: now]")
@pass_script_info
def whoami(
    info: ScriptInfo,
    sid: str,
    address: str | None,
    browser: str | None,
    forwarded_for: str | None,
    now: int | None,
) -> None:
    """Explain who the visitor with the session id SID is, and why.

    SID is the value of the forum's cookie that ends in _sid; it is not shown again. Where an option is
    left out, the visitor is taken to have what the session has.
    """
    claims = Claims(address, browser, forwarded_for)
    with board_for_command(info) as bound:
        for line in _explain(bound, sid, claims, int(time.time()) if now is None else now):
            say(line)


def _explain(bound: BoundPhpBB3, sid: str, claims: Claims, now: int) -> Iterator[str]:
    data = bound.board.data()
    visitor = _visitor(data, sid, claims)
    row = _session(data, visitor, now)
    yield _line(_id_step(visitor))
    if row is None:
        if visitor.session_id_is_valid:
            yield _line(Step("session", False, "the board has none of this id, or its user is gone"))
    else:
        visitor = claims.complete(visitor, row)
        yield _line(
            Step(
                "session",
                None,
                f"of {row['username']!r} (user {row['user_id']}), made {moment(int(row['session_start']))}",
            )
        )
        for step in explain_session(row, visitor, claims, data.config, data.rules, now=now):
            yield _line(step)
    who = identify(data, bound.board.bans(), visitor, bound.settings, now)
    yield _line(explain_ban(who, visitor, data.config))
    yield explain_result(who, bound.settings)


def _visitor(data: BoardData, sid: str, claims: Claims) -> Visitor:
    """Return the visitor as the board would read a request with this cookie."""
    return read_visitor(
        cookie_header=f"{_PREFIX}sid={quote(sid, errors='surrogateescape')}",
        query_string="",
        address=claims.address,
        user_agent=_wire(claims.browser),
        forwarded_for=_wire(claims.forwarded_for),
        referer="",
        host="",
        method="GET",
        cookie_prefix=_PREFIX,
        url_sid=False,
        rules=data.rules,
    )


def _wire(text: str | None) -> str:
    """Return text in WSGI's form."""
    return (text or "").encode("utf-8", "surrogateescape").decode("latin-1")


def _session(data: BoardData, visitor: Visitor, now: int) -> dict[str, Any] | None:
    if not visitor.session_id_is_valid:
        return None
    row: dict[str, Any] | None = data.connector.private("get_session", session_id=visitor.session_id, now=now)
    return row


def _id_step(visitor: Visitor) -> Step:
    if visitor.session_id_is_valid:
        return Step("session id", True, "32 lower-case hexadecimal characters, as phpBB makes them")
    if not visitor.session_id:
        return Step("session id", False, "empty, which is none")
    length = len(visitor.session_id)
    return Step("session id", False, f"not 32 lower-case hexadecimal characters, but {length} of some kind")


def _line(step: Step) -> str:
    word, colour = _WORDS[step.holds]
    return f"{coloured(f'{word:8}', colour)}  {step.subject:13}  {step.explanation}"
