"""The web server answers by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from flask_phpbb3.testing import EmbeddedBoard

from ...links import linked
from ...miniatures import Build
from ..serving import Gunicorn, Nginx, UWsgi, WsgiServer, fetch, serving, shown
from .entries import Entry

pytestmark = pytest.mark.slow

APPLICATION = """
import time

from flask import Flask, session

from flask_phpbb3 import PhpBB3

app = Flask(__name__)
app.config.update({config!r})
PhpBB3(app)
app.add_url_rule("/", "home", lambda: {{"user": session["username"]}})
app.add_url_rule("/slow", "slow", lambda: (time.sleep(3), "slow")[1])
"""

NGINX = ("operate/web-servers.md", "nginx", "server_name www.example.org")
GUNICORN = ("operate/workers.md", "python", "worker_class")
UWSGI = ("operate/workers.md", "ini", "[uwsgi]")


@contextmanager
def workers(config: Any, kind: type[WsgiServer], text: str) -> Iterator[WsgiServer]:
    with serving(kind, text, application=APPLICATION.format(config=config)) as server:
        yield server


def test_a_worker_is_killed(entry: Entry, build: Build) -> None:
    board = build("postgresql", "psycopg2", "3.3")
    text = shown(*GUNICORN).replace("gthread", "sync").replace("threads = 4", "threads = 1")
    with linked(board.config["PHPBB3_DATABASE"]["PORT"]) as link:
        database = {**board.config["PHPBB3_DATABASE"], "PORT": link.port, "STATEMENT_TIMEOUT": 4}
        config = {**board.config, "PHPBB3_DATABASE": database, "PHPBB3_BOARD_TTL": 0}
        # What gunicorn says of a worker that it ends is nothing at all, or a page of its own.
        for timeout, seen in (("timeout = 2", {0, 500}), ("timeout = 60", {503})):
            link.repair()
            with workers(config, Gunicorn, text.replace("timeout = 60", timeout)) as site:
                assert fetch(site.port).status == 200
                link.silent = True
                assert fetch(site.port).status in seen
                said = (site.directory / "log").read_text()
                assert entry.is_seen_in(said) is (503 not in seen)


def test_the_web_server_gives_up_first(entry: Entry, embedded: EmbeddedBoard) -> None:
    text = shown(*NGINX)
    with workers(embedded.settings, Gunicorn, shown(*GUNICORN)) as site:
        upstream = f"{site.host}:{site.port}"
        with serving(Nginx, text.replace("timeout 60s", "timeout 1s"), upstream=upstream) as nginx:
            assert fetch(nginx.port, "/slow").status == 504
            assert entry.is_seen_in((nginx.directory / "error.log").read_text())
        with serving(Nginx, text, upstream=upstream) as nginx:
            assert fetch(nginx.port, "/slow").status == 200


def test_a_header_is_too_large(entry: Entry, embedded: EmbeddedBoard) -> None:
    long = {"basket": "x" * 9000}
    usual_nginx = shown(*NGINX).replace("large_client_header_buffers", "# ")
    usual_gunicorn = shown(*GUNICORN).replace("limit_request_field_size", "# ")
    seen = []
    for gunicorn, nginx_text in (
        (shown(*GUNICORN), usual_nginx),
        (usual_gunicorn, shown(*NGINX)),
        (shown(*GUNICORN), shown(*NGINX)),
    ):
        with (
            workers(embedded.settings, Gunicorn, gunicorn) as site,
            serving(Nginx, nginx_text, upstream=f"{site.host}:{site.port}") as nginx,
        ):
            seen.append(fetch(nginx.port, cookies=long))
    assert [answer.status for answer in seen] == [400, 431, 200]
    assert "Request Header Or Cookie Too Large" in entry.heading
    assert "Request Header Or Cookie Too Large" in seen[0].text


def test_uwsgi_takes_no_long_header(entry: Entry, embedded: EmbeddedBoard) -> None:
    long = {"basket": "x" * 8000}
    text = shown(*UWSGI)
    for ini, status in ((text.replace("buffer-size = 16384", ""), 0), (text, 200)):
        with workers(embedded.settings, UWsgi, ini) as site:
            assert fetch(site.port).status == 200
            assert fetch(site.port, cookies=long).status == status
            time.sleep(0.1)
            assert entry.is_seen_in((site.directory / "log").read_text()) is (status == 0)
