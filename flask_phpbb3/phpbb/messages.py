"""Private messages: folders, recipients, and what keeps a message from its reader."""

from __future__ import annotations

import re
from typing import Final

NOT_DELIVERED: Final = -3
ON_HOLD: Final = -4
OUTBOX: Final = -2
SENTBOX: Final = -1
INBOX: Final = 0

FOLDERS: Final = {"inbox": INBOX, "sentbox": SENTBOX, "outbox": OUTBOX}
"""phpBB's own folders by the names in its addresses."""

_RECIPIENT = re.compile(r"([ug])_(\d{1,10})\Z")


def recipients(address: str) -> list[tuple[str, int]]:
    """Return the recipients of a ``to_address``, such as ``u_58:g_8``: (``u`` or ``g``, id)."""
    found = (_RECIPIENT.match(part) for part in (address or "").split(":"))
    return [(match[1], int(match[2])) for match in found if match]


def visible_blind(address: str, viewer_id: int, author_id: int) -> list[tuple[str, int]]:
    """Return the blind recipients that a viewer may know of (phpBB rule: Private messages).

    The author sees all, anybody else nobody but themselves.
    """
    everybody = recipients(address)
    return [one for one in everybody if viewer_id == author_id or one == ("u", viewer_id)]
