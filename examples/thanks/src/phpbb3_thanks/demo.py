"""Rows of the extension's tables for the demo of flask_phpbb3, where one names the add-on."""

from __future__ import annotations

from flask_phpbb3.testing import MiniatureBoard


def fill(board: MiniatureBoard) -> None:
    """Let two members thank for the first posts of the demo's board."""
    for name, posts in (("Walter Finch", (1, 2, 3)), ("Priya Nair", (1, 3))):
        for post in posts:
            board.insert(
                "thanks_given",
                post_id=post,
                user_id=board.user_id(name),
                thanks_words="Thank you &amp; well done",
                thanks_time=1_700_000_000 + post,
            )
