"""Stored texts of both forms and the HTML that each line shows, for several readers; written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from flask_phpbb3 import BoundPhpBB3

from ..apps import clock
from .conftest import World
from .times import NOW

STRONG, EM = '<strong class="text-strong">', '<em class="text-italics">'
XML_LINES = ("3.2", "3.3", "4.0")
SMILE = '<img class="smilies" src="./images/smilies/smile.gif" width="15" height="17" alt=":)" title="Smile">'

Shown = str | Mapping[str, str]
"""The HTML; by line where lines differ."""

XML: list[tuple[str, Shown]] = [
    ("<t>Plain &amp; simple</t>", "Plain &amp; simple"),
    ('<t>"quoted" &lt;tag&gt;<br/>\nnext</t>', '"quoted" &lt;tag&gt;<br>\nnext'),
    ("<r><B><s>[b]</s>bold<e>[/b]</e></B></r>", f"{STRONG}bold</strong>"),
    ("<r><I><s>[i]</s>slanted<e>[/i]</e></I></r>", f"{EM}slanted</em>"),
    ("<r><U>under</U></r>", '<span style="text-decoration:underline">under</span>'),
    ('<r><COLOR color="#abCDef">x</COLOR></r>', '<span style="color:#abCDef">x</span>'),
    ('<r><COLOR color="red;top:0">x</COLOR></r>', "x"),
    ('<r><SIZE size="85">x</SIZE></r>', '<span style="font-size:85%;line-height:116%">x</span>'),
    (
        '<r><URL url="https://example.org/?a=1&amp;b=2">site</URL></r>',
        '<a href="https://example.org/?a=1&amp;b=2" class="postlink">site</a>',
    ),
    ('<r><URL url="javascript:alert(1)">site</URL></r>', "site"),
    (
        '<r><IMG src="https://example.org/x.png">https://example.org/x.png</IMG></r>',
        '<img src="https://example.org/x.png" class="postimage" alt="Image">',
    ),
    (
        '<r><EMAIL email="a@example.org" subject="Hi%20you">mail</EMAIL></r>',
        {
            "3.2": '<a href="mailto:a@example.org">mail</a>',
            "": '<a href="mailto:a@example.org?subject=Hi%20you">mail</a>',
        },
    ),
    (
        "<r><LIST><LI>one</LI><i>\n</i><LI>two</LI></LIST></r>",
        "<ul><li>one</li><li>two</li></ul>",
    ),
    (
        '<r><LIST type="decimal"><LI>one</LI></LIST></r>',
        '<ol style="list-style-type:decimal"><li>one</li></ol>',
    ),
    (
        "<r><QUOTE><s>[quote]</s>said<e>[/quote]</e></QUOTE></r>",
        '<blockquote class="uncited"><div>said</div></blockquote>',
    ),
    (
        '<r><QUOTE author="Ann &amp; Co">said</QUOTE></r>',
        "<blockquote><div><cite>Ann &amp; Co wrote:</cite>said</div></blockquote>",
    ),
    (
        '<r><QUOTE author="ann" user_id="7">said</QUOTE></r>',
        '<blockquote><div><cite><a href="./memberlist.php?mode=viewprofile&amp;u=7">ann</a> wrote:</cite>'
        "said</div></blockquote>",
    ),
    ("<r>Hello <E>:)</E></r>", f"Hello {SMILE}"),
    ("<r>Hello <E>:o)</E></r>", "Hello :o)"),
    (
        '<r><EMOJI seq="1f600" tseq="1f600">\N{GRINNING FACE}</EMOJI></r>',
        {
            "3.2": '<img alt="\N{GRINNING FACE}" class="emoji smilies" draggable="false"'
            ' src="//twemoji.maxcdn.com/2/svg/1f600.svg">',
            "3.3": '<img alt="\N{GRINNING FACE}" class="emoji smilies" draggable="false"'
            ' src="//cdn.jsdelivr.net/gh/twitter/twemoji@latest/assets/svg/1f600.svg">',
            "4.0": '<span class="emoji">\N{GRINNING FACE}</span>',
        },
    ),
    ("<r>An <X-NEWS>unknown <B>one</B></X-NEWS></r>", f"An unknown {STRONG}one</strong>"),
    ("<t>Darned, oh HECK</t>", "d***, oh nice &amp; quiet"),
    ("<t>undarned</t>", "undarned"),
    ("<r>broken</t>", "&lt;r&gt;broken&lt;/t&gt;"),
    ("<t><script>x</script></t>", "x"),
]

UID: list[tuple[str, str, str, Shown]] = [
    # text, uid, bitfield, HTML
    ("Plain &amp; simple\nnext", "", "", "Plain &amp; simple<br />next"),
    (
        "[b:1a2b3c4d]bold[/b:1a2b3c4d]",
        "1a2b3c4d",
        "QA==",
        {
            "3.0": '<span style="font-weight: bold">bold</span>',
            "": f"{STRONG}bold</strong>",
        },
    ),
    ("[b:1a2b3c4d]bold[/b:1a2b3c4d]", "1a2b3c4d", "IA==", "[b]bold[/b]"),  # another bit is set
    ("[b:1a2b3c4d]bold[/b:1a2b3c4d]", "1a2b3c4d", "", "[b:1a2b3c4d]bold[/b:1a2b3c4d]"),  # none is: no BBCode
    ("[b:other]bold[/b:other]", "1a2b3c4d", "QA==", "[b:other]bold[/b:other]"),  # another text's
    (
        "[url=https&#58;//example&#46;org/:1a2b3c4d]site[/url:1a2b3c4d]",
        "1a2b3c4d",
        "EA==",
        '<a href="https://example.org/" class="postlink">site</a>',
    ),
    (
        "[list:1a2b3c4d][*:1a2b3c4d]one[/*:m:1a2b3c4d][/list:u:1a2b3c4d]",
        "1a2b3c4d",
        "AEA=",
        "<ul><li>one</li></ul>",
    ),
    (
        '<!-- m --><a class="postlink" href="http://example.org/">http://example.org/</a><!-- m -->',
        "",
        "",
        '<!-- m --><a class="postlink" href="http://example.org/">http://example.org/</a><!-- m -->',
    ),
    ("darned", "", "", "d***"),
    ("<b>raw</b>", "", "", "&lt;b&gt;raw&lt;/b&gt;"),
]


def of(line: str, shown: Shown) -> str:
    return shown if isinstance(shown, str) else shown.get(line, shown.get("", ""))


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    with clock(NOW):
        yield


def shown(phpbb3: BoundPhpBB3, text: str, user_id: int | None = None, **columns: Any) -> str:
    row = {
        "post_text": text, "bbcode_uid": "", "bbcode_bitfield": "",
        "enable_bbcode": 1, "enable_smilies": 1, "enable_magic_url": 1, **columns,
    }  # fmt: skip
    return str(phpbb3.render(row, user_id=user_id, board_url="./"))


def test_stored_texts(phpbb3: BoundPhpBB3, world: World) -> None:
    line = world.made.line
    texts = [*((text, "", "", html) for text, html in XML if line in XML_LINES), *UID]
    wrong = []
    for text, uid, bitfield, html in texts:
        found = shown(phpbb3, text, bbcode_uid=uid, bbcode_bitfield=bitfield)
        if found != of(line, html):
            wrong.append((text, found, of(line, html)))
    assert wrong == []


PICTURE = '<r><IMG src="https://example.org/x.png">https://example.org/x.png</IMG></r>'
MEMBERS = "<r><MEMBERS><s>[members]</s>for members<e>[/members]</e></MEMBERS></r>"
READERS = [
    ("guest", PICTURE, XML[10][1]),
    ("grace", PICTURE, "https://example.org/x.png"),  # wants no pictures
    ("guest", "<r><E>:)</E></r>", SMILE),
    ("erin", "<r><E>:)</E></r>", ":)"),  # wants no smilies
    ("guest", "<t>darn</t>", "d***"),
    ("frank", "<t>darn</t>", "darn"),  # wants to see all words
    ("trent", "<t>darn</t>", "d***"),  # wants it too, and may not
    ("guest", MEMBERS, "<em>Sign in!</em>"),
    ("alice", MEMBERS, "<b>for members</b>"),
    ("google", MEMBERS, "<em>Sign in!</em>"),
    (
        "guest",
        '<r><MARK mark="#ff0"><s>[mark=#ff0]</s>x<e>[/mark]</e></MARK></r>',
        '<mark style="color:#ff0">x</mark>',
    ),
    ("guest", '<r><MARK mark="#ff0;top:0">x</MARK></r>', "x"),
]


def test_readers_and_own_bbcodes(phpbb3: BoundPhpBB3, world: World) -> None:
    made = world.made
    wrong = []
    for name, text, html in READERS if made.line in XML_LINES else READERS[:0]:
        found = shown(phpbb3, text, made.people[name])
        if found != html:
            wrong.append((name, text, found, html))
    old = {"trent": "d***", "frank": "darn"}
    for name, html in old.items():
        if (found := shown(phpbb3, "darn", made.people[name])) != html:
            wrong.append((name, "darn", found, html))
    assert wrong == []
    assert phpbb3.censor("Darned & heck") == "d*** & nice & quiet"
