from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_phpbb3.rendering.xpath import XPathError, parse_xpath


@dataclass
class Element:
    values: dict[str, str] = field(default_factory=lambda: {"title": " a  b ", "n": "5", "empty": ""})

    def name(self) -> str:
        return "SPOILER"

    def attribute(self, name: str) -> str | None:
        return self.values.get(name)

    def attributes(self) -> Sequence[tuple[str, str]]:
        return list(self.values.items())

    def text(self) -> str:
        return "text"

    def parameter(self, name: str) -> str:
        return {"ONE": "1"}.get(name, "")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'a'", "a"),
        ('"it\'s"', "it's"),
        ("@title", " a  b "),
        ("@missing", ""),
        (".", "text"),
        ("$ONE", "1"),
        ("name()", "SPOILER"),
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("7 mod 3 - -1", "2"),
        ("1 div 4", "0.25"),
        ("1 div 0", "Infinity"),
        ("number('x')", "NaN"),
        ("normalize-space(@title)", "a b"),
        ("string-length(.)", "4"),
        ("string-length()", "4"),
        ("substring('12345', 2, 3)", "234"),
        ("substring('12345', 0, 3)", "12"),
        ("substring('12345', 1.5, 2.6)", "234"),
        ("substring('12345', 2)", "2345"),
        ("substring('12345', number('x'))", ""),
        ("substring-before('a,b', ',')", "a"),
        ("substring-before('ab', ',')", ""),
        ("substring-after('a,b', ',')", "b"),
        ("translate('abc', 'ab', 'A')", "Ac"),
        ("concat('a', @n, 'b')", "a5b"),
        ("contains('abc', 'b')", "true"),
        ("starts-with('abc', 'b')", "false"),
        ("ends-with('abc', 'c')", "true"),
        ("round(2.5)", "3"),
        ("floor(-1.5)", "-2"),
        ("count(@*)", "3"),
    ],
)
def test_strings(expression: str, value: str) -> None:
    assert parse_xpath(expression).string(Element()) == value


@pytest.mark.parametrize(
    ("expression", "met"),
    [
        ("@title", True),
        ("@empty", True),
        ("@missing", False),
        ("not(@missing)", True),
        ("not( @title )", False),
        ("@* and string-length(normalize-space(@*)) >= 0", True),
        ("@n = 5", True),
        ("@n = '5'", True),
        ("@n != 5", False),
        ("@n > 4 and @n <= 5", True),
        ("@missing = ''", True),
        ("@missing != 'x'", True),
        ("$ONE = 1", True),
        ("$NONE", False),
        ("$NONE = 0", False),
        ("not($NONE)", True),
        ("true() or false()", True),
        ("false() or 0", False),
        ("boolean('0')", True),
        ("number('x') = number('x')", False),
    ],
)
def test_tests(expression: str, met: bool) -> None:
    parsed = parse_xpath(expression)
    assert parsed.test(Element()) is met
    assert parsed.tester()(Element()) is met


def test_what_an_expression_looks_at_is_known() -> None:
    found = parse_xpath("concat(@a, $P) = . or name() = 'X'")
    assert (set(found.attributes), set(found.parameters)) == ({"a"}, {"P"})
    assert found.text
    assert found.element
    assert found.attribute is None
    assert not found.is_fixed
    assert parse_xpath("@a").attribute == "a"
    assert parse_xpath("$P and 1").is_fixed


@pytest.mark.parametrize(
    "expression",
    [
        "",
        " ",
        "a",
        "../@x",
        "@a/b",
        "ancestor::x",
        "count(",
        "f('x')",
        "'a",
        "1 +",
        "(1",
        "not()",
        "$",
        "@",
        "1 2",
        "a[1]",
    ],
)
def test_what_is_not_understood_is_refused(expression: str) -> None:
    with pytest.raises(XPathError):
        parse_xpath(expression)


def test_depth_is_bounded() -> None:
    for opened in ("(", "not(", "-"):
        with pytest.raises(XPathError):
            parse_xpath(opened * 1000 + "1" + ")" * 1000 * opened.count("("))
    with pytest.raises(XPathError):
        parse_xpath("1" + "-1" * 1000)


@given(st.text(alphabet="@$.ab1 ()'=<>+-*,", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        value = parse_xpath(text).string(Element())
    except XPathError:
        return
    assert isinstance(value, str)


def test_numbers_too_large_for_a_float() -> None:
    assert parse_xpath("9" * 400).string(Element()) == "Infinity"
