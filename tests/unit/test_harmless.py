"""The check of rendered texts finds what it is for."""

from __future__ import annotations

import pytest

from ..harmless import complaints


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        '<b onclick="x">y</b>',
        "</div></div>",
        "</div>",
        "<li>x",
        "</li>",
        "</ul>",
        "</b>",
        "<b>",
        '<a href="http://x.example">',
        "<table><tr><td>x",
        "<!-- x",
        "<textarea>",
        '<a href="javascript:x">y</a>',
        '<a href="java&#10;script:x">y</a>',
        '<p style="x:url(y)">z</p>',
        "<svg></svg>",
    ],
)
def test_harm_is_found(html: str) -> None:
    assert complaints(html)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "a &lt;b&gt; <b>c</b>",
        '<a href="./viewtopic.php?p=1#p1" class="postlink">x</a>',
        '<p>Code: <a href="#" onclick="selectCode(this); return false;">Select all</a></p>',
        '<span style="font-size: 150%; line-height: 116%;">x</span>',
        '<!-- ia0 -->x<!-- ia0 --><img src="http://x.example/" alt="x">',
        "<ul><li>a<ol><li>b</li></ol></li></ul>",
    ],
)
def test_harmless_texts_are_let_through(html: str) -> None:
    assert complaints(html) == []
