"""The visitor's link hashes and form tokens, as phpBB makes and takes them."""

from __future__ import annotations

import time
from collections.abc import Callable

from ..phpbb.identity import GUEST_ID
from ..phpbb.php import to_bool
from ..phpbb.tokens import (
    FormToken,
    check_form_token,
    check_link_hash,
    form_token_lifetime,
    make_form_token,
    make_link_hash,
)
from .current_visitor import CurrentVisitor


class VisitorTokens:
    """Make and check tokens with the visitor's form salt, which is read at first use.

    :param visitor: the visitor.
    :param own_sid: returns what this site has given a guest to be told from others by; empty for nothing.
    :param new_sid: gives the guest one.
    """

    def __init__(
        self, visitor: CurrentVisitor, own_sid: Callable[[], str], new_sid: Callable[[], str]
    ) -> None:
        self._visitor = visitor
        self._own_sid = own_sid
        self._new_sid = new_sid
        self._salt: str | None = None
        self._is_read = False

    def link_hash(self, link: str) -> str:
        """Return phpBB's link hash; empty on the error page of a board that cannot be asked."""
        salt = self._form_salt()
        return "" if salt is None else make_link_hash(salt, link)

    def is_link_hash(self, link_hash: str, link: str) -> bool:
        """Tell whether a request brings the visitor's own link hash."""
        salt = self._guarding_salt()
        return salt is not None and check_link_hash(salt, link_hash, link)

    def form_token(self, form_name: str) -> FormToken:
        """Return the token of a form."""
        created = int(time.time())
        salt = self._form_salt() or ""  # on the error page of a board that cannot be asked
        # Without a session every guest would get the same token, which a stranger could fetch and plant.
        token_sid = next(iter(self._token_sids()), None)
        return FormToken(
            created,
            make_form_token(salt, form_name, created, self._new_sid() if token_sid is None else token_sid),
        )

    def is_form_token(self, form_name: str, creation_time: int | str | None, form_token: str | None) -> bool:
        """Tell whether a form that was sent was made for this visitor."""
        salt = self._guarding_salt()
        return salt is not None and any(
            check_form_token(
                salt,
                form_name,
                creation_time,
                form_token,
                now=int(time.time()),
                lifetime=form_token_lifetime(self._visitor.config),
                token_sid=token_sid,
            )
            for token_sid in self._token_sids()
        )

    def _form_salt(self) -> str | None:
        """Return the visitor's salt, which may be empty; None where the board could not be asked.

        phpBB 3.3.16 and later leave the guest's empty on a fresh board, and hash with that.
        """
        user_id = self._visitor.identification.user_id
        if not self._is_read:
            row = self._visitor.ask("_get_form_salt", user_id=user_id)
            self._salt = str(row["user_form_salt"]) if row else None
            self._is_read = True
        return self._salt

    def _guarding_salt(self) -> str | None:
        """Return the salt to check with; None where nothing that a request brings may be believed.

        All guests share one salt, so it is no secret on any board, empty or not; a user's empty one would let
        a stranger make that user's tokens.
        """
        salt = self._form_salt()
        is_guest = self._visitor.identification.user_id == GUEST_ID
        return salt if salt or is_guest else None

    def _token_sids(self) -> list[str]:
        """Return what may tell this guest from others in a form's token; nothing tells users apart."""
        who = self._visitor.identification
        if who.user_id != GUEST_ID or not to_bool(self._visitor.config.get("form_token_sid_guests", "1")):
            return [""]
        return [str(sid) for sid in (who.row.get("session_id"), self._own_sid()) if sid]
