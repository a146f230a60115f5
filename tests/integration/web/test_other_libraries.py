"""Sites of several applications, and libraries that put something in the session's place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from flask_phpbb3.testing import login_as

from ...apps import board_of, visitor

if TYPE_CHECKING:
    from tests.webapps import Forum, MakeApp

pytest_plugins = ["flask_phpbb3.testing.fixtures", "tests.webapps"]


def test_another_forums_sign_out_learns_no_session(forum: Forum, make_site: MakeApp) -> None:
    """Inside a view of one application a template of another."""
    own, other = make_site(), make_site(PHPBB3_BOARD_URL="https://other.example/forum")
    client: Any = own.test_client()
    cookies = client.login_as("alice")
    urls: list[str] = []

    @own.get("/")
    def page() -> str:
        urls.append(board_of(other).urls.logout())
        urls.append(board_of(own).urls.logout())
        return "done"

    client.get("/")
    assert urls[0] == "https://other.example/forum/index.php"
    assert f"sid={cookies['phpbb3_mini_sid']}" in urls[1]


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/x",
        "https://evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://evil.example\\@localhost/",
        "\\\\evil.example",
        "/\\evil.example",
        "http://user@localhost/",
        "http://localhost.evil.example/",
        "ht\ttp://evil.example/",
        " //evil.example",
        "ftp://localhost/",
    ],
)
def test_a_sign_in_page_of_ones_own_leads_to_no_other_host(make_site: MakeApp, target: str) -> None:
    app = make_site(PHPBB3_LOGIN_URL="https://sso.example.org/?to={next}")
    with app.test_request_context("/here"):
        assert board_of(app).urls.login(next=target) == "https://sso.example.org/?to="
        assert (
            board_of(app).urls.login(next="/there?a=b").endswith("to=http%3A%2F%2Flocalhost%2Fthere%3Fa%3Db")
        )
        assert board_of(app).urls.login().endswith("to=http%3A%2F%2Flocalhost%2Fhere")
    assert board_of(app).urls.login(next=target) == "https://sso.example.org/?to="
    assert board_of(app).urls.login(next="/there").endswith("to=%2Fthere")


def test_a_plain_client_is_not_silently_a_guests(forum: Forum, make_site: MakeApp) -> None:
    app = make_site()
    client = FlaskClient(app, app.response_class, use_cookies=True)
    login_as(client, "alice")
    with pytest.raises(RuntimeError, match="PhpBB3Client"), client.session_transaction() as prepared:
        prepared["cart"] = 1
    with client.session_transaction(environ_base=client.environ_base) as prepared:
        assert prepared["username"] == "alice"
        prepared["cart"] = 1
    app.add_url_rule("/", view_func=lambda: str(session["cart"]))
    assert client.get("/").text == "1"


def _socket_site(make_site: MakeApp, **arguments: Any) -> tuple[Flask, Any, list[Any]]:
    flask_socketio = pytest.importorskip("flask_socketio")
    app = make_site()
    sockets = flask_socketio.SocketIO(app, async_mode="threading", **arguments)
    said: list[Any] = []

    def ask() -> None:
        try:
            said.append(visitor().user_id)
        except AssertionError:
            said.append("no session of ours")
        try:
            said.append(len(board_of(app).fetch_latest_posts()))
        except RuntimeError as error:
            said.append(str(error))

    sockets.on_event("ask", ask)
    return app, sockets, said


def test_flask_socketio_with_its_own_sessions_says_what_to_set(
    forum: Forum, make_site: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    app, sockets, said = _socket_site(make_site)
    client: Any = app.test_client()
    client.login_as("alice")
    sockets.test_client(app, flask_test_client=client).emit("ask")
    assert said[0] == "no session of ours"
    assert "SocketIO(app, manage_session=False)" in said[1]
    assert "SocketIO(app, manage_session=False)" in caplog.text


def test_flask_socketio_without_them_knows_the_visitor(forum: Forum, make_site: MakeApp) -> None:
    app, sockets, said = _socket_site(make_site, manage_session=False)
    client: Any = app.test_client()
    client.login_as("alice")
    sockets.test_client(
        app, flask_test_client=client, headers={"User-Agent": client.environ_base["HTTP_USER_AGENT"]}
    ).emit("ask")
    assert said == [forum.board.user_id("alice"), 0]
