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

    def link_hash(self, link: str) -> str:
        """Return phpBB's link hash; empty on the error page of a board that cannot be asked."""
        salt = self._form_salt()
        return make_link_hash(salt, link) if salt else ""

    def is_link_hash(self, link_hash: str, link: str) -> bool:
        """Tell whether a request brings the visitor's own link hash."""
        return check_link_hash(self._form_salt(), link_hash, link) and bool(self._salt)

    def form_token(self, form_name: str) -> FormToken:
        """Return the token of a form."""
        created = int(time.time())
        salt = self._form_salt()
        # Without a session every guest would get the same token, which a stranger could fetch and plant.
        token_sid = next(iter(self._token_sids()), None)
        return FormToken(
            created,
            make_form_token(salt, form_name, created, self._new_sid() if token_sid is None else token_sid),
        )

    def is_form_token(self, form_name: str, creation_time: int | str | None, form_token: str | None) -> bool:
        """Tell whether a form that was sent was made for this visitor."""
        salt = self._form_salt()
        return bool(salt) and any(
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

    def _form_salt(self) -> str:
        user_id = self._visitor.identification.user_id
        if self._salt is None:
            row = self._visitor.ask("_get_form_salt", user_id=user_id)
            self._salt = str(row["user_form_salt"]) if row else ""
        return self._salt

    def _token_sids(self) -> list[str]:
        """Return what may tell this guest from others in a form's token; nothing tells users apart."""
        who = self._visitor.identification
        if who.user_id != GUEST_ID or not to_bool(self._visitor.config.get("form_token_sid_guests", "1")):
            return [""]
        return [str(sid) for sid in (who.row.get("session_id"), self._own_sid()) if sid]
