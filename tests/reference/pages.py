"""Pages of which a part is written by a program, between two marks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
BEGIN, END = "<!-- begin: python -m tests.reference -->\n", "<!-- end -->\n"


def part_of(text: str) -> str:
    """Return what stands between the marks."""
    return text.partition(BEGIN)[2].partition(END)[0].strip("\n")


def with_part(text: str, part: str) -> str:
    """Return a page with another part between its marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"The page lacks {BEGIN.strip()} … {END.strip()}.")
    return f"{before}{begin}\n{part.strip()}\n\n{end}{after}"


def table(*rows: Iterable[str]) -> str:
    """Return a table of Markdown; its first row is the heading."""
    head, *rest = [list(row) for row in rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rest])


def code(text: str) -> str:
    """Return text as code, whatever it holds."""
    fence = "``" if "`" in text else "`"
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"
