"""Find out who a visitor is: ask the board for the rows that the session test wants, and judge them.

The test itself is pure and lives in `identity`, `bans` and `bots`; here is the order in which phpBB goes.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from ..board.board import BoardData
from ..board.kept import Kept
from ..board.visitor_rows import EMPTY_SESSION, without_own_columns
from ..config import Settings
from ..errors import ConnectionFailedError
from ..phpbb.bans import Ban, BanList
from ..phpbb.bots import in_botlist
from ..phpbb.identity import (
    GUEST_ID,
    addresses_to_check,
    is_authenticated,
    is_bot,
    key_refusal,
    may_use_key,
    refusal,
)
from ..phpbb.visitor import Visitor

Source = Literal["session", "key", "bot", "guest"]

_NOT_FOR_THE_VISITOR: Final = (None, "unknown", "expired")
"""Why a session was not accepted whoever brought it; None if it was, or there was none."""


@dataclass(kw_only=True)  # not frozen: each request makes one, and a frozen one takes three times as long
class Identification:
    """Who a visitor is, and why. Not changed once it is made.

    :ivar row: phpBB's session and user columns, without secrets.
    :ivar source: what identified the visitor: a phpBB session, the autologin key, a bot's browser or
        address, or nothing.
    :ivar is_authenticated: whether the visitor is signed in as phpBB means it.
    :ivar is_bot: whether phpBB or ``PHPBB3_BOTLIST`` takes the visitor for a bot.
    :ivar refusal: why a presented session or key was not accepted; None if there was none, or it was.
    :ivar ban: the ban that was met.
    :ivar acl_mark: the board's `AclOptions.mark` as of this request; None where that is not known.
    :ivar login: names the accepted login among the user's others; empty for none. Never shown.
    """

    row: Mapping[str, Any] = field(repr=False)
    source: Source = "guest"
    is_authenticated: bool = False
    is_bot: bool = False
    refusal: str | None = None
    ban: Ban | None = None
    login: str = field(default="", repr=False)
    acl_mark: tuple[int, int] | None = None

    @property
    def user_id(self) -> int:
        """Return the phpBB user id; 1 is the guest."""
        return int(self.row.get("user_id", GUEST_ID))


@dataclass
class Found:
    """A row as the board gave it, what it was found by, and the login that is accepted with it."""

    row: Mapping[str, Any] = field(repr=False)
    source: Source
    login: str = field(default="", repr=False)


def identify(
    data: BoardData,
    bans: BanList,
    visitor: Visitor,
    settings: Settings,
    now: int,
    kept: Kept[Found] | None = None,
) -> Identification:
    """Say who a visitor is, as phpBB would (phpBB rule: Who the visitor is).

    :param now: the Unix time of the request.
    :param kept: where the rows of who was signed in a moment ago are, by session id and key. Address, browser and
        all else that a request says of itself are held against them each time, and a row refuses nobody.
    :raises BoardUnavailableError: if the board cannot be asked.
    """
    return _Identifier(data, bans, visitor, settings, now, kept).identify()


@dataclass
class _Identifier:
    data: BoardData
    bans: BanList
    visitor: Visitor
    settings: Settings
    now: int
    kept: Kept[Found] | None

    def identify(self) -> Identification:
        if (known := self._by_kept_row()) is not None:
            return self._accepted(known, None)
        asked = time.monotonic()
        found, why = self._by_session() if self.visitor.session_id else (None, None)
        session_why = why
        if found is None:
            found, key_why = self._by_key()
            why = why or key_why
        if found is None:
            found = self._by_bot() or Found(self.data.guest, "guest")
        if ban := self._ban(found.row):
            return self._guest("banned" if found.source != "guest" else why, ban)
        if found.source == "guest":
            return self._guest(why)
        who = self._accepted(found, why)
        if self.kept and who.is_authenticated and session_why in _NOT_FOR_THE_VISITOR:
            self.kept.put(self._claim, found, asked)
        return who

    @property
    def _claim(self) -> tuple[Any, ...]:
        """Return all of the request that says which rows are asked for, and of which board."""
        visitor = self.visitor
        return (self.data.connector, visitor.session_id, visitor.user_id, visitor.key_id)

    def _by_kept_row(self) -> Found | None:
        """Return the row of a moment ago, if phpBB would accept it of this request, too.

        None asks the board: what has changed there may be why the row is refused.
        """
        if not self.kept or not (self.visitor.session_id or self.visitor.key_id):
            return None
        known = self.kept.get(self._claim)
        if known is None or _acl_mark(known.row) != self.data.options.mark:
            return None
        return None if self._refusal_of(known) is not None or self._ban(known.row) else known

    def _refusal_of(self, known: Found) -> str | None:
        if known.source == "key":
            return key_refusal(known.row, self.visitor, self.data.config, self.data.rules)
        return self._session_refusal(known.row)

    def _session_refusal(self, row: Mapping[str, Any]) -> str | None:
        return refusal(
            row,
            self.visitor,
            self.data.config,
            now=self.now,
            rules=self.data.rules,
            check_referer=self.settings.check_referer,
        )

    def _by_session(self) -> tuple[Found | None, str | None]:
        if not self.visitor.session_id_is_valid:
            return None, "unknown"
        row = self._private("get_session", session_id=self.visitor.session_id, now=self.now)
        if row is None:
            return None, "unknown"
        _check_answer(row["session_id"], self.visitor.session_id)
        if (why := self._session_refusal(row)) is not None:
            return None, why
        return Found(row, "session", str(row["session_id"])), None

    def _by_key(self) -> tuple[Found | None, str | None]:
        if not self.settings.autologin or not may_use_key(self.visitor, self.data.config, self.data.rules):
            return None, None
        rows = self.data.connector.private_rows("get_autologin", key=self.visitor.key_id, now=self.now)
        if not rows:
            return None, "unknown"
        # A key may be that of several users, and each user's ban comes with their row.
        row = next((row for row in rows if int(row["user_id"]) == self.visitor.user_id), rows[0])
        why = key_refusal(row, self.visitor, self.data.config, self.data.rules)
        if why is not None:
            return None, why
        row = {**EMPTY_SESSION, **row, "session_user_id": row["user_id"], "session_autologin": 1}
        login = hashlib.sha256(b"autologin key " + self.visitor.key_id.encode()).hexdigest()
        return Found(row, "key", login), None

    def _by_bot(self) -> Found | None:
        user_id = self.data.bots.find(self.visitor)
        row = self._private("get_user", user_id=user_id) if user_id is not None else None
        if row is None:
            return None
        _check_answer(row["user_id"], user_id)
        row = {**EMPTY_SESSION, **row, "session_user_id": row["user_id"]}
        ban = self._private("_get_user_ban", user_id=row["user_id"], now=self.now)
        return Found({**row, **(ban or {})}, "bot")

    def _guest(self, refusal: str | None, ban: Ban | None = None) -> Identification:
        return Identification(row=self.data.guest_row, is_bot=self._is_listed, refusal=refusal, ban=ban)

    def _accepted(self, found: Found, why: str | None) -> Identification:
        row, source = found.row, found.source
        is_signed_in = source != "bot" and is_authenticated(row)
        is_listed = int(row["user_id"]) == GUEST_ID and self._is_listed
        return Identification(
            row=without_own_columns(row),
            source=source,
            is_authenticated=is_signed_in,
            is_bot=not is_signed_in and (source == "bot" or is_listed or is_bot(row)),
            refusal=why if source == "bot" else None,
            login=found.login,
            acl_mark=_acl_mark(row),
        )

    @property
    def _is_listed(self) -> bool:
        return in_botlist(self.settings.botlist, self.visitor)

    def _ban(self, row: Mapping[str, Any]) -> Ban | None:
        return self.bans.find(
            user_id=int(row["user_id"]),
            user_type=int(row["user_type"]),
            addresses=addresses_to_check(self.visitor, self.data.config),
            now=self.now,
            user_rows=[row] if row.get("ban_userid") else (),
        )

    def _private(self, name: str, **parameters: Any) -> Any:
        return self.data.connector.private(name, **parameters)


def _check_answer(found: Any, asked: Any) -> None:
    """Check that a row is the one asked for: on a connection shared by mistake it may be another visitor's.

    :raises ConnectionFailedError: if it is not.
    """
    text = found.decode("ascii", "replace") if isinstance(found, bytes) else str(found)
    if text.strip() != str(asked):
        raise ConnectionFailedError(
            "The board's database answered another question than was asked. See whether something between shares "
            "one connection among several clients."
        )


def _acl_mark(row: Mapping[str, Any]) -> tuple[int, int] | None:
    count, newest = row.get("acl_options_count"), row.get("acl_options_newest")
    return None if count is None or newest is None else (int(count), int(newest))
