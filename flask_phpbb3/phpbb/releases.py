"""What begins with a patch release of phpBB, and which of it a board has reached."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

_NUMBERS = re.compile(r"\s*(\d+(?:\.\d+)*)")

_T = TypeVar("_T")


def reached(history: Mapping[str, _T], release: str) -> list[_T]:
    """Return what a release has reached of a history, the oldest first.

    :param history: release such as ``3.3.11`` → what begins with it.
    :param release: such as ``3.3.10`` or ``4.0.0-a1``. A pre-release has what the release will have; what
        names no release, such as an empty text, has reached what begins with ``0``.
    """
    now = numbers(release) or (0, 0, 0)
    return [history[since] for since in sorted(history, key=numbers) if now >= numbers(since) > ()]


def numbers(release: str) -> tuple[int, ...]:
    """Return the three numbers that a release begins with: of ``3.3.11-RC1`` 3, 3 and 11; none if it names none."""
    found = _NUMBERS.match(release)
    return (*map(int, found[1].split(".")), 0, 0)[:3] if found else ()
