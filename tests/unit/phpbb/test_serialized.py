"""The bounded reader of PHP's serialized values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_phpbb3.phpbb.serialized import MAX_DEPTH, MAX_ITEMS, MAX_LENGTH, Value, read_map, read_serialized


def serialize(value: Value) -> str:
    """Return a value as PHP's ``serialize()`` writes it."""
    if value is None:
        return "N;"
    if isinstance(value, bool):
        return f"b:{int(value)};"
    if isinstance(value, int):
        return f"i:{value};"
    if isinstance(value, float):
        return f"d:{value!r};"
    if isinstance(value, str):
        return f's:{len(value.encode())}:"{value}";'
    items = "".join(serialize(key) + serialize(item) for key, item in value.items())
    return f"a:{len(value)}:{{{items}}}"


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.dictionaries(st.integers(0, 99) | st.text("abcö\"';:{}", max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_php_writes_is_read(value: Value) -> None:
    assert read_serialized(serialize(value)) == value


@given(st.text(max_size=200) | VALUES.map(serialize).map(lambda text: text[:-1]))
def test_anything_else_is_an_error_or_a_value(text: str) -> None:
    assert isinstance(read_map(text), dict)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "i:1",
        "i:1;i:2;",
        's:3:"ab";',
        's:2:"ab"',
        's:1:"ö";',
        's:99999999:"a";',
        "a:1:{i:0;i:1;",
        "a:2:{i:0;i:1;}",
        "a:1:{b:1;i:1;}",
        "a:1:{d:1.5;i:1;}",
        'O:8:"stdClass":0:{}',
        'C:1:"X":0:{}',
        'a:2:{i:0;s:1:"a";i:1;R:2;}',
        'E:3:"A:B";',
        "i:12345678901234567890123;",
        "N",
    ],
)
def test_broken_and_foreign_values_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_serialized(text)
    assert read_map(text) == {}


def test_bounds() -> None:
    deep = "a:1:{i:0;" * (MAX_DEPTH + 1) + "N;" + "}" * (MAX_DEPTH + 1)
    wide = f"a:{MAX_ITEMS + 1}:{{" + "".join(f"i:{n};N;" for n in range(MAX_ITEMS + 1)) + "}"
    long = serialize("x" * MAX_LENGTH)
    for text in (deep, wide, long):
        with pytest.raises(ValueError, match=r"too (deep|many|long)"):
            read_serialized(text)
    assert read_serialized(serialize("x" * (MAX_LENGTH - 20)))
