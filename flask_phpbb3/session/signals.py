"""Blinker signals about visitors. The sender is the application; each brings the ``session``.

They are sent once a request, when the visitor is identified; in a request that never asks who the visitor
is, none is.
"""

from __future__ import annotations

from typing import Protocol

from blinker import Namespace

from ..phpbb.bans import Ban


class Identified(Protocol):
    """What is told of a visitor: the request's ``session``."""

    @property
    def refusal(self) -> str | None:
        """Return why a presented session was not accepted; None if it was."""
        ...

    @property
    def ban(self) -> Ban | None:
        """Return the ban that the visitor met."""
        ...


_signals = Namespace()

visitor_identified = _signals.signal(
    "visitor-identified",
    doc="It is known who the visitor is, be it the guest. Arguments: ``session``.",
)
session_refused = _signals.signal(
    "session-refused",
    doc="A presented session or key was not accepted. Arguments: ``session``, ``reason`` (see ``session.refusal``).",
)
ban_met = _signals.signal(
    "ban-met",
    doc="The visitor is banned, and so the guest. Arguments: ``session``, ``ban``.",
)
user_changed = _signals.signal(
    "user-changed",
    doc=(
        "This browser was last seen with another user: somebody signed in or out, or a session ended. "
        "Arguments: ``session``, ``previous_user_id``, ``user_id``; 1 is the guest. Requests at the same time may "
        "send it more than once. It takes a SECRET_KEY and a cookie, which is only set while somebody is connected."
    ),
)


def send_identified(app: object, session: Identified) -> None:
    """Tell that a visitor has been identified, and what was odd about it.

    :param app: the application; the sender.
    :param session: the visitor's session, which knows already who it is.
    """
    if visitor_identified.receivers:
        visitor_identified.send(app, session=session)
    if session_refused.receivers and session.refusal is not None:
        session_refused.send(app, session=session, reason=session.refusal)
    if ban_met.receivers and session.ban is not None:
        ban_met.send(app, session=session, ban=session.ban)


def send_user_changed(app: object, session: Identified, previous_user_id: int, user_id: int) -> None:
    """Tell that a browser comes with another user than last time."""
    user_changed.send(app, session=session, previous_user_id=previous_user_id, user_id=user_id)
