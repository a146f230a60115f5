"""What PHP's ``serialize()`` wrote, read within bounds: numbers, texts, lists and maps, never objects."""

from __future__ import annotations

import re
from typing import Any, Final

MAX_LENGTH: Final = 65_536
"""Bytes of the longest column that phpBB stores such text in."""

MAX_DEPTH: Final = 8
MAX_ITEMS: Final = 2_000

_SCALAR = re.compile(rb"(?:(N)|b:([01])|i:([+-]?\d{1,19})|d:([-+.\w]{1,40}));")
_SIZE = re.compile(rb"([sa]):(\d{1,6}):")

Value = Any
"""None, a bool, an int, a float, a str, or a dict of values by int or str."""


def read_serialized(text: str) -> Value:
    """Return the value that a serialized text stands for; an array is a dict, whatever its keys.

    Lengths count the bytes of UTF-8, as PHP's do.

    :raises ValueError: if the text is broken, holds an object or a reference, is longer than `MAX_LENGTH` bytes,
        deeper than `MAX_DEPTH` or has more than `MAX_ITEMS` items.
    """
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > MAX_LENGTH:
        raise ValueError("serialized text is too long")
    reader = _Reader(data)
    value = reader.value(0)
    if reader.position != len(data):
        raise ValueError("something follows the serialized value")
    return value


def read_map(text: str) -> dict[Any, Value]:
    """Return the array that a serialized text stands for; an empty dict if it is none or broken."""
    try:
        value = read_serialized(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._items = 0
        self.position = 0

    def value(self, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise ValueError("serialized value is too deep")
        if found := _SCALAR.match(self._data, self.position):
            self.position = found.end()
            return _scalar(found)
        found = _SIZE.match(self._data, self.position)
        if found is None:
            raise ValueError("no serialized value of a kind that is read")
        self.position = found.end()
        if found[1] == b"s":
            return self._text(int(found[2]))
        return self._array(int(found[2]), depth)

    def _text(self, length: int) -> str:
        start, end = self.position + 1, self.position + 1 + length
        self._expect(b'"')
        if self._data[end : end + 2] != b'";':
            raise ValueError("a serialized text is not as long as it says")
        self.position = end + 2
        return self._data[start:end].decode("utf-8", "strict")

    def _array(self, size: int, depth: int) -> dict[Any, Value]:
        self._items += size
        if self._items > MAX_ITEMS:
            raise ValueError("serialized value has too many items")
        self._expect(b"{")
        array: dict[Any, Value] = {}
        for _ in range(size):
            key = self.value(depth + 1)
            if isinstance(key, bool) or not isinstance(key, (int, str)):
                raise ValueError("a serialized array has a key that is none")
            array[key] = self.value(depth + 1)
        self._expect(b"}")
        return array

    def _expect(self, mark: bytes) -> None:
        if self._data[self.position : self.position + 1] != mark:
            raise ValueError(f"serialized value lacks a {mark.decode()}")
        self.position += 1


def _scalar(found: re.Match[bytes]) -> Value:
    null, boolean, integer, decimal = found.groups()
    if null:
        return None
    if boolean:
        return boolean == b"1"
    return int(integer) if integer else float(decimal)
