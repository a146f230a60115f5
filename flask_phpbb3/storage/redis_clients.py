"""redis-py's clients of one Redis, of a cluster and of a master that sentinels watch.

They wait for no longer than the deadline, and without the library's own patience, which costs a page seconds.
"""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Sequence
from typing import Any, Final

from ..errors import ConfigurationError
from ..waiting.deadline import Within
from ..waiting.sockets import BoundedSocket, connect_tcp
from .addresses import SERVERS, TIMEOUT, address_of, missing, unreadable

_SENTINEL_PORT: Final = 26379
_REDIS_PORT: Final = 6379


def redis_client(servers: Sequence[str]) -> Any:
    """Make a client of one server. Connects to nothing.

    :param servers: one, as ``host:port``, the path of a socket or a URL.
    :raises ConfigurationError: if there are several, or it cannot be read.
    :raises BrokenPluginError: if redis-py is not installed.
    """
    redis = _library("redis")
    if len(servers) > 1:
        raise ConfigurationError(
            f"{SERVERS} names {len(servers)} servers; a 'redis' backend takes one. Several take 'redis-cluster' or "
            "'redis-sentinel'.",
            key=SERVERS,
        )
    [server] = servers
    limits = {**_limits(TIMEOUT), "retry": _retry(0)}
    client: Any
    if "://" in server:
        with contextlib.suppress(ValueError):  # whose text quotes what it could not read
            client = redis.Redis.from_url(server, **limits)
            return _with_bounded_connections(client)
        raise unreadable()
    if server.startswith("/"):
        client = redis.Redis(unix_socket_path=server, **limits)
    else:
        host, port = address_of(server, _REDIS_PORT)
        client = redis.Redis(host=host, port=int(port), **limits)
    return _with_bounded_connections(client)


class RedisCluster:
    """A cluster: redis-py's own client, made when it is first asked, as making it asks the cluster.

    Each process has its own, as the client's locks may be held while a process forks.

    :param servers: some of the cluster's nodes; the others are learnt from them.
    :raises ConfigurationError: if they cannot be nodes of a cluster.
    :raises BrokenPluginError: if redis-py is not installed.
    """

    def __init__(self, servers: Sequence[str]) -> None:
        _library("redis-cluster")
        self._nodes, self._account = _nodes("redis-cluster", servers, _REDIS_PORT)
        if self._account.pop("db", 0):
            raise ConfigurationError(
                f"{SERVERS}: a cluster has no database but 0; leave it out.", key=SERVERS
            )
        self._clients: dict[int, Any] = {}

    def part_of(self, key: str) -> str:
        """Return the node that holds a key, as far as is known: each fails by itself."""
        client = self._clients.get(os.getpid())
        with contextlib.suppress(Exception):  # a slot that no node has, while the cluster is mended
            return str(client.get_node_from_key(key).name) if client is not None else ""
        return ""

    def primaries(self) -> int:
        """Return how many primaries the cluster has."""
        with Within(TIMEOUT):
            return len(self._client.get_primaries())

    @property
    def _client(self) -> Any:
        client = self._clients.get(os.getpid())
        return self._clients.setdefault(os.getpid(), self._connect()) if client is None else client

    def _connect(self) -> Any:
        redis = _library("redis-cluster")
        (host, port), *others = self._nodes
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        with Within(TIMEOUT):
            return redis.RedisCluster(
                url=f"redis://{place}",  # by a URL alone it takes connections of another class
                startup_nodes=[redis.cluster.ClusterNode(*node) for node in others],
                require_full_coverage=False,  # what the other nodes hold can be had while one is away
                retry=_retry(1),  # once more, with what the cluster then says of itself
                connection_pool_class=_bounded_pool(),
                **{**_limits(TIMEOUT / 2), **self._account},
            )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._client, name)


def sentinel_client(servers: Sequence[str], master: str) -> Any:
    """Make a client of the master of a name, as sentinels know it. Connects to nothing.

    :param servers: sentinels; account, database and TLS of a URL are those of the master, its query's
        ``sentinel_username`` and ``sentinel_password`` are the sentinels' own.
    :param master: the name under which the sentinels watch it.
    :raises ConfigurationError: if they cannot be sentinels.
    :raises BrokenPluginError: if redis-py is not installed.
    """
    redis = _library("redis-sentinel")
    nodes, account = _nodes("redis-sentinel", servers, _SENTINEL_PORT)
    own = {
        name: account.pop(f"sentinel_{name}")
        for name in ("username", "password")
        if f"sentinel_{name}" in account
    }
    tls = {name: value for name, value in account.items() if name.startswith("ssl")}
    # A silent sentinel must leave time for the next one and for the master.
    share = _limits(TIMEOUT / (len(nodes) + 1))
    sentinel = redis.Sentinel(nodes, sentinel_kwargs={**share, "retry": _retry(0), **tls, **own})
    for client in sentinel.sentinels:
        _with_bounded_connections(client)
    kinds = redis.sentinel
    kind = kinds.SentinelManagedSSLConnection if "ssl" in tls else kinds.SentinelManagedConnection
    account.pop("ssl", None)
    return sentinel.master_for(
        master, **{**_limits(TIMEOUT), "retry": _retry(0), **account}, connection_class=_bounded(kind)
    )


def master_address(client: Any) -> str:
    """Return where the master is, whose client `sentinel_client` has made, as the sentinels say now."""
    with Within(TIMEOUT):
        host, port = client.connection_pool.get_master_address()
    return f"{host}:{port}"


def _library(name: str) -> Any:
    try:
        import redis
    except ImportError:
        raise missing(name, "redis", "redis") from None
    return redis


def _limits(seconds: float) -> dict[str, Any]:
    return {"socket_connect_timeout": seconds, "socket_timeout": seconds}


def _retry(times: int) -> Any:
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return Retry(NoBackoff(), times)


def _nodes(name: str, servers: Sequence[str], port: int) -> tuple[list[tuple[str, int]], dict[str, Any]]:
    """Return hosts and ports, and what URLs say beside them, which holds for all.

    :param name: the type of the backend.
    :param port: the port of a server that is named without one.
    :raises ConfigurationError: if servers cannot be read, are sockets, or contradict each other.
    """
    nodes: list[tuple[str, int]] = []
    accounts: list[dict[str, Any]] = []
    for server in servers:
        found, account = _from_url(server, port) if "://" in server else (address_of(server, port), None)
        if isinstance(found, str):
            raise ConfigurationError(f"{SERVERS}: a {name!r} backend reaches no Unix socket.", key=SERVERS)
        nodes.append(found)
        accounts += [] if account is None else [account]
    if any(account != accounts[0] for account in accounts):
        raise ConfigurationError(
            f"{SERVERS}: account, database and TLS hold for all servers of a {name!r} backend, and its URLs differ.",
            key=SERVERS,
        )
    return nodes, accounts[0] if accounts else {}


def _from_url(server: str, port: int) -> tuple[Any, dict[str, Any]]:
    """Return host and port of a URL, or the path of its socket, and what else it says."""
    redis = _library("redis")
    account: dict[str, Any] | None = None
    with contextlib.suppress(ValueError):  # whose text quotes what it could not read
        account = dict(redis.connection.parse_url(server))
    if account is None:
        raise unreadable()
    if account.pop("connection_class", None) is redis.SSLConnection:
        account["ssl"] = True
    if "path" in account:
        return account.pop("path"), account
    return (account.pop("host", "localhost"), account.pop("port", port)), account


def _with_bounded_connections(client: Any) -> Any:
    pool = client.connection_pool
    pool.connection_class = _bounded(pool.connection_class)
    return client


@functools.cache
def _bounded(kind: Any) -> Any:
    """Return one of redis' classes of connections with sockets that keep the deadline."""
    from redis import UnixDomainSocketConnection

    class BoundedConnection(kind):  # type: ignore[misc]  # the class is chosen at run time
        def _connect(self) -> Any:
            wrap = getattr(self, "_wrap_socket_with_ssl", None)
            if issubclass(kind, UnixDomainSocketConnection):
                return BoundedSocket(super()._connect())
            connected = connect_tcp(self.host, int(self.port), self.socket_connect_timeout or TIMEOUT)
            try:
                bare = wrap(connected) if wrap else connected
            except BaseException:
                connected.close()
                raise
            bare.settimeout(self.socket_timeout)
            return BoundedSocket(bare)

    return BoundedConnection


@functools.cache
def _bounded_pool() -> Any:
    """Return redis' pool of connections whose sockets keep the deadline, for the nodes of a cluster."""
    from redis.connection import Connection, ConnectionPool, SSLConnection

    class BoundedPool(ConnectionPool):
        def __init__(self, *, ssl: bool = False, **arguments: Any) -> None:
            super().__init__(connection_class=_bounded(SSLConnection if ssl else Connection), **arguments)

    return BoundedPool
