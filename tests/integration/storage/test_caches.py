"""Session backends: what is kept there, how it comes back, and what happens when they fail."""

from __future__ import annotations

import contextlib
import datetime
import json
import logging
import os
import pickle
import signal
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cachelib import SimpleCache
from flask import Flask, session
from markupsafe import Markup

from flask_phpbb3 import ConfigurationError, PhpBB3
from flask_phpbb3.config import SessionBackendSettings
from flask_phpbb3.storage.backends import make_backend
from flask_phpbb3.storage.cache import MAX_VALUE, MISS, GuardedCache, QueryCache
from flask_phpbb3.storage.keystore import KeyStore
from flask_phpbb3.testing import MiniatureBoard
from flask_phpbb3.testing.conformance import BoardUnderTest

from ...apps import board_of, clock, close
from ...miniatures import Build
from ...servers import Memcached, Redis, RedisSentinel, Server, redis_cluster, running
from ...sites import Site, make_site

BACKENDS = (
    "simple",
    "memcached",
    "redis",
    "redis-url",
    "redis-socket",
    "redis-cluster",
    "redis-sentinel",
    "filesystem",
    "flask-caching",
    "cachelib",
)
SERVED = ("memcached", "redis")
Make = Callable[..., Site]


class SocketRedis(Redis):
    """A Redis server that also listens on a Unix socket."""

    def command(self) -> Sequence[str]:
        return (*super().command(), "--unixsocket", str(self.directory / "socket"))


@pytest.fixture(scope="module")
def socket_redis() -> Iterator[SocketRedis]:
    with running(SocketRedis) as server:
        yield server


@pytest.fixture(scope="module")
def one_of_cluster() -> Iterator[Server]:
    with redis_cluster() as nodes:
        yield nodes[0]


@pytest.fixture(scope="module")
def one_of_sentinel(redis: Redis) -> Iterator[Server]:
    with running(RedisSentinel, redis) as sentinel:
        yield sentinel


class KilledMemcached(Memcached):
    """A memcached server that is killed; ended politely, it takes a second."""

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        super().stop(how)


@pytest.fixture
def servers() -> Iterator[Callable[[str], Server]]:
    """Start servers of the test's own, which it may stop."""
    kinds: dict[str, type[Server]] = {"memcached": KilledMemcached, "redis": Redis}
    with contextlib.ExitStack() as stack:
        yield lambda name: stack.enter_context(running(kinds[name]))


def address(server: Server) -> str:
    return f"{server.host}:{server.port}"


def served(name: str, *servers: Server) -> dict[str, Any]:
    """Return the settings of a backend on servers."""
    return {"session_backend": {"TYPE": name, "SERVERS": [address(server) for server in servers]}}


@pytest.fixture(scope="module")
def subject(build: Build) -> BoardUnderTest:
    made = build("sqlite", "sqlite3", "3.3")
    for number in range(12):
        made.board.add_user(f"user {number}")
    return made


@pytest.fixture
def make(subject: BoardUnderTest) -> Iterator[Make]:
    """Make sites on the board: ``make(session_backend={"TYPE": "null"})``."""
    sites: list[Site] = []

    def make_one(**settings: Any) -> Site:
        board = subject.board
        assert isinstance(board, MiniatureBoard)
        settings = {"board_ttl": 60, "ban_ttl": 60, **settings}
        sites.append(make_site("sqlite3", subject.config["PHPBB3_DATABASE"], board, **settings))
        if hasattr(settings.get("cache"), "init_app"):
            settings["cache"].init_app(sites[-1].app)
        return sites[-1]

    yield make_one
    for site in sites:
        close(site.app)


@pytest.fixture
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """Return settings of the session backend that the test's parameter names."""
    name = request.param
    if name in ("simple", "null"):
        return {"session_backend": {"TYPE": name}}
    if name == "filesystem":
        return {"session_backend": {"TYPE": "filesystem", "DIRECTORY": str(tmp_path / "kept")}}
    if name == "cachelib":
        return {"cache": SimpleCache()}
    if name == "flask-caching":
        caching = pytest.importorskip("flask_caching")
        return {"cache": caching.Cache(config={"CACHE_TYPE": "SimpleCache"})}
    kind, _, form = name.partition("-")
    pytest.importorskip({"memcached": "pymemcache"}.get(kind, kind))
    if form == "socket":
        socket_server: SocketRedis = request.getfixturevalue("socket_redis")
        return {"session_backend": {"TYPE": kind, "SERVERS": [str(socket_server.directory / "socket")]}}
    if form in ("cluster", "sentinel"):
        group: Server = request.getfixturevalue(f"one_of_{form}")
        return {"session_backend": {"TYPE": name, "SERVERS": [address(group)]}}
    server: Server = request.getfixturevalue(kind)
    place = f"redis://{address(server)}/3" if form == "url" else address(server)
    return {"session_backend": {"TYPE": kind, "SERVERS": [place]}}


every_backend = pytest.mark.parametrize("backend", BACKENDS, indirect=True)


# What is kept comes back

VALUES: dict[str, Any] = {
    "tuple": (1, "a", (None, 2.5)),
    "bytes": b"\x00\xff",
    "markup": Markup("<b>bold</b>"),
    "datetime": datetime.datetime(2024, 2, 29, 12, 30, 1, tzinfo=datetime.timezone.utc),
    "uuid": uuid.UUID(int=7),
    "text": "gr\u00fc\u00df \U0001f600 %s {x}",
    "nested": {"list": [1, True, None], " t": "looks like a tag"},
}


@every_backend
def test_application_keys_come_back_as_they_were(make: Make, backend: dict[str, Any]) -> None:
    site = make(**backend)
    found: dict[str, Any] = {}

    def put() -> str:
        session.update(VALUES)
        return ""

    def get() -> str:
        found.update({name: session[name] for name in VALUES})
        return ""

    site.app.add_url_rule("/put", view_func=put)
    site.app.add_url_rule("/get", view_func=get)
    cookies = site.sign_in("user 0")
    assert site.ask(cookies, "/put").status == 200
    assert site.ask(cookies, "/get").status == 200
    assert found == VALUES
    assert {name: type(value) for name, value in found.items()} == {
        name: type(v) for name, v in VALUES.items()
    }


@every_backend
def test_cached_answers_equal_others(make: Make, backend: dict[str, Any], subject: BoardUnderTest) -> None:
    bound = board_of(make(**backend).app)
    user = subject.board.user_id("user 1")
    asked: list[tuple[Callable[..., Any], dict[str, Any]]] = [
        (bound.get_user, {"user_id": user}),
        (bound.get_user, {"user_id": 999_999}),
        (bound.fetch_acl_options, {"limit": None}),
        (bound.fetch_acl_options, {"limit": 2, "skip": 1}),
        (bound.has_membership, {"user_id": user, "group_id": 2}),
        (bound.has_membership, {"user_id": user, "group_id": 999_999}),
    ]
    for call, arguments in asked:
        plain = call(**arguments)
        for _ in range(2):
            cached = call(**arguments, cache=True)
            assert cached == plain
            assert repr(cached) == repr(plain)


@every_backend
def test_an_answer_is_kept_for_its_time_and_its_parameters(make: Make, backend: dict[str, Any]) -> None:
    site = make(**backend)
    bound = board_of(site.app)
    assert site.board is not None
    name = f"late {uuid.uuid4().hex[:8]}"
    assert bound.has_membership_resolve(user_id=2, group_name=name, cache=True) is False
    group = site.board.add_group(name)
    site.board.add_member(2, group)
    assert bound.has_membership_resolve(user_id=2, group_name=name, cache=True) is False
    assert bound.has_membership_resolve(user_id=2, group_name=name) is True
    assert bound.has_membership(user_id=2, group_id=group, cache=True, cache_ttl=0.5) is True


def test_nothing_is_kept_by_the_null_backend(make: Make) -> None:
    site = make(session_backend={"TYPE": "null"})
    cookies = site.sign_in("user 0")
    assert site.ask(cookies, "/keep/1").thing == "1"
    assert site.ask(cookies).thing is None


@every_backend
def test_the_last_of_two_requests_wins(make: Make, backend: dict[str, Any]) -> None:
    site = make(**backend)
    cookies = site.sign_in("user 2")
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda number: site.ask(cookies, f"/keep/{number}"), range(24)))
    assert {answer.status for answer in answers} == {200}
    assert {answer.user for answer in answers} == {_user_of(cookies)}
    assert site.ask(cookies).thing in map(str, range(24))
    site.ask(cookies, "/keep/last")
    assert site.ask(cookies).thing == "last"


def _user_of(cookies: dict[str, str]) -> int:
    [user] = [value for name, value in cookies.items() if name.endswith("_u")]
    return int(user)


class Noting(SimpleCache):
    """A cache that notes for how long it is to keep things."""

    def __init__(self) -> None:
        super().__init__()
        self.timeouts: list[Any] = []

    def set(self, key: str, value: Any, timeout: Any = None) -> bool | None:
        self.timeouts.append(timeout)
        return super().set(key, value, timeout)


@pytest.mark.parametrize("autologin", [False, True], ids=["session", "autologin"])
def test_keys_live_as_long_as_the_login_and_are_renewed_by_use(make: Make, autologin: bool) -> None:
    cache = Noting()
    site = make(keys=cache, board_ttl=0)
    assert site.board is not None
    site.board.set_config("session_length", 3600)
    site.board.set_config("max_autologin_time", 2)
    lifetime = 2 * 86400 if autologin else 3660
    start = time.time()
    cookies = site.sign_in("user 3", autologin=autologin)
    with clock(start):
        site.ask(cookies, "/keep/it")
    assert cache.timeouts == [lifetime]
    with clock(start + lifetime * 0.45):
        assert site.ask(cookies).thing == "it"
    assert cache.timeouts == [lifetime]
    for later in (0.55, 0.9):  # the second is less than half after the renewal
        with clock(start + lifetime * later):
            assert site.ask(cookies).thing == "it"
        assert cache.timeouts == [lifetime, lifetime]


@every_backend
def test_dropping_the_last_key_leaves_nothing(make: Make, backend: dict[str, Any]) -> None:
    site = make(**backend)
    cookies = site.sign_in("user 4")
    site.ask(cookies, "/keep/it")
    assert site.ask(cookies, "/drop").thing is None
    assert site.ask(cookies).thing is None


# Limits


@every_backend
def test_what_is_too_large_is_not_kept_and_the_old_is_gone(
    make: Make, backend: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    site = make(**backend)

    def enlarge() -> str:
        session["thing"] = "x" * MAX_VALUE
        return ""

    def fill() -> str:
        session["thing"] = "y" * (MAX_VALUE - 300)
        return ""

    site.app.add_url_rule("/enlarge", view_func=enlarge)
    site.app.add_url_rule("/fill", view_func=fill)
    cookies = site.sign_in("user 5")
    site.ask(cookies, "/keep/old")
    assert site.ask(cookies, "/enlarge").status == 200
    assert "too large" in caplog.text
    assert site.ask(cookies).thing is None
    assert site.ask(cookies, "/fill").status == 200
    assert site.ask(cookies).thing == "y" * (MAX_VALUE - 300)


class Looking(SimpleCache):
    """A cache that notes its keys."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: set[str] = set()

    def set(self, key: str, value: Any, timeout: Any = None) -> bool | None:
        self.keys.add(key)
        assert isinstance(value, str)
        assert value.isascii()
        return super().set(key, value, timeout)


def test_keys_are_short_and_ascii_whatever_is_asked(make: Make) -> None:
    cache = Looking()
    bound = board_of(make(cache=cache).app)
    for group in ("gr\u00fc\u00df", "a b\r\nflush_all\r\n", "x" * 5000, "\U0001f600"):
        bound.has_membership_resolve(user_id=2, group_name=group, cache=True)
    assert len(cache.keys) == 4
    assert all(
        key.isascii() and key.isprintable() and " " not in key and len(key) < 100 for key in cache.keys
    )


# What others have put there


class Bomb:
    """Something whose unpickling leaves a trace."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return Path.touch, (self.trace,)


RUBBISH: dict[str, Callable[[Path], bytes]] = {
    "a pickle": lambda trace: pickle.dumps(Bomb(trace)),
    "a marked pickle": lambda trace: b"!" + pickle.dumps(Bomb(trace)),
    "no text": lambda _: b"\xff\xfe\x00",
    "nothing": lambda _: b"",
    "a number": lambda _: b"5",
    "a list": lambda _: b"[1, 2]",
    "half of it": lambda _: b'{"key":"phpbb3:',
    "no envelope": lambda _: b'{"value":{"user_id":2},"values":{"thing":"planted"},"saved":1}',
    "another's": lambda _: json.dumps(
        {"key": "phpbb3:0", "value": {"user_id": 2}, "values": {"thing": "planted"}, "saved": 1}
    ).encode(),
    "deep": lambda _: b"[" * 100_000,
    "a bad tag": lambda _: b'{"!":["date",5]}',
    "a tag of Flask's": lambda _: b'{" d":5}',
}


@pytest.mark.parametrize("rubbish", RUBBISH.values(), ids=RUBBISH)
@pytest.mark.parametrize("backend", ["memcached", "redis", "filesystem"], indirect=True)
def test_rubbish_under_our_keys_is_a_miss(
    backend: dict[str, Any], rubbish: Callable[[Path], bytes], tmp_path: Path
) -> None:
    trace = tmp_path / "executed"
    made = _backend(backend)
    queries = QueryCache(made, lambda: ("test",))
    name = uuid.uuid4().hex
    keys = KeyStore(made, lambda: (name,))
    key = queries.key("get_user", {"user_id": uuid.uuid4().int}, 0, None)
    assert key is not None
    queries.set(key, {"user_id": 3}, None)
    keys.save(3, "login", {"thing": "mine"}, 60)
    assert queries.get(key) == {"user_id": 3}
    assert keys.load(3, "login").values == {"thing": "mine"}
    for name in (key, keys._key(3, "login")):
        plant(backend, name, rubbish(trace))
    assert queries.get(key) is MISS
    assert keys.load(3, "login").values == {}
    keys.save(3, "login", {"thing": "again"}, 60)
    assert keys.load(3, "login").values == {"thing": "again"}
    assert not trace.exists()


def _backend(settings: dict[str, Any]) -> Any:
    given = settings["session_backend"]
    read = SessionBackendSettings(
        type=given["TYPE"], servers=tuple(given.get("SERVERS", ("",))), directory=given.get("DIRECTORY")
    )
    return make_backend(read, purpose="test", threshold=100)


def plant(settings: dict[str, Any], key: str, content: bytes) -> None:
    """Put bytes under a key of ours, as another program on the same server would."""
    given = settings["session_backend"]
    if given["TYPE"] == "filesystem":
        [newest] = [f for f in Path(given["DIRECTORY"]).rglob("*") if f == _backend(settings)._file(key)]
        stat = newest.stat()
        newest.write_bytes(content)
        os.utime(newest, (stat.st_atime, stat.st_mtime))
        return
    host, _, port = given["SERVERS"][0].rpartition(":")
    if given["TYPE"] == "redis":
        import redis

        redis.Redis(host, int(port)).set(key, content)
    else:
        from pymemcache import Client

        with contextlib.closing(Client((host, int(port)))) as client:
            assert client.set(key, content, noreply=False)


def test_a_redis_value_of_another_kind_is_a_miss(redis: Redis) -> None:
    client = pytest.importorskip("redis").Redis(redis.host, redis.port)
    settings = served("redis", redis)
    keys = KeyStore(_backend(settings), lambda: ("kind",))
    client.rpush(keys._key(3, "login"), "a", "b")
    assert keys.load(3, "login").values == {}
    keys.save(3, "login", {"thing": "mine"}, 60)
    assert keys.load(3, "login").values == {"thing": "mine"}


# Servers that fail


@pytest.fixture
def warnings(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """Return what was said about the backend at the level of a warning or above, a message once each time."""

    def said() -> list[str]:
        return [
            record.getMessage()
            for record in caplog.records
            if record.levelno >= logging.WARNING and "session backend" in record.getMessage()
        ]

    return said


@pytest.mark.parametrize("name", SERVED)
def test_a_server_that_is_killed_and_comes_back(
    make: Make, servers: Callable[[str], Server], name: str, warnings: Callable[[], list[str]]
) -> None:
    server = servers(name)
    site = make(**served(name, server))
    cookies = site.sign_in("user 6")
    user = site.ask(cookies, "/keep/before").user
    assert site.ask(cookies).thing == "before"
    with server.stopped():
        for page in ("/", "/keep/meanwhile", "/", "/drop", "/"):
            answer = site.ask(cookies, page)
            assert (answer.status, answer.user) == (200, user)
        assert answer.thing is None
        assert board_of(site.app).get_user(user_id=2, cache=True) == board_of(site.app).get_user(user_id=2)
        assert len(warnings()) <= 2  # the keys' and the answers' half
        assert "fails" in warnings()[0]
    assert site.ask(cookies, "/keep/after").thing == "after"
    assert site.ask(cookies).thing == "after"


@pytest.mark.parametrize("name", SERVED)
def test_a_server_that_restarts_between_requests_is_not_noticed(
    make: Make, servers: Callable[[str], Server], name: str, warnings: Callable[[], list[str]]
) -> None:
    server = servers(name)
    site = make(**served(name, server))
    cookies = site.sign_in("user 6")
    with ThreadPoolExecutor(4) as threads:  # several connections, all of which are lost
        list(threads.map(lambda number: site.ask(cookies, f"/keep/{number}"), range(8)))
    server.restart()
    assert site.ask(cookies, "/keep/after").thing == "after"
    assert site.ask(cookies).thing == "after"
    assert warnings() == []


@pytest.mark.parametrize("name", SERVED)
def test_old_keys_do_not_come_back_with_a_silent_server(
    make: Make, servers: Callable[[str], Server], name: str
) -> None:
    server = servers(name)
    site = make(**served(name, server))
    changed, dropped, untouched = (site.sign_in("user 7") for _ in range(3))
    for cookies in (changed, dropped, untouched):
        site.ask(cookies, "/keep/old")
    with server.held_still():
        started = time.monotonic()
        for _ in range(5):
            assert site.ask(changed, "/keep/new").status == 200
            assert site.ask(dropped, "/drop").status == 200
        assert time.monotonic() - started < 4
    deadline = time.monotonic() + 25
    while site.ask(untouched).thing is None and time.monotonic() < deadline:
        time.sleep(0.1)  # the silent server is left alone for a while
    assert site.ask(untouched).thing == "old"
    assert site.ask(changed).thing is None
    assert site.ask(dropped).thing is None
    another = make(**served(name, server))  # such as a worker that has seen nothing of it
    assert (another.ask(changed).thing, another.ask(dropped).thing) == (None, None)
    site.ask(changed, "/keep/newest")
    assert (site.ask(changed).thing, another.ask(changed).thing) == ("newest", "newest")


def test_one_of_several_memcached_servers_is_dead(
    make: Make, servers: Callable[[str], Server], warnings: Callable[[], list[str]]
) -> None:
    pytest.importorskip("pymemcache")
    group = [servers("memcached") for _ in range(3)]
    site = make(**served("memcached", *group))
    logins = [site.sign_in(f"user {number}") for number in range(12) for _ in range(2)]
    for number, cookies in enumerate(logins):
        site.ask(cookies, f"/keep/{number}")
    with group[0].stopped():
        for _ in range(2):
            found = [site.ask(cookies) for cookies in logins]
            assert {answer.status for answer in found} == {200}
            lost = [number for number, answer in enumerate(found) if answer.thing is None]
            assert 0 < len(lost) < len(logins)
            assert all(a.thing == str(number) for number, a in enumerate(found) if number not in lost)
        for number in lost:
            site.ask(logins[number], "/keep/meanwhile")
            assert site.ask(logins[number]).thing is None
        assert len(warnings()) == 1
    for number, cookies in enumerate(logins):
        assert site.ask(cookies).thing == (None if number in lost else str(number))
        site.ask(cookies, "/keep/after")
        assert site.ask(cookies).thing == "after"


def test_every_process_and_order_finds_the_same_server(servers: Callable[[str], Server]) -> None:
    pytest.importorskip("pymemcache")
    group = [servers("memcached") for _ in range(3)]
    one, other = _backend(served("memcached", *group)), _backend(served("memcached", *reversed(group)))
    for number in range(30):
        assert one.set(f"key:{number}", str(number), timeout=60)
        assert other.get(f"key:{number}") == str(number)


def test_memcached_killed_and_back_under_load(make: Make, servers: Callable[[str], Server]) -> None:
    pytest.importorskip("pymemcache")
    server = servers("memcached")
    site = make(**served("memcached", server))
    assert site.board is not None
    logins = {site.board.user_id(f"user {n}"): site.sign_in(f"user {n}") for n in range(4)}
    end = time.monotonic() + 2.5

    def browse(user: int) -> list[str]:
        wrong = []
        while time.monotonic() < end:
            for page in (f"/keep/{user}", "/"):
                answer = site.ask(logins[user], page)
                if (answer.status, answer.user) != (200, user) or answer.thing not in (None, str(user)):
                    wrong.append(f"{answer}")
        return wrong

    with ThreadPoolExecutor(4) as threads:
        found = [threads.submit(browse, user) for user in logins]
        for _ in range(2):
            time.sleep(0.4)
            with server.stopped():
                time.sleep(0.4)
        assert [wrong for future in found for wrong in future.result()] == []
    for user, cookies in logins.items():
        site.ask(cookies, f"/keep/{user}")
        assert site.ask(cookies).thing == str(user)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.parametrize("name", SERVED)
def test_a_forked_worker_has_connections_of_its_own(servers: Callable[[str], Server], name: str) -> None:
    guarded = GuardedCache(_backend(served(name, servers(name))))
    assert guarded.set("mine", "parent", 60)  # opens a connection that children inherit
    children = []
    for number in range(2):
        child = os.fork()
        if child == 0:
            status = 1
            with contextlib.suppress(BaseException):
                mixed = [
                    not guarded.set(f"child:{number}:{n}", f"{number}:{n}", 60)
                    or guarded.get(f"child:{number}:{n}") != f"{number}:{n}"
                    for n in range(300)
                ]
                status = int(any(mixed))
            os._exit(status)
        children.append(child)
    assert all(guarded.get("mine") == "parent" for _ in range(300))
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]


# A folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def in_folder(folder: Path) -> dict[str, Any]:
    return {"session_backend": {"TYPE": "filesystem", "DIRECTORY": str(folder)}}


@pytest.mark.skipif(os.name != "posix", reason="this system has no such rights")
def test_a_folder_is_private(make: Make, folder: Path) -> None:
    before = os.umask(0)
    try:
        site = make(**in_folder(folder))
        site.ask(site.sign_in("user 8"), "/keep/it")
        board_of(site.app).get_user(user_id=2, cache=True)
    finally:
        os.umask(before)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 2
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert {path.parent.stat().st_mode & 0o777 for path in files} == {0o700}


@contextlib.contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process grow."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_folder_loses_no_page(make: Make, folder: Path, warnings: Callable[[], list[str]]) -> None:
    site = make(**in_folder(folder))
    changed, untouched = site.sign_in("user 8"), site.sign_in("user 9")
    site.ask(changed, "/keep/old")
    site.ask(untouched, "/keep/it")
    with full_disk():
        answers = [site.ask(changed, page) for page in ("/keep/new", "/", "/keep/newer", "/")]
        untouched_answer = site.ask(untouched)
    assert [answer.status for answer in answers] == [200] * 4
    assert answers[-1].thing is None
    assert untouched_answer.thing == "it"
    assert len(warnings()) == 1
    assert [path for path in folder.rglob(".*") if path.is_file()] == []
    site.ask(changed, "/keep/after")
    assert site.ask(changed).thing == "after"


def test_a_folder_that_cannot_be_written_to_loses_no_page(
    make: Make, folder: Path, warnings: Callable[[], list[str]]
) -> None:
    site = make(**in_folder(folder))
    cookies = site.sign_in("user 8")
    site.ask(cookies, "/keep/old")
    away = folder.rename(folder.with_name("away"))
    folder.write_text("in the way")
    started = time.monotonic()
    assert [site.ask(cookies, page).status for page in ("/", "/keep/new", "/", "/drop")] == [200] * 4
    assert time.monotonic() - started < 2
    assert len(warnings()) == 1
    folder.unlink()
    away.rename(folder)
    assert site.ask(cookies).thing is None
    site.ask(cookies, "/keep/after")
    assert site.ask(cookies).thing == "after"


def test_a_folder_that_is_removed_is_made_again(make: Make, folder: Path) -> None:
    site = make(**in_folder(folder))
    cookies = site.sign_in("user 8")
    site.ask(cookies, "/keep/old")
    folder.rename(folder.with_name("away"))
    assert site.ask(cookies).thing is None
    site.ask(cookies, "/keep/new")
    assert site.ask(cookies).thing == "new"


def test_a_folder_does_not_grow_for_ever(tmp_path: Path) -> None:
    settings = SessionBackendSettings(type="filesystem", directory=str(tmp_path))
    backend = make_backend(settings, purpose="test", threshold=20)
    for number in range(100):
        backend.set(f"key {number}", str(number), timeout=1000 + number)
        if number % 2:
            backend.set(f"short {number}", "x", timeout=1)
    assert len(list((tmp_path / "test").iterdir())) <= 24
    assert backend.get("key 99") == "99"
    assert backend.get("key 0") is None
    with clock(time.time() + 1500):
        assert backend.get("key 99") is None
        for number in range(4):
            backend.set(f"new {number}", "x", timeout=1000)
        assert len(list((tmp_path / "test").iterdir())) <= 4


@pytest.mark.parametrize("purpose", ["keys", "answers"])
@pytest.mark.parametrize("name", ["letters.txt", "0" * 64, "0" * 64 + ".phpbb3", ".hidden", "folder"])
def test_an_owners_own_files_are_left_alone(tmp_path: Path, purpose: str, name: str) -> None:
    """They were deleted as what has ended."""
    settings = SessionBackendSettings(type="filesystem", directory=str(tmp_path / "kept"))
    backend = make_backend(settings, purpose=purpose, threshold=3)
    backend.set("key", "value", timeout=60)
    theirs = tmp_path / "kept" / purpose / name
    theirs.mkdir() if name == "folder" else theirs.write_text("mine")
    os.utime(theirs, (1, 1))
    for number in range(20):
        backend.set(f"key {number}", "value", timeout=60)
    assert theirs.exists()
    if not name.endswith(".phpbb3"):  # by name it may be one of ours that was spoilt
        with pytest.raises(ConfigurationError, match="which is not ours"):
            make_backend(settings, purpose=purpose, threshold=3)


@pytest.mark.skipif(os.name != "posix", reason="this system has no such rights")
@pytest.mark.parametrize("folder", ["kept", "kept/keys"])
def test_a_folder_that_others_may_write_to_is_refused(tmp_path: Path, folder: str) -> None:
    (tmp_path / "kept" / "keys").mkdir(parents=True)
    (tmp_path / folder).chmod(0o777)
    with pytest.raises(ConfigurationError, match="others may write"):
        make_app(TYPE="filesystem", DIRECTORY=str(tmp_path / "kept"))


@pytest.mark.skipif(os.name != "posix", reason="this system has no such rights")
@pytest.mark.parametrize("umask", [0, 0o022, 0o277])
def test_rights_do_not_follow_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        settings = SessionBackendSettings(type="filesystem", directory=str(tmp_path / "kept"))
        make_backend(settings, purpose="keys", threshold=3).set("key", "value", timeout=60)
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "kept").rglob("*")}
    assert modes.pop("keys") == (tmp_path / "kept").stat().st_mode & 0o777 == 0o700
    assert list(modes.values()) == [0o600]


# Settings


def make_app(**backend: Any) -> None:
    app = Flask("tests")
    app.config.update(PHPBB3={"DRIVER": "sqlite3"}, PHPBB3_SESSION_BACKEND=backend)
    PhpBB3(app)


def test_a_folder_that_cannot_be_made_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigurationError, match=r"\['DIRECTORY'\] is .*file.*no folder can be made"):
        make_app(TYPE="filesystem", DIRECTORY=str(tmp_path / "file"))


@pytest.mark.parametrize(
    ("name", "servers", "said"),
    [
        ("redis", ["one:1", "two:2"], "takes one"),
        ("memcached", ["redis://someone:hush-hush@one:1"], "begins with 'redis://'"),
        ("redis", ["redis://:hush-hush/et@one:6379/0"], "Percent-encode"),
        ("redis", ["redis://someone:hush-hush@one:port"], "Percent-encode"),
        ("memcached", ["one:hush-hush"], "port"),
    ],
)
def test_servers_that_do_not_fit(name: str, servers: list[str], said: str) -> None:
    pytest.importorskip({"memcached": "pymemcache"}.get(name, name))
    with pytest.raises(ConfigurationError, match=said) as error:
        make_app(TYPE=name, SERVERS=servers)
    assert "hush-hush" not in str(error.value)


@pytest.mark.parametrize("name", SERVED)
@pytest.mark.parametrize("server", ["one", "one:1", "[::1]", "[::1]:1", "/run/socket"])
def test_ways_to_name_a_server(name: str, server: str) -> None:
    pytest.importorskip({"memcached": "pymemcache"}.get(name, name))
    make_app(TYPE=name, SERVERS=[server])


def test_types_beyond_json_are_returned_uncached_with_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    cache = QueryCache(SimpleCache(), lambda: ("test",))
    key = cache.key("get_thing", {}, 0, None)
    assert key is not None
    cache.set(key, {"sum": Decimal("1.50"), "day": datetime.date(2024, 1, 2), "raw": b"\xff"}, 1)
    found = cache.get(key)
    assert found == {"sum": Decimal("1.50"), "day": datetime.date(2024, 1, 2), "raw": b"\xff"}
    for _ in range(3):
        cache.set(key, {"strange": object()}, 1)
    assert len(caplog.records) == 1
