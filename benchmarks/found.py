"""What a section of the suite has found, and how it is kept: one JSON file a section, from which reports are made."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .timing import Effort, Rounds


@dataclass
class Found:
    """What one section has found.

    :ivar rounds: group → work → what each of its turns took, in seconds, or did, in times a second.
    :ivar values: group → name → a figure that is no time.
    :ivar missing: group, or ``group: work`` → why it is not there.
    :ivar texts: group → name → words, such as plans and versions.
    :ivar machine: where and when it was measured.
    """

    rounds: dict[str, Rounds] = field(default_factory=dict)
    values: dict[str, dict[str, float]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    machine: dict[str, str] = field(default_factory=dict)

    def put(self, group: str, **values: float) -> None:
        """Note figures that are no times."""
        self.values.setdefault(group, {}).update(values)

    def why_not(self, group: str, work: str) -> str:
        """Return why something is missing; empty if nothing says so."""
        return self.missing.get(f"{group}: {work}") or self.missing.get(group, "")


def machine(effort: Effort) -> dict[str, str]:
    """Return when, on what and how thoroughly something is measured; neither a path nor a host's name."""
    return {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "load": f"{os.getloadavg()[0]:.1f}",
        "cores": str(os.cpu_count()),
        "architecture": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "rounds": str(effort.rounds),
        "slice": str(effort.slice),
        "load rounds": str(effort.load_rounds),
        "load slice": str(effort.load_slice),
    }


def save(found: Found, path: Path) -> None:
    """Write what a section has found."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_rounded(asdict(found)), indent=1, ensure_ascii=False) + "\n", "utf-8")


def load(path: Path) -> Found:
    """Read what a section has found; nothing, if it was never measured."""
    return Found(**json.loads(path.read_text("utf-8"))) if path.exists() else Found()


def _rounded(value: Any) -> Any:
    """Return a value with as many digits as mean something."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value
