"""What a custom profile field may hold, by its type (phpBB rule: Custom profile fields)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_phpbb3 import ParameterError, escape_title, nfc

Ask = Callable[..., Any]

_TYPES_OF_3_0 = {1: "int", 2: "string", 3: "text", 4: "bool", 5: "dropdown", 6: "date"}
_TEXTS: Final = frozenset({"string", "text", "url", "googleplus"})
_CAPACITY: Final = 255
"""Characters of the column of every text but the kind ``text``, which has no bound that matters."""

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1


def check_profile_value(ask: Ask, *, field_ident: str, value: Any) -> Any:
    """Return a value as phpBB stores it in a custom profile field; None is an empty text, or stays None.

    :param field_ident: the field's name, without ``pf_``.
    :raises ParameterError: if there is no such field, or the value does not fit its type.
    """
    field = ask("_get_profile_field", field_ident=field_ident)
    if field is None:
        raise ParameterError(
            f"set_{field_ident}(): the board has no custom profile field {field_ident!r}; "
            "check PHPBB3_DATABASE['CUSTOM_USER_FIELDS'] against the forum's administration."
        )
    kind = _kind(field["field_type"])
    if value is None:
        return "" if kind in _TEXTS else None
    if kind == "dropdown":
        return _option(field, value, ask("_fetch_profile_field_options", field_id=field["field_id"]))
    check = _CHECKS.get(kind)
    if check is None:
        raise ParameterError(f"set_{field_ident}(): fields of type {kind!r} cannot be set.")
    return check(field, value)


def _kind(field_type: Any) -> str:
    text = str(field_type)
    if text.isdigit():
        return _TYPES_OF_3_0.get(int(text), text)
    return text.rpartition(".")[2]


def _refuse(field: Mapping[str, Any], allowed: str) -> ParameterError:
    return ParameterError(
        f"set_{field['field_ident']}(): the value does not fit the field; allowed is {allowed}."
    )


def _integer(field: Mapping[str, Any], value: Any) -> int:
    lowest = max(_LOWEST, _number(field["field_minlen"], 0))
    highest = min(_HIGHEST, _number(field["field_maxlen"], _HIGHEST))
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise _refuse(field, f"an int from {lowest} to {highest}, or None")
    return value


def _text(field: Mapping[str, Any], value: Any) -> str:
    shortest, longest = _number(field["field_minlen"], 0), _number(field["field_maxlen"], 0) or 2**16
    allowed = f"a str of {shortest} to {longest} characters, or None"
    if not isinstance(value, str):
        raise _refuse(field, allowed)
    plain = nfc(value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if plain and not shortest <= len(plain) <= longest:
        raise _refuse(field, allowed)
    pattern = str(field["field_validation"] or "")
    if plain and pattern not in ("", ".*") and not _matches(pattern, plain):
        raise _refuse(field, f"a str that matches {pattern!r}")
    # As in titles: no table of phpBB's on MySQL holds a character of more than 3 bytes.
    stored = escape_title(plain)
    if _kind(field["field_type"]) != "text" and len(stored) > _CAPACITY:
        raise _refuse(
            field,
            f'a str that is at most {_CAPACITY} characters long as it is stored, where & < > " and characters '
            "above U+FFFF are entities",
        )
    return stored


def _url(field: Mapping[str, Any], value: Any) -> str:
    text = _text(field, value)
    if text and not re.match(r"https?://[^\s\"<>]+\Z", text, re.IGNORECASE):
        raise _refuse(field, "an http or https address, or None")
    return text


def _boolean(field: Mapping[str, Any], value: Any) -> int:
    # Radio buttons hold 1 and 2, a checkbox 0 and 1.
    allowed = (1, 2) if _number(field["field_length"], 1) == 1 else (0, 1)
    if not isinstance(value, int) or int(value) not in allowed:
        raise _refuse(field, f"{allowed[0]} or {allowed[1]}, or None")
    return int(value)


def _option(field: Mapping[str, Any], value: Any, options: list[Mapping[str, Any]]) -> int:
    numbers = sorted(
        {int(option["option_id"]) + 1 for option in options} | {_number(field["field_novalue"], 0)}
    )
    if isinstance(value, bool) or not isinstance(value, int) or value not in numbers:
        raise _refuse(field, f"the number of an option ({', '.join(map(str, numbers[:20]))}), or None")
    return value


def _date(field: Mapping[str, Any], value: Any) -> str:
    if isinstance(value, str) and (match := re.match(r"\s*(\d{1,2})-\s*(\d{1,2})-(\d{4})\Z", value)):
        try:
            value = datetime.date(int(match[3]), int(match[2]), int(match[1]))
        except ValueError:
            value = None
    if not isinstance(value, datetime.date):
        raise _refuse(field, "a datetime.date or a str 'dd-mm-yyyy', or None")
    return f"{value.day:2d}-{value.month:2d}-{value.year:4d}"


def _number(text: Any, default: int) -> int:
    try:
        return int(text)
    except (TypeError, ValueError):
        return default


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text, re.IGNORECASE) is not None
    except re.error:
        return True


_CHECKS: Mapping[str, Callable[[Mapping[str, Any], Any], Any]] = {
    "int": _integer,
    "string": _text,
    "text": _text,
    "url": _url,
    "googleplus": _text,
    "bool": _boolean,
    "date": _date,
}
