"""A compiled template: what an element's markup is made of, before it is known who reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from xml.etree.ElementTree import Element as XmlElement

from .values import ValueType
from .viewer import Reader
from .words import word
from .xpath import Expression


class Children:
    """Stands among the operations of a template for what an element's children become."""


CHILDREN: Final = Children()

Call = Callable[["Frame"], str]
Derive = Callable[[Mapping[str, str], Reader], Mapping[str, str]]
"""Compute further attributes of an element from its own, which have been checked."""


@dataclass(frozen=True)
class Dynamic:
    """Markup that is computed.

    :ivar call: computes it for an element.
    :ivar is_fixed: it is the same for all elements that a reader is shown.
    """

    call: Call
    is_fixed: bool = False


@dataclass(frozen=True)
class Choice:
    """The operations of the first branch whose test is met; a branch without a test is always taken."""

    branches: Sequence[tuple[Expression | None, Sequence[Operation]]]


Operation = str | Children | Dynamic | Choice


class OutputTooLargeError(Exception):
    """The markup, or the work for it, grows out of proportion to the text."""


@dataclass(frozen=True)
class Checked:
    """An attribute that a template looks at.

    :ivar type: what its value must be.
    :ivar optional: a refused value counts as missing; else the element's markup is left out.
    """

    name: str
    type: ValueType
    optional: bool = False


@dataclass(frozen=True)
class Program:
    """How elements of a name become HTML.

    :ivar operations: what their markup is made of.
    :ivar checks: the attributes that the operations look at; what is not among them they do not see.
    :ivar reads_text: the operations look at more of an element than those attributes.
    :ivar derive: adds attributes that phpBB computes when it shows a text.
    :ivar restricted: whether the content is shown depends on who reads.
    :ivar undecided: it depends on something that nobody knows here.
    :ivar open_to_all: some of the content is shown without asking who reads.
    """

    operations: Sequence[Operation]
    checks: Sequence[Checked] = ()
    reads_text: bool = True
    derive: Derive | None = None
    restricted: bool = False
    undecided: bool = False
    open_to_all: bool = True


class ElementMarkup(Protocol):
    """How elements of a name become HTML for a reader: what `flask_phpbb3.rendering.linking` makes of a program."""

    constant: list[str] | None
    restricted: bool
    size: int

    def texts(self, element: XmlElement, run: Run) -> list[str]:
        """Return an element's markup: what stands before, between and behind the places of its children."""
        ...


class Programs(Protocol):
    """Element → how it becomes HTML for a reader; None shows its children as if it were not there.

    :ivar smilies: code → HTML of the smilies that have been shown to such readers.
    """

    smilies: dict[str, str]

    def __getitem__(self, name: str, /) -> ElementMarkup | None:
        """Return how elements of a name become HTML."""
        ...


class Run:
    """One rendering: for whom, and how much of the work that it may cost is left.

    :ivar programs: how elements become HTML for the reader.
    :ivar parameters: what templates may ask about the reader.
    :ivar left: how many more characters may be written or looked at.
    :ivar text_inside: returns the text that the reader is shown of an element with children.
    """

    __slots__ = ("left", "parameters", "programs", "reader", "text_inside")

    def __init__(
        self,
        reader: Reader,
        programs: Programs,
        parameters: Mapping[str, str],
        left: int,
    ) -> None:
        self.reader = reader
        self.programs = programs
        self.parameters = parameters
        self.left = left
        self.text_inside: Callable[[XmlElement], str] = _no_text

    def spend(self, amount: int) -> None:
        """Count work or output.

        :raises OutputTooLargeError: if there is no more allowance.
        """
        self.left -= amount
        if self.left < 0:
            raise OutputTooLargeError


def _no_text(element: XmlElement) -> str:
    return ""


class Frame:
    """An element while its markup is made: the `Scope` of expressions."""

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
        text = self.run.text_inside(self.element) if len(self.element) else self.element.text or ""
        self.run.spend(len(text))
        return text

    def parameter(self, name: str) -> str:
        """Return a parameter; ``L_…`` is a language string."""
        if name.startswith("L_"):
            return word(self.run.reader.words, name[2:])
        return self.run.parameters.get(name, "")
