"""Who is banned: a board's ban rows, prepared once, held against a visitor.

Rows have the columns of phpBB 3's ``banlist``: ``ban_userid``, ``ban_ip``, ``ban_email``, ``ban_end``,
``ban_exclude`` and ``ban_give_reason``; a 4.0 statement names its columns so.
"""

from __future__ import annotations

import socket
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias, TypeVar

from .addresses import UNREADABLE
from .identity import FOUNDER
from .php import to_bool, to_int
from .rules import Rules

Row = Mapping[str, Any]
Positions: TypeAlias = "list[int]"
_REMEMBERED_ADDRESSES = 1024

T = TypeVar("T")


@dataclass(frozen=True)
class Ban:
    """Why a visitor is shut out.

    :param reason: what the board tells the banned, as the row has it; may be empty.
    :param end: Unix time of its end; 0 = for good.
    :param cause: what was banned.
    """

    reason: str
    end: int
    cause: Literal["user", "ip"]


class BanList:
    """The bans of a board, made once per reading of them and then cheap to ask, from any thread.

    Bans by e-mail address hold at registration only, so phpBB leaves such rows out of the session test.
    phpBB rule: Bans.

    :param rows: ban rows; all of the board, or only those with an address.
    :param rules: the rules of the board's version.
    :ivar in_vain: banned addresses as they stand that no visitor can have, such as ``127.0.5.*`` in phpBB 4.0.
    """

    def __init__(self, rows: Iterable[Row], *, rules: Rules) -> None:
        self._rules = rules
        self._rows = [row for row in rows if not row.get("ban_email")]
        # Each of these leads to positions in the list of rows.
        self._of_user: dict[int, Positions] = defaultdict(list)
        self._of_text: dict[str, Positions] = defaultdict(list)
        self._patterns = _Patterns()
        self._networks = _Networks()
        self.in_vain: list[str] = []
        for position, row in enumerate(self._rows):
            if user_id := to_int(row["ban_userid"]):
                self._of_user[user_id].append(position)
            if text := str(row["ban_ip"] or "").lower():
                self._add_address(text, position)
        self._of_address = lru_cache(_REMEMBERED_ADDRESSES)(self._find_address)

    def find(
        self,
        *,
        user_id: int,
        user_type: int,
        addresses: Sequence[str],
        now: int,
        user_rows: Sequence[Row] = (),
    ) -> Ban | None:
        """Return the ban that shuts a visitor out, or None.

        One living exclude row that fits outweighs every ban; of several bans the last row's is returned.

        :param user_id: the user found by the session test; 1 for the guest.
        :param user_type: the user's type; founders are never banned.
        :param addresses: the visitor's addresses, see `flask_phpbb3.phpbb.identity.addresses_to_check`.
        :param now: the Unix time.
        :param user_rows: rows read for this user just now; they come before the board's.
        """
        if to_int(user_type) == FOUNDER:
            return None
        fitting = set(self._of_user.get(user_id, ())).union(*map(self._of_address, addresses))
        if not fitting and not user_rows:
            return None
        rows = [row for row in user_rows if to_int(row["ban_userid"]) == user_id and not row.get("ban_email")]
        rows += [self._rows[position] for position in sorted(fitting)]
        ban = None
        for row in rows:
            if self._is_over(row, now):
                continue
            cause: Literal["user", "ip"] = "user" if to_int(row["ban_userid"]) == user_id else "ip"
            if to_bool(row["ban_exclude"]):
                if cause == "ip" and UNREADABLE in addresses:  # whoever hides the address has no exception
                    continue
                return None
            ban = Ban(str(row["ban_give_reason"] or ""), to_int(row["ban_end"]), cause)
        return ban

    def _is_over(self, row: Row, now: int) -> bool:
        end = to_int(row["ban_end"])
        return end != 0 and (end < now if self._rules.ban_includes_end else end <= now)

    def _add_address(self, text: str, position: int) -> None:
        if self._rules.ban_ip_networks:
            if not self._networks.add(text, position):
                self.in_vain.append(text)
        elif "*" in text:
            self._patterns.add(text, position)
        else:
            self._of_text[text].append(position)

    def _find_address(self, address: str) -> tuple[int, ...]:
        address = address.lower()
        return (
            *self._of_text.get(address, ()),
            *self._patterns.find(address),
            *self._networks.find(address),
        )


class _Patterns:
    """Texts in which ``*`` stands for anything, by what stands before the first and behind the last of them.

    Most are ``192.0.2.*``: these are found without a look at any pattern. Of the others each part is looked for
    once, where a regular expression would try every way to divide the text.
    """

    def __init__(self) -> None:
        self._by_ends: dict[str, dict[str, list[tuple[tuple[str, ...], int]]]] = {}

    def add(self, pattern: str, position: int) -> None:
        """Add a pattern, and what it leads to."""
        first, *middle, last = pattern.split("*")
        parts = tuple(filter(None, middle))
        self._by_ends.setdefault(first, {}).setdefault(last, []).append((parts, position))

    def find(self, text: str) -> Iterator[int]:
        """Yield what the patterns lead to that fit a text."""
        for start in range(len(text) + 1):
            for last, patterns in _ending(self._by_ends.get(text[:start]), text[start:]):
                rest = text[start : len(text) - len(last)]
                yield from (position for parts, position in patterns if _holds(rest, parts))


def _ending(by_last: dict[str, T] | None, rest: str) -> Iterator[tuple[str, T]]:
    """Yield the entries of a dict under each end of a text."""
    for start in range(len(rest) + 1) if by_last else ():
        if by_last and (found := by_last.get(rest[start:])) is not None:
            yield rest[start:], found


def _holds(text: str, parts: tuple[str, ...]) -> bool:
    """Tell whether a text holds parts one after the other."""
    position = 0
    for part in parts:
        position = text.find(part, position)
        if position < 0:
            return False
        position += len(part)
    return True


class _Networks:
    """Addresses and networks, by family and number of bits."""

    def __init__(self) -> None:
        self._by_bits: dict[tuple[int, int], dict[int, Positions]] = {}

    def add(self, text: str, position: int) -> bool:
        """Add an address or a network such as ``192.0.2.0/24``; tell whether it was one."""
        address, slash, number = text.partition("/")
        width, value = _number(address)
        bits = _prefix_length(number, width) if slash else width
        if not width or bits is None:
            return False
        self._by_bits.setdefault((width, bits), {}).setdefault(value >> (width - bits), []).append(position)
        return True

    def find(self, text: str) -> Iterator[int]:
        """Yield what the networks lead to that hold an address."""
        width, value = _number(text) if self._by_bits else (0, 0)
        for (family, bits), networks in self._by_bits.items():
            if family == width:
                yield from networks.get(value >> (width - bits), ())


def _number(address: str) -> tuple[int, int]:
    """Return the bits of an address and its number; 0 bits for none."""
    family, width = (socket.AF_INET6, 128) if ":" in address else (socket.AF_INET, 32)
    try:
        return width, int.from_bytes(socket.inet_pton(family, address), "big")
    except (OSError, ValueError):  # ValueError: beyond ASCII, or NUL
        return 0, 0


def _prefix_length(text: str, width: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= width else None
