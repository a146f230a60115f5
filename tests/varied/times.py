"""When everything on the varied board is."""

from __future__ import annotations

from typing import Final

NOW: Final = 1_700_000_000
"""Tuesday, 14 November 2023, 22:13:20 UTC: at this the tests hold the clock, where nothing else is said."""
DAY: Final = 86_400
