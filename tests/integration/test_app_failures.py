"""What the visitors of an application see while servers, connections, files and processes fail."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import session

from flask_phpbb3 import BoardUnavailableError, PhpBB3Error
from flask_phpbb3.testing import MiniatureBoard
from flask_phpbb3.testing.conformance import BoardUnderTest

from ..apps import board_of, close, visitor
from ..loading import DRIVERS
from ..miniatures import Build
from ..servers import HOST, MariaDb, PostgreSql, free_port, mute_server
from ..sites import AGENT, Site, make_site
from ..writing import connect

pytestmark = pytest.mark.slow

SERVED = [(database, driver) for database in ("postgresql", "mariadb") for driver in DRIVERS[database]]
POOL_SIZE = 3
LIMITS = {"CONNECT_TIMEOUT": 1, "STATEMENT_TIMEOUT": 0.5}

Server = PostgreSql | MariaDb
MakeSite = Callable[..., Site]


@pytest.fixture(scope="module", params=SERVED, ids=[driver for _, driver in SERVED])
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    database, driver = request.param
    pytest.importorskip(driver)
    return database, driver


@pytest.fixture(scope="module")
def subject(pair: tuple[str, str], build: Build) -> BoardUnderTest:
    made = build(*pair, "3.3")
    for name in ("alice", "bob", "carol"):
        made.board.add_user(name)
    return made


@pytest.fixture
def server(pair: tuple[str, str], request: pytest.FixtureRequest) -> Server:
    server: Server = request.getfixturevalue(pair[0])
    return server


class Forum:
    """The forum's people, signed in before anything fails."""

    def __init__(self, subject: BoardUnderTest, names: tuple[str, ...]) -> None:
        self.settings = subject.config["PHPBB3_DATABASE"]
        board = subject.board
        assert isinstance(board, MiniatureBoard)
        self.cookies = {board.user_id(name): board.sign_in(name, browser=AGENT) for name in names}


@pytest.fixture
def forum(pair: tuple[str, str], subject: BoardUnderTest) -> Forum:
    """Sign everybody in; the builder's own connection is a new one, as servers stop in these tests."""
    with contextlib.closing(connect(pair[0], subject.config["PHPBB3_DATABASE"])) as connection:
        board = subject.board
        assert isinstance(board, MiniatureBoard)
        dialect = {"postgresql": "postgresql", "mariadb": "mysql"}[pair[0]]
        fresh = MiniatureBoard(connection, board.schema, release=board.release, dialect=dialect)
        return Forum(BoardUnderTest(board=fresh, config=subject.config, writer={}), ("alice", "bob", "carol"))


@pytest.fixture
def make(pair: tuple[str, str], forum: Forum) -> Iterator[MakeSite]:
    sites: list[Site] = []

    def make_one(database: Mapping[str, Any] | None = None, **settings: Any) -> Site:
        place = {**forum.settings, "POOL_SIZE": POOL_SIZE, **(database or {})}
        sites.append(make_site(pair[1], place, **settings))
        return sites[-1]

    yield make_one
    for site in sites:
        close(site.app)


def connections(server: Server, database: str) -> int:
    """Count the connections of readers to a database, as the server sees them."""
    if isinstance(server, PostgreSql):
        sql = f"SELECT pid FROM pg_stat_activity WHERE datname = '{database}' AND usename = 'reader'"
        return len(server.execute(sql, "postgres"))
    listed = f"SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '{database}' AND USER = 'reader'"
    return len(server.execute(listed))


def kill_connections(server: Server, database: str) -> None:
    """End the readers' connections to a database."""
    if isinstance(server, PostgreSql):
        condition = f"datname = '{database}' AND usename = 'reader'"
        server.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {condition}", "postgres"
        )
        return
    server.execute("KILL USER reader")


class Visitors:
    """Threads that visit a site as different people until they are told to stop.

    Each answer must be for the one who asked, or 503.
    """

    def __init__(self, site: Site, cookies: Mapping[int, Mapping[str, str]]) -> None:
        self._site = site
        self._stop = threading.Event()
        self.seen: Counter[int] = Counter()
        self.wrong: list[str] = []
        self._threads = [
            threading.Thread(target=self._visit, args=(user, cookies[user])) for user in [*cookies, *cookies]
        ]

    def _visit(self, user: int, cookies: Mapping[str, str]) -> None:
        while not self._stop.is_set():
            answer = self._site.ask(cookies)
            self.seen[answer.status] += 1
            if answer.status not in (200, 503) or (answer.status == 200 and answer.user != user):
                self.wrong.append(str(answer))

    def __enter__(self) -> Visitors:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(20)
        assert not any(thread.is_alive() for thread in self._threads)


def everybody_is_right(site: Site, forum: Forum) -> bool:
    return all(site.ask(cookies).user == user for user, cookies in forum.cookies.items())


def test_a_server_restarted_under_load(make: MakeSite, forum: Forum, server: Server) -> None:
    site = make(LIMITS, board_ttl=0.2, ban_ttl=0.2)
    assert everybody_is_right(site, forum)
    with Visitors(site, forum.cookies) as visitors:
        time.sleep(0.3)
        server.restart()
        time.sleep(0.3)
        with server.stopped():
            time.sleep(0.3)
        time.sleep(0.3)
    assert visitors.wrong == []
    assert visitors.seen[200] > 0
    assert visitors.seen[503] > 0
    assert everybody_is_right(site, forum)
    assert 1 <= connections(server, forum.settings["DATABASE"]) <= POOL_SIZE


def test_connections_killed_under_load(make: MakeSite, forum: Forum, server: Server) -> None:
    site = make(LIMITS, board_ttl=0.2, ban_ttl=0.2)
    with Visitors(site, forum.cookies) as visitors:
        for _ in range(8):
            time.sleep(0.1)
            kill_connections(server, forum.settings["DATABASE"])
    assert visitors.wrong == []
    assert visitors.seen[200] > 0
    assert everybody_is_right(site, forum)
    assert 1 <= connections(server, forum.settings["DATABASE"]) <= POOL_SIZE


def test_one_killed_connection_is_nobodys_problem(make: MakeSite, forum: Forum, server: Server) -> None:
    site = make()
    for _ in range(3):
        for user, cookies in forum.cookies.items():
            assert site.ask(cookies).user == user
        kill_connections(server, forum.settings["DATABASE"])


def test_a_server_that_falls_silent(make: MakeSite, forum: Forum, server: Server) -> None:
    site = make(LIMITS, board_ttl=60, ban_ttl=60)
    assert everybody_is_right(site, forum)
    [cookies, *_] = forum.cookies.values()
    with server.held_still():
        started = time.monotonic()
        with ThreadPoolExecutor(6) as threads:
            answers = list(threads.map(lambda _: site.ask(cookies), range(6)))
        assert {answer.status for answer in answers} == {503}
        assert time.monotonic() - started < 8
    time.sleep(LIMITS["CONNECT_TIMEOUT"] + 0.1)  # for so long it is left alone
    assert everybody_is_right(site, forum)
    assert connections(server, forum.settings["DATABASE"]) <= POOL_SIZE


def test_an_error_page_neither_waits_again_nor_fails(make: MakeSite, forum: Forum) -> None:
    with mute_server() as port:
        site = make({"HOST": HOST, "PORT": port, **LIMITS})
        waited: list[float] = []

        @site.app.errorhandler(BoardUnavailableError)
        def down(error: BoardUnavailableError) -> tuple[str, int]:
            started = time.monotonic()
            said = [
                session.get("username"),
                session.get("thing"),
                visitor().is_authenticated,
                visitor().is_bot,
            ]
            said += [
                visitor().num_unread_notifications,
                visitor().has_privilege("u_"),
                visitor().groups,
                len(session),
            ]
            session["thing"] = "not kept"
            waited.append(time.monotonic() - started)
            return f"down {said}", 503

        [cookies, *_] = forum.cookies.values()
        started = time.monotonic()
        assert site.ask(cookies).status == 503
        assert time.monotonic() - started < 4
        assert waited[0] < 0.1


def test_a_server_lost_in_the_middle_of_a_page(
    make: MakeSite, forum: Forum, server: Server, pair: tuple[str, str]
) -> None:
    site = make(LIMITS, board_ttl=60, ban_ttl=60)
    [(user, cookies), *_] = forum.cookies.items()

    def page() -> str:
        session["other"] = session["username"]
        with server.stopped():
            return str(visitor().groups)

    @site.app.errorhandler(BoardUnavailableError)
    def down(error: BoardUnavailableError) -> tuple[dict[str, Any], int]:
        return {"user": session["user_id"], "groups": visitor().groups, "thing": session["thing"]}, 503

    site.app.add_url_rule("/page", view_func=page)
    site.ask(cookies, "/keep/before")
    answer = site.ask(cookies, "/page")
    assert (answer.status, answer.user, answer.thing) == (503, user, "before")
    assert site.ask(cookies).thing == "before"


def test_a_pool_that_is_exhausted(
    make: MakeSite, forum: Forum, server: Server, pair: tuple[str, str]
) -> None:
    sleep = {"postgresql": "SELECT pg_sleep(1.2)", "mariadb": "SELECT SLEEP(1.2)"}[pair[0]]
    limits = {"POOL_SIZE": 1, "POOL_TIMEOUT": 0.1, "CUSTOM_STATEMENTS": {"get_rest": sleep}}
    site = make(limits, board_ttl=60, ban_ttl=60)
    [(user, cookies), *_] = forum.cookies.items()
    assert site.ask(cookies).user == user
    slow = threading.Thread(target=board_of(site.app).execute_custom, args=("get_rest",))
    slow.start()
    time.sleep(0.3)
    started = time.monotonic()
    assert site.ask(cookies).status == 503
    assert time.monotonic() - started < 0.6
    slow.join()
    assert site.ask(cookies).user == user
    assert connections(server, forum.settings["DATABASE"]) == 1


def test_the_page_says_one_thing_and_the_log_another(
    make: MakeSite, forum: Forum, caplog: pytest.LogCaptureFixture
) -> None:
    with mute_server() as port:
        pass
    site = make({"PORT": port, "PASSWORD": "hush-hush"})
    [cookies, *_] = forum.cookies.values()
    client = site.app.test_client(use_cookies=False)
    answer = client.get("/", headers={"Cookie": "; ".join(f"{n}={v}" for n, v in cookies.items())})
    assert (answer.status_code, answer.headers.get("Set-Cookie")) == (503, None)
    assert str(port) not in answer.text
    assert [r.levelname for r in caplog.records if "cannot be asked" in r.getMessage()] == ["ERROR"]
    for secret in ("hush-hush", *(value for value in cookies.values() if len(value) > 8)):
        assert secret not in caplog.text + answer.text


@pytest.mark.parametrize("error", [BoardUnavailableError, PhpBB3Error, 503])
def test_the_error_page_can_be_replaced(make: MakeSite, error: Any) -> None:
    with mute_server() as port:
        pass
    site = make({"PORT": port})

    if error is PhpBB3Error:
        site.app.error_handler_spec[None][None].pop(BoardUnavailableError)
    site.app.register_error_handler(error, lambda _: ({"user": "my own page"}, 503))
    answer = site.ask({})
    assert (answer.status, answer.json) == (503, {"user": "my own page"})


# SQLite


@pytest.fixture
def file(build: Build) -> tuple[BoardUnderTest, MiniatureBoard]:
    subject = build("sqlite", "sqlite3", "3.3")
    board = subject.board
    assert isinstance(board, MiniatureBoard)
    board.add_user("alice")
    return subject, board


def test_a_locked_file(file: tuple[BoardUnderTest, MiniatureBoard]) -> None:
    subject, board = file
    settings = {**subject.config["PHPBB3_DATABASE"], "STATEMENT_TIMEOUT": 0.2}
    site = make_site("sqlite3", settings, board)
    cookies = site.sign_in("alice")
    user = site.ask(cookies).user
    with contextlib.closing(sqlite3.connect(settings["DATABASE"], isolation_level=None)) as forum:
        forum.execute("BEGIN EXCLUSIVE")
        started = time.monotonic()
        assert site.ask(cookies).status == 503
        assert time.monotonic() - started < 2
        forum.execute("ROLLBACK")
    assert site.ask(cookies).user == user
    close(site.app)


@contextlib.contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_nothing_half_done(file: tuple[BoardUnderTest, MiniatureBoard]) -> None:
    subject, board = file
    grow = "UPDATE {TABLE_PREFIX}users SET user_sig = %(text)s WHERE user_id > 0"
    settings = {**subject.config["PHPBB3_DATABASE"], "CUSTOM_STATEMENTS": {"set_signatures": grow}}
    site = make_site("sqlite3", settings, board)
    bound = board_of(site.app)
    cookies = site.sign_in("alice")
    path = Path(settings["DATABASE"])

    def signatures() -> set[str]:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            return {row[0] for row in connection.execute("SELECT user_sig FROM phpbb_users")}

    before = signatures()
    with full_disk(path.stat().st_size + 8192):
        with pytest.raises(BoardUnavailableError, match="set_signatures"):
            bound.execute_custom("set_signatures", text="x" * 100_000)
        assert site.ask(cookies).user == board.user_id("alice")
    assert signatures() == before
    assert bound.execute_custom("set_signatures", text="y") > 1
    assert signatures() == {"y"}
    close(site.app)


def test_a_write_to_a_locked_file_is_not_done_later(file: tuple[BoardUnderTest, MiniatureBoard]) -> None:
    subject, board = file
    change = "UPDATE {TABLE_PREFIX}users SET user_sig = %(text)s WHERE user_id > 0"
    settings = {
        **subject.config["PHPBB3_DATABASE"],
        "STATEMENT_TIMEOUT": 0.2,
        "CUSTOM_STATEMENTS": {"set_signatures": change},
    }
    bound = board_of(make_site("sqlite3", settings, board).app)
    assert bound.execute_custom("set_signatures", text="before") > 1
    with contextlib.closing(sqlite3.connect(settings["DATABASE"], isolation_level=None)) as forum:
        forum.execute("BEGIN IMMEDIATE")
        with pytest.raises(BoardUnavailableError):
            bound.execute_custom("set_signatures", text="after")
        forum.execute("COMMIT")
        assert forum.execute("SELECT DISTINCT user_sig FROM phpbb_users").fetchall() == [("before",)]
    bound.driver.close()


# Workers

PROGRAM = """
    import os
    from flask import Flask, session
    from flask_phpbb3 import PhpBB3

    app = Flask(__name__)
    app.secret_key = "not so secret"
    app.config.update({config!r})
    phpbb3 = PhpBB3(app)
    bound = app.extensions["phpbb3"]
    bound.get_user(user_id=2, cache=True)  # the parent has asked before it forks
    PARENT = os.getpid()

    @app.route("/")
    def who():
        count = phpbb3.get_unread_notifications_count(user_id=session["user_id"])
        return {{"user": session["user_id"], "worker": os.getpid(), "parent": PARENT, "count": count["num"]}}
"""


@pytest.fixture(params=[("sqlite", "sqlite3"), *SERVED], ids=["sqlite3", *(driver for _, driver in SERVED)])
def preloaded(request: pytest.FixtureRequest, build: Build, tmp_path: Path) -> Iterator[Any]:
    """Start gunicorn with an application that was loaded, and has asked the board, before the fork."""
    pytest.importorskip("gunicorn")
    memcached = request.getfixturevalue("memcached")
    database, driver = request.param
    subject = build(database, driver, "3.3")
    board = subject.board
    config = {
        **subject.config,
        "PHPBB3_DATABASE": {**subject.config["PHPBB3_DATABASE"], "POOL_SIZE": POOL_SIZE},
        "PHPBB3_SESSION_BACKEND": {"TYPE": "memcached", "SERVERS": [f"{memcached.host}:{memcached.port}"]},
        "PHPBB3_BOARD_TTL": 0.2,
    }
    (tmp_path / "preloaded.py").write_text(textwrap.dedent(PROGRAM).format(config=config))
    port = free_port()
    root = Path(__file__).parents[2]
    log = tmp_path / "log"
    with log.open("wb") as output:
        arguments = [
            "--preload",
            "--workers=2",
            "--threads=2",
            "--graceful-timeout=2",
            f"--bind={HOST}:{port}",
        ]
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *arguments, "preloaded:app"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(root), "HOME": str(tmp_path)},
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
                break
            if process.poll() is not None:
                break
            time.sleep(0.05)
        assert process.poll() is None, log.read_text()
        yield board, port, log, None if database == "sqlite" else request.getfixturevalue(database), config
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)


def fetch(port: int, cookies: Mapping[str, str]) -> dict[str, Any]:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    connection.request("GET", "/", headers={"Cookie": header, "User-Agent": AGENT})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    found: dict[str, Any] = json.loads(content) if answer.status == 200 else {"status": answer.status}
    return found


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_workers_forked_after_the_first_question(preloaded: Any) -> None:
    board, port, log, server, config = preloaded
    people = {}
    for number in range(4):
        board.add_user(f"worker {number}")
        user = board.user_id(f"worker {number}")
        for _ in range(number):
            board.add_notification(user, "notification.type.post", item=number)
        people[user] = (board.sign_in(user, browser=AGENT), number)

    def visit(turn: int) -> dict[str, Any]:
        user, (cookies, count) = list(people.items())[turn % len(people)]
        found = fetch(port, cookies)
        assert (found.get("user"), found.get("count")) == (user, count), (found, log.read_text())
        return found

    workers: set[int] = set()
    parents: set[int] = set()
    for _ in range(5):
        with ThreadPoolExecutor(8) as threads:
            for found in threads.map(visit, range(40)):
                workers.add(found["worker"])
                parents.add(found["parent"])
        if len(workers) == 2:
            break
    assert len(workers) == 2
    assert len(parents) == 1
    assert not workers & parents
    if server is not None:  # the parent's one is still open
        assert 3 <= connections(server, config["PHPBB3_DATABASE"]["DATABASE"]) <= 1 + 2 * POOL_SIZE
