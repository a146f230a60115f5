"""The front end of the guide about a JSON API, in a real browser, on another host than the API and the forum."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from .blocks import DOCS, blocks
from .story import Story
from .test_servers import certificate, program

pytestmark = pytest.mark.slow

GUIDE = DOCS / "guides" / "json-api.md"
BROWSER = "A browser of the tests"
FORUM: dict[str, str | int] = {
    "server_protocol": "https://",
    "server_name": "forum.example.org",
    "server_port": 443,
    "script_path": "/",
}
PAGE = '<!doctype html><title>Front end</title><p id="hello"></p><script type="module">{script}</script>'


class Hosts:
    """The API, its front end, and a forum that has set its cookies for all of ``.example.org``.

    :param api: the guide's application.
    :param cookies: the forum's.
    :ivar sign_in: whether the forum's sign-in page was asked for.
    """

    def __init__(self, api: Callable[..., Iterable[bytes]], cookies: dict[str, str]) -> None:
        self._api = api
        self._cookies = [("Set-Cookie", f"{k}={v}; Domain=.example.org; Path=/") for k, v in cookies.items()]
        [script] = [block.body for block in blocks(GUIDE) if block.language == "javascript"]
        self._pages = {"app.example.org": PAGE.format(script=script), "forum.example.org": "The forum"}
        self.sign_in = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as the host that was asked."""
        host = environ["HTTP_HOST"]
        if host == "api.example.org":
            return self._api(environ, start_response)
        start_response("200 OK", [("Content-Type", "text/html"), *self._cookies])
        if host == "forum.example.org" and "mode=login" in environ["QUERY_STRING"]:
            self.sign_in.set()
        return [self._pages[host].encode()]


@contextmanager
def _served(user: str | None, folder: Path) -> Iterator[tuple[Hosts, list[str]]]:
    """Serve the hosts for somebody; yield them, and a browser's command that finds them."""
    chromium = program("axe", "chromium", "chromium-browser", "google-chrome")
    [api] = [block for block in blocks(GUIDE) if block.file == "api.py"]
    (folder / "story").mkdir()
    with Story(folder / "story").open() as story:
        for name, value in FORUM.items():
            story.board.set_config(name, value)
        story.tell(api)
        cookies = story.board.sign_in(user, ip="127.0.0.1", browser=BROWSER) if user else {}
        hosts = Hosts(story.names["app"].wsgi_app, cookies)
        both = str(certificate(folder))
        server = make_server("127.0.0.1", 0, hosts, threaded=True, ssl_context=(both, both))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield (
                hosts,
                [
                    *(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors"),
                    f"--host-resolver-rules=MAP *.example.org 127.0.0.1:{server.port}, MAP * ~NOTFOUND",
                    *(f"--user-agent={BROWSER}", f"--user-data-dir={folder}/profile"),
                ],
            )
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def test_the_front_end_greets_who_is_signed_in_on_the_forum(tmp_path: Path) -> None:
    with _served("alice", tmp_path) as (_, browser):
        see = [*browser, "--virtual-time-budget=10000", "--dump-dom", "https://app.example.org/"]
        done = subprocess.run(see, capture_output=True, text=True, check=False, timeout=120)
    assert '<p id="hello">Hello alice, 0 new</p>' in done.stdout


def test_the_front_end_leads_a_guest_to_the_forums_sign_in(tmp_path: Path) -> None:
    with _served(None, tmp_path) as (hosts, browser):
        stay = [*browser, "--remote-debugging-port=0", "https://app.example.org/"]
        process = subprocess.Popen(
            stay, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            assert hosts.sign_in.wait(120)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(15)
