"""The one cookie that is ours is found as Werkzeug finds it, whatever stands around it."""

from __future__ import annotations

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from flask_phpbb3.session.own_cookies import signed_cookie

SIGNED = "eyJub3RlIjoib2YgMSJ9.awmhgA.xGybfv6rL7I0mrqkleYFpuN8u78"


def request(header: str) -> Request:
    return Request({**EnvironBuilder().get_environ(), "HTTP_COOKIE": header})


@pytest.mark.parametrize(
    "header",
    [
        f"session={SIGNED}",
        f"a=1; session={SIGNED}; b=2",
        f"a=1;session={SIGNED};session=other",
        f'a="x"; session="{SIGNED}"',
        f" session = {SIGNED} ;b",
        f"xsession=no; session={SIGNED}",
        f"a=session; session={SIGNED}",
        f"=;=;=;session={SIGNED};=;=",
        f"Session=no; session={SIGNED}",
        "session=",
        "session",
        "sessions=no",
        "a=1",
        "",
    ],
)
def test_it_is_found_as_werkzeug_finds_it(header: str) -> None:
    asked = request(header)
    assert signed_cookie(asked, "session") == asked.cookies.get("session", "")


def test_what_is_not_ascii_is_no_signed_cookie() -> None:
    assert signed_cookie(request("session=\xe4\xf6"), "session") == ""
