"""Whether a call is given what it takes, told in the words of statements."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from ..errors import ParameterError
from ..plugins.contents import Function

NEVER_CACHED: Final = frozenset({"get_session", "get_autologin", "verify_password"})
"""What decides who somebody is."""


@lru_cache(maxsize=512)
def parameters_of(function: Function) -> tuple[str, ...]:
    """Return the names of a function's parameters but the first, by which it asks."""
    return tuple(inspect.signature(function).parameters)[1:]


def check_bound(
    name: str, signature: inspect.Signature, given: Mapping[str, Any], *, filled: Iterable[str] = ()
) -> None:
    """Check the names of a call's arguments.

    :param filled: the parameters that a caller does not give.
    :raises ParameterError: naming one that is missing or unknown, and all that the call takes.
    """
    context = dict.fromkeys(filled)
    try:
        signature.bind(None, **given, **context)
    except TypeError as error:
        takes = ", ".join(p for p in [*signature.parameters][1:] if p not in context)
        raise ParameterError(f"{name}(): {_misfit(error)}. It takes {takes or 'no parameters'}.") from None


def check_function(name: str, function: Function, given: Mapping[str, Any], filled: Iterable[str]) -> None:
    """Check the arguments of a function of a version or add-on.

    :param filled: the parameters that the viewer knows.
    :raises ParameterError: as `check_bound`, and for one that only the viewer knows.
    """
    context = tuple(filled)
    if clash := sorted(set(given) & set(context)):
        raise ParameterError(f"{name}(): {', '.join(clash)} cannot be given; the visitor decides.")
    check_bound(name, inspect.signature(function), given, filled=context)


def check_cache(name: str, cache: bool, cache_ttl: float | None) -> None:
    """Check whether and how long the answer of a call is to be kept.

    :raises ParameterError: for other types, no time at all, or what is never kept.
    """
    if not isinstance(cache, bool):
        raise ParameterError(f"{name}(): cache must be True or False.")
    if cache_ttl is not None and (
        isinstance(cache_ttl, bool)
        or not isinstance(cache_ttl, (int, float))
        or not (math.isfinite(cache_ttl) and cache_ttl > 0)
    ):
        raise ParameterError(f"{name}(): cache_ttl must be a number of seconds, more than 0, or None.")
    if cache and (name in NEVER_CACHED or name.startswith("set_")):
        raise ParameterError(f"{name}() is never cached; leave cache out.")


def _misfit(error: TypeError) -> str:
    said = str(error)
    said = re.sub(r"got an unexpected keyword argument '(\w+)'", r"unknown \1", said)
    return re.sub(
        r"missing a required (?:keyword-only |positional-only )?argument: '(\w+)'", r"missing \1", said
    )
