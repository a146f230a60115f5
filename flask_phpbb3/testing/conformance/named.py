"""The suite for drivers that speak no SQL and go by the names of statements: `NamedDriverSuite`.

It compares what such a driver answers with what a miniature board in a SQLite file answers to the same
questions, and the visitors of an application on both.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, session

from flask_phpbb3.errors import BoardUnavailableError, WriteRefusedError
from flask_phpbb3.plugins.driver import Driver, Row
from flask_phpbb3.plugins.hookspecs import hookimpl
from flask_phpbb3.plugins.queries import Query
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing.conformance.report import leave_out
from flask_phpbb3.testing.conformance.subject import BoardUnderTest, bound
from flask_phpbb3.testing.embedded import BOARD_URL, EmbeddedBoard

AGENT = "Suite/1.0"
NOBODY = 10**6


@dataclass(frozen=True)
class Answer:
    """What the board's own driver answered.

    :param query: the statement, compiled.
    :param parameters: a value for each of its parameters.
    :param skip: rows that were passed over.
    :param limit: most rows that were asked for; None for all.
    :param rows: the rows.
    """

    query: Query
    parameters: Mapping[str, Any]
    skip: int
    limit: int | None
    rows: list[Row]


@dataclass(frozen=True)
class Cast:
    """Who visits: cookies by name, and users and groups to ask about."""

    cookies: Mapping[str, Mapping[str, str]]
    users: tuple[int, ...]
    groups: tuple[int, ...]
    forums: tuple[int, ...]


class NamedDriverSuite:
    """Check a driver that goes by names; a subclass overrides the fixture `subject`.

    A driver that reaches the board alive needs the fixture `board`, one that answers from a recording makes
    it from `answers`; both get ``Answer.query.name`` and ``Answer.parameters`` as `Driver.read` does.
    """

    version = "3.3"
    """The phpBB line, or release, of the board."""

    @pytest.fixture(scope="class")
    @classmethod
    def subject(cls, board: EmbeddedBoard, answers: list[Answer]) -> BoardUnderTest:
        """Return the driver's settings; with ``elsewhere``, those of a place where no board is."""
        pytest.fail("Override the fixture 'subject' of the suite; see flask_phpbb3.testing.conformance.")

    @pytest.fixture(scope="class")
    @classmethod
    def board(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedBoard]:
        """Make a board in a SQLite file."""
        path: Path = tmp_path_factory.mktemp("named") / "forum.db"
        with closing(EmbeddedBoard(path, version=cls.version)) as board:
            yield board

    @pytest.fixture(scope="class")
    @classmethod
    def people(cls, board: EmbeddedBoard) -> Cast:
        """Fill the board: the guest, a member of a group and a pending one may each see something else."""
        group = board.add_group("R&D <team>")
        alice, pending = board.add_user("Alice & Co"), board.add_user("Patience")
        board.add_member(alice, group)
        board.add_member(pending, group, pending=True)
        forums = board.add_forum("Open"), board.add_forum("Members"), board.add_forum("Team")
        readers: tuple[int | str, ...] = ("GUESTS", "REGISTERED", group)
        for forum, name in zip(forums, readers, strict=True):
            board.grant_role("ROLE_FORUM_STANDARD", group=name, forum=forum)
            board.add_post(board.add_topic(forum, f"In {forum}", alice), "text", alice)
        cookies = {name: board.sign_in(name, browser=AGENT) for name in ("Alice & Co", "Patience", "admin")}
        registered = board.group_id("REGISTERED")
        return Cast({"": {}, **cookies}, (1, 2, alice, pending, NOBODY), (group, registered), forums)

    @pytest.fixture(scope="class")
    @classmethod
    def visits(cls, board: EmbeddedBoard, people: Cast) -> tuple[dict[str, Any], list[Answer]]:
        """Visit the board by its own driver; return what the visitors found, and all that was asked."""
        listening = _Listening()
        settings = {**board.settings, "PHPBB3": {"DRIVER": "listening", "VERSION": board.release}}
        app = BoardUnderTest(board=board, config=settings, plugins=(listening,)).app()
        found = {name: _visit(app, cookies, people) for name, cookies in people.cookies.items()}
        bound(app).driver.close()
        assert [found[name]["who"][1] for name in people.cookies if name] == [*filter(None, people.cookies)]
        return found, listening.answers

    @pytest.fixture(scope="class")
    @classmethod
    def answers(cls, visits: tuple[dict[str, Any], list[Answer]]) -> list[Answer]:
        """Return every question that the suite has, with the board's own answer."""
        return visits[1]

    @pytest.fixture
    def driver(self, subject: BoardUnderTest) -> Iterator[Driver]:
        """Make the driver."""
        driver = subject.driver()
        yield driver
        driver.close()

    def test_answers_are_the_boards(self, driver: Driver, answers: list[Answer]) -> None:
        """The same rows in the same order, and values of the same types, to each question of each visitor."""
        for answer in answers:
            found = driver.read(answer.query, answer.parameters, skip=answer.skip, limit=answer.limit)
            assert found == answer.rows, (answer.query.name, answer.parameters)
            assert _types(found) == _types(answer.rows), (answer.query.name, answer.parameters)

    def test_every_visitor_is_who_they_are_on_the_board(
        self, subject: BoardUnderTest, people: Cast, visits: tuple[dict[str, Any], list[Answer]]
    ) -> None:
        """Name, groups, rights and posts; what one may see reaches nobody else."""
        # The address is a setting of the board that was visited; rows name pages by it.
        app = subject.app(PHPBB3_BOARD_TTL=0, PHPBB3_BAN_TTL=0, PHPBB3_BOARD_URL=BOARD_URL)
        for name, cookies in people.cookies.items():
            assert _visit(app, cookies, people) == visits[0][name], name or "the guest"
        bound(app).driver.close()

    def test_paging(self, driver: Driver, answers: list[Answer]) -> None:
        """Skip and limit apply to what was asked whole."""
        whole = next(answer for answer in answers if answer.query.name == "fetch_acl_options")
        assert len(whole.rows) > 5
        for skip, limit in ((0, 2), (3, 4), (3, None), (0, 0), (10**6, None)):
            found = driver.read(whole.query, whole.parameters, skip=skip, limit=limit)
            assert found == (whole.rows[skip:] if limit is None else whole.rows[skip : skip + limit])

    def test_rows_belong_to_whoever_asked(self, driver: Driver, answers: list[Answer]) -> None:
        """What a caller does to a row is not what the next one gets."""
        answer = next(answer for answer in answers if answer.query.name == "get_user" and answer.rows)
        driver.read(answer.query, answer.parameters)[0].clear()
        assert driver.read(answer.query, answer.parameters) == answer.rows

    def test_threads(self, driver: Driver, answers: list[Answer]) -> None:
        """Each thread gets its own answer."""

        def ask(answer: Answer) -> list[Row]:
            return driver.read(answer.query, answer.parameters, skip=answer.skip, limit=answer.limit)

        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(ask, answers))
        for answer, rows in zip(answers, found, strict=True):
            assert rows == answer.rows, (answer.query.name, answer.parameters)

    def test_a_closed_driver_opens_again(self, driver: Driver, answers: list[Answer]) -> None:
        """Closing gives back what it holds and no more."""
        answer = answers[0]
        driver.close()
        found = driver.read(answer.query, answer.parameters, skip=answer.skip, limit=answer.limit)
        assert found == answer.rows

    def test_nothing_is_written_unless_listed(self, driver: Driver) -> None:
        """No settings of this suite list a writer."""
        with pytest.raises(WriteRefusedError):
            driver.write(Query("set_name", "UPDATE", source="suite.sql:1"), {})

    def test_the_location_tells_places_apart_and_no_password(
        self, subject: BoardUnderTest, request: pytest.FixtureRequest
    ) -> None:
        """It is part of cache keys, and a driver may be shown in a log."""
        password = secrets.token_hex(8)
        driver = subject.driver(PASSWORD=password)
        assert password not in repr((driver, driver.location, driver.settings))
        assert all(isinstance(part, str) for part in driver.location)
        assert driver.location == subject.driver().location
        if not subject.elsewhere:
            leave_out(request, "the subject gives no elsewhere=…")
        assert driver.location != subject.driver(settings=subject.elsewhere).location

    def test_no_board_is_an_error_that_tells_no_value(
        self, subject: BoardUnderTest, answers: list[Answer], request: pytest.FixtureRequest
    ) -> None:
        """Making the driver asks nothing; the first question finds that nobody answers."""
        if not subject.elsewhere:
            leave_out(request, "the subject gives no elsewhere=…")
        driver = subject.driver(settings=subject.elsewhere)
        answer = next(answer for answer in answers if answer.query.name == "get_session")
        with pytest.raises(BoardUnavailableError) as caught:
            driver.read(answer.query, answer.parameters)
        assert str(answer.parameters["session_id"]) not in str(caught.value)


class _Listening:
    """A plugin: the driver of embedded boards, all of whose answers are kept."""

    name = "listening"

    def __init__(self) -> None:
        self.answers: list[Answer] = []

    @hookimpl
    def phpbb3_register_driver(self) -> type[Driver]:
        answers = self.answers

        def read(
            self: Driver,
            query: Query,
            parameters: Mapping[str, Any],
            *,
            skip: int = 0,
            limit: int | None = None,
        ) -> list[Row]:
            rows = asked.read(self, query, parameters, skip=skip, limit=limit)
            answers.append(Answer(query, dict(parameters), skip, limit, [dict(row) for row in rows]))
            return rows

        asked = Plugins().driver("sqlite3")
        # Driver's own way to numbers: what asks a database for one text is no question to others.
        members = {"name": self.name, "read": read, "read_numbers": Driver.read_numbers}
        return type("ListeningDriver", (asked,), members)


def _visit(app: Flask, cookies: Mapping[str, str], people: Cast) -> dict[str, Any]:
    """Ask whatever a page may ask; return it by name."""
    phpbb3 = bound(app)
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = {"Cookie": header, "User-Agent": AGENT}
    with app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        visitor: Any = session
        return {
            "who": (visitor["user_id"], visitor["username"], visitor.refusal),
            "groups": visitor.groups,
            "member": [visitor.is_member(group) for group in (*people.groups, "R&D <team>", "GUESTS")],
            "rights": [visitor.has_privilege("f_read", forum) for forum in people.forums],
            "link": visitor.get_link_hash("suite"),
            "unread": visitor.num_unread_notifications,
            "posts": phpbb3.fetch_latest_posts(limit=None),
            "options": phpbb3.fetch_acl_options(limit=None),
            "users": [phpbb3.get_user(user_id=user) for user in people.users],
            "profiles": [phpbb3.get_user_profile(user_id=user) for user in people.users],
            "members": [
                phpbb3.has_membership(user_id=user, group_id=group)
                for user in people.users
                for group in people.groups
            ],
            "computed": [phpbb3.get_acl(user_id=user).encode() for user in people.users],
        }


def _types(rows: list[Row]) -> list[dict[str, type]]:
    return [{name: type(value) for name, value in row.items()} for row in rows]
