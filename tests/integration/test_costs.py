"""How many statements a request costs, counted before the real driver."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, session

from flask_phpbb3.testing.conformance import BoardUnderTest

from ..apps import Counting, board_of, make_app, visitor
from ..miniatures import PAIRS, Build

AGENT = "Browser/1.0"


class Costs:
    """A board, an application on it, and what its requests cost."""

    def __init__(self, subject: BoardUnderTest, driver: str) -> None:
        self.board = subject.board
        self.forum = self.board.add_forum("Open")
        self.board.grant_role("ROLE_FORUM_STANDARD", group="REGISTERED", forum=self.forum)
        self.board.grant_role("ROLE_FORUM_READONLY", group="GUESTS", forum=self.forum)
        self.alice = self.board.add_user("alice")
        self.counting = Counting(driver)
        database = subject.config["PHPBB3_DATABASE"]
        self.app: Flask = make_app("counting", database, version="3.3", plugins=(self.counting,))

    def store_permissions(self) -> None:
        """Store permission strings, as phpBB does at a user's next page."""
        for user in (1, self.alice):
            acl = board_of(self.app).get_acl(user_id=user)
            with self.board._rows.transaction():
                self.board._rows.update("users", {"user_id": user}, user_permissions=acl.encode())

    def visit(self, view: Any, cookies: dict[str, str] | None = None) -> list[str]:
        """Return the statements that one request asked."""
        header = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
        self.app.view_functions["page"] = view
        with self.counting.counted() as asked:
            answer = self.app.test_client(use_cookies=False).get(
                "/", headers={"Cookie": header, "User-Agent": AGENT}
            )
            assert answer.status_code == 200
        return asked


@pytest.fixture(scope="module", params=PAIRS, ids="-".join)
def costs(request: pytest.FixtureRequest, build: Build) -> Iterator[Costs]:
    database, driver = request.param
    made = Costs(build(database, driver, "3.3"), driver)
    made.app.add_url_rule("/", "page", lambda: "")
    made.store_permissions()
    made.visit(lambda: str(session["user_id"]))
    yield made
    board_of(made.app).driver.close()


def _who() -> str:
    assert session["user_id"]
    assert "username" in session
    assert len(session) > 20
    assert visitor().has_privilege("u_viewprofile") or session["user_id"] == 1
    return ""


def test_nobody_asks(costs: Costs) -> None:
    def page() -> str:
        session.permanent = True
        assert not session.modified
        return repr(session)

    cookies = costs.board.sign_in("alice", browser=AGENT)
    fresh = make_app(
        "counting", costs.app.config["PHPBB3_DATABASE"], version="3.3", plugins=(costs.counting,)
    )
    fresh.add_url_rule("/", "page", page)
    with costs.counting.counted() as asked:
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        assert fresh.test_client().get("/", headers={"Cookie": header}).status_code == 200
    assert asked == []
    assert costs.visit(page, cookies) == []


def test_a_warm_guest(costs: Costs) -> None:
    def page() -> str:
        _who()
        session["cart"] = 1
        assert not visitor().has_privilege("f_post", costs.forum)
        assert visitor().has_privilege("f_read", costs.forum)
        return ""

    assert costs.visit(page) == []


def test_somebody_signed_in(costs: Costs) -> None:
    def page() -> str:
        _who()
        session["cart"] = 1
        assert visitor().has_privilege("f_post", costs.forum)
        assert not visitor().has_privilege("a_")
        return ""

    assert costs.visit(page, costs.board.sign_in("alice", browser=AGENT)) == ["get_session"]


def test_groups_unread_count_and_link_hash_cost_one_each_once(costs: Costs) -> None:
    def page() -> str:
        for _ in range(3):
            assert visitor().is_member("REGISTERED")
            assert not visitor().is_member(10**6)
            assert visitor().num_unread_notifications == 0
            assert visitor().get_link_hash("x") != visitor().get_link_hash("y")
        return ""

    asked = costs.visit(page, costs.board.sign_in("alice", browser=AGENT))
    assert sorted(asked) == [
        "_fetch_memberships",
        "_get_form_salt",
        "get_session",
        "get_unread_notifications_count",
    ]


def test_computed_permissions_cost_two_at_most_once(costs: Costs) -> None:
    def page() -> str:
        for _ in range(3):
            assert visitor().has_privilege("f_post", costs.forum)
        return ""

    costs.board.clear_prefetch("alice")
    asked = costs.visit(page, costs.board.sign_in("alice", browser=AGENT))
    assert asked[0] == "get_session"
    assert 1 <= len(asked[1:]) <= 2
    costs.store_permissions()


def test_the_autologin_key_costs_one(costs: Costs) -> None:
    def page() -> str:
        assert session["user_id"] == costs.alice
        return _who()

    cookies = costs.board.sign_in("alice", browser=AGENT, autologin=True)
    cookies = {name: "0" * 32 if name.endswith("_sid") else value for name, value in cookies.items()}
    assert costs.visit(page, cookies) == ["get_session", "get_autologin"]


def test_rows_that_are_kept_cost_one_statement_for_many_requests(costs: Costs) -> None:
    """And hold what fresh ones do."""
    database = costs.app.config["PHPBB3_DATABASE"]
    keeping = make_app("counting", database, version="3.3", plugins=(costs.counting,), session_cache_ttl=60)
    keeping.add_url_rule("/", "page", lambda: {**visitor().user_columns, "all": len(session)})
    session_cookies = costs.board.sign_in("alice", browser=AGENT, autologin=True)
    key_cookies = {n: "0" * 32 if n.endswith("_sid") else value for n, value in session_cookies.items()}
    for cookies, expected in (
        (session_cookies, ["get_session"]),
        (key_cookies, ["get_session", "get_autologin"]),
    ):
        headers = {"Cookie": "; ".join(f"{n}={v}" for n, v in cookies.items()), "User-Agent": AGENT}
        client = keeping.test_client(use_cookies=False)
        client.get("/")
        with costs.counting.counted() as asked:
            answers = [client.get("/", headers=headers).json for _ in range(10)]
        assert asked == expected
        assert answers == [answers[0]] * 10
        assert answers[0] is not None
        assert answers[0]["user_id"] == costs.alice
    board_of(keeping).driver.close()


def test_a_malformed_session_id_costs_nothing(costs: Costs) -> None:
    assert costs.visit(_who, {f"{costs.board.cookie_name}_sid": "no such thing"}) == []


def test_what_a_guest_does_to_a_row_reaches_no_other_guest(costs: Costs) -> None:
    def change() -> str:
        columns = visitor().user_columns
        assert isinstance(columns, dict)
        columns["username"] = "Mallory"
        with pytest.raises(TypeError):
            visitor().identification.row["username"] = "Mallory"  # type: ignore[index]
        return ""

    def look() -> str:
        assert session["username"] == visitor().user_columns["username"] == "Anonymous"
        return ""

    for view in (change, look):
        assert costs.visit(view) == []
