from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_phpbb3.rendering.usage import RefusedDefinitionError, parse_usage

from ...cpu import cpu_bound


@pytest.mark.parametrize(
    ("usage", "attributes", "tokens", "content"),
    [
        ("[b]{TEXT}[/b]", set(), {}, "TEXT"),
        ("[hr]", set(), {}, None),
        ("[hr/]", set(), {}, None),
        ("[br2][/br2]", set(), {}, None),
        ("[MARK={COLOR}]{TEXT}[/mark]", {"mark"}, {"COLOR": "mark"}, "TEXT"),
        ("[mod={TEXT1}]{TEXT2}[/mod]", {"mod"}, {"TEXT1": "mod"}, "TEXT2"),
        (
            "[a href={URL;useContent} T={TEXT1;optional}]{TEXT}[/a]",
            {"href", "t"},
            {"URL": "href", "TEXT1": "t"},
            "TEXT",
        ),
        (
            "[two={TEXT1};{TEXT2}]{ANYTHING}[/two]",
            {"two0", "two1"},
            {"TEXT1": "two0", "TEXT2": "two1"},
            "ANYTHING",
        ),
        ("[post=#{NUMBER}]{TEXT}[/post]", {"post0"}, {"NUMBER": "post0"}, "TEXT"),
        ("[yt]https://y.example/?v={IDENTIFIER}[/yt]", {"content0"}, {"IDENTIFIER": "content0"}, None),
        ("[img2={NUMBER1},{NUMBER2}]{URL}[/img2]", {"img20", "img21", "content"}, {"URL": "content"}, None),
        ("[st]{TEXT1?}[/st]", {"content"}, {"TEXT1": "content"}, None),
        ("[x={TEXT}]{TEXT}[/x]", {"x"}, {"TEXT": None}, None),
        ("[x a={NUMBER} b={NUMBER}]{TEXT}[/x]", {"a", "b"}, {"NUMBER": None}, "TEXT"),
        ("[x={PARSE=/(?<w>\\d+)x(?<h>\\d+)/}]{TEXT}[/x]", {"w", "h"}, {"w": "w", "h": "h"}, "TEXT"),
        ("[x={REGEXP=/^[A-Z]{3}]$/i}]{TEXT}[/x]", {"x"}, {"REGEXP": "x"}, "TEXT"),
        ("[x={CHOICE=a b,c}]{TEXT}[/x]", {"x"}, {"CHOICE": "x"}, "TEXT"),
        ("[x={MAP=a:eins,b:&quot;}]{TEXT}[/x]", {"x"}, {"MAP": "x"}, "TEXT"),
        ("[x $forceLookahead=true #ignoreTags=true]{TEXT}[/x]", set(), {}, "TEXT"),
        ("[x={TEXT1} x1={TEXT2}]\n {TEXT3} \n[/x]", {"x", "x1"}, {"TEXT2": "x1"}, "TEXT3"),
    ],
)
def test_usages(usage: str, attributes: set[str], tokens: dict[str, str | None], content: str | None) -> None:
    found = parse_usage(usage)
    assert set(found.attributes) == attributes
    assert tokens.items() <= found.tokens.items()
    assert found.content == content
    assert found.name == found.name.upper()


@pytest.mark.parametrize(
    "usage",
    [
        "",
        "b",
        "[b",
        "[b]{TEXT}[/c]",
        "[b]{FOO}[/b]",
        "[b]{FOO;BAR}[/b]",
        "[b={}]x[/b]",
        "[b={TEXT]x[/b]",
        "[b={REGEXP=/x]{TEXT}[/b]",
        "[b 1={TEXT}]x[/b]",
        "[b]" + "x" * 9000 + "[/b]",
    ],
)
def test_what_phpbb_refuses(usage: str) -> None:
    with pytest.raises(RefusedDefinitionError):
        parse_usage(usage)


@pytest.mark.parametrize(
    ("definition", "accepted", "refused"),
    [
        ("{ALNUM}", ["a1"], ["a-1", "", "a\n"]),
        ("{CHOICE=left,Right}", ["LEFT", "right"], ["up", ""]),
        ("{CHOICE=left,Right;caseSensitive}", ["left", "Right"], ["LEFT"]),
        ("{COLOR}", ["red", "#fff", "#A0B1C2", "rgb(1, 2,3)"], ["red;x", "#ggg", "url(x)", "red\n"]),
        ("{EMAIL}", ["a@b.example"], ["a b@c", "x", "a@b\n", '"@x']),
        ("{FLOAT}", ["1.5", "-3"], ["1.", "x", "٣"]),
        ("{IDENTIFIER}", ["a-b_1"], ["a b", "ä"]),
        ("{INT}", ["-5", "7"], ["1.5", "٣"]),
        ("{INTTEXT}", ["ü ñ, x"], ["a;b", "<", '"']),
        ("{IP}", ["127.0.0.1", "::1"], ["x y"]),
        ("{NUMBER}", ["012"], ["-1", "1e9", "٣", "1\n"]),
        ("{SIMPLETEXT}", ["a b+c.d"], ["ü", "<"]),
        ("{URL}", ["http://x.example/", "./x"], ["javascript:x", "\tx", "data:,x"]),
    ],
)
def test_types(definition: str, accepted: list[str], refused: list[str]) -> None:
    check = parse_usage(f"[x={definition}]{{TEXT}}[/x]").attributes["x"].check(frozenset({"http"}))
    assert check is not None
    assert [value for value in accepted if not check(value)] == []
    assert [value for value in refused if check(value)] == []


@given(st.text(alphabet="[]{}=/;?,TEX1a# $", max_size=40))
def test_any_text_is_read_or_refused(usage: str) -> None:
    try:
        parse_usage(usage)
    except RefusedDefinitionError:
        return


@pytest.mark.parametrize("usage", [f"[x]{' ' * 7000}[/y", "[x={REGEXP=/a/" + ";" * 7000 + "[/x]"])
def test_a_broken_usage_takes_no_time(usage: str) -> None:
    with cpu_bound(1), pytest.raises(RefusedDefinitionError):
        parse_usage(usage)
