"""How the demo ends: so that what it has made goes with it."""

from __future__ import annotations

import signal
import threading
from types import FrameType


def end_cleanly() -> None:
    """Let SIGTERM end the process as Ctrl-C does, or the board would stay behind."""
    if threading.current_thread() is threading.main_thread() and (
        signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    ):
        signal.signal(signal.SIGTERM, _exit)


def _exit(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
