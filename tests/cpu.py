"""Bounds for work that a stranger can ask for: what takes longer grows faster than what was sent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cpu_bound(seconds: float) -> Iterator[None]:
    """Fail if what is done inside takes this thread more of the processor's time."""
    started = time.thread_time()
    yield
    took = time.thread_time() - started
    assert took < seconds, f"{took:.3f} s of the processor's time, more than {seconds:g} s"
