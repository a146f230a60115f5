"""Which visitors are bots, by the board's own list or by the application's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .php import BLANKS, to_bool, to_int
from .text import escape
from .visitor import Visitor


class BotList:
    """The active bots of a board, made once per reading of them. phpBB rule: Bots.

    :param rows: rows of ``bots`` with ``user_id``, ``bot_agent`` and ``bot_ip``; where there is a column
        ``bot_active`` too, the inactive are left out.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        active = [row for row in rows if to_bool(row.get("bot_active", 1))]
        active.sort(key=lambda row: len(row["bot_agent"] or ""), reverse=True)
        self._bots = [
            (to_int(row["user_id"]), _agent_pattern(row["bot_agent"] or ""), _prefixes(row["bot_ip"] or ""))
            for row in active
            if row["bot_agent"] or row["bot_ip"]
        ]

    def find(self, visitor: Visitor) -> int | None:
        """Return the user id of the board's bot that a visitor is, or None.

        A bot fits by a part of the browser's name, by the start of the address, or, where it has both, by
        both. The longest name that fits wins.
        """
        for user_id, agent, prefixes in self._bots:
            if agent is not None and not agent.search(visitor.browser):
                continue
            if prefixes is None or visitor.address.startswith(prefixes):
                return user_id
        return None


def in_botlist(prefixes: Sequence[str], visitor: Visitor) -> bool:
    """Tell whether the visitor's User-Agent starts with one of some texts, whatever the case."""
    browser = visitor.browser.lower()
    return any(prefix and browser.startswith(escape(prefix).lower()) for prefix in prefixes)


def _agent_pattern(text: str) -> re.Pattern[str] | None:
    """Return what finds a ``bot_agent``, in which ``*`` stands for anything; None for an empty one."""
    return re.compile(re.escape(text).replace(r"\*", ".*?"), re.IGNORECASE | re.ASCII) if text else None


def _prefixes(text: str) -> tuple[str, ...] | None:
    """Return the starts of addresses in a ``bot_ip``; None for an empty one, which fits every address."""
    return tuple(filter(None, (part.strip(BLANKS) for part in text.split(",")))) if text else None
