"""Take the pictures of the demo that the book shows: ``python docs/pictures.py``, with Chromium and Pillow installed.

The demo serves on a free port of this machine; whom the browser is, is put into its requests on the way.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image
from werkzeug.serving import make_server

from flask_phpbb3.demo import create_app

PICTURES: Final = Path(__file__).resolve().parent / "pictures"
BROWSER: Final = "A browser that takes pictures"
FLAGS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-agent={BROWSER}")
MOST_BYTES: Final = 150_000


@dataclass(frozen=True)
class Picture:
    """A page to look at.

    :ivar name: of the file.
    :ivar path: the page.
    :ivar person: who looks; None for the guest.
    :ivar size: width and height in pixels of the page.
    """

    name: str
    path: str
    person: str | None
    size: tuple[int, int]


DESKTOP: Final = (1200, 800)
PHONE: Final = (390, 800)
ALL: Final = (
    Picture("front", "/", "member", DESKTOP),
    Picture("trace", "/you/trace?option=f_post&forum=3", "member", DESKTOP),
    Picture("topic-phone", "/topics/1", "member", PHONE),
    Picture("guest-phone", "/", None, PHONE),
)


def main() -> None:
    """Take them all."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    PICTURES.mkdir(exist_ok=True)
    app = create_app()
    for picture in ALL:
        cookies = _cookies(app, picture.person)
        server = make_server("127.0.0.1", 0, _as(cookies, app.wsgi_app), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            taken = _taken(browser, f"http://127.0.0.1:{server.port}{picture.path}", picture.size)
        finally:
            server.shutdown()
            thread.join()
        (PICTURES / f"{picture.name}.png").write_bytes(taken)


def _cookies(app: Any, person: str | None) -> str:
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = BROWSER
    if person:
        page = client.get("/forum/login").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        client.post("/sign-in", data={"person": person, "csrf_token": token[1]})
    return "; ".join(f"{cookie.key}={cookie.value}" for cookie in client._cookies.values())


def _as(cookies: str, wsgi_app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return wsgi_app({**environ, "HTTP_COOKIE": cookies, "HTTP_USER_AGENT": BROWSER}, start_response)

    return serve


def _taken(browser: str, address: str, size: tuple[int, int]) -> bytes:
    """Return a picture of few colours, small enough for a page."""
    width, height = size
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "picture.png"
        options = (
            f"--window-size={width},{height}",
            f"--screenshot={file}",
            f"--user-data-dir={folder}/profile",
        )
        subprocess.run([browser, *FLAGS, *options, address], check=True, capture_output=True, timeout=120)
        image = Image.open(BytesIO(file.read_bytes())).convert("RGB").crop((0, 0, width, height))
    small = BytesIO()
    image.quantize(128, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    assert small.tell() <= MOST_BYTES, f"{address}: {small.tell()} bytes"
    return small.getvalue()


if __name__ == "__main__":
    main()
