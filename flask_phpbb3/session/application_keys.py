"""The application's own session keys of one visitor, wherever this visitor's are kept.

Those of somebody who is signed in are in the session backend, under the login that phpBB accepted; those
of guests and bots are in Flask's signed cookie. Nothing crosses a sign-in or sign-out.
"""

from __future__ import annotations

import time
from typing import Any, Final

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from ..phpbb.identity import GUEST_ID
from ..storage.keystore import KeyStore, StoredKeys
from .identification import Identification

PERMANENT: Final = "_permanent"
"""The key under which Flask's signed cookie remembers that it outlives the browser."""

_OWNER: Final = "_phpbb3_user"
"""The key under which the cookie remembers a user who is no guest: a bot, or somebody made inactive."""


class ApplicationKeys:
    """Load the keys at first use, and keep them at the end of the request.

    :param app: the application.
    :param request: the request.
    :param store: where keys of visitors who are signed in are.
    :param cookie: the interface of Flask's signed cookie.
    """

    def __init__(
        self, app: Flask, request: Request, store: KeyStore, cookie: SecureCookieSessionInterface
    ) -> None:
        self._app = app
        self._request = request
        self._store = store
        self._cookie = cookie
        self._loaded: StoredKeys | None = None
        self._permanent: bool | None = None
        self._is_anothers = False

    def of(self, who: Identification) -> dict[str, Any]:
        """Return a visitor's keys; of one of whom nothing is known, keys that are not kept."""
        if self._loaded is None:
            if not who.row:
                self._loaded = StoredKeys()
            elif who.is_authenticated:
                self._loaded = self._store.load(who.user_id, who.login)
            else:
                self._loaded = StoredKeys(self._read_cookie(who))
        return self._loaded.values

    def may_hide(self, who: Identification) -> bool:
        """Tell whether a visitor may have keys that a failing session backend does not show."""
        self.of(who)
        return self._loaded is not None and self._loaded.may_hide

    def check_writable(self, who: Identification, key: str) -> None:
        """Check that there is a place for a key.

        :raises RuntimeError: for a guest's, if the application has no SECRET_KEY.
        """
        if who.row and not who.is_authenticated and not self._app.secret_key:
            raise RuntimeError(
                f"session[{key!r}] of a guest is kept in Flask's signed cookie, which needs a key. "
                "Set app.config['SECRET_KEY'] to a random value that no one else knows."
            )

    @property
    def permanent(self) -> bool:
        """Tell whether the guest's cookie outlives the browser, as far as is known; loads nothing."""
        if self._permanent is None and self._loaded is not None:
            return bool(self._loaded.values.get(PERMANENT, False))
        return bool(self._permanent)

    @permanent.setter
    def permanent(self, value: bool) -> None:
        self._permanent = bool(value)

    def save(self, response: Response, who: Identification, *, modified: bool, lifetime: int) -> None:
        """Keep the keys if they changed, or if half of their life is over.

        :param modified: whether they changed.
        :param lifetime: how long the login lives, in seconds.
        """
        if who.is_authenticated:
            self._save_signed_in(who, modified=modified, lifetime=lifetime)
            self._drop_guest_cookie(response)
        elif who.row and (self._loaded is not None or self._has_cookie):
            self._save_guest(response, who, modified=modified)

    def _save_signed_in(self, who: Identification, *, modified: bool, lifetime: int) -> None:
        if self._loaded is None:
            return
        half_over = bool(self._loaded.values) and time.time() - self._loaded.saved > lifetime / 2
        if modified or half_over:
            self._store.save(who.user_id, who.login, self._loaded.values, lifetime)

    def _drop_guest_cookie(self, response: Response) -> None:
        """Delete the cookie of the guest that this browser was."""
        if self._has_cookie:
            self._write_cookie(response, {}, modified=True)

    def _save_guest(self, response: Response, who: Identification, *, modified: bool) -> None:
        values = self.of(who)
        if self._permanent is not None and values and self._permanent != values.get(PERMANENT, False):
            values[PERMANENT] = self._permanent
            modified = True
        if set(values) == {PERMANENT}:
            values.clear()
        owner = {_OWNER: who.user_id} if values and who.user_id != GUEST_ID else {}
        if values or modified or self._is_anothers:
            self._write_cookie(response, {**values, **owner}, modified=modified or self._is_anothers)

    @property
    def _has_cookie(self) -> bool:
        name = self._cookie.get_cookie_name(self._app)
        # The first look spares a long header of other cookies the reading.
        return name in self._request.environ.get("HTTP_COOKIE", "") and name in self._request.cookies

    def _read_cookie(self, who: Identification) -> dict[str, Any]:
        """Return the keys of the signed cookie, if they are this visitor's."""
        values = dict(self._cookie.open_session(self._app, self._request) or {}) if self._has_cookie else {}
        owner = values.pop(_OWNER, GUEST_ID)
        self._is_anothers = bool(values) and owner != who.user_id
        return {} if self._is_anothers else values

    def _write_cookie(self, response: Response, values: dict[str, Any], *, modified: bool) -> None:
        cookie = SecureCookieSession(values)
        cookie.modified = modified
        cookie.accessed = True
        self._cookie.save_session(self._app, cookie, response)
