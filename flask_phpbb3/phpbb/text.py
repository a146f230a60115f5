"""phpBB's HTML-escaped plain text: names, titles and subjects, in and out."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any


def unescape(text: str) -> str:
    """Return plain text of a column that phpBB stores HTML-escaped, unescaped once."""
    return html.unescape(text) if "&" in text else text


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
    plain = unicodedata.normalize("NFC", name).strip()
    return list(dict.fromkeys((escape(plain), escape_title(plain))))


def unescape_row(row: Mapping[str, Any], columns: Collection[str]) -> dict[str, Any]:
    """Return a row whose escaped columns hold plain text.

    :param columns: names, or the start of names with a ``*`` behind it.
    """
    prefixes = tuple(name[:-1] for name in columns if name.endswith("*"))
    return {
        name: unescape(value)
        if isinstance(value, str) and (name in columns or (prefixes and name.startswith(prefixes)))
        else value
        for name, value in row.items()
    }
