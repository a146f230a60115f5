"""A page is 500."""

from __future__ import annotations

from functools import partial

import pytest
from flask import session

from flask_phpbb3 import SearchUnavailableError
from flask_phpbb3.testing import EmbeddedBoard

from ...apps import board_of
from ...sites import AGENT
from .conftest import MakeSite
from .entries import Entry


def test_no_secret_key(
    entry: Entry, embedded: EmbeddedBoard, make: MakeSite, log: pytest.LogCaptureFixture
) -> None:
    cookies = embedded.sign_in("alice", browser=AGENT)
    site = make(session_backend={"TYPE": "cookie"})
    site.app.secret_key = None
    assert site.ask(cookies, "/keep/basket").status == 500
    assert entry.is_seen_in(log.text)
    site.app.secret_key = "some random value"
    assert site.ask(cookies, "/keep/basket").thing == "basket"


def test_a_column_of_phpbb(
    entry: Entry, embedded: EmbeddedBoard, make: MakeSite, log: pytest.LogCaptureFixture
) -> None:
    def page(name: str) -> dict[str, str]:
        session[name] = "x"
        return {"thing": session[name]}

    site = make()
    site.app.add_url_rule("/put/<name>", view_func=page)
    cookies = embedded.sign_in("alice", browser=AGENT)
    assert site.ask(cookies, "/put/user_posts").status == 500
    assert entry.is_seen_in(log.text)
    assert site.ask(cookies, "/put/my_posts").thing == "x"


def test_a_wrong_statement(entry: Entry, make: MakeSite, log: pytest.LogCaptureFixture) -> None:
    for table, status in (("gallery_images", 500), ("users", 200)):
        statement = f"SELECT COUNT(*) AS thing FROM {{TABLE_PREFIX}}{table}"
        site = make({"CUSTOM_STATEMENTS": {"get_number": statement}})
        site.app.add_url_rule("/number", "number", partial(board_of(site.app).execute_custom, "get_number"))
        assert site.ask({}, "/number").status == status
    assert entry.is_seen_in(log.text)


def test_a_missing_column(entry: Entry, make: MakeSite, log: pytest.LogCaptureFixture) -> None:
    assert make({"USER_COLUMNS": ["user_karma"]}).ask({}).status == 500
    assert entry.is_seen_in(log.text)
    assert make({"USER_COLUMNS": []}).ask({}).status == 200


def test_a_search_outside_the_database(
    entry: Entry, embedded: EmbeddedBoard, make: MakeSite, log: pytest.LogCaptureFixture
) -> None:
    news = embedded.add_forum("News")
    embedded.grant_role("ROLE_FORUM_STANDARD", group="GUESTS", forum=news)
    embedded.grant(group="GUESTS", option="u_search")
    embedded.set_config("search_type", "\\phpbb\\search\\fulltext_sphinx")
    site = make()
    bound = board_of(site.app)

    def page() -> dict[str, int]:
        return {"thing": len(bound.fetch_posts_matching(words="hello"))}

    def caught() -> dict[str, str]:
        try:
            return {"thing": str(page())}
        except SearchUnavailableError:
            return {"thing": f"{bound.urls.base}/search.php"}

    site.app.add_url_rule("/search", view_func=page)
    site.app.add_url_rule("/caught", view_func=caught)
    assert site.ask({}, "/search").status == 500
    assert entry.is_seen_in(log.text)
    assert site.ask({}, "/caught").thing.endswith("/search.php")
    embedded.set_config("search_type", "\\phpbb\\search\\fulltext_native")
    assert site.ask({}, "/search").thing == 0
