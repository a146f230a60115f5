from __future__ import annotations

import pytest

from flask_phpbb3.rendering.words import count, word

FRENCH = {
    "WROTE": "a écrit",
    "COLON": "\xa0:",
    "AGO": ["à l'instant", "il y a %d minute", "il y a %d minutes"],
}


def test_a_given_word_wins_over_english_and_an_unknown_one_is_its_key() -> None:
    assert word(FRENCH, "WROTE") == "a écrit"
    assert word(FRENCH, "L_WROTE") == "a écrit"
    assert word({}, "WROTE") == "wrote"
    assert word({}, "L_ABBC3_SPOILER_SHOW") == "ABBC3_SPOILER_SHOW"


def test_forms_for_numbers() -> None:
    assert [count({}, "AGO", n) for n in (0, 1, 2)] == [
        "less than a minute ago", "1 minute ago", "2 minutes ago",
    ]  # fmt: skip
    assert [count(FRENCH, "AGO", n) for n in (0, 1, 5)] == [
        "à l'instant", "il y a 1 minute", "il y a 5 minutes",
    ]  # fmt: skip
    assert count({"AGO": "vor %d Min."}, "AGO", 7) == "vor 7 Min."
    assert count({"AGO": []}, "AGO", 7) == "7"
    assert count({}, "NO_SUCH", 7) == "7"


@pytest.mark.parametrize(
    ("rule", "numbers", "forms"),
    [
        ("0", (1, 2, 5), "111"),
        ("1", (1, 2, 21), "122"),
        ("2", (1, 2, 21), "122"),
        ("3", (1, 11, 21, 2), "2323"),
        ("4", (1, 11, 2, 12, 3, 19, 20), "1122334"),
        ("5", (1, 2, 19, 20, 101), "12232"),
        ("6", (1, 2, 10, 11, 21), "13221"),
        ("7", (1, 2, 5, 11, 12, 21, 22), "1233312"),
        ("8", (1, 2, 4, 5, 22), "12233"),
        ("9", (1, 2, 5, 12, 22), "12332"),
        ("10", (1, 2, 3, 4, 5, 101), "123341"),
        ("11", (1, 2, 3, 6, 7, 10, 11), "1233445"),
        ("12", (1, 2, 3, 10, 11, 99, 100), "1233445"),
        ("13", (1, 2, 10, 11, 19, 20), "122334"),
        ("14", (1, 2, 3, 11), "1231"),
        ("15", (1, 11, 21, 2), "1212"),
        ("99", (1, 2), "12"),
        ("x", (1, 2), "12"),
    ],
)
def test_plural_rules(rule: str, numbers: tuple[int, ...], forms: str) -> None:
    words = {"PLURAL_RULE": rule, "AGO": [str(form) for form in range(7)]}
    assert "".join(count(words, "AGO", number) for number in numbers) == forms
