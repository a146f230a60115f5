"""Why a target is missed, by the key of its row: what the profile shows to be left."""

from __future__ import annotations

REASONS: dict[str, str] = {}
