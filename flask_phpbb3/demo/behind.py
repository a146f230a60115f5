"""What stands folded at the foot of each page: the code that made it, and what it asked of the database."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from textwrap import dedent

from flask import Flask, current_app, request

from flask_phpbb3.board.asked import AskedStatement

from .extensions import phpbb3


@dataclass(frozen=True)
class Behind:
    """Hold how a page was made.

    :ivar code: the view; empty for a page that has none.
    :ivar statements: what was asked until now.
    """

    code: str
    statements: tuple[AskedStatement, ...]

    @property
    def milliseconds(self) -> float:
        """Return how long the database took for all of them."""
        return sum(statement.seconds for statement in self.statements) * 1000


def init_app(app: Flask) -> None:
    """Offer ``behind()`` to templates."""
    app.add_template_global(behind)


def behind() -> Behind:
    """Return how the page that is being made was made so far: call it last."""
    view = current_app.view_functions.get(request.endpoint or "")
    code = dedent(inspect.getsource(view)) if view is not None else ""
    return Behind(code, phpbb3.asked_statements)
