"""The part of XPath that the templates of BBCodes use, compiled to functions of a `Scope`.

A value is a string, a number, a bool, or a list of strings where XPath has a set of nodes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

Value = str | float | bool | list[str]
Evaluate = Callable[["Scope"], Value]

_LONGEST: Final = 4000
_MOST_OPERATORS: Final = 100
_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
      | "(?P<double>[^"]*)" | '(?P<single>[^']*)'
      | \$(?P<parameter>[A-Za-z_][\w.]*)
      | @(?P<attribute>[A-Za-z_][-\w.]*|\*)
      | (?P<name>[a-z][-a-z]*)
      | (?P<operator>!=|<=|>=|[-=<>+*(),.])
    )\s*""",
    re.VERBOSE,
)
_ABSENT: Final = re.compile(r"\s*not\(\s*@([A-Za-z_][-\w.]*)\s*\)\s*\Z")
_DIGITS: Final = re.compile(r"\s*-?(?:[0-9]{1,300}(?:\.[0-9]*)?|\.[0-9]+)\s*\Z")


class Scope(Protocol):
    """What an expression may ask of the element it stands in."""

    def name(self) -> str:
        """Return the element's name."""
        ...

    def attribute(self, name: str) -> str | None:
        """Return the value of an attribute; None if there is none or its value is refused."""
        ...

    def attributes(self) -> Sequence[tuple[str, str]]:
        """Return all attributes, as stored."""
        ...

    def text(self) -> str:
        """Return the text that the element's reader sees."""
        ...

    def parameter(self, name: str) -> str:
        """Return a parameter of the reader; empty if nobody knows it."""
        ...


class XPathError(ValueError):
    """The expression is outside of what is understood."""


@dataclass(frozen=True)
class Expression:
    """An expression and what it looks at.

    :ivar source: as it is written.
    :ivar evaluate: computes its value.
    :ivar attribute: the name, if it is one attribute and nothing else.
    :ivar attributes: all attributes it looks at; ``*`` for whichever there are.
    :ivar parameters: all parameters it looks at.
    :ivar text: whether it looks at the element's text.
    :ivar element: whether it looks at the element's name.
    """

    source: str
    evaluate: Evaluate
    attribute: str | None = None
    attributes: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    text: bool = False
    element: bool = False

    @property
    def is_fixed(self) -> bool:
        """Tell whether its value is the same for all elements that a reader is shown."""
        return not self.attributes and not self.text and not self.element

    def string(self, scope: Scope) -> str:
        """Return the value as a string."""
        return to_string(self.evaluate(scope))

    def test(self, scope: Scope) -> bool:
        """Return the value as a bool."""
        return to_bool(self.evaluate(scope))

    def tester(self) -> Callable[[Scope], bool]:
        """Return `test`, quick where it only asks whether there is an attribute, as most tests do."""
        if self.attribute is not None:
            name = self.attribute
            return lambda scope: scope.attribute(name) is not None
        if absent := _ABSENT.match(self.source):
            name = absent[1]
            return lambda scope: scope.attribute(name) is None
        return self.test


def parse_xpath(text: str) -> Expression:
    """Compile an expression.

    :raises XPathError: if it is none or uses more of XPath than is understood here.
    """
    if len(text) > _LONGEST:
        raise XPathError("too long")
    parser = _Parser(_tokens(text))
    evaluate = parser.expression()
    if parser.position != len(parser.tokens):
        raise XPathError(f"unexpected {parser.tokens[parser.position][1]!r}")
    only = parser.tokens[0] if len(parser.tokens) == 1 else ("", "")
    return Expression(
        text,
        evaluate,
        only[1] if only[0] == "attribute" and only[1] != "*" else None,
        frozenset(parser.attributes),
        frozenset(parser.parameters),
        parser.text,
        parser.element,
    )


def to_string(value: Value) -> str:
    """Return XPath's string of a value."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return value[0] if value else ""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if value == int(value) else repr(value)


def to_number(value: Value) -> float:
    """Return XPath's number of a value; NaN for a string that is none."""
    if isinstance(value, (bool, float)):
        return float(value)
    text = to_string(value)
    return float(text) if _DIGITS.match(text) else math.nan


def to_bool(value: Value) -> bool:
    """Return XPath's truth of a value: an empty string, an empty set and 0 are false."""
    return bool(value) and value == value  # NaN is false


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise XPathError(f"cannot read {text[position : position + 20]!r}")
        kind = found.lastgroup or ""
        tokens.append(("string" if kind in ("double", "single") else kind, found[kind]))
        position = found.end()
    if not tokens:
        raise XPathError("empty")
    return tokens


_OPERATORS: Final[Sequence[Sequence[str]]] = (
    ("or",),
    ("and",),
    ("=", "!="),
    ("<", "<=", ">", ">="),
    ("+", "-"),
    ("*", "div", "mod"),
)


@dataclass
class _Parser:
    tokens: list[tuple[str, str]]
    position: int = 0
    depth: int = 0
    operators: int = 0
    attributes: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    text: bool = False
    element: bool = False

    def expression(self, level: int = 0) -> Evaluate:
        """Read a chain of operators of one rank; the next rank binds more tightly."""
        if level == len(_OPERATORS):
            return self._operand()
        left = self.expression(level + 1)
        while self._peek()[0] in ("operator", "name") and self._peek()[1] in _OPERATORS[level]:
            operator = self._take()[1]
            self.operators += 1
            if self.operators > _MOST_OPERATORS:  # each is a call inside the next one's
                raise XPathError("too many operators")
            left = _binary(operator, left, self.expression(level + 1))
        return left

    def _operand(self) -> Evaluate:
        kind, text = self._take()
        if kind == "number":
            number = float(text)
            return lambda scope: number
        if kind == "string":
            return lambda scope: text
        if kind == "parameter":
            self.parameters.add(text)
            return lambda scope: scope.parameter(text)
        if kind == "attribute":
            return self._attribute(text)
        if kind == "name":
            return self._call(text)
        if text == ".":
            self.text = True
            return lambda scope: [scope.text()]
        if text == "-":
            operand = self._deeper(self._operand)
            return lambda scope: -to_number(operand(scope))
        if text == "(":
            inner = self._deeper(self.expression)
            self._expect(")")
            return inner
        raise XPathError(f"unexpected {text!r}")

    def _attribute(self, name: str) -> Evaluate:
        self.attributes.add(name)
        if name == "*":
            return lambda scope: [value for _, value in scope.attributes()]

        def attribute(scope: Scope) -> Value:
            value = scope.attribute(name)
            return [] if value is None else [value]

        return attribute

    def _call(self, name: str) -> Evaluate:
        self._expect("(")
        arguments: list[Evaluate] = []
        while self._peek()[1] != ")" or self._peek()[0] != "operator":
            if arguments:
                self._expect(",")
            arguments.append(self._deeper(self.expression))
        self._expect(")")
        if name not in _FUNCTIONS:
            raise XPathError(f"no function {name}()")
        lowest, highest, function = _FUNCTIONS[name]
        if not lowest <= len(arguments) <= highest:
            raise XPathError(f"{name}() with {len(arguments)} arguments")
        if name == "name" or name == "local-name":
            self.element = True
            return lambda scope: scope.name()
        if not arguments and name in ("string", "number", "string-length", "normalize-space"):
            self.text = True
            return lambda scope: function(scope.text())
        return lambda scope: function(*(argument(scope) for argument in arguments))

    def _deeper(self, read: Callable[[], Evaluate]) -> Evaluate:
        self.depth += 1
        if self.depth > 40:
            raise XPathError("nested too deeply")
        result = read()
        self.depth -= 1
        return result

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.position] if self.position < len(self.tokens) else ("", "")

    def _take(self) -> tuple[str, str]:
        token = self._peek()
        if not token[0]:
            raise XPathError("ends too early")
        self.position += 1
        return token

    def _expect(self, operator: str) -> None:
        if self._take() != ("operator", operator):
            raise XPathError(f"{operator!r} is missing")


def _binary(operator: str, left: Evaluate, right: Evaluate) -> Evaluate:
    if operator == "or":
        return lambda scope: to_bool(left(scope)) or to_bool(right(scope))
    if operator == "and":
        return lambda scope: to_bool(left(scope)) and to_bool(right(scope))
    if operator in ("=", "!="):
        wanted = operator == "="
        return lambda scope: _equal(left(scope), right(scope), wanted)
    compute = _ARITHMETIC[operator]
    return lambda scope: compute(to_number(left(scope)), to_number(right(scope)))


def _equal(left: Value, right: Value, wanted: bool) -> bool:
    """Compare as phpBB's PHP renderer does: an attribute that is not there equals the empty string."""
    if isinstance(left, bool) or isinstance(right, bool):
        return (to_bool(left) == to_bool(right)) is wanted
    lefts = (left or [""]) if isinstance(left, list) else [left]
    rights = (right or [""]) if isinstance(right, list) else [right]
    if isinstance(left, float) or isinstance(right, float):
        return any((to_number(a) == to_number(b)) is wanted for a in lefts for b in rights)
    return any((a == b) is wanted for a in lefts for b in rights)


_ARITHMETIC: Final[dict[str, Callable[[float, float], Value]]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "div": lambda a, b: a / b if b else math.nan if not a or math.isnan(a) else math.copysign(math.inf, a),
    "mod": lambda a, b: math.fmod(a, b) if b and math.isfinite(a) else math.nan,
}


def _substring(value: Value, start: Value, length: Value | None = None) -> str:
    """Return XPath's substring: positions count from 1, and both limits are rounded."""
    text, first = to_string(value), _round(to_number(start))
    last = math.inf if length is None else first + _round(to_number(length))
    if math.isnan(first) or math.isnan(last):
        return ""
    begin = int(max(first, 1)) if first < math.inf else len(text) + 1
    end = len(text) + 1 if last == math.inf else int(max(last, begin))
    return text[begin - 1 : end - 1]


def _round(number: float) -> float:
    return math.floor(number + 0.5) if math.isfinite(number) else number


def _translate(value: Value, old: Value, new: Value) -> str:
    into = to_string(new)
    table: dict[int, str | None] = {}
    for index, character in enumerate(to_string(old)):
        table.setdefault(ord(character), into[index] if index < len(into) else None)
    return to_string(value).translate(table)


_FUNCTIONS: Final[dict[str, tuple[int, int, Callable[..., Any]]]] = {
    "boolean": (1, 1, to_bool),
    "ceiling": (1, 1, lambda value: _whole(math.ceil, value)),
    "concat": (2, 99, lambda *values: "".join(map(to_string, values))),
    "contains": (2, 2, lambda text, part: to_string(part) in to_string(text)),
    "count": (1, 1, lambda nodes: float(len(nodes) if isinstance(nodes, list) else 1)),
    "ends-with": (2, 2, lambda text, end: to_string(text).endswith(to_string(end))),
    "false": (0, 0, lambda: False),
    "floor": (1, 1, lambda value: _whole(math.floor, value)),
    "local-name": (0, 0, lambda: ""),
    "name": (0, 0, lambda: ""),
    "normalize-space": (
        0,
        1,
        lambda text: " ".join(re.split("[ \t\r\n]+", to_string(text).strip(" \t\r\n"))),
    ),
    "not": (1, 1, lambda value: not to_bool(value)),
    "number": (0, 1, to_number),
    "round": (1, 1, lambda value: _round(to_number(value))),
    "starts-with": (2, 2, lambda text, start: to_string(text).startswith(to_string(start))),
    "string": (0, 1, to_string),
    "string-length": (0, 1, lambda text: float(len(to_string(text)))),
    "substring": (2, 3, _substring),
    "substring-after": (2, 2, lambda text, mark: to_string(text).partition(to_string(mark))[2]),
    "substring-before": (2, 2, lambda text, mark: _before(to_string(text), to_string(mark))),
    "translate": (3, 3, _translate),
    "true": (0, 0, lambda: True),
}


def _whole(function: Callable[[float], int], value: Value) -> float:
    number = to_number(value)
    return float(function(number)) if math.isfinite(number) else number


def _before(text: str, mark: str) -> str:
    return text.split(mark, 1)[0] if mark and mark in text else ""
