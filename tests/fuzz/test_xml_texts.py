"""Hostile texts of the XML form: harmless in a page, never an exception, in bounded time and size."""

from __future__ import annotations

import dataclasses
import re
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_phpbb3.phpbb.stored_texts import StoredText
from flask_phpbb3.rendering.markup import markup_of
from flask_phpbb3.rendering.renderer import Renderer
from flask_phpbb3.rendering.viewer import BoardTexts, Reader

from ..cpu import cpu_bound
from ..harmless import complaints
from ..texts import HISTORIES
from .test_fuzz import quick

pytestmark = pytest.mark.slow

BBCODES = (
    ("[mark]{TEXT}[/mark]", '<span class="mark">{TEXT}</span>'),
    ("[twice]{TEXT}[/twice]", '<i>{TEXT}</i><b title="{TEXT}">{TEXT}</b>'),
    (
        "[lnk={TEXT1}]{TEXT2}[/lnk]",
        '<a href="{TEXT1}" onclick="f(\'{TEXT1}\')" style="color:{TEXT1}" title="{TEXT1}">{TEXT2}</a>',
    ),
    ("[pre={TEXT1}]{TEXT2}[/pre]", '<a href="java{TEXT1}">{TEXT2}</a><img src="x{TEXT1}"/>'),
    ("[bg={URL}]{TEXT}[/bg]", '<a href="{URL}" style="background:url({URL})">{TEXT}</a>'),
    ("[js={TEXT1}]{TEXT2}[/js]", "<script>f('{TEXT1}')</script><style>.a{{x:{TEXT1}}}{TEXT2}</style><b>{TEXT2}</b>"),
    ("[num={NUMBER}]{TEXT}[/num]", '<span style="font-size:{NUMBER}px" onclick="f({NUMBER})">{TEXT}</span>'),
    ("[font={INTTEXT}]{TEXT}[/font]", '<span style="font-family:{INTTEXT}">{TEXT}</span>'),
    ("[st]{SIMPLETEXT}[/st]", '<kbd class="{SIMPLETEXT}">{SIMPLETEXT}</kbd>'),
    (
        "[set={TEXT1}]{TEXT2}[/set]",
        '<div><xsl:attribute name="style"><xsl:if test="@set">color:{TEXT1}</xsl:if></xsl:attribute>'
        '<xsl:attribute name="onfocus">{TEXT1}</xsl:attribute><xsl:copy-of select="@*"/>{TEXT2}</div>',
    ),
    ("[note={TEXT1}]{TEXT2}[/note]", "<xsl:comment>{TEXT1}</xsl:comment><!-- x -->{TEXT2}"),
    ("[frame={TEXT1}]{TEXT2}[/frame]", '<a ping="{TEXT1}" srcdoc="{TEXT1}" xlink:href="{TEXT1}">{TEXT2}</a>'),
    ("[area={TEXT1}]{TEXT2}[/area]", "<details><summary>{TEXT1}</summary>{TEXT2}</details>"),
    ("[len={TEXT1}]{TEXT2}[/len]", '<b class="{string-length(.)}">{TEXT2}</b><xsl:value-of select="concat(., @len)"/>'),
    ("[hide]{TEXT}[/hide]", "<p>{TEXT}</p>"),
    ("[staff]{TEXT}[/staff]", '<xsl:if test="$S_IS_STAFF">{TEXT}</xsl:if>'),
    (
        "[member]{TEXT}[/member]",
        '<xsl:choose><xsl:when test="$S_USER_LOGGED_IN and not($S_IS_BOT)"><div title="{TEXT}">{TEXT}</div>'
        "</xsl:when><xsl:otherwise>{L_LOGIN}</xsl:otherwise></xsl:choose>",
    ),
    ("[free]{TEXT}[/free]", '<div class=x id="y"><p>{TEXT}<ul><li>a<li>b</ul></div>'),
)  # fmt: skip
BACKGROUND = re.compile(r"""style="background:url\((?:https?:|ftp:)?[^\s"'():;\\<>{}]*\)\"""")
WORDS = (("bad*", "*"), ("*x*y*", "<b>"), ("http", "javascript"), ("quot", '"'))

BOARD = BoardTexts(
    release="3.3.14",
    bbcodes=[
        {"bbcode_id": 13 + number, "bbcode_tag": "", "bbcode_match": usage, "bbcode_tpl": template}
        for number, (usage, template) in enumerate(BBCODES)
    ],
    censored=[{"word": word, "replacement": text} for word, text in WORDS],
    smilies=[
        {
            "code": ":)",
            "emotion": '"><script>',
            "smiley_url": 'a" onerror="x',
            "smiley_width": 1,
            "smiley_height": 2,
        }
    ],
    markup=markup_of(HISTORIES, "3.3.14"),
    hidden=frozenset({"hide", "gone"}),
)
RENDERERS = (
    Renderer(BOARD),
    Renderer(dataclasses.replace(BOARD, release="3.2.0", markup=markup_of(HISTORIES, "3.2.0"))),
    Renderer(dataclasses.replace(BOARD, release="4.0.0", markup=markup_of(HISTORIES, "4.0.0"))),
)
UNSAFE = Renderer(dataclasses.replace(BOARD, unsafe_templates=True, censored=()))

OWN = (
    "B", "I", "U", "COLOR", "SIZE", "URL", "LINK_TEXT", "EMAIL", "IMG", "CODE", "QUOTE", "E", "EMOJI", "ATTACHMENT",
    "FLASH", "MENTION", "p", "s", "e", "i", "br", "GONE", "UNKNOWN", "script", "SCRIPT", "img", "t", "r",
)  # fmt: skip
CUSTOM = tuple(usage[1:].split("]")[0].split("=")[0].upper() for usage, _ in BBCODES)
NAMES = (*OWN, *CUSTOM)
ATTRIBUTES = (
    "url", "src", "color", "size", "type", "email", "subject", "body", "author", "post_id", "msg_id", "user_id",
    "time", "group_id", "seq", "tseq", "index", "filename", "text", "width", "height", "lang", "content", "post_url",
    "profile_url", "date", "onclick", "style", "href", "srcdoc", "xmlns", *(name.lower() for name in CUSTOM),
)  # fmt: skip
VALUES = (
    "1", "red", "150", "#ff0000", "http://x.example/?a=1&b=2", "javascript:alert(1)", " javascript:alert(1)",
    "java\tscript:x", "JAVASCRIPT:x", "javascript&colon;x", "script:alert(1)", "data:text/html,<script>x</script>",
    "vbscript:x", "//x.example", "./x", "a@b.example", 'x" onmouseover="alert(1)', "' onmouseover='alert(1)",
    "red;background:url(x)", "expression(x)", "\\", "{@url}", "{TEXT}", "x>", "<", "-->", "--><script>", "]", "disc",
    "lower-alpha", "mailto:a@b.example", "&", "&#", "`", "99999999999999", "-1", "1e9", "\u202e", "1f600", "",
    "http://x/)};x:expression(y", "</style><script>", "</a>",
)  # fmt: skip
TEXTS = (
    "x", " ", "\n", ":)", "bad word", "<script>alert(1)</script>", "</div>", "-->", "]]>", "&lt;", '"', "http://x/",
    "\u00e9\U0001f600", "<!-- ia0 -->", "{TEXT}",
)  # fmt: skip

attributes = st.dictionaries(st.sampled_from(ATTRIBUTES), st.sampled_from(VALUES), max_size=4)
leaves = st.one_of(
    st.sampled_from(TEXTS).map(escape),
    st.characters(exclude_categories=("Cs", "Cc")).map(escape),
    st.just("<br/>"),
    st.just("<s>[b]</s>"),
)


def wrong(html: str, *, owners: frozenset[str] = frozenset()) -> list[str]:
    """Return what is wrong with a text, but for the one address that a style of the board shows on purpose."""
    return [found for found in complaints(html, owners=owners) if not BACKGROUND.fullmatch(found)]


def element(name: str, given_attributes: dict[str, str], inner: list[str]) -> str:
    written = "".join(f" {key}={quoteattr(value)}" for key, value in given_attributes.items())
    return f"<{name}{written}>{''.join(inner)}</{name}>"


def items(inner: list[str], given_attributes: dict[str, str]) -> str:
    return element("LIST", given_attributes, [element("LI", {}, [item]) for item in inner])


trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(element, st.sampled_from(NAMES), attributes, st.lists(inner, max_size=4)),
        st.builds(items, st.lists(inner, max_size=3), attributes),
    ),
    max_leaves=14,
)
documents = st.builds(
    lambda root, inner: f"<{root}>{''.join(inner)}</{root}>",
    st.sampled_from(("r", "r", "r", "t")),
    st.lists(trees, max_size=4),
)
NOISE = (
    "<", ">", "&", "</B>", "<B>", "\x00", "\x1f", "\ud800", "<![CDATA[", "<!--", "<?x?>", "&x;", '"', "<x:y>",
)  # fmt: skip
broken = st.builds(
    lambda text, at, noise: f"{text[:at]}{noise}{text[at:]}",
    documents,
    st.integers(1, 60),
    st.sampled_from(
        (
            "<",
            ">",
            "&",
            "</B>",
            "<B>",
            "\x00",
            "\x1f",
            "\ud800",
            "<![CDATA[",
            "<!--",
            "<?x?>",
            "&x;",
            '"',
            "<x:y>",
        )
    ),
)
readers = st.builds(
    Reader,
    images=st.booleans(),
    flash=st.booleans(),
    smilies=st.booleans(),
    censor=st.booleans(),
    mentions=st.booleans(),
    signed_in=st.booleans(),
    style_bits=st.sampled_from((frozenset[int](), frozenset(range(13)))),
    date_format=st.sampled_from(("D M d, Y g:i a", "|d M|<b>", "<script>")),
    words=st.sampled_from(
        ({}, {"WROTE": "<script>", "COLON": '"', "IMAGE": '"><script>', "HIDDEN_TEXT": "<b>", "LOGIN": "</p>"})
    ),
    board_url=st.sampled_from(("./", "https://forum.example/")),
)  # fmt: skip


@given(
    renderer=st.sampled_from(RENDERERS),
    text=st.one_of(documents, documents, documents, broken),
    reader=readers,
)
@quick
def test_hostile_texts_are_harmless(renderer: Renderer, text: str, reader: Reader) -> None:
    html = renderer.html(StoredText(text), reader)
    assert not wrong(html, owners=frozenset({"style"})), (text, html)
    plain = renderer.plain_text(StoredText(text), reader, length=80, quotes=False)
    assert len(plain) <= 80


@given(text=documents)
@quick
def test_an_owners_scripts_hold_no_text_of_members(text: str) -> None:
    html = UNSAFE.html(StoredText(text), Reader())
    found = wrong(html, owners=frozenset({"script", "style"}))
    assert not [complaint for complaint in found if not re.fullmatch(r'onclick="f\([0-9]*\)"', complaint)], (
        html
    )
    assert "alert(1)" not in "".join(part.partition("</script>")[0] for part in html.split("<script>")[1:])


@given(
    before=st.lists(trees, max_size=2),
    inside=st.lists(trees, max_size=2),
    name=st.sampled_from(("HIDE", "STAFF", "MEMBER", "GONE")),
)
@quick
def test_hidden_text_is_nowhere(before: list[str], inside: list[str], name: str) -> None:
    hidden = f"<{name}><s>[x]</s>S3CRET{''.join(inside)}S3CRET<e>[/x]</e></{name}>"
    shown = f'<LEN len="x"><TWICE>{hidden}</TWICE></LEN><IMG src="x">{hidden}</IMG>'
    stored = StoredText(f"<r>{''.join(before)}{hidden}{shown}</r>")
    for reader in (Reader(), Reader(smilies=False, images=False)):
        assert "S3CRET" not in RENDERERS[0].html(stored, reader)
        assert "S3CRET" not in RENDERERS[0].plain_text(stored, reader)


SIZE = 32_000
LARGE = 256_000
PIECES = (
    *(f"<{name}>" for name in (*NAMES, "LIST", "LI")),
    *(f"<{name}/>" for name in NAMES),
    '<QUOTE author="a" post_id="1" time="1" user_id="2">',
    "<E>:)</E>", "<B></B>x", "<s></s>", "&amp;", "&#65;", "&x;", "<br/>\n", "bad ", '<URL url="http://x/">',
)  # fmt: skip


def repeated(piece: str, size: int) -> StoredText:
    """Return a text that holds a piece as often as it can, each opened element inside the one before."""
    opened = piece.startswith("<") and not piece.rstrip().endswith(("/>", "x")) and "</" not in piece
    closing = f"</{piece[1:-1].split()[0]}>" if opened else ""
    count = size // (len(piece) + len(closing))
    return StoredText(f"<r>{piece * count}x{closing * count}</r>")


def check_work(stored: StoredText, seconds: float) -> None:
    with cpu_bound(seconds):
        html = RENDERERS[0].html(stored, Reader())
        RENDERERS[0].plain_text(stored, Reader())
    assert len(html) < 40 * len(stored.text) + (1 << 21)


@pytest.mark.parametrize("piece", PIECES, ids=range(len(PIECES)))
def test_repeated_pieces(piece: str) -> None:
    check_work(repeated(piece, SIZE), 2)  # a tenth of a second; what grows with the square takes much longer


@pytest.mark.parametrize(
    "piece", ["<TWICE>", "<LEN>", "<MEMBER>", "<QUOTE>", "<E/>", "&#65;", "bad ", "<s>", "<LI>"]
)
def test_large_texts(piece: str) -> None:
    check_work(repeated(piece, LARGE), 8)


def test_nested_quotes() -> None:
    depth = 5_000
    html = RENDERERS[0].html(
        StoredText("<r>" + "<QUOTE>" * depth + "x" + "</QUOTE>" * depth + "</r>"), Reader()
    )
    assert html == '<blockquote class="uncited"><div>' * depth + "x" + "</div></blockquote>" * depth


def test_content_that_doubles_at_each_level_is_not_made() -> None:
    stored = StoredText("<r>" + "<TWICE>" * 60 + "x" + "</TWICE>" * 60 + "</r>")
    assert RENDERERS[0].html(stored, Reader(censor=False)).startswith("&lt;r&gt;&lt;TWICE&gt;")
