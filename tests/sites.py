"""A site that says who the visitor is and keeps one thing for each, for tests in which servers fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, request, session

from flask_phpbb3.testing import MiniatureBoard

from .apps import make_app, visitor

AGENT = "Browser/1.0"


@dataclass(frozen=True)
class Answer:
    """What the site said.

    :ivar status: the HTTP status.
    :ivar user: the user id; None where nobody knows.
    :ivar thing: what is kept for the visitor.
    :ivar json: all of it.
    """

    status: int
    user: int | None
    thing: Any
    json: Mapping[str, Any]


class Site:
    """An application on a board, and browsers that are signed in there.

    :param board: the board's builder; None if nobody signs in.
    :param app: the application.
    """

    def __init__(self, board: MiniatureBoard | None, app: Flask) -> None:
        self.board = board
        self.app = app
        app.add_url_rule("/", view_func=_who)
        app.add_url_rule("/keep/<thing>", view_func=_keep)
        app.add_url_rule("/drop", view_func=_drop)

    def sign_in(self, user: str, **columns: Any) -> dict[str, str]:
        """Sign somebody in on the forum; return the cookies."""
        assert self.board is not None
        return self.board.sign_in(user, browser=AGENT, **columns)

    def ask(self, cookies: Mapping[str, str], path: str = "/", **environ: Any) -> Answer:
        """Ask for a page with exactly these cookies."""
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        environment = {"HTTP_COOKIE": header, "HTTP_USER_AGENT": AGENT, **environ}
        answer = self.app.test_client(use_cookies=False).get(path, environ_overrides=environment)
        said = answer.get_json(silent=True) or {}
        return Answer(answer.status_code, said.get("user"), said.get("thing"), said)


def make_site(
    driver: str, database: Mapping[str, Any], board: MiniatureBoard | None = None, **settings: Any
) -> Site:
    """Make a site, by default on a phpBB 3.3 of which nothing is kept between requests."""
    in_process = {"session_backend": {"TYPE": "simple"}}  # these browsers keep no cookies of the site's
    settings = {"version": "3.3", "board_ttl": 0, "ban_ttl": 0, **in_process, **settings}
    return Site(board, make_app(driver, database, **settings))


def _who() -> dict[str, Any]:
    options = request.args.getlist("may")
    return {
        "user": session["user_id"],
        "refusal": visitor().refusal,
        "banned": visitor().ban is not None,
        "thing": session.get("thing"),
        "may": [option for option in options if visitor().has_privilege(option)],
    }


def _keep(thing: str) -> dict[str, Any]:
    session["thing"] = thing
    return _who()


def _drop() -> dict[str, Any]:
    session.pop("thing", None)
    return _who()
