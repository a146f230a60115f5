"""A user name as phpBB compares it: folded, so that names that look alike are one."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from .text import escape, stored_forms

_BLANKS = re.compile(r"[ \u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_CONTROL: Final = frozenset({"Cc", "Cf"})

# Characters that look alike, as far as phpBB and Unicode's list of them are known to agree.
_APOSTROPHES = str.maketrans(dict.fromkeys("'`\u00b4\u02b9\u02bb\u02bc\u2018\u2019\u2032", "\u02b9"))
_CYRILLIC_AS_LATIN = str.maketrans("агсԁеһіјӏорԛѕԝхуѵ", "arcdehijlopqswxyv")  # noqa: RUF001 - that is the point
_CYRILLIC_AS_SMALL_CAPITALS = str.maketrans("вкмнтзп", "\u0299\u0138\u028d\u029c\u1d1b\u025cn")
_GREEK_AS_LATIN = str.maketrans("αικνορυχ", "aiĸvopux")


def folded_forms(name: str) -> list[str]:
    """Return the folded forms under which phpBB may have stored a name (phpBB rule: Names of users).

    Characters that look alike are folded too, but which ones phpBB takes for alike depends on tables of its own; so
    several readings are among the forms.

    :param name: as somebody types it.
    """
    folded = [_fold(form) for form in stored_forms(name)]
    forms = [*folded, *(form.translate(_APOSTROPHES) for form in folded)]
    latin = [form.translate(_CYRILLIC_AS_LATIN).translate(_GREEK_AS_LATIN) for form in forms]
    small = [form.translate(_CYRILLIC_AS_SMALL_CAPITALS) for form in latin]
    return list(dict.fromkeys((*forms, *latin, *small)))


def folded_prefix(text: str) -> str:
    """Return the folded form of the beginning of a name; a blank at its end stays out."""
    return _fold(escape(unicodedata.normalize("NFC", text)))


def _fold(text: str) -> str:
    for _ in range(2):  # folding may make new compositions, and these new case pairs
        text = unicodedata.normalize("NFKC", "".join(map(_fold_character, text)))
    text = "".join(c for c in text if unicodedata.category(c) not in _CONTROL)
    return _BLANKS.sub(" ", text).strip(" ")


def _fold_character(character: str) -> str:
    """Return a character in lower case; phpBB's tables do not know capitals that came later than they."""
    is_old = unicodedata.ucd_3_2_0.category(character) != "Cn"
    return character.casefold() if is_old else character
