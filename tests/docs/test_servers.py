"""What the pages tell other programs, taken by these programs: databases, web servers, browsers."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing import MiniatureBoard, Schema
from tests import servers
from tests.servers import OWNER, MariaDb, PostgreSql, running

from .blocks import PAGES, Block, all_blocks, block_id, blocks


def _of(path: Path, language: str) -> list[Block]:
    return [block for block in blocks(path) if block.language == language and not block.not_run]


@pytest.mark.parametrize("path", [path for path in PAGES if _of(path, "postgresql")], ids=block_id)
def test_postgresql_takes_it(path: Path) -> None:
    """Run a page's blocks, in their order, in the database ``forum`` whose tables ``phpbb`` has made."""
    with running(PostgreSql) as server:
        server.execute("CREATE ROLE phpbb SUPERUSER LOGIN")
        server.execute("CREATE DATABASE forum OWNER phpbb")
        with closing(server.connect("forum", user="phpbb")) as connection:
            _miniature(connection, "postgresql")
        for block in _of(path, "postgresql"):
            server.execute(block.body, "forum", user="phpbb")
        if _makes_the_account(path, "postgresql"):
            with closing(server.connect("forum", user="site")) as connection:
                _can_read_and_no_more(connection.cursor())


@pytest.mark.parametrize("path", [path for path in PAGES if _of(path, "mysql")], ids=block_id)
def test_mariadb_takes_it(path: Path) -> None:
    pymysql = pytest.importorskip("pymysql")
    with running(MariaDb) as server:
        server.execute("CREATE DATABASE forum CHARACTER SET utf8mb3 COLLATE utf8mb3_bin")
        place = {"unix_socket": str(server.socket_path), "database": "forum", "autocommit": True}
        with closing(pymysql.connect(user=OWNER, **place)) as connection:
            _miniature(connection, "mysql")
        for block in _of(path, "mysql"):
            server.execute(block.body, "forum", user="root")
        if _makes_the_account(path, "mysql"):
            with closing(pymysql.connect(user="site", password="…".encode(), **place)) as connection:
                _can_read_and_no_more(connection.cursor())


def _makes_the_account(path: Path, language: str) -> bool:
    return any(re.search(r"CREATE (ROLE|USER) '?site\b", block.body) for block in _of(path, language))


def _miniature(connection: Any, dialect: str) -> None:
    schema = Schema.load(*Plugins().line("3.3").schema)
    MiniatureBoard(connection, schema, release="3.3.15", dialect=dialect).create()


def _can_read_and_no_more(cursor: Any) -> None:
    """Hold what every page about accounts promises of ``site``."""
    cursor.execute("SELECT username FROM phpbb_users WHERE user_id = 2")
    assert [tuple(row) for row in cursor.fetchall()] == [("admin",)]
    with pytest.raises(Exception, match=r"denied"):
        cursor.execute("UPDATE phpbb_users SET username = 'x' WHERE user_id = 2")


NGINX = (
    "{block}",
    "events {{}}\nhttp {{\n{block}\n}}",
    "events {{}}\nhttp {{ server {{\n{block}\n}} }}",
    "events {{}}\nhttp {{ server {{ location / {{\n{block}\n}} }} }}",
)
"""What may stand around a piece of nginx's configuration."""


@pytest.mark.parametrize("block", all_blocks("nginx"), ids=block_id)
def test_nginx_takes_it(block: Block, tmp_path: Path) -> None:
    nginx = program("nginx", "nginx")
    body = re.sub(
        r"(listen\s+(?:\S+:)?)(\d+)", lambda found: f"{found[1]}{10000 + int(found[2])}", block.body
    )
    key = certificate(tmp_path)
    body = re.sub(r"(ssl_certificate(?:_key)?\s+)[^;]+;", rf"\g<1>{key};", body)
    for included in Path("/etc/nginx").glob("*_params"):
        shutil.copy(included, tmp_path)
    said = []
    for around in NGINX:
        (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid;\n{around.format(block=body)}\n")
        check = [nginx, "-t", "-p", str(tmp_path), "-e", "stderr", "-c", str(tmp_path / "nginx.conf")]
        done = subprocess.run(check, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
        said.append(done.stderr)
    pytest.fail("\n".join(said))


@pytest.mark.parametrize("block", all_blocks("apache"), ids=block_id)
def test_apache_takes_it(block: Block, tmp_path: Path) -> None:
    apache = program("apache", "apache2", "httpd")
    modules = Path("/usr/lib/apache2/modules")
    wanted = (
        "mpm_event",
        "authz_core",
        "authz_host",
        "headers",
        "rewrite",
        "alias",
        "remoteip",
        "ssl",
        "mime",
        "socache_shmcb",
        "setenvif",
        "dir",
        "proxy",
        "proxy_http",
        "proxy_uwsgi",
        "proxy_wstunnel",
    )
    load = "".join(f"LoadModule {name}_module {modules}/mod_{name}.so\n" for name in wanted)
    key = certificate(tmp_path)
    body = re.sub(r"(SSLCertificate(?:Key)?File\s+)\S+", rf"\g<1>{key}", block.body)
    body = re.sub(r"(DocumentRoot\s+)\S+", rf"\g<1>{tmp_path}", body)
    (tmp_path / "apache.conf").write_text(
        f"ServerRoot {tmp_path}\nServerName localhost\nErrorLog {tmp_path}/log\n{load}{body}"
    )
    check = [apache, "-t", "-f", str(tmp_path / "apache.conf"), "-C", f"DefaultRuntimeDir {tmp_path}"]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", all_blocks("caddyfile"), ids=block_id)
def test_caddy_takes_it(block: Block, tmp_path: Path) -> None:
    caddy = program("caddy", "caddy")
    file = tmp_path / "Caddyfile"
    file.write_text(block.body)
    adapt = [caddy, "adapt", "--adapter", "caddyfile", "--config", str(file), "--validate"]
    done = subprocess.run(
        adapt,
        capture_output=True,
        text=True,
        check=False,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", all_blocks("javascript"), ids=block_id)
def test_the_browser_compiles_it(block: Block, tmp_path: Path) -> None:
    browser = program("axe", "chromium", "chromium-browser", "google-chrome")
    code = json.dumps(f"async () => {{\n{block.body}\n}}").replace("<", "\\u003c")
    page = tmp_path / "page.html"
    page.write_text(
        f"<!doctype html><script>try {{ new Function('return ' + {code}); document.title = 'fine'; }}"
        " catch (error) { document.title = String(error); }</script>"
    )
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path}/profile",
        "--dump-dom",
    ]
    done = subprocess.run(
        [browser, *flags, page.as_uri()], capture_output=True, text=True, check=False, timeout=120
    )
    assert "<title>fine</title>" in done.stdout, done.stdout


def program(promised: str, *names: str) -> str:
    for name in names:
        if found := shutil.which(name, path="/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"):
            return found
    return servers.absent(promised, f"{names[0]} is not installed")


def certificate(folder: Path) -> Path:
    """Make a certificate and its key in one file, for what the pages name below /etc."""
    openssl = program("openssl", "openssl")
    path = folder / "both.pem"
    subprocess.run(
        [
            openssl,
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-subj",
            "/CN=localhost",
            "-keyout",
            path,
            "-out",
            folder / "certificate.pem",
        ],
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text() + (folder / "certificate.pem").read_text())
    return path
