"""What a recording is: questions and answers in a JSON file; a question is a statement and its parameters."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask_phpbb3 import ConnectionFailedError, Row

PASSING = frozenset({"now"})
"""Parameters that differ with every request; in a recording time stands still."""


def question(parameters: Mapping[str, Any]) -> str:
    """Return the parameters of a statement as one text, whatever their order."""
    kept = {name: _plain(value) for name, value in parameters.items() if name not in PASSING}
    return json.dumps(kept, sort_keys=True, ensure_ascii=False)


def read(path: Path) -> dict[str, dict[str, list[Row]]]:
    """Return a recording: statement → question → rows, which nobody may change.

    :raises ConnectionFailedError: if the file is none.
    """
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        raise ConnectionFailedError(
            f"PHPBB3_RECORDING: {path} cannot be read ({type(error).__name__}). It must be a file that "
            "phpbb3_recorded.recorder has written."
        ) from None


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> dict[str, dict[str, list[Row]]]:
    recording: dict[str, dict[str, list[Row]]] = json.loads(path.read_text("utf-8"))
    return recording


def write(path: Path, recording: Mapping[str, Any]) -> None:
    """Write a recording for nobody but this account: it may hold session ids and salts of forms."""
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(
        os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(recording, file, ensure_ascii=False, indent=1, default=_plain)
    beside.replace(path)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    return value
