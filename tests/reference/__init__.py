"""What ``docs/reference`` has from the code: settings, errors, hooks, commands, signals, templates.

``python -m tests.reference`` writes it anew; ``tests/test_docs.py`` compares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from . import errors, settings, surface

__all__ = ["PARTS", "errors", "settings"]

PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "errors.md": errors.part,
    "hooks.md": surface.hooks,
    "command-line.md": surface.commands,
    "signals.md": surface.sent_signals,
    "jinja.md": surface.templates,
}
"""Page → what returns the part of it between the marks."""
