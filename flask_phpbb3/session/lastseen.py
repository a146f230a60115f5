"""The user with whom a browser was last seen: a small signed cookie, for the signal ``user_changed``.

There is none unless somebody is connected to the signal and the application has a SECRET_KEY; a browser
without the cookie counts as the guest's.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, Request, Response
from flask.sessions import SessionInterface
from itsdangerous import BadSignature, URLSafeSerializer

from ..phpbb.identity import GUEST_ID
from .own_cookies import signed_cookie
from .signals import user_changed

_SALT: Final = "flask_phpbb3.lastseen"
_YEAR: Final = 365 * 86400


class LastSeen:
    """Read and write the cookie of one application.

    :param app: the application.
    :param interface: whose cookie settings (domain, path, …) hold for this cookie as well.
    """

    def __init__(self, app: Flask, interface: SessionInterface) -> None:
        self._app = app
        self._interface = interface

    @property
    def is_wanted(self) -> bool:
        """Tell whether anybody would hear of a change."""
        return bool(user_changed.has_receivers_for(self._app)) and bool(self._app.secret_key)

    def read(self, request: Request) -> int:
        """Return the id of the user with whom the browser was last seen; 1 if unknown."""
        try:
            user_id = self._serializer().loads(signed_cookie(request, self._name))
        except BadSignature:
            return GUEST_ID
        return user_id if isinstance(user_id, int) else GUEST_ID

    def write(self, response: Response, user_id: int) -> None:
        """Have the browser remember a user; forget all where it is the guest."""
        place: dict[str, Any] = {
            "domain": self._interface.get_cookie_domain(self._app),
            "path": self._interface.get_cookie_path(self._app),
            "secure": self._interface.get_cookie_secure(self._app),
            "samesite": self._interface.get_cookie_samesite(self._app),
            "httponly": True,
        }
        if user_id == GUEST_ID:
            response.delete_cookie(self._name, **place)
        else:
            value = self._serializer().dumps(user_id)
            response.set_cookie(self._name, str(value), max_age=_YEAR, **place)

    @property
    def _name(self) -> str:
        return f"{self._interface.get_cookie_name(self._app)}_user"

    def _serializer(self) -> URLSafeSerializer:
        fallbacks = self._app.config.get("SECRET_KEY_FALLBACKS") or []
        return URLSafeSerializer([*fallbacks, self._app.secret_key], salt=_SALT)
