"""People, messages and what else hangs on a user, as the viewer may see it."""

from __future__ import annotations

from .calls import Call


class People(Call):
    """Who is there."""
