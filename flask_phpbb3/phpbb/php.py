"""How PHP reads what a request or a table says: numbers, truth, blanks, cookies and query strings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import unquote_to_bytes

BLANKS = " \t\n\r\0\x0b"
"""What PHP's ``trim`` takes off the ends of a text."""

MAX_VARIABLES = 1000
"""How many variables PHP takes from a Cookie header or a query string (its ``max_input_vars``)."""

_MAX_INT = 2**63 - 1
_SURE_DIGITS = 19
"""So many digits may be more than 64 bits hold; fewer never are."""
_LONGEST_DECODED = 8190
"""Bytes of the longest name or value that is decoded: no web server hands PHP a longer line."""
_NUMBER = re.compile(
    r"[ \t\n\r\v\f]*([+-]?)(?:(\d+)(?![\d.eE])|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))", re.ASCII
)


def to_int(value: Any) -> int:
    """Return a value as PHP casts it to an integer; never an error.

    :param value: an integer or the text of one; of other text the number at its start counts, or 0; None
        is 0. What 64 bits cannot hold becomes the nearest number that they can.
    """
    if isinstance(value, int):
        return int(value)
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if isinstance(value, str) and len(value) < _SURE_DIGITS and value.isascii() and value.isdigit():
        return int(value)
    found = _NUMBER.match(str(value if value is not None else ""))
    if found is None:
        return 0
    sign, digits, decimal = found.groups()
    if digits is not None:
        digits = digits.lstrip("0") or "0"
        number = min(int(digits), _MAX_INT) if len(digits) < 20 else _MAX_INT
    else:
        fraction = float(decimal)
        number = int(fraction) if fraction < _MAX_INT else _MAX_INT
    return -number if sign == "-" else number


def to_bool(value: Any) -> bool:
    """Return a value as PHP casts it to a boolean: ``''``, ``'0'``, 0 and None are false."""
    return bool(value) and value not in ("0", b"0")


def wire_bytes(text: str) -> bytes:
    """Return the bytes of a header in WSGI's form, which is text decoded as Latin-1.

    Text that no WSGI server hands out, with characters above U+00FF, is taken as UTF-8.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def read_cookies(header: str, names: Collection[str] | None = None) -> dict[str, bytes | None]:
    """Read a Cookie header as PHP does: `MAX_VARIABLES` of its cookies and no more.

    Values are percent-decoded while ``+`` stays; of two cookies of one name the first counts. Blanks and
    dots in a name become ``_``.

    :param header: the header in WSGI's form.
    :param names: the cookies that are wanted; None for all.
    :returns: name → value; None stands for an array, ``name[]=…``.
    """
    cookies: dict[str, bytes | None] = {}
    for name, value in _variables(_pairs(header, _COOKIE)):
        if names is not None and name not in names:
            continue
        if value is None:
            cookies[name] = None
        elif name not in cookies:
            cookies[name] = _unquote(value)
    return cookies


def read_query(query: str, names: Collection[str] | None = None) -> dict[str, bytes | None]:
    """Read a query string as PHP does: ``+`` is a blank, of two fields of one name the last counts.

    :param query: the query string in WSGI's form.
    :param names: the fields that are wanted; None for all.
    :returns: name → value; None stands for an array, ``name[]=…``.
    """
    pairs = ((_unquote_plus(name), value) for name, value in _pairs(query, _FIELD))
    found = {name: value for name, value in _variables(pairs) if names is None or name in names}
    return {name: None if value is None else _unquote_plus(value) for name, value in found.items()}


# Written so that no header takes more than one pass: what PHP does not count is skipped in the search.
_COOKIE = re.compile(rb"(?:\A|;)\s*([^;\s=][^;]*)")
_FIELD = re.compile(rb"([^&]+)")


def _pairs(text: str, pattern: re.Pattern[bytes]) -> Iterator[tuple[bytes, bytes]]:
    for found in islice(pattern.finditer(wire_bytes(text)), MAX_VARIABLES):
        name, _, value = found[1].partition(b"=")
        yield name, value


def _unquote(text: bytes) -> bytes:
    return unquote_to_bytes(text) if b"%" in text and len(text) <= _LONGEST_DECODED else text


def _unquote_plus(text: bytes) -> bytes:
    return _unquote(text.replace(b"+", b" "))


_MANGLED = bytes.maketrans(b" .", b"__")


def _variables(pairs: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[str, bytes | None]]:
    """Yield the variables that PHP makes of decoded pairs; an unclosed bracket is part of the name."""
    for written, value in pairs:
        name, bracket, index = written.partition(b"\0")[0].lstrip(b" ").partition(b"[")
        if not name:
            continue
        is_array = b"]" in index
        if bracket and not is_array:
            name += b"_" + index.replace(b"[", b"_")
        yield name.translate(_MANGLED).decode("latin-1"), None if is_array else value
