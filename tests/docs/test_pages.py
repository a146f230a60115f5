"""Every page says what it is for, and the book holds every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .blocks import DOCS, PAGES, ROOT

WRITTEN = [path for path in PAGES if not path.read_text("utf-8").startswith("```{include}")]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_first_paragraph_is_a_sentence(path: Path) -> None:
    title, _, rest = path.read_text("utf-8").partition("\n\n")
    paragraph = rest.partition("\n\n")[0]
    assert re.fullmatch(r"# .+", title)
    assert re.match(r"[*`\[]*\w.{30,}?[.:]( |$)", " ".join(paragraph.split())), paragraph


def test_the_book_holds_every_page() -> None:
    listed = set()
    for index in DOCS.rglob("*.md"):
        for entries in re.findall(r"```\{toctree\}\n(.*?)```", index.read_text("utf-8"), re.DOTALL):
            names = [line for line in entries.splitlines() if line and not line.startswith(":")]
            listed |= {(index.parent / f"{name}.md").resolve() for name in names}
    assert listed == set(DOCS.rglob("*.md")) - {DOCS / "index.md"}
