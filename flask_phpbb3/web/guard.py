"""What the decorators of views share: ask first, and call the view only if nothing speaks against it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import current_app

View = TypeVar("View", bound=Callable[..., Any])


def guard(refusal: Callable[[dict[str, Any]], Any]) -> Callable[[View], View]:
    """Make a decorator for views with ``def`` or ``async def``.

    :param refusal: takes the view's arguments; returns the answer that stands in for the view's, or None to
        let the request through. What it raises is the answer, too.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            refused = refusal(kwargs)
            return current_app.ensure_sync(view)(*args, **kwargs) if refused is None else refused

        return guarded  # type: ignore[return-value]

    return decorate
