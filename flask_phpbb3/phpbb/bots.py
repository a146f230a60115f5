"""Which visitors are bots, by the board's own list or by the application's."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from .php import BLANKS, to_bool, to_int
from .text import escape
from .visitor import Visitor

_REMEMBERED = 256
_LONGEST_REMEMBERED = 512
"""Characters of the longest User-Agent that is remembered; people's browsers name themselves in fewer."""

_Bot: TypeAlias = "tuple[int, tuple[str, ...] | None]"
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class BotList:
    """The active bots of a board, made once per reading of them. phpBB rule: Bots.

    :param rows: rows of ``bots`` with ``user_id``, ``bot_agent`` and ``bot_ip``; where there is a column
        ``bot_active`` too, the inactive are left out.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        active = [row for row in rows if to_bool(row.get("bot_active", 1))]
        active.sort(key=lambda row: len(row["bot_agent"] or ""), reverse=True)
        self._bots = [
            (to_int(row["user_id"]), _agent_parts(row["bot_agent"] or ""), _prefixes(row["bot_ip"] or ""))
            for row in active
            if row["bot_agent"] or row["bot_ip"]
        ]
        self._remembered = lru_cache(_REMEMBERED)(self._fitting)

    def find(self, visitor: Visitor) -> int | None:
        """Return the user id of the board's bot that a visitor is, or None.

        A bot fits by a part of the browser's name, by the start of the address, or, where it has both, by
        both. The longest name that fits wins.
        """
        browser = visitor.browser
        fitting = self._remembered if len(browser) <= _LONGEST_REMEMBERED else self._fitting
        for user_id, prefixes in fitting(browser):
            if prefixes is None or visitor.address.startswith(prefixes):
                return user_id
        return None

    def _fitting(self, browser: str) -> tuple[_Bot, ...]:
        """Return the bots whose names are parts of a browser's, with the starts of their addresses."""
        lower = _lower(browser)
        return tuple(
            (user_id, prefixes) for user_id, agent, prefixes in self._bots if _has_parts(lower, agent)
        )


def in_botlist(prefixes: Sequence[str], visitor: Visitor) -> bool:
    """Tell whether the visitor's User-Agent starts with one of some texts, whatever the case."""
    browser = visitor.browser.lower() if prefixes else ""
    return any(prefix and browser.startswith(escape(prefix).lower()) for prefix in prefixes)


def _agent_parts(text: str) -> tuple[str, ...]:
    """Return what a ``bot_agent`` looks for, one part after the other: ``*`` stands for anything between."""
    return tuple(filter(None, _lower(text).split("*")))


def _has_parts(browser: str, parts: Iterable[str]) -> bool:
    # A regular expression with several wildcards takes minutes for a browser that somebody made to that end.
    position = 0
    for part in parts:
        found = browser.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    return True


def _lower(text: str) -> str:
    """Return text with ASCII letters in lower case, as the board compares them."""
    return text.translate(_LOWER)


def _prefixes(text: str) -> tuple[str, ...] | None:
    """Return the starts of addresses in a ``bot_ip``; None for an empty one, which fits every address."""
    return tuple(filter(None, (part.strip(BLANKS) for part in text.split(",")))) if text else None
