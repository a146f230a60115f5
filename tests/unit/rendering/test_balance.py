from __future__ import annotations

import pytest

from flask_phpbb3.rendering.balance import balanced


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a<b>b</b>c", "a<b>b</b>c"),
        ("<b>a", "<b>a</b>"),
        ("a</b>b", "ab"),
        ("<b><i>a</b>c</i>", "<b><i>a</i></b><i>c</i>"),
        ("<div><b>a</div>c</b>", "<div><b>a</b></div>c"),
        ("<b><div>a</b>c</div>", "<b><div>a</div></b>c"),
        ('a<br /><img src="x" />b', 'a<br /><img src="x" />b'),
        ('<a title="</a>">x</a>', '<a title="</a>">x</a>'),
        ("<!-- ia0 -->x<!-- ia0 -->", "<!-- ia0 -->x<!-- ia0 -->"),
        ("<li>a</li>", "a"),
        ("<ul><li>a<li>b</ul></li>", "<ul><li>a<li>b</li></li></ul>"),
        ("<DIV>a</div>", "<DIV>a</div>"),
        ("", ""),
    ],
)
def test_tags_open_and_close_in_order(html: str, expected: str) -> None:
    assert balanced(html) == expected


def test_many_crossing_tags_do_not_multiply() -> None:
    html = "<b>" * 2000 + "<i>" * 2000 + "</b>" * 2000
    assert len(balanced(html)) < 4 * len(html)


def test_a_long_tag_that_is_crossed_often_does_not_multiply() -> None:
    html = "<b>" * 300 + f'<a href="{"a" * 20_000}">' + "</b>" * 300
    assert len(balanced(html)) < 10 * len(html)
