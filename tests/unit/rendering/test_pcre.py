from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from flask_phpbb3.rendering.matching import Allowance
from flask_phpbb3.rendering.pcre import RefusedPatternError, read_pattern

UID = "uid12345"


def texts_of(stored: str, usage: str, text: str) -> list[list[str]]:
    """Return what the groups of each match hold."""
    found: list[list[str]] = []

    def note(values: Sequence[str]) -> str:
        found.append([*values])
        return ""

    read_pattern(stored, usage).for_uid(UID).replaced_in(text.replace("$uid", UID), note, Allowance(100_000))
    return found


@pytest.mark.parametrize(
    ("stored", "usage", "text", "expected"),
    [
        (r"!\[m:$uid\](.*?)\[/m:$uid\]!s", "", "[m:$uid]a\nb[/m:$uid] [m:$uid]c[/m:$uid]", [["a\nb"], ["c"]]),
        (r"!\[m:$uid\](.*?)\[/m:$uid\]!", "", "[m:$uid]a\nb[/m:$uid] [m:$uid]c[/m:$uid]", [["c"]]),
        (r"!\[m:$uid\](.*?)\[/m:$uid\]!i", "", "[M:$uid]a[/m:$uid]", [["a"]]),
        (r"!\[m:$uid\](.*?)\[/m:$uid\]!s", "", "[M:$uid]a[/m:$uid]", []),
        (r"#\[hr:$uid\]#", "", "a[hr:$uid]b[hr:$uid]", [[], []]),
        (r"{\[hr\:$uid\]}", "", "[hr:$uid]", [[]]),
        (r"!\[v\=([0-9]+),([0-9]+):$uid\]!s", "", "[v=1,2:$uid][v=1,x:$uid][v=,2:$uid]", [["1", "2"]]),
        (r"!\[s\=([a-zA-Z0-9-+.,_ ]+),([a-zA-Z0-9-+.,_ ]+):$uid\]!", "", "[s=a,b,c:$uid]", [["a,b", "c"]]),
        (r"!\[t:$uid\]([\p{L}\p{N}\-+,_. ]+)\[/t:$uid\]!u", "", "[t:$uid]é1[/t:$uid][t:$uid]<[/t:$uid]", [["é1"]]),
        (r"!\[t:$uid\]([\w-+]+?)x!", "", "[t:$uid]a-xbx", [["a-"]]),
        (r"!\[t:$uid\]\s*([[:alpha:]]{2,3})\s*!", "", "[t:$uid]  ab\n[t:$uid]a[t:$uid]abcd", [["ab"], ["abc"]]),
        (r"!\[t:$uid\](.+)\[/t:$uid\]!sU", "", "[t:$uid]a[/t:$uid]b[/t:$uid]", [["a"]]),
        (r"!\[t:$uid\](.+)\[/t:$uid\]!s", "", "[t:$uid]a[/t:$uid]b[/t:$uid]", [["a[/t:$uid]b".replace("$uid", UID)]]),
        (
            r"!\[c\=([a-zA-Z]+|#[0-9abcdefABCDEF]+):$uid\](.*?)\[/c:$uid\]!s", "[c={COLOR}]{TEXT}[/c]",
            "[c=red:$uid]x[/c:$uid][c=#12345g:$uid]y[/c:$uid][c=#ab:$uid]z[/c:$uid]", [["red", "x"]],
        ),
        (
            r"!\[u\=(?i)((?:[a-z]+|[a-z./:]+)+)(?-i):$uid\](.*?)\[/u:$uid\]!s", "[u={URL}]{TEXT}[/u]",
            "[u=http://x.example:80/:$uid]x[/u:$uid][u=a b:$uid]y[/u:$uid]", [["http://x.example:80/", "x"]],
        ),
        (
            r"!\[e\=([a-z]+@(?:[a-z]+\.)+[a-z]+):$uid\]!", "[e={EMAIL}]",
            "[e=a@b.example:$uid][e=a@:$uid]", [["a@b.example"]],
        ),
    ],
)  # fmt: skip
def test_patterns_of_custom_bbcodes(stored: str, usage: str, text: str, expected: list[list[str]]) -> None:
    assert texts_of(stored, usage, text) == expected


@pytest.mark.parametrize(
    "stored",
    [
        "", "!", "/(?!)/", "abc", "!x", "!x!e", "!x!X", "!(.*?)x!", "!x(a+)+y!", "!x(?:a|b)y!", "!x|y!", "!^x!", "!x$!",
        "!x(!", "!x)!", "![x!", r"!x(\x41+)!", r"!x(a){9}!", r"!x(\1)!", "!x(?P<n>.*)y!", "!x(.*?)?y!",
    ],
)  # fmt: skip
def test_other_patterns_are_refused(stored: str) -> None:
    with pytest.raises(RefusedPatternError):
        read_pattern(stored, "[x]{TEXT}[/x]")


@pytest.mark.parametrize("text", ["[s=" + "," * 250_000, "[s=a," * 50_000, "[s=,,,,:$uid]" * 15_000])
def test_a_search_is_bounded(text: str) -> None:
    letters = "([a-zA-Z0-9-+.,_ ]+)"
    start = time.process_time()
    texts_of(rf"!\[s\={letters},{letters},{letters},{letters}:$uid\](.*?)\[/s:$uid\]!s", "", text)
    assert time.process_time() - start < 2
