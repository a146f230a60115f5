"""The values of a statement's parameters, as the few types that every database module takes."""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Mapping
from typing import Any, Final

from ..errors import ParameterError
from ..plugins.queries import Query

_PASSED_ON: Final = (bytes, datetime.date, datetime.time)
_PLAIN: Final = frozenset({str, int, bytes, type(None)})


def bound(query: Query, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return a statement's SQL and its values, lists expanded.

    :raises ParameterError: naming a parameter whose value no module takes.
    """
    sql, values = query.bind(parameters)
    return sql, {name: _plain(query, name, value) for name, value in values.items()}


def _plain(query: Query, name: str, value: Any) -> Any:
    """Return a value as one of the few types that every module takes."""
    if type(value) in _PLAIN or isinstance(value, _PASSED_ON):
        return value
    if isinstance(value, decimal.Decimal) and value.is_finite():
        return value
    if isinstance(value, str):
        return str.__str__(value)  # a subclass such as Markup or an enumeration
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    raise ParameterError(
        f"{query.name}() [{query.source}]: the parameter {name!r} is of type {type(value).__name__} or not finite; "
        "give a string, a number, bytes, a date or None."
    )
