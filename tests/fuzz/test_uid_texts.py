"""Hostile texts of the bbcode-uid form: harmless in a page, never an exception, in bounded time and size."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_phpbb3.rendering.censor import Censor
from flask_phpbb3.rendering.legacy import UidTexts
from flask_phpbb3.rendering.markup import markup_of
from flask_phpbb3.rendering.viewer import BoardTexts, Reader

from ..harmless import complaints
from ..texts import UID_HISTORIES
from .test_fuzz import quick

pytestmark = pytest.mark.slow

UID = "3k9dzqlm"
ALL_BITS = "/////w=="
TEXT = r"!\[{0}:$uid\](.*?)\[/{0}:$uid\]!s"
BBCODES = (
    ("mark", "[mark]{TEXT}[/mark]", TEXT.format("mark"), '<span class="mark">${1}</span>'),
    ("two", "[two]{TEXT}[/two]", TEXT.format("two"), "<b title='${1}'>${1}</b>${1}"),
    ("lnk", "[lnk]{TEXT}[/lnk]", TEXT.format("lnk"), '<a href="${1}" onclick="f(\'${1}\')" style="x:${1}">${1}</a>'),
    ("bare", "[bare]{TEXT}[/bare]", TEXT.format("bare"), "<a href=${1} class=${1}>${1}</a>"),
    ("js", "[js]{TEXT}[/js]", TEXT.format("js"), "<script>f('${1}')</script><style>.a{x:${1}}</style>"),
    (
        "sp", "[sp={SIMPLETEXT1},{SIMPLETEXT2},{SIMPLETEXT3}]{TEXT}[/sp]",
        r"!\[sp\=([a-zA-Z0-9-+.,_ ]+),([a-zA-Z0-9-+.,_ ]+),([a-zA-Z0-9-+.,_ ]+):$uid\](.*?)\[/sp:$uid\]!s",
        "<i>${1}${2}${3}</i><div>${4}</div>",
    ),
    (
        "u2", "[u2={URL}]{TEXT}[/u2]",
        r"!\[u2\=(?i)((?:[a-z]+|[a-z:/.]+)+)(?-i):$uid\](.*?)\[/u2:$uid\]!s",
        '<a href="${1}"><img src="${1}" style="color:${2}">${2}</a>',
    ),
    ("open", "[open]{TEXT}[/open]", TEXT.format("open"), "<div><ul><li>${1}</div>"),
    ("hide", "[hide]{TEXT}[/hide]", TEXT.format("hide"), "<p>${1}</p>"),
)  # fmt: skip
WORDS = (("bad*", "*"), ("*x*y*", "<b>"), ("http", "javascript"), ("quot", '"'))

BOARD = BoardTexts(
    bbcodes=[
        {
            "bbcode_id": 13 + number,
            "bbcode_tag": tag,
            "bbcode_match": usage,
            "bbcode_tpl": replace,
            "second_pass_match": match,
            "second_pass_replace": replace,
        }
        for number, (tag, usage, match, replace) in enumerate(BBCODES)
    ],
    censored=[{"word": word, "replacement": text} for word, text in WORDS],
    uid_markup=markup_of(UID_HISTORIES, "3.1.12"),
    hidden=frozenset({"hide"}),
)
RENDERER = UidTexts(BOARD, Censor(BOARD.censored))
UNSAFE = UidTexts(
    BoardTexts(bbcodes=BOARD.bbcodes, uid_markup=BOARD.uid_markup, unsafe_templates=True), Censor(())
)

NAMES = (
    "quote",
    "b",
    "i",
    "url",
    "img",
    "size",
    "color",
    "u",
    "code",
    "list",
    "email",
    "flash",
    "attachment",
    "*",
)
VALUES = (
    "1", "red", "150", "10,20", "&quot;Bob&quot;", "a,b,c", "http://x.example/?a=1&amp;b=2", "javascript:alert(1)",
    "java\tscript:x", "javascript&#58;x", "javascript&#x3a;x", "data:text/html,x", "//x.example", "./x", "a@b.example",
    '"onmouseover="alert(1)', "' onmouseover='alert(1)", "red;background:url(x)", "expression(x)", "\\", "${1}", "x>",
    "<", "]", "[", "i", "disc", "mailto:a@b.example", "\x02" "0\x03", "\x00", "&", "&#", "`",
)  # fmt: skip
RAW = (
    '<!-- s:) --><img src="{SMILIES_PATH}/a.gif" alt=":)" title="S" /><!-- s:) -->',
    '<!-- s:) --><img src="{SMILIES_PATH}/a.gif" onerror="alert(1)" alt=":)" /><!-- s:) -->',
    '<!-- s:) --><img src="{SMILIES_PATH}/a.gif', '<!-- m --><a class="postlink" href="http://x.example/">',
    '<a href="javascript:alert(1)">', '<a href="http://x/" onclick="alert(1)">', "</a>", "<!-- m -->", "<!-- ia0 -->",
    '<span class="syntaxdefault">', '<span class="x" onclick="alert(1)">', "</span>", "<br />", "<br>", "</div>",
    "<script>", "</script>", "<b>", "<!--", "-->", "<![CDATA[", "<?php", "<img src=x onerror=alert(1)>",
    "<svg/onload=x>", "&lt;b&gt;", "\n", "\r", "\t", " ", "bad word", "xay", "http", "é😀", "\u202e",
    "</ul></li></div>",
    "<li>",
    "<table>",
)  # fmt: skip
TAGS = (*NAMES, *(tag for tag, *_ in BBCODES))

uids = st.sampled_from((UID, UID, UID, UID, "otheruid"))
tags = st.builds(
    lambda slash, name, value, kind, uid: f"[{slash}{name}{value}{kind}:{uid}]",
    st.sampled_from(("", "", "/")),
    st.sampled_from(TAGS),
    st.one_of(st.just(""), st.sampled_from(VALUES).map("={}".format)),
    st.sampled_from(("", "", "", ":u", ":o", ":m")),
    uids,
)
pairs = st.builds(
    lambda name, value, inner, kind: f"[{name}{value}:{UID}]{inner}[/{name}{kind}:{UID}]",
    st.sampled_from(TAGS),
    st.one_of(st.just(""), st.sampled_from(VALUES).map("={}".format)),
    st.lists(st.one_of(st.sampled_from(VALUES), st.sampled_from(RAW), tags), max_size=3).map("".join),
    st.sampled_from(("", "", ":u", ":o", ":m")),
)
texts = st.lists(
    st.one_of(pairs, tags, st.sampled_from(RAW), st.sampled_from(VALUES), st.text(max_size=4)), max_size=12
).map("".join)
readers = st.builds(
    Reader,
    images=st.booleans(),
    smilies=st.booleans(),
    censor=st.booleans(),
    style_bits=st.sampled_from((frozenset[int](), frozenset(range(13)))),
    words=st.sampled_from(
        ({}, {"WROTE": "<script>", "COLON": '"', "IMAGE": '"><script>', "PHPBB3_HIDDEN": "<b>"})
    ),
)
bitfields = st.one_of(st.sampled_from((ALL_BITS, ALL_BITS, "", "///")), st.text(max_size=6))


@given(
    text=texts,
    uid=st.one_of(st.just(UID), st.just(""), st.text(max_size=3)),
    bitfield=bitfields,
    reader=readers,
)
@quick
def test_hostile_texts_are_harmless(text: str, uid: str, bitfield: str, reader: Reader) -> None:
    html = RENDERER.html(text, uid, bitfield, 7, reader)
    assert not complaints(html), (text, html)


@given(text=texts)
@quick
def test_an_owners_scripts_hold_no_text_of_members(text: str) -> None:
    html = UNSAFE.html(text, UID, ALL_BITS, 7, Reader())
    wrong = complaints(html, owners=frozenset({"script", "style"}))
    assert not [
        complaint for complaint in wrong if "onclick" not in complaint and "style=" not in complaint
    ], html


@given(before=texts, text=texts, value=st.sampled_from(("", "=x", "=&quot;y&quot;")), closed=st.booleans())
@quick
def test_hidden_text_is_nowhere(before: str, text: str, value: str, closed: bool) -> None:
    hidden = f"{before}[hide{value}:{UID}]S3CRET{text}" + f"[/hide:{UID}]" * closed
    reader = Reader(censor=False)
    assert "S3CRET" not in RENDERER.html(hidden, UID, ALL_BITS, 7, reader)
    assert "S3CRET" not in RENDERER.html(hidden, UID, "", 0, reader)


PIECES = (
    *(f"[{name}:{UID}]" for name in TAGS),
    *(f"[{name}=1:{UID}]" for name in TAGS),
    *(f"[/{name}:{UID}]" for name in NAMES),
    *(f"[{name}=" for name in TAGS),
    *(f"[{name}:{UID}]x[/{name}:{UID}]" for name in TAGS),
    f"[b:{UID}][i:{UID}]",
    f"[sp={'a,' * 200}:{UID}]",
    "[sp=" + "," * 120,
    f"[quote=&quot;x:{UID}]",
    f"[list:{UID}][*:{UID}]",
    "<!-- s",
    "<!-- s:) --><img ",
    '<a href="',
    "<a class=",
    "<",
    "\n",
    " ",
    "  \n",
    "&quot;",
    "x",
    f":{UID}",
    "\x020\x03",
)


SIZE = 64_000
LARGE = 256_000


def seconds_for(text: str) -> float:
    start = time.process_time()
    html = RENDERER.html(text, UID, ALL_BITS, 7, Reader())
    assert len(html) < 40 * len(text) + (1 << 21)
    return time.process_time() - start


@pytest.mark.parametrize("piece", PIECES, ids=range(len(PIECES)))
def test_repeated_pieces(piece: str) -> None:
    assert seconds_for(piece * (SIZE // len(piece))) < 3  # a third of a second; backtracking would take hours


@pytest.mark.parametrize("piece", PIECES[::8])
def test_large_texts(piece: str) -> None:
    assert seconds_for(piece * (LARGE // len(piece))) < 12


def test_many_closing_tags_that_cross_others() -> None:
    count = LARGE // 60
    assert seconds_for(f"[b:{UID}]" * count + f"[i:{UID}]" * count + f"[/b:{UID}]" * count) < 12
