"""Web servers and WSGI servers that run what the pages show: only ports and paths are others."""

from __future__ import annotations

import http.client
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from ..servers import HOST, Server, absent, running
from .blocks import DOCS, ROOT, blocks

APPLICATION = "127.0.0.1:8000"
"""Where the pages have the application."""
FORUM = "/var/www/forum/config.php"


def shown(page: str, language: str, having: str = "") -> str:
    """Return the one block of a page in a language that holds some words."""
    [body] = [b.body for b in blocks(DOCS / page) if b.language == language and having in b.body]
    return body


def _program(promised: str, *names: str) -> str:
    path = os.pathsep.join(
        [str(Path(sys.executable).parent), os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]
    )
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    return absent(promised, f"{names[0]} is not installed")


class Configured(Server):
    """A server with a configuration of a page.

    :cvar text: the configuration, as the page has it.
    :cvar upstream: where the application is, as ``host:port``.
    """

    text: ClassVar[str]
    upstream: ClassVar[str] = APPLICATION

    @property
    def address(self) -> str:
        """Return where this server listens."""
        return f"{self.host}:{self.port}"


class Nginx(Configured):
    """nginx with one server block."""

    name = "nginx"

    def command(self) -> Sequence[str]:
        here = self.directory
        (here / "fastcgi_params").write_text("fastcgi_param QUERY_STRING $query_string;\n")
        server = self.text.replace("listen 80;", f"listen {self.address};").replace(
            APPLICATION, self.upstream
        )
        places = "".join(
            f"{kind}_temp_path {here}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;\n" if os.geteuid() == 0 else ""
        (here / "nginx.conf").write_text(
            f"{user}daemon off;\npid {here}/pid;\nerror_log {here}/error.log;\nevents {{}}\n"
            f"http {{\naccess_log off;\n{places}{server}}}\n"
        )
        return (_program("nginx", "nginx"), "-c", str(here / "nginx.conf"), "-e", str(here / "error.log"))


class Apache(Configured):
    """Apache with one virtual host."""

    name = "apache"

    def command(self) -> Sequence[str]:
        program = _program("apache", "apache2", "httpd")
        modules = next((p for p in map(Path, _MODULES) if (p / "mod_proxy.so").exists()), None)
        if modules is None:
            absent(self.name, "Apache's modules are not installed")
        built_in = ("mpm_event", "authz_core", "proxy", "proxy_http", "headers")
        load = "".join(f"LoadModule {name}_module {modules}/mod_{name}.so\n" for name in built_in)
        host = self.text.replace("*:80", self.address).replace(APPLICATION, self.upstream)
        (self.directory / "httpd.conf").write_text(
            f"ServerRoot {self.directory}\n{load}Listen {self.address}\nPidFile {self.directory}/pid\n"
            f"ServerName localhost\nErrorLog {self.directory}/error.log\n"
            f"Mutex file:{self.directory} default\n{_apache_user()}{host}"
        )
        return (program, "-D", "FOREGROUND", "-f", str(self.directory / "httpd.conf"))


_MODULES = ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules")


def _apache_user() -> str:
    return "User nobody\nGroup nogroup\n" if os.geteuid() == 0 else ""


class Caddy(Configured):
    """Caddy with one site; without certificates, as nobody here could make one."""

    name = "caddy"

    def command(self) -> Sequence[str]:
        site = self.text.replace(
            "www.example.org {", f"http://www.example.org:{self.port} {{\n    bind {self.host}"
        )
        (self.directory / "Caddyfile").write_text(
            "{\n    admin off\n    auto_https off\n}\n" + site.replace(APPLICATION, self.upstream)
        )
        os.environ.setdefault("HOME", str(self.directory))
        return (
            _program("caddy", "caddy"),
            "run",
            "--config",
            str(self.directory / "Caddyfile"),
            "--adapter",
            "caddyfile",
        )


class WsgiServer(Configured):
    """A WSGI server with the application ``wsgi.py`` in its folder.

    :cvar application: the source of ``wsgi.py``.
    """

    application: ClassVar[str]

    def start(self) -> None:
        (self.directory / "wsgi.py").write_text(self.application)
        path = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = str(ROOT)
        try:
            super().start()
        finally:
            os.environ.pop("PYTHONPATH")
            if path is not None:
                os.environ["PYTHONPATH"] = path


class Gunicorn(WsgiServer):
    """gunicorn with ``gunicorn.conf.py``."""

    name = "gunicorn"

    def command(self) -> Sequence[str]:
        pytest.importorskip("gunicorn")
        (self.directory / "gunicorn.conf.py").write_text(self.text.replace(APPLICATION, self.address))
        return (sys.executable, "-m", "gunicorn", "--graceful-timeout=2", "wsgi:app")


class UWsgi(WsgiServer):
    """uWSGI with ``uwsgi.ini``."""

    name = "uwsgi"

    def command(self) -> Sequence[str]:
        (self.directory / "uwsgi.ini").write_text(self.text.replace(APPLICATION, self.address))
        return (_program("uwsgi", "uwsgi"), "--ini", "uwsgi.ini", f"--home={sys.prefix}", "--disable-logging")


@contextmanager
def serving(kind: type[Any], text: str, **named: Any) -> Iterator[Any]:
    """Run a server with a configuration.

    :param named: what else its class has, such as ``upstream``.
    """
    with running(type(kind.__name__, (kind,), {"text": text, **named})) as server:
        yield server


@dataclass(frozen=True)
class Answer:
    """What a browser got.

    :ivar status: the HTTP status; 0 for none at all.
    :ivar text: the body.
    :ivar headers: the headers.
    """

    status: int
    text: str
    headers: Mapping[str, str]


def fetch(
    port: int,
    path: str = "/",
    *,
    cookies: Mapping[str, str] | None = None,
    address: str = HOST,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Ask a server of this machine for a page.

    :param address: the visitor's own, of the loopback network.
    :param headers: further ones.
    """
    connection = http.client.HTTPConnection(HOST, port, timeout=30, source_address=(address, 0))
    sent = {"Host": f"www.example.org:{port}", "User-Agent": "Browser/1.0"}
    sent |= headers or {}
    if cookies:
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    try:
        connection.request("GET", path, headers=sent)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read().decode(errors="replace"), dict(answer.headers))
    except (http.client.HTTPException, ConnectionError):
        return Answer(0, "", {})
    finally:
        connection.close()
