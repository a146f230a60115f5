"""Who a request is taken for, and what phpBB would tell and trust it with."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from flask import Flask, session

from ..apps import clock, close, visitor
from .conftest import World
from .visits import AGENT, GROUPS, HOME, THEN, Visit

GUEST = 1


@pytest.fixture(scope="session")
def app(world: World) -> Iterator[Flask]:
    """An application that tells who its visitor is, and asks the board for its settings each time."""
    made = world.app(board_ttl=0, ban_ttl=0, url_sid=True, check_referer=True)
    made.add_url_rule("/", view_func=_who, methods=["GET", "POST"])
    yield made
    close(made)


def _who() -> dict[str, Any]:
    ban = visitor().ban
    return {
        "user_id": session["user_id"],
        "banned": ban is not None,
        "is_authenticated": visitor().is_authenticated,
        "is_bot": visitor().is_bot,
        "reason": ban.reason if ban else "",
    }


@contextmanager
def configured(world: World, config: dict[str, Any]) -> Iterator[None]:
    """Change settings of the board for a while."""
    board = world.made.board
    before = {name: board.rows("config", config_name=name)[0]["config_value"] for name in config}
    for name, value in config.items():
        board.set_config(name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            board.set_config(name, value)


def signed_in(world: World, visit: Visit) -> dict[str, str]:
    """Sign in as the visit says; return what its cookies and query may hold."""
    board = world.made.board
    columns = {"ip": HOME, "browser": AGENT, **visit.login}
    columns["session_time"] = THEN - columns.pop("age", 0)
    if not visit.user:
        return {"p": f"{board.cookie_name}_"}
    user_id = world.made.people[visit.user]
    if not board.rows("users", user_id=user_id):
        columns["session_user_id"], user_id = user_id, GUEST
    cookies = board.sign_in(user_id, **columns)
    values = {name.rpartition("_")[2]: value for name, value in cookies.items()}
    return {**values, "SID": values["sid"].upper(), "p": f"{board.cookie_name}_"}


def put(app: Flask, visit: Visit, values: dict[str, str]) -> dict[str, Any]:
    """Send a request; return what the application said."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": visit.query.format(**values),
        "SERVER_NAME": "site.example",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": HOME,
        "HTTP_HOST": "site.example",
        "HTTP_USER_AGENT": AGENT,
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(b"a=b"),
        "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **visit.environ,
    }
    if visit.send:
        environ["HTTP_COOKIE"] = visit.send.format(**values)
    for name in ("HTTP_USER_AGENT", "REMOTE_ADDR"):
        if environ[name] is not None:  # as a server hands bytes over
            environ[name] = environ[name].encode().decode("latin-1")
    said: dict[str, Any] = {}

    def tell(response: Any) -> Any:
        said.update(response.get_json())
        return response

    app.after_request_funcs = {None: [tell]}
    with app.test_client(use_cookies=False) as client:
        client.run_wsgi_app({name: value for name, value in environ.items() if value is not None})
    return said


@pytest.mark.parametrize("group", GROUPS)
def test_who_a_request_is_taken_for(
    world: World, app: Flask, group: str, tally: Callable[[str, int], None]
) -> None:
    names = {user_id: name for name, user_id in world.made.people.items()}
    line, wrong = world.made.line, {}
    visits = [visit for visit in GROUPS[group] if not visit.lines or line in visit.lines]
    for visit in visits:
        with ExitStack() as stack:
            stack.enter_context(clock(THEN))
            stack.enter_context(configured(world, dict(visit.config)))
            said = put(app, visit, signed_in(world, visit))
        found = "banned" if said["banned"] else names[said["user_id"]]
        expected = visit.elsewhere.get(line, visit.expected)
        if found != expected:
            wrong[visit.what] = f"{found}, not {expected}"
        assert said["is_authenticated"] is (
            found in ("walter", "founder", "released", "today", "spared", "addressed")
        )
        assert said["is_bot"] is (found in BOTS), visit.what
    assert wrong == {}
    tally("requests", len(visits))


BOTS = ("google", "crawler", "deep crawler", "by address", "by both", "asleep")


def test_the_banned_are_told_what_the_board_tells_them(world: World, app: Flask) -> None:
    visit = Visit("a member", "banned", user="banned")
    with clock(THEN):
        said = put(app, visit, signed_in(world, visit))
    assert said["reason"] == "Behave & return"
    assert said["user_id"] == GUEST
