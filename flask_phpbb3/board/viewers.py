"""For whom content is asked where there is no visitor: the guest, another user, or a tool that sees all."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from ..phpbb.acl import UserAcl
from ..phpbb.identity import GUEST_ID
from ..plugins.driver import Row


@dataclass(frozen=True)
class GivenViewer:
    """A viewer of whom all is known. Has no phpBB session, so no forum with a password is open.

    :ivar user_columns: the columns of the user.
    :ivar acl: what the user may do.
    :ivar locked_forums: the forums that ask the user for a password.
    """

    user_columns: Row = field(repr=False)
    acl: UserAcl
    locked_forums: frozenset[int] = frozenset()
    session_id: str = field(default="", repr=False)
    marks_cookie: str = field(default="", repr=False)

    @property
    def user_id(self) -> int:
        """Return the phpBB user id; 1 is the guest."""
        return int(self.user_columns.get("user_id", GUEST_ID))

    @property
    def now(self) -> int:
        """Return the Unix time."""
        return int(time.time())
