"""Patterns of custom BBCodes as phpBB 3.0 and 3.1 made them (PCRE) → what `matching` can find.

Understood is what those boards hold: literals, ``$uid``, character classes, ``(.*?)``, and groups that stand
for a token of the BBCode's usage, whose type then says what may stand there. Anything else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from ..phpbb.text import unescape
from .matching import UID, Gap, Pattern
from .pieces import MARKS
from .values import TYPES

_CLOSING: Final = {"(": ")", "[": "]", "{": "}", "<": ">"}
_KNOWN_FLAGS: Final = frozenset("isuSDmU")
_TOKEN: Final = re.compile(r"\{([A-Z_]+?)[0-9]*\}")
_CLASS: Final = re.compile(r"\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\]", re.DOTALL)
_QUANTIFIER: Final = re.compile(r"([*+?]|\{(\d{1,4})(?:(,)(\d{1,4})?)?\})([?+]?)")
_CASE: Final = re.compile(r"\(\?(-?)i\)")
_SHORT_CLASSES: Final = frozenset({r"\d", r"\D", r"\s", r"\S", r"\w", r"\W", r"\h", r"\n", r"\r", r"\t"})
_IN_PYTHON: Final = {r"\h": r" \t"}
_MEMBER: Final = re.compile(r"\\.|.", re.DOTALL)
_SPECIAL_IN_CLASSES: Final = frozenset("[&|~")
_POSIX: Final = {
    "[:alnum:]": "0-9A-Za-z", "[:alpha:]": "A-Za-z", "[:digit:]": "0-9", "[:xdigit:]": "0-9A-Fa-f",
    "[:lower:]": "a-z", "[:upper:]": "A-Z", "[:space:]": r"\s", "[:word:]": r"\w", "[:punct:]": r"!-/:-@\[-`{-~",
}  # fmt: skip
_PROPERTY: Final = re.compile(r"\\p(?:\{\^?([A-Za-z]{1,2})\}|([LN]))")
_NOT_IN_ADDRESSES: Final = re.compile(rf"[^\s\[\]<>\"{MARKS}]*")


class RefusedPatternError(Exception):
    """A pattern that is not understood, or that could take for ever."""


@lru_cache(maxsize=512)
def read_pattern(stored: str, usage: str) -> Pattern:
    """Return the pattern of a custom BBCode.

    :param stored: column ``second_pass_match``: a pattern with delimiters and flags.
    :param usage: column ``bbcode_match``, unescaped, such as ``[size2={NUMBER}]{TEXT}[/size2]``.
    :raises RefusedPatternError: if it is not understood; its texts are then shown as they are.
    """
    stored = stored.strip()
    if len(stored) < 2 or stored[0].isalnum() or stored[0] in "\\ ":
        raise RefusedPatternError(stored)
    body, found, flags = stored[1:].rpartition(_CLOSING.get(stored[0], stored[0]))
    if not found or not set(flags) <= _KNOWN_FLAGS:
        raise RefusedPatternError(stored)
    return _Reader(body, set(flags), _TOKEN.findall(usage)).read()


class _Reader:
    def __init__(self, body: str, flags: set[str], tokens: Sequence[str]) -> None:
        self._body = body
        self._dot_all = "s" in flags
        self._all_lazy = "U" in flags
        self._ignore_case = "i" in flags
        self._tokens = tokens
        self._literals = [""]
        self._gaps: list[Gap] = []

    def read(self) -> Pattern:
        position = 0
        while position < len(self._body):
            position = self._item(position)
        if not self._literals[0]:
            raise RefusedPatternError(self._body)
        return Pattern(self._literals, self._gaps, self._ignore_case)

    def _item(self, position: int) -> int:
        """Read one item; return where the next begins."""
        body = self._body
        if body.startswith(UID, position):
            self._literals[-1] += UID
            return position + len(UID)
        if case := _CASE.match(body, position):
            return case.end()
        if body[position] == "(":
            end = _group_end(body, position)
            self._group(body[position + 1 : end])
            return end + 1
        atom, position = _atom(body, position)
        quantifier = _QUANTIFIER.match(body, position)
        if quantifier:
            self._gap(atom, quantifier, kept=False)
            return quantifier.end()
        literal = _literal(atom)
        if literal is None:
            self._add(Gap(self._run_of(atom), least=1, most=1, lines=self._dot_all, kept=False))
        else:
            self._literals[-1] += literal
        return position

    def _group(self, inner: str) -> None:
        if inner.startswith("?"):
            raise RefusedPatternError(self._body)
        repeated = _repeated(inner)
        if repeated is None:
            self._typed_gap(sum(gap.kept for gap in self._gaps))
        else:
            self._gap(*repeated, kept=True)

    def _gap(self, atom: str, quantifier: re.Match[str], *, kept: bool) -> None:
        sign, least, comma, most, mode = quantifier.groups()
        least = {"*": 0, "+": 1, "?": 0}.get(sign, least)
        most = {"*": None, "+": None, "?": 1}.get(sign, most if comma else least)
        self._add(
            Gap(
                run=self._run_of(atom),
                least=int(least),
                most=None if most is None else int(most),
                lazy=(mode == "?") != self._all_lazy,
                lines=self._dot_all,
                kept=kept,
            )
        )

    def _run_of(self, atom: str) -> re.Pattern[str] | None:
        return None if atom == "." else _run(atom, self._ignore_case)

    def _typed_gap(self, number: int) -> None:
        """Add a gap for a group whose pattern is left aside, as the usage names its type."""
        kind = TYPES.get(self._tokens[number]) if number < len(self._tokens) else None
        if kind is None or (kind.accepts is None and not kind.is_url):
            raise RefusedPatternError(self._body)
        accepts = kind.accepts

        def check(value: str) -> bool:
            plain = unescape(value)
            return bool(plain) and (accepts is None or bool(accepts(plain)))

        self._add(Gap(run=_NOT_IN_ADDRESSES, lazy=False, check=check))

    def _add(self, gap: Gap) -> None:
        self._gaps.append(gap)
        self._literals.append("")


def _group_end(body: str, position: int) -> int:
    """Return where a group closes that opens at a position."""
    depth = 0
    while position < len(body):
        if body[position] == "[":
            found = _CLASS.match(body, position)
            position = found.end() if found else position + 1
            continue
        depth += {"(": 1, ")": -1}.get(body[position], 0)
        if depth == 0:
            return position
        position += 2 if body[position] == "\\" else 1
    raise RefusedPatternError(body)


def _repeated(inner: str) -> tuple[str, re.Match[str]] | None:
    """Return an atom and its quantifier if a group holds nothing else."""
    try:
        atom, position = _atom(inner, 0)
    except RefusedPatternError:
        return None
    quantifier = _QUANTIFIER.fullmatch(inner, position)
    return (atom, quantifier) if quantifier else None


def _atom(body: str, position: int) -> tuple[str, int]:
    """Return a character, an escaped one or a class, and where it ends."""
    if position >= len(body) or body[position] in "*+?{|^$)":
        raise RefusedPatternError(body)
    if body[position] == "[":
        found = _CLASS.match(body, position)
        if found is None:
            raise RefusedPatternError(body)
        return found[0], found.end()
    length = 2 if body[position] == "\\" else 1
    return body[position : position + length], position + length


def _literal(atom: str) -> str | None:
    """Return the one character that an atom stands for; None if it may be one of several."""
    if atom == r"\n":
        return "\n"
    is_one = atom != "." and (len(atom) == 1 or (atom[0] == "\\" and not atom[1].isalnum()))
    return atom[-1] if is_one else None


def _run(atom: str, ignore_case: bool) -> re.Pattern[str]:
    """Return what matches any number of the characters of an atom, but never a piece's mark."""
    literal = _literal(atom)
    in_class = atom if atom[0] == "[" else f"[{atom}]"
    characters = _class(in_class) if literal is None else re.escape(literal)
    flags = re.IGNORECASE if ignore_case else 0
    try:
        if any(re.match(characters, mark, flags) for mark in MARKS):
            characters = f"(?:(?![{MARKS}]){characters})"
        return re.compile(f"{characters}*", flags)
    except (re.error, OverflowError) as error:
        raise RefusedPatternError(atom) from error


def _class(atom: str) -> str:
    """Return a character class for Python; letters and numbers by property are its word characters."""
    for name, characters in _POSIX.items():
        atom = atom.replace(name, characters)
    members: list[str] = []
    for member in _MEMBER.findall(_PROPERTY.sub(r"\\w", atom[1:-1])):
        if member in _SPECIAL_IN_CLASSES or (member == "-" and members and members[-1] in _SHORT_CLASSES):
            members.append("\\" + member)
        elif len(member) == 1 or not member[1].isalnum() or member in _SHORT_CLASSES:
            members.append(_IN_PYTHON.get(member, member))
        else:
            raise RefusedPatternError(atom)
    return f"[{''.join(members)}]"
