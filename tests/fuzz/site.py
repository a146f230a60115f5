"""A site on an embedded forum, with people whose logins are known, and an answer to: who am I?"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from flask import Flask, request, session
from werkzeug.http import dump_cookie, parse_cookie

from flask_phpbb3 import PhpBB3
from flask_phpbb3.testing import EmbeddedBoard

from ..apps import board_of
from ..cpu import cpu_bound
from .requests import Attempt

PREFIX: Final = "phpbb3_mini_"
BOUND: Final = 0.05
"""Seconds of the processor's time that a request may take, whatever it holds."""
BANNED_ADDRESS: Final = "192.0.2.66"
BOT_AGENT: Final = "FuzzCrawler"
BOT_ADDRESS: Final = "198.18.7."


@dataclass(frozen=True)
class Login:
    """What one browser of one person sends, and whether phpBB accepts it.

    :ivar accepted: whether the session is valid, from its own address and browser.
    :ivar key_accepted: whether the key is.
    """

    user_id: int
    sid: str
    key: str
    address: str
    agent: bytes
    forwarded_for: bytes | None = None
    accepted: bool = True
    key_accepted: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of forum and site.

    :ivar config: phpBB's settings.
    :ivar settings: the application's.
    """

    version: str
    config: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


KINDS: Final = {
    "3.3": Kind("3.3"),
    "3.3, all checks": Kind(
        "3.3",
        {"forwarded_for_check": "1", "referer_validation": "1", "ip_check": "4"},
        {"PHPBB3_URL_SID": True, "PHPBB3_CHECK_REFERER": True, "PHPBB3_BOTLIST": ["Fuzz"]},
    ),
    "3.0": Kind("3.0", {"ip_check": "2"}, {"PHPBB3_URL_SID": True}),
    "3.3, rows kept": Kind(
        "3.3",
        {"forwarded_for_check": "1", "referer_validation": "1"},
        {"PHPBB3_URL_SID": True, "PHPBB3_CHECK_REFERER": True, "PHPBB3_SESSION_CACHE_TTL": 60},
    ),
    "4.0": Kind("4.0", {}, {"PHPBB3_URL_SID": True}),
    "4.0, few checks": Kind("4.0", {"ip_check": "0", "browser_check": "0"}),
}


@dataclass(frozen=True)
class Answer:
    """What the application said.

    :ivar user_id: who the visitor is.
    :ivar note: the application key that it found.
    """

    status: str
    user_id: int
    is_authenticated: bool
    is_bot: bool
    source: str
    note: str | None


class Site:
    """An application on a board with people.

    :param path: the file of the board; it must not exist.
    """

    def __init__(self, path: Path, kind: Kind) -> None:
        self.kind = kind
        with closing(EmbeddedBoard(path, version=kind.version)) as board:
            for name, value in {"session_length": "100000000", **kind.config}.items():
                board.set_config(name, value)
            board.add_bot("Crawler", BOT_AGENT)
            board.add_bot("Pinger", ip=BOT_ADDRESS)
            self.bots = _bots(path)
            self.users = {
                name: board.add_user(name, user_type=int(name == "sleepy"))
                for name in ("alice", "bob", "carol", "sleepy", "villain")
            }
            self.users["admin"] = board.admin_id
            self.logins = list(self._sign_in(board))
            board.ban(user="villain")
            board.ban(ip=BANNED_ADDRESS)
            self.app = Flask("fuzzed")
            self.app.config.update(
                {**board.settings, "PHPBB3_BOARD_TTL": 86400, "PHPBB3_BAN_TTL": 86400, "SECRET_KEY": "x"},
                **kind.settings,
            )
        PhpBB3(self.app)
        # Before routing, so that a path or a method nobody knows is answered, too.
        self.app.before_request(who_am_i)
        self.guest_cookie = self._leave_notes()

    def ask(self, attempt: Attempt) -> Answer:
        """Send a request straight to the WSGI application.

        :raises AssertionError: if it takes more than `BOUND` seconds of the processor's time, twice in a row: the
            first may have met the collection of garbage.
        """
        try:
            said = self._send_in_time(attempt)
        except AssertionError:
            said = self._send_in_time(attempt)
        if not said.status.startswith("200"):
            return Answer(said.status, 0, False, False, "", None)
        return Answer(said.status, **json.loads(dict(said.headers)["X-Who"]))

    def _send_in_time(self, attempt: Attempt) -> Response:
        with cpu_bound(BOUND):
            return self.send(attempt)

    def send(self, attempt: Attempt) -> Response:
        """Return the bare response."""
        said = Response()

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            said.status, said.headers = status, headers
            return lambda data: None

        with closing(self.app(attempt.environ(), start_response)) as body:  # type: ignore[type-var]
            list(body)
        return said

    def cookie_of(self, login: Login, *, sid: str | None = None) -> bytes:
        """Return the Cookie header of a login's browser."""
        values = {"u": str(login.user_id), "k": login.key, "sid": login.sid if sid is None else sid}
        return "; ".join(f"{PREFIX}{name}={value}" for name, value in values.items()).encode()

    def close(self) -> None:
        """Close the connections."""
        board_of(self.app).driver.close()

    def _sign_in(self, board: EmbeddedBoard) -> Iterator[Login]:
        plain, odd = b"Mozilla/5.0 (Fuzz) Gecko", 'Odd "Agent" & <Ünicode> '.encode() + b"x" * 150
        forwarded = b"10.0.0.1 10.0.0.2"
        long_ago = int(time.time()) - 10**9
        rows: list[tuple[str, str, bytes, bytes | None, dict[str, Any]]] = [
            ("alice", "203.0.113.5", plain, None, {}),
            ("alice", "203.0.113.5", odd, None, {"autologin": True}),
            ("bob", "2001:db8:1:2::5", odd, None, {"autologin": True}),
            ("carol", "203.0.113.77", plain, forwarded, {"autologin": True}),
            ("admin", "198.51.100.8", plain, None, {"admin": True}),
            ("bob", "203.0.113.5", plain, None, {"session_time": long_ago}),
            ("sleepy", "203.0.113.5", plain, None, {"autologin": True}),
            ("villain", "203.0.113.5", plain, None, {"autologin": True}),
            ("alice", BANNED_ADDRESS, plain, None, {}),
        ]
        for name, address, agent, forwarded_for, more in rows:
            columns: dict[str, Any] = (
                {"session_forwarded_for": forwarded_for.decode()} if forwarded_for else {}
            )
            cookies = board.sign_in(name, ip=address, browser=agent.decode(), **more, **columns)
            yield Login(
                board.user_id(name),
                cookies[f"{PREFIX}sid"],
                cookies[f"{PREFIX}k"],
                address,
                agent,
                forwarded_for,
                accepted=name != "villain" and "session_time" not in more,
                key_accepted=bool(more.get("autologin")) and name not in ("villain", "sleepy"),
            )

    def _leave_notes(self) -> bytes:
        """Have everybody who can leave an application key; return the guest's signed cookie."""
        for login in self.logins:
            self.send(
                Attempt(
                    self.cookie_of(login),
                    login.agent,
                    login.address,
                    forwarded_for=login.forwarded_for,
                    path="/note",
                )
            )
        guest = self.send(Attempt(path="/note"))
        [cookie] = [value for name, value in guest.headers if name == "Set-Cookie"]
        return dump_cookie("session", parse_cookie(cookie)["session"], path=None).encode()


@dataclass
class Response:
    """What a WSGI server learns of a response, without the body."""

    status: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)


def who_am_i() -> tuple[str, dict[str, str]]:
    """Answer any request with who the visitor is, in a header as HEAD has no body.

    ``/note`` leaves an application key.
    """
    if request.path == "/note":
        session["note"] = f"of {session['user_id']}"
    visitor: Any = session
    who = {
        "user_id": session["user_id"],
        "is_authenticated": visitor.is_authenticated,
        "is_bot": visitor.is_bot,
        "source": visitor.identification.source,
        "note": session.get("note"),
    }
    return "", {"X-Who": json.dumps(who)}


def _bots(path: Path) -> list[tuple[int, str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT user_id, bot_agent, bot_ip FROM phpbb_bots").fetchall()


@contextmanager
def sites(folder: Path) -> Iterator[dict[str, Site]]:
    """Make a site of each kind; their connections are closed at the end."""
    made: dict[str, Site] = {}
    try:
        for number, (name, kind) in enumerate(KINDS.items()):
            made[name] = Site(folder / f"board-{number}.db", kind)
        yield made
    finally:
        for site in made.values():
            site.close()
