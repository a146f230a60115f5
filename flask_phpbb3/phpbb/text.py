"""phpBB's HTML-escaped plain text: names, titles and subjects, in and out."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain, groupby
from typing import Any, Final

LONGEST_SHRINK: Final = 4
"""How many characters NFC makes one of at most."""

_LONGEST_NAME: Final = 255 * LONGEST_SHRINK
"""Characters of a name that may be equal to one in phpBB's columns, which hold 255."""

_LEADING_ZEROS: Final = re.compile(r"&#0+(?=[0-9])")
_NO_CHARACTER: Final = re.compile(r"&#[1-9][0-9]{7,};?")


def nfc(text: str) -> str:
    """Return text in Unicode's form C, in time that grows as the text does.

    `unicodedata.normalize` puts marks in their order one by one, which for a long run takes seconds; here they
    are in order before it looks.
    """
    if text.isascii():
        return text
    apart = "".join(c if c.isascii() else unicodedata.normalize("NFD", c) for c in text)
    runs = groupby(apart, lambda c: unicodedata.combining(c) > 0)
    ordered = (sorted(run, key=unicodedata.combining) if are_marks else run for are_marks, run in runs)
    return unicodedata.normalize("NFC", "".join(chain.from_iterable(ordered)))


def unescape(text: str) -> str:
    """Return plain text of a column that phpBB stores HTML-escaped, unescaped once."""
    if "&" not in text:
        return text
    try:
        return html.unescape(text)
    except ValueError:  # Python reads no number of thousands of digits
        return html.unescape(_NO_CHARACTER.sub("\ufffd", _LEADING_ZEROS.sub("&#", text)))


def escape(text: str) -> str:
    """Return text as phpBB escapes what a visitor types: ``& < > "``, but not the apostrophe."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def escape_title(text: str) -> str:
    """Return text as phpBB stores titles and profile fields: escaped, and as entities above U+FFFF."""
    return "".join(f"&#x{ord(c):X};" if ord(c) > 0xFFFF else c for c in escape(text))


def stored_forms(name: str) -> list[str]:
    """Return the forms in which phpBB may have stored a name.

    The name is trimmed, in NFC and escaped; characters above U+FFFF stand as themselves or, where the
    table cannot hold them, as entities.
    """
    plain = nfc(name.strip()[: _LONGEST_NAME + 1]).strip()
    return list(dict.fromkeys((escape(plain), escape_title(plain))))


def unescape_rows(rows: Sequence[Mapping[str, Any]], columns: frozenset[str]) -> list[dict[str, Any]]:
    """Return copies of rows whose escaped columns hold plain text.

    :param rows: rows with the same columns.
    :param columns: names, or the start of names with a ``*`` behind it.
    """
    escaped = _escaped_of(tuple(rows[0]), columns) if rows else ()
    plain = [dict(row) for row in rows]
    for row in plain:
        for name in escaped:
            value = row[name]
            if isinstance(value, str) and "&" in value:
                row[name] = unescape(value)
    return plain


@lru_cache(maxsize=256)  # a statement's rows have the same names each time
def _escaped_of(names: tuple[str, ...], columns: frozenset[str]) -> tuple[str, ...]:
    prefixes = tuple(name[:-1] for name in columns if name.endswith("*"))
    return tuple(name for name in names if name in columns or name.startswith(prefixes))
