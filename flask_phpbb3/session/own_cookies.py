"""One signed cookie of a request, without reading all the others: a header may hold a hundred thousand."""

from __future__ import annotations

import re
from functools import lru_cache

from flask import Request


def signed_cookie(request: Request, name: str) -> str:
    """Return a cookie that itsdangerous has signed, of several of one name the first; empty if there is none.

    What is no text of a signed cookie is not returned in full, which its signature then tells.

    :param name: the cookie's name.
    """
    found = _named(name).search(request.environ.get("HTTP_COOKIE", ""))
    return found["value"] if found else ""


@lru_cache(maxsize=32)
def _named(name: str) -> re.Pattern[str]:
    return re.compile(rf'(?:\A|;)\s*{re.escape(name)}\s*=\s*"?(?P<value>[\w.~-]*)', re.ASCII)
