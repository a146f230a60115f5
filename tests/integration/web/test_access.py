from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Blueprint, Flask, Response, session, stream_with_context
from flask.views import MethodView

from flask_phpbb3 import BoardUnavailableError
from flask_phpbb3.web import (
    SignInRequired,
    current_visitor,
    group_required,
    login_required,
    permission_required,
)

if TYPE_CHECKING:
    from tests.webapps import Forum, MakeApp

pytest_plugins = ["flask_phpbb3.testing.fixtures", "tests.webapps"]

JSON = {"Accept": "application/json"}
BOARD = "http://localhost/forum"


def add_views(app: Flask, forum: Forum) -> None:
    def view(path: str, *decorators: Callable[[Any], Any]) -> None:
        def page(**_: Any) -> str:
            return f"seen by {session['username']}"

        guarded: Any = page
        for decorate in decorators:
            guarded = decorate(guarded)
        app.add_url_rule(path, path, guarded, methods=["GET", "POST"])

    view("/open")
    view("/member", login_required)
    view("/called", login_required())
    view("/public", permission_required("f_read", forum_id=forum.public))
    view("/private", permission_required("f_read", forum_id=forum.private))
    view("/any", permission_required("a_user", "f_read", forum_id=forum.private))
    view("/forum/<int:forum_id>", permission_required("f_read", forum_id_arg="forum_id"))
    view("/text/<number>", permission_required("f_read", forum_id_arg="number"))
    view("/admin", permission_required("a_user"))
    view("/artists", group_required("Artists"))
    view("/admins", group_required("ADMINISTRATORS", "Artists"))
    view("/missing", permission_required("f_read", forum_id_arg="forum"))


@pytest.fixture
def site(make_site: MakeApp, forum: Forum) -> Flask:
    app = make_site()
    add_views(app, forum)
    return app


@pytest.fixture
def client(site: Flask) -> Any:
    return site.test_client()


def way_back(answer: Any) -> str:
    address = urlsplit(answer.location)
    assert answer.status_code == 302
    assert answer.location.startswith(f"{BOARD}/ucp.php?")
    query = parse_qs(address.query)
    assert query["mode"] == ["login"]
    return str(query["redirect"][0])


@pytest.mark.parametrize("path", ["/member", "/called", "/private", "/any", "/admin", "/artists", "/admins"])
def test_a_guest_is_sent_to_the_forum_and_back(client: Any, path: str) -> None:
    assert way_back(client.get(f"{path}?a=b&c=d e")) == f"{path}?a=b&c=d%20e"


def test_the_way_back_from_a_form_is_the_page_it_stood_on(client: Any) -> None:
    referred = client.post("/member", data={"x": "y"}, headers={"Referer": "http://localhost/open?page=2"})
    assert way_back(referred) == "/open?page=2"
    assert way_back(client.post("/member?a=b", data={"x": "y"})) == "/member?a=b"
    elsewhere = {"Referer": "http://evil.example/open"}
    assert way_back(client.post("/member", headers=elsewhere)) == "/member"


def test_a_form_that_no_page_is_known_for_has_no_way_back(site: Flask, client: Any) -> None:
    site.add_url_rule("/send", "send", login_required(lambda: "sent"), methods=["POST"])
    assert client.post("/send").location == f"{BOARD}/ucp.php?mode=login"


def test_the_answer_depends_on_the_cookie(client: Any) -> None:
    assert "Cookie" in client.get("/member").headers["Vary"]


@pytest.mark.parametrize(
    ("user", "seen"),
    [
        ("alice", {"/member", "/called", "/public"}),
        ("bob", {"/member", "/called", "/public", "/private", "/any", "/artists", "/admins"}),
        ("admin", {"/member", "/called", "/public", "/any", "/admin", "/admins"}),
    ],
)
def test_who_sees_what(client: Any, user: str, seen: set[str]) -> None:
    client.login_as(user)
    paths = ("/member", "/called", "/public", "/private", "/any", "/admin", "/artists", "/admins")
    found = {path: client.get(path).status_code for path in paths}
    assert found == {path: 200 if path in seen else 403 for path in paths}


def test_a_guest_with_the_permission_sees_the_page(client: Any) -> None:
    assert client.get("/public").text == "seen by Anonymous"


def test_forum_from_the_view_argument(client: Any, forum: Forum) -> None:
    client.login_as("alice")
    assert client.get(f"/forum/{forum.public}").status_code == 200
    assert client.get(f"/forum/{forum.private}").status_code == 403
    assert client.get("/forum/999").status_code == 403
    assert client.get(f"/text/{forum.public}").status_code == 200
    for odd in ("x", "1x", "-1", "²", "9" * 30):
        assert client.get(f"/text/{odd}").status_code == 404, odd


def test_a_view_without_the_named_argument_says_so(client: Any) -> None:
    with pytest.raises(RuntimeError, match=r"forum_id_arg='forum'.*no such argument"):
        client.get("/missing")


PROGRAMS = (
    JSON,
    {"Content-Type": "application/json"},
    {"Accept": "application/json, text/plain, */*"},  # axios
    {"Accept": "application/vnd.api+json"},
    {"Accept": "application/problem+json;q=0.5, */*;q=0.1"},
    {"Accept": "text/html;q=0.5, application/json"},
    {"Accept": "*/*", "Sec-Fetch-Mode": "cors"},  # fetch()
    {"Accept": "*/*", "Sec-Fetch-Mode": "same-origin"},
    {"Accept": "text/html, */*; q=0.01", "X-Requested-With": "XMLHttpRequest"},  # jQuery
)


@pytest.mark.parametrize("headers", PROGRAMS)
def test_json_gets_401_and_403_as_json(client: Any, headers: dict[str, str]) -> None:
    refused = client.get("/private", headers=headers)
    assert (refused.status_code, refused.json["error"]) == (401, "login_required")
    assert refused.json["login_url"] == f"{BOARD}/ucp.php?mode=login"
    client.login_as("alice")
    forbidden = client.get("/private", headers=headers)
    assert (forbidden.status_code, forbidden.json["error"]) == (403, "forbidden")


@pytest.mark.parametrize(
    "accept", ["*/*", "text/html,application/json;q=0.9", "text/html, */*", "", "image/json"]
)
@pytest.mark.parametrize("more", [{}, {"Sec-Fetch-Mode": "navigate"}])
def test_browsers_get_pages(client: Any, accept: str, more: dict[str, str]) -> None:
    assert client.get("/member", headers={"Accept": accept, **more}).status_code == 302


def test_a_view_may_say_who_asks_for_it(site: Flask, client: Any) -> None:
    site.add_url_rule("/api", "api", login_required(as_json=True)(lambda: "seen"))
    site.add_url_rule("/part", "part", group_required("Artists", as_json=False)(lambda: "seen"))
    assert client.get("/api").json["error"] == "login_required"
    assert client.get("/part", headers=JSON).status_code == 302


def test_a_permission_that_the_board_does_not_have_is_told_once(
    site: Flask, client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    site.add_url_rule("/slip", "slip", permission_required("f_raed")(lambda: "seen"))
    site.add_url_rule("/wide", "wide", permission_required("!a_usr")(lambda: "seen"))
    client.login_as("admin")
    assert client.get("/wide").status_code == 200
    assert [client.get("/slip").status_code for _ in "12"] == [403, 403]
    told = [record.getMessage() for record in caplog.records if "permission" in record.getMessage()]
    assert ["permission_required('a_usr')" in told[0], "'a_user'" in told[0]] == [True, True]
    assert ["permission_required('f_raed')" in told[1], "'f_read'" in told[1]] == [True, True]
    assert len(told) == 2


def test_a_group_that_the_board_does_not_have_is_told_once(
    site: Flask, client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    site.add_url_rule("/typo", "typo", group_required("Artist", 4711)(lambda: "seen"))
    client.login_as("alice")
    assert [client.get("/artists").status_code, client.get("/typo").status_code] == [403, 403]
    assert client.get("/typo").status_code == 403
    told = [record.getMessage() for record in caplog.records if "group_required" in record.getMessage()]
    assert len(told) == 2
    assert "group_required('Artist')" in told[0]
    assert "'Artists'" in told[0]
    assert "group_required(4711)" in told[1]


def test_an_error_page_of_the_application_is_used(site: Flask, client: Any) -> None:
    site.register_error_handler(403, lambda error: ("our own page", 403))
    client.login_as("alice")
    assert client.get("/private").text == "our own page"


def test_a_bot_gets_403(client: Any) -> None:
    agent = {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}
    assert client.get("/member", headers=agent).status_code == 403
    assert client.get("/public", headers=agent).status_code == 200


def test_an_inactive_member_gets_403(client: Any) -> None:
    client.login_as("sleepy")
    assert client.get("/member").status_code == 403


def test_the_banned_get_403_with_the_reason_wherever_they_look(client: Any, forum: Forum) -> None:
    forum.board.ban(user="alice", give_reason="Told <you> so", end=4_000_000_000)
    client.login_as("alice")
    for path in ("/member", "/public"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "until 2096-10-02 07:06 UTC: Told &lt;you&gt; so" in answer.text
    assert client.get("/member", headers=JSON).json["message"].endswith("Told <you> so")
    assert client.get("/open").status_code == 200


def test_a_forum_elsewhere_is_linked_to(make_site: MakeApp, forum: Forum) -> None:
    app = make_site(PHPBB3_BOARD_URL="https://forum.example.org/a'b")
    add_views(app, forum)
    client = app.test_client()
    answer = client.get("/member")
    assert answer.status_code == 401
    assert 'href="https://forum.example.org/a&#39;b/ucp.php?mode=login"' in answer.text
    assert "redirect" not in answer.text


def test_the_page_with_the_link_can_be_the_applications(make_site: MakeApp, forum: Forum) -> None:
    app = make_site(PHPBB3_BOARD_URL="https://forum.example.org")
    add_views(app, forum)
    app.register_error_handler(SignInRequired, lambda error: (f"go to {error.login_url}", 401))
    answer = app.test_client().get("/member")
    assert answer.text == "go to https://forum.example.org/ucp.php?mode=login"


def test_another_port_is_another_host(make_site: MakeApp, forum: Forum) -> None:
    app = make_site(PHPBB3_BOARD_URL="http://localhost:8080")
    add_views(app, forum)
    assert app.test_client().get("/member").status_code == 401


@pytest.mark.parametrize(
    ("setting", "location"),
    [
        (
            "https://sso.example.org/?to={next}",
            "https://sso.example.org/?to=http%3A%2F%2Flocalhost%2Fmember%3Fa%3Db",
        ),
        ("/signin", "/signin"),
    ],
)
def test_the_sign_in_page_can_be_set(make_site: MakeApp, forum: Forum, setting: str, location: str) -> None:
    app = make_site(PHPBB3_BOARD_URL="https://forum.example.org", PHPBB3_LOGIN_URL=setting)
    add_views(app, forum)
    assert app.test_client().get("/member?a=b").location == location


def test_a_board_that_cannot_be_asked_is_503_not_a_guest(make_site: MakeApp, forum: Forum) -> None:
    app = make_site(PHPBB3_DATABASE={"DATABASE": str(forum.board.path), "TABLE_PREFIX": "wrong_"})
    add_views(app, forum)
    client = app.test_client()
    assert client.get("/member").status_code == 503
    assert client.get("/public").status_code == 503


def test_a_failure_that_was_swallowed_makes_nobody_a_guest(make_site: MakeApp, forum: Forum) -> None:
    app = make_site(PHPBB3_DATABASE={"DATABASE": str(forum.board.path), "TABLE_PREFIX": "wrong_"})
    add_views(app, forum)

    @app.before_request
    def swallow() -> None:
        with suppress(BoardUnavailableError):
            session["user_id"]

    client = app.test_client()
    assert client.get("/member").status_code == 503
    assert client.get("/public").status_code == 503


@pytest.mark.parametrize(
    "misuse",
    [
        lambda: permission_required(),
        lambda: permission_required(lambda: None),  # type: ignore[arg-type]
        lambda: permission_required("f_read", forum_id=1, forum_id_arg="x"),
        lambda: group_required(),
        lambda: group_required(lambda: None),  # type: ignore[arg-type]
    ],
)
def test_misuse_is_told_at_once(misuse: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match=r"Name a|not both"):
        misuse()


def test_views_keep_their_names() -> None:
    @login_required
    def page() -> str:
        """Say so."""
        return ""

    assert (page.__name__, page.__doc__) == ("page", "Say so.")


def test_async_views(site: Flask, client: Any) -> None:
    @site.get("/async")
    @login_required
    @group_required("Artists")
    async def page() -> dict[str, Any]:
        return {"user": session["username"]}

    assert client.get("/async").status_code == 302
    client.login_as("bob")
    assert client.get("/async").json == {"user": "bob"}


def test_class_based_views_and_blueprints(site: Flask, client: Any) -> None:
    class Page(MethodView):
        decorators = [login_required]  # noqa: RUF012 - as Flask's documentation has it

        def get(self) -> str:
            return "got"

        def post(self) -> str:
            return "posted"

    members = Blueprint("members", __name__)
    members.before_request(login_required(lambda: None))
    members.add_url_rule("/members", "members", lambda: "in")
    site.add_url_rule("/class", view_func=Page.as_view("class"))
    site.register_blueprint(members)
    assert [client.get(path).status_code for path in ("/class", "/members")] == [302, 302]
    client.login_as("alice")
    assert client.get("/members").text == "in"
    assert (client.get("/class").text, client.post("/class").text) == ("got", "posted")


def test_streaming(site: Flask, client: Any) -> None:
    @site.get("/stream")
    @login_required
    def stream() -> Response:
        def parts() -> Iterator[str]:
            yield f"{session['username']} "
            yield f"{current_visitor().is_member('REGISTERED')} "
            yield str(session.get("count", 0))

        return Response(stream_with_context(parts()))

    client.login_as("alice")
    assert client.get("/stream").text == "alice True 0"


def test_streaming_that_first_asks_while_it_streams(site: Flask, client: Any) -> None:
    @site.get("/late")
    def late() -> Response:
        def parts() -> Iterator[str]:
            yield "first "
            yield session["username"]

        return Response(stream_with_context(parts()))

    client.login_as("alice")
    assert client.get("/late").text == "first alice"
