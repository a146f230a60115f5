"""The text inside the elements of a tree, but for what its reader is not shown; all of it in one pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from .program import Run

TYPED: Final = frozenset({"s", "e", "i"})
"""Elements that hold the markup as it was typed; nobody is shown them."""


class ShownText:
    """Knows where in the whole text the text of each element stands; finds out at the first question.

    What is inside an element that its markup does not show is not part of the text around it.

    :param root: the tree.
    :param run: for whom it is rendered.
    """

    def __init__(self, root: Element, run: Run) -> None:
        self._root = root
        self._run = run
        self._own: dict[Element, str] = {}  # of elements whose text may be hidden from those around them
        self._places: dict[Element, tuple[int, int]] = {}
        self._whole: str | None = None

    def inside(self, element: Element) -> str:
        """Return the text inside an element."""
        own = self._own.get(element)
        if own is not None:
            return own
        if self._whole is None:
            self._whole = ""  # whoever asks while this is found out knows its own text already
            self._whole = self._read()
        start, end = self._places.get(element, (0, 0))
        return self._own.get(element, self._whole[start:end])

    def _read(self) -> str:
        pieces, length = [self._root.text or ""], len(self._root.text or "")
        above: list[tuple[Element, Iterator[Element], int, int]] = []
        children = iter(self._root)
        while True:
            for child in children:
                if child.tag not in TYPED:
                    above.append((child, children, len(pieces), length))
                    children = iter(child)
                    length = _add(pieces, child.text, length)
                    break
                length = _add(pieces, child.tail, length)
            else:
                if not above:
                    return "".join(pieces)
                element, children, start, began = above.pop()
                self._places[element] = (began, length)
                if self._may_be_hidden(element, pieces, start):
                    del pieces[start:]
                    length = began
                length = _add(pieces, element.tail, length)

    def _may_be_hidden(self, element: Element, pieces: list[str], start: int) -> bool:
        """Tell whether an element of which all inside is known does not show it."""
        markup = self._run.programs[element.tag]
        if markup is None or not markup.restricted:
            return False
        own = self._own[element] = "".join(pieces[start:])
        self._run.spend(len(own))
        return len(markup.texts(element, self._run)) < 2


def _add(pieces: list[str], text: str | None, length: int) -> int:
    if text:
        pieces.append(text)
        length += len(text)
    return length
