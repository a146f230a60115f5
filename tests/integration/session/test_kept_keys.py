"""Application keys of who is signed in: with several workers, several applications, and backends that fail."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cachelib import SimpleCache
from flask import Flask, session
from flask.testing import FlaskClient

from flask_phpbb3.storage.keystore import KeyStore
from flask_phpbb3.testing import MiniatureBoard
from flask_phpbb3.testing.conformance import BoardUnderTest

from ...apps import board_of, close, make_app
from ...miniatures import Build
from ...servers import Memcached, Redis, running

AGENT = "Browser/1.0"
Make = Callable[..., Flask]


@pytest.fixture(scope="module")
def subject(build: Build) -> BoardUnderTest:
    made = build("sqlite", "sqlite3", "3.3")
    made.board.add_user("alice")
    return made


@pytest.fixture
def make(subject: BoardUnderTest) -> Iterator[Make]:
    """Make a worker of the application, or of another with a secret of its own."""
    made: list[Flask] = []

    def make_one(secret: str = "not so secret", **settings: Any) -> Flask:
        app = make_app("sqlite3", subject.config["PHPBB3_DATABASE"], version="3.3", board_ttl=60, **settings)
        app.secret_key = secret

        @app.get("/put/<value>")
        def put(value: str) -> str:
            session["cart"] = value
            return "kept"

        @app.get("/drop")
        def drop() -> str:
            session.pop("cart", None)
            return "dropped"

        @app.get("/look")
        def look() -> dict[str, Any]:
            return {"user": session["user_id"], "cart": session.get("cart")}

        @app.get("/name")
        def name() -> str:
            return str(session["username"])

        made.append(app)
        return app

    yield make_one
    for app in made:
        close(app)


class Browser:
    """One browser, whose requests go to whatever worker is free."""

    def __init__(self, subject: BoardUnderTest) -> None:
        board = subject.board
        assert isinstance(board, MiniatureBoard)
        self.cookies = board.sign_in("alice", browser=AGENT)

    def ask(self, app: Flask, path: str) -> Any:
        client: FlaskClient = app.test_client(use_cookies=False)
        header = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = client.get(path, headers={"Cookie": header, "User-Agent": AGENT})
        assert answer.status_code == 200
        for line in answer.headers.getlist("Set-Cookie"):
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0]
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer.json if answer.is_json else answer.text

    def cart(self, app: Flask) -> str | None:
        found: str | None = self.ask(app, "/look")["cart"]
        return found


@pytest.fixture
def browser(subject: BoardUnderTest) -> Browser:
    return Browser(subject)


# Several workers


def test_by_default_keys_are_right_with_any_number_of_workers(make: Make, browser: Browser) -> None:
    first, second = make(), make()
    browser.ask(first, "/put/book")
    assert [browser.cart(worker) for worker in (second, first, second)] == ["book"] * 3
    browser.ask(second, "/put/pen")
    assert [browser.cart(worker) for worker in (first, second)] == ["pen"] * 2


def test_flask_wtf_takes_its_own_tokens_with_two_workers(make: Make, browser: Browser) -> None:
    """11 of 20 forms were refused."""
    flask_wtf = pytest.importorskip("flask_wtf")
    workers = [make(), make()]
    for worker in workers:
        worker.add_url_rule("/token", view_func=flask_wtf.csrf.generate_csrf)
        worker.add_url_rule("/check/<token>", endpoint="check", view_func=_check_token)
    for number in range(20):
        token = browser.ask(workers[number % 2], "/token")
        assert browser.ask(workers[(number // 2) % 2], f"/check/{token}") == "taken"


def _check_token(token: str) -> str:
    from flask_wtf.csrf import validate_csrf

    validate_csrf(token)
    return "taken"


def test_the_cookie_is_of_one_user_and_one_login(
    make: Make, subject: BoardUnderTest, browser: Browser
) -> None:
    app, again = make(), Browser(subject)
    browser.ask(app, "/put/book")
    again.cookies["session"] = browser.cookies["session"]
    assert again.cart(app) is None
    assert "session" not in again.cookies  # and does not come back
    signed_in = {name: browser.cookies.pop(name) for name in list(browser.cookies) if name != "session"}
    assert browser.cart(app) is None
    browser.cookies.update(signed_in)
    assert browser.cart(app) is None
    assert not any(value and value in str(browser.cookies.get("session")) for value in signed_in.values())


@pytest.mark.parametrize("backend", ["cookie", "simple"])
@pytest.mark.parametrize("value", ["of another", "signed"])
def test_the_cookie_of_another_application_is_left_alone(
    make: Make, browser: Browser, backend: str, value: str
) -> None:
    if value == "signed":
        other = Flask("other")
        other.secret_key = "another"
        interface: Any = other.session_interface
        value = interface.get_signing_serializer(other).dumps({"mine": 1})
    app = make(session_backend={"TYPE": backend})
    browser.cookies["session"] = value
    for path in ("/name", "/look", "/name"):
        browser.ask(app, path)
        assert browser.cookies["session"] == value


# Several applications


def test_applications_on_one_backend_do_not_meet(make: Make, browser: Browser, memcached: Memcached) -> None:
    servers = [f"{memcached.host}:{memcached.port}"]
    backend = {"TYPE": "memcached", "SERVERS": servers}
    shop, wiki = (make(secret, session_backend=backend) for secret in ("of the shop", "of the wiki"))
    browser.ask(shop, "/put/book")
    assert (browser.cart(shop), browser.cart(wiki)) == ("book", None)
    named = {**backend, "APPLICATION": "shop-and-wiki"}
    shop, wiki = (make(secret, session_backend=named) for secret in ("of the shop", "of the wiki"))
    browser.ask(shop, "/put/pen")
    assert browser.cart(wiki) == "pen"


def test_a_given_cache_holds_answers_and_no_keys(make: Make, browser: Browser) -> None:
    cache = SimpleCache()
    app = make(cache=cache)
    browser.ask(app, "/put/book")
    assert not cache._cache
    with app.app_context():
        board_of(app).get_user(user_id=1, cache=True)
    assert cache._cache
    cache.clear()
    assert browser.cart(app) == "book"


# Backends that fail


def _full(redis: Any) -> Callable[[], object]:
    redis.config_set("maxmemory", "1")
    return lambda: redis.config_set("maxmemory", "0")


def _read_only(redis: Any) -> Callable[[], object]:
    redis.replicaof("127.0.0.1", 1)
    return lambda: redis.replicaof("NO", "ONE")


def _locked(redis: Any) -> Callable[[], object]:
    redis.config_set("requirepass", "changed")
    redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    return lambda: redis.config_set("requirepass", "")


@pytest.mark.parametrize("path", ["/put/new", "/drop"])
@pytest.mark.parametrize("failure", [_full, _read_only, _locked])
def test_what_redis_did_not_take_never_makes_the_old_come_back(
    make: Make, subject: BoardUnderTest, browser: Browser, failure: Any, path: str
) -> None:
    """In another worker, and after a restart."""
    client = pytest.importorskip("redis")
    with running(Redis) as server:
        backend = {"TYPE": "redis", "SERVERS": [f"{server.host}:{server.port}"]}
        first, other = Browser(subject), make(session_backend=backend)
        first.ask(other, "/put/theirs")
        worker, second = make(session_backend=backend), make(session_backend=backend)
        browser.ask(worker, "/put/old")
        assert browser.cart(second) == "old"
        with contextlib.closing(client.Redis(host=server.host, port=server.port)) as redis:
            mend = failure(redis)
            browser.ask(worker, path)
            assert browser.cart(second) in (None, "new")
            mend()
        for process in (second, make(session_backend=backend), worker):
            assert browser.cart(process) is None
            assert first.cart(process) == "theirs"
        browser.ask(second, "/put/newest")
        for process in (worker, second, make(session_backend=backend)):
            assert browser.cart(process) == "newest"


def test_what_a_silent_memcached_did_not_take_never_makes_the_old_come_back(
    make: Make, browser: Browser
) -> None:
    with running(Memcached) as server:
        backend = {"TYPE": "memcached", "SERVERS": [f"{server.host}:{server.port}"]}
        worker, second = make(session_backend=backend), make(session_backend=backend)
        browser.ask(worker, "/put/old")
        with server.held_still():
            browser.ask(worker, "/put/new")
        assert browser.cart(second) != "old"
        browser.ask(second, "/put/newest")
        assert browser.cart(make(session_backend=backend)) == "newest"


def test_what_a_full_disk_did_not_take_never_makes_the_old_come_back(
    make: Make, browser: Browser, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource")
    backend = {"TYPE": "filesystem", "DIRECTORY": str(tmp_path / "kept")}
    worker, second = make(session_backend=backend), make(session_backend=backend)
    browser.ask(worker, "/put/old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        browser.ask(worker, "/put/new")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert browser.cart(second) is None
    assert browser.cart(make(session_backend=backend)) is None


class Failing(SimpleCache):
    """A backend, shared by two workers, that one of them cannot write to for a while."""

    def __init__(self, shared: SimpleCache) -> None:
        super().__init__()
        self._cache = shared._cache
        self.fails = False

    def set(self, key: str, value: Any, timeout: Any = None) -> bool | None:
        if self.fails:
            raise OSError
        return super().set(key, value, timeout)

    def delete(self, key: str) -> bool:
        if self.fails:
            raise OSError
        return super().delete(key)


def test_what_one_worker_could_not_write_does_not_undo_what_another_has_since() -> None:
    """Old keys came back 78 times in 76,000 requests, and new ones went."""
    shared = SimpleCache()
    failing, whole = Failing(shared), Failing(shared)
    one, other = (KeyStore(cache, lambda: ["test"]) for cache in (failing, whole))
    assert one.save(7, "login", {"cart": "old"}, 60)
    failing.fails = True
    assert not one.save(7, "login", {"cart": "lost"}, 60)
    assert one.load(7, "login").values == {}
    assert other.save(7, "login", {"cart": "new"}, 60)
    failing.fails = False
    one.load(8, "another")  # has it look after what it could not write
    assert one.load(7, "login").values == {"cart": "new"}
    assert other.load(7, "login").values == {"cart": "new"}
