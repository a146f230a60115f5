"""phpBB's own BBCodes in texts of the bbcode-uid form, by their numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from ..phpbb.text import unescape
from .matching import Gap, Pattern
from .passage import Passage
from .pieces import value
from .values import EMAIL, is_linkable

_TEXT: Final = Gap()
_LINE: Final = Gap(lines=False)
_LINE_FEED: Final = Gap(re.compile(r"\n*"), most=1, lazy=False, kept=False)
_NOT_BRACKET: Final = Gap(re.compile(r"[^\[]*"), least=1)
_DIGITS: Final = Gap(re.compile(r"[0-9]*"), least=1, most=10, lazy=False)

_QUOTE: Final = Pattern(("[quote:$uid]", ""), (_LINE_FEED,), ignore_case=True)
_NAMED_QUOTE: Final = Pattern(("[quote=&quot;", "&quot;:$uid]", ""), (_TEXT, _LINE_FEED), ignore_case=True)
_URL: Final = Pattern(("[url:$uid]", "[/url:$uid]"), (_TEXT,))
_NAMED_URL: Final = Pattern(("[url=", ":$uid]", "[/url:$uid]"), (_NOT_BRACKET, _TEXT))
_IMAGE: Final = Pattern(("[img:$uid]", "[/img:$uid]"), (_TEXT,))
_SIZE: Final = Pattern(
    ("[size=", ":$uid]", "[/size:$uid]"),
    (Gap(re.compile(r"[-+]?[0-9]*"), least=1, most=5, lazy=False), _TEXT),
)
_COLOR: Final = Pattern(
    ("[color=", ":$uid]", "[/color:$uid]"),
    (Gap(re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})|[a-z\-]*", re.IGNORECASE), least=1, lazy=False), _TEXT),
    ignore_case=True,
)
_CODE: Final = Pattern(
    ("[code", ":$uid]", "[/code:$uid]"),
    (Gap(re.compile(r"(?:=[a-z]+)?", re.IGNORECASE), lazy=False), _TEXT),
    ignore_case=True,
)
_LIST: Final = Pattern(("[list=", ":$uid]"), (_NOT_BRACKET,))
_EMAIL: Final = Pattern(("[email:$uid]", "[/email:$uid]"), (_TEXT,), ignore_case=True)
_NAMED_EMAIL: Final = Pattern(("[email=", ":$uid]", "[/email:$uid]"), (_NOT_BRACKET, _TEXT), ignore_case=True)
_FLASH: Final = Pattern(("[flash=", ",", ":$uid]", "[/flash:$uid]"), (_DIGITS, _DIGITS, _LINE))
_ATTACHMENT: Final = Pattern(("[attachment=", ":$uid]", "[/attachment:$uid]"), (_DIGITS, _LINE))

_BULLETS: Final = frozenset({"disc", "circle", "square"})
_FIRST_BREAK: Final = ('<span class="syntaxdefault">', "<br />", "</span>")


def _quote(passage: Passage) -> None:
    opened = passage.markup("quote_open")[0]
    named = passage.markup("quote_username_open")
    passage.swap("[/quote:$uid]", passage.markup("quote_close")[0])
    passage.replace(_NAMED_QUOTE, lambda values: passage.around(named, values[0]))
    passage.replace(_QUOTE, lambda values: passage.pieces.mark(opened))


def _paired(name: str, bit: int) -> Callable[[Passage], None]:
    """Return what replaces a BBCode that has no parameter."""

    def replace(passage: Passage) -> None:
        opened, closed = passage.markup(name, bit)
        passage.swap(f"[{name}:$uid]", opened)
        passage.swap(f"[/{name}:$uid]", closed)

    return replace


def _link(passage: Passage, address: str, text: str) -> str:
    """Return a link, or its text alone if the address must not be linked."""
    if not is_linkable(unescape(address), {*passage.texts.link_schemes, "mailto"}):
        return text
    return passage.around(passage.markup("url", url=value(address)), text)


def _url(passage: Passage) -> None:
    passage.replace(_URL, lambda values: _link(passage, values[0], values[0]))
    passage.replace(_NAMED_URL, lambda values: _link(passage, *values))


def _image(passage: Passage) -> None:
    def image(values: Sequence[str]) -> str:
        address = values[0]
        if not is_linkable(unescape(address), passage.texts.link_schemes):
            return address
        if not passage.reader.images:
            return _link(passage, address, passage.pieces.mark("[ img ]"))
        return passage.pieces.mark("".join(passage.markup("img", 4, url=value(address))))

    passage.replace(_IMAGE, image)


def _size(passage: Passage) -> None:
    def size(values: Sequence[str]) -> str:
        number, text = values
        return passage.around(passage.markup("size", 5, size=number), text)

    passage.replace(_SIZE, size)


def _color(passage: Passage) -> None:
    def color(values: Sequence[str]) -> str:
        name, text = values
        return passage.around(passage.markup("color", 6, color=name), text)

    passage.replace(_COLOR, color)


def _code(passage: Passage) -> None:
    def code(values: Sequence[str]) -> str:
        opened, closed = passage.markup("code")
        text = _with_blanks(_without_first_break(passage, values[1]))
        return passage.pieces.mark(opened) + text + passage.pieces.mark(closed)

    passage.replace(_CODE, code)


def _without_first_break(passage: Passage, code: str) -> str:
    """Return code without the empty line that phpBB's colouring put first."""
    position = 0
    for markup in _FIRST_BREAK:
        found = passage.pieces.piece_at(code, position)
        if found is None or found[0] != markup:
            return code
        position = found[1]
    return code[position:]


def _with_blanks(code: str) -> str:
    """Return code whose indentation browsers keep."""
    code = code.replace("\t", "&nbsp; &nbsp;").replace("  ", "&nbsp; ").replace("  ", " &nbsp;")
    code = code.replace("\n ", "\n&nbsp;")
    if code.startswith(" "):
        return "&nbsp;" + code[1:]
    return code.removeprefix("\n")


def _list(passage: Passage) -> None:
    uid = re.escape(passage.uid)
    passage.text = re.sub(rf"(\[/?(?:list|\*):[mou]?:?{uid}\])\n", r"\1", passage.text)
    passage.text = re.sub(rf"(\[list=[^\[]+:{uid}\])\n", r"\1", passage.text)
    passage.replace(_LIST, lambda values: passage.pieces.mark(_list_tag(values[0])))
    passage.swap("[list:$uid]", "<ul>")
    passage.swap("[/list:u:$uid]", "</ul>")
    passage.swap("[/list:o:$uid]", "</ol>")
    passage.swap("[*:$uid]", "<li>")
    passage.swap("[/*:$uid]", "</li>")
    passage.swap("[/*:m:$uid]", "</li>")


def _list_tag(kind: str) -> str:
    if kind.lower() in _BULLETS:
        return f'<ul style="list-style-type: {kind.lower()}">'
    if kind in ("i", "I"):
        style = "lower-roman" if kind == "i" else "upper-roman"
    elif re.fullmatch(r"[a-z]", kind):
        style = "lower-alpha"
    else:
        style = "upper-alpha" if re.search(r"[A-Z]", kind) else "decimal"
    return f'<ol style="list-style-type: {style}">'


def _email(passage: Passage) -> None:
    def link(address: str, text: str) -> str:
        accepts = EMAIL.accepts
        if accepts is None or not accepts(unescape(address)):
            return text
        return passage.around(passage.markup("email", 10, email=value(address)), text)

    passage.replace(_EMAIL, lambda values: link(values[0], values[0]))
    passage.replace(_NAMED_EMAIL, lambda values: link(*values))


def _flash(passage: Passage) -> None:
    passage.replace(_FLASH, lambda values: _link(passage, values[2], passage.pieces.mark("[ flash ]")))


def _attachment(passage: Passage) -> None:
    parts = passage.markup("attachment")
    passage.replace(_ATTACHMENT, lambda values: passage.around(parts, values[1]))


OWN: Final[dict[int, Callable[[Passage], None]]] = {
    0: _quote,
    1: _paired("b", 1),
    2: _paired("i", 2),
    3: _url,
    4: _image,
    5: _size,
    6: _color,
    7: _paired("u", 7),
    8: _code,
    9: _list,
    10: _email,
    11: _flash,
    12: _attachment,
}
"""Number of one of phpBB's own BBCodes → what replaces it."""

SEARCHED: Final = frozenset({0, 3, 4, 5, 6, 8, 9, 10, 11, 12})
"""Those that phpBB finds by patterns, before the first of which it turns its entities of dots and colons back."""
