"""Pages of a long list."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request


@dataclass(frozen=True)
class Page:
    """Hold a page of a list whose length is known, as the forum's counters are.

    :ivar number: from 1.
    :ivar count: how many pages there are.
    :ivar size: entries on a page.
    """

    number: int
    count: int
    size: int

    @property
    def skip(self) -> int:
        """Return how many entries stand before it."""
        return (self.number - 1) * self.size


def asked_page(total: int, size: int) -> Page:
    """Return the page that the request asks for by ``?page=``; the nearest one that exists.

    :param total: how many entries there are.
    :param size: entries on a page.
    """
    count = max(1, -(-total // size))
    return Page(min(max(1, request.args.get("page", 1, type=int)), count), count, size)
