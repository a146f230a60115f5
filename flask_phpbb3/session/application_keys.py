"""The application's own session keys of one visitor, wherever this visitor's are kept.

They are in Flask's signed cookie, bound to the user and the login that phpBB accepted, or, of somebody who is
signed in and if the owner has named one, in the session backend. Nothing crosses a sign-in or sign-out.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature

from ..phpbb.identity import GUEST_ID
from ..storage.keystore import KeyStore, StoredKeys
from .identification import Identification
from .own_cookies import signed_cookie

PERMANENT: Final = "_permanent"
"""The key under which Flask's signed cookie remembers that it outlives the browser."""

_OWNER: Final = "_phpbb3_user"
"""The key under which the cookie remembers whose it is; none for the guest's."""

_SLACK: Final = 0.001
"""Seconds by which what has just been kept is newer than what the cookie asks for."""

_SINCE: Final = "_phpbb3_since"
"""The key under which the cookie remembers when the session backend failed to keep this visitor's keys."""


class ApplicationKeys:
    """Load the keys at first use, and keep them at the end of the request.

    :param app: the application.
    :param request: the request.
    :param store: where keys of visitors who are signed in are; None for the cookie.
    :param cookie: the interface of Flask's signed cookie.
    """

    def __init__(
        self, app: Flask, request: Request, store: KeyStore | None, cookie: SecureCookieSessionInterface
    ) -> None:
        self._app = app
        self._request = request
        self._store = store
        self._cookie = cookie
        self._loaded: StoredKeys | None = None
        self._permanent: bool | None = None
        self._since = 0.0

    def of(self, who: Identification) -> dict[str, Any]:
        """Return a visitor's keys; of one of whom nothing is known, keys that are not kept."""
        if self._loaded is None:
            if not who.row:
                self._loaded = StoredKeys()
            elif who.is_authenticated and self._store is not None:
                since = self._signed_cookie(who).get(_SINCE, 0)
                self._since = float(since) if isinstance(since, (int, float)) else 0.0
                self._loaded = self._store.load(who.user_id, who.login, newer_than=self._since)
            else:
                mine = self._signed_cookie(who)
                self._loaded = StoredKeys({key: mine[key] for key in mine if key not in (_OWNER, _SINCE)})
        return self._loaded.values

    def may_hide(self, who: Identification) -> bool:
        """Tell whether a visitor may have keys that a failing session backend does not show."""
        self.of(who)
        return self._loaded is not None and self._loaded.may_hide

    def check_writable(self, who: Identification, key: str) -> None:
        """Check that there is a place for a key.

        :raises RuntimeError: for one that is kept in the cookie, if the application has no SECRET_KEY.
        """
        in_cookie = self._store is None or not who.is_authenticated
        if who.row and in_cookie and not self._app.secret_key:
            of_whom = "somebody who is signed in" if who.is_authenticated else "a guest"
            raise RuntimeError(
                f"session[{key!r}] of {of_whom} is kept in Flask's signed cookie, which needs a key. "
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

    def save(
        self, response: Response, who: Identification, *, modified: bool, lifetime: Callable[[], int]
    ) -> None:
        """Keep the keys if they changed, or if half of their life is over.

        :param modified: whether they changed.
        :param lifetime: returns how long the login lives, in seconds.
        """
        if who.is_authenticated and self._store is not None:
            since = self._store_keys(self._store, who, modified=modified, lifetime=lifetime)
            if since and self._app.secret_key:
                marker = {_OWNER: _owner(who), _SINCE: since, PERMANENT: True}
                self._write_cookie(response, marker, modified=True)
            elif self._is_anothers(who):
                self._write_cookie(response, {}, modified=True)
        elif who.row and (self._loaded is not None or self._signed):
            self._save_in_cookie(response, who, modified=modified)

    def _store_keys(
        self, store: KeyStore, who: Identification, *, modified: bool, lifetime: Callable[[], int]
    ) -> float | None:
        """Keep the keys in the session backend.

        :returns: the time from which on keys of this visitor are to be believed, if that is to be remembered.
        """
        if self._loaded is None:
            return None
        now = time.time()
        half_over = bool(self._loaded.values) and now - self._loaded.saved > lifetime() / 2
        if not (modified or half_over):
            return None
        kept = store.save(who.user_id, who.login, self._loaded.values, lifetime(), changed=modified)
        if modified and not kept:
            return now
        # After a failure also what is kept counts: the failed one may still be on its way.
        return now - _SLACK if kept and self._since else None

    def _save_in_cookie(self, response: Response, who: Identification, *, modified: bool) -> None:
        values = self.of(who)
        if self._permanent is not None and values and self._permanent != values.get(PERMANENT, False):
            values[PERMANENT] = self._permanent
            modified = True
        if set(values) == {PERMANENT}:
            values.clear()
        owner = {_OWNER: _owner(who)} if values and who.user_id != GUEST_ID else {}
        if values or modified or self._is_anothers(who):
            self._write_cookie(response, {**values, **owner}, modified=modified or self._is_anothers(who))

    @cached_property
    def _signed(self) -> dict[str, Any]:
        """Return what the cookie holds, if this application has signed it: another's of that name is not touched."""
        name = self._cookie.get_cookie_name(self._app)
        # The first look spares a long header of other cookies the reading.
        if name not in self._request.environ.get("HTTP_COOKIE", ""):
            return {}
        serializer = self._cookie.get_signing_serializer(self._app)
        lifetime = int(self._app.permanent_session_lifetime.total_seconds())
        try:
            found = serializer and serializer.loads(signed_cookie(self._request, name), max_age=lifetime)
        except BadSignature:
            return {}
        return found if isinstance(found, dict) else {}

    def _signed_cookie(self, who: Identification) -> dict[str, Any]:
        """Return what the cookie holds if it is this visitor's."""
        return {} if self._is_anothers(who) else self._signed

    def _is_anothers(self, who: Identification) -> bool:
        """Tell whether the cookie is this application's, but of another visitor or login."""
        return bool(self._signed) and self._signed.get(_OWNER, GUEST_ID) != _owner(who)

    def _write_cookie(self, response: Response, values: dict[str, Any], *, modified: bool) -> None:
        cookie = SecureCookieSession(values)
        cookie.modified = modified
        cookie.accessed = True
        self._cookie.save_session(self._app, cookie, response)


def _owner(who: Identification) -> Any:
    """Return whose a cookie is, as JSON has it; a login stands in it by a hash, as people copy cookies about."""
    if not who.is_authenticated:
        return who.user_id
    return [who.user_id, hashlib.sha256(b"phpbb3 login " + who.login.encode()).hexdigest()[:32]]
