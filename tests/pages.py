"""What phpBB's pages of the content board showed, and counts of how many answers equal them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from . import boards
from .loading import DRIVERS

RELEASE = "content/3.3.10"
BOARD_URL = "http://forum.test"
DATABASES = [(database, driver) for database in boards.DATABASES for driver in DRIVERS[database]]


def pages() -> dict[str, dict[str, Any]]:
    """Return viewer → the pages that phpBB gave to its templates."""
    content: dict[str, dict[str, Any]] = boards.load(RELEASE, "content-pages-postgresql.json.gz")
    return content


def plain(markup: str | None) -> str:
    """Return the text of HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup or ""))


def link(markup: str | None) -> str:
    """Return the address that HTML leads to, as ours begin; empty for none."""
    found = re.search(r'href="([^"]*)"', markup or "")
    return address(found[1]) if found else ""


def address(recorded: str) -> str:
    """Return an address that phpBB wrote, as ours begin."""
    return html.unescape(recorded).replace("./", f"{BOARD_URL}/", 1)


@dataclass
class Comparison:
    """Answers of ours next to phpBB's.

    :ivar what: what is compared.
    :ivar equal: how many were equal.
    :ivar different: the others.
    :ivar agreed: reason → how many differ as they should.
    """

    what: str
    equal: int = 0
    different: list[str] = field(default_factory=list)
    agreed: dict[str, int] = field(default_factory=dict)

    def hold(self, where: Any, ours: Any, recorded: Any) -> None:
        """Compare one answer."""
        if ours == recorded:
            self.equal += 1
        else:
            self.different.append(f"{where}: {ours!r}, phpBB: {recorded!r}")

    def differs(self, reason: str) -> None:
        """Count an answer that differs as it should."""
        self.agreed[reason] = self.agreed.get(reason, 0) + 1

    def __str__(self) -> str:
        reasons = "".join(f", {count} {reason}" for reason, count in self.agreed.items())
        return f"{self.what}: {self.equal} equal, {len(self.different)} different{reasons}"

    def __iter__(self) -> Iterator[str]:
        return iter(self.different)
