from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, render_template_string, session

from flask_phpbb3 import BoardUnavailableError
from tests.apps import board_of

flask_login = pytest.importorskip("flask_login")

if TYPE_CHECKING:
    from tests.webapps import Forum, MakeApp

pytest_plugins = ["flask_phpbb3.testing.fixtures", "tests.webapps"]

OWN_KEYS = {"_user_id", "_id", "_fresh", "_remember", "_remember_seconds"}


@pytest.fixture(params=[None, "basic", "strong"])
def site(request: pytest.FixtureRequest, make_site: MakeApp) -> Flask:
    from flask_phpbb3.web.login import PhpBB3LoginManager

    # With SESSION_PROTECTION Flask-Login would write keys of its own.
    app = make_site(SESSION_PROTECTION=request.param, REMEMBER_COOKIE_REFRESH_EACH_REQUEST=True)
    PhpBB3LoginManager(app)

    @app.get("/who")
    def who() -> dict[str, Any]:
        user = flask_login.current_user
        return {
            "name": user.username,
            "authenticated": user.is_authenticated,
            "active": user.is_active,
            "anonymous": user.is_anonymous,
            "id": user.get_id(),
            "column": user["user_type"],
            "groups": [group["group_name"] for group in user.groups],
            "artist": user.is_member("Artists"),
            "admin": user.has_privilege("a_user"),
            "any": user.has_privileges("a_user", "u_viewprofile"),
        }

    app.add_url_rule("/member", "member", flask_login.login_required(lambda: "in"))
    app.add_url_rule("/fresh", "fresh", flask_login.fresh_login_required(lambda: "in"))
    app.add_url_rule("/keys", "keys", lambda: [key for key in session if key.startswith("_")])
    app.add_url_rule("/picture", "picture", lambda: "picture")
    app.add_url_rule("/page", "page", lambda: render_template_string("{{ current_user.username }}"))
    return app


def test_the_guest(site: Flask) -> None:
    who = site.test_client().get("/who").json
    assert who == {
        "name": "Anonymous",
        "authenticated": False,
        "active": False,
        "anonymous": True,
        "id": None,
        "column": 2,
        "groups": ["GUESTS"],
        "artist": False,
        "admin": False,
        "any": False,
    }


def test_a_member(site: Flask, forum: Forum) -> None:
    client: Any = site.test_client()
    client.login_as("bob")
    assert client.get("/who").json == {
        "name": "bob",
        "authenticated": True,
        "active": True,
        "anonymous": False,
        "id": str(forum.board.user_id("bob")),
        "column": 0,
        "groups": ["REGISTERED", "Artists"],
        "artist": True,
        "admin": False,
        "any": True,
    }
    assert client.get("/page").text == "bob"


def test_flask_logins_own_decorator(site: Flask) -> None:
    client: Any = site.test_client()
    assert client.get("/member").location == "http://localhost/forum/ucp.php?mode=login&redirect=%2Fmember"
    assert client.get("/member", headers={"Accept": "application/json"}).status_code == 401
    client.login_as("alice")
    assert client.get("/member").text == "in"
    assert client.get("/fresh").status_code == 403  # phpBB knows no such thing


def test_flask_login_leaves_no_trace(site: Flask) -> None:
    client: Any = site.test_client()
    client.login_as("alice")
    client.set_cookie("remember_token", "5|forged")
    for path in ("/who", "/member", "/page"):
        assert "Set-Cookie" not in client.get(path).headers
    assert client.get("/keys").json == []


def test_a_genuine_remember_me_of_flask_login_names_nobody(site: Flask, forum: Forum) -> None:
    with site.app_context():
        token = flask_login.utils.encode_cookie(str(forum.board.admin_id))
    client: Any = site.test_client()
    client.set_cookie("remember_token", token)
    assert client.get("/who").json["anonymous"]
    client.login_as("alice")
    assert client.get("/who").json["name"] == "alice"
    assert client.get("/keys").json == []


def test_nobody_is_asked_who_does_not_matter(site: Flask, forum: Forum) -> None:
    client: Any = site.test_client()
    client.login_as("alice")
    forum.board.clear()  # the board is gone: whoever asks fails
    assert client.get("/picture").text == "picture"
    assert "Vary" not in client.get("/picture").headers
    assert client.get("/who").status_code == 503


def test_a_failure_that_was_swallowed_makes_nobody_a_guest(site: Flask, forum: Forum) -> None:
    @site.before_request
    def swallow() -> None:
        with suppress(BoardUnavailableError):
            session["user_id"]

    client: Any = site.test_client()
    client.login_as("alice")
    forum.board.clear()
    assert client.get("/member").status_code == 503


def test_users_compare_by_id(site: Flask) -> None:
    from flask_phpbb3.web.login import PhpBB3User

    with site.test_request_context():
        one, two = (PhpBB3User(session._get_current_object()) for _ in "12")  # type: ignore[attr-defined]
        assert one == two
        assert len({one, two}) == 1
        assert one != 1
        assert "PhpBB3User" in repr(one)
    board_of(site).driver.close()


def test_a_template_asks_nobody_by_itself(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flask-Login's own context processor looks who the visitor is for every template."""
    site.add_url_rule("/same", "same", view_func=lambda: render_template_string("the same for all"))
    site.add_url_rule(
        "/greeting", "greeting", view_func=lambda: render_template_string("{{ current_user.username }}")
    )
    client: Any = site.test_client()
    client.login_as("alice")
    assert client.get("/greeting").text == "alice"
    monkeypatch.setattr(board_of(site).board, "data", lambda: pytest.fail("asked"))
    assert client.get("/same").text == "the same for all"
