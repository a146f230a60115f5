"""The query cache: what it keeps is what comes back, and what fails is a miss."""

from __future__ import annotations

import datetime
import decimal
import logging
from typing import Any

import pytest
from cachelib import SimpleCache
from hypothesis import given
from hypothesis import strategies as st

from flask_phpbb3.storage.cache import MISS, QueryCache, decode, encode

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(),
    st.binary(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner), st.tuples(inner, inner), st.dictionaries(st.one_of(st.text(), st.just("!")), inner)
    ),
    max_leaves=8,
)


def cache(**more: Any) -> QueryCache:
    return QueryCache(more.pop("backend", SimpleCache()), lambda: ("phpbb3", "sqlite3", "board.db", "phpbb_"))


def types(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return (type(value), [types(item) for item in value])
    if isinstance(value, dict):
        return {key: types(item) for key, item in value.items()}
    return type(value)


@given(VALUES)
def test_a_hit_equals_what_was_kept_in_value_and_type(value: Any) -> None:
    again = decode(encode(value))
    assert again == value
    assert types(again) == types(value)
    assert encode(value).isascii()


@pytest.mark.parametrize("value", [None, [], False, 0, "", {"num": 2}, [{"a": decimal.Decimal("1.50")}]])
def test_every_answer_can_be_cached_none_too(value: Any) -> None:
    queries = cache()
    key = queries.key("get_x", {"a": 1}, 0, None)
    assert key is not None
    assert queries.get(key) is MISS
    queries.set(key, value, None)
    assert queries.get(key) == value
    assert queries.get(key) is not MISS


@pytest.mark.parametrize("value", [object(), {1: "a"}, {"a": {1, object()}}, 1j])
def test_what_cannot_be_encoded_is_not_kept_and_warned_of_once(
    value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    queries = cache()
    key = queries.key("get_x", {}, 0, None)
    assert key is not None
    for _ in range(2):
        queries.set(key, value, None)
    assert queries.get(key) is MISS
    assert len(caplog.records) == 1


def test_keys_tell_calls_apart() -> None:
    queries = cache()
    calls: list[tuple[str, dict[str, Any], int, int | None]] = [
        ("get_x", {}, 0, None),
        ("get_y", {}, 0, None),
        ("get_x", {"a": 1}, 0, None),
        ("get_x", {"a": "1"}, 0, None),
        ("get_x", {"a": 1.0}, 0, None),
        ("get_x", {"a": True}, 0, None),
        ("get_x", {"a": None}, 0, None),
        ("get_x", {"a": [1]}, 0, None),
        ("get_x", {"a": (1,)}, 0, None),
        ("get_x", {"b": 1}, 0, None),
        ("get_x", {"a": datetime.date(2020, 1, 1)}, 0, None),
        ("get_x", {}, 1, None),
        ("get_x", {}, 0, 1),
    ]
    keys = [queries.key(*call) for call in calls]
    assert len(set(keys)) == len(calls)
    assert all(key is not None and key.isascii() and len(key) < 100 for key in keys)
    assert queries.key("get_x", {"a": 1, "b": 2}, 0, 1) == queries.key("get_x", {"b": 2, "a": 1}, 0, 1)
    assert queries.key("get_x", {"a": {3, 1, 2}}, 0, 1) == queries.key("get_x", {"a": {1, 2, 3}}, 0, 1)
    assert queries.key("get_x", {"a": object()}, 0, 1) is None


def test_namespaces_are_apart() -> None:
    backend = SimpleCache()
    one = QueryCache(backend, lambda: ("a", "b_c"))
    two = QueryCache(backend, lambda: ("a", "b", "_c"))
    assert one.key("get_x", {}, 0, None) != two.key("get_x", {}, 0, None)


@pytest.mark.parametrize(
    "text", ["", "{", "null", "[]", '{"value": {"!": ["bytes", "?"]}}', b"\x80pickle", 5, '{"a": 1}']
)
def test_an_unreadable_value_is_a_miss(text: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    backend = SimpleCache()
    queries = cache(backend=backend)
    key = queries.key("get_x", {}, 0, None)
    assert key is not None
    backend.set(key, text)
    assert queries.get(key) is MISS


class Dead:
    """A backend whose server is away."""

    def get(self, key: str) -> Any:
        raise ConnectionRefusedError(key)

    def set(
        self, key: str, value: Any, timeout: int | None = None, mgmt_element: bool = False
    ) -> bool | None:
        raise ConnectionRefusedError(key)

    def delete(self, key: str) -> bool:
        raise ConnectionRefusedError(key)


def test_a_dead_backend_is_a_miss_and_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    queries = cache(backend=Dead())
    key = queries.key("get_x", {}, 0, None)
    assert key is not None
    for _ in range(3):
        assert queries.get(key) is MISS
        queries.set(key, 1, None)
    assert len(caplog.records) == 1
    assert key not in caplog.text
