"""The session backends that ``PHPBB3_SESSION_BACKEND`` names, made with cachelib.

They hold text and nothing else: what a server or a folder returns is never unpickled. Their errors reach
the caller; `flask_phpbb3.storage.cache.GuardedCache` makes misses of them.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import itertools
import os
import re
import stat
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from cachelib import BaseCache, MemcachedCache, NullCache, RedisCache, SimpleCache
from cachelib.serializers import BaseSerializer

from ..config import SessionBackendSettings
from ..errors import ConfigurationError
from ..waiting.deadline import Within
from ..waiting.sockets import BoundedSockets
from .addresses import TIMEOUT, address_of, missing
from .redis_clients import RedisCluster, master_address, redis_client, sentinel_client

_DIRECTORY: Final = "PHPBB3_SESSION_BACKEND['DIRECTORY']"
_ENDING: Final = ".phpbb3"
_UNFINISHED: Final = ".unfinished-"
_NAME: Final = re.compile(rf"(?:[0-9a-f]{{64}}|{re.escape(_UNFINISHED)}\w+){re.escape(_ENDING)}\Z")
_MARK: Final = b"flask_phpbb3\n"
_ABANDONED: Final = 3600
"""Seconds after which a file that was never finished is removed."""


def make_backend(settings: SessionBackendSettings, *, purpose: str, threshold: int) -> BaseCache:
    """Make the backend that the settings name. Connects to nothing.

    :param purpose: what is kept there; a folder of its own for a ``filesystem`` backend.
    :param threshold: entries that a ``simple`` or ``filesystem`` backend holds before it forgets the oldest.
    :raises BrokenPluginError: if the client library is not installed.
    :raises ConfigurationError: if the servers do not fit the type, or the folder cannot be one.
    """
    match settings.type:
        case "memcached":
            return _Memcached(_MemcachedServers(settings.servers))
        case "redis":
            return _Redis(redis_client(settings.servers))
        case "redis-cluster":
            return _RedisCluster(RedisCluster(settings.servers))
        case "redis-sentinel":
            return _RedisSentinel(sentinel_client(settings.servers, settings.master))
        case "filesystem":
            return _FileSystem(Path(settings.directory or "") / purpose, threshold)
        case "null":
            return NullCache()
        case _:
            return SimpleCache(threshold=threshold)


class _MemcachedServers:
    """Spread keys over memcached servers, each key on one and for good.

    No other server stands in for one that is away: what it holds would be old by the time it is back, and
    would be taken for the newest.
    """

    def __init__(self, servers: Sequence[str]) -> None:
        try:
            from pymemcache.client.rendezvous import RendezvousHash
        except ImportError:
            raise missing("memcached", "pymemcache", "memcached") from None
        self._addresses = {server: address_of(server, 11211) for server in servers}
        [first, *others] = self._addresses
        # Asked twice for each key, and slow.
        node_of = functools.lru_cache(maxsize=1024)(RendezvousHash(list(self._addresses)).get_node)
        self._server_of: Callable[[str], str] = node_of if others else lambda _: first
        self._start_afresh()

    def _start_afresh(self) -> None:
        from pymemcache.client.base import PooledClient

        self._process = os.getpid()
        self._clients: dict[str, Any] = {
            server: PooledClient(
                address,
                serde=_Text(),
                socket_module=BoundedSockets(),
                connect_timeout=TIMEOUT,
                timeout=TIMEOUT,
                no_delay=True,
                default_noreply=False,
            )
            for server, address in self._addresses.items()
        }

    def server_of(self, key: str) -> str:
        """Return the server that holds a key."""
        return self._server_of(key)

    def get(self, key: str) -> Any:
        return self._ask(key, "get")

    def set(self, key: str, value: str, timeout: int) -> Any:
        return self._ask(key, "set", value, timeout)

    def delete(self, key: str) -> Any:
        return self._ask(key, "delete")

    def _ask(self, key: str, operation: str, *arguments: Any) -> Any:
        """Ask the key's server; past connections that were lost since they were last used."""
        from pymemcache.exceptions import MemcacheUnexpectedCloseError

        if self._process != os.getpid():  # a parent's connections would mix up the answers
            self.close()
            self._start_afresh()
        client = self._clients[self.server_of(key)]
        with Within(TIMEOUT):
            for _ in client.client_pool.free:
                with contextlib.suppress(ConnectionError, MemcacheUnexpectedCloseError):
                    return getattr(client, operation)(key, *arguments)
            return getattr(client, operation)(key, *arguments)

    def close(self) -> None:
        """Close idle connections, without a look at the pools' locks: a thread lost in a fork may have held one."""
        for client in self._clients.values():
            for connection in client.client_pool.free:
                connection.close()

    def __del__(self) -> None:
        """Close connections, which would otherwise be reported as leaked."""
        if hasattr(self, "_clients"):
            self.close()


class _Memcached(MemcachedCache):
    def part_of(self, key: str) -> str:
        """Return the server that holds a key: each fails by itself."""
        server: str = self._client.server_of(key)
        return server


class _Text(BaseSerializer):
    """Text in, text out, for both client libraries."""

    def dumps(self, value: Any, *_: Any, **__: Any) -> bytes:
        return str(value).encode()

    def loads(self, bvalue: bytes | None, *_: Any, **__: Any) -> str | None:
        return None if bvalue is None else bvalue.decode(errors="replace")

    def serialize(self, key: str, value: Any) -> tuple[bytes, int]:
        return self.dumps(value), 0

    def deserialize(self, key: str, value: bytes, flags: int) -> str | None:
        return self.loads(value)


class _Redis(RedisCache):
    serializer = _Text()  # type: ignore[assignment]  # cachelib types the attribute as its own default

    def get(self, key: str) -> Any:
        from redis import ResponseError

        try:
            with Within(TIMEOUT):
                return super().get(key)
        except ResponseError as error:
            if str(error).startswith("WRONGTYPE"):  # somebody else's, under our key
                return None
            raise

    def set(self, key: str, value: Any, timeout: Any = None) -> Any:
        with Within(TIMEOUT):
            return super().set(key, value, timeout)

    def delete(self, key: str) -> bool:
        with Within(TIMEOUT):
            return bool(super().delete(key))


class _RedisCluster(_Redis):
    def part_of(self, key: str) -> str:
        """Return the node that holds a key: each fails by itself."""
        node: str = self._read_client.part_of(key)
        return node

    def reached(self) -> str:
        """Say what answers."""
        return f"a cluster of {self._read_client.primaries()} primaries"


class _RedisSentinel(_Redis):
    def reached(self) -> str:
        """Say what answers."""
        return f"the sentinels' master at {master_address(self._read_client)}"


def _is_named_as_ours(entry: os.DirEntry[str]) -> bool:
    return _NAME.match(entry.name) is not None and entry.is_file(follow_symlinks=False)


def _is_ours(entry: os.DirEntry[str]) -> bool:
    """Tell whether something in a folder has the name and the form of what is kept there."""
    if not _is_named_as_ours(entry):
        return False
    if entry.name.startswith(_UNFINISHED):
        return True
    with contextlib.suppress(OSError), Path(entry.path).open("rb") as file:
        return file.read(len(_MARK)) == _MARK
    return False


class _FileSystem(BaseCache):
    """A folder with a file for each value; the file's time is when its value ends.

    Nothing is read, replaced or removed but files that are ours by name and first line, and a folder to which others
    may write, or that holds other things, is refused.

    Not cachelib's own, which unpickles, hides errors behind a traceback in the log, and waits for many
    seconds where it has no right.
    """

    def __init__(self, folder: Path, threshold: int) -> None:
        super().__init__()
        self._folder = folder
        self._threshold = threshold
        self._writes = itertools.count()  # without a lock, which a fork could catch while it is held
        try:
            self._make_folder()
            strangers = self._problem()
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):  # may have an end, and is no mistake in a setting
                return
            raise ConfigurationError(
                f"{_DIRECTORY} is {str(folder.parent)!r}, where no folder can be made: {error.strerror}. Name a folder "
                "to which the application may write and which only it can read.",
                key=_DIRECTORY,
            ) from None
        if strangers:
            raise ConfigurationError(
                f"{_DIRECTORY} is {str(folder.parent)!r}, where {strangers}. Name a folder of its own, which only the "
                "application can read and write.",
                key=_DIRECTORY,
            )

    def _make_folder(self) -> None:
        """Make the folder, and the one above it, for nobody else, whatever the umask is."""
        for folder in (self._folder.parent, self._folder):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                folder.chmod(0o700)

    def _problem(self) -> str:
        """Say why the folder is none for us; empty if it is one."""
        if os.name == "posix":
            for folder in (self._folder.parent, self._folder):
                about = folder.stat()
                is_shared = about.st_mode & 0o022 and not (
                    folder != self._folder and about.st_mode & stat.S_ISVTX
                )
                if is_shared:
                    return f"others may write to {folder.name!r}"
                if about.st_uid not in (0, os.geteuid()):
                    return f"{folder.name!r} belongs to somebody else"
        if self._folder.is_symlink():
            return f"{self._folder.name!r} leads elsewhere"
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if not _is_named_as_ours(entry):
                    return f"{self._folder.name!r} holds {entry.name!r}, which is not ours"
        return ""

    def get(self, key: str) -> Any:
        try:
            with self._file(key).open("rb") as file:
                ends = os.fstat(file.fileno()).st_mtime
                mark, text = file.read(len(_MARK)), file.read()
        except FileNotFoundError:
            return None
        return text.decode(errors="replace") if mark == _MARK and ends > time.time() else None

    def set(self, key: str, value: Any, timeout: Any = None) -> bool:
        self._prune_now_and_then()
        self._make_folder()
        handle, name = tempfile.mkstemp(prefix=_UNFINISHED, suffix=_ENDING, dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_MARK + str(value).encode())
            Path(name).chmod(0o600)
            ends = time.time() + self._normalize_timeout(timeout)
            os.utime(name, (ends, ends))
            Path(name).replace(self._file(key))
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
        return True

    def delete(self, key: str) -> bool:
        self._file(key).unlink(missing_ok=True)
        return True

    def _file(self, key: str) -> Path:
        return self._folder / (hashlib.sha256(key.encode()).hexdigest() + _ENDING)

    def _prune_now_and_then(self) -> None:
        if next(self._writes) % (self._threshold // 10 + 1) == 0 and self._folder.is_dir():
            self._prune()

    def _prune(self) -> None:
        """Remove what has ended, and what ends first where there is too much."""
        now = time.time()
        ends: list[tuple[float, str]] = []
        with os.scandir(self._folder) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    age = _ABANDONED if entry.name.startswith(_UNFINISHED) else 0
                    if _is_ours(entry):
                        ends.append((entry.stat().st_mtime + age, entry.path))
        ends.sort()
        surplus = max(0, len(ends) - self._threshold)
        for number, (end, path) in enumerate(ends):
            if number >= surplus and end > now:
                break
            Path(path).unlink(missing_ok=True)
