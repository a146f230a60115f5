from __future__ import annotations

import pytest

from flask_phpbb3.rendering.excerpt import excerpt


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("one two", None, "one two"),
        ("  one\n\n two\t three  ", None, "one two three"),
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one two three", 8, "one two…"),
        ("one two three", 7, "one…"),
        ("one two three", 3, "on…"),
        ("one two three", 1, "…"),
        ("one two three", 0, ""),
        ("word " + "x" * 200, 100, "word " + "x" * 94 + "…"),
        ("", 5, ""),
    ],
)
def test_a_text_is_cut_behind_a_word(text: str, length: int | None, expected: str) -> None:
    cut = excerpt(text, length)
    assert cut == expected
    assert length is None or len(cut) <= length
