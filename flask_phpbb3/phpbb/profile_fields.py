"""Custom profile fields: who may see them where, and what is shown of a stored value."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any, Final

from .php import to_bool, to_int

PLACES: Final[Mapping[str, tuple[str, str]]] = {
    "profile": ("load_cpf_viewprofile", ""),
    "topic": ("load_cpf_viewtopic", "field_show_on_vt"),
    "message": ("load_cpf_pm", "field_show_on_pm"),
    "list": ("load_cpf_memberlist", "field_show_on_ml"),
}
"""Page → the board's switch, and the column that puts a field there."""

_KINDS_OF_3_0: Final = {"1": "int", "2": "string", "3": "text", "4": "bool", "5": "dropdown", "6": "date"}
_RADIO: Final = "1"
_DATE = re.compile(r"\s*(\d{1,2})-\s*(\d{1,2})-\s*(\d{1,4})\Z")
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):[^\s\x00-\x1f\x7f]+\Z", re.IGNORECASE)
_UNSAFE: Final = frozenset({"javascript", "data", "vbscript", "file", "blob", "filesystem", "about"})

Shown = str | int | datetime.date


def kind(field: Mapping[str, Any]) -> str:
    """Return the kind of a field, such as ``int``, ``string``, ``text``, ``bool``, ``dropdown``, ``date``, ``url``."""
    text = str(field["field_type"])
    return _KINDS_OF_3_0.get(text, text.rpartition(".")[2])


def is_shown(field: Mapping[str, Any], place: str, config: Mapping[str, str], *, sees_hidden: bool) -> bool:
    """Tell whether a field is shown on a page (phpBB rule: Profile fields that are shown).

    :param place: a key of `PLACES`.
    :param sees_hidden: the viewer has a right of moderators or administrators.
    """
    switch, column = PLACES[place]
    if not to_bool(config.get(switch, "0")) or (column and not to_int(field.get(column, 0))):
        return False
    if not to_int(field["field_active"]) or to_int(field["field_no_view"]):
        return False
    return sees_hidden or not to_int(field["field_hide"])


def shown_value(field: Mapping[str, Any], stored: Any, options: Mapping[int, str]) -> Shown | None:
    """Return what is shown of a stored value; None if nothing is (phpBB rule: Profile fields that are shown).

    :param field: with ``field_length``, ``field_novalue``, ``field_default_value``, ``field_show_novalue``.
    :param stored: the value of the column; None or empty where the user has none.
    :param options: option id → text, for kinds that have options.
    """
    shows_nothing = bool(to_int(field["field_show_novalue"]))
    show = {"int": _integer, "bool": _boolean, "dropdown": _option, "date": _date}.get(kind(field), _text)
    return show(field, stored, options, shows_nothing)


def contact_address(field: Mapping[str, Any], value: Shown | None) -> str:
    """Return the address that a contact field leads to; empty if it is none, or an unsafe one."""
    pattern = str(field.get("field_contact_url") or "")
    if not pattern or value in (None, "") or not to_int(field.get("field_is_contact", 0)):
        return ""
    address = pattern.replace("%s", str(value), 1)
    found = _SCHEME.match(address)
    return address if found is not None and found[1].lower() not in _UNSAFE else ""


def _text(
    field: Mapping[str, Any], stored: Any, options: Mapping[int, str], shows_nothing: bool
) -> str | None:
    if stored in (None, "", "0", 0):
        return "" if shows_nothing else None
    return str(stored)


def _integer(
    field: Mapping[str, Any], stored: Any, options: Mapping[int, str], shows_nothing: bool
) -> int | None:
    if stored in (None, ""):
        return 0 if shows_nothing else None
    return to_int(stored)


def _boolean(
    field: Mapping[str, Any], stored: Any, options: Mapping[int, str], shows_nothing: bool
) -> str | None:
    value = to_int(stored)
    if not value and shows_nothing:
        value = to_int(field["field_default_value"])
    if not value:
        return None
    return options.get(value - 1 if str(field["field_length"]) == _RADIO else value)


def _option(
    field: Mapping[str, Any], stored: Any, options: Mapping[int, str], shows_nothing: bool
) -> str | None:
    nothing = to_int(field["field_novalue"])
    value = nothing if stored in (None, "") else to_int(stored)
    if value == nothing and not shows_nothing:
        return None
    return options.get(value - 1)


def _date(
    field: Mapping[str, Any], stored: Any, options: Mapping[int, str], shows_nothing: bool
) -> str | datetime.date | None:
    found = _DATE.match(str(stored or ""))
    nothing = "" if shows_nothing else None
    if found is None:
        return nothing
    day, month, year = map(int, found.groups())
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return nothing
