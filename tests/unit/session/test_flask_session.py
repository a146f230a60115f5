"""Flask's session contract, kept for every kind of visitor."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from importlib.metadata import version
from typing import Any

import pytest
from cachelib import SimpleCache
from flask import (
    Flask,
    copy_current_request_context,
    flash,
    g,
    get_flashed_messages,
    render_template_string,
    session,
    stream_with_context,
)
from flask.testing import FlaskClient
from packaging.version import Version
from werkzeug.test import TestResponse

from flask_phpbb3 import BoardUnavailableError
from flask_phpbb3.testing import EmbeddedBoard

from ...apps import Counting, clock, close, make_app

AGENT = "Browser/1.0"
PREFIX = "phpbb3_mini_"
LISTED_BOT = "ListedBot"


@dataclass
class Visitor:
    """What one browser sends.

    :ivar cookies: the forum's cookies.
    """

    user_id: int
    cookies: dict[str, str] = field(default_factory=dict)
    agent: str = AGENT
    address: str = "127.0.0.1"
    is_authenticated: bool = False


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedBoard]:
    with closing(EmbeddedBoard(tmp_path_factory.mktemp("forum") / "board.db")) as board:
        for name in ("alice", "bob", "villain"):
            board.add_user(name)
        board.add_user("sleepy", user_type=1)
        board.add_bot("Crawler", "BoardCrawler")
        board.ban(user="villain")
        yield board


@pytest.fixture(scope="module")
def visitors(forum: EmbeddedBoard) -> dict[str, Visitor]:
    def signed_in(name: str) -> Visitor:
        return Visitor(
            forum.user_id(name), forum.sign_in(name, browser=AGENT), is_authenticated=name != "sleepy"
        )

    with_key = forum.sign_in("bob", browser=AGENT, autologin=True)
    return {
        "signed in": signed_in("alice"),
        "another": signed_in("bob"),
        "by key": Visitor(
            forum.user_id("bob"), {**with_key, f"{PREFIX}sid": "0" * 32}, is_authenticated=True
        ),
        "guest": Visitor(1),
        "guest with a session": Visitor(1, forum.sign_in(1, browser=AGENT)),
        "refused": Visitor(1, forum.sign_in("alice", browser="Another/1.0")),
        "banned": Visitor(1, forum.sign_in("villain", browser=AGENT)),
        "bot": Visitor(forum.user_id("Crawler"), agent="BoardCrawler/2"),
        "listed bot": Visitor(1, agent=LISTED_BOT),
        "inactive": signed_in("sleepy"),
    }


KINDS = [
    "signed in", "another", "by key", "guest", "guest with a session", "refused", "banned", "bot", "listed bot",
    "inactive",
]  # fmt: skip
EVERYBODY = pytest.mark.parametrize("kind", KINDS)
SIGNED_IN = ["signed in", "by key"]


class Recorder(SimpleCache):
    """A cache that tells what was kept in it, and for how long."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[str, Any]] = []

    def set(self, key: str, value: Any, timeout: Any = None) -> bool | None:
        self.kept.append((key, timeout))
        return super().set(key, value, timeout=None)


Make = Callable[..., Flask]


@pytest.fixture
def make(forum: EmbeddedBoard) -> Iterator[Make]:
    made: list[Flask] = []

    def make(driver: str = "sqlite3", secret_key: str | None = "not so secret", **settings: Any) -> Flask:
        database = {**forum.settings["PHPBB3_DATABASE"], **settings.pop("database", {})}
        settings = {"botlist": [LISTED_BOT], **settings}
        app = make_app(driver, database, version="3.3", **settings)
        app.secret_key = secret_key
        app.add_url_rule("/", "act")
        made.append(app)
        return app

    yield make
    for app in made:
        close(app)


@pytest.fixture
def app(make: Make) -> Flask:
    return make()


@dataclass
class Browser:
    """A browser, in which one may become another visitor."""

    client: FlaskClient

    def become(self, visitor: Visitor) -> Browser:
        """Change the forum's cookies, as signing in and out does; the others stay."""
        for name in ("u", "k", "sid"):
            self.client.delete_cookie(PREFIX + name)
        for name, value in visitor.cookies.items():
            self.client.set_cookie(name, value)
        self.client.environ_base |= {"HTTP_USER_AGENT": visitor.agent, "REMOTE_ADDR": visitor.address}
        return self

    def get(self, view: Callable[[], Any]) -> TestResponse:
        """Have a view answer a request."""
        self.client.application.view_functions["act"] = view
        return self.client.get("/")

    def do(self, act: Callable[[Any], Any]) -> Any:
        """Return what comes out of using the session in a view."""
        results = []

        def view() -> str:
            results.append(act(session))
            return ""

        assert self.get(view).status_code == 200
        return results[0]


def browser(app: Flask, visitor: Visitor) -> Browser:
    return Browser(app.test_client()).become(visitor)


def put(key: str, value: Any) -> Callable[[Any], None]:
    return lambda session: session.__setitem__(key, value)


def look_and_mark(session: Any) -> None:
    session.modified = bool(session.user_id)


def set_cookies(answer: TestResponse) -> dict[str, Any]:
    """Return the cookies that an answer sets, by name."""
    parsed = SimpleCookie()
    for header in answer.headers.getlist("Set-Cookie"):
        parsed.load(header)
    return dict(parsed)


# The mapping


@EVERYBODY
def test_reading_covers_columns_and_keys(app: Flask, visitors: dict[str, Visitor], kind: str) -> None:
    visitor = visitors[kind]
    there = browser(app, visitor)

    def look(session: Any) -> tuple[set[str], Any]:
        assert session["user_id"] == session.user_id == visitor.user_id
        assert session.is_authenticated is visitor.is_authenticated
        assert {"user_id", "username", "session_id", "user_type"} <= set(session)
        assert list(session) == list(dict(session)) == list(session.keys())
        assert len(session) == len(list(session)) == len(set(session)) == len(session.items())
        assert all(name in session and session[name] == value for name, value in session.items())
        assert "cart" in session or session.get("cart") is None
        assert session.get("nothing", "default") == "default"
        assert "nothing" not in session
        assert 5 not in session
        with pytest.raises(KeyError):
            session["nothing"]
        return set(session), session.get("cart")

    columns, cart = there.do(look)
    assert cart is None
    there.do(put("cart", [1, "ä", None, {"a": (2,)}]))
    names, cart = there.do(look)
    assert cart == [1, "ä", None, {"a": (2,)}]
    assert isinstance(cart[3]["a"], tuple)
    assert names - columns == {"cart"}


@EVERYBODY
def test_every_way_to_write(app: Flask, visitors: dict[str, Visitor], kind: str) -> None:
    there = browser(app, visitors[kind])
    there.do(lambda s: s.update({"a": 1, "b": 2}, c=3, d=4))
    assert there.do(lambda s: [s.get(key) for key in "abcd"]) == [1, 2, 3, 4]
    assert there.do(lambda s: (s.pop("a"), s.pop("nothing", "default"))) == (1, "default")
    assert there.do(lambda s: (s.setdefault("b", 9), s.setdefault("e", 5))) == (2, 5)
    there.do(lambda s: s.__delitem__("c"))
    assert there.do(lambda s: {key: s[key] for key in "abcde" if key in s}) == {"b": 2, "d": 4, "e": 5}
    popped = dict([there.do(lambda s: s.popitem()) for _ in range(3)])
    assert popped == {"b": 2, "d": 4, "e": 5}
    assert there.do(lambda s: s.setdefault("username", "x")) == there.do(lambda s: s["username"])
    for emptied in (lambda s: s.popitem(), lambda s: s.pop("b"), lambda s: s.__delitem__("b")):
        with pytest.raises(KeyError):
            there.do(emptied)
    there.do(lambda s: s.update(a=1, b=2))
    assert there.do(lambda s: s.clear() or (s.user_id, s["user_id"], "a" in s)) == (
        visitors[kind].user_id, visitors[kind].user_id, False,
    )  # fmt: skip
    assert there.do(lambda s: "b" in s) is False


READ_ONLY: dict[str, Callable[[Any], Any]] = {
    "set": put("username", "x"),
    "delete": lambda s: s.__delitem__("user_id"),
    "pop": lambda s: s.pop("session_id"),
    "pop with a default": lambda s: s.pop("session_id", None),
    "update": lambda s: s.update(note=1, user_type=3),
}


@EVERYBODY
def test_columns_are_read_only(app: Flask, visitors: dict[str, Visitor], kind: str) -> None:
    there = browser(app, visitors[kind])
    before = there.do(dict)
    for change in READ_ONLY.values():
        with pytest.raises(TypeError, match=r"session\['\w+'\] is a column of phpBB and can only be read"):
            there.do(change)
        assert there.do(dict) == before


@EVERYBODY
def test_a_change_inside_a_value_needs_modified(app: Flask, visitors: dict[str, Visitor], kind: str) -> None:
    there = browser(app, visitors[kind])
    there.do(put("cart", {"items": []}))
    there.do(lambda s: s["cart"]["items"].append("lost"))
    assert there.do(lambda s: s["cart"]) == {"items": []}

    def append(session: Any) -> None:
        session["cart"]["items"].append("kept")
        assert not session.modified
        session.modified = True

    there.do(append)
    assert there.do(lambda s: s["cart"]) == {"items": ["kept"]}


def test_modified_alone_loses_nothing(app: Flask, visitors: dict[str, Visitor]) -> None:
    for kind in ("signed in", "guest"):
        there = browser(app, visitors[kind])
        there.do(put("cart", 1))
        there.do(lambda s: setattr(s, "modified", True))
        there.do(look_and_mark)
        assert there.do(lambda s: s["cart"]) == 1


# What Flask and its extensions do with it


@EVERYBODY
def test_flashes_are_shown_once(app: Flask, visitors: dict[str, Visitor], kind: str) -> None:
    there = browser(app, visitors[kind])
    there.do(lambda s: flash("saved", "success"))
    there.do(lambda s: flash("twice"))

    def shown(session: Any) -> list[Any]:
        return list(get_flashed_messages(with_categories=True))

    assert there.do(shown) == [("success", "saved"), ("message", "twice")]
    assert there.do(shown) == []


@EVERYBODY
def test_a_token_in_the_session_stays(app: Flask, visitors: dict[str, Visitor], kind: str) -> None:
    """As Flask-WTF keeps its own."""

    def token(session: Any) -> Any:
        if "csrf_token" not in session:
            session["csrf_token"] = f"{time.monotonic_ns()}"
        return session["csrf_token"]

    there = browser(app, visitors[kind])
    assert there.do(token) == there.do(token)
    assert browser(app, visitors["guest"]).do(token) != there.do(token)


def test_merely_having_a_session_costs_nothing(make: Make, visitors: dict[str, Visitor]) -> None:
    """Flask's own hooks, `permanent`, `modified` and a template that does not use it ask the board nothing."""
    counting = Counting("sqlite3")
    app = make("counting", plugins=(counting,))
    interface: Any = app.session_interface

    @app.before_request
    def stay() -> None:
        session.permanent = True
        assert session.permanent

    @app.after_request
    def would_set(response: Any) -> Any:
        assert not session.modified
        assert session.new is False
        interface.should_set_cookie(app, session)
        assert interface.get_expiration_time(app, session) is not None
        assert not interface.is_null_session(session)
        assert "nobody has asked yet" in repr(session)
        return response

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        assert session.permanent

    there = browser(app, visitors["signed in"])
    with counting.counted() as asked:
        answer = there.get(lambda: render_template_string("{{ phpbb3_user is defined }}", session=session))
    assert answer.text == "True"
    assert asked == []
    assert not set_cookies(answer)


ACCESSES: dict[str, Callable[[Any], Any]] = {
    "column": lambda s: s["username"],
    "key": lambda s: s.get("cart"),
    "in": lambda s: "cart" in s,
    "length": len,
    "iteration": list,
    "is_authenticated": lambda s: s.is_authenticated,
    "is_member": lambda s: s.is_member(5),
    "has_privilege": lambda s: s.has_privilege("u_search"),
    "refusal": lambda s: s.refusal,
    "ban": lambda s: s.ban,
    "write": put("cart", 1),
    "pop": lambda s: s.pop("cart", None),
    "clear": lambda s: s.clear(),
    "flash": lambda s: flash("x"),
    "notifications": lambda s: s.num_unread_notifications,
    "link hash": lambda s: s.get_link_hash("x"),
}


@pytest.mark.parametrize("way", ACCESSES)
@pytest.mark.parametrize("kind", ["signed in", "guest", "banned", "bot"])
def test_whatever_depends_on_the_visitor_varies(
    app: Flask, visitors: dict[str, Visitor], kind: str, way: str
) -> None:
    def view() -> str:
        ACCESSES[way](session)
        return ""

    there = browser(app, visitors[kind])
    for _ in range(2):
        assert "Cookie" in there.get(view).vary


@pytest.mark.parametrize("kind", ["signed in", "guest"])
def test_whatever_does_not_depend_on_the_visitor_does_not_vary(
    app: Flask, visitors: dict[str, Visitor], kind: str
) -> None:
    there = browser(app, visitors[kind])
    there.do(put("cart", 1))
    assert "Vary" not in there.get(lambda: "same for all").headers
    rendered = there.get(lambda: render_template_string("same for all", session=session))
    assert "Vary" not in rendered.headers
    assert there.get(lambda: render_template_string("{{ session.user_id }}")).vary.as_set() == {"cookie"}


@EVERYBODY
def test_nothing_changed_nothing_set(app: Flask, visitors: dict[str, Visitor], kind: str) -> None:
    there = browser(app, visitors[kind])

    def look() -> str:
        dict(session)
        session.pop("nothing", None)
        session.get("cart")
        return ""

    assert not set_cookies(there.get(look))
    there.do(put("cart", 1))
    assert not set_cookies(there.get(look))
    assert there.do(lambda s: s["cart"]) == 1


# The guest's cookie


def test_a_permanent_guest_outlives_the_browser(app: Flask, visitors: dict[str, Visitor]) -> None:
    there = browser(app, visitors["guest"])

    def stay() -> str:
        session.permanent = True
        session["cart"] = 1
        return ""

    assert set_cookies(there.get(stay))["session"]["expires"]
    assert there.do(lambda s: ("cart" in s, s.permanent)) == (True, True)
    for asks in (lambda: str(session["cart"]), lambda: str(session["user_id"])):
        assert set_cookies(there.get(asks))["session"]["expires"], "each visit renews it"
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    assert not set_cookies(there.get(lambda: str(session["cart"])))

    def leave() -> str:
        session.permanent = False
        return str(session["cart"])

    assert not set_cookies(there.get(leave))["session"]["expires"]
    assert there.do(lambda s: ("cart" in s, s.permanent)) == (True, False)
    there.get(stay)
    there.do(lambda s: (s.clear(), s.update(cart=2)))
    assert there.do(lambda s: (s["cart"], s.permanent)) == (2, False)


def test_permanent_by_itself_sets_no_cookie(app: Flask, visitors: dict[str, Visitor]) -> None:
    def stay() -> str:
        session.permanent = True
        return str(session["user_id"])

    for kind in ("guest", "signed in"):
        assert not set_cookies(browser(app, visitors[kind]).get(stay))


def test_an_outdated_cookie_is_forgotten(app: Flask, visitors: dict[str, Visitor]) -> None:
    there = browser(app, visitors["guest"])
    there.do(put("cart", 1))
    with clock(time.time() + app.permanent_session_lifetime.total_seconds() + 10):
        assert there.do(lambda s: s.get("cart")) is None


def test_a_forged_cookie_holds_nothing(app: Flask, make: Make, visitors: dict[str, Visitor]) -> None:
    there, forger = browser(app, visitors["guest"]), browser(make(secret_key="guessed"), visitors["guest"])
    for target in (there, forger):
        target.do(put("cart", 1))
    genuine, forged = (target.client.get_cookie("session") for target in (there, forger))
    assert genuine is not None
    assert forged is not None
    for value in (forged.value, genuine.value[:-1], genuine.value[:-3] + "aaa", "", "....", "ä", '"'):
        there.client.set_cookie("session", value)
        assert there.do(lambda s: s.get("cart")) is None
    there.client.set_cookie("session", genuine.value)
    assert there.do(lambda s: s.get("cart")) == 1


@pytest.mark.parametrize("kept_in", ["simple", "cookie"])
def test_who_is_kept_in_the_cookie_needs_a_secret_key_to_write(
    make: Make, visitors: dict[str, Visitor], kept_in: str
) -> None:
    app = make(secret_key=None, session_backend={"TYPE": kept_in})
    said = r"of (a guest|somebody who is signed in) .* app\.config\['SECRET_KEY'\]"
    for kind in KINDS:
        there = browser(app, visitors[kind])
        there.do(lambda s: (dict(s), s.get("cart"), s.pop("cart", None), s.clear(), get_flashed_messages()))
        there.do(lambda s: setattr(s, "permanent", True))
        there.do(look_and_mark)
        if visitors[kind].is_authenticated and kept_in == "simple":
            there.do(lambda s: flash("x"))
            assert there.do(lambda s: get_flashed_messages()) == ["x"]
            continue
        for write in (put("cart", 1), lambda s: s.setdefault("cart", 1), lambda s: flash("x")):
            with pytest.raises(RuntimeError, match=said):
                there.do(write)
        assert there.do(lambda s: "cart" in s) is False


@pytest.mark.skipif(
    Version(version("flask")) < Version("3.1"), reason="SECRET_KEY_FALLBACKS came with Flask 3.1"
)
def test_a_former_secret_key_still_reads(app: Flask, visitors: dict[str, Visitor]) -> None:
    there = browser(app, visitors["guest"])
    there.do(put("cart", 1))
    app.secret_key = "renewed"
    app.config["SECRET_KEY_FALLBACKS"] = ["not so secret"]
    assert there.do(lambda s: s.get("cart")) == 1
    there.do(put("note", 2))
    app.config["SECRET_KEY_FALLBACKS"] = None
    assert there.do(lambda s: (s.get("cart"), s.get("note"))) == (1, 2)


# Whose keys they are


@EVERYBODY
@pytest.mark.parametrize("kept_in", ["simple", "cookie"])
def test_nothing_crosses_a_change_of_user(
    make: Make, visitors: dict[str, Visitor], kind: str, kept_in: str
) -> None:
    """In one browser, in both directions, whoever comes next."""
    app = make(session_backend={"TYPE": kept_in})
    for other in KINDS:
        if visitors[kind].user_id == visitors[other].user_id == 1 or kind == other:
            continue  # all guests are the one guest of this browser
        there = browser(app, visitors[kind])
        there.do(put("note", kind))
        assert there.do(lambda s: s["note"]) == kind
        there.become(visitors[other])
        assert there.do(lambda s: s.get("note")) is None
        there.do(put("note", other))
        assert there.do(lambda s: s["note"]) == other
        there.become(visitors[kind])
        own = kind if visitors[kind].is_authenticated and kept_in == "simple" else None
        assert there.do(lambda s: s.get("note")) == own
        for visitor in (visitors[other], visitors[kind]):
            there.become(visitor).do(lambda s: s.clear())


def test_guests_are_one_guest_with_and_without_a_session(app: Flask, visitors: dict[str, Visitor]) -> None:
    there = browser(app, visitors["guest"])
    there.do(put("note", 1))
    for kind in ("guest with a session", "refused", "banned", "listed bot", "guest"):
        assert there.become(visitors[kind]).do(lambda s: s["note"]) == 1
    assert browser(app, visitors["guest"]).do(lambda s: s.get("note")) is None


@pytest.mark.parametrize("kind", [*SIGNED_IN, "inactive", "bot"])
def test_the_guests_cookie_is_dropped_at_the_first_look(
    app: Flask, visitors: dict[str, Visitor], kind: str
) -> None:
    there = browser(app, visitors["guest"])
    there.do(put("note", 1))
    there.become(visitors[kind])
    assert not set_cookies(there.get(lambda: "asks nobody"))
    assert set_cookies(there.get(lambda: str(session["user_id"])))["session"]["max-age"] == "0"
    assert not set_cookies(there.get(lambda: str(session["user_id"])))
    assert there.become(visitors["guest"]).do(lambda s: s.get("note")) is None


# The keys of who is signed in


@pytest.mark.parametrize(("kind", "lifetime"), [("signed in", 3660), ("by key", 365 * 86400)])
def test_keys_live_as_long_as_the_login(
    make: Make, visitors: dict[str, Visitor], kind: str, lifetime: int
) -> None:
    cache = Recorder()
    there = browser(make(keys=cache), visitors[kind])
    started = time.time()
    there.do(put("cart", 1))
    assert [timeout for _, timeout in cache.kept] == [lifetime]
    with clock(started + lifetime / 2 - 60):
        assert there.do(lambda s: s["cart"]) == 1
    assert len(cache.kept) == 1, "nothing is written where nothing changed"
    with clock(started + lifetime / 2 + 60):
        there.do(lambda s: s.user_id)
        assert len(cache.kept) == 1, "unused keys are not loaded"
        assert there.do(lambda s: s["cart"]) == 1
        assert there.do(lambda s: s["cart"]) == 1
    assert cache.kept == [(cache.kept[0][0], lifetime)] * 2


def test_keys_are_kept_by_login_and_never_by_the_id_presented(
    make: Make, visitors: dict[str, Visitor], forum: EmbeddedBoard
) -> None:
    cache = Recorder()
    there = browser(make(keys=cache), visitors["by key"])
    there.do(put("cart", "by key"))
    for sid in ("f" * 32, "nonsense"):
        there.client.set_cookie(f"{PREFIX}sid", sid)
        assert there.do(lambda s: s["cart"]) == "by key"
    there.become(visitors["another"]).do(put("cart", "by session"))
    assert there.become(visitors["by key"]).do(lambda s: s["cart"]) == "by key"
    places = {key for key, _ in cache.kept}
    assert len(places) == 2
    secret = {
        value
        for visitor in visitors.values()
        for name, value in visitor.cookies.items()
        if name != f"{PREFIX}u"
    }
    assert not any(value in place for value in secret if value for place in places)


def test_emptied_keys_leave_nothing_behind(make: Make, visitors: dict[str, Visitor]) -> None:
    cache = Recorder()
    there = browser(make(keys=cache), visitors["signed in"])
    there.do(put("cart", 1))
    [(place, _)] = cache.kept
    there.do(lambda s: s.clear())
    assert not cache.has(place)


# A board that cannot be asked


def test_a_page_about_the_failure_uses_the_session(make: Make, visitors: dict[str, Visitor]) -> None:
    counting = Counting("sqlite3")
    app = make("counting", plugins=(counting,), database={"TABLE_PREFIX": "wrong_"})
    there = browser(app, visitors["signed in"])

    @app.errorhandler(BoardUnavailableError)
    def sorry(error: BoardUnavailableError) -> tuple[str, int]:
        visitor: Any = session
        assert visitor.failure is error
        assert (visitor["username"], visitor["user_id"], visitor.get("username", "?")) == ("", 1, "?")
        assert "username" not in session
        with pytest.raises(KeyError):
            session["cart"]
        flash("later")
        assert get_flashed_messages() == ["later"]
        session["cart"] = 1
        session.setdefault("note", 2)
        session.update(other=3)
        assert (session.pop("cart"), len(session), dict(session)) == (1, 2, {"note": 2, "other": 3})
        session.clear()
        session.permanent = session.modified = True
        assert (visitor.user_id, visitor.is_authenticated, visitor.is_bot) == (1, False, False)
        assert (visitor.ban, visitor.refusal, visitor.is_member(5)) == (None, None, False)
        assert not visitor.has_privileges("u_search", "a_board")
        with pytest.raises(BoardUnavailableError):  # no answer that a guard could take for leave
            visitor.has_privilege("!u_search")
        return render_template_string("sorry {{ session.username }}{{ session['user_colour'] }}"), 503

    with counting.counted() as asked:
        answer = there.get(lambda: str(session["username"]))
    assert (answer.status_code, answer.text) == (503, "sorry ")
    assert len(asked) == 1
    assert "Cookie" in answer.vary
    assert not set_cookies(answer)


# Contexts other than a plain view


def test_a_test_may_prepare_the_session(make: Make, visitors: dict[str, Visitor]) -> None:
    app = make()
    for kind in KINDS:
        there = browser(app, visitors[kind])
        base = {"environ_base": there.client.environ_base}
        with there.client.session_transaction(**base) as prepared:
            assert prepared["user_id"] == visitors[kind].user_id
            prepared["cart"] = 1
        assert there.do(lambda s: s["cart"]) == 1
        with there.client.session_transaction(**base) as seen:
            assert seen.pop("cart") == 1
        assert there.do(lambda s: "cart" in s) is False
    keyless = make(secret_key=None).test_client()
    with pytest.raises(RuntimeError, match="SECRET_KEY"), keyless.session_transaction() as prepared:
        prepared["cart"] = 1
    broken = make(database={"TABLE_PREFIX": "wrong_"}).test_client()
    with pytest.raises(BoardUnavailableError, match="TABLE_PREFIX"), broken.session_transaction() as prepared:
        prepared["cart"] = 1


@EVERYBODY
def test_threads_share_the_requests_visitor(app: Flask, visitors: dict[str, Visitor], kind: str) -> None:
    seen = []

    def act(session_: Any) -> None:
        session_["note"] = 1

        @copy_current_request_context
        def look() -> None:
            seen.append((session["user_id"], session["note"], session["username"]))

        thread = threading.Thread(target=look)
        thread.start()
        thread.join()

    browser(app, visitors[kind]).do(act)
    assert seen[0][:2] == (visitors[kind].user_id, 1)


def test_many_threads_may_ask_first(app: Flask, visitors: dict[str, Visitor]) -> None:
    seen = []

    def act(session_: Any) -> None:
        looks = [copy_current_request_context(lambda: seen.append(session["user_id"])) for _ in range(8)]
        threads = [threading.Thread(target=look) for look in looks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    browser(app, visitors["signed in"]).do(act)
    assert seen == [visitors["signed in"].user_id] * 8


def test_a_request_inside_a_request_has_its_own_visitor(app: Flask, visitors: dict[str, Visitor]) -> None:
    def act(session_: Any) -> list[int]:
        header = "; ".join(f"{name}={value}" for name, value in visitors["another"].cookies.items())
        seen = [session["user_id"]]
        with app.test_request_context(headers={"Cookie": header, "User-Agent": AGENT}):
            seen.append(session["user_id"])
            session["note"] = "inner"
            with app.test_request_context():
                seen.append(session["user_id"])
                assert "note" not in session
        assert "note" not in session
        return [*seen, session["user_id"]]

    alice, bob = visitors["signed in"].user_id, visitors["another"].user_id
    assert browser(app, visitors["signed in"]).do(act) == [alice, bob, 1, alice]


def test_a_request_without_anything_is_the_guests(app: Flask) -> None:
    with app.test_request_context():
        visitor: Any = session
        assert (visitor["user_id"], visitor.is_authenticated, visitor.refusal) == (1, False, None)
        session["cart"] = 1
        assert session["cart"] == 1
        assert vars(g._get_current_object()) == {}
    with app.test_request_context():
        assert "cart" not in session


@EVERYBODY
def test_a_stream_still_knows_the_visitor(app: Flask, visitors: dict[str, Visitor], kind: str) -> None:
    there = browser(app, visitors[kind])
    there.do(put("note", "kept"))

    def parts() -> Iterator[str]:
        yield f"{session['user_id']} "
        yield f"{session['note']}"

    assert there.get(lambda: stream_with_context(parts())).text == f"{visitors[kind].user_id} kept"


@EVERYBODY
def test_an_async_view_uses_the_session(app: Flask, visitors: dict[str, Visitor], kind: str) -> None:
    pytest.importorskip("asgiref")
    there = browser(app, visitors[kind])

    async def count() -> str:
        session["count"] = session.get("count", 0) + 1
        return f"{session['user_id']} {session['count']}"

    for number in (1, 2):
        answer = there.get(app.ensure_sync(count))
        assert answer.text == f"{visitors[kind].user_id} {number}"
