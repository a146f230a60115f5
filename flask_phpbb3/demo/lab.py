"""What if: spoil the visitor's own session on the demo's board, and see what the site makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from flask_phpbb3 import PhpBB3Session
from flask_phpbb3.phpbb.addresses import remote_address
from flask_phpbb3.phpbb.identity import FOUNDER
from flask_phpbb3.phpbb.php import to_int
from flask_phpbb3.web.current import current_visitor

from .account import browser, demo_board
from .board import BAN_SECONDS, DemoBoard
from .wording import duration

blueprint = Blueprint("lab", __name__)


@dataclass(frozen=True)
class Trick:
    """Describe something that can happen to a session.

    :ivar button: what the button says.
    :ivar story: what happens on the forum's side.
    :ivar play: does it.
    """

    button: str
    story: str
    play: Callable[..., None]


TRICKS: Final = {
    "expire": Trick(
        "Let it expire", "The forum has not seen you for two days; it allows an hour.", DemoBoard.expire
    ),
    "address": Trick("Move it", "The session was begun at an address far away from yours.", DemoBoard.move),
    "browser": Trick(
        "Change its browser", "The session was begun in another browser.", DemoBoard.swap_browser
    ),
    "delete": Trick("Delete it", "An administrator has ended all sessions.", DemoBoard.delete),
    "ban": Trick(
        "Ban yourself", f"For {duration(BAN_SECONDS)}, with a reason. Founders are exempt.", DemoBoard.ban
    ),
}


@blueprint.get("/what-if")
def what_if() -> str:
    """Show what can happen to a session, and what has just happened to this one."""
    who = current_visitor()
    tried = request.args.get("tried", "")
    # Whoever has signed in since is past it; only a founder's session survives, and only the ban.
    is_over = who.identification.source == "session" and not (tried == "ban" and _is_founder(who))
    return render_template("what_if.html", tricks=TRICKS, tried=None if is_over else TRICKS.get(tried))


@blueprint.post("/what-if/<trick>")
def play(trick: str) -> Response:
    """Do something to the visitor's own session."""
    if trick not in TRICKS:
        abort(404)
    who = current_visitor()
    if who.identification.source != "session":
        abort(400, "There is no session to play with: sign in first.")
    TRICKS[trick].play(
        demo_board(),
        who["session_id"],
        who.user_id,
        ip=remote_address(request.remote_addr or ""),
        browser=browser(),
    )
    return redirect(url_for("lab.what_if", tried=trick), 303)


def _is_founder(who: PhpBB3Session) -> bool:
    return to_int(who["user_type"]) == FOUNDER
