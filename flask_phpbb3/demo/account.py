"""Signing in and out, with a stand-in for the forum's own login page: the demo has no phpBB next to it."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from flask_phpbb3 import BoundPhpBB3
from flask_phpbb3.phpbb.addresses import remote_address
from flask_phpbb3.phpbb.php import wire_bytes

from .board import DemoBoard
from .people import BY_KEY, PEOPLE

EXTENSION_NAME: Final = "phpbb3_demo"
GUEST: Final = "guest"
_REASONS: Final = {
    "inbox.messages": "Private messages are for members.",
    "inbox.message": "Private messages are for members.",
    "inbox.notifications": "Notifications are for members.",
    "members.index": "The list of members is for members.",
    "members.member": "What members tell of themselves is for members.",
    "yours.plot": "Your plot is a page for members.",
    "yours.roll": "The members' roll is for whoever manages users.",
}
"""Endpoint → why a guest is sent from there to the sign-in page."""

_SUFFIXES: Final = ("u", "k", "sid")
_YEAR: Final = 365 * 86400

blueprint = Blueprint("account", __name__)


def demo_board() -> DemoBoard:
    """Return the board that the current application built for itself.

    :raises RuntimeError: if the application is not the demo, or reads another board.
    """
    board = current_app.extensions.get(EXTENSION_NAME)
    bound = current_app.extensions.get("phpbb3")
    if not isinstance(board, DemoBoard) or not isinstance(bound, BoundPhpBB3) or not board.is_read_by(bound):
        raise RuntimeError(
            f"The application {current_app.name!r} has not built its board itself, so nobody signs in here without "
            "a password. Make the demo with flask_phpbb3.demo.create_app()."
        )
    return board


@blueprint.get("/forum/login")
def login() -> str:
    """Show the people one can be, and why one is asked."""
    target = way_back(request.args.get("redirect"))
    return render_template(
        "login.html",
        people=PEOPLE,
        way_back=target,
        reason=_reason(target) if "needed" in request.args else "",
    )


@blueprint.post("/sign-in")
def sign_in() -> Response:
    """Set the cookies that the forum would set."""
    asked = request.form.get("person", "")
    if asked == GUEST:
        return sign_out()
    person = BY_KEY.get(asked)
    if person is None:
        abort(400, "There is nobody of that name here. Choose one of the people on the sign-in page.")
    board = demo_board()
    _end_session(board)
    cookies = board.sign_in(
        person,
        ip=remote_address(request.remote_addr or ""),
        browser=browser(),
        remember="remember" in request.form,
    )
    response = redirect(way_back(request.form.get("redirect")), 303)
    for name, value in cookies.items():
        response.set_cookie(
            name, value, max_age=_YEAR, httponly=True, secure=request.is_secure, samesite="Lax"
        )
    return response


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session and take the cookies back."""
    _end_session(demo_board())
    response = redirect(way_back(request.form.get("redirect")), 303)
    for suffix in _SUFFIXES:
        response.delete_cookie(_cookie(suffix), httponly=True, samesite="Lax")
    return response


def browser() -> str:
    """Return the visitor's ``User-Agent`` as phpBB reads it: empty if it is not UTF-8."""
    try:
        return wire_bytes(request.headers.get("User-Agent", "")).decode()
    except UnicodeDecodeError:
        return ""


def _end_session(board: DemoBoard) -> None:
    session.clear()
    if presented := request.cookies.get(_cookie("sid")):
        board.sign_out(presented, request.cookies.get(_cookie("k"), ""))


def _cookie(suffix: str) -> str:
    return f"{DemoBoard.COOKIE_NAME}_{suffix}"


def _reason(path: str) -> str:
    """Return why a guest cannot see the page of a path."""
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint = adapter.match(urlsplit(path).path)[0] if adapter else ""
    except HTTPException:
        endpoint = ""
    return _REASONS.get(endpoint, "That page is for members.")


def way_back(address: str | None) -> str:
    """Return the path of an address on this site; anything that could lead elsewhere becomes the front page."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return url_for("front.home")
    path = parts._replace(scheme="", netloc="").geturl()
    is_here = (parts.scheme, parts.netloc) in (("", ""), (request.scheme, request.host))
    if is_here and path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable():
        return path
    return url_for("front.home")
