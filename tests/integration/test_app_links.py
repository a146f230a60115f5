"""What visitors of a site see while the link to its board or session backend is slow, dribbles or is silent."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from flask import session

from flask_phpbb3 import StatementTimeoutError, WrongStatementError
from flask_phpbb3.testing import MiniatureBoard
from flask_phpbb3.testing.conformance import BoardUnderTest

from ..apps import board_of, close, visitor
from ..links import Link, linked, until
from ..loading import DRIVERS
from ..miniatures import PAIRS, Build
from ..sites import Site, make_site

pytestmark = pytest.mark.slow

SERVED = [(database, driver) for database in ("postgresql", "mariadb") for driver in DRIVERS[database]]
LIMITS = {"CONNECT_TIMEOUT": 0.5, "STATEMENT_TIMEOUT": 0.5, "POOL_SIZE": 3}
GRACE = 0.5
SLACK = 0.6
"""Seconds that a busy machine may add."""

MakeSite = Callable[..., Site]


@pytest.fixture(scope="module", params=SERVED, ids=[driver for _, driver in SERVED])
def subject(request: pytest.FixtureRequest, build: Build) -> BoardUnderTest:
    database, driver = request.param
    pytest.importorskip(driver)
    made = build(database, driver, "3.3")
    made.board.add_user("alice")
    return made


@pytest.fixture
def link(subject: BoardUnderTest) -> Iterator[Link]:
    with linked(subject.config["PHPBB3_DATABASE"]["PORT"]) as made:
        yield made


@pytest.fixture
def make(subject: BoardUnderTest, link: Link) -> Iterator[MakeSite]:
    sites: list[Site] = []

    def make_one(database: Mapping[str, Any] | None = None, **settings: Any) -> Site:
        board = subject.board
        assert isinstance(board, MiniatureBoard)
        place = {**subject.config["PHPBB3_DATABASE"], "PORT": link.port, **LIMITS, **(database or {})}
        settings = {"board_ttl": 60, "ban_ttl": 60, **settings}
        sites.append(make_site(subject.config["PHPBB3"]["DRIVER"], place, board, **settings))
        sites[-1].app.add_url_rule("/bare", "bare", lambda: {"user": "nobody has asked"})
        return sites[-1]

    yield make_one
    for site in sites:
        close(site.app)


def timed(site: Site, cookies: Mapping[str, str], path: str = "/") -> tuple[int, float]:
    """Return the status of a page, and how many seconds it took."""
    started = time.monotonic()
    return site.ask(cookies, path).status, time.monotonic() - started


@pytest.mark.parametrize("by", ["statement", "session"])
def test_silence_after_the_visitor_is_known(make: MakeSite, link: Link, by: str) -> None:
    """The error page knows who it is for, waits for nothing, and does not fail."""
    flask_login = pytest.importorskip("flask_login")
    from flask_phpbb3.web.login import PhpBB3LoginManager

    site = make()
    PhpBB3LoginManager(site.app)
    waited: list[float] = []

    def page() -> str:
        name = session["username"]
        link.silent = True
        found = board_of(site.app).get_user_profile(user_id=2) if by == "statement" else visitor().groups
        return f"{name} {found}"

    @site.app.errorhandler(503)
    def away(error: Exception) -> tuple[dict[str, Any], int]:
        started = time.monotonic()
        seen = {
            "user": session["username"],
            "posts": flask_login.current_user["user_posts"],
            "groups": visitor().groups,
            "unread": visitor().num_unread_notifications,
            "cart": session.get("cart"),
            "failure": type(visitor().failure).__name__,
        }
        waited.append(time.monotonic() - started)
        return seen, 503

    site.app.add_url_rule("/page", view_func=page)
    cookies = site.sign_in("alice")
    assert site.ask(cookies).status == 200
    answer = site.ask(cookies, "/page")
    assert answer.status == 503
    assert dict(answer.json) == {
        "user": "alice",
        "posts": 0,
        "groups": [],
        "unread": 0,
        "cart": None,
        "failure": "StatementTimeoutError",
    }
    assert waited[0] < 0.1


def test_an_error_page_that_greets_by_current_user(make: MakeSite, link: Link) -> None:
    flask_login = pytest.importorskip("flask_login")
    from flask_phpbb3.web.login import PhpBB3LoginManager

    site = make()
    PhpBB3LoginManager(site.app)
    site.app.register_error_handler(
        503, lambda _: ({"user": f"{flask_login.current_user['user_posts']}|{session['username']}"}, 503)
    )
    cookies = site.sign_in("alice")
    assert site.ask(cookies).status == 200
    link.silent = True
    answer = site.ask(cookies)
    assert (answer.status, answer.json["user"]) == (503, "|")


def test_a_page_waits_no_longer_than_a_request_may(make: MakeSite, link: Link) -> None:
    """Each round trip takes a while, and none long enough to be stopped by itself."""
    site = make({"REQUEST_TIMEOUT": 1.2, "CONNECT_TIMEOUT": 10, "STATEMENT_TIMEOUT": 5})

    def page() -> dict[str, Any]:
        for user in range(100):
            board_of(site.app).get_user(user_id=user)
        return {}

    site.app.add_url_rule("/page", view_func=page)
    cookies = site.sign_in("alice")
    assert site.ask(cookies).status == 200
    link.delay = 0.25
    status, took = timed(site, cookies, "/page")
    assert status == 503
    assert 1.0 < took < 1.2 + GRACE + SLACK
    assert timed(site, cookies)[0] == 200  # one question: there is time for that
    assert timed(site, cookies, "/bare")[1] < 0.2


def test_what_a_view_does_by_itself_is_free(make: MakeSite) -> None:
    site = make({"REQUEST_TIMEOUT": 0.4})

    def page() -> dict[str, Any]:
        for _ in range(3):
            time.sleep(0.25)
            board_of(site.app).get_user(user_id=2)
        return {"user": session["user_id"]}

    site.app.add_url_rule("/page", view_func=page)
    assert timed(site, site.sign_in("alice"), "/page")[0] == 200


def test_a_limit_says_which_it_was(make: MakeSite, link: Link) -> None:
    site = make({"REQUEST_TIMEOUT": 0.5, "CONNECT_TIMEOUT": 10, "STATEMENT_TIMEOUT": 5})
    failures: list[Exception | None] = []

    @site.app.errorhandler(503)
    def away(error: Exception) -> tuple[dict[str, Any], int]:
        failures.append(visitor().failure)
        return {}, 503

    cookies = site.sign_in("alice")
    assert site.ask(cookies).status == 200
    link.delay = 2
    assert timed(site, cookies)[0] == 503
    assert isinstance(failures[0], StatementTimeoutError)
    assert "REQUEST_TIMEOUT" in str(failures[0])


def test_pages_that_never_ask_go_on_beside_a_silent_board(make: MakeSite, link: Link) -> None:
    """Sixteen threads, and four times as many visitors who want to know who they are."""
    site = make()
    cookies = site.sign_in("alice")
    assert site.ask(cookies).status == 200
    link.silent = True
    site.ask(cookies)
    site.ask(cookies)
    with ThreadPoolExecutor(16) as threads:
        asking = [threads.submit(timed, site, cookies) for _ in range(64)]
        bare = [threads.submit(timed, site, cookies, "/bare") for _ in range(64)]
        answers = [done.result() for done in bare]
        started = time.monotonic()
        waits = sorted(done.result()[1] for done in asking)
    assert {status for status, _ in answers} == {200}
    assert max(took for _, took in answers) < 0.5
    assert time.monotonic() - started < 2
    assert waits[-3] < 0.4  # one at a time tries
    link.repair()
    assert until(lambda: site.ask(cookies).status == 200, 5 + SLACK)


@pytest.mark.parametrize("pace", [0.02, 0.3])
def test_a_dribbling_board_is_503_in_time(make: MakeSite, link: Link, pace: float) -> None:
    site = make({"REQUEST_TIMEOUT": 2})
    cookies = site.sign_in("alice")
    assert site.ask(cookies).status == 200
    link.trickle = pace
    status, took = timed(site, cookies)
    assert status == 503
    assert took < LIMITS["STATEMENT_TIMEOUT"] + GRACE + SLACK


def test_the_board_is_read_again_beside_the_requests(make: MakeSite, link: Link) -> None:
    """Nobody waits for it, though every round trip takes long; and what has changed is seen."""
    site = make({"CONNECT_TIMEOUT": 10, "STATEMENT_TIMEOUT": 5}, board_ttl=2, ban_ttl=2)
    assert site.ask({}).status == 200
    time.sleep(1.6)
    link.delay = 0.05
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda _: timed(site, {})[1], range(8)))
    assert max(waits) < 0.2
    link.repair()
    time.sleep(0.7)
    assert timed(site, {})[1] < 0.2


# An owner's own mistake.

WRONG = {
    "fetch_syntax": "SELECT user_id FORM {TABLE_PREFIX}users",
    "fetch_column": "SELECT user_karma FROM {TABLE_PREFIX}users",
    "fetch_table": "SELECT * FROM {TABLE_PREFIX}gallery_images",
    "get_function": "SELECT NO_SUCH_FUNCTION(user_id) AS x FROM {TABLE_PREFIX}users",
    "set_column": "UPDATE {TABLE_PREFIX}users SET user_karma = 1",
}


@pytest.fixture(scope="module", params=PAIRS, ids="-".join)
def anywhere(request: pytest.FixtureRequest, build: Build) -> BoardUnderTest:
    database, driver = request.param
    pytest.importorskip(driver)
    return build(database, driver, "3.3")


def owners_site(subject: BoardUnderTest, **database: Any) -> Site:
    place = {
        **subject.config["PHPBB3_DATABASE"],
        **(subject.writer or {}),
        "CUSTOM_STATEMENTS": WRONG,
        **database,
    }
    site = make_site(subject.config["PHPBB3"]["DRIVER"], place, board_ttl=60, ban_ttl=60)
    for name in WRONG:
        site.app.add_url_rule(f"/{name}", name, partial(board_of(site.app).execute_custom, name))
    return site


@pytest.mark.parametrize("name", WRONG)
def test_an_owners_mistake_is_raised_as_such(anywhere: BoardUnderTest, name: str) -> None:
    site = owners_site(anywhere)
    assert site.ask({}).status == 200
    with pytest.raises(WrongStatementError, match=name) as caught:
        site.ask({}, f"/{name}")
    assert "CUSTOM_STATEMENTS" in str(caught.value)
    site.app.testing = False
    assert site.ask({}, f"/{name}").status == 500
    assert site.ask({}).status == 200
    close(site.app)


def test_doctor_names_an_owners_mistakes(anywhere: BoardUnderTest) -> None:
    import os

    from flask_phpbb3.cli.checks.database import check_tables
    from flask_phpbb3.cli.checkup import Context, Level

    site = owners_site(anywhere)
    found = list(check_tables(Context(site.app, board_of(site.app), os.environ)))
    told = [finding for finding in found if finding.level is Level.FAILED]
    text = " ".join(finding.message for finding in told)
    for name in ("fetch_syntax", "fetch_column", "get_function"):
        assert name in text
    assert "gallery_images" in text
    assert "VERSION" not in " ".join(finding.message + finding.fix for finding in told)
    assert "CUSTOM_STATEMENTS" in text
    close(site.app)


def test_the_boards_own_trouble_stays_the_boards(anywhere: BoardUnderTest) -> None:
    """The owner's statement fails, and so would the board's own: nobody's mistake, but an outage."""
    site = owners_site(anywhere)
    assert site.ask({}).status == 200
    bound = board_of(site.app)
    for query in bound.board.connector()._queries.values():
        object.__setattr__(query, "sql", query.sql.replace("phpbb_", "gone_"))
    assert site.ask({}, "/fetch_column").status == 503
    close(site.app)


# The session backend.


@pytest.fixture(params=["memcached", "redis"])
def backend_link(request: pytest.FixtureRequest) -> Iterator[tuple[str, Link]]:
    pytest.importorskip({"memcached": "pymemcache", "redis": "redis"}[request.param])
    with linked(request.getfixturevalue(request.param).port) as made:
        yield request.param, made


@pytest.mark.parametrize("trouble", ["trickle 0.02", "trickle 0.3", "silent"])
def test_a_backend_that_dribbles_costs_a_page_a_second(
    build: Build, backend_link: tuple[str, Link], trouble: str
) -> None:
    kind, link = backend_link
    subject = build("sqlite", "sqlite3", "3.3")
    board = subject.board
    assert isinstance(board, MiniatureBoard)
    with contextlib.suppress(Exception):
        board.add_user("alice")
    backend = {"TYPE": kind, "SERVERS": [f"127.0.0.1:{link.port}"]}
    site = make_site("sqlite3", subject.config["PHPBB3_DATABASE"], board, session_backend=backend)
    cookies = site.sign_in("alice")
    assert site.ask(cookies, "/keep/" + "x" * 300).status == 200
    if trouble == "silent":
        link.silent = True
    else:
        link.trickle = float(trouble.partition(" ")[2])
    status, took = timed(site, cookies)
    assert status == 200
    assert took < 1 + SLACK
    link.cut()  # a new connection finds it no better
    time.sleep(3.2)
    assert timed(site, cookies)[1] < 1 + SLACK
    link.repair()
    link.cut()
    assert until(lambda: site.ask(cookies).thing == "x" * 300, 5)
    close(site.app)
