"""``python -m tests.reference`` writes what the pages of ``docs/reference`` have from the code."""

from __future__ import annotations

from . import PARTS
from .pages import FOLDER, with_part
from .settings import whole

for name, written in PARTS.items():
    page = FOLDER / name
    page.write_text(with_part(page.read_text("utf-8"), written()), "utf-8")
page = FOLDER / "settings.md"
page.write_text(whole(page.read_text("utf-8")), "utf-8")
