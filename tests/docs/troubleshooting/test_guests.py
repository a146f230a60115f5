"""People are guests who are signed in on the forum."""

from __future__ import annotations

import http.cookiejar
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, session
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.serving import make_server

from flask_phpbb3.testing import EmbeddedBoard, MiniatureBoard
from flask_phpbb3.web import login_required, visitor_cache_key

from ... import command_line
from ...apps import close
from ...miniatures import Build
from ...servers import HOST, PostgreSql, PostgreSqlReplica, running
from ...sites import AGENT, make_site
from ..serving import Nginx, fetch, serving, shown
from .conftest import MakeSite
from .entries import Entry

pytestmark = pytest.mark.slow


def test_no_cookie_arrives(entry: Entry, embedded: EmbeddedBoard, make: MakeSite) -> None:
    site = make()
    client = site.app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = AGENT
    cookies = embedded.sign_in("alice", browser=AGENT)

    def seen() -> tuple[int, str | None]:
        found = client.get("/", base_url="http://www.example.org").get_json()
        return found["user"], found["refusal"]

    for name, value in cookies.items():
        client.set_cookie(name, value, domain="forum.example.org")
    assert seen() == (1, None)
    for name, value in cookies.items():
        client.set_cookie(name, value, domain="example.org", origin_only=False)
    assert seen() == (embedded.user_id("alice"), None)

    config = {**embedded.settings, "SERVER_NAME": "www.example.org"}
    config["PHPBB3_BOARD_URL"] = "http://forum.example.org"
    told = command_line.diagnose(command_line.factory(config))
    assert entry.is_seen_in(told.messages["cookie domain"], "Doctor")
    embedded.set_config("cookie_domain", ".example.org")
    assert "cookie domain" not in command_line.diagnose(command_line.factory(config)).failed


def test_another_cookie_name(entry: Entry, embedded: EmbeddedBoard, make: MakeSite) -> None:
    cookies = embedded.sign_in("alice", browser=AGENT)
    answer = make(cookie_name="phpbb3_old_").ask(cookies)
    assert (answer.user, answer.json["refusal"]) == (1, None)
    assert make().ask(cookies).user == embedded.user_id("alice")
    config = {**embedded.settings, "PHPBB3_COOKIE_NAME": "phpbb3_old_"}
    told = command_line.diagnose(command_line.factory(config))
    assert entry.is_seen_in(told.messages["cookie name"], "Doctor")


def test_secure_cookies_over_http(embedded: EmbeddedBoard, make: MakeSite) -> None:
    site = make()
    jar = http.cookiejar.CookieJar()
    for name, value in embedded.sign_in("alice", browser=AGENT).items():
        place: dict[str, Any] = {"port": None, "port_specified": False}
        place |= {"domain_specified": True, "path_specified": True}
        jar.set_cookie(
            http.cookiejar.Cookie(
                0, name, value, domain="www.example.org", domain_initial_dot=False, path="/", secure=True,
                expires=None, discard=True, comment=None, comment_url=None, rest={}, **place,
            )
        )  # fmt: skip

    def seen(address: str) -> int | None:
        request = urllib.request.Request(address)
        jar.add_cookie_header(request)
        sent = request.get_header("Cookie") or ""
        return site.ask(dict(part.split("=", 1) for part in sent.split("; ") if part)).user

    assert seen("http://www.example.org/") == 1
    assert seen("https://www.example.org/") == embedded.user_id("alice")


@contextmanager
def behind_nginx(app: Flask) -> Iterator[int]:
    """Serve an application behind the page's nginx; yield its port."""
    server = make_server(HOST, 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        text = shown("operate/web-servers.md", "nginx", "server_name www.example.org")
        with serving(Nginx, text, upstream=f"{HOST}:{server.server_port}") as nginx:
            yield nginx.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_web_server_hides_the_address(
    entry: Entry, embedded: EmbeddedBoard, make: MakeSite, log: pytest.LogCaptureFixture
) -> None:
    visitor = "127.7.7.7"
    cookies = embedded.sign_in("alice", ip=visitor, browser=AGENT)
    site = make()
    with behind_nginx(site.app) as port:
        assert (
            '"refusal":"ip"'
            in fetch(port, cookies=cookies, address=visitor, headers={"User-Agent": AGENT}).text
        )
        assert entry.is_seen_in(log.text)
        site.app.wsgi_app = ProxyFix(site.app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
        known = fetch(port, cookies=cookies, address=visitor, headers={"User-Agent": AGENT}).text
        assert f'"user":{embedded.user_id("alice")}' in known


def test_two_kinds_of_address(embedded: EmbeddedBoard, make: MakeSite) -> None:
    cookies = embedded.sign_in("alice", ip="2001:db8::7", browser=AGENT)
    here = {"REMOTE_ADDR": "192.0.2.7"}
    assert make().ask(cookies, **here).json["refusal"] == "ip"
    embedded.set_config("ip_check", "0")
    assert make().ask(cookies, **here).user == embedded.user_id("alice")


def test_another_forwarded_for(
    entry: Entry, embedded: EmbeddedBoard, make: MakeSite, log: pytest.LogCaptureFixture
) -> None:
    embedded.set_config("forwarded_for_check", "1")
    cookies = embedded.sign_in("alice", browser=AGENT, session_forwarded_for="192.0.2.7")
    site = make()
    assert site.ask(cookies).json["refusal"] == "forwarded_for"
    assert entry.is_seen_in(log.text)
    same = {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}
    assert site.ask(cookies, **same).user == embedded.user_id("alice")
    embedded.set_config("forwarded_for_check", "0")
    assert site.ask(cookies).user == embedded.user_id("alice")


def test_a_session_has_ended(
    entry: Entry, embedded: EmbeddedBoard, make: MakeSite, log: pytest.LogCaptureFixture
) -> None:
    site = make()
    long_ago = int(time.time()) - 4000
    assert (
        site.ask(embedded.sign_in("alice", browser=AGENT, session_time=long_ago)).json["refusal"] == "expired"
    )
    assert entry.is_seen_in(log.text)
    remembered = embedded.sign_in("alice", browser=AGENT, session_time=long_ago, autologin=True)
    assert site.ask(remembered).user == embedded.user_id("alice")


def test_another_browser(embedded: EmbeddedBoard, make: MakeSite) -> None:
    cookies = embedded.sign_in("alice", browser="Browser/0.9")
    site = make()
    assert site.ask(cookies).json["refusal"] == "browser"
    assert site.ask(cookies, HTTP_USER_AGENT="Browser/0.9").user == embedded.user_id("alice")


@pytest.mark.slow
def test_a_replica_lags(entry: Entry, build: Build, log: pytest.LogCaptureFixture) -> None:
    subject = build("postgresql", "psycopg2", "3.3")
    board, primary = subject.board, subject.server
    assert isinstance(board, MiniatureBoard)
    assert isinstance(primary, PostgreSql)
    board.add_user("alice")
    with running(PostgreSqlReplica, primary) as replica:
        place = {**subject.config["PHPBB3_DATABASE"], "PORT": replica.port}
        behind, right = (
            make_site("psycopg2", database, board) for database in (place, {**place, "PORT": primary.port})
        )
        with replica.lagging():
            cookies = behind.sign_in("alice")
            assert behind.ask(cookies).json["refusal"] == "unknown"
            assert entry.is_seen_in(log.text)
            assert right.ask(cookies).user == board.user_id("alice")
        replica.catch_up()
        assert behind.ask(cookies).user == board.user_id("alice")
        for site in (behind, right):
            close(site.app)


def test_the_banned(entry: Entry, embedded: EmbeddedBoard, make: MakeSite) -> None:
    site = make()

    @site.app.get("/members")
    @login_required
    def members() -> str:
        return "members"

    cookies = embedded.sign_in("alice", browser=AGENT)
    embedded.ban(user="alice", give_reason="Spam.")
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "User-Agent": AGENT}
    answer = site.app.test_client(use_cookies=False).get("/members", headers=headers)
    assert answer.status_code == 403
    assert "You are banned from the forum" in entry.part("Seen")
    assert "You are banned from the forum: Spam." in answer.text
    embedded.insert(
        "banlist", ban_userid=embedded.user_id("alice"), ban_exclude=1
    )  # whom the forum takes out again
    assert site.app.test_client(use_cookies=False).get("/members", headers=headers).status_code == 200


def test_a_cache_that_does_not_know_the_visitor(embedded: EmbeddedBoard, make: MakeSite) -> None:
    caching = pytest.importorskip("flask_caching")
    embedded.add_user("bob")
    people = {name: embedded.sign_in(name, browser=AGENT) for name in ("alice", "bob")}
    for key, seen_by_bob in ((None, "alice"), (visitor_cache_key, "bob")):
        site = make()
        cache = caching.Cache(site.app, config={"CACHE_TYPE": "SimpleCache"})

        def name() -> dict[str, str]:
            return {"thing": session["username"]}

        site.app.add_url_rule("/name", view_func=cache.cached(timeout=60, make_cache_key=key)(name))
        assert site.ask(people["alice"], "/name").thing == "alice"
        assert site.ask(people["bob"], "/name").thing == seen_by_bob
