"""The usage line of a custom BBCode: ``[name=(definition) attribute=definition]content[/name]``."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ..phpbb.text import unescape
from .values import ANY, TYPES, ValueType, choice

_LONGEST: Final = 8000
_DELIMITED: Final = re.compile(r"\{(?P<type>REGEXP?[0-9]*|PARSE)=")
_TOKEN: Final = re.compile(r"\{(?P<id>(?P<type>[A-Z_]+?)[0-9]*)(?P<rest>[=?;][^}]*)?\}")
_USAGE: Final = re.compile(
    r"\[(?P<name>[^\s\[\]=/]+)"
    r"(?P<default>=[^\s\]]*)?"
    r"(?P<attributes>(?:\s+[^\s=\]]+=[^\s\]]*)*)"
    r"\s*(?:/?\]|\](?P<content>.*?)\[/(?P<end>[^\]]*)\])\Z",
    re.DOTALL,
)
_NAME: Final = re.compile(r"[A-Za-z_*][-\w*]*\Z", re.ASCII)
_ENDS_TOKEN: Final = re.compile(r"[A-Za-z]*[,?]*(?:;[^}]*)?\}")
_NAMED_GROUP: Final = re.compile(r"\(\?P?(?:<|')([A-Za-z_][A-Za-z0-9_]*)(?:>|')")
_MARK: Final = re.compile("\ue000([0-9]+)\ue001")


class RefusedDefinitionError(ValueError):
    """A definition that phpBB refuses, or that says what is not understood here."""


@dataclass(frozen=True)
class Usage:
    """What the usage line declares.

    :ivar name: the BBCode's name in upper case: the name of its elements.
    :ivar attributes: attribute → type of its values.
    :ivar tokens: token, such as ``TEXT1`` → the attribute that holds its value; None: two attributes do.
    :ivar content: the token that stands for the content, such as ``TEXT``; None if the content is an
        attribute or nothing.
    :ivar inside: the attributes that hold the content or parts of it.
    """

    name: str
    attributes: dict[str, ValueType] = field(default_factory=dict)
    tokens: dict[str, str | None] = field(default_factory=dict)
    content: str | None = None
    inside: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Token:
    id: str
    type: ValueType
    groups: tuple[str, ...] = ()
    is_content: bool = False  # it stands for the content as it is, where the content is just this token
    uses_content: bool = False  # its attribute takes the content where it is not given itself


def parse_usage(stored: str) -> Usage:
    """Read a usage line (phpBB rule: Custom BBCodes).

    :param stored: the column ``bbcode_match``, HTML-escaped as stored.
    :raises RefusedDefinitionError: if phpBB refuses it as well.
    """
    text = unescape(stored).strip()
    if len(text) > _LONGEST or "\ue000" in text:
        raise RefusedDefinitionError("The usage is too long.")
    tokens: list[_Token] = []
    found = _USAGE.match(_mark_tokens(text, tokens))
    if found is None or not _NAME.match(found["name"]):
        raise RefusedDefinitionError(f"Cannot read the usage {text!r:.100}.")
    if found["end"] is not None and found["end"].strip().lower() != found["name"].lower():
        raise RefusedDefinitionError(f"[{found['name']}] is closed by [/{found['end']}].")
    return _Reader(tokens, Usage(found["name"].upper())).read(found)


def _mark_tokens(text: str, tokens: list[_Token]) -> str:
    """Replace every token by a mark, so that what stands inside it cannot be taken for the usage itself."""
    parts: list[str] = []
    position = 0
    while position < len(text):
        start = text.find("{", position)
        if start < 0:
            break
        end, token = _delimited(text, start) or _simple(text, start)
        parts.append(text[position:start])
        parts.append(f"\ue000{len(tokens)}\ue001")
        tokens.append(token)
        position = end
    parts.append(text[position:])
    return "".join(parts)


def _simple(text: str, start: int) -> tuple[int, _Token]:
    found = _TOKEN.match(text, start)
    if found is None:
        raise RefusedDefinitionError(f"Cannot read the token {text[start : start + 40]!r}.")
    kind = found["type"]
    if kind not in TYPES:
        raise RefusedDefinitionError(f"No type of token is called {kind}.")
    is_content = kind in ("TEXT", "ANYTHING") and not found["rest"]
    rest = found["rest"] or ""
    uses_content = "usecontent" in rest.lower()
    return found.end(), _Token(found["id"], _value_type(kind, rest), (), is_content, uses_content)


def _value_type(kind: str, rest: str) -> ValueType:
    if kind != "CHOICE" or not rest.startswith("="):
        return TYPES[kind]
    values, *options = rest[1:].split(";")
    sensitive = any(option.partition("=")[0].strip() == "caseSensitive" for option in options)
    return choice(values.split(","), case_sensitive=sensitive)


def _delimited(text: str, start: int) -> tuple[int, _Token] | None:
    """Read a token with a pattern between delimiters, which may hold braces of its own."""
    found = _DELIMITED.match(text, start)
    if found is None or found.end() >= len(text):
        return None
    opening = text[found.end()]
    closing = {"(": ")", "{": "}", "[": "]", "<": ">"}.get(opening, opening)
    position = found.end() + 1
    while position < len(text) and not (text[position] == closing and _ENDS_TOKEN.match(text, position + 1)):
        position += 2 if text[position] == "\\" else 1
    end = text.find("}", position + 1)
    if position >= len(text) or end < 0:
        raise RefusedDefinitionError(f"The pattern of {found['type']} has no end.")
    groups = _NAMED_GROUP.findall(text[found.end() : position]) if found["type"] == "PARSE" else ()
    return end + 1, _Token(found["type"], ANY, tuple(groups))


class _Reader:
    def __init__(self, tokens: list[_Token], usage: Usage) -> None:
        self._tokens = tokens
        self._usage = usage

    def read(self, found: re.Match[str]) -> Usage:
        for name, definition in self._definitions(found):
            self._define(name, definition)
        content = (found["content"] or "").strip()
        only = self._only_token(content)
        if only is not None and only.is_content:
            if only.id in self._usage.tokens:
                self._usage.tokens[only.id] = None
            else:
                return dataclasses.replace(self._usage, content=only.id)
        elif content:
            known = set(self._usage.attributes)
            self._define("content", content)
            self._usage.inside.update(self._usage.attributes.keys() - known)
        return self._usage

    @staticmethod
    def _definitions(found: re.Match[str]) -> Iterator[tuple[str, str]]:
        if found["default"]:
            yield found["name"].lower(), found["default"][1:]
        for pair in found["attributes"].split():
            name, _, definition = pair.partition("=")
            if name[0] not in "$#":  # options of the tag, and its rules
                yield name.lower(), definition

    def _define(self, name: str, definition: str) -> None:
        """Give a definition its attributes: one for a token alone, a numbered one for each token of a mix."""
        if not _NAME.match(name):
            raise RefusedDefinitionError(f"No attribute can be called {name!r:.60}.")
        only = self._only_token(definition)
        if only is not None:
            if only.groups:
                for group in only.groups:
                    self._add(group.lower(), ANY, group)
            else:
                self._add(name, only.type, only.id)
                if only.uses_content:
                    self._usage.inside.add(name)
            return
        number = 0
        for mark in _MARK.finditer(definition):
            while f"{name}{number}" in self._usage.attributes:
                number += 1
            token = self._tokens[int(mark[1])]
            self._add(f"{name}{number}", token.type, token.id)

    def _add(self, name: str, kind: ValueType, token: str) -> None:
        attributes, tokens = self._usage.attributes, self._usage.tokens
        if name in attributes and attributes[name] is not kind:
            kind = ANY
        attributes[name] = kind
        tokens[token] = name if token not in tokens or tokens[token] == name else None

    def _only_token(self, definition: str) -> _Token | None:
        mark = _MARK.fullmatch(definition.strip())
        return self._tokens[int(mark[1])] if mark else None
