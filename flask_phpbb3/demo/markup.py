"""Write texts as phpBB 3.3 stores them, for the few BBCodes that the society uses."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from typing import Final

SMILIES: Final = {":)": "smile", ";)": "wink", ":(": "sad", ":bee:": "bee", ":slug:": "slug"}
"""Code → file, without its ending."""

_WORDS: Final = ("b", "i", "u", "quote", "url", "img", "list", "*", "code", "attachment", "tip", "members")
_TAG = re.compile(
    rf"\[(?P<end>/)?(?P<word>{'|'.join(map(re.escape, _WORDS))})(?:=(?P<value>[^\]]*))?\]", re.IGNORECASE
)
_SMILEY = re.compile(rf"(?<!\S)({'|'.join(map(re.escape, SMILIES))})(?![^\s.,!?])")
_CODE = re.compile(r"\[code\](.*?)\[/code\]\n?", re.DOTALL)
_BLOCK_END = re.compile(r"(\[/(?:quote|list|tip|members|attachment)\])\n")
_NOT_BASIC_PLANE = re.compile(r"[\U00010000-\U0010ffff]")

Quoted = Callable[[str], Mapping[str, int]]


def stored(text: str, quoted: Quoted = lambda author: {}) -> str:
    """Return a text with BBCode as its XML.

    :param text: as a person types it; every BBCode is closed, but for the items of a list.
    :param quoted: returns what phpBB notes of the post that is quoted from somebody: ``post_id``, ``time``,
        ``user_id``.
    """
    writer = _Writer(quoted)
    text = _BLOCK_END.sub(r"\1", text)  # A block ends its line by itself.
    place = 0
    for code in _CODE.finditer(text):
        writer.write(text[place : code.start()])
        writer.parts.append(f"<CODE><s>[code]</s>{_escaped(code[1])}<e>[/code]</e></CODE>")
        place = code.end()
    writer.write(text[place:])
    body = "".join(writer.parts)
    return f"<r>{body}</r>" if re.search(r"<[A-Z]", body) else f"<t>{body}</t>"


def serialized(values: Mapping[str, str | int]) -> str:
    """Return a map in the form of PHP's ``serialize()``, as phpBB keeps the data of notifications."""
    items = "".join(_serialized(key) + _serialized(value) for key, value in values.items())
    return f"a:{len(values)}:{{{items}}}"


class _Writer:
    """Collects the XML of a text."""

    def __init__(self, quoted: Quoted) -> None:
        self.parts: list[str] = []
        self._open: list[str] = []
        self._quoted = quoted

    def write(self, text: str) -> None:
        place = 0
        for tag in _TAG.finditer(text):
            self._plain(text[place : tag.start()])
            if tag["end"]:
                self._leave(tag["word"], tag[0])
            else:
                self._enter(tag["word"], tag["value"] or "", tag[0], text[tag.end() :])
            place = tag.end()
        self._plain(text[place:])

    def _plain(self, text: str) -> None:
        for number, part in enumerate(_SMILEY.split(text)):
            self.parts.append(f"<E>{_escaped(part)}</E>" if number % 2 else _escaped(part, breaks=True))

    def _enter(self, word: str, value: str, typed: str, behind: str) -> None:
        if word == "*":
            if self._open[-1] == "LI":
                self._close()
            name = "LI"
        else:
            name = word.upper()
        attributes = self._attributes(word, value, behind.partition("[/")[0])
        written = "".join(f' {key}="{html.escape(str(one))}"' for key, one in sorted(attributes.items()))
        self.parts.append(f"<{name}{written}><s>{_escaped(typed)}</s>")
        self._open.append(name)

    def _leave(self, word: str, typed: str) -> None:
        if self._open[-1] == "LI":
            self._close()
        self.parts.append(f"<e>{_escaped(typed)}</e>")
        self._close()

    def _close(self) -> None:
        self.parts.append(f"</{self._open.pop()}>")

    def _attributes(self, word: str, value: str, content: str) -> Mapping[str, str | int]:
        if word == "quote" and value:
            return {"author": value, **self._quoted(value)}
        if word == "attachment":
            return {"index": int(value), "filename": content}
        if word == "list" and value:
            return {"type": value}
        return {"url": {"url": value or content}, "img": {"src": content}}.get(word, {})


def _escaped(text: str, *, breaks: bool = False) -> str:
    escaped = _NOT_BASIC_PLANE.sub(lambda found: f"&#{ord(found[0])};", html.escape(text, quote=False))
    return escaped.replace("\n", "<br/>\n") if breaks else escaped


def _serialized(value: str | int) -> str:
    if isinstance(value, int):
        return f"i:{value};"
    return f's:{len(value.encode())}:"{value}";'
