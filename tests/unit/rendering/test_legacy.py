"""The bbcode-uid form: releases, readers, custom BBCodes, and what must not be let through."""

from __future__ import annotations

from typing import Any

import pytest

from flask_phpbb3.phpbb.stored_texts import StoredText
from flask_phpbb3.rendering.markup import markup_of
from flask_phpbb3.rendering.renderer import Renderer
from flask_phpbb3.rendering.viewer import BoardTexts, Reader

from ...cpu import cpu_bound
from ...texts import UID_HISTORIES

UID = "3k9dzqlm"
ALL_BITS = "/////w=="
PLAIN_STYLE = frozenset({0, 3, 8, 9, 11, 12})


def show(
    text: str,
    reader: Reader | None = None,
    *,
    release: str = "3.3.10",
    bitfield: str = ALL_BITS,
    flags: int = 7,
    **fields: Any,
) -> str:
    """Return the HTML of a text, in which ``$`` stands for its uid."""
    renderer = Renderer(BoardTexts(uid_markup=markup_of(UID_HISTORIES, release), **fields))
    return renderer.html(StoredText(text.replace("$", UID), UID, bitfield, flags), reader or Reader())


def plain(
    text: str, reader: Reader | None = None, *, release: str = "3.3.10", quotes: bool = True, **fields: Any
) -> str:
    """Return the plain text of a text, in which ``$`` stands for its uid."""
    renderer = Renderer(BoardTexts(uid_markup=markup_of(UID_HISTORIES, release), **fields))
    stored = StoredText(text.replace("$", UID), UID, ALL_BITS)
    return renderer.plain_text(stored, reader or Reader(), quotes=quotes)


def custom(match: str, replace: str, usage: str = "", template: str = "", number: int = 13) -> dict[str, Any]:
    return {
        "bbcode_id": number,
        "bbcode_match": usage,
        "bbcode_tpl": template,
        "second_pass_match": match,
        "second_pass_replace": replace,
    }


@pytest.mark.parametrize(
    ("release", "bold", "box"),
    [
        ("3.0.0", '<span style="font-weight: bold">', '<dl class="codebox"><dt>Code: '),
        ("3.1.0", '<span style="font-weight: bold">', '<div class="codebox"><p>Code: '),
        ("3.1.10", '<span style="font-weight: bold">', '<div class="codebox"><p>Code: '),
        ("3.1.11", '<strong class="text-strong">', '<div class="codebox"><p>Code: '),
        ("3.2.0", "<strong>", '<div class="codebox"><p>Code: '),
        ("3.2.1", '<strong class="text-strong">', '<div class="codebox"><p>Code: '),
        ("4.0.0-a2", '<strong class="text-strong">', '<div class="codebox"><p>Code: '),
    ],
)
def test_markup_is_that_of_the_release(release: str, bold: str, box: str) -> None:
    assert show("[b:$]x[/b:$]", release=release).startswith(bold + "x</")
    code = show("[code:$]x[/code:$]", release=release)
    assert code.startswith(box)
    assert ("<pre>" in code) == (release >= "3.2")


def test_the_readers_style_decides() -> None:
    text = "[b:$]b[/b:$][i:$]i[/i:$][size=150:$]s[/size:$]"
    assert show(text, Reader(style_bits=PLAIN_STYLE)) == (
        '<span style="font-weight: bold">b</span><span style="font-style: italic">i</span>'
        '<span style="font-size: 150%; line-height: normal">s</span>'
    )


def test_pictures_and_smilies_are_the_readers_choice() -> None:
    picture = "[img:$]http&#58;//x&#46;example/i&#46;png[/img:$]"
    assert show(picture, Reader(images=False)) == (
        '<a href="http://x.example/i.png" class="postlink">[ img ]</a>'
    )
    smiley = '<!-- s:) --><img src="{SMILIES_PATH}/a.gif" alt=":)" title="S" /><!-- s:) -->'
    shown = '<img class="smilies" src="http://f.example/images/smilies/a.gif" alt=":)" title="S" />'
    assert show(smiley, Reader(board_url="http://f.example/")) == shown
    assert show(smiley, Reader(smilies=False)) == ":)"
    assert show(smiley, flags=5) == ":)"
    assert "onerror" not in show(smiley.replace("title", "onerror"))


def test_words_are_the_readers() -> None:
    reader = Reader(words={"WROTE": "a écrit", "COLON": "\xa0:", "IMAGE": '"<b>'})
    quote = show("[quote=&quot;Bob&quot;:$]x[/quote:$]", reader)
    assert quote == "<blockquote><div><cite>Bob a écrit\xa0:</cite>x</div></blockquote>"
    assert 'alt="&quot;&lt;b&gt;"' in show("[img:$]http://x/[/img:$]", reader)


def test_words_are_censored_before_anything_else() -> None:
    words = [{"word": "bad", "replacement": "[b]good[/b]"}]
    assert show("[b:$]bad[/b:$]", censored=words) == '<strong class="text-strong">[b]good[/b]</strong>'
    assert show("bad", Reader(censor=False), censored=words) == "bad"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[url=javascript&#58;alert(1):$]x[/url:$]", "x"),
        ("[url=http&#58;//x/[b:$]:$]x[/url:$]", 'x'),
        (
            '[url=http&#58;//x/"onclick="y:$]x[/url:$]',
            '<a href="http://x/&quot;onclick=&quot;y" class="postlink">x</a>',
        ),
        ("[img:$]data:image/png,x[/img:$]", "data:image/png,x"),
        ("[email=a b@c:$]x[/email:$]", "x"),
        ("[color=red;x:$]x[/color:$]", "[color=red;x]x[/color]"),
        ("[size=123456:$]x[/size:$]", "[size=123456]x[/size]"),
        ("[list=x;y:$][*:$]a[/*:m:$][/list:o:$]", '<ol style="list-style-type: decimal"><li>a</li></ol>'),
        ("[list=DISC:$][*:$]a[/*:$][/list:u:$]", '<ul style="list-style-type: disc"><li>a</li></ul>'),
        ("[/quote:$]</div>", "&lt;/div&gt;"),
        ("a \x02" "0\x03 b", "a 0 b"),
        ('<a href="javascript:x">y</a>', "y"),
        ('<a href="http://x/" onclick="y" class="postlink">z</a>', '<a href="http://x/" class="postlink">z</a>'),
        ('<span class="x">y</span>', '&lt;span class="x"&gt;y'),
    ],
)  # fmt: skip
def test_values_are_checked(text: str, expected: str) -> None:
    assert show(text) == expected


def test_code_keeps_its_blanks() -> None:
    assert "<code>&nbsp;a<br />&nbsp; b&nbsp; &nbsp;c</code>" in show("[code:$]\n a\n  b\tc[/code:$]")
    assert "<code>&nbsp;a&nbsp; &nbsp;b</code>" in show("[code:$] a   b[/code:$]")
    first = '<span class="syntaxdefault"><br /></span>'
    assert "<code>x</code>" in show(f"[code=php:$]{first}x[/code:$]")


@pytest.mark.parametrize(
    ("replace", "text", "expected"),
    [
        ("<i>${1}</i>\n", "[x:$]a\nb[/x:$]", "<i>a<br />b</i>\n"),
        ("<i>$1\\1</i>", "[x:$]a[/x:$]", "<i>aa</i>"),
        (
            '<i title="${1}">${1}</i>',
            '[x:$]"[b:$]c[/b:$][/x:$]',
            '<i title="&quot;c">"<strong class="text-strong">c</strong></i>',
        ),
        ("<i title='${1}'>x</i>", "[x:$]'y[/x:$]", '<i title="\'y">x</i>'),
        ("<i class=${1}>x</i>", "[x:$]a b[/x:$]", '<i class="a b">x</i>'),
        ('<a href="${1}">${1}</a>', "[x:$]javascript:y[/x:$]", "<a>javascript:y</a>"),
        ('<a href="http://v.example/${1}">v</a>', "[x:$]a:b[/x:$]", '<a href="http://v.example/a:b">v</a>'),
        ('<i style="color: ${1}">x</i>', "[x:$]red[/x:$]", '<i style="color: red">x</i>'),
        ('<i style="color: ${1}">x</i>', "[x:$]red;background:url(y)[/x:$]", "<i>x</i>"),
        ('<i onclick="f(1)">${1}</i><script>f(1)</script>', "[x:$]a[/x:$]", "<i>a</i>"),
        ("<i>{L_WROTE} {L_SHOW_MORE}: ${1}</i>", "[x:$]a[/x:$]", "<i>wrote Show More: a</i>"),
        ("<div><b>${1}", "[x:$]a[/x:$]", "<div><b>a</b></div>"),
        ("a < b ${1} ${2}", "[x:$]c[/x:$]", "a &lt; b c "),
        ("${1}<li>x</li>", "[x:$]c[/x:$]", "cx"),
    ],
)  # fmt: skip
def test_custom_bbcodes(replace: str, text: str, expected: str) -> None:
    row = custom(r"!\[x:$uid\](.*?)\[/x:$uid\]!s", replace, "[x]{TEXT}[/x]")
    assert show(text, bbcodes=[row]) == expected


def test_scripts_of_the_owner_are_kept_where_wanted_but_hold_no_text() -> None:
    row = custom(r"!\[x:$uid\](.*?)\[/x:$uid\]!s", "<i onclick=\"f()\">x</i><script>f('${1}')</script>")
    assert show("[x:$]a-1[/x:$]", bbcodes=[row], unsafe_templates=True) == (
        "<i onclick=\"f()\">x</i><script>f('a-1')</script>"
    )
    assert show("[x:$]');g('[/x:$]", bbcodes=[row], unsafe_templates=True).endswith("<script>f('')</script>")


@pytest.mark.parametrize("match", ["/(?!)/", r"!\[x:$uid\]((a+)+)\[/x:$uid\]!", "!broken", ""])
def test_patterns_that_are_not_understood_leave_their_texts(match: str) -> None:
    assert show("[x:$]aaa[/x:$]", bbcodes=[custom(match, "<i>${1}</i>")]) == "[x]aaa[/x]"


def test_a_bbcode_without_a_replacement_is_a_literal() -> None:
    row = custom("[hr:$uid]", "", "[hr]", "<hr />")
    assert show("a[hr:$]b", bbcodes=[row]) == "a<hr />b"


def test_bbcodes_without_their_bit_are_text() -> None:
    row = custom(r"!\[x:$uid\](.*?)\[/x:$uid\]!s", "<i>${1}</i>")
    assert show("[x:$]&#58;[/x:$][b:$]b[/b:$]", bbcodes=[row], bitfield="QA==") == (
        '[x]&#58;[/x]<strong class="text-strong">b</strong>'
    )
    assert show("[b:$]b[/b:$]", bitfield="?") == "[b]b[/b]"
    assert show("[b:$]b[/b:$]", flags=6) == f"[b:{UID}]b[/b:{UID}]"


@pytest.mark.parametrize(
    "text",
    [
        "[hide:$]S3CRET[/hide:$]",
        "[HIDE=x:$]S3CRET[/HIDE:$]",
        "[hide:$]S3CRET[hide:$]S3CRET[/hide:$]S3CRET[/hide:$]",
        "[hide:$]S3CRET",
        "[b:$][hide:$]S3CRET[/b:$]S3CRET[/hide:$]",
        "[hide=[b:$]S3CRET[/hide:$]",
        "[hide title=x y:$]S3CRET[/hide:$]",
    ],
)
@pytest.mark.parametrize("flags", [0, 7])
def test_hidden_bbcodes_are_hidden(text: str, flags: int) -> None:
    html = show(f"a{text}", flags=flags, hidden=frozenset({"hide", "members"}))
    assert "S3CRET" not in html
    assert '<span class="phpbb3-hidden">Hidden text</span>' in html


def test_hidden_bbcodes_are_hidden_where_the_uid_is_not_known() -> None:
    renderer = Renderer(BoardTexts(hidden=frozenset({"hide"})))
    stored = StoredText(f"a[hide=x:{UID}]S3CRET[/hide:{UID}]b [hide]c[/hide]")
    assert (
        renderer.html(stored, Reader()) == 'a<span class="phpbb3-hidden">Hidden text</span>b [hide]c[/hide]'
    )


def test_many_tags_of_hidden_bbcodes_without_an_end_take_no_time() -> None:
    with cpu_bound(1):
        show("[hide=" * 40_000 + "]", hidden=frozenset({"hide"}))


def test_a_text_that_grows_out_of_proportion_and_hides_something_is_a_notice() -> None:
    row = custom("!\\[x:$uid\\](.*?)\\[/x:$uid\\]!s", "<i>${1}</i>" * 50)
    html = show(
        f"[hide:$]S3CRET[/hide:$][x:$]{'a' * 100_000}[/x:$]", bbcodes=[row], hidden=frozenset({"hide"})
    )
    assert html == '<span class="phpbb3-hidden">Hidden text</span>'


@pytest.mark.parametrize("match", ["", None])
def test_a_row_without_a_pattern_is_no_bbcode(match: str | None) -> None:
    row = custom("", "", "[x]{TEXT}[/x]", "<i>{TEXT}</i>") | {"second_pass_match": match}
    assert show("None [x:$]a[/x:$]", bbcodes=[row]) == "None [x]a[/x]"


def test_entities_of_thousands_of_digits_are_read() -> None:
    entity = f"&#{'1' * 5000};"
    assert show(f"[url=http://x/{entity}:$]a[/url:$]").startswith('<a href="http://x/&#111')
    assert plain(f"a {entity}") == "a \ufffd"
    assert show(f"[url=&#{'0' * 5000}106;avascript:f():$]a[/url:$]") == "a"


def test_a_text_that_grows_out_of_proportion_is_shown_as_it_is_stored() -> None:
    rows = [
        custom(rf"!\[x{n}:$uid\](.*?)\[/x{n}:$uid\]!s", "<i>${1}</i>" * 9, number=13 + n) for n in range(12)
    ]
    opened = "".join(f"[x{n}:$]" for n in range(12))
    closed = "".join(f"[/x{n}:$]" for n in reversed(range(12)))
    text = f"{opened}<{'a' * 1000}\n{closed}"
    html = show(text, bbcodes=rows)
    assert html == text.replace("$", UID).replace("<", "&lt;").replace("\n", "<br />")


@pytest.mark.parametrize("release", ["3.0.14", "3.1.12", "3.3.10"])
def test_plain_text(release: str) -> None:
    smiley = '<!-- s:) --><img src="{SMILIES_PATH}/a.gif" alt=":)" title="S" /><!-- s:) -->'
    link = '<!-- m --><a class="postlink" href="http://x.example/">x.example</a><!-- m -->'
    text = (
        f"[quote=&quot;Bob&quot;:$]q[/quote:$][b:$]a &amp; b[/b:$]\n{smiley} {link} [code:$]c &lt; d[/code:$]"
        "[list:$][*:$]e[/*:m:$][*:$]f[/*:m:$][/list:u:$][img:$]http://x.example/i.png[/img:$] bad"
    )
    words = [{"word": "bad", "replacement": "&quot;good&quot;"}]
    expected = 'a & b :) x.example c < d e f "good"'
    assert plain(text, release=release, quotes=False, censored=words) == expected
    assert plain(text, Reader(censor=False), release=release, censored=words).startswith("Bob wrote: q a & b")


def test_a_bbcode_that_asks_who_reads_today_is_hidden_in_old_texts() -> None:
    template = '<xsl:if test="$S_USER_LOGGED_IN"><div>{TEXT}</div></xsl:if>'
    row = custom("/(?!)/", "", "[members]{TEXT}[/members]", template) | {"bbcode_tag": "members"}
    for reader in (Reader(), Reader(signed_in=True)):
        html = show("a[members:$]S3CRET[/members:$]", reader, bbcodes=[row])
        assert html == 'a<span class="phpbb3-hidden">Hidden text</span>'
        assert plain("a[members:$]S3CRET[/members:$]b", reader, bbcodes=[row]) == "ab"
