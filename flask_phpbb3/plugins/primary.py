"""Whether what is read must come from the primary: a replica may lack what was written a moment ago.

Who asks says so; a driver that knows of replicas looks.
"""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import Final

_wanted: Final[ContextVar[bool]] = ContextVar("flask_phpbb3_primary", default=False)


class FromPrimary:
    """A block in which drivers read from the primary."""

    def __init__(self) -> None:
        self._token: Token[bool] | None = None

    def __enter__(self) -> None:
        self._token = _wanted.set(True)

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            _wanted.reset(self._token)


def wants_primary() -> bool:
    """Tell whether what is read now must come from the primary."""
    return _wanted.get()
