"""The demo's own board: an SQLite file in a private directory, and the only thing the demo ever writes to."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from flask_phpbb3 import BoundPhpBB3, SqlDriver
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing import MiniatureBoard, Schema

from .community import ONLINE_MINUTES, fill
from .examples import fill_tables_of
from .people import Person

BAN_SECONDS: Final = 120
BAN_REASON: Final = "You asked for it yourself, a moment ago."

_UNSEEN_SECONDS: Final = 60 * (ONLINE_MINUTES + 5)
_TALKERS: Final = ("Walter Finch", "Priya Nair")
_ANSWERS: Final = (
    "I say what I said in 1987: mulch.",
    "Ask me again after the first frost.",
    "Count me in. I bring the flask.",
)
_LINE: Final = "3.3"
_LONG_AGO: Final = 2 * 86400
_AGE: Final = 6 * 365 * 86400


class DemoBoard:
    """Build a phpBB 3.3 board and play the forum's part on it.

    There is no way to name another board: the file is made here, in a directory made here, and no other
    file is ever opened for writing. In a server's database its tables are made here, too, with a prefix that no
    forum has, and it begins with none of them. All goes with the process that made it, not with its forks.

    :param addons: names of add-ons whose tables it has, too.
    :param server: leads to a database instead of a file; its connections are plain ones of DB-API.
    :raises RuntimeError: if the database has tables of a demo already.
    :ivar path: the board's SQLite file.
    :ivar keys_directory: where the application keys of signed-in visitors are kept.
    """

    #: What the names of the board's cookies begin with.
    COOKIE_NAME: Final = "phpbb3_demo"
    #: What the names of its tables begin with in a server's database.
    TABLE_PREFIX: Final = "flask_phpbb3_demo_"

    def __init__(self, addons: Sequence[str] = (), server: SqlDriver[Any] | None = None) -> None:
        self._server = server
        if server and (left := [name for name in server.tables() if name.startswith(self.TABLE_PREFIX)]):
            raise RuntimeError(
                f"The database has {len(left)} tables of a demo already, such as {left[0]!r}. Drop them if it no "
                "longer runs, or name another database."
            )
        plugins = Plugins(addons)
        line = plugins.line(_LINE)
        self._schema = Schema.load(*line.extended(*plugins.addons(line.name)).schema)
        self._directory = Path(tempfile.mkdtemp(prefix="flask-phpbb3-demo-"))
        self._process = os.getpid()
        atexit.register(self.close)
        self.path: Final = self._directory / "board.sqlite3"
        self.keys_directory: Final = self._directory / "keys"
        now = int(time.time())
        with self._open(mode="rwc", clock=lambda: now - _AGE) as board:
            board.create()
            fill(board, now)
            for name in addons:
                fill_tables_of(name, board)

    def is_read_by(self, bound: BoundPhpBB3) -> bool:
        """Tell whether an application reads this very board."""
        if self._server:
            is_own = bound.settings.database.table_prefix == self.TABLE_PREFIX
            return is_own and bound.driver.location == self._server.location
        return bound.driver.location == (str(self.path),)

    def close(self) -> None:
        """Remove the board; in a forked process do nothing."""
        if os.getpid() == self._process:
            atexit.unregister(self.close)
            if self._server:
                with suppress(Exception), self._open() as board:  # the server may be gone by now
                    board.clear()
                self._server = None
            shutil.rmtree(self._directory, ignore_errors=True)

    def sign_in(self, person: Person, *, ip: str, browser: str, remember: bool) -> dict[str, str]:
        """Sign somebody in as the forum's login page would; return the cookies it would set.

        :param ip: the visitor's address.
        :param browser: the visitor's ``User-Agent``.
        :param remember: whether to hand out an autologin key, too.
        """
        # The forum shuts a banned visitor out before it notes the visit, so nobody sees one online.
        age = _UNSEEN_SECONDS if person.is_banned else 0
        with self._open() as board:
            return board.sign_in(
                person.username,
                ip=ip,
                browser=browser,
                autologin=remember,
                session_time=int(time.time()) - age,
            )

    def sign_out(self, session_id: str, key: str) -> None:
        """End a session and forget its autologin key; one that does not exist is no error."""
        with self._open() as board:
            try:
                board.sign_out(session_id, key=key)
            except LookupError:
                return

    def expire(self, session_id: str, user_id: int, *, ip: str, browser: str) -> None:
        """Let the last use of a session lie two days back."""
        self._replace(session_id, user_id, ip=ip, browser=browser, age=_LONG_AGO)

    def move(self, session_id: str, user_id: int, *, ip: str, browser: str) -> None:
        """Let a session have begun at another address."""
        elsewhere = "198.51.100.7" if not ip.startswith("198.") else "203.0.113.7"
        self._replace(session_id, user_id, ip=elsewhere, browser=browser)

    def swap_browser(self, session_id: str, user_id: int, *, ip: str, browser: str) -> None:
        """Let a session have begun in another browser."""
        self._replace(session_id, user_id, ip=ip, browser=f"Another browser {secrets.token_hex(4)}")

    def delete(self, session_id: str, user_id: int, *, ip: str, browser: str) -> None:
        """Delete a session, as an administrator can."""
        self.sign_out(session_id, key="")

    def ban(self, session_id: str, user_id: int, *, ip: str, browser: str) -> None:
        """Ban the user of a session for two minutes."""
        with self._open() as board:
            board.ban(user=user_id, end=int(time.time()) + BAN_SECONDS, give_reason=BAN_REASON)
        self._replace(session_id, user_id, ip=ip, browser=browser, age=_UNSEEN_SECONDS)

    def mark_read(self, user_id: int, *, topic: int | None = None) -> None:
        """Note that somebody has read a topic, or everything, also what has been written in this second."""
        with self._open() as board:
            board.mark_read(user_id, topic=topic, time=int(time.time()) + (topic is None))

    def read_notifications(self, user_id: int) -> None:
        """Note that somebody has seen all notifications."""
        with self._open() as board:
            board.read_notifications(user_id)

    def read_message(self, user_id: int, msg_id: int) -> None:
        """Note that somebody has read a private message; one that is read already, or somebody else's, is no error."""
        with self._open() as board:
            try:
                board.read_message(user_id, msg_id)
            except LookupError:
                return

    def vote(self, user_id: int, topic_id: int, option: int) -> None:
        """Count somebody's vote in a poll."""
        with self._open() as board:
            board.vote(user_id, topic_id, option)

    def answer(self, topic_id: int, *, besides: int) -> None:
        """Let somebody write a post in a topic.

        :param besides: the user who shall not be the one.
        """
        with self._open() as board:
            author = next(name for name in _TALKERS if board.user_id(name) != besides)
            # A second later than what may have been marked read just now.
            board.add_post(topic_id, secrets.choice(_ANSWERS), author, time=int(time.time()) + 1)
            board.index_posts()

    def _replace(self, session_id: str, user_id: int, *, ip: str, browser: str, age: int = 0) -> None:
        self.sign_out(session_id, key="")
        with self._open() as board:
            board.sign_in(
                user_id, ip=ip, browser=browser, session_time=int(time.time()) - age, session_id=session_id
            )

    @contextmanager
    def _open(self, mode: str = "rw", clock: Callable[[], float] = time.time) -> Iterator[MiniatureBoard]:
        if self._server:
            with closing(self._server.connect(read_only=False)) as server:
                yield MiniatureBoard(
                    server,
                    self._schema,
                    dialect=self._server.dialect,
                    table_prefix=self.TABLE_PREFIX,
                    cookie_name=self.COOKIE_NAME,
                    clock=clock,
                )
            return
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode={mode}", uri=True)) as connection:
            # Nobody needs this board after a power cut, and every call of the builder commits.
            connection.execute("PRAGMA synchronous = OFF")
            yield MiniatureBoard(connection, self._schema, cookie_name=self.COOKIE_NAME, clock=clock)
