from __future__ import annotations

import hashlib
import re
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, render_template_string, request, session

from flask_phpbb3 import PhpBB3
from flask_phpbb3.errors import ParameterError
from flask_phpbb3.web import (
    check_form,
    current_visitor,
    form_token_required,
    link_hash_required,
    visitor_cache_key,
)
from tests.apps import Counting, board_of, clock

if TYPE_CHECKING:
    from tests.webapps import Forum, MakeApp

pytest_plugins = ["flask_phpbb3.testing.fixtures", "tests.webapps"]

BOARD = "http://localhost/forum"
LINES = pytest.mark.parametrize("phpbb3_version", ["3.0", "3.1", "3.2", "3.3", "4.0"])

PAGES = {
    "index()": "index.php",
    "register()": "ucp.php?mode=register",
    "panel()": "ucp.php",
    "profile(5)": "memberlist.php?mode=viewprofile&u=5",
    "forum(3)": "viewforum.php?f=3",
    "topic(8)": "viewtopic.php?t=8",
    "post(9)": "viewtopic.php?p=9#p9",
    "private_messages()": "ucp.php?i=pm&folder=inbox",
    "compose()": "ucp.php?i=pm&mode=compose",
    "compose(5)": "ucp.php?i=pm&mode=compose&u=5",
    "notifications()": "ucp.php?i=ucp_notifications",
    "unread_posts()": "search.php?search_id=unreadposts",
    "active_topics()": "search.php?search_id=active_topics",
}


def add_render(app: Flask, template: str, path: str = "/", **context: Any) -> None:
    app.add_url_rule(path, path, lambda: render_template_string(template, **context), methods=["GET", "POST"])


def rendered(app: Flask, template: str, *, user: str | None = None, **context: Any) -> str:
    add_render(app, template, **context)
    client: Any = app.test_client()
    if user is not None:
        client.login_as(user)
    answer = client.get("/")
    assert answer.status_code == 200
    return str(answer.text)


# --- addresses


@pytest.mark.parametrize(("call", "page"), PAGES.items())
def test_addresses_as_methods_and_in_templates(make_site: MakeApp, call: str, page: str) -> None:
    app = make_site()
    name, arguments = re.fullmatch(r"(\w+)\((\d*)\)", call).groups()  # type: ignore[union-attr]
    urls = board_of(app).urls
    assert getattr(urls, name)(*map(int, filter(None, [arguments]))) == f"{BOARD}/{page}"
    template = f"{{{{ phpbb3_{name}_url({arguments}) }}}}"
    assert rendered(app, template) == f"{BOARD}/{page}".replace("&", "&amp;")


def test_addresses_from_the_extension_object(make_site: MakeApp) -> None:
    app = make_site()
    with app.app_context():
        assert PhpBB3().urls.forum(1) == f"{BOARD}/viewforum.php?f=1"


def test_addresses_from_the_boards_config(make_site: MakeApp, forum: Forum) -> None:
    for name, value in {
        "server_name": "forum.example.org",
        "script_path": "/b",
        "server_protocol": "https://",
    }.items():
        forum.board.set_config(name, value)
    forum.board.set_config("server_port", 443)
    urls = board_of(make_site(PHPBB3_BOARD_URL=None)).urls
    assert urls.topic(2) == "https://forum.example.org/b/viewtopic.php?t=2"


@pytest.mark.parametrize("odd", ["1", "1 OR 1", 0, -1, None, True, 1.5])
def test_odd_ids_are_refused(make_site: MakeApp, odd: Any) -> None:
    with pytest.raises(ParameterError, match="topic_id"):
        board_of(make_site()).urls.topic(odd)


@LINES
def test_notifications_where_there_are_some(make_site: MakeApp, phpbb3_version: str) -> None:
    page = "ucp.php" if phpbb3_version == "3.0" else "ucp.php?i=ucp_notifications"
    assert board_of(make_site()).urls.notifications() == f"{BOARD}/{page}"


def test_login_leads_back_to_the_page(make_site: MakeApp) -> None:
    app = make_site()
    add_render(app, "{{ phpbb3_login_url() | safe }}", "/ä/x")
    address = app.test_client().get("/ä/x?a=1;2&b=%20").text
    query = parse_qs(urlsplit(address).query)
    assert query == {"mode": ["login"], "redirect": ["/%C3%A4/x?a=1%3B2&b=%20"]}


def test_login_leads_where_it_is_told(make_site: MakeApp) -> None:
    urls = board_of(app := make_site()).urls
    plain = f"{BOARD}/ucp.php?mode=login"
    with app.test_request_context("/a/b?c"):
        assert urls.login(next="") == plain
        assert urls.login(next="/d?e=f&g") == f"{plain}&redirect=%2Fd%3Fe%3Df%26g"
        assert urls.login(next="../d") == f"{plain}&redirect=%2Fd"
        assert urls.login(next="http://localhost/d#e") == f"{plain}&redirect=%2Fd"
        for elsewhere in ("https://evil.test/", "//evil.test/x", "http://[", "javascript:x", "/a?b=%0a"):
            assert urls.login(next=elsewhere) == plain, elsewhere
    assert urls.login() == plain


@LINES
def test_logout_names_what_the_line_wants(make_site: MakeApp, phpbb3_version: str) -> None:
    app = make_site()
    app.add_url_rule(
        "/",
        "index",
        lambda: {"out": board_of(app).urls.logout(), "hash": current_visitor().get_link_hash("ucp_logout")},
    )
    client: Any = app.test_client()
    assert client.get("/").json["out"] == f"{BOARD}/index.php"
    cookies = client.login_as("alice")
    answer = client.get("/").json
    proof = f"hash={answer['hash']}" if phpbb3_version == "4.0" else f"sid={cookies['phpbb3_mini_sid']}"
    assert answer["out"] == f"{BOARD}/ucp.php?mode=logout&{proof}"


def test_logout_of_whom_only_the_key_names(make_site: MakeApp) -> None:
    app = make_site()
    app.add_url_rule("/", "index", lambda: [session["username"], board_of(app).urls.logout()])
    client: Any = app.test_client()
    client.login_as("alice", autologin=True)
    client.set_cookie("phpbb3_mini_sid", "0" * 32)
    assert client.get("/").json == ["alice", f"{BOARD}/index.php"]


# --- templates


def test_the_user_in_a_template(make_site: MakeApp) -> None:
    template = (
        "{{ phpbb3_user.username }} {{ phpbb3_user.is_authenticated }} {{ phpbb3_user.is_member('Artists') }}"
    )
    assert rendered(make_site(), template, user="bob") == "bob True True"


def test_nothing_is_asked_for_what_is_not_used(make_site: MakeApp, forum: Forum) -> None:
    counting = Counting("sqlite3")
    app = Flask("site")
    app.config.update(forum.board.settings, SECRET_KEY="x", PHPBB3={"DRIVER": "counting", "VERSION": "3.3"})
    PhpBB3(app, plugins=(counting,))
    add_render(app, "{% if false %}{{ phpbb3_user.username }}{% endif %}{{ phpbb3_forum_url(1) }}")
    with counting.counted() as statements:
        answer = app.test_client().get("/")
    assert (answer.status_code, statements) == (200, [])
    assert "Vary" not in answer.headers
    board_of(app).driver.close()


def test_templates_can_be_left_alone(make_site: MakeApp) -> None:
    env = make_site(PHPBB3_JINJA=False).jinja_env
    assert not [name for name in (*env.globals, *env.filters) if name.startswith("phpbb3")]


def test_dates_are_the_visitors(make_site: MakeApp, forum: Forum) -> None:
    forum.board.add_user("eve", user_dateformat="Y-m-d H:i", user_timezone="Asia/Tokyo")
    app = make_site()
    add_render(
        app, "{{ 0 | phpbb3_date }}{{ 1709217065 | phpbb3_date }}, {{ 1709217065 | phpbb3_date('H') }}"
    )
    client: Any = app.test_client()
    assert client.get("/").text == "Thu Feb 29, 2024 2:31 pm, 14"
    client.login_as("eve")
    assert client.get("/").text == "2024-02-29 23:31, 23"


def test_dates_outside_a_request_are_the_guests(make_site: MakeApp) -> None:
    with make_site().app_context():
        assert render_template_string("{{ 1709217065 | phpbb3_date }}") == "Thu Feb 29, 2024 2:31 pm"


# --- staying signed in


def test_keep_alive_fetches_before_the_session_ends(make_site: MakeApp) -> None:
    script = rendered(make_site(), "{{ phpbb3_keep_alive() }}", user="alice")
    assert script.startswith("<script>")
    assert f'fetch("{BOARD}/ucp.php?mode=terms"' in script
    interval, first = map(int, re.search(r"setInterval\(stay,(\d+)\)},(\d+)\)", script).groups())  # type: ignore[union-attr]
    assert interval == 3300_000
    assert 3290_000 < first <= interval


def test_keep_alive_hurries_where_the_session_is_old(make_site: MakeApp) -> None:
    app = make_site()
    add_render(app, "{{ phpbb3_keep_alive() }}")
    client: Any = app.test_client()
    client.login_as("alice")
    with clock(time.time() + 3500):
        assert "},0)})()</script>" in client.get("/").text


def test_keep_alive_takes_a_nonce(make_site: MakeApp) -> None:
    script = rendered(make_site(), "{{ phpbb3_keep_alive(nonce='a\"b') }}", user="alice")
    assert script.startswith('<script nonce="a&#34;b">')


def test_keep_alive_cannot_break_out_of_the_script(make_site: MakeApp) -> None:
    app = make_site(PHPBB3_BOARD_URL="http://localhost/</script><b>'\"")
    script = rendered(app, "{{ phpbb3_keep_alive() }}", user="alice")
    assert script.count("</script>") == 1


def test_keep_alive_is_for_sessions_that_end(make_site: MakeApp) -> None:
    app = make_site()
    add_render(app, "[{{ phpbb3_keep_alive() }}]")
    client: Any = app.test_client()
    assert client.get("/").text == "[]"
    client.login_as("alice", autologin=True)
    assert client.get("/").text == "[]"


def test_with_requests_to_this_site_only_the_session_expires(make_site: MakeApp) -> None:
    app = make_site()
    app.add_url_rule("/", "index", lambda: [session["username"], current_visitor().refusal])
    client: Any = app.test_client()
    client.login_as("alice")
    start = time.time()
    for minutes in range(0, 61, 10):
        with clock(start + minutes * 60):
            assert client.get("/").json == ["alice", None]
    with clock(start + 3600 + 61):
        assert client.get("/").json == ["Anonymous", "expired"]


# --- forms


FORM = "<form>{{ phpbb3_form_token('posting') }}</form>"


def fields_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', page))


@pytest.fixture
def forms(make_site: MakeApp) -> Flask:
    app = make_site()
    add_render(app, FORM, "/form")

    @app.route("/send", methods=["GET", "POST"])
    @form_token_required("posting")
    def send() -> str:
        return "taken"

    @app.get("/mark")
    @link_hash_required("mark_forums")
    async def mark() -> str:
        return "marked"

    @app.get("/hash")
    def link_hash() -> Any:
        return current_visitor().get_link_hash("mark_forums")

    @app.post("/asked")
    def asked() -> list[bool]:
        return [check_form("posting"), check_form("other"), check_form("posting", request.args)]

    return app


def later(client: Any, path: str, **options: Any) -> Any:
    with clock(time.time() + 5):
        return client.post(path, **options)


@pytest.mark.parametrize("user", ["alice", None])
def test_a_form_comes_back(forms: Flask, user: str | None) -> None:
    client: Any = forms.test_client()
    if user is not None:
        client.login_as(user)
    fields = fields_of(client.get("/form").text)
    assert set(fields) == {"creation_time", "form_token"}
    assert later(client, "/send", data=fields).text == "taken"
    assert later(client, "/asked", data=fields).json == [True, False, False]
    assert client.post("/send", data=fields).status_code == 400  # no person is that quick
    assert client.post("/send").status_code == 400
    assert later(client, "/send", data={**fields, "form_token": "0" * 40}).status_code == 400
    assert later(client, "/send", data={**fields, "creation_time": "0"}).status_code == 400
    assert client.get("/send").text == "taken"
    with clock(time.time() + 3590):
        fields = fields_of(client.get("/form").text)
    with clock(time.time() + 3590 + 5):
        assert client.post("/send", data=fields).text == "taken"


def test_a_form_that_phpbb_made_is_taken(forms: Flask, forum: Forum) -> None:
    client: Any = forms.test_client()
    client.login_as("alice")
    created = int(time.time()) - 10
    salt = _column(forum, "SELECT user_form_salt FROM phpbb_users WHERE username = 'alice'")
    token = hashlib.sha1(f"{created}{salt}posting".encode()).hexdigest()
    assert client.post("/send", data={"creation_time": created, "form_token": token}).text == "taken"


def test_a_guests_form_that_phpbb_made_is_taken(forms: Flask, forum: Forum) -> None:
    client: Any = forms.test_client()
    session_id = client.login_as(1)["phpbb3_mini_sid"]
    created = int(time.time()) - 10
    salt = _column(forum, "SELECT user_form_salt FROM phpbb_users WHERE user_id = 1")
    token = hashlib.sha1(f"{created}{salt}posting{session_id}".encode()).hexdigest()
    assert client.post("/send", data={"creation_time": created, "form_token": token}).text == "taken"


def test_nobody_takes_anothers_form(forms: Flask) -> None:
    alice: Any = forms.test_client()
    alice.login_as("alice")
    fields = fields_of(alice.get("/form").text)
    bob: Any = forms.test_client()
    bob.login_as("bob")
    assert later(bob, "/send", data=fields).status_code == 400


def test_a_strangers_guest_form_is_refused(forms: Flask) -> None:
    fields = fields_of(forms.test_client().get("/form").text)
    assert later(forms.test_client(), "/send", data=fields).status_code == 400
    visited: Any = forms.test_client()
    visited.login_as(1)
    assert later(visited, "/send", data=fields).status_code == 400


def test_a_guests_form_survives_the_first_visit_to_the_forum(forms: Flask) -> None:
    client: Any = forms.test_client()
    fields = fields_of(client.get("/form").text)
    client.login_as(1)
    assert later(client, "/send", data=fields).text == "taken"


def test_guests_are_alike_where_the_board_says_so(forms: Flask, forum: Forum) -> None:
    forum.board.set_config("form_token_sid_guests", 0)
    answer = forms.test_client().get("/form")
    assert "Set-Cookie" not in answer.headers
    assert later(forms.test_client(), "/send", data=fields_of(answer.text)).text == "taken"


def test_forms_grow_too_old(forms: Flask, forum: Forum) -> None:
    client: Any = forms.test_client()
    client.login_as("alice")
    fields = fields_of(client.get("/form").text)
    forum.board.set_config("form_token_lifetime", 1)  # phpBB grants 30 seconds
    created = int(fields["creation_time"])
    with clock(created + 30):
        assert client.post("/send", data=fields).status_code == 200
    with clock(created + 31):
        assert client.post("/send", data=fields).status_code == 400
    forum.board.set_config("form_token_lifetime", -1)
    with clock(created + 3000):
        assert client.post("/send", data=fields).status_code == 200


def test_link_hashes(forms: Flask) -> None:
    client: Any = forms.test_client()
    client.login_as("alice")
    link_hash = client.get("/hash").text
    assert client.get(f"/mark?hash={link_hash}").text == "marked"
    for odd in (f"?hash={link_hash}0", "?hash=", "", "?hash=%FF%C3%A9", f"?hash={link_hash.upper()}X"):
        assert client.get(f"/mark{odd}").status_code == 400
    client.login_as("bob")
    assert client.get(f"/mark?hash={link_hash}").status_code == 400


def test_a_guest_with_an_empty_salt_is_served_as_by_phpbb(forms: Flask, forum: Forum) -> None:
    """As on every board that phpBB 3.3.16 or later has installed."""
    with closing(sqlite3.connect(forum.board.path)) as connection, connection:
        connection.execute("UPDATE phpbb_users SET user_form_salt = '' WHERE user_id = 1")
    client = forms.test_client()
    assert client.get("/hash").text == hashlib.sha1(b"mark_forums").hexdigest()[:8]
    assert client.get(f"/mark?hash={client.get('/hash').text}").text == "marked"
    fields = fields_of(client.get("/form").text)
    assert later(forms.test_client(), "/send", data=fields).status_code == 400
    assert later(client, "/send", data=fields).text == "taken"


def test_a_users_empty_salt_opens_nothing(forms: Flask, forum: Forum) -> None:
    forum.board.add_user("saltless", user_form_salt="")
    client: Any = forms.test_client()
    client.login_as("saltless")
    assert client.get(f"/mark?hash={client.get('/hash').text}").status_code == 400
    assert later(client, "/send", data=fields_of(client.get("/form").text)).status_code == 400


def _column(forum: Forum, sql: str) -> str:
    with closing(sqlite3.connect(forum.board.path)) as connection:
        return str(connection.execute(sql).fetchone()[0])


def test_a_page_in_flask_caching_is_one_visitors(make_site: MakeApp, forum: Forum) -> None:
    from flask_caching import Cache

    app = make_site()
    cache = Cache(app, config={"CACHE_TYPE": "SimpleCache"})
    made: list[str] = []

    @app.get("/cached/<int:page>")
    @cache.cached(timeout=60, make_cache_key=visitor_cache_key)
    def cached(page: int) -> str:
        made.append(session["username"])
        return f"{session['username']} {page} {request.args.get('x')}"

    clients: list[Any] = [app.test_client() for _ in range(5)]
    for client, user in zip(clients, ["alice", "alice", "bob", 1, None], strict=True):
        if user is not None:
            client.login_as(user)
    clients.append(app.test_client())
    for _ in "12":
        seen = [client.get("/cached/1?x=1").text for client in clients]
        assert seen == ["alice 1 1", "alice 1 1", "bob 1 1", *["Anonymous 1 1"] * 3]
        assert clients[0].get("/cached/2?x=1").text == "alice 2 1"
        assert clients[0].get("/cached/1?x=2").text == "alice 1 2"
    assert sorted(made) == ["Anonymous"] * 2 + ["alice"] * 4 + ["bob"]
    forum.board.ban(user="bob")
    assert clients[2].get("/cached/1?x=1").text == "Anonymous 1 1"


@pytest.mark.parametrize("keeps", [True, False])
def test_a_page_that_a_cookie_marks_is_one_browsers(make_site: MakeApp, forum: Forum, keeps: bool) -> None:
    """What guests have read stands in a cookie where the board keeps it at all."""
    from flask_caching import Cache

    forum.board.set_config("load_anon_lastread", int(keeps))
    forum.board.set_config("load_db_lastread", int(not keeps))
    app = make_site()
    cache = Cache(app, config={"CACHE_TYPE": "SimpleCache"})
    made: list[str] = []

    @app.get("/cached")
    @cache.cached(timeout=60, make_cache_key=visitor_cache_key)
    def cached() -> str:
        made.append(session["username"])
        return "made"

    for user in (None, "alice"):
        client: Any = app.test_client()
        if user is not None:
            client.login_as(user)
        for marks in ("t:(1:1;);", "t:(1:2;);", "t:(1:2;);"):
            client.set_cookie(f"{forum.board.cookie_name}_track", marks)
            assert client.get("/cached").text == "made"
    assert len(made) == (4 if keeps else 2)
