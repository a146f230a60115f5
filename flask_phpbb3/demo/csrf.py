"""A token in every form, kept among the application's keys: what a form of another site cannot know."""

from __future__ import annotations

import hmac
import secrets
from typing import Final

from flask import Flask, abort, request, session

_KEY: Final = "csrf_token"


def init_app(app: Flask) -> None:
    """Offer ``csrf_token()`` to templates."""
    app.add_template_global(csrf_token)


def csrf_token() -> str:
    """Return the visitor's token, made at first use."""
    if _KEY not in session:
        session[_KEY] = secrets.token_urlsafe(24)
    token: str = session[_KEY]
    return token


def protect() -> None:
    """Refuse a request that would change something and does not bring the token."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    known, given = session.get(_KEY, ""), request.form.get(_KEY, "")
    if not known or not hmac.compare_digest(known.encode(), given.encode()):
        abort(
            400,
            "This form was made for another visit: you have signed in or out since, or your cookies are off. "
            "Go back, reload the page and send it again.",
        )
