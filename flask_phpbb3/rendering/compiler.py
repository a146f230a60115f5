"""A template's tree → a `Program`; what must not stand in a page is left out on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Union

from .css import shorten
from .escaping import escape_text, escape_value, percent_encoded
from .nodes import RAW_TEXT, VOID, Comment, Element, Node, Text, parse_template
from .places import Place, is_harmless_css, is_harmless_css_url, leads_safely, place_of, runs_code
from .program import CHILDREN, Call, Checked, Choice, Derive, Dynamic, Frame, Operation, Program
from .usage import RefusedDefinitionError, Usage
from .values import ANY, TYPES, is_linkable
from .xpath import Expression, XPathError, parse_xpath

VIEWER_PARAMETERS: Final = frozenset({"S_USER_LOGGED_IN", "S_REGISTERED_USER", "S_IS_BOT"})
KNOWN_PARAMETERS: Final = VIEWER_PARAMETERS | {
    "S_VIEWCENSORS",
    "S_VIEWFLASH",
    "S_VIEWIMG",
    "S_VIEWMENTIONS",
    "S_VIEWSMILIES",
    "STYLE_ID",
    "T_SMILIES_PATH",
}

_TOKEN: Final = re.compile(r"\{(@[-\w]+|[A-Z]+[A-Z0-9_]*)\}")
_BRACES: Final = re.compile(r"\{\{|\}\}|\{((?:[^{}\"']|\"[^\"]*\"|'[^']*')+)\}")
_ATTRIBUTE_NAME: Final = re.compile(r"[a-z_:][-a-z0-9_:.]*\Z")
_ELEMENT_NAME: Final = re.compile(r"[a-z][-a-z0-9_:.]*\Z")
_BOOLEAN: Final = frozenset({
    "async", "autofocus", "autoplay", "checked", "controls", "default", "defer", "disabled", "formnovalidate",
    "hidden", "inert", "ismap", "itemscope", "loop", "multiple", "muted", "nomodule", "novalidate", "open",
    "readonly", "required", "reversed", "scoped", "selected",
})  # fmt: skip
_KEEPS_OPENER_AWAY: Final = re.compile(r"\bno(?:open|referr)er\b")
_OWNERS_SCHEMES: Final = frozenset({"mailto", "tel"})

Branch = tuple[str, Sequence[Node]]
ValuePart = Union[str, "Value"]


@dataclass(frozen=True, kw_only=True)
class Options:
    """What holds for all templates of a board.

    :ivar schemes: schemes that may be linked.
    :ivar scripts: scripts and event handlers that a template holds are kept.
    """

    schemes: frozenset[str]
    scripts: bool = False


def compile_template(
    template: str,
    options: Options,
    *,
    usage: Usage | None = None,
    types: Mapping[str, Checked] | None = None,
    derive: Derive | None = None,
    derived: frozenset[str] = frozenset(),
) -> Program:
    """Compile a template (phpBB rule: Custom BBCodes).

    :param template: XML or HTML with tokens and instructions.
    :param usage: what its tokens stand for; None for a template that names attributes only.
    :param types: attributes and what their values must be, beside those of the usage.
    :param derive: computes further attributes.
    :param derived: the names of those; their values are trusted.
    :raises RefusedDefinitionError: if phpBB refuses it as well, or it asks for what is not understood here.
    """
    checks = {name: Checked(name, kind) for name, kind in (usage.attributes if usage else {}).items()}
    checks.update(types or {})
    compiler = _Compiler(options, usage, checks, derived)
    operations = _joined(compiler.content(parse_template(template)))
    used = (compiler.attributes | (types or {}).keys() if derive else compiler.attributes) - derived
    return Program(
        operations,
        checks=tuple(checks.get(name) or Checked(name, ANY) for name in sorted(used)),
        reads_text=compiler.reads_text or derive is not None,
        derive=derive,
        restricted=compiler.restricted,
        undecided=compiler.undecided,
        open_to_all=compiler.open_to_all,
    )


@dataclass(frozen=True)
class Value(Dynamic):
    """A part of an attribute's value, not escaped.

    :ivar may_refuse: it may be one that must not stand there.
    """

    may_refuse: bool = False


class _NotHereError(Exception):
    """A value that must not stand where the template puts it."""


class _Compiler:
    def __init__(
        self, options: Options, usage: Usage | None, checks: Mapping[str, Checked], derived: frozenset[str]
    ) -> None:
        self._options = options
        self._usage = usage
        self._checks = checks
        self._derived = derived
        self._guards = 0
        self.attributes: set[str] = set()
        self.reads_text = False
        self.restricted = False
        self.undecided = False
        self.open_to_all = False

    # What stands between tags

    def content(self, nodes: Iterable[Node], raw: Place | None = None) -> list[Operation]:
        """Compile nodes; `raw` says what the text inside a script or a style sheet is."""
        operations: list[Operation] = []
        for node in nodes:
            if isinstance(node, Text):
                operations += self._text(node.text, raw)
            elif isinstance(node, Comment):
                operations.append(f"<!--{node.text}-->")
            elif node.name.startswith("xsl:"):
                operations += self._instruction(node, raw)
            else:
                operations += self._element(node)
        return operations

    def _text(self, text: str, raw: Place | None) -> list[Operation]:
        operations: list[Operation] = []
        position = 0
        for token in _TOKEN.finditer(text):
            operations += _literal(text[position : token.start()], raw)
            operations += self._shown(self._meaning(token[1]), raw)
            position = token.end()
        return operations + _literal(text[position:], raw)

    def _meaning(self, token: str) -> Expression | None:
        """Return what a token stands for; None for the children."""
        if token.startswith("@"):
            return parse_xpath(token)
        usage = self._usage
        if usage and token == usage.content:
            return None
        if usage and usage.tokens.get(token):
            return parse_xpath(f"@{usage.tokens[token]}")
        if usage and (token in usage.tokens or token.rstrip("0123456789") in TYPES):
            raise RefusedDefinitionError(f"Token {{{token}}} is ambiguous or undefined.")
        return parse_xpath(f"${token}")

    def _shown(self, expression: Expression | None, raw: Place | None) -> list[Operation]:
        if expression is None:
            return [] if raw else self._children()
        if raw:
            return [self._raw_value(self._value(expression, raw))]
        string = _string(self._noted(expression))
        return [Dynamic(lambda frame: escape_text(string(frame)), expression.is_fixed)]

    def _children(self) -> list[Operation]:
        self._note_content()
        return [CHILDREN]

    @staticmethod
    def _raw_value(value: Value) -> Operation:
        def show(frame: Frame) -> str:
            try:
                return value.call(frame).replace("<", "")
            except _NotHereError:
                return ""

        return Dynamic(show, value.is_fixed)

    # Elements and their attributes

    def _element(self, element: Element) -> list[Operation]:
        name = element.name
        if not _ELEMENT_NAME.match(name):
            return self.content(element.children)
        if name == "script" and not self._options.scripts:
            return []
        operations: list[Operation] = [f"<{name}"]
        for attribute, value in _with_referrer_kept(name, element.attributes):
            operations += self._attribute(name, attribute, value)
        operations += self._set_attributes(name, element.children)
        operations.append(">")
        if name in VOID:
            return operations
        raw = (Place.SCRIPT if name == "script" else Place.STYLE) if name in RAW_TEXT else None
        return [*operations, *self.content(element.children, raw), f"</{name}>"]

    def _attribute(self, element: str, name: str, value: str) -> list[Operation]:
        place = place_of(element, name)
        if not self._may_be_written(name, place):
            return []
        if place is Place.STYLE:
            value = shorten(self._with_attributes_named(value))
        elif place is Place.URL:
            value = value.strip()
        return self._written(
            name, place, self._value_parts(value, place), checked=not self._is_address(value)
        )

    def _is_address(self, value: str) -> bool:
        """Tell whether an attribute's value is one value that is checked to be an address, or trusted."""
        token = _TOKEN.fullmatch(value)
        meaning = self._meaning(token[1]) if token else None
        name = meaning.attribute if meaning else None
        return name is not None and (
            name in self._derived or (name in self._checks and self._checks[name].type.is_url)
        )

    def _may_be_written(self, name: str, place: Place) -> bool:
        return bool(_ATTRIBUTE_NAME.match(name)) and (place is not Place.SCRIPT or self._options.scripts)

    def _written(
        self, name: str, place: Place, parts: Sequence[ValuePart], *, checked: bool = True
    ) -> list[Operation]:
        """Return what writes an attribute, or nothing where its value must not stand there.

        :param checked: the finished value must be an address that may be linked, where it is one at all.
        """
        if all(isinstance(part, str) for part in parts):
            value = "".join(part for part in parts if isinstance(part, str))
            if place is Place.URL and runs_code(value) and not self._options.scripts:
                return []
            if name in _BOOLEAN:
                return [f" {name}"]
            return [f' {name}="{escape_value(value)}"']
        start = parts[0] if isinstance(parts[0], str) else ""
        if place is Place.URL and runs_code(start):
            return []
        if checked and place is Place.URL and not leads_safely(start):
            return [Dynamic(self._linked_or_nothing(name, parts))]
        if any(isinstance(part, Value) and part.may_refuse for part in parts):
            return [Dynamic(_shown_or_nothing(name, parts))]
        return [f' {name}="', *map(_escaped, parts), '"']

    def _linked_or_nothing(self, name: str, parts: Sequence[ValuePart]) -> Call:
        """Return what writes an attribute if its value is an address that may be linked."""
        schemes = self._options.schemes | _OWNERS_SCHEMES

        def write(frame: Frame) -> str:
            value = _value_of(parts, frame)
            return f' {name}="{escape_value(value)}"' if is_linkable(value, schemes) else ""

        return write

    def _value_parts(self, value: str, place: Place) -> list[ValuePart]:
        """Read the braces of an attribute's value; what is no expression in them stands for itself."""
        parts: list[ValuePart] = []
        position = 0
        for braces in _BRACES.finditer(value):
            parts.append(_fixed(value[position : braces.start()], place))
            parts.append(_fixed(braces[0][0], place) if braces[1] is None else self._braces(braces, place))
            position = braces.end()
        parts.append(_fixed(value[position:], place))
        return [part for part in parts if part != ""]

    def _braces(self, braces: re.Match[str], place: Place) -> ValuePart:
        if _TOKEN.fullmatch(braces[0]):
            return self._value(self._meaning(braces[1]) or parse_xpath("."), place)
        try:
            return self._value(parse_xpath(braces[1]), place)
        except XPathError:
            return _fixed(braces[0], place)

    def _with_attributes_named(self, value: str) -> str:
        """Replace tokens that are attributes by their names, for what looks at the braces of a style."""

        def named(token: re.Match[str]) -> str:
            meaning = self._meaning(token[1])
            return f"{{@{meaning.attribute}}}" if meaning and meaning.attribute else token[0]

        return _TOKEN.sub(named, value)

    def _value(self, expression: Expression, place: Place) -> Value:
        """Return what computes a value and refuses it where it could do harm."""
        string = _string(self._noted(expression))
        if not expression.text and not expression.attributes - self._derived:
            return Value(string, expression.is_fixed)
        check = self._checks.get(expression.attribute or "")
        if place is Place.TEXT or place is Place.URL or (check and check.type.plain):
            return Value(string)
        is_harmless = is_harmless_css_url if check and check.type.is_url else is_harmless_css

        def harmless(frame: Frame) -> str:
            value = string(frame)
            if place is Place.SCRIPT or not is_harmless(value):
                raise _NotHereError
            return value

        return Value(harmless, may_refuse=True)

    # Instructions

    def _instruction(self, node: Element, raw: Place | None) -> list[Operation]:
        attributes = dict(node.attributes)
        match node.name:
            case "xsl:apply-templates":
                if attributes:
                    raise RefusedDefinitionError("Only all children can be shown: <xsl:apply-templates/>.")
                return [] if raw else self._children()
            case "xsl:value-of":
                return self._shown(_lenient(attributes.get("select", "")), raw)
            case "xsl:text":
                text = "".join(child.text for child in node.children if isinstance(child, Text))
                return [text if raw else escape_text(text)]
            case "xsl:if" | "xsl:choose":
                return self._choice(_branches(node), lambda nodes: self.content(nodes, raw))
            case "xsl:comment":
                return self._comment(node)
            case "xsl:element":
                return self._element(Element(attributes.get("name", "").lower(), (), node.children))
            case "xsl:attribute":
                return []  # written by the element around it
            case "xsl:copy-of":
                _copied_name(attributes.get("select", ""))
                return []
        raise RefusedDefinitionError(f"Templates cannot use <{node.name}>.")

    def _choice(
        self,
        branches: Sequence[Branch],
        compile_branch: Callable[[Sequence[Node]], list[Operation]],
    ) -> list[Operation]:
        """Compile branches with their tests; an empty test is always met."""
        tests = [self._test(test) if test else None for test, _ in branches]
        guarded = any(test and test.parameters & VIEWER_PARAMETERS for test in tests)
        self._guards += guarded
        compiled = [
            (test, _joined(compile_branch(nodes))) for test, (_, nodes) in zip(tests, branches, strict=True)
        ]
        self._guards -= guarded
        return [Choice(compiled)] if any(operations for _, operations in compiled) else []

    def _test(self, text: str) -> Expression:
        try:
            test = parse_xpath(text)
        except XPathError:
            self.restricted = self.undecided = True
            return parse_xpath("false()")
        if any(name not in KNOWN_PARAMETERS and not name.startswith("L_") for name in test.parameters):
            self.restricted = self.undecided = True
        if test.parameters & VIEWER_PARAMETERS:
            self.restricted = True
        self._note_attributes(test)
        return test

    def _comment(self, node: Element) -> list[Operation]:
        parts = self._body(node.children, Place.TEXT)
        return [Dynamic(lambda frame: f"<!--{escape_text(_value_of(parts, frame)).replace('--', '')}-->")]

    # Attributes that instructions set

    def _set_attributes(self, element: str, nodes: Iterable[Node]) -> list[Operation]:
        operations: list[Operation] = []
        for node in nodes:
            if not isinstance(node, Element):
                continue
            attributes = dict(node.attributes)
            match node.name:
                case "xsl:attribute":
                    name = attributes.get("name", "").lower()
                    place = place_of(element, name)
                    if self._may_be_written(name, place):
                        operations += self._written(name, place, self._body(node.children, place) or [""])
                case "xsl:copy-of":
                    operations += self._copied(element, attributes.get("select", ""))
                case "xsl:if" | "xsl:choose":
                    operations += self._choice(
                        _branches(node), lambda nodes: self._set_attributes(element, nodes)
                    )
        return operations

    def _copied(self, element: str, select: str) -> list[Operation]:
        name = _copied_name(select)
        if name != "*":
            operations = self._attribute(element, name.lower(), f"{{{select}}}")
            return self._choice([(select, ())], lambda nodes: operations)
        self.reads_text = True
        self._note_content()
        options = self._options

        def copy(frame: Frame) -> str:
            copied = ""
            for name, value in frame.attributes():
                place = place_of(element, name.lower())
                harmless = place is Place.TEXT or (place is Place.URL and is_linkable(value, options.schemes))
                if harmless and _ATTRIBUTE_NAME.match(name.lower()):
                    copied += f' {name.lower()}="{escape_value(value)}"'
            return copied

        return [Dynamic(copy)]

    def _body(self, nodes: Iterable[Node], place: Place) -> list[ValuePart]:
        """Compile nodes whose result is a value: their text, without markup."""
        parts: list[ValuePart] = []
        for node in nodes:
            if isinstance(node, Text):
                parts += self._body_text(node.text, place)
            elif isinstance(node, Element):
                parts += self._body_instruction(node, place)
        return parts

    def _body_text(self, text: str, place: Place) -> list[ValuePart]:
        parts: list[ValuePart] = []
        position = 0
        for token in _TOKEN.finditer(text):
            parts.append(_fixed(text[position : token.start()], place))
            parts.append(self._value(self._meaning(token[1]) or parse_xpath("."), place))
            position = token.end()
        parts.append(_fixed(text[position:], place))
        return [part for part in parts if not isinstance(part, str) or part.strip() or part == " "]

    def _body_instruction(self, node: Element, place: Place) -> list[ValuePart]:
        attributes = dict(node.attributes)
        match node.name:
            case "xsl:value-of":
                return [self._value(_lenient(attributes.get("select", "")), place)]
            case "xsl:apply-templates":
                return [self._value(parse_xpath("."), place)]
            case "xsl:text":
                return [_fixed(child.text, place) for child in node.children if isinstance(child, Text)]
            case "xsl:if" | "xsl:choose":
                return self._body_choice(_branches(node), place)
        return []

    def _body_choice(self, branches: Sequence[Branch], place: Place) -> list[ValuePart]:
        tests = [self._test(test) if test else None for test, _ in branches]
        guarded = any(test and test.parameters & VIEWER_PARAMETERS for test in tests)
        self._guards += guarded
        compiled = [
            (test.tester() if test else None, self._body(nodes, place))
            for test, (_, nodes) in zip(tests, branches, strict=True)
        ]
        self._guards -= guarded

        def choose(frame: Frame) -> str:
            for test, parts in compiled:
                if test is None or test(frame):
                    return _value_of(parts, frame)
            return ""

        inner = [part for _, parts in compiled for part in parts if isinstance(part, Value)]
        return [
            Value(
                choose,
                all(part.is_fixed for part in inner) and all(test is None or test.is_fixed for test in tests),
                any(part.may_refuse for part in inner),
            )
        ]

    # What the template looks at

    def _noted(self, expression: Expression) -> Expression:
        self._note_attributes(expression)
        inside = self._usage.inside if self._usage else set()
        if expression.text or "*" in expression.attributes or expression.attributes & inside:
            self._note_content()
        return expression

    def _note_attributes(self, expression: Expression) -> None:
        self.attributes |= expression.attributes - {"*"}
        self.reads_text |= expression.text or expression.element or "*" in expression.attributes

    def _note_content(self) -> None:
        if not self._guards:
            self.open_to_all = True


def _copied_name(select: str) -> str:
    """Return the name of the attribute that is copied; ``*`` for all."""
    if not re.fullmatch(r"@(?:[-\w]+|\*)", select):
        raise RefusedDefinitionError(f"Only attributes can be copied, not {select!r:.60}.")
    return select[1:]


def _string(expression: Expression) -> Call:
    """Return what computes the string of an expression, which mostly is an attribute or the text and no more."""
    if expression.source.strip() == ".":
        return Frame.text
    if expression.attribute is None:
        return expression.string
    name = expression.attribute
    return lambda frame: frame.values.get(name, "")


def _value_of(parts: Sequence[ValuePart], frame: Frame) -> str:
    return "".join([part if isinstance(part, str) else part.call(frame) for part in parts])


def _shown_or_nothing(name: str, parts: Sequence[ValuePart]) -> Call:
    """Return what writes an attribute unless part of its value must not stand there."""

    def write(frame: Frame) -> str:
        try:
            return f' {name}="{escape_value(_value_of(parts, frame))}"'
        except _NotHereError:
            return ""

    return write


def _escaped(part: ValuePart) -> Operation:
    if isinstance(part, str):
        return escape_value(part)
    call = part.call
    return Dynamic(lambda frame: escape_value(call(frame)), part.is_fixed)


def _literal(text: str, raw: Place | None) -> list[Operation]:
    if raw:
        return [text] if text else []
    return [escape_text(text)] if text.strip() or text == " " else []


def _fixed(text: str, place: Place) -> str:
    """Return what stands in a value as the template has it; phpBB encodes the odd characters of addresses."""
    return percent_encoded(text) if place is Place.URL else text


def _lenient(select: str) -> Expression:
    """Return an expression; one that is not understood is empty."""
    try:
        return parse_xpath(select)
    except XPathError:
        return parse_xpath("''")


def _branches(choose: Element) -> list[Branch]:
    """Return the branches of a choice with their tests, which are empty for the last resort."""
    if choose.name == "xsl:if":
        return [(dict(choose.attributes).get("test", "") or "false()", choose.children)]
    branches: list[Branch] = []
    for node in choose.children:
        if isinstance(node, Element) and node.name == "xsl:when":
            branches.append((dict(node.attributes).get("test", "") or "false()", node.children))
        elif isinstance(node, Element) and node.name == "xsl:otherwise":
            branches.append(("", node.children))
        elif isinstance(node, Element):
            raise RefusedDefinitionError(f"<xsl:choose> cannot hold <{node.name}>.")
    return branches


def _with_referrer_kept(element: str, attributes: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Add what keeps a page that opens in a window of its own from its opener, as phpBB does."""
    values = dict(attributes)
    rel = values.get("rel", "")
    if element not in ("a", "area") or "target" not in values or _KEEPS_OPENER_AWAY.search(rel):
        return attributes
    values["rel"] = f"{rel} noreferrer".strip()
    return list(values.items())


def _joined(operations: Iterable[Operation]) -> tuple[Operation, ...]:
    joined: list[Operation] = []
    for operation in operations:
        last = joined[-1] if joined else None
        if isinstance(operation, str) and isinstance(last, str):
            joined[-1] = last + operation
        elif operation != "":
            joined.append(operation)
    return tuple(joined)
