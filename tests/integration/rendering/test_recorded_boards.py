"""Every text of the content board for every recorded viewer, through the extension, on each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask

from flask_phpbb3 import BoundPhpBB3

from ... import boards
from ...apps import asking, board_of, close, make_app
from ...loading import DRIVERS, Databases
from ...texts import CONTENT, Comparison

Report = Callable[[str, Comparison], None]

STATEMENTS = {
    "fetch_all_posts": "SELECT * FROM {TABLE_PREFIX}posts",
    "fetch_all_messages": "SELECT * FROM {TABLE_PREFIX}privmsgs",
    "fetch_all_signatures": "SELECT user_id, user_sig, user_sig_bbcode_uid, user_sig_bbcode_bitfield "
    "FROM {TABLE_PREFIX}users WHERE user_sig <> ''",
}
KINDS = (
    ("posts", "fetch_all_posts", "post_id", "post_text"),
    ("pms", "fetch_all_messages", "msg_id", "message_text"),
    ("signatures", "fetch_all_signatures", "user_id", "user_sig"),
)


@pytest.mark.parametrize("database", sorted(DRIVERS))
def test_all_texts_for_all_viewers(board: Databases, database: str, report: Report) -> None:
    recorded = boards.load(CONTENT, f"content-render-{database}.json.gz")["viewers"]
    words = boards.load(CONTENT, "dates.json.gz")["lang_datetime"]
    settings = board(CONTENT, database, dump="content") | {"CUSTOM_STATEMENTS": STATEMENTS}
    found = Comparison()
    app = make_app(
        DRIVERS[database][0],
        settings,
        board_url="http://board.example",
        board_ttl=3600,
        unsafe_templates=True,
        hidden_bbcodes=[],  # as phpBB: [hidden] shows what it hides
    )
    with closing(app), app.test_request_context():  # in a request, each reader is asked for once
        phpbb3 = board_of(app)
        rows = {kind: phpbb3.execute_custom(statement, limit=None) for kind, statement, _, _ in KINDS}
        for viewer in recorded.values():
            language = {**viewer["words"], **words.get(viewer["user_lang"], {})}
            for kind, _, key, field in KINDS:
                expected = recorded["1"][kind] | dict(viewer[kind])
                for row in rows[kind]:
                    _compare(found, phpbb3, row, field, expected[str(row[key])], viewer, language)
    report(f"the content board on {database}", found)


@contextmanager
def closing(app: Flask) -> Iterator[None]:
    """Close the application's connections at the end."""
    try:
        yield
    finally:
        close(app)


def _compare(
    found: Comparison,
    phpbb3: BoundPhpBB3,
    row: Mapping[str, Any],
    field: str,
    html: str,
    viewer: Mapping[str, Any],
    words: Mapping[str, Any],
) -> None:
    ours = phpbb3.render(
        row, field, user_id=viewer["user_id"], board_url="./", words=words, now=viewer["now"]
    )
    found.add(row[field], html, ours)


@pytest.mark.parametrize(
    ("version", "database"), [source for source in boards.RECORDED if source[0] != "3.3.10"]
)
def test_posts_and_signatures_of_every_line(
    board: Databases, version: str, database: str, report: Report
) -> None:
    golden, found = boards.golden(version, database), Comparison()
    settings = board(version, database) | {"CUSTOM_STATEMENTS": STATEMENTS}
    app = make_app(DRIVERS[database][0], settings, board_ttl=3600)
    with closing(app), app.test_request_context():
        phpbb3 = board_of(app)
        for row in phpbb3.execute_custom("fetch_all_posts", limit=None):
            if (recorded := golden["posts"].get(str(row["post_id"]))) is not None:
                found.add(row["post_text"], recorded["html"], phpbb3.render(row, user_id=2, board_url="./"))
        for row in phpbb3.execute_custom("fetch_all_signatures", limit=None):
            if (recorded := golden["signatures"].get(str(row["user_id"]))) is not None:
                html = phpbb3.render(row, "user_sig", user_id=2, board_url="./")
                found.add(row["user_sig"], recorded["html"], html)
    report(f"phpbb3.render on {version} in {database}", found)


@pytest.mark.parametrize("database", sorted(DRIVERS))
def test_titles_are_censored_for_all_viewers(board: Databases, database: str) -> None:
    recorded = boards.load(CONTENT, f"content-render-{database}.json.gz")["viewers"]
    with asking(DRIVERS[database][0], board(CONTENT, database, dump="content")) as phpbb3:
        for viewer in recorded.values():
            titles = dict(viewer["titles"])
            for title, censored in (dict(recorded["1"]["titles"]) | titles).items():
                expected = censored if title in titles else title
                assert phpbb3.censor(title, user_id=viewer["user_id"]) == expected.replace("&quot;", '"')
