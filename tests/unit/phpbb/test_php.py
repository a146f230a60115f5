"""PHP's reading of numbers, truth, cookies and query strings, as its documentation and sources have it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from flask_phpbb3.phpbb.php import read_cookies, read_query, to_bool, to_int

MAX_INT = 2**63 - 1


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (69, 69),
        (True, 1),
        (None, 0),
        ("69", 69),
        (b"69", 69),
        (Decimal(69), 69),
        ("69abc", 69),
        (" \n69", 69),
        ("69.9", 69),
        ("+69", 69),
        ("-69", -69),
        ("1e3", 1000),
        ("69e", 69),
        (".9", 0),
        ("-.9", 0),
        ("0x69", 0),
        ("- 69", 0),
        ("", 0),
        ("abc", 0),
        ("٦٩", 0),
        ("0000000000000000000000069", 69),
        (str(MAX_INT), MAX_INT),
        (str(MAX_INT + 1), MAX_INT),
        ("9" * 5000, MAX_INT),
        ("-" + "9" * 5000, -MAX_INT),
        ("1e999", MAX_INT),
    ],
)
def test_to_int(value: Any, number: int) -> None:
    assert to_int(value) == number


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        ("1", True),
        ("", False),
        ("0", False),
        ("00", True),
        ("abc", True),
        (0, False),
        (2, True),
        (None, False),
    ],
)
def test_to_bool(value: Any, truth: bool) -> None:
    assert to_bool(value) is truth


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        ("", {}),
        ("a=1; b=2;c=3", {"a": b"1", "b": b"2", "c": b"3"}),
        ("a=1; a=2", {"a": b"1"}),
        ("a=x%20y%00z+%zz", {"a": b"x y\0z+%zz"}),
        ("a=b=c", {"a": b"b=c"}),
        ("a; =b; ;", {"a": b""}),
        ("board.x y=1", {"board_x_y": b"1"}),
        ("%61=1", {"%61": b"1"}),
        ("a[]=1", {"a": None}),
        ("a=1; a[k]=2", {"a": None}),
        ("a[]=1; a=2", {"a": None}),
        ("a[k.l=1", {"a_k_l": b"1"}),
        ("[]=1", {}),
        ("a=\xc3\xa9", {"a": "é".encode()}),
        ("a=日", {"a": "日".encode()}),
        ("a=\ud800", {"a": b"\xed\xa0\x80"}),
    ],
)
def test_read_cookies(header: str, cookies: dict[str, bytes | None]) -> None:
    assert read_cookies(header) == cookies


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("", {}),
        ("sid=1&sid=2", {"sid": b"2"}),
        ("sid=+1+", {"sid": b" 1 "}),
        ("s%69d=%31", {"sid": b"1"}),
        ("sid[]=1", {"sid": None}),
        ("sid[]=1&sid=2", {"sid": b"2"}),
        ("sid=1&sid[]=2", {"sid": None}),
        ("sid%00x=1", {"sid": b"1"}),
        ("sid=1;x=2", {"sid": b"1;x=2"}),
        ("sid", {"sid": b""}),
    ],
)
def test_read_query(query: str, fields: dict[str, bytes | None]) -> None:
    assert read_query(query) == fields
