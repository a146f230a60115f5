"""What docs/operate shows of servers is run: a visitor is who they are behind each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from flask_phpbb3.testing import EmbeddedBoard

from ..apps import board_of, close
from ..drivers import make, statement
from ..servers import GUARDED, HOST, PASSWORD, PgBouncer, PostgreSql, Redis, running
from ..sites import make_site
from .serving import (
    FORUM,
    Apache,
    Caddy,
    Gunicorn,
    Nginx,
    UWsgi,
    WsgiServer,
    fetch,
    serving,
    shown,
)

VISITOR = "127.7.7.7"
"""Far enough from the web server's own address for phpBB to tell them apart."""

SEEN = """
from flask import request


@app.get("/seen")
def seen():
    return {"address": request.remote_addr, "host": request.host, "scheme": request.scheme}
"""


@pytest.fixture
def board(tmp_path: Path) -> Iterator[EmbeddedBoard]:
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as made:
        made.add_user("alice")
        (tmp_path / "config.php").write_text(
            "<?php\n$dbms = 'phpbb\\\\db\\\\driver\\\\sqlite3';\n"
            f"$dbhost = '{made.path}';\n$table_prefix = 'phpbb_';\n"
        )
        yield made


def application(board: EmbeddedBoard) -> str:
    """Return the application of the page about web servers, and a page that tells what arrives."""
    source = shown("operate/web-servers.md", "python", "ProxyFix(")
    return source.replace(FORUM, str(board.path.with_name("config.php"))) + SEEN


@contextmanager
def workers(board: EmbeddedBoard, kind: type[WsgiServer] = Gunicorn, text: str = "") -> Iterator[WsgiServer]:
    text = text or shown("operate/workers.md", "python", "worker_class")
    with serving(kind, text, application=application(board)) as server:
        yield server


FRONTS = {
    "nginx": (Nginx, "nginx", "server_name www.example.org"),
    "apache": (Apache, "apache", "VirtualHost"),
    "caddy": (Caddy, "caddyfile", "reverse_proxy"),
}


@pytest.mark.parametrize("front", FRONTS)
def test_a_visitor_is_who_they_are_behind(front: str, board: EmbeddedBoard) -> None:
    kind, language, having = FRONTS[front]
    text = shown("operate/web-servers.md", language, having)
    cookies = board.sign_in("alice", ip=VISITOR, browser="Browser/1.0")
    with workers(board) as site, serving(kind, text, upstream=f"{site.host}:{site.port}") as server:
        assert json.loads(fetch(server.port, cookies=cookies, address=VISITOR).text) == {"user": "alice"}
        assert json.loads(fetch(server.port, cookies=cookies).text) == {
            "user": "Anonymous"
        }  # another address
        lies = {"X-Forwarded-For": VISITOR, "X-Forwarded-Host": "evil.example.net"}
        seen = json.loads(fetch(server.port, "/seen", headers=lies).text)
        assert seen == {"address": HOST, "host": f"www.example.org:{server.port}", "scheme": "http"}


@pytest.mark.slow
def test_one_host_for_forum_and_site(board: EmbeddedBoard) -> None:
    text = shown("operate/web-servers.md", "nginx", "fastcgi_pass")
    cookies = board.sign_in("alice", ip=VISITOR, browser="Browser/1.0")
    with workers(board) as site, serving(Nginx, text, upstream=f"{site.host}:{site.port}") as nginx:
        assert json.loads(fetch(nginx.port, cookies=cookies, address=VISITOR).text) == {"user": "alice"}
        assert fetch(nginx.port, "/forum/config.php").status == 403
        assert fetch(nginx.port, "/forum/store/backup.sql").status == 403
        assert fetch(nginx.port, "/forum/index.php").status == 502  # nobody listens where PHP would


@pytest.mark.slow
@pytest.mark.parametrize("worker_class", ["sync", "gthread", "gevent"])
def test_gunicorn(worker_class: str, board: EmbeddedBoard) -> None:
    pytest.importorskip("gevent")
    text = shown("operate/workers.md", "python", "worker_class")
    text = text.replace('worker_class = "gthread"', f'worker_class = "{worker_class}"')
    text = text.replace("threads = 4", "threads = 1") if worker_class == "sync" else text
    cookies = board.sign_in("alice", ip=HOST, browser="Browser/1.0")
    with workers(board, Gunicorn, text) as site:
        assert json.loads(fetch(site.port, cookies=cookies).text) == {"user": "alice"}


@pytest.mark.slow
@pytest.mark.parametrize("lazy", [False, True])
def test_uwsgi(lazy: bool, board: EmbeddedBoard) -> None:
    text = shown("operate/workers.md", "ini", "[uwsgi]") + ("lazy-apps = true\n" if lazy else "")
    cookies = board.sign_in("alice", ip=HOST, browser="Browser/1.0")
    with workers(board, UWsgi, text) as site:
        assert json.loads(fetch(site.port, cookies=cookies).text) == {"user": "alice"}
        long = {"phpbb3_x": "x" * 8000}
        assert json.loads(fetch(site.port, cookies={**cookies, **long}).text) == {"user": "alice"}


@pytest.mark.slow
def test_long_cookies_pass(board: EmbeddedBoard) -> None:
    text = shown("operate/web-servers.md", "nginx", "server_name www.example.org")
    long = {"basket": "x" * 9000}
    with workers(board) as site:
        with serving(Nginx, text, upstream=f"{site.host}:{site.port}") as nginx:
            assert fetch(nginx.port, cookies=long).status == 200
        usual = text.replace("large_client_header_buffers", "# ")
        with serving(Nginx, usual, upstream=f"{site.host}:{site.port}") as nginx:
            assert fetch(nginx.port, cookies=long).status == 400


# Databases and session backends.


class ConfiguredPgBouncer(PgBouncer):
    """PgBouncer with the page's configuration, in one of its modes."""

    mode = "transaction"

    def __init__(self, directory: Path, postgresql: PostgreSql) -> None:
        super().__init__(directory, postgresql)
        users = directory / "userlist.txt"
        users.write_text(f'"{GUARDED}" "{PASSWORD}"\n')
        text = shown("operate/pgbouncer.md", "ini")
        for found, here in {
            "port=5432 dbname=forum": f"port={postgresql.port} dbname=postgres",
            "= 6432": f"= {self.port}",
            "/etc/pgbouncer/userlist.txt": str(users),
            "= transaction": f"= {self.mode}",
        }.items():
            assert found in text
            text = text.replace(found, here)
        (directory / "pgbouncer.ini").write_text(text + "unix_socket_dir =\n")


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["transaction", "session", "statement"])
@pytest.mark.parametrize("name", ["psycopg2", "psycopg"])
def test_pgbouncer(name: str, mode: str, postgresql: PostgreSql) -> None:
    pytest.importorskip(name)
    with running(type("Here", (ConfiguredPgBouncer,), {"mode": mode}), postgresql) as pooler:
        place = {"HOST": pooler.host, "PORT": pooler.port, "DATABASE": "forum"}
        driver = make(name, {**place, "USER": GUARDED, "PASSWORD": PASSWORD})
        for number in range(3):
            assert driver.read(statement(f"SELECT {number} AS one"), {}) == [{"one": number}]
        driver.close()


class GuardedRedis(Redis):
    """Redis with the page's account, whose password is ``secret``."""

    def command(self) -> Sequence[str]:
        users = self.directory / "users.acl"
        users.write_text("user default off\n" + shown("operate/session-backends.md", "text", "user site"))
        return (*super().command(), "--aclfile", str(users))


def test_redis_with_an_account(board: EmbeddedBoard) -> None:
    pytest.importorskip("redis")
    with running(GuardedRedis) as server:
        address = f"redis://site:secret@{server.host}:{server.port}/0"
        backend = {"TYPE": "redis", "SERVERS": [address]}
        site = make_site("sqlite3", {"DATABASE": str(board.path)}, board, session_backend=backend)
        cookies = site.sign_in("alice")
        assert site.ask(cookies, "/keep/basket").thing == "basket"
        assert site.ask(cookies).thing == "basket"
        assert site.ask(cookies, "/drop").thing is None
        bound = board_of(site.app)
        answers = [bound.get_user(user_id=2, cache=True) for _ in range(2)]
        assert answers[0] == answers[1]
        close(site.app)


class FullRedis(Redis):
    """Redis that has no room, and drops nothing for new keys."""

    def command(self) -> Sequence[str]:
        return (*super().command(), "--maxmemory", "1", "--maxmemory-policy", "noeviction")


def test_a_full_redis_keeps_nothing_and_fails_no_page(
    board: EmbeddedBoard, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("redis")
    with running(FullRedis) as server:
        backend = {"TYPE": "redis", "SERVERS": [f"{server.host}:{server.port}"]}
        site = make_site("sqlite3", {"DATABASE": str(board.path)}, board, session_backend=backend)
        cookies = site.sign_in("alice")
        assert site.ask(cookies, "/keep/basket").status == 200
        assert site.ask(cookies).thing is None
        assert "The session backend fails" in caplog.text
        close(site.app)
