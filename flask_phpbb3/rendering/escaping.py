"""Plain text → HTML and addresses, as phpBB escapes it."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

_NOT_IN_ADDRESSES: Final = re.compile(r"%(?![0-9A-Fa-f]{2})|[^!#-&*-;=?-Z_a-z~]")


def escape_text(text: str) -> str:
    """Escape what stands between tags; quotes stay."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_value(text: str) -> str:
    """Escape what stands in a double-quoted attribute."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def percent_encoded(address: str) -> str:
    """Return an address whose odd characters are percent-encoded; what is encoded already stays."""
    return _NOT_IN_ADDRESSES.sub(lambda character: quote(character[0], safe="", errors="replace"), address)
