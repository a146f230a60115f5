"""Templates of custom BBCodes: what phpBB makes of them, and what must not reach a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_phpbb3.phpbb.stored_texts import StoredText
from flask_phpbb3.rendering.compiler import Options, compile_template
from flask_phpbb3.rendering.renderer import Renderer
from flask_phpbb3.rendering.usage import RefusedDefinitionError
from flask_phpbb3.rendering.viewer import BoardTexts, Reader

MEMBER = Reader(signed_in=True, is_registered=True)
BOT = Reader(signed_in=True, is_bot=True)


def board(*bbcodes: tuple[str, str], unsafe: bool = False, **fields: object) -> Renderer:
    rows = [
        {"bbcode_id": number, "bbcode_tag": usage[1:3], "bbcode_match": usage, "bbcode_tpl": template}
        for number, (usage, template) in enumerate(bbcodes, 13)
    ]
    return Renderer(BoardTexts(bbcodes=rows, unsafe_templates=unsafe, **fields))  # type: ignore[arg-type]


def shown(
    usage: str, template: str, stored: str, reader: Reader | None = None, *, unsafe: bool = False
) -> str:
    reader = reader or Reader()
    return board((usage, template), unsafe=unsafe).html(StoredText(f"<r>{stored}</r>"), reader)


X = "[x={TEXT1}]{TEXT2}[/x]"
ANIMATE = '<animate attributename="href"></animate>'


@pytest.mark.parametrize(
    ("template", "html"),
    [
        ("<b>{TEXT2}</b>", "<b>in</b>"),
        ("{TEXT1}: {TEXT2}", "v&amp;\": in"),
        ('<b title="{TEXT1}" class="{TEXT2}">x</b>', '<b title="v&amp;&quot;" class="in">x</b>'),
        ("<B>a<BR>{TEXT2}", "<b>a<br>in</b>"),
        ("<ul><li>a<li>{TEXT2}</ul>", "<ul><li>a</li><li>in</li></ul>"),
        (
            "<table><tr><td>a<td>{TEXT2}<tr><td>b</table>",
            "<table><tr><td>a</td><td>in</td></tr><tr><td>b</td></tr></table>",
        ),
        ("<dl><dt>a<dd>{TEXT2}<dt>b</dl>", "<dl><dt>a</dt><dd>in</dd><dt>b</dt></dl>"),
        ("<p>a<p>{TEXT2}", "<p>a</p><p>in</p>"),
        ("<ul><li>a<ul><li>{TEXT2}</ul><li>c</ul>", "<ul><li>a<ul><li>in</li></ul></li><li>c</li></ul>"),
        ("&nbsp;&copy; & {TEXT2} &amp;amp;", "\N{NO-BREAK SPACE}© &amp; in &amp;amp;"),
        ("<i> {TEXT2} </i>  <i>\n</i>", "<i> in </i><i></i>"),
        ("<!-- a -->{TEXT2}", "<!-- a -->in"),
        ("<![CDATA[<b>]]>{TEXT2}", "&lt;b&gt;in"),
        ("{{{TEXT2}}}", "{{in}}"),
        (
            '<b data-a="{{x}}" data-b=\'{"c":1}\' data-d="{e f}">{TEXT2}</b>',
            '<b data-a="{x}" data-b="{&quot;c&quot;:1}" data-d="{e f}">in</b>',
        ),
        ('<b data-a="{concat(@x, 1 + 1)}">{TEXT2}</b>', '<b data-a="v&amp;&quot;2">in</b>'),
        ('<input disabled value="a"/>{TEXT2}', '<input disabled value="a">in'),
        ("<svg/>{TEXT2}", "<svg></svg>in"),
        ('<a target="_blank" href="/x">{TEXT2}</a>', '<a target="_blank" href="/x" rel="noreferrer">in</a>'),
        (
            '<a target="_blank" rel="a noopener" href="/x">{TEXT2}</a>',
            '<a target="_blank" rel="a noopener" href="/x">in</a>',
        ),
        ('<a href="/x y/ä?a=<&b=%41%">{TEXT2}</a>', '<a href="/x%20y/%C3%A4?a=%3C&amp;b=%41%25">in</a>'),
        ('<b style="color: #FFFFFF; margin: 0px 1px ;">{TEXT2}</b>', '<b style="color:#fff;margin:0 1px">in</b>'),
        ('<b 1x="a" x"y="b" ok="c">{TEXT2}</b>', '<b ok="c">in</b>'),
        ("<xsl:element name=\"U\">{TEXT2}</xsl:element>", "<u>in</u>"),
        ("<xsl:comment>a--{TEXT1}</xsl:comment>{TEXT2}", "<!--av&amp;\"-->in"),
        ("<xsl:text> a </xsl:text>{TEXT2}", " a in"),
        ('<xsl:value-of select="string-length(.)"/>', "2"),
        ('<b><xsl:copy-of select="@x"/>{TEXT2}</b>', '<b x="v&amp;&quot;">in</b>'),
        ('<b><xsl:copy-of select="@missing"/>{TEXT2}</b>', "<b>in</b>"),
        ('<xsl:if test="@x">a</xsl:if><xsl:if test="not(@x)">b</xsl:if>', "a"),
        ('<xsl:choose><xsl:when test="@y">a</xsl:when><xsl:otherwise>{TEXT2}</xsl:otherwise></xsl:choose>', "in"),
        (
            '<b><xsl:attribute name="title">a<xsl:if test="@x">{TEXT1}</xsl:if></xsl:attribute>{TEXT2}</b>',
            '<b title="av&amp;&quot;">in</b>',
        ),
        ('<b><xsl:if test="@x"><xsl:attribute name="id">i</xsl:attribute></xsl:if>{TEXT2}</b>', '<b id="i">in</b>'),
        ("{L_WROTE} {L_NOBODY} {NOBODY} {@nobody}", "wrote NOBODY  "),
        ("{TEXT2}{TEXT2}", "inin"),
    ],
)  # fmt: skip
def test_templates(template: str, html: str) -> None:
    assert shown(X, template, '<X x="v&amp;&quot;"><s>[x]</s>in<e>[/x]</e></X>') == html


@pytest.mark.parametrize(
    "template",
    [
        "{TEXT5}",
        "{NUMBER}",
        "<xsl:if test='@x'><br></xsl:if>",
        "<xsl:for-each select='@*'>a</xsl:for-each>",
        "<xsl:variable name='a'/>",
        "<xsl:apply-templates select='@x'/>",
        "<xsl:copy-of select='.'/>",
        "<xsl:choose><b/></xsl:choose>",
        "<b>" * 200,
    ],
)
def test_refused_templates_leave_no_bbcode(template: str) -> None:
    assert shown(X, template, '<X x="v">in</X>') == "in"


@pytest.mark.parametrize(
    ("usage", "template", "value", "html"),
    [
        (X, '<a href="{TEXT1}">{TEXT2}</a>', "javascript:alert(1)", "<a>in</a>"),
        (X, '<a href="{TEXT1}">{TEXT2}</a>', "http://x.example/", '<a href="http://x.example/">in</a>'),
        (X, '<a href="java{TEXT1}">{TEXT2}</a>', "script:alert(1)", "<a>in</a>"),
        (X, '<a href="http://x/{TEXT1}">{TEXT2}</a>', "javascript:", '<a href="http://x/javascript:">in</a>'),
        (X, '<a href="{L_NONE}{TEXT1}">{TEXT2}</a>', "javascript:x", "<a>in</a>"),
        (X, '<a href="{@X}{@x}">{TEXT2}</a>', "javascript:x", "<a>in</a>"),
        (X, '<b style="color:{TEXT1}">{TEXT2}</b>', "red", '<b style="color:red">in</b>'),
        (X, '<b style="color:{TEXT1}">{TEXT2}</b>', "red;x:y", "<b>in</b>"),
        (X, '<b style="{TEXT1}">{TEXT2}</b>', "position:fixed", "<b>in</b>"),
        (X, '<b onclick="f(1)" ONCLICK="f()">{TEXT2}</b>', "a", "<b>in</b>"),
        (X, '<b><xsl:attribute name="onclick">f()</xsl:attribute>{TEXT2}</b>', "a", "<b>in</b>"),
        (X, "<script>f()</script>{TEXT2}", "a", "in"),
        (X, '<xsl:element name="script">f()</xsl:element>{TEXT2}', "a", "in"),
        (X, '<iframe srcdoc="{TEXT1}"></iframe>{TEXT2}', "a", "<iframe></iframe>in"),
        (X, '<a href="javascript:f()">{TEXT2}</a>', "a", "<a>in</a>"),
        (X, "<style>.a{{x:y}} {TEXT1}</style>{TEXT2}", "</style><b>", "<style>.a{{x:y}} </style>in"),
        (X, "<style>{TEXT2}</style>", "a", "<style></style>"),
        (X, "<!-- {TEXT1} -->{TEXT2}", "--><b>", "<!-- {TEXT1} -->in"),
        (X, "<textarea>{TEXT1}</textarea>", "</textarea><b>", "<textarea>&lt;/textarea&gt;&lt;b&gt;</textarea>"),
        ("[x={URL}]{TEXT}[/x]", '<a href="{URL}">{TEXT}</a>', "javascript:x", "in"),
        (
            "[x={URL}]{TEXT}[/x]",
            '<b style="background:url({URL})">{TEXT}</b>',
            "http://x/",
            '<b style="background:url(http://x/)">in</b>',
        ),
        ("[x={URL}]{TEXT}[/x]", '<b style="background:url({URL})">{TEXT}</b>', "http://x/);y:z", "<b>in</b>"),
        ("[x={NUMBER}]{TEXT}[/x]", '<b style="width:{NUMBER}px">{TEXT}</b>', "1;x", "in"),
        ("[x={CHOICE=a,b}]{TEXT}[/x]", "<b>{CHOICE}</b>", "c", "in"),
        (
            "[x={EMAIL}]{TEXT}[/x]",
            '<a href="mailto:{EMAIL}">{TEXT}</a>',
            "a@b.example",
            '<a href="mailto:a@b.example">in</a>',
        ),
        (
            "[x={FONTFAMILY}]{TEXT}[/x]",
            '<b style="font-family:{FONTFAMILY}">{TEXT}</b>',
            "'Comic Sans', \"A b\" ,serif",
            "<b style=\"font-family:'Comic Sans', &quot;A b&quot; ,serif\">in</b>",
        ),
        ("[x={FONTFAMILY}]{TEXT}[/x]", '<b style="font-family:{FONTFAMILY}">{TEXT}</b>', "'a", "in"),
        (X, '<animate attributeName="href" values="{TEXT1}"/>{TEXT2}', "#;javascript:f()", f"{ANIMATE}in"),
        ("[x={URL}]{TEXT}[/x]", '<base href="{URL}">{TEXT}', "http://x/", "<base>in"),
        ("[x={URL}]{TEXT}[/x]", '<link href="{URL}">{TEXT}', "http://x/", "<link>in"),
        ("[x={MAP=a:b}]{TEXT}[/x]", '<b class="{MAP}">{TEXT}</b>', '"<', '<b class="&quot;&lt;">in</b>'),
    ],
)  # fmt: skip
def test_values_of_members(usage: str, template: str, value: str, html: str) -> None:
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    assert shown(usage, template, f'<X x="{escaped}"><s>[x]</s>in<e>[/x]</e></X>') == html


@pytest.mark.parametrize(
    ("template", "html"),
    [
        ('<b onclick="f()">{TEXT2}</b>', '<b onclick="f()">in</b>'),
        ("<script>1 < 2;</script>{TEXT2}", "<script>1 < 2;</script>in"),
        ('<a href="javascript:f()">{TEXT2}</a>', '<a href="javascript:f%28%29">in</a>'),
        ("<b onclick=\"f('{TEXT1}')\">{TEXT2}</b>", "<b>in</b>"),
        ("<script>f('{TEXT1}')</script>{TEXT2}", "<script>f('')</script>in"),
        ("<script>{TEXT2}</script>", "<script></script>"),
        ('<a href="javascript:{TEXT1}">{TEXT2}</a>', "<a>in</a>"),
        ('<script src="{TEXT1}"/>{TEXT2}', "<script></script>in"),
        ('<script src="https://x/a.js"/>{TEXT2}', '<script src="https://x/a.js"></script>in'),
    ],
)
def test_an_owner_may_want_scripts_but_no_text_in_them(template: str, html: str) -> None:
    assert shown(X, template, '<X x="alert(1)">in</X>', unsafe=True) == html


@pytest.mark.parametrize("reader", [Reader(), MEMBER, BOT])
def test_a_template_may_ask_who_reads(reader: Reader) -> None:
    template = (
        '<xsl:choose><xsl:when test="$S_USER_LOGGED_IN and not($S_IS_BOT)">{TEXT}</xsl:when>'
        "<xsl:otherwise>{L_LOGIN}</xsl:otherwise></xsl:choose>"
    )
    html = shown("[hide]{TEXT}[/hide]", template, "<HIDE>secret</HIDE>", reader)
    assert html == ("secret" if reader is MEMBER else "Login")


@pytest.mark.parametrize(
    "template",
    [
        '<xsl:if test="$S_HAS_POSTED">{TEXT}</xsl:if>',
        '<xsl:if test="not($S_HAS_POSTED)">{TEXT}</xsl:if>',
        '<xsl:choose><xsl:when test="$S_USER_LOGGED_IN or $USER_ID = 2">{TEXT}</xsl:when></xsl:choose>',
        '<xsl:if test="ancestor::B">{TEXT}</xsl:if>{TEXT}',
        '<b><xsl:attribute name="title"><xsl:if test="$S_X">{TEXT}</xsl:if></xsl:attribute>{TEXT}</b>',
        '<xsl:if test="not($S_X)"><xsl:for-each select="@x"/>{TEXT}</xsl:if>',
        "<p><xsl:if test='$S_USER_LOGGED_IN'>{TEXT}</xsl:if>",
        '<xsl:if test="' + "1-" * 1900 + '1">{TEXT}</xsl:if>',
    ],
)
def test_what_cannot_be_decided_shows_nothing(template: str) -> None:
    assert shown("[x]{TEXT}[/x]", template, "a<X>secret</X>b", MEMBER) == "ab"


def test_a_refused_value_does_not_show_what_is_for_members() -> None:
    usage, template = "[x={NUMBER}]{TEXT}[/x]", '<xsl:if test="$S_USER_LOGGED_IN">{NUMBER}: {TEXT}</xsl:if>'
    for stored in ('<X x="a">secret</X>', '<ACR><X x="a">secret</X></ACR>'):
        renderer = board((usage, template), ("[acr]{TEXT}[/acr]", '<b title="{TEXT}">{TEXT}</b>'))
        assert "secret" not in renderer.html(StoredText(f"<r>{stored}</r>"), Reader())
        assert "secret" not in renderer.plain_text(StoredText(f"<r>{stored}</r>"), Reader())
    assert shown(usage, template, '<X x="1">in</X>', MEMBER) == "1: in"


@pytest.mark.parametrize("where", ["overrides", "markup"])
def test_what_markup_shows_to_members_is_not_shown_in_broken_texts(where: str) -> None:
    markup = {"CLUB": '<xsl:if test="$S_REGISTERED_USER"><xsl:apply-templates/></xsl:if>'}
    renderer = board(overrides=markup) if where == "overrides" else board(markup=markup)
    for stored in (
        StoredText("<r><CLUB>secret</CLUB><B></r>"),
        StoredText("[club:3k9dzqlm]secret[/club:3k9dzqlm]", "3k9dzqlm", "QA=="),
    ):
        assert renderer.html(stored, Reader()) == '<span class="phpbb3-hidden">Hidden text</span>'
        assert renderer.plain_text(stored, Reader()) == ""


@pytest.mark.parametrize("name", ["hide", "Hidden", "gone"])
@pytest.mark.parametrize(
    "template",
    [
        "<div>{TEXT}</div>",
        "<!-- HIDDEN -->{TEXT}<!-- HIDDEN -->",
        '<xsl:if test="$S_USER_LOGGED_IN">Hello</xsl:if>{TEXT}',
        '<xsl:if test="$S_USER_LOGGED_IN"><xsl:apply-templates/></xsl:if><b title="{TEXT}"/>',
        '<xsl:if test="@x">{TEXT}</xsl:if>',
    ],
)
def test_a_name_that_hides_is_believed(name: str, template: str) -> None:
    renderer = board((f"[{name}]{{TEXT}}[/{name}]", template), hidden=frozenset({"hide", "hidden", "gone"}))
    stored = StoredText(f'<r>a<{name.upper()} x="1">secret</{name.upper()}>b</r>')
    assert renderer.html(stored, MEMBER) == 'a<span class="phpbb3-hidden">Hidden text</span>b'
    assert renderer.plain_text(stored, MEMBER) == "ab"
    assert renderer.programs.is_hidden(name.upper())


@pytest.mark.parametrize(
    ("usage", "template", "attributes"),
    [
        ("[hide]{SIMPLETEXT}[/hide]", "<b>{SIMPLETEXT}</b>", 'content="secret"'),
        ("[hide]{NUMBER}-{SIMPLETEXT}[/hide]", "<b>{SIMPLETEXT}</b>", 'content0="1" content1="secret"'),
        ("[hide]{PARSE=/(?<what>.+)/}[/hide]", "<b>{@what}</b>", 'what="secret"'),
        ("[hide what={TEXT1;useContent}]{TEXT}[/hide]", "<b>{TEXT1}</b>", 'what="secret"'),
        ("[hide what={TEXT1}]{SIMPLETEXT}[/hide]", '<b><xsl:copy-of select="@*"/></b>', 'content="secret"'),
    ],
)
def test_content_in_attributes_is_hidden_too(usage: str, template: str, attributes: str) -> None:
    renderer = board((usage, template), hidden=frozenset({"hide"}))
    assert "secret" not in renderer.html(StoredText(f"<r><HIDE {attributes}>secret</HIDE></r>"), MEMBER)


def test_a_title_outside_of_the_question_is_shown() -> None:
    template = '<b>{TEXT1}</b><xsl:if test="$S_USER_LOGGED_IN">{TEXT2}</xsl:if>'
    renderer = board(("[hide={TEXT1}]{TEXT2}[/hide]", template), hidden=frozenset({"hide"}))
    stored = StoredText('<r><HIDE hide="title">secret</HIDE></r>')
    assert renderer.html(stored, Reader()) == "<b>title</b>"
    assert renderer.html(stored, MEMBER) == "<b>title</b>secret"


def test_markup_of_a_plugin_that_cannot_be_used_shows_the_children(caplog: pytest.LogCaptureFixture) -> None:
    renderer = board(markup={"B": "<xsl:for-each/>", "I": "<i><xsl:apply-templates/></i>"})
    assert renderer.html(StoredText("<r><B>a</B><I>b</I></r>"), Reader()) == "a<i>b</i>"
    assert "markup of B cannot be used" in caplog.text


def test_markup_of_a_plugin_that_cannot_be_used_and_asks_who_reads_shows_nothing() -> None:
    renderer = board(markup={"B": '<xsl:if test="$S_USER_LOGGED_IN"><xsl:for-each/></xsl:if>'})
    assert renderer.html(StoredText("<r>a<B>secret</B></r>"), MEMBER) == "a"


def test_an_element_without_a_definition_is_hidden_by_its_name() -> None:
    html = board(hidden=frozenset({"hide"})).html(
        StoredText("<r><HIDE>secret</HIDE><GONE>x</GONE></r>"), MEMBER
    )
    assert html == '<span class="phpbb3-hidden">Hidden text</span>x'


@pytest.mark.parametrize("name", ["HIDE", "n:HIDE"])
def test_a_namespace_does_not_show_what_is_hidden(name: str) -> None:
    stored = StoredText(f'<r xmlns="x" xmlns:n="y"><{name}>secret</{name}></r>')
    html = board(hidden=frozenset({"hide"})).html(stored, MEMBER)
    assert html == '<span class="phpbb3-hidden">Hidden text</span>'


def test_a_title_leaves_out_what_is_hidden() -> None:
    renderer = board(
        ("[acr]{TEXT}[/acr]", '<b title="{TEXT}">x</b>'),
        ("[member]{TEXT}[/member]", '<xsl:if test="$S_USER_LOGGED_IN">{TEXT}</xsl:if>'),
    )
    stored = StoredText("<r><ACR>a<MEMBER>b<I>c</I></MEMBER>d<s>e</s></ACR></r>")
    assert renderer.html(stored, Reader()) == '<b title="ad">x</b>'
    assert renderer.html(stored, MEMBER) == '<b title="abcd">x</b>'


def test_the_last_definition_that_is_not_refused_wins() -> None:
    renderer = board(
        ("[x]{TEXT}[/x]", "<i>{TEXT}</i>"), ("[X]{TEXT}[/X]", "<b>{TEXT}</b>"), ("[x]{TEXT}[/x]", "{TEXT9}")
    )
    assert renderer.html(StoredText("<r><X>a</X></r>"), Reader()) == "<b>a</b>"


def test_local_addresses_begin_with_the_boards() -> None:
    renderer = board(
        ("[x]{LOCAL_URL}[/x]", '<a href="{LOCAL_URL}">y</a>'), address="https://forum.example/{a}/"
    )
    assert (
        renderer.html(StoredText('<r><X content="javascript:x">z</X></r>'), Reader())
        == '<a href="https://forum.example/%7Ba%7D/javascript:x">y</a>'
    )


@given(st.text(alphabet="<>/=\"' {}TEXab@xsl:-!&;", max_size=60))
def test_any_template_is_compiled_or_refused(template: str) -> None:
    try:
        compile_template(template, Options(schemes=frozenset({"http"})))
    except RefusedDefinitionError:
        return
