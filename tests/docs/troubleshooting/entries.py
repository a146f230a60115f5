"""The entries of the page: what each says, and which test it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ..blocks import DOCS

PAGE = DOCS / "operate" / "troubleshooting.md"

_ENTRY = re.compile(r"^### ([^\n]+)\n(.*?)(?=^###? |\Z)", re.MULTILINE | re.DOTALL)
_TEST = re.compile(r"^<!-- test: (\S+) -->$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """A symptom.

    :ivar heading: what is seen, in a few words.
    :ivar body: the rest.
    :ivar tests: the tests that it names.
    """

    heading: str
    body: str
    tests: tuple[str, ...]

    def part(self, word: str) -> str:
        """Return what stands behind a word such as ``Log``; empty if there is no such part."""
        found = re.search(rf"^- \*\*{word}\*\*: (.*?)(?=^- |^$|\Z)", self.body, re.MULTILINE | re.DOTALL)
        return " ".join(found[1].split()) if found else ""

    def is_seen_in(self, text: str, word: str = "Log") -> bool:
        """Tell whether the message that a part begins with stands in a text; ``…`` is anything."""
        quoted = re.findall(r"^`([^`]+)`", self.part(word))
        assert quoted, f"{self.heading}: no {word}"
        patterns = [".*?".join(map(re.escape, message.split("…"))) for message in quoted]
        return all(re.search(pattern, text, re.DOTALL) for pattern in patterns)


@cache
def entries() -> tuple[Entry, ...]:
    """Return the entries in the order of the page."""
    return tuple(_entries())


def _entries() -> Iterator[Entry]:
    for found in _ENTRY.finditer(PAGE.read_text("utf-8")):
        yield Entry(found[1], found[2], tuple(_TEST.findall(found[2])))
