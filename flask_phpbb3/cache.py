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
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from cachelib import BaseCache, MemcachedCache, SimpleCache

from .config import SessionBackendSettings
from .errors import BrokenPluginError

logger = logging.getLogger("flask_phpbb3.cache")

DEFAULT_TTL: Final = 300
MISS: Final = object()
"""What `QueryCache.get` returns when nothing usable is cached."""

_TAG: Final = "!"


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
    :param namespace: parts that tell this board and installation from others sharing the backend.
    """

    def __init__(self, backend: Cache, namespace: Sequence[str]) -> None:
        self._backend = GuardedCache(backend)
        self._namespace = list(namespace)
        self._warned: set[str] = set()

    def key(self, statement: str, parameters: Mapping[str, Any], skip: int, limit: int | None) -> str | None:
        """Return the cache key of a call, or None if a parameter cannot be part of one."""
        try:
            parts = encode([self._namespace, statement, dict(sorted(parameters.items())), skip, limit])
        except TypeError:
            return None
        return "phpbb3:" + hashlib.sha256(parts.encode()).hexdigest()

    def get(self, key: str) -> Any:
        """Return the cached answer, or `MISS`."""
        text = self._backend.get(key)
        if not isinstance(text, str):
            return MISS
        try:
            return decode(text)["value"]
        except (ValueError, KeyError, TypeError, ArithmeticError):
            logger.warning("A cached answer cannot be read; the board is asked instead.")
            return MISS

    def set(self, key: str, value: Any, ttl: float | None) -> None:
        """Keep an answer for `ttl` seconds (None: 300); one that JSON cannot hold is not kept."""
        try:
            text = encode({"value": value})
        except TypeError as error:
            if str(error) not in self._warned:
                self._warned.add(str(error))
                logger.warning("An answer is not cached: %s", error)
            return
        self._backend.set(key, text, max(1, math.ceil(DEFAULT_TTL if ttl is None else ttl)))


class GuardedCache:
    """A cache whose failures are misses, with one warning until it works again."""

    def __init__(self, backend: Cache) -> None:
        self._backend = backend
        self._failing = False

    def get(self, key: str) -> Any:
        """Return the value, or None."""
        return self._guarded("get", key)

    def set(self, key: str, value: Any, timeout: int) -> bool:
        """Keep a value for `timeout` seconds; tell whether the backend took it."""
        return self._guarded("set", key, value, timeout=timeout) is not False

    def delete(self, key: str) -> None:
        """Forget a value."""
        self._guarded("delete", key)

    def _guarded(self, operation: str, *arguments: Any, **keywords: Any) -> Any:
        try:
            answer = getattr(self._backend, operation)(*arguments, **keywords)
        except Exception as error:  # noqa: BLE001 - each backend has its own errors, and none may cost a page
            if not self._failing:
                self._failing = True
                logger.warning(
                    "The session backend fails (%s); pages go on without it.", type(error).__name__
                )
            return None
        self._failing = False
        return answer


def make_backend(settings: SessionBackendSettings, *, threshold: int = 500) -> BaseCache:
    """Make the cachelib backend that ``PHPBB3_SESSION_BACKEND`` names. Connects to nothing.

    :param threshold: entries that a ``simple`` backend holds before it forgets the oldest.
    :raises BrokenPluginError: if the client library is not installed.
    """
    if settings.type == "memcached":
        return MemcachedCache(_memcached_client(settings.servers))
    return SimpleCache(threshold=threshold)


def _memcached_client(servers: Sequence[str]) -> Any:
    """Make a client with consistent hashing, timeouts, and dead servers that count as misses."""
    try:
        from pymemcache import HashClient
    except ImportError:
        raise BrokenPluginError(
            "PHPBB3_SESSION_BACKEND['TYPE'] 'memcached' needs the package pymemcache: "
            "pip install 'flask-phpbb3[memcached]'.",
            key="PHPBB3_SESSION_BACKEND['TYPE']",
        ) from None
    return HashClient(
        list(servers),
        serde=_TextSerde(),
        connect_timeout=1,
        timeout=1,
        no_delay=True,
        use_pooling=True,
        default_noreply=False,
        retry_attempts=1,
        retry_timeout=1,
        dead_timeout=10,
    )


class _TextSerde:
    """Text in, text out: nothing that a cache server returns is ever unpickled."""

    def serialize(self, key: str, value: str) -> tuple[bytes, int]:
        return value.encode(), 0

    def deserialize(self, key: str, value: bytes, flags: int) -> str:
        return value.decode(errors="replace")


def encode(value: Any) -> str:
    """Return a value as ASCII JSON, with tags for what JSON lacks.

    :raises TypeError: naming the type that cannot be encoded.
    """
    return json.dumps(_tag(value), separators=(",", ":"))


def decode(text: str) -> Any:
    """Return the value that `encode` was given, equal in value and type.

    :raises ValueError: if the text is not of that form.
    """
    return json.loads(text, object_hook=_untag)


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
