"""Requests as a WSGI server hands them out, with whatever a visitor may have sent."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Final

LONGEST_LINE: Final = 8190
"""Bytes of the longest header that gunicorn passes on; of a hundred of one name it makes one."""


@dataclass(frozen=True)
class Attempt:
    """One request; headers are the bytes as they were sent, None for no header.

    :ivar expected: who must be found, where that is certain beforehand.
    """

    cookie: bytes | None = None
    agent: bytes | None = None
    address: str = "203.0.113.9"
    query: bytes = b""
    forwarded_for: bytes | None = None
    referer: bytes | None = None
    host: bytes | None = b"site.example"
    method: str = "GET"
    content_type: bytes | None = None
    path: str = "/"
    expected: int | None = None

    def environ(self) -> dict[str, Any]:
        """Return the WSGI environment."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": self.path,
            "QUERY_STRING": self.query.decode("latin-1"),
            "SERVER_NAME": "site.example",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": self.address,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        headers = {
            "HTTP_COOKIE": self.cookie,
            "HTTP_USER_AGENT": self.agent,
            "HTTP_X_FORWARDED_FOR": self.forwarded_for,
            "HTTP_REFERER": self.referer,
            "HTTP_HOST": self.host,
            "CONTENT_TYPE": self.content_type,
        }
        return environ | {
            name: value.decode("latin-1") for name, value in headers.items() if value is not None
        }
