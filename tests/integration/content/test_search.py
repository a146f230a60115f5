"""Searching for words: phpBB's own index as recorded, the full text of the databases, and what cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from flask_phpbb3 import ParameterError, PhpBB3, SearchUnavailableError
from flask_phpbb3.content.search import Words, read_words
from flask_phpbb3.testing import EmbeddedBoard

from ... import boards
from ...apps import asking, board_of
from ...loading import DRIVERS, Databases
from ...pages import RELEASE, Comparison, pages
from ...writing import connect, execute_many

SEARCHES: dict[str, dict[str, Any]] = {
    "keywords=bold&sr=posts": {"words": "bold"},
    "keywords=member&terms=all&author=alice&sr=posts": {"words": "member", "author_id": 58},
    "keywords=quote&fid[]=5&sr=posts": {"words": "quote", "forum_ids": 5},
}
TITLES = "keywords=recent&sf=titleonly&sr=topics"


@pytest.mark.parametrize(
    ("database", "driver"), [(database, DRIVERS[database][0]) for database in boards.DATABASES]
)
def test_recorded_searches(
    database: str, driver: str, board: Databases, assert_agrees: Callable[[Comparison], None]
) -> None:
    found = Comparison(f"searches for words, {database}")
    with asking(driver, board(RELEASE, database, dump="content")) as phpbb3:
        for viewer, page in pages().items():
            who = {"user_id": page["user_id"]}
            for search, arguments in SEARCHES.items():
                if forum := arguments.get("forum_ids"):  # phpBB looks into the forums below, too
                    below = [row["forum_id"] for row in phpbb3.fetch_forums(parent_id=forum, **who)]
                    arguments = {**arguments, "forum_ids": [forum, *below]}
                recorded = page["searches"][search]
                rows = phpbb3.fetch_posts_matching(limit=None, **arguments, **who)
                found.hold(
                    (viewer, search),
                    [str(row["post_id"]) for row in rows[:10]],
                    [row["POST_ID"] for row in recorded["results"]],
                )
                found.hold((viewer, search, "total"), len(rows), int(recorded.get("TOTAL_MATCHES") or 0))
                page_two = phpbb3.fetch_posts_matching(skip=10, limit=5, **arguments, **who)
                assert page_two == rows[10:15]
            rows = phpbb3.fetch_posts_matching(words="recent", titles_only=True, limit=None, **who)
            topics = {row["TOPIC_ID"] for row in page["searches"][TITLES]["results"]}
            found.hold((viewer, "titles"), {row["topic_id"] for row in rows}, topics)
    assert_agrees(found)


INDEXES = {
    "postgresql": (),  # found without one, only slower
    "mariadb": (  # as phpBB makes them
        "ALTER TABLE phpbb_posts MODIFY post_text mediumtext COLLATE utf8mb3_unicode_ci NOT NULL",
        "ALTER TABLE phpbb_posts ADD FULLTEXT ft_content (post_text, post_subject)",
        "ALTER TABLE phpbb_posts ADD FULLTEXT ft_subject (post_subject)",
    ),
}


@pytest.mark.parametrize("database", INDEXES)
def test_full_text_of_the_database(database: str, board: Databases) -> None:
    settings = board.fresh("3.3.10", database)
    backend = "mysql" if database == "mariadb" else "postgres"
    with closing(connect(database, settings)) as connection:
        cursor = connection.cursor()
        for statement in INDEXES[database]:
            cursor.execute(statement)
        sql = "UPDATE phpbb_config SET config_value = ? WHERE config_name = 'search_type'"
        execute_many(connection, database, sql, [(f"\\phpbb\\search\\fulltext_{backend}",)])
        connection.commit()
    for driver in DRIVERS[database]:
        with asking(driver, settings, board_ttl=0) as phpbb3:
            seen = {row["post_id"] for row in phpbb3.fetch_posts_matching(words="recent", limit=None)}
            every = phpbb3.fetch_posts_matching(words="recent", limit=None, unfiltered=True)
            assert seen
            assert seen < {row["post_id"] for row in every}
            readable = {row["post_id"] for row in phpbb3.fetch_latest_posts(limit=None, approved_only=False)}
            assert seen <= readable
            titles = phpbb3.fetch_posts_matching(words="recent", titles_only=True, limit=5)
            assert len(titles) == 5
            assert all("recent" in row["post_subject"].lower() for row in titles)
            assert phpbb3.fetch_posts_matching(words="recent -recent") == []
            assert phpbb3.fetch_posts_matching(words="rece*", limit=None) != []
            assert phpbb3.fetch_posts_matching(words="' | ) :* & \\") == []


def test_what_lies_outside_the_database_is_told(tmp_path: Path) -> None:
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as board:
        forum = board.add_forum("News")
        board.grant_role("ROLE_FORUM_READONLY", group="GUESTS", forum=forum)
        board.grant_role("ROLE_USER_FULL", group="GUESTS")
        app = Flask("search")
        app.config.update(board.settings)
        PhpBB3(app)
        with closing(board_of(app).driver):
            board.set_config("search_type", "\\phpbb\\search\\fulltext_native")
            assert board_of(app).fetch_posts_matching(words="hello") == []
            board.set_config("search_type", "\\phpbb\\search\\fulltext_sphinx")
            with pytest.raises(SearchUnavailableError, match="fulltext_sphinx"):
                board_of(app).fetch_posts_matching(words="hello")
            board.set_config("load_search", 0)
            assert board_of(app).fetch_posts_matching(words="hello") == []


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("Hello  WORLD", ("hello", "world"), ()),
        ("hello -world", ("hello",), ("world",)),
        ("well-known", ("well", "known"), ()),
        ("gard* +rose", ("gard*", "rose"), ()),
        ("日本 語", ("日", "本", "語"), ()),
        ("%_!' \"; --", (), ()),
        ("a\x00b", ("a", "b"), ()),
    ],
)
def test_words_are_read(text: str, wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> None:
    assert read_words(text) == Words(wanted, unwanted)


def test_too_many_words_are_told() -> None:
    with pytest.raises(ParameterError, match="more than 10"):
        read_words(" ".join("abcdefghijk"))
