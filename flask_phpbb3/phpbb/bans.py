"""Who is banned: a board's ban rows, prepared once, held against a visitor.

Rows have the columns of phpBB 3's ``banlist``: ``ban_userid``, ``ban_ip``, ``ban_email``, ``ban_end``,
``ban_exclude`` and ``ban_give_reason``; a 4.0 statement names its columns so.
"""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, Literal, TypeAlias

from .addresses import parse_address
from .identity import FOUNDER
from .php import to_bool, to_int
from .rules import Rules

Row = Mapping[str, Any]
Network: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"
_REMEMBERED_ADDRESSES = 1024


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
    """

    def __init__(self, rows: Iterable[Row], *, rules: Rules) -> None:
        self._rules = rules
        self._rows = [row for row in rows if not row.get("ban_email")]
        # Each of these leads to positions in the list of rows.
        self._of_user: dict[int, list[int]] = defaultdict(list)
        self._of_text: dict[str, list[int]] = defaultdict(list)
        self._patterns: list[tuple[re.Pattern[str], int]] = []
        self._networks: list[tuple[Network, int]] = []
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
        user_rows: Iterable[Row] = (),
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
        fresh = (
            row for row in user_rows if to_int(row["ban_userid"]) == user_id and not row.get("ban_email")
        )
        fitting = set(self._of_user.get(user_id, ())).union(*map(self._of_address, addresses))
        ban = None
        for row in chain(fresh, (self._rows[position] for position in sorted(fitting))):
            if self._is_over(row, now):
                continue
            if to_bool(row["ban_exclude"]):
                return None
            cause: Literal["user", "ip"] = "user" if to_int(row["ban_userid"]) == user_id else "ip"
            ban = Ban(str(row["ban_give_reason"] or ""), to_int(row["ban_end"]), cause)
        return ban

    def _is_over(self, row: Row, now: int) -> bool:
        end = to_int(row["ban_end"])
        return end != 0 and (end < now if self._rules.ban_includes_end else end <= now)

    def _add_address(self, text: str, position: int) -> None:
        if self._rules.ban_ip_networks:
            if (network := _network(text)) is not None:
                self._networks.append((network, position))
        elif "*" in text:
            self._patterns.append((re.compile(re.escape(text).replace(r"\*", ".*?"), re.DOTALL), position))
        else:
            self._of_text[text].append(position)

    def _find_address(self, address: str) -> tuple[int, ...]:
        address = address.lower()
        parsed = parse_address(address) if self._networks else None
        return (
            *self._of_text.get(address, ()),
            *(position for pattern, position in self._patterns if pattern.fullmatch(address)),
            *(position for network, position in self._networks if parsed is not None and parsed in network),
        )


def _network(text: str) -> Network | None:
    address, slash, bits = text.partition("/")
    if parse_address(address) is None or (slash and not (bits.isascii() and bits.isdigit())):
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
