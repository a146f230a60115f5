"""Where the picture of a user or group lies, by the kinds and switches of the board."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from .php import to_bool, to_int
from .rules import Rules
from .text import unescape

_KINDS_OF_3_0: Final = {"1": "upload", "2": "remote", "3": "local"}
_WEB: Final = ("http://", "https://", "//")


@dataclass(frozen=True)
class Avatar:
    """A picture.

    :ivar address: absolute, or relative to the board's address.
    :ivar width: in pixels.
    :ivar height: in pixels.
    """

    address: str
    width: int
    height: int

    @property
    def is_relative(self) -> bool:
        """Tell whether the address is relative to the board's."""
        return not self.address.startswith(_WEB)


def avatar_of(
    row: Mapping[str, Any], config: Mapping[str, str], rules: Rules, *, prefix: str = "user_"
) -> Avatar | None:
    """Return the picture of a user or group; None if there is none that the board shows (phpBB rule: Avatars).

    :param row: with ``…avatar``, ``…avatar_type``, ``…avatar_width``, ``…avatar_height``, stored as phpBB does.
    :param prefix: ``user_`` or ``group_``.
    """
    value = unescape(str(row[f"{prefix}avatar"] or ""))
    kind = _kind(row[f"{prefix}avatar_type"])
    if not value or kind not in rules.avatar_kinds:
        return None
    if not all(to_bool(config.get(switch, "")) for switch in ("allow_avatar", f"allow_avatar_{kind}")):
        return None
    width, height = (max(0, to_int(row[f"{prefix}avatar_{side}"])) for side in ("width", "height"))
    address = _address(kind, value, max(width, height), config)
    return Avatar(address, width, height) if address else None


def may_be_told(avatar_type: Any) -> bool:
    """Tell whether what a board stores of a picture may reach a page: that of a gravatar is an e-mail address."""
    return _kind(avatar_type) in _KINDS_OF_3_0.values()


def _kind(avatar_type: Any) -> str:
    text = str(avatar_type or "")
    return _KINDS_OF_3_0.get(text, text.removeprefix("avatar.driver."))


def _address(kind: str, value: str, size: int, config: Mapping[str, str]) -> str:
    if kind == "upload":
        return f"download/file.php?avatar={quote(value, safe='')}"
    if kind == "local":
        gallery = config.get("avatar_gallery_path", "images/avatars/gallery").strip("/")
        return f"{gallery}/{quote(value, safe='/')}"
    if kind == "remote":
        return value if value.lower().startswith(_WEB) else ""
    mail = value.strip().lower().encode()
    digest = hashlib.md5(mail, usedforsecurity=False).hexdigest()
    return f"//secure.gravatar.com/avatar/{digest}" + (f"?s={size}" if size else "")
