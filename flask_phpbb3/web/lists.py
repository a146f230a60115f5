"""What pages of lists need: which pages there are, and whether something on them is unread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

_AROUND: Final = 2
_MARK: Final = Markup(
    '<span class="phpbb3-{kind}" title="{label}"><span class="sr-only">{label}</span></span>'
)


@dataclass(frozen=True)
class Pages:
    """The pages of a list.

    :ivar page: the current one, from 1.
    :ivar count: how many there are, at least 1.
    :ivar per_page: rows on each.
    """

    page: int
    count: int
    per_page: int

    @property
    def skip(self) -> int:
        """Return how many rows lie before the current page, for ``fetch_`` calls."""
        return (self.page - 1) * self.per_page

    @property
    def previous(self) -> int | None:
        """Return the page before; None on the first."""
        return self.page - 1 if self.page > 1 else None

    @property
    def next(self) -> int | None:
        """Return the page after; None on the last."""
        return self.page + 1 if self.page < self.count else None

    def __iter__(self) -> Any:
        """Yield the numbers to link: the first, the last, and those around the current one; None for a gap."""
        shown = {1, self.count, *range(self.page - _AROUND, self.page + _AROUND + 1)}
        last = 0
        for number in sorted(n for n in shown if 1 <= n <= self.count):
            if number - last == 2:
                yield last + 1
            elif number - last > 2:
                yield None
            yield number
            last = number


def pagination(total: int, page: int = 1, per_page: int = 10) -> Pages:
    """Return the pages of a list from the number of its rows, such as ``topic.posts`` or ``forum.topics``.

    :param total: rows there are.
    :param page: the page asked for, from 1; one that does not exist is the nearest that does.
    :param per_page: rows on a page, at least 1.
    """
    per_page = max(1, int(per_page))
    count = max(1, -(-max(0, int(total)) // per_page))
    return Pages(min(max(1, int(page)), count), count, per_page)


def unread_icon(
    row: Mapping[str, Any], unread: str = "Unread posts", read: str = "No unread posts"
) -> Markup:
    """Return a mark that says whether a forum, topic or post is unread; style ``.phpbb3-unread`` and ``-read``.

    :param row: a row with ``is_unread``.
    :param unread: what it is called; read out, and shown as a hint.
    :param read: the same for what is read.
    """
    is_unread = bool(row.get("is_unread"))
    return _MARK.format(kind="unread" if is_unread else "read", label=unread if is_unread else read)
