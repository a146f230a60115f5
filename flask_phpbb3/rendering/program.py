"""A compiled template: what an element's markup is made of, ready to run for an element and a reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from xml.etree.ElementTree import Element as XmlElement

from .values import ValueType
from .viewer import Reader
from .words import word


class _Children:
    """Stands among the parts of an element's markup for what its children become."""


CHILDREN: Final = _Children()

Part = str | _Children
Operation = str | _Children | Callable[["Frame", "list[Part]"], None]
Derive = Callable[[Mapping[str, str], Reader], Mapping[str, str]]
"""Compute further attributes of an element from its own, which have been checked."""


class OutputTooLargeError(Exception):
    """The markup, or the work for it, grows out of proportion to the text."""


@dataclass(frozen=True)
class Checked:
    """An attribute that the template looks at.

    :ivar type: what its value must be.
    :ivar optional: a refused value counts as missing; else the element's markup is left out.
    """

    name: str
    type: ValueType
    optional: bool = False


@dataclass(frozen=True)
class Program:
    """How elements of a name become HTML.

    :ivar operations: texts, and functions that add parts.
    :ivar checks: the attributes that the operations look at; what is not among them they do not see.
    :ivar any_attribute: the operations look at whichever attributes there are.
    :ivar derive: adds attributes that phpBB computes when it shows a text.
    :ivar restricted: whether the content is shown depends on who reads.
    :ivar undecided: it depends on something that nobody knows here.
    :ivar open_to_all: some of the content is shown without asking who reads.
    """

    operations: Sequence[Operation]
    checks: Sequence[Checked] = ()
    any_attribute: bool = False
    derive: Derive | None = None
    restricted: bool = False
    undecided: bool = False
    open_to_all: bool = True

    @cached_property
    def fixed(self) -> list[str] | None:
        """Return what `texts` does, if that is the same for each element and reader."""
        if any(not isinstance(operation, (str, _Children)) for operation in self.operations):
            return None
        return _between_children(self.operations)  # type: ignore[arg-type]  # nothing else is left

    def texts(self, frame: Frame) -> list[str]:
        """Return an element's markup: what stands before, between and behind the places of its children."""
        parts: list[Part] = []
        perform(self.operations, frame, parts)
        return _between_children(parts)


def _between_children(parts: Sequence[Part]) -> list[str]:
    groups: list[list[str]] = [[]]
    for part in parts:
        if isinstance(part, str):
            groups[-1].append(part)
        else:
            groups.append([])
    return ["".join(group) for group in groups]


def perform(operations: Sequence[Operation], frame: Frame, parts: list[Part]) -> None:
    """Add what operations give to the parts of an element's markup."""
    for operation in operations:
        if isinstance(operation, (str, _Children)):
            parts.append(operation)
        else:
            operation(frame, parts)


class Run:
    """One rendering: for whom, and how much of the work that it may cost is left.

    :ivar programs: element → how it becomes HTML; None shows its children as if it were not there.
    :ivar parameters: what templates may ask about the reader.
    :ivar schemes: schemes that may be linked.
    """

    __slots__ = ("left", "parameters", "programs", "reader", "schemes")

    def __init__(
        self,
        reader: Reader,
        programs: Mapping[str, Program | None],
        parameters: Mapping[str, str],
        schemes: frozenset[str],
        limit: int,
    ) -> None:
        self.reader = reader
        self.programs = programs
        self.parameters = parameters
        self.schemes = schemes
        self.left = limit

    def spend(self, amount: int) -> None:
        """Count work or output.

        :raises OutputTooLargeError: if there is no more allowance.
        """
        self.left -= amount
        if self.left < 0:
            raise OutputTooLargeError


class Frame:
    """An element while its program runs: the `Scope` of expressions."""

    __slots__ = ("element", "run", "values")

    def __init__(self, element: XmlElement, values: Mapping[str, str], run: Run) -> None:
        self.element = element
        self.values = values
        self.run = run

    def name(self) -> str:
        """Return the element's name."""
        return self.element.tag

    def attribute(self, name: str) -> str | None:
        """Return the checked value of an attribute."""
        return self.values.get(name)

    def attributes(self) -> Sequence[tuple[str, str]]:
        """Return all attributes as stored."""
        return list(self.element.items())

    def text(self) -> str:
        """Return the text that the reader is shown, without markup."""
        return shown_text(self.element, self.run)

    def parameter(self, name: str) -> str:
        """Return a parameter; ``L_…`` is a language string."""
        if name.startswith("L_"):
            return word(self.run.reader.words, name[2:])
        return self.run.parameters.get(name, "")


TYPED: Final = frozenset({"s", "e", "i"})
"""Elements that hold the markup as it was typed; nobody is shown them."""


def checked_values(element: XmlElement, program: Program, run: Run) -> dict[str, str] | None:
    """Return the attributes that a program looks at; None if one that it cannot do without is refused."""
    values: dict[str, str] = {}
    for check in program.checks:
        value = element.get(check.name)
        if value is None:
            continue
        accepts = check.type.accepts
        if accepts is None or accepts(value, run.schemes):
            values[check.name] = value
        elif not check.optional:
            return None
    if program.derive is not None:
        values.update(program.derive(values, run.reader))
    return values


def texts_of(element: XmlElement, run: Run) -> list[str]:
    """Return an element's markup: what stands before, between and behind the places of its children."""
    program = run.programs[element.tag]
    if program is None:
        return ["", ""]
    texts = program.fixed
    if texts is None or program.checks:
        values = checked_values(element, program, run)
        if values is None:
            return ["", ""]
        if texts is None:
            texts = program.texts(Frame(element, values, run))
    run.spend(sum(map(len, texts)) + 1)
    return texts


def shown_text(element: XmlElement, run: Run) -> str:
    """Return the text inside an element, but for what its reader is not shown."""
    out = [element.text or ""]
    children = iter(element)
    above: list[tuple[Iterator[XmlElement], str | None]] = []
    while True:
        for child in children:
            if child.tag not in TYPED and _is_shown(child, run):
                out.append(child.text or "")
                above.append((children, child.tail))
                children = iter(child)
                break
            out.append(child.tail or "")
        else:
            if not above:
                text = "".join(out)
                run.spend(len(text) + len(out))
                return text
            children, tail = above.pop()
            out.append(tail or "")


def _is_shown(element: XmlElement, run: Run) -> bool:
    program = run.programs[element.tag]
    return program is None or not program.restricted or len(texts_of(element, run)) > 1
