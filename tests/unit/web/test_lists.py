"""Pages of lists, and marks of what is unread."""

from __future__ import annotations

import pytest

from flask_phpbb3.web.lists import Pages, pagination, unread_icon


@pytest.mark.parametrize(
    ("total", "page", "expected"),
    [
        (0, 1, (1, 1, 0)),
        (10, 1, (1, 1, 0)),
        (11, 2, (2, 2, 10)),
        (11, 99, (2, 2, 10)),
        (35, -3, (1, 4, 0)),
    ],
)
def test_pages_are_counted(total: int, page: int, expected: tuple[int, int, int]) -> None:
    pages = pagination(total, page, 10)
    assert (pages.page, pages.count, pages.skip) == expected


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        (1, [1, 2, 3, None, 20]),
        (5, [1, 2, 3, 4, 5, 6, 7, None, 20]),
        (10, [1, None, 8, 9, 10, 11, 12, None, 20]),
        (20, [1, None, 18, 19, 20]),
    ],
)
def test_pages_to_link(page: int, shown: list[int | None]) -> None:
    assert list(Pages(page, 20, 10)) == shown


def test_neighbours() -> None:
    assert (Pages(1, 1, 10).previous, Pages(1, 1, 10).next) == (None, None)
    assert (Pages(2, 3, 10).previous, Pages(2, 3, 10).next) == (1, 3)


def test_unread_is_said_in_words() -> None:
    assert 'class="phpbb3-unread" title="New &lt;1&gt;"' in unread_icon({"is_unread": True}, unread="New <1>")
    assert "No unread posts" in unread_icon({"is_unread": False})
