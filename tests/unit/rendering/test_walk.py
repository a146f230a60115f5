"""The XML form: the walk over its tree, phpBB's own elements, markup by release, plain text."""

from __future__ import annotations

import dataclasses

import pytest

from flask_phpbb3.phpbb.stored_texts import StoredText
from flask_phpbb3.rendering.markup import markup_of
from flask_phpbb3.rendering.renderer import Renderer
from flask_phpbb3.rendering.viewer import BoardTexts, Reader

from ...texts import HISTORIES

READER = Reader(censor=False)
SMILEY = {
    "code": "&lt;3",
    "emotion": "A &quot;b&quot;",
    "smiley_url": "h e.gif",
    "smiley_width": 1,
    "smiley_height": 2,
}


def renderer(release: str = "3.3.14", **fields: object) -> Renderer:
    markup = markup_of(HISTORIES, release)
    return Renderer(BoardTexts(release=release, markup=markup, smilies=[SMILEY], **fields))  # type: ignore[arg-type]


def html(text: str, reader: Reader = READER, release: str = "3.3.14") -> str:
    return renderer(release).html(StoredText(text), reader)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<t>a<br/>\nb &amp; \"c\"</t>", 'a<br>\nb &amp; "c"'),
        ("<t>a &#65;</t>", "a A"),
        ("<t>a<B>b</B></t>", 'a<strong class="text-strong">b</strong>'),
        ("<t></t>", ""),
        ("<r/ >", "&lt;r/ &gt;"),
        ("<r>a<s>b</s>c<e>d</e><i>\n</i>e</r>", "ace"),
        ("<r>a<s><B>b</B></s>c</r>", "ac"),
        ("<r>a<X y='z'>b<B>c</B></X>d</r>", 'ab<strong class="text-strong">c</strong>d'),
        ("<r>a\x00b\x1fc</r>", "abc"),
        ("<r>a\ud800b</r>", "ab"),
        ("<r>&euro;&nbsp;&#0;&#x41;&x;&</r>", "€\N{NO-BREAK SPACE}&amp;#0;A&amp;x;&amp;"),
        (f"<r>&#{'1' * 5000};&#{'0' * 5000}65;</r>", "\ufffdA"),
        ("<r>a > b</r>", "a &gt; b"),
        ("<r>&lt;b&gt;</r>", "&lt;b&gt;"),
        ("<r>a</r>b", "&lt;r&gt;a&lt;/r&gt;b"),
        ("<r><B></r>", "&lt;r&gt;&lt;B&gt;&lt;/r&gt;"),
        ("<r><!-- a --></r>", "&lt;r&gt;&lt;!-- a --&gt;&lt;/r&gt;"),
        ("<r><?php x?></r>", "&lt;r&gt;&lt;?php x?&gt;&lt;/r&gt;"),
        (
            '<r><!DOCTYPE r [<!ENTITY a "b">]>&a;</r>',
            '&lt;r&gt;&lt;!DOCTYPE r [&lt;!ENTITY a "b"&gt;]&gt;&amp;a;&lt;/r&gt;',
        ),
    ],
)  # fmt: skip
def test_texts(text: str, shown: str) -> None:
    assert html(text) == shown


@pytest.mark.parametrize(
    ("element", "shown"),
    [
        ('<LIST type="lower-alpha"><LI>a</LI></LIST>', '<ol style="list-style-type:lower-alpha"><li>a</li></ol>'),
        ('<LIST type="square"><LI>a</LI></LIST>', '<ul style="list-style-type:square"><li>a</li></ul>'),
        ('<LIST type="a;b"><LI>a</LI></LIST>', "<ul><li>a</li></ul>"),
        ('<SIZE size="12345">a</SIZE>', "a"),
        (
            '<URL url="https://x.example/?a=1&amp;b=2">a</URL>',
            '<a href="https://x.example/?a=1&amp;b=2" class="postlink">a</a>',
        ),
        ('<URL url="gopher://x/">a</URL>', "a"),
        ('<URL url="HTTP://x/">a</URL>', '<a href="HTTP://x/" class="postlink">a</a>'),
        ('<EMAIL email="a b@c">a</EMAIL>', "a"),
        (
            '<EMAIL email="a@b.example" subject="s" body="b">a</EMAIL>',
            '<a href="mailto:a@b.example?subject=s&amp;body=b">a</a>',
        ),
        (
            "<E>&lt;3</E>",
            '<img class="smilies" src="./images/smilies/h%20e.gif" width="1" height="2" alt="&lt;3" tit'
            'le="A &quot;b&quot;">',
        ),
        ("<E>&lt;4</E>", "&lt;4"),
        ('<EMOJI seq="1f600&quot;">\U0001f600</EMOJI>', "\U0001f600"),
        (
            '<EMOJI seq="0031-20e3" tseq="31-20e3">1</EMOJI>',
            '<img alt="1" class="emoji smilies" draggable="false" src="//cdn.jsdelivr.net/gh/twitter/tw'
            'emoji@latest/assets/svg/31-20e3.svg">',
        ),
        (
            '<ATTACHMENT index="1" filename="a&lt;b">x</ATTACHMENT>',
            '<div class="inline-attachment"><!-- ia1 -->a&lt;b<!-- ia1 --></div>',
        ),
        ('<ATTACHMENT index="1--&gt;" filename="a">x</ATTACHMENT>', '<div class="inline-attachment">a</div>'),
        (
            '<QUOTE author="a" url="javascript:x" user_id="1x">b</QUOTE>',
            "<blockquote><div><cite>a wrote:</cite>b</div></blockquote>",
        ),
        (
            '<QUOTE author="a" profile_url="http://evil/" date="now">b</QUOTE>',
            "<blockquote><div><cite>a wrote:</cite>b</div></blockquote>",
        ),
        (
            '<FLASH url="http://x/f.swf" width="1" height="2">http://x/f.swf</FLASH>',
            '<a href="http://x/f.swf" class="postlink">http://x/f.swf</a>',
        ),
    ],
)  # fmt: skip
def test_elements(element: str, shown: str) -> None:
    assert html(f"<r>{element}</r>") == shown


QUOTE = '<r><QUOTE author="a" post_id="5" time="0">b</QUOTE></r>'
MESSAGE = '<r><QUOTE author="a" msg_id="5">b</QUOTE></r>'
EMOJI = '<r><EMOJI seq="a" tseq="b">x</EMOJI></r>'


@pytest.mark.parametrize(
    ("release", "text", "part"),
    [
        ("3.2.0", "<r><B>a</B></r>", "<strong>a</strong>"),
        ("3.2.1", "<r><B>a</B></r>", '<strong class="text-strong">a</strong>'),
        ("3.2.0", QUOTE, '<div class="responsive-hide">'),
        ("3.3.0", QUOTE, '<div class="responsive-hide">'),
        ("3.3.1", QUOTE, '<span class="responsive-hide">'),
        ("3.3.0", QUOTE, "<blockquote><div>"),
        ("3.3.1", QUOTE, '<blockquote cite="./viewtopic.php?p=5#p5"><div>'),
        ("3.2.8", MESSAGE, "a wrote:</cite>"),
        ("3.2.9", MESSAGE, 'a wrote: <a href="./ucp.php?i=pm&amp;mode=view&amp;p=5" data-msg-id="5">↑</a></cite>'),
        ("3.3.13", QUOTE, ">↑</a>"),
        ("3.3.14-RC1", QUOTE, '"><i class="icon fa-arrow-circle-up fa-fw" aria-hidden="true"></i></a>'),
        ("4.0.0-a1", QUOTE, '<i class="icon fa-arrow-circle-up fa-fw fas" aria-hidden="true"></i>'),
        ("3.3.14", QUOTE, ' aria-label="View quoted post" data-post-id="5"'),
        ("3.2.5", EMOJI, "/emojione/assets/svg/a.svg"),
        ("3.2.6", EMOJI, "//twemoji.maxcdn.com/2/svg/b.svg"),
        ("3.3.9", EMOJI, "//twemoji.maxcdn.com/2/svg/b.svg"),
        ("3.3.10", EMOJI, "//cdn.jsdelivr.net/gh/twitter/twemoji@latest/assets/svg/b.svg"),
        ("4.0.0", EMOJI, '<span class="emoji">x</span>'),
        ("3.3.1", '<r><EMAIL email="a@b" subject="c">d</EMAIL></r>', '<a href="mailto:a@b">d</a>'),
        ("3.3.2", '<r><EMAIL email="a@b" subject="c">d</EMAIL></r>', '<a href="mailto:a@b?subject=c">d</a>'),
        ("4.0.0", '<r><FLASH url="http://x/">a</FLASH></r>', "a"),
    ],
)  # fmt: skip
def test_markup_by_release(release: str, text: str, part: str) -> None:
    assert part in html(text, release=release)


def test_readers() -> None:
    image = '<r><IMG src="http://x/a.png">http://x/a.png</IMG></r>'
    assert html(image) == '<img src="http://x/a.png" class="postimage" alt="Image">'
    assert html(image, dataclasses.replace(READER, images=False)) == "http://x/a.png"
    assert html("<r><E>&lt;3</E></r>", dataclasses.replace(READER, smilies=False)) == "&lt;3"
    plain = dataclasses.replace(READER, style_bits=frozenset())
    assert html("<r><B>a</B></r>", plain) == '<span style="font-weight:bold">a</span>'
    assert (
        html('<r><SIZE size="150">a</SIZE></r>', plain)
        == '<span style="font-size:150%;line-height:normal">a</span>'
    )
    french = dataclasses.replace(READER, words={"WROTE": "a écrit", "COLON": "\u00a0:"})
    assert "<cite>a a écrit\u00a0:</cite>" in html('<r><QUOTE author="a">b</QUOTE></r>', french)
    away = dataclasses.replace(READER, board_url="https://f.example/")
    assert 'href="https://f.example/viewtopic.php?p=5#p5"' in html(QUOTE, away)
    mention = '<r><MENTION user_id="2">a</MENTION><MENTION group_id="3">b</MENTION><MENTION>c</MENTION></r>'
    assert html(mention, release="4.0.0") == "abc"
    assert html(mention, dataclasses.replace(READER, mentions=True), "4.0.0") == (
        '@<a class="mention" href="./memberlist.php?mode=viewprofile&amp;u=2">a</a>'
        '@<a class="mention" href="./memberlist.php?mode=group&amp;g=3">b</a>@<span class="mention">c</span>'
    )


def test_readers_take_turns_with_one_renderer() -> None:
    shared, image = renderer(), StoredText('<r><IMG src="http://x/">a</IMG><E>&lt;3</E>{L}</r>')
    for number in range(300):  # more than are kept
        words = {"IMAGE": f"Bild {number}"}
        first = dataclasses.replace(READER, words=words, board_url=f"https://{number}.example/")
        second = dataclasses.replace(first, images=False, smilies=False)
        assert f'alt="Bild {number}"' in shared.html(image, first)
        assert f'src="https://{number}.example/images' in shared.html(image, first)
        assert shared.html(image, second) == "a&lt;3{L}"


def test_what_html_differs_by_is_in_the_key() -> None:
    base = Reader(now=1_700_000_000)
    assert base.key == dataclasses.replace(base, now=1_700_100_000).key
    relative = dataclasses.replace(base, date_format="|d M|")
    assert relative.key != dataclasses.replace(relative, now=1_700_000_060).key
    others: list[dict[str, object]] = [
        {"images": False}, {"smilies": False}, {"censor": False}, {"signed_in": True}, {"is_bot": True},
        {"words": {"WROTE": "x"}}, {"style_bits": frozenset({1})}, {"board_url": "/"}, {"date_format": "Y"},
        {"mentions": True}, {"language": "fr"},
    ]  # fmt: skip
    keys = {dataclasses.replace(base, **other).key for other in others}  # type: ignore[arg-type]
    assert len(keys | {base.key}) == len(others) + 1


def test_an_application_may_write_other_markup() -> None:
    own = renderer(
        overrides={"B": "<b>{@x}<xsl:apply-templates/></b>", "URL": '<a href="{@url}" rel="ugc">{.}</a>'}
    )
    assert own.html(StoredText('<r><B x="1">a</B></r>'), READER) == "<b>1a</b>"
    assert own.html(StoredText('<r><URL url="javascript:x">a</URL></r>'), READER) == "a"


def test_attachments_are_filled_in_after_the_censor() -> None:
    board = renderer(censored=[{"word_id": 1, "word": "secret", "replacement": "***"}])
    stored = StoredText(
        '<r>secret <ATTACHMENT index="0" filename="a"/><ATTACHMENT index="7" filename="b&lt;"/></r>'
    )
    filled = board.html(
        stored, Reader(), attachments=lambda index, name: None if index else f"<i>secret {name}</i>"
    )
    assert filled == (
        '*** <div class="inline-attachment"><i>secret a</i></div>'
        '<div class="inline-attachment"><!-- ia7 -->b&lt;<!-- ia7 --></div>'
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<t>a<br/>\nb &amp; c</t>", "a b & c"),
        ("<r><B>a</B>b &lt;i&gt;</r>", "ab <i>"),
        ('<r>a<LIST><LI>b</LI><LI>c</LI></LIST>d</r>', "a b c d"),
        ('<r>a <E>&lt;3</E> <EMOJI seq="1">\U0001f600</EMOJI> <IMG src="http://x/">y</IMG></r>', "a <3 \U0001f600"),
        ("<r><CODE>a &lt; b</CODE>c</r>", "a < b c"),
        ('<r><QUOTE author="A" post_id="1" time="1">q</QUOTE>b</r>', "A wrote: q b"),
        ('<r>a <ATTACHMENT index="0" filename="f.txt">x</ATTACHMENT></r>', "a f.txt"),
        ("<r><B>broken</r>", "<r><B>broken</r>"),
    ],
)  # fmt: skip
def test_plain_text(text: str, words: str) -> None:
    assert renderer().plain_text(StoredText(text), READER) == words


def test_plain_text_without_quotes_is_cut_at_a_word() -> None:
    stored = StoredText("<r><QUOTE>a <QUOTE>b</QUOTE> c</QUOTE>one two <QUOTE>d</QUOTE>three badword</r>")
    board = renderer(censored=[{"word_id": 1, "word": "badword", "replacement": "good"}])
    assert board.plain_text(stored, Reader(), quotes=False) == "one two three good"
    assert board.plain_text(stored, Reader(), quotes=False, length=10) == "one two…"
    assert board.plain_text(stored, READER, quotes=False) == "one two three badword"
