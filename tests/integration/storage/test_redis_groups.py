"""Session backends on several Redis servers: a cluster, and a master that a sentinel replaces."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from flask_phpbb3 import ConfigurationError, PhpBB3
from flask_phpbb3.config import SessionBackendSettings, read_settings
from flask_phpbb3.storage.backends import make_backend
from flask_phpbb3.storage.keystore import KeyStore
from flask_phpbb3.storage.redis_clients import RedisCluster

from ...servers import (
    HOST,
    Redis,
    RedisNode,
    RedisReplica,
    RedisSentinel,
    mute_server,
    redis_cluster,
    running,
    wait_until,
)

pytestmark = pytest.mark.slow

redis_py = pytest.importorskip("redis")

SECRET = "hush-hush"


@pytest.fixture(scope="module")
def cluster() -> Iterator[list[RedisNode]]:
    with redis_cluster() as nodes:
        yield nodes


@pytest.fixture
def backend_of() -> Iterator[Callable[..., Any]]:
    """Make a backend on servers."""
    made: list[Any] = []

    def make(kind: str, *servers: str, **settings: Any) -> Any:
        config = {"PHPBB3_SESSION_BACKEND": {"TYPE": kind, "SERVERS": list(servers), **settings}}
        backend = make_backend(read_settings(config).session_backend, purpose="keys", threshold=10)
        made.append(backend)
        return backend

    yield make
    for backend in made:
        client = backend._read_client
        if isinstance(client, RedisCluster):
            for each in client._clients.values():
                each.close()
        else:
            for sentinel in client.connection_pool.sentinel_manager.sentinels:
                sentinel.close()
            client.close()


def place(server: Redis) -> str:
    return f"{server.host}:{server.port}"


# A cluster


def test_every_key_of_a_cluster_comes_back(cluster: list[RedisNode], backend_of: Any) -> None:
    backend = backend_of("redis-cluster", place(cluster[1]))
    for number in range(200):
        assert backend.set(f"key {number}", f"value {number}", timeout=60)
    assert [backend.get(f"key {number}") for number in range(200)] == [f"value {n}" for n in range(200)]
    assert {backend.part_of(f"key {number}") for number in range(200)} == set(map(place, cluster))
    for node in cluster:  # each holds its part
        with redis_py.Redis(node.host, node.port) as client:
            assert 20 < client.dbsize() < 180
            assert client.ttl(client.randomkey()) > 0
    assert backend.delete("key 1")
    assert backend.get("key 1") is None
    assert backend.reached() == "a cluster of 3 primaries"


def test_any_node_that_lives_leads_to_all(cluster: list[RedisNode], backend_of: Any) -> None:
    with running(RedisNode) as gone:
        dead = place(gone)
    backend = backend_of("redis-cluster", dead, f"redis://{place(cluster[2])}")
    assert backend.set("a", "b", timeout=60)
    assert backend.get("a") == "b"


def test_a_url_may_hold_the_account(cluster: list[RedisNode], backend_of: Any) -> None:
    for node in cluster:
        with redis_py.Redis(node.host, node.port) as client:
            client.execute_command(f"ACL SETUSER site on >{SECRET} ~phpbb3:* +@all")
    servers = [f"redis://site:{SECRET}@{place(node)}/0" for node in cluster]
    backend = backend_of("redis-cluster", *servers)
    assert backend.set("phpbb3:a", "b", timeout=60)
    assert backend.get("phpbb3:a") == "b"
    with pytest.raises(redis_py.exceptions.NoPermissionError):
        backend.set("another's", "b", timeout=60)
    shown = repr(read_settings({"PHPBB3_SESSION_BACKEND": {"TYPE": "redis-cluster", "SERVERS": servers}}))
    assert SECRET not in shown + repr(vars(backend)) + repr(backend._read_client)
    wrong = backend_of("redis-cluster", f"redis://site:not-{SECRET}@{place(cluster[0])}")
    # redis-py's error about a cluster is none of its others' kind.
    with pytest.raises((redis_py.exceptions.RedisError, redis_py.exceptions.RedisClusterException)) as error:
        wrong.get("phpbb3:a")
    assert SECRET not in str(error.value)


def test_a_node_that_is_away_fails_by_itself(backend_of: Any) -> None:
    with redis_cluster() as nodes:
        backend = backend_of("redis-cluster", *map(place, nodes))
        keys = [f"key {number}" for number in range(60)]
        for key in keys:
            backend.set(key, "value", timeout=60)
        part_of = {key: backend.part_of(key) for key in keys}
        with nodes[0].stopped():
            lost = place(nodes[0])
            for key in keys:
                if part_of[key] != lost:
                    assert backend.get(key) == "value"
            with pytest.raises(redis_py.exceptions.RedisError):
                backend.get(next(key for key in keys if part_of[key] == lost))


def test_a_forked_child_has_a_client_of_its_own(cluster: list[RedisNode], backend_of: Any) -> None:
    backend = backend_of("redis-cluster", place(cluster[0]))
    backend.set("parent", "1", timeout=60)
    child = os.fork()
    if not child:  # pragma: no cover - coverage does not see the child
        code = 1
        try:
            code = 0 if backend.get("parent") == "1" and backend.set("child", "2", timeout=60) else 2
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert (backend.get("parent"), backend.get("child")) == ("1", "2")


def test_threads_share_a_cluster(cluster: list[RedisNode], backend_of: Any) -> None:
    backend = backend_of("redis-cluster", place(cluster[0]))
    wrong: list[Any] = []

    def use(number: int) -> None:
        for turn in range(30):
            key = f"thread {number} {turn}"
            backend.set(key, key, timeout=60)
            if backend.get(key) != key:
                wrong.append(key)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# A master that sentinels watch


@pytest.mark.slow
def test_a_failover_costs_no_page_and_keys_go_on(backend_of: Any) -> None:
    """What was replicated is there after it, what is written goes to the new master, and nobody restarts the site."""
    with (
        running(Redis) as master,
        running(RedisReplica, master) as replica,
        running(RedisSentinel, master) as sentinel,
        running(Redis) as gone,
    ):
        sentinels = [place(gone), place(sentinel)]
        gone.stop()
        backend = backend_of("redis-sentinel", *sentinels)
        store = KeyStore(backend, lambda: ("board",))
        with redis_py.Redis(sentinel.host, sentinel.port) as watcher:
            wait_until(lambda: len(watcher.sentinel_slaves("mymaster")) == 1)
        assert backend.reached() == f"the sentinels' master at {place(master)}"
        assert store.save(2, "login", {"cart": 1}, 600)
        with redis_py.Redis(master.host, master.port) as client:
            assert client.execute_command("WAIT", 1, 10_000) == 1
        master.stop()
        assert store.load(2, "login").values in ({}, {"cart": 1})  # a page without keys, and no error
        # On a busy machine a sentinel mistrusts its own clock for half a minute.
        wait_until(lambda: store.load(2, "login").values == {"cart": 1}, 100)
        assert backend.reached() == f"the sentinels' master at {place(replica)}"
        assert store.save(2, "login", {"cart": 2}, 600)
        assert store.load(2, "login").values == {"cart": 2}
        master.start()  # comes back, and is made the replica of the new one
        with redis_py.Redis(master.host, master.port) as client:
            wait_until(lambda: client.info("replication")["role"] == "slave", 100)
        assert store.save(2, "login", {"cart": 3}, 600)
        assert store.load(2, "login").values == {"cart": 3}


@pytest.fixture(scope="module")
def watched() -> Iterator[tuple[Redis, RedisSentinel]]:
    with running(Redis) as master, running(RedisSentinel, master) as sentinel:
        yield master, sentinel


def test_a_silent_sentinel_leaves_time_for_the_next(
    watched: tuple[Redis, RedisSentinel], backend_of: Any
) -> None:
    with mute_server() as mute:
        backend = backend_of("redis-sentinel", f"{HOST}:{mute}", place(watched[1]))
        assert backend.set("a", "b", timeout=60)
        assert backend.get("a") == "b"


def test_the_account_is_the_masters_and_the_sentinels_have_their_own(
    watched: tuple[Redis, RedisSentinel], backend_of: Any
) -> None:
    master, sentinel = watched
    with (
        redis_py.Redis(master.host, master.port) as client,
        redis_py.Redis(sentinel.host, sentinel.port) as watcher,
    ):
        client.execute_command(f"ACL SETUSER site on >{SECRET} ~* +@all")
        watcher.execute_command(f"ACL SETUSER site on >{SECRET}-2 +@all")
    query = f"sentinel_username=site&sentinel_password={SECRET}-2"
    url = f"redis://site:{SECRET}@{place(sentinel)}/3?{query}"
    backend = backend_of("redis-sentinel", url)
    assert backend.set("in 3", "b", timeout=60)
    with redis_py.Redis(master.host, master.port, db=3) as client:
        assert client.get("in 3") == b"b"
    assert SECRET not in repr(vars(backend)) + repr(backend._read_client)
    for wrong in (url.replace(f"{SECRET}@", "no@"), url.replace(f"{SECRET}-2", "no")):
        with pytest.raises(redis_py.exceptions.RedisError) as error:
            backend_of("redis-sentinel", wrong).get("in 3")
        assert SECRET not in str(error.value)


def test_a_master_that_no_sentinel_knows_is_told(
    watched: tuple[Redis, RedisSentinel], backend_of: Any
) -> None:
    backend = backend_of("redis-sentinel", place(watched[1]), MASTER="another")
    with pytest.raises(redis_py.exceptions.ConnectionError, match="another"):
        backend.get("a")


# Settings


def make_app(**backend: Any) -> None:
    app = Flask("tests")
    app.config.update(PHPBB3={"DRIVER": "sqlite3"}, PHPBB3_SESSION_BACKEND=backend)
    PhpBB3(app)


@pytest.mark.parametrize("kind", ["redis-cluster", "redis-sentinel"])
@pytest.mark.parametrize(
    ("servers", "said"),
    [
        (["/run/redis.sock"], "reaches no Unix socket"),
        (["unix:///run/redis.sock"], "reaches no Unix socket"),
        ([f"redis://:{SECRET}/et@one:6379/0"], "Percent-encode"),
        ([f"redis://one:{SECRET}@one:port"], "Percent-encode"),
        ([f"redis://one:{SECRET}@one", f"redis://one:{SECRET}2@two"], "URLs differ"),
        ([f"redis://one:{SECRET}@one", "rediss://two"], "URLs differ"),
        ([f"one:{SECRET}"], "port"),
    ],
)
def test_servers_that_do_not_fit(kind: str, servers: list[str], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as error:
        make_app(TYPE=kind, SERVERS=servers)
    assert SECRET not in str(error.value)


def test_a_cluster_has_one_database() -> None:
    with pytest.raises(ConfigurationError, match="no database but 0"):
        make_app(TYPE="redis-cluster", SERVERS=["redis://one/2"])


@pytest.mark.parametrize("name", ["", "two words", "a;b", 5])
def test_a_master_needs_a_name(name: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"\['MASTER'\].*name under which"):
        make_app(TYPE="redis-sentinel", MASTER=name)


@pytest.mark.parametrize(
    "server", ["one", "one:1", "[::1]", "[::1]:1", "redis://one", "rediss://a:b@[::1]:1/0"]
)
@pytest.mark.parametrize("kind", ["redis-cluster", "redis-sentinel"])
def test_ways_to_name_a_server(kind: str, server: str) -> None:
    make_app(TYPE=kind, SERVERS=[server])


def test_where_they_usually_are() -> None:
    def usual(kind: str) -> SessionBackendSettings:
        return read_settings({"PHPBB3_SESSION_BACKEND": {"TYPE": kind}}).session_backend

    assert usual("redis-cluster").servers == ("127.0.0.1:6379",)
    assert usual("redis-sentinel").servers == ("127.0.0.1:26379",)
    assert usual("redis-sentinel").master == "mymaster"
