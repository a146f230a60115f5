"""``flask.session`` as Flask's documentation promises it, and phpBB's columns beside it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flask import (
    Flask,
    Response,
    flash,
    get_flashed_messages,
    render_template_string,
    session,
    stream_with_context,
)

from flask_phpbb3.testing.conformance import BoardUnderTest

from ...apps import Counting, board_of, clock, make_app, visitor
from ...miniatures import Build

AGENT = "Browser/1.0"


@pytest.fixture(scope="module")
def subject(build: Build) -> BoardUnderTest:
    made = build("sqlite", "sqlite3", "3.3")
    made.board.add_user("alice")
    return made


@pytest.fixture
def app(subject: BoardUnderTest) -> Any:
    made = make_app("sqlite3", subject.config["PHPBB3_DATABASE"])
    yield made
    board_of(made).driver.close()


@pytest.fixture(params=["guest", "alice"])
def headers(request: pytest.FixtureRequest, subject: BoardUnderTest) -> dict[str, str]:
    if request.param == "guest":
        return {"User-Agent": AGENT}
    return sign_in(subject)


def sign_in(subject: BoardUnderTest, **more: Any) -> dict[str, str]:
    cookies = subject.board.sign_in("alice", browser=AGENT, **more)
    return {"Cookie": "; ".join(f"{n}={v}" for n, v in cookies.items()), "User-Agent": AGENT}


def ask(app: Flask, view: Any, headers: dict[str, str]) -> Any:
    if "page" not in app.view_functions:
        app.add_url_rule("/", "page", lambda: "")
    app.view_functions["page"] = view
    client = app.test_client(use_cookies="Cookie" not in headers)
    return client.get("/", headers=headers)


@pytest.mark.parametrize(
    "use",
    [
        lambda: session["user_id"],
        lambda: session.get("cart"),
        lambda: "cart" in session,
        lambda: len(session),
        lambda: list(session),
        lambda: dict(session),
        lambda: visitor().is_authenticated,
        lambda: visitor().has_privilege("f_read", 1),
        lambda: visitor().is_member("REGISTERED"),
        lambda: visitor().refusal,
    ],
)
def test_any_read_varies_by_cookie_also_for_guests(app: Flask, headers: dict[str, str], use: Any) -> None:
    answer = ask(app, lambda: str(use() is None), headers)
    assert "Cookie" in answer.headers.get("Vary", "")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("template", [False, True])
def test_a_page_that_does_not_look_varies_by_nothing(
    app: Flask, headers: dict[str, str], template: bool
) -> None:
    """Flask hands the session to every template; that alone is no look."""
    answer = ask(app, lambda: render_template_string("hello") if template else "hello", headers)
    assert answer.text == "hello"
    assert "Vary" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def _make_permanent() -> str:
    session.permanent = True
    return str(session.permanent)


@pytest.mark.parametrize("use", [lambda: repr(session), lambda: str(session.modified), _make_permanent])
def test_flasks_own_attributes_ask_nothing(app: Flask, headers: dict[str, str], use: Any) -> None:
    """Flask 3.1.3 and later count even these as a look, so nothing is said of Vary."""

    def page() -> str:
        said: str = use()
        assert not visitor().is_identified
        return said

    answer = ask(app, page, headers)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_phpbbs_columns_are_read_only(app: Flask, headers: dict[str, str]) -> None:
    with app.test_request_context("/", headers=headers):
        for change in (
            lambda: session.__setitem__("user_id", 2),
            lambda: session.__delitem__("username"),
            lambda: session.update(session_id="x"),
            lambda: session.pop("user_type"),
        ):
            with pytest.raises(TypeError, match="column of phpBB"):
                change()
        assert not session.modified


def test_it_is_a_mapping_of_columns_and_own_keys(app: Flask, headers: dict[str, str]) -> None:
    with app.test_request_context("/", headers=headers):
        columns = len(session)
        session["cart"] = [1]
        session.update(note="x", other=None)
        assert session.setdefault("cart", [2]) == [1]
        assert session.setdefault("more", 5) == 5
        assert ("cart" in session, "note" in session, "nothing" in session) == (True, True, False)
        assert len(session) == columns + 4 == len(dict(session)) == len(list(session))
        assert session.pop("note") == "x"
        assert session.pop("note", "gone") == "gone"
        with pytest.raises(KeyError):
            session["note"]
        with pytest.raises(KeyError):
            del session["note"]
        assert session.modified
        session.clear()
        assert ("cart" in session, "user_id" in session) == (False, True)


def test_flashes_and_tagged_values_survive(app: Flask, subject: BoardUnderTest) -> None:
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = AGENT

    @app.route("/put")
    def put() -> str:
        flash("hello", "warning")
        session["tuple"] = (1, b"x")
        return ""

    @app.route("/get")
    def get() -> dict[str, Any]:
        return {
            "flashes": get_flashed_messages(with_categories=True),
            "kept": session.get("tuple") == (1, b"x"),
        }

    for cookies in ({}, subject.board.sign_in("alice", browser=AGENT)):
        for name, value in cookies.items():
            client.set_cookie(name, value)
        client.get("/put")
        assert client.get("/get").json == {"flashes": [["warning", "hello"]], "kept": True}
        assert client.get("/get").json == {"flashes": [], "kept": True}


def test_a_guests_key_needs_a_secret_key_and_a_signed_in_ones_in_a_backend_does_not(
    subject: BoardUnderTest,
) -> None:
    app = subject.app(PHPBB3_SESSION_BACKEND={"TYPE": "simple"}, SECRET_KEY=None)
    with app.test_request_context("/"), pytest.raises(RuntimeError, match="SECRET_KEY"):
        session["cart"] = 1
    with app.test_request_context("/", headers=sign_in(subject)):
        session["cart"] = 1
    with app.test_request_context("/"):
        assert session.get("cart") is None
    board_of(app).driver.close()


def test_a_session_that_only_flask_sees_expires(app: Flask, subject: BoardUnderTest) -> None:
    """Only phpBB's own pages renew it: an hour of clicks on the Flask site, and it is over."""
    headers = sign_in(subject)
    start = int(time.time())
    seen = []
    for minute in range(0, 64, 7):
        with clock(start + minute * 60), app.test_request_context("/", headers=headers):
            seen.append((session["user_id"] != 1, visitor().refusal))
    assert seen[0] == (True, None)
    assert seen[-1] == (False, "expired")
    assert sorted(seen, reverse=True) == seen


def test_asking_the_board_happens_once(subject: BoardUnderTest) -> None:
    counting = Counting("sqlite3")
    database = subject.config["PHPBB3_DATABASE"]
    app = make_app("counting", database, version="3.3", plugins=(counting,))
    board_of(app).board.data()
    board_of(app).board.bans()
    headers = sign_in(subject)
    with counting.counted() as asked, app.test_request_context("/", headers=headers):
        for _ in range(5):
            assert session["username"] == "alice"
            assert visitor().is_authenticated
            assert not visitor().is_bot
    assert asked == ["get_session"]
    board_of(app).driver.close()


def test_streaming(app: Flask, headers: dict[str, str]) -> None:
    def page() -> Response:
        def lines() -> Any:
            for _ in range(3):
                yield f"{session['user_id']}\n"

        return Response(stream_with_context(lines()))

    answer = ask(app, page, headers)
    assert len(set(answer.text.split())) == 1
    assert answer.text.count("\n") == 3


def test_bots_by_our_own_list(subject: BoardUnderTest) -> None:
    app = make_app("sqlite3", subject.config["PHPBB3_DATABASE"], botlist=["OurMonitor"])
    for agent, is_bot in (("OurMonitor/3.0", True), ("Not OurMonitor", False), ("", False)):
        with app.test_request_context("/", headers={"User-Agent": agent}):
            assert (session["user_id"], visitor().is_bot) == (1, is_bot)
    board_of(app).driver.close()
