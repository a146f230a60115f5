"""A cache that heeds ``Vary`` serves nobody what was made for somebody else: a real nginx."""

from __future__ import annotations

import http.client
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from flask import Flask, Response, make_response, session
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.serving import make_server

from flask_phpbb3.web import login_required

from ...apps import visitor
from ...servers import HOST, Server, absent, running

if TYPE_CHECKING:
    from tests.webapps import Forum, MakeApp

pytest_plugins = ["flask_phpbb3.testing.fixtures", "tests.webapps"]

CONFIG = """
daemon off; pid {directory}/pid; error_log {directory}/error.log; worker_processes 1; {user}
events {{ }}
http {{
    access_log off; client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi; uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
    proxy_cache_path {directory}/cache keys_zone=pages:1m;
    server {{
        listen {host}:{port};
        location / {{
            proxy_pass http://{host}:{upstream}; proxy_cache pages;
            proxy_cache_valid 200 401 403 10m; proxy_set_header X-Forwarded-For $http_x_client;
            add_header X-Cache $upstream_cache_status always;
        }}
    }}
}}
"""


class Nginx(Server):
    """nginx before a site, with a cache for all its pages."""

    name = "nginx"
    upstream = 0

    def command(self) -> Sequence[str]:
        program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")
        if program is None:
            absent("nginx", "nginx is not installed")
        config = self.directory / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        config.write_text(
            CONFIG.format(
                directory=self.directory, host=self.host, port=self.port, upstream=self.upstream, user=user
            )
        )
        return (program, "-c", str(config), "-e", str(self.directory / "error.log"))


@contextmanager
def cached(app: Flask) -> Iterator[Nginx]:
    """Serve an application behind a cache."""
    app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    server = make_server(HOST, 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        kind = type("NginxHere", (Nginx,), {"upstream": server.server_port})
        with running(kind) as nginx:
            yield nginx
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def fetch(
    nginx: Nginx, path: str, agent: str = "Browser/1.0", address: str = "203.0.113.7"
) -> tuple[int, str, str]:
    """Return status, text, and what the cache has done."""
    connection = http.client.HTTPConnection(HOST, nginx.port, timeout=10)
    connection.request("GET", path, headers={"User-Agent": agent, "X-Client": address})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text, answer.headers["X-Cache"]


@pytest.fixture
def site(forum: Forum, make_site: MakeApp) -> Iterator[Nginx]:
    forum.board.add_bot("Crawler", "Crawler")
    forum.board.ban(ip="192.0.2.66")
    app = make_site()
    app.testing = False

    @app.get("/who")
    def who() -> str:
        return f"{session['user_id']} {visitor().is_bot}"

    @app.get("/members")
    @login_required
    def members() -> str:
        return "members"

    @app.get("/public")
    def public() -> Response:
        answer = make_response(f"public {visitor().user_id > 0}")
        answer.cache_control.public = True
        answer.cache_control.max_age = 600
        return answer

    app.add_url_rule("/plain", view_func=lambda: "asks nobody")
    with cached(app) as nginx:
        yield nginx


def test_a_bots_page_is_served_to_no_guest(site: Nginx) -> None:
    bot = fetch(site, "/who", agent="Crawler/2")
    assert bot[1].endswith("True")
    assert fetch(site, "/who")[:2] == (200, "1 False")
    assert fetch(site, "/who", agent="Crawler/2")[1] == bot[1]


def test_what_the_banned_are_told_is_served_to_nobody_else(site: Nginx) -> None:
    for path in ("/members", "/public"):
        fetch(site, path, address="192.0.2.66")
    assert fetch(site, "/members", address="192.0.2.66")[0] == 403
    assert fetch(site, "/members")[0] == 401
    assert fetch(site, "/members", address="192.0.2.66")[0] == 403
    assert fetch(site, "/public")[2] == "MISS"  # the banned one's was not kept


def test_what_depends_on_nobody_is_cached(site: Nginx) -> None:
    for path in ("/plain", "/public"):
        assert [fetch(site, path)[2] for _ in range(2)] == ["MISS", "HIT"]
