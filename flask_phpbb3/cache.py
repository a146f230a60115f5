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
from pathlib import Path
from typing import Any, Final, Protocol

from cachelib import BaseCache, FileSystemCache, MemcachedCache, NullCache, RedisCache, SimpleCache
from cachelib.serializers import JSONSerializer

from .config import SessionBackendSettings
from .errors import BrokenPluginError

logger = logging.getLogger("flask_phpbb3.cache")

DEFAULT_TTL: Final = 300
MAX_VALUE: Final = 1_000_000
"""Characters of the largest value that is kept; a memcached server takes one megabyte with key and header."""
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
    :param namespace: returns the parts that tell this board and installation from others sharing the backend.
    """

    def __init__(self, backend: Cache, namespace: Callable[[], Sequence[str]]) -> None:
        self._backend = GuardedCache(backend)
        self._namespace = namespace
        self._warned: set[str] = set()

    def key(self, statement: str, parameters: Mapping[str, Any], skip: int, limit: int | None) -> str | None:
        """Return the cache key of a call, or None if a parameter cannot be part of one."""
        try:
            parts = encode(
                [list(self._namespace()), statement, dict(sorted(parameters.items())), skip, limit]
            )
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

    def set(self, key: str, value: str, timeout: int) -> bool:
        """Keep a value for `timeout` seconds; tell whether the backend took it.

        One that no memcached server takes is not kept in any backend, and what stood there is forgotten.
        """
        if len(value) > MAX_VALUE:
            logger.warning("A value of %d characters is too large for the session backend.", len(value))
            self.delete(key)
            return False
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


def make_backend(settings: SessionBackendSettings, *, purpose: str, threshold: int) -> BaseCache:
    """Make the cachelib backend that ``PHPBB3_SESSION_BACKEND`` names. Connects to nothing.

    :param purpose: what is kept there; a folder of its own for a ``filesystem`` backend.
    :param threshold: entries that a ``simple`` or ``filesystem`` backend holds before it forgets the oldest.
    :raises BrokenPluginError: if the client library is not installed.
    """
    match settings.type:
        case "memcached":
            return MemcachedCache(_memcached_client(settings.servers))
        case "redis":
            return _Redis(_redis_client(settings.servers))
        case "filesystem":
            folder = Path(settings.directory or "") / purpose
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return _FileSystem(str(folder), threshold=threshold, mode=0o600)
        case "null":
            return NullCache()
        case _:
            return SimpleCache(threshold=threshold)


class _JSONSerializer(JSONSerializer):
    """JSON both ways: nothing that a server or a folder returns is ever unpickled."""

    def loads(self, bvalue: Any, *args: Any, **kwargs: Any) -> Any:
        return None if bvalue is None else super().loads(bvalue, *args, **kwargs)


class _Redis(RedisCache):
    serializer = _JSONSerializer()  # type: ignore[assignment]  # cachelib types the attribute as its own default


class _FileSystem(FileSystemCache):
    serializer = _JSONSerializer()  # type: ignore[assignment]  # as above


def _redis_client(servers: Sequence[str]) -> Any:
    """Make a client with timeouts for the first server: Redis spreads itself, if at all."""
    try:
        import redis
    except ImportError:
        raise _missing("redis") from None
    server = servers[0]
    timeouts: dict[str, Any] = {"socket_connect_timeout": 1, "socket_timeout": 1}
    if "://" in server:
        return redis.Redis.from_url(server, **timeouts)
    if server.startswith("/"):
        return redis.Redis(unix_socket_path=server, **timeouts)
    host, _, port = server.rpartition(":") if ":" in server else (server, "", "6379")
    return redis.Redis(host=host.strip("[]"), port=int(port), **timeouts)


def _missing(name: str) -> BrokenPluginError:
    package = {"memcached": "pymemcache"}.get(name, name)
    return BrokenPluginError(
        f"PHPBB3_SESSION_BACKEND['TYPE'] {name!r} needs the package {package}: pip install 'flask-phpbb3[{name}]'.",
        key="PHPBB3_SESSION_BACKEND['TYPE']",
    )


def _memcached_client(servers: Sequence[str]) -> Any:
    """Make a client with consistent hashing, timeouts, and dead servers that count as misses."""
    try:
        from pymemcache import HashClient
    except ImportError:
        raise _missing("memcached") from None
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
