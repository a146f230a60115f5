from __future__ import annotations

import time

import pytest

from flask_phpbb3.rendering.censor import Censor

from ... import boards


def censor(*words: tuple[str, str]) -> Censor:
    return Censor([{"word": word, "replacement": replacement} for word, replacement in words])


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("bad", "bad BAD Bad, bad.", "X X X, X."),
        ("bad", "badly embad bad1 ébad", "badly embad bad1 ébad"),
        ("bad", "bad_ _bad bad-", "X_ _X X-"),
        ("bad*", "badly bad1 bad-x embad", "X X X-x embad"),
        ("*bad", "embad badly", "X badly"),
        ("*bad*", "xbadx badbad", "X X"),
        ("foo*bar", "foozzbar foobar foo bar foo-bar", "X X foo bar foo-bar"),
        ("foo*bar*baz", "foobarbarbazbaz foobarba", "X foobarba"),
        ("b?d", "bad b.d b d bd", "X X X bd"),
        ("two words", "two words twowords two \n words", "X X X"),
        ("foo * bar", "foo x bar foo bar foobar foo x y bar", "X X X foo x y bar"),
        ("ÜBER", "über übera", "X übera"),
        ("amp", "a &amp; b amp", "a &amp; b X"),
        ("39", "&#39; 39", "&#39; X"),
        ("a&amp;b", "a&amp;b", "X"),
        ("x&lt;y", "x&lt;y", "X"),
        ("say &quot;x&quot;", 'say "x" <a title="say &quot;x&quot;">', 'X <a title="X">'),
        ("a.c", "a.c abc", "X abc"),
        ("div", '<div class="div">div</div>', '<div class="X">X</div>'),
        ("http", '<a href="http://x/">http</a>', '<a href="X://x/">X</a>'),
        ("this", '<a onclick="f(this)" title="this">', '<a onclick="f(this)" title="X">'),
        ("b", "<b>a</b> <!-- b -->", "<b>a</b> <!-- b -->"),
        ("*", "any text", "any text"),
        ("", "any text", "any text"),
    ],
)
def test_words_in_html(word: str, text: str, expected: str) -> None:
    assert censor((word, "X")).html(text) == expected


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("bad", "bad BAD Bad, bad.", "X X X, X."),
        ("bad", "badly embad bad1 bad_ -bad", "badly embad bad1 bad_ -bad"),
        ("bad", "bad² ½bad badⅷ", "X² ½X Xⅷ"),
        ("bad*", "badly bad-x_1 embad", "X X embad"),
        ("*bad", "em-bad badly", "X badly"),
        ("foo*bar", "foozzbar foobar foo   bar foo-bar foo.bar", "X X X X foo.bar"),
        ("foo*bar*baz", "foobarbar baz foobarba", "X foobarba"),
        ("foo*bar*baz", "fooxbarybaz foo bar baz foobarbarxbaz", "X X X"),
        ("*foo*bar", "xfoofoo bar xfooy bar", "X xfooy bar"),
        ("a*a*a*a*b", "aaa a b aaaa", "X aaaa"),
        ("b?d", "bad b?d", "bad X"),
        ("two words", "two words twowords", "X twowords"),
        ("a&amp;b", "a&amp;b", "X"),
        ("x.*y", "x...y xy x.y", "X X X"),
        ("x.**y", "x.y", "x.y"),
        ("*", "any text", "any text"),
    ],
)
def test_words_in_titles(word: str, text: str, expected: str) -> None:
    assert censor((word, "X")).title(text) == expected


def test_replacements() -> None:
    assert censor(("a", "&lt;b&gt;'&quot;")).html("a") == "&lt;b&gt;&#039;&quot;"
    assert censor(("a", "&lt;b&gt;'")).title("a") == "&lt;b&gt;'"
    assert censor(("a", "")).html("[a]") == "[]"
    assert censor(("price", r"US$10 $1 ${1} \0")).title("price") == "US price price price"


def test_of_two_words_the_first_by_replacement_counts_in_html_and_all_count_in_titles() -> None:
    words = censor(("ab*", "One"), ("*bc", "Two"), ("abc", "One"))
    assert words.html("abc") == "One"
    assert censor(("a", "b"), ("b", "c")).title("a") == "c"
    assert censor(("a", "b"), ("b", "c")).html("a") == "b"


def test_a_replacement_makes_no_address_active() -> None:
    words = censor(("http", "javascript"), ("x", "data"))
    assert words.html('<a href="http://x">http</a>') == '<a href="http://x">javascript</a>'
    assert words.html('<a href="x:y">') == '<a href="x:y">'


def test_the_boards_words() -> None:
    words = Censor(boards.table("3.3.10", "words"))
    golden = boards.golden("3.3.10", "postgresql")
    for text, expected in golden["censor_text"]:
        assert words.title(text) == expected
    for viewer in ("guest", "alice"):
        shown = boards.load("content/3.3.10", f"posts-censored-{viewer}.json.gz")
        for title, expected in shown["titles"].items():
            assert words.title(title) == expected
    guest = boards.load("content/3.3.10", "posts-censored-guest.json.gz")["posts"]
    for number, post in golden["posts"].items():
        assert words.html(post["html_viewtopic"]) == guest[number]
    changed = sum(post["html_viewtopic"] != guest[number] for number, post in golden["posts"].items())
    print(f"{len(golden['posts'])} posts, {changed} censored")  # noqa: T201
    assert changed == 32


SIZE = 256_000
WORDS = ("foo*bar*baz", "*foo*bar*", "two words", "foo * bar", "foo ? bar", "*?*?*", "a*a*a*a*b", "foo*", "?")
TEXTS = ("foobar", "foo" + " " * 500, " ", "a", "foo", "foo ", "-", "a-", "foo_", "&amp;", "é")


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("piece", TEXTS, ids=lambda piece: piece[:4])
def test_large_texts_take_time_in_proportion(word: str, piece: str) -> None:
    words, text = censor((word, "x")), piece * (SIZE // len(piece))
    start = time.process_time()
    words.html(text)
    words.title(text)
    assert time.process_time() - start < 5  # some tenths; backtracking would take minutes
