"""Who the visitor of a request is and what they may do: asked of the board at first use, once."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Request

from ..board.board import Board, BoardData
from ..errors import BoardUnavailableError, MissingColumnError, ParameterError
from ..phpbb.acl import UserAcl
from ..phpbb.acl_options import AclOptions
from ..phpbb.addresses import UNREADABLE
from ..phpbb.bans import Ban
from ..phpbb.identity import GUEST_ID, IGNORED, checks_forwarded_for, configured_number
from ..phpbb.php import read_cookies, to_int
from ..phpbb.visitor import read_visitor
from .identification import Identification, identify

logger = logging.getLogger("flask_phpbb3.sessions")

_TEST_ADDRESS: Final = "127.0.0.1"
"""Where the requests of `Flask.test_request_context` come from, as those of Flask's test client do."""
_YEAR: Final = 365
_DAY: Final = 86400


class CurrentVisitor:
    """The visitor of one request, as the board sees them.

    If the board cannot be asked, the first use raises BoardUnavailableError, and later ones find a visitor of
    whom nothing is known: `failure` tells.

    :param board: the board to ask.
    :param request: the request.
    :param on_identified: called once, when it is known who the visitor is.
    :param is_testing: whether the application is under test.
    :ivar failure: why the board could not be asked in this request; None while it could.
    """

    def __init__(
        self, board: Board, request: Request, on_identified: Callable[[], None], *, is_testing: bool = False
    ) -> None:
        self.board = board
        self.failure: BoardUnavailableError | MissingColumnError | None = None
        self._request = request
        self._on_identified = on_identified
        self._default_address = _TEST_ADDRESS if is_testing else ""
        self._now: int | None = None
        self._data: BoardData | None = None
        self._identification: Identification | None = None
        self._acl: UserAcl | None = None
        self._memberships: list[dict[str, Any]] | None = None
        self._unread: int | None = None
        self._locked: frozenset[int] | None = None

    @property
    def config(self) -> Mapping[str, str]:
        """Return the board's config table; empty while nothing has been asked."""
        return self._data.config if self._data else {}

    @property
    def known(self) -> Identification | None:
        """Return who the visitor is if that has been asked in this request; asks nothing."""
        return self._identification

    @property
    def identification(self) -> Identification:
        """Return who the visitor is, and why.

        :raises BoardUnavailableError: at first use, if the board cannot be asked.
        :raises MissingColumnError: at first use, if the board lacks a user column that somebody has added.
        """
        if self._identification is None:
            try:
                self._identification = self._identify()
            except (BoardUnavailableError, MissingColumnError) as error:
                self._identification = Identification(row={})
                self.note_failure(error)
                raise
            if self._identification.refusal:
                logger.debug("A presented session was refused: %s.", self._identification.refusal)
            self._on_identified()
        return self._identification

    def note_failure(self, error: BoardUnavailableError | MissingColumnError) -> None:
        """Remember that the board cannot be asked, so that nothing in this request waits for it again."""
        self.failure = error

    @property
    def now(self) -> int:
        """Return the Unix time at which this request first asked for it."""
        if self._now is None:
            self._now = int(time.time())
        return self._now

    @property
    def acl(self) -> UserAcl:
        """Return the visitor's permissions; computed, in two statements, where phpBB has blanked them."""
        if self._acl is None:
            self._acl = self._find_acl(self.identification.row)
        return self._acl

    def has_privilege(self, option: str, forum_id: int = 0) -> bool:
        """Tell whether the visitor has a permission; see `PhpBB3Session.has_privilege`."""
        if self.failure is not None and self._is_answered_no(option):
            return False
        return self.acl.has_privilege(option, forum_id)

    def has_privileges(self, *options: str, forum_id: int = 0) -> bool:
        """Tell whether the visitor has any of some permissions."""
        return not self._is_answered_no(*options) and self.acl.has_privileges(*options, forum_id=forum_id)

    def _is_answered_no(self, *options: str) -> bool:
        """Tell whether a question about the visitor is answered no, as the board could not be asked in this request.

        That is so on the page about the error alone. A view that goes on after one must not take the answer to the
        opposite, or no ban, for leave.

        :param options: permissions; one that asks the opposite is never answered no.
        :raises BoardUnavailableError: the error that the board met, elsewhere.
        """
        if self.failure is None:
            return False
        if sys.exc_info()[1] is None or any(option.startswith("!") for option in options):
            raise self.failure
        return True

    @property
    def ban(self) -> Ban | None:
        """Return the ban that the visitor met."""
        who = self.identification
        return None if not who.row and self._is_answered_no() else who.ban

    @property
    def locked_forums(self) -> frozenset[int]:
        """Return the forums whose password the visitor has still to give; one statement at most, once a request."""
        row = self.identification.row
        if self._locked is None:
            if self._data is None or self.failure is not None:
                return frozenset()  # nothing is readable then
            try:
                self._locked = self.board.locked_forums(
                    self.identification.user_id, str(row.get("session_id", ""))
                )
            except BoardUnavailableError as error:
                self.note_failure(error)
                raise
        return self._locked

    def may_read(self, forum_id: int) -> bool:
        """Tell whether phpBB would show the visitor a forum's posts; see `PhpBB3Session.may_read`."""
        return self.has_privilege("f_read", forum_id) and forum_id not in self.locked_forums

    @property
    def marks_cookie(self) -> str:
        """Return the cookie in which phpBB keeps what a guest has read; empty for none."""
        data = self._data or self.board.data()
        prefix = (
            data.cookie_prefix if self.board.settings.cookie_name is None else self.board.settings.cookie_name
        )
        name = f"{prefix}track"
        found = read_cookies(self._request.environ.get("HTTP_COOKIE", ""), {name}).get(name)
        return (found or b"").decode("utf-8", "replace")

    def is_member(self, group: int | str) -> bool:
        """Tell whether the visitor belongs to a group; see `PhpBB3Session.is_member`."""
        if isinstance(group, bool) or not isinstance(group, (int, str)):
            raise ParameterError("is_member() takes a group's id or its name.")
        if isinstance(group, int):
            return any(int(row["group_id"]) == group for row in self.groups)
        return any(row["group_name"] == group for row in self.groups)

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Return the visitor's groups; one statement, once a request."""
        user_id = self.identification.user_id
        if self._is_answered_no():
            return []
        if self._memberships is None:
            self._memberships = self.ask("_fetch_memberships", user_id=user_id) or []
        return self._memberships

    @property
    def num_unread_notifications(self) -> int:
        """Return the number that phpBB's page header would show; one statement, once a request."""
        row = self.identification.row
        if self._unread is None:
            self._unread = self._count_unread(row)
        return self._unread

    @property
    def login_lifetime(self) -> int:
        """Return how long phpBB lets this login live, in seconds (phpBB rule: Session expiry)."""
        if int(self.identification.row.get("session_autologin", 0)):
            return (configured_number(self.config, "max_autologin_time") or _YEAR) * _DAY
        return max(60, configured_number(self.config, "session_length") + 60)

    def ask(self, name: str, **parameters: Any) -> Any:
        """Call a private statement; None where the board could not be asked before in this request."""
        if self._data is None or self.failure is not None:
            return None
        try:
            return self._data.connector.private(name, **parameters)
        except BoardUnavailableError as error:
            self.note_failure(error)
            raise

    def _identify(self) -> Identification:
        self._data, bans = self.board.data_and_bans()
        data = self._data
        settings = self.board.settings
        environ = self._request.environ
        visitor = read_visitor(
            cookie_header=environ.get("HTTP_COOKIE"),
            query_string=environ.get("QUERY_STRING"),
            address=environ.get("REMOTE_ADDR", self._default_address),
            user_agent=environ.get("HTTP_USER_AGENT"),
            forwarded_for=environ.get("HTTP_X_FORWARDED_FOR") if checks_forwarded_for(data.config) else None,
            referer=environ.get("HTTP_REFERER") if settings.check_referer else None,
            host=environ.get("HTTP_HOST") if settings.check_referer else None,
            method=self._request.method,
            content_type=environ.get("CONTENT_TYPE") if _has_body(environ) else None,
            port=to_int(environ.get("SERVER_PORT")),
            script_root=environ.get("SCRIPT_NAME", ""),
            cookie_prefix=data.cookie_prefix if settings.cookie_name is None else settings.cookie_name,
            url_sid=settings.url_sid,
            rules=data.rules,
        )
        if visitor.address == UNREADABLE:
            self.board.warn_once(
                "A request brings no address that can be read, so its session is not accepted (%r in REMOTE_ADDR). "
                "See whether a proxy writes something else into X-Forwarded-For, or what sets REMOTE_ADDR.",
                str(environ.get("REMOTE_ADDR", ""))[:60],
            )
        return identify(data, bans, visitor, settings, self.now, self.board.visitors)

    def _find_acl(self, row: Mapping[str, Any]) -> UserAcl:
        if self._data is None or not row or self.failure is not None:
            return UserAcl.decode("", AclOptions(()))
        if int(row["user_id"]) == GUEST_ID:
            return self._data.guest_acl
        try:
            mark = self.identification.acl_mark
            # An option that came or went shifts the bits of every string.
            if mark is not None and mark != self._data.options.mark:
                self._data = self.board.data_with(mark)
            return self.board.permissions.of(self._data.connector, self._data.options, row)
        except BoardUnavailableError as error:
            self.note_failure(error)
            raise

    def _count_unread(self, row: Mapping[str, Any]) -> int:
        if not row or int(row["user_id"]) == GUEST_ID or int(row["user_type"]) == IGNORED:
            return 0
        if self._data is None or not self._data.shows_notifications:
            return 0
        counted = self.ask("get_unread_notifications_count", user_id=int(row["user_id"]))
        return int(counted["num"]) if counted else 0


def _has_body(environ: Mapping[str, Any]) -> bool:
    return environ.get("CONTENT_LENGTH", "") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ
