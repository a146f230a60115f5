"""A compiled template with a reader → functions that are quick to call.

What is the same for all elements that a reader is shown is computed here, once: language strings, tests of
the reader's options. What is left looks at an element.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final
from xml.etree.ElementTree import Element as XmlElement

from .program import CHILDREN, Call, Children, Choice, Dynamic, Frame, Operation, Program, Run
from .values import Accepts
from .xpath import Scope

_MOST_KNOWN: Final = 500
_LONGEST_KNOWN: Final = 40
_TRANSPARENT: Final = ["", ""]
_NOTHING: Final = [""]

Test = Callable[[Scope], bool]
TextsCall = Callable[[Frame], "list[str]"]


class _Texts:
    """Markup in which the children stand in some cases only."""

    def __init__(self, call: TextsCall) -> None:
        self.call = call


_Piece = str | Call | Children | _Texts


class Linked:
    """How elements of a name become HTML for a reader.

    :ivar constant: what stands before, between and behind the places of the children, if that is all there is
        to it and no attribute can be refused; else None.
    :ivar size: the length of that.
    :ivar restricted: whether the content is shown depends on who reads.
    """

    __slots__ = ("_checks", "_derive", "_known", "_make", "_only", "constant", "restricted", "size")

    def __init__(self, program: Program, reading: Frame, schemes: Collection[str]) -> None:
        pieces = _linked(program.operations, reading)
        self._checks: Sequence[tuple[str, Accepts | None, bool]] = [
            (check.name, check.type.check(schemes), check.optional) for check in program.checks
        ]
        self._derive = program.derive
        self._make: TextsCall | None = None
        self.restricted = program.restricted
        self.constant: list[str] | None = None
        texts = _texts_of(pieces)
        if not callable(texts) and not self._checks:
            self.constant = texts
        else:
            self._make = texts if callable(texts) else lambda frame: texts
        self._known: dict[str | None, list[str]] = {}
        self._only: str | None = (
            None  # the attribute that all depends on, if it has few values: colours, sizes
        )
        if len(program.checks) == 1 and program.checks[0].type.plain and not program.reads_text:
            self._only = program.checks[0].name
        self.size = sum(map(len, self.constant or ()))

    def texts(self, element: XmlElement, run: Run) -> list[str]:
        """Return an element's markup: what stands before, between and behind the places of its children."""
        if self._only is not None:
            value = element.get(self._only)
            known = self._known.get(value)
            if known is None:
                known = self._texts(element, run)
                if len(self._known) < _MOST_KNOWN and (value is None or len(value) < _LONGEST_KNOWN):
                    self._known[value] = known
            return known
        return self._texts(element, run)

    def _texts(self, element: XmlElement, run: Run) -> list[str]:
        if self._make is None:
            return self.constant or _TRANSPARENT
        values: dict[str, str] = {}
        for name, accepts, optional in self._checks:
            value = element.get(name)
            if value is not None:
                if accepts is None or accepts(value):
                    values[name] = value
                elif not optional:  # whom the content is for cannot be told without the value
                    return _NOTHING if self.restricted else _TRANSPARENT
        if self._derive is not None:
            values.update(self._derive(values, run.reader))
        return self._make(Frame(element, values, run))

    def filled(self, frame: Frame) -> list[str]:
        """Return the same for values that are trusted."""
        return self._make(frame) if self._make is not None else self.constant or _TRANSPARENT


def _linked(operations: Sequence[Operation], reading: Frame) -> list[_Piece]:
    pieces: list[_Piece] = []
    for operation in operations:
        if isinstance(operation, Dynamic):
            found: list[_Piece] = [operation.call(reading) if operation.is_fixed else operation.call]
        elif isinstance(operation, Choice):
            found = _choice(operation, reading)
        else:
            found = [operation]
        for piece in found:
            last = pieces[-1] if pieces else None
            if isinstance(piece, str) and isinstance(last, str):
                pieces[-1] = last + piece
            elif piece != "":
                pieces.append(piece)
    return pieces


def _choice(choice: Choice, reading: Frame) -> list[_Piece]:
    branches: list[tuple[Test | None, list[_Piece]]] = []
    for test, operations in choice.branches:
        if test is not None and not test.is_fixed:
            branches.append((test.tester(), _linked(operations, reading)))
        elif test is None or test.test(reading):
            branches.append((None, _linked(operations, reading)))
            break
    if branches and branches[0][0] is None:
        return branches[0][1]
    if not any(pieces for _, pieces in branches):
        return []
    if any(isinstance(piece, (Children, _Texts)) for _, pieces in branches for piece in pieces):
        return [_Texts(_choose_texts([(test, _texts_of(pieces)) for test, pieces in branches]))]
    return [_choose([(test, _joined(pieces)) for test, pieces in branches])]


def _choose(branches: Sequence[tuple[Test | None, str | Call]]) -> Call:
    test, text = branches[0]
    if len(branches) == 1 and test is not None:
        return _if(test, text)

    def choose(frame: Frame) -> str:
        for test, text in branches:
            if test is None or test(frame):
                return text if isinstance(text, str) else text(frame)
        return ""

    return choose


def _if(test: Test, text: str | Call) -> Call:
    if isinstance(text, str):
        return lambda frame: text if test(frame) else ""
    return lambda frame: text(frame) if test(frame) else ""


def _choose_texts(branches: Sequence[tuple[Test | None, list[str] | TextsCall]]) -> TextsCall:
    def choose(frame: Frame) -> list[str]:
        for test, texts in branches:
            if test is None or test(frame):
                return texts(frame) if callable(texts) else texts
        return [""]

    return choose


def _texts_of(pieces: Sequence[_Piece]) -> list[str] | TextsCall:
    """Return what stands between the children, or what makes it."""
    if any(isinstance(piece, _Texts) for piece in pieces):
        return _mixed(pieces)
    groups: list[list[_Piece]] = [[]]
    for piece in pieces:
        if piece is CHILDREN:
            groups.append([])
        else:
            groups[-1].append(piece)
    texts = [_joined(group) for group in groups]
    fixed = [text for text in texts if isinstance(text, str)]
    if len(fixed) == len(texts):
        return fixed
    if len(texts) == 1 and callable(only := texts[0]):
        return lambda frame: [only(frame)]
    if len(texts) == 2 and callable(first := texts[0]) and isinstance(last := texts[1], str):
        return lambda frame: [first(frame), last]
    return lambda frame: [text if isinstance(text, str) else text(frame) for text in texts]


def _mixed(pieces: Sequence[_Piece]) -> TextsCall:
    if len(pieces) == 1 and isinstance(pieces[0], _Texts):
        return pieces[0].call

    def texts(frame: Frame) -> list[str]:
        made = [""]
        for piece in pieces:
            if isinstance(piece, Children):
                made.append("")
            elif isinstance(piece, _Texts):
                before, *rest = piece.call(frame)
                made[-1] += before
                made += rest
            else:
                made[-1] += piece if isinstance(piece, str) else piece(frame)
        return made

    return texts


def _joined(pieces: Sequence[_Piece]) -> str | Call:
    """Return the text of pieces without children, or what makes it."""
    calls: list[Call] = []
    pattern = ""
    for piece in pieces:
        if isinstance(piece, str):
            pattern += piece.replace("%", "%%")
        elif callable(piece):
            pattern += "%s"
            calls.append(piece)
    if not calls:
        return pattern % ()
    if len(calls) == 1:
        (only,) = calls
        return only if pattern == "%s" else lambda frame: pattern % only(frame)
    if len(calls) == 2:
        first, second = calls
        return lambda frame: pattern % (first(frame), second(frame))
    return lambda frame: pattern % tuple([call(frame) for call in calls])
