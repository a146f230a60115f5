"""A small community site next to a forum, on a board that it builds itself: ``flask --app flask_phpbb3.demo run``.

Nothing is set up and nothing else is asked: the board is an SQLite file in a private directory that goes
when the process ends. A server with several worker processes should load the application before it
forks (``gunicorn --preload flask_phpbb3.demo:app``), so that all of them share one board.

Through another driver for SQLite files, or with add-ons, that are installed::

    flask --app 'flask_phpbb3.demo:create_app(driver="mydriver", addons=["gallery"])' run
"""

from __future__ import annotations

import signal
import threading
from functools import cache
from types import FrameType

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
    _end_cleanly()
    return create_app()


def _end_cleanly() -> None:
    """Let SIGTERM end the process as Ctrl-C does, or the board's directory would stay behind."""
    if threading.current_thread() is threading.main_thread() and (
        signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    ):
        signal.signal(signal.SIGTERM, _exit)


def _exit(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
