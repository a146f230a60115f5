"""The query cache, over any cachelib-like object.

Values are JSON in an envelope, never pickle, so that a shared cache server cannot run code and None can
be cached. A cache that fails is a miss and one warning, never an error page.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import hashlib
import json
import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

logger = logging.getLogger("flask_phpbb3.cache")

DEFAULT_TTL: Final = 300
MAX_VALUE: Final = 1_000_000
"""Characters of the largest value that is kept; a memcached server takes one megabyte with key and header."""
MISS: Final = object()
"""What `QueryCache.get` returns when nothing usable is cached."""

UNREADABLE: Final = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What reading a value may raise that somebody else has put there."""

_TAG: Final = "!"
_QUOTED_TAG: Final = json.dumps(_TAG)
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"))
_ATTEMPT: Final = 5.0
"""Seconds for which nobody else tries a failing backend while somebody does."""
_SLOW: Final = 0.1
"""Seconds from which on a failure is one that pages should not wait for again and again."""
_REST: Final = 3
"""How many times as long as a slow failure took a backend is left alone."""


class Cache(Protocol):
    """What is asked of a cache: cachelib's backends and Flask-Caching's ``Cache`` have it."""

    def get(self, key: str) -> Any:
        """Return the value, or None."""
        ...

    def set(self, key: str, value: Any, timeout: int | None = None) -> Any:
        """Keep a value for a number of seconds."""
        ...

    def delete(self, key: str) -> Any:
        """Forget a value."""
        ...


class QueryCache:
    """Cached answers of statements.

    :param backend: where the answers are kept.
    :param namespace: returns the parts that tell this board and installation from others sharing the backend.
    """

    def __init__(self, backend: Cache, namespace: Callable[[], Sequence[str]]) -> None:
        self._backend = GuardedCache(backend)
        self._namespace = namespace
        self._warned: set[str] = set()
        self._begun: tuple[tuple[str, ...], Any] = ((), hashlib.sha256(encode([]).encode()))

    def key(self, statement: str, parameters: Mapping[str, Any], skip: int, limit: int | None) -> str | None:
        """Return the cache key of a call, or None if a parameter cannot be part of one."""
        try:
            parts = encode([statement, dict(sorted(parameters.items())), skip, limit])
        except TypeError:
            return None
        digest = self._begin()
        digest.update(parts.encode())
        return f"phpbb3:{digest.hexdigest()}"

    def _begin(self) -> Any:
        """Return a digest of the namespace that goes on; the namespace seldom changes."""
        namespace = tuple(self._namespace())
        if namespace != self._begun[0]:
            self._begun = (namespace, hashlib.sha256(encode(list(namespace)).encode()))
        return self._begun[1].copy()

    def get(self, key: str) -> Any:
        """Return the cached answer, or `MISS`."""
        text = self._backend.get(key)
        if not isinstance(text, str):
            return MISS
        try:
            return opened(decode(text), key)["value"]
        except UNREADABLE:
            logger.warning("A cached answer cannot be read; the board is asked instead.")
            return MISS

    def set(self, key: str, value: Any, ttl: float | None) -> None:
        """Keep an answer for `ttl` seconds (None: 300); one that JSON cannot hold is not kept."""
        try:
            text = encode({"key": key, "value": value})
        except TypeError as error:
            if str(error) not in self._warned:
                self._warned.add(str(error))
                logger.warning("An answer is not cached: %s", error)
            return
        self._backend.set(key, text, max(1, math.ceil(DEFAULT_TTL if ttl is None else ttl)))


class GuardedCache:
    """A cache whose failures are misses, with one warning until it works again.

    What takes long to fail is left alone for longer, so that a silent server costs few pages a wait.

    :param backend: the cache. One that consists of several servers has a method ``part_of(key)`` that names
        the key's server, so that each is judged by itself.
    """

    def __init__(self, backend: Cache) -> None:
        self._backend = backend
        self._part_of: Callable[[str], str] = getattr(backend, "part_of", lambda _: "")
        self._failing: dict[str, _Failing] = {}

    def get(self, key: str) -> Any:
        """Return the value, or None."""
        return self.look_up(key)[1]

    def look_up(self, key: str) -> tuple[bool, Any]:
        """Return whether the backend could be asked, and the value or None."""
        return self._guarded("get", key)

    def set(self, key: str, value: str, timeout: int) -> bool:
        """Keep a value for `timeout` seconds; tell whether the backend took it.

        One that no memcached server takes is not kept in any backend, and what stood there is forgotten.
        """
        if len(value) > MAX_VALUE:
            logger.warning(
                "A value of %d characters is too large for the session backend, which takes %d.",
                len(value),
                MAX_VALUE,
            )
            self.delete(key)
            return False
        return self._guarded("set", key, value, timeout=timeout)[0]

    def delete(self, key: str) -> bool:
        """Forget a value; tell whether the backend could be asked to."""
        return self._guarded("delete", key)[0]

    def _guarded(self, operation: str, key: str, *arguments: Any, **keywords: Any) -> tuple[bool, Any]:
        """Ask the backend; return whether it answered, and what."""
        part, started = self._part_of(key), time.monotonic()
        failing = self._failing.get(part)
        if failing is not None:
            if started < failing.until:
                return False, None
            # One tries, the others do not wait beside it.
            self._failing[part] = _Failing(failing.operation, started + _ATTEMPT)
        try:
            answer = _taken(operation, getattr(self._backend, operation)(key, *arguments, **keywords))
        except Exception as error:  # noqa: BLE001 - each backend has its own errors, and none may cost a page
            now = time.monotonic()
            took = now - started
            self._failing[part] = _Failing(operation, now + (_REST * took if took > _SLOW else 0))
            if failing is None:
                logger.warning(
                    "The session backend fails (%s); pages go on without it.", type(error).__name__
                )
            return False, None
        if failing is not None:
            self._note_success(part, failing, operation)
        return True, answer

    def _note_success(self, part: str, failing: _Failing, operation: str) -> None:
        """Take a backend for whole again only if it does what it failed to do: a full disk can be read."""
        if failing.operation == operation:
            self._failing.pop(part, None)
            logger.info("The session backend works again.")
        else:
            self._failing[part] = failing


def _taken(operation: str, answer: Any) -> Any:
    """Return a backend's answer; raise where it tells that it did not take a value, as others raise."""
    if operation == "set" and answer is False:
        raise OSError("not kept")
    return answer


class _Failing(NamedTuple):
    """What a backend failed to do, and until when (on the monotonic clock) it is left alone."""

    operation: str
    until: float


def opened(envelope: Any, key: str) -> dict[str, Any]:
    """Return an envelope that was made for a key.

    :raises ValueError: if it is none, or a confused server answered with that of another key.
    """
    if not isinstance(envelope, dict) or envelope.get("key") != key:
        raise ValueError("no envelope of this key")
    return envelope


def encode(value: Any) -> str:
    """Return a value as ASCII JSON, with tags for what JSON lacks.

    :raises TypeError: naming the type that cannot be encoded.
    """
    return _ENCODER.encode(_tag(value))


def decode(text: str) -> Any:
    """Return the value that `encode` was given, equal in value and type.

    :raises ValueError: if the text is not of that form.
    """
    return json.loads(text, object_hook=_untag if _QUOTED_TAG in text else None)


def _tag(value: Any) -> Any:
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if kind is list:
        return [_tag(item) for item in value]
    if kind is dict and all(type(key) is str for key in value):
        tagged = {key: _tag(item) for key, item in value.items()}
        return {_TAG: ["dict", [[key, item] for key, item in tagged.items()]]} if _TAG in value else tagged
    if kind is tuple:
        return {_TAG: ["tuple", [_tag(item) for item in value]]}
    if kind in (set, frozenset):
        return {_TAG: [kind.__name__, sorted((_tag(item) for item in value), key=repr)]}
    if kind is bytes:
        return {_TAG: ["bytes", base64.b64encode(value).decode()]}
    if kind is decimal.Decimal:
        return {_TAG: ["decimal", str(value)]}
    if kind in (datetime.datetime, datetime.date, datetime.time):
        return {_TAG: [kind.__name__, value.isoformat()]}
    if kind is datetime.timedelta:
        return {_TAG: ["timedelta", [value.days, value.seconds, value.microseconds]]}
    raise TypeError(f"JSON cannot hold a value of type {kind.__qualname__}")


_UNTAG: Final[dict[str, Callable[[Any], Any]]] = {
    "dict": dict,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "bytes": base64.b64decode,
    "decimal": decimal.Decimal,
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "timedelta": lambda value: datetime.timedelta(*value),
}


def _untag(value: dict[str, Any]) -> Any:
    tagged = value.get(_TAG)
    if len(value) == 1 and isinstance(tagged, list):
        name, content = tagged
        return _UNTAG[name](content)
    return value
