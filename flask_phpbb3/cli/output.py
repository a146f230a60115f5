"""Printing to a terminal what a forum's members have chosen: their names do not steer it."""

from __future__ import annotations

import re
from typing import Any

import click

_STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\U000e0000-\U000e007f]"
)


_COLOURED = re.compile(r"\0(?P<colour>green|red|cyan|yellow)\0(?P<word>[\w -]*)\0")
"""A word in a colour, on its way through `say`; a name that looks like one can but colour itself."""


def coloured(word: str, colour: str) -> str:
    """Return a word that `say` prints in a colour.

    :param colour: as `click.style` takes it.
    """
    return f"\0{colour}\0{word}\0"


def printable(text: str) -> str:
    """Return text with a terminal's control characters, and those that reorder or hide others, as escapes."""
    return _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def shown_width(line: str) -> int:
    """Return how many characters `say` shows of a line."""
    return len(printable(_COLOURED.sub(lambda found: found["word"], line)))


def say(line: str = "", *, err: bool = False, **style: Any) -> None:
    """Print a line.

    :param line: plain text, whatever is in it.
    :param err: whether to print to the standard error.
    :param style: as `click.style` takes it.
    """
    parts = []
    position = 0
    for found in _COLOURED.finditer(line):
        parts += [printable(line[position : found.start()]), click.style(found["word"], fg=found["colour"])]
        position = found.end()
    click.secho("".join([*parts, printable(line[position:])]), err=err, **style)


def say_wrapped(text: str, *, width: int, indent: str = "", further: str = "", **style: Any) -> None:
    """Print text in lines of a width, the first with one indent and the others with another."""
    wrapped = click.wrap_text(printable(text), width=width, initial_indent=indent, subsequent_indent=further)
    for line in wrapped.splitlines():
        say(line, **style)
