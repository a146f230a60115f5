"""A small community site next to a forum, on a board that it builds itself: ``flask --app flask_phpbb3.demo run``.

Nothing is set up and nothing else is asked: the board is an SQLite file in a private directory that goes
when the process ends. A server with several worker processes should load the application before it
forks (``gunicorn --preload flask_phpbb3.demo:app``), so that all of them share one board.

Through another driver for SQLite files, or with add-ons, that are installed::

    flask --app 'flask_phpbb3.demo:create_app(driver="mydriver", addons=["gallery"])' run

A driver for a server is given a database in which the demo may make tables of its own, by ``database={"HOST": …}``.
"""

from __future__ import annotations

from functools import cache

from flask import Flask

from .factory import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Flask:
    if name == "app":
        return _app()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@cache
def _app() -> Flask:
    """Return the application that a server finds here, made at first use."""
    return create_app()
