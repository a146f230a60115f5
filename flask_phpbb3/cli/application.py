"""The application's board for a command, and this package's errors in click's form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from flask.cli import ScriptInfo

from ..errors import PhpBB3Error
from ..extension import EXTENSION_NAME, BoundPhpBB3

NO_BOARD = "The application {!r} has no board. Call PhpBB3(app), or phpbb3.init_app(app) in its factory."


def board_of(app: Flask) -> BoundPhpBB3 | None:
    """Return the board of an application; None if it has none."""
    bound = app.extensions.get(EXTENSION_NAME)
    return bound if isinstance(bound, BoundPhpBB3) else None


@contextmanager
def board_for_command(info: ScriptInfo) -> Iterator[BoundPhpBB3]:
    """Load the application and hand out its board, within an application context.

    :raises click.ClickException: for every error of this package, with its text.
    """
    try:
        app = info.load_app()
        bound = board_of(app)
        if bound is None:
            raise click.ClickException(NO_BOARD.format(app.name))
        try:
            with app.app_context():
                yield bound
        finally:
            bound.driver.close()
    except PhpBB3Error as error:
        raise click.ClickException(f"{error} 'flask phpbb3 doctor' may tell more.") from None
