"""Unicode's form C, in time that grows with the text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flask_phpbb3.phpbb.text import nfc, stored_forms

from ...cpu import cpu_bound

MARKS = [chr(number) for number in range(0xD7FF) if unicodedata.combining(chr(number))]
APART = [chr(number) for number in range(0x300, 0x30000) if unicodedata.decomposition(chr(number))]
ANY = st.text(
    st.one_of(st.sampled_from(MARKS), st.sampled_from(APART), st.sampled_from("aeé가")), max_size=40
)


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(text=st.one_of(ANY, st.text()))
def test_it_is_what_unicode_says(text: str) -> None:
    assert nfc(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("run", ["\u0301\u0316", "\u0f73", "\u0344\u0323", "\u0f71\u0f72\u0f74"])
def test_long_runs_of_marks_take_no_time(run: str) -> None:
    """A quarter of a megabyte took 17 s."""
    with cpu_bound(0.6):
        assert len(nfc("a" + run * (250_000 // len(run)))) > 200_000
    with cpu_bound(0.02):
        stored_forms("a" + run * 1_000_000)


def test_names_are_cut_where_none_can_be_equal() -> None:
    assert stored_forms("e\u0301" * 255) == ["é" * 255]
    assert stored_forms(" " * 5000 + "alice") == ["alice"]
    assert min(map(len, stored_forms("\u03b1\u0313\u0300\u0345" * 300))) > 255
