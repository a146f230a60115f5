from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_phpbb3.config import read_settings
from flask_phpbb3.errors import ConfigurationError
from flask_phpbb3.phpbb.pages import board_url
from flask_phpbb3.web.urls import is_same_host, redirect_target

BOARD = "https://example.org/forum"


@pytest.mark.parametrize(
    ("config", "address"),
    [
        ({"server_name": "example.org", "script_path": "/forum"}, "http://example.org/forum"),
        ({"server_name": "example.org", "script_path": "/"}, "http://example.org"),
        ({"server_name": "example.org", "script_path": ""}, "http://example.org"),
        ({"server_name": "example.org", "script_path": "a/b/"}, "http://example.org/a/b"),
        ({"server_name": "example.org", "cookie_secure": "1"}, "https://example.org"),
        (
            {"server_name": "example.org", "cookie_secure": "1", "server_protocol": "http://"},
            "http://example.org",
        ),
        (
            {"server_name": "example.org", "server_protocol": "https://", "server_port": "443"},
            "https://example.org",
        ),
        (
            {"server_name": "example.org", "server_protocol": "https://", "server_port": "80"},
            "https://example.org:80",
        ),
        (
            {"server_name": "example.org", "server_protocol": "http://", "server_port": "8080"},
            "http://example.org:8080",
        ),
        ({"server_name": "example.org", "server_port": "0"}, "http://example.org"),
        ({}, "http://localhost"),
    ],
)
def test_board_address(config: dict[str, str], address: str) -> None:
    assert board_url(config) == address


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("https://example.org/x", True),
        ("http://example.org/x", True),
        ("https://EXAMPLE.org:443/", True),
        ("https://www.example.org/", False),
        ("https://example.org:8443/", False),
        ("https://example.org.evil.test/", False),
        ("https://example.org@evil.test/", False),
        ("javascript:alert(1)//example.org", False),
        ("//example.org/x", False),
        ("/x", False),
        ("http://[", False),
        ("https://example.org:99999999/", False),
    ],
)
def test_host_to_which_phpbb_leads_back(address: str, same: bool) -> None:
    assert is_same_host(address, BOARD) is same


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://example.org/a/b?c=d&e=f", "/a/b?c=d&e=f"),
        ("https://example.org", "/"),
        ("https://example.org//evil.test/x", "/evil.test/x"),
        ("https://example.org/ä?q=ü", "/%C3%A4?q=%C3%BC"),
        ("https://example.org/a;b?c=1;2", "/a%3Bb?c=1%3B2"),
        ('https://example.org/"<x>', "/%22%3Cx%3E"),
        ("https://example.org/?a=%0d%0aSet-Cookie", None),
        ("https://evil.test/", None),
    ],
)
def test_way_back(address: str, target: str | None) -> None:
    assert redirect_target(address, BOARD) == target


@given(st.text(max_size=40))
def test_way_back_is_a_path_that_phpbb_takes(path: str) -> None:
    target = redirect_target(f"https://example.org/{path}", BOARD)
    if target is not None:
        assert re.match(r"/(?!/)[!-~]*\Z", target)
        assert not re.search(r"[;\"<>]|%0[ad]", target, re.IGNORECASE)
        assert "\n" not in unquote(target)
        assert "\r" not in unquote(target)


@given(st.text(max_size=60))
def test_no_address_is_too_odd(address: str) -> None:
    target = redirect_target(address, BOARD)
    assert target is None or urlsplit(target).netloc == ""


@given(
    st.dictionaries(
        st.sampled_from(["a", "b"]), st.text(st.characters(codec="ascii", categories=["L", "N", "S"]))
    )
)
def test_query_survives_the_way_back(query: dict[str, str]) -> None:
    from urllib.parse import urlencode

    target = redirect_target(f"https://example.org/x?{urlencode(query)}", BOARD)
    assert target is not None
    expected = {name: [value] for name, value in query.items()}
    assert parse_qs(urlsplit(target).query, keep_blank_values=True) == expected


@pytest.mark.parametrize(
    "given", ["https://sso.example.org/?to={next}", "/signin", "/signin?next={next}", None]
)
def test_login_url_may_be(given: str | None) -> None:
    assert read_settings({"PHPBB3_LOGIN_URL": given}).login_url == given


@pytest.mark.parametrize(
    "given", ["", "signin", "//evil.test/", "javascript:x", "/x?{back}", "/x y", 7, "/x{next"]
)
def test_login_url_may_not_be(given: object) -> None:
    with pytest.raises(ConfigurationError, match="PHPBB3_LOGIN_URL") as caught:
        read_settings({"PHPBB3_LOGIN_URL": given})
    assert "{next}" in str(caught.value)
