"""The visitor of the current request, typed."""

from __future__ import annotations

from flask import current_app, session

from ..session.sessions import PhpBB3Session


def current_visitor() -> PhpBB3Session:
    """Return ``flask.session`` of the current request; asks the board nothing.

    :raises RuntimeError: outside a request, if the application has no board, or if something else has taken the
        session's place.
    """
    visitor = session._get_current_object()  # type: ignore[attr-defined]
    if type(visitor).__module__.partition(".")[0] == "flask_socketio":
        raise RuntimeError(
            "Flask-SocketIO has put a copy in the place of the session, which knows nobody. Make it with "
            "SocketIO(app, manage_session=False)."
        )
    if not isinstance(visitor, PhpBB3Session):
        raise RuntimeError(
            f"The sessions of the application {current_app.name!r} are not phpBB's. Call phpbb3.init_app(app), and "
            "set no other session interface after it."
        )
    return visitor
