"""A word planted in every hidden place is in no answer for who has no right to it, and in one for who has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cachelib import SimpleCache
from flask import Flask

from flask_phpbb3 import PhpBB3, PhpBB3Error
from flask_phpbb3.testing import EmbeddedBoard
from flask_phpbb3.web.feeds import atom_feed

from ...apps import board_of

LINES = ("3.0", "3.1", "3.2", "3.3", "4.0")
HIDDEN_STATES = {"3.0": (0,)}


@dataclass
class Planted:
    """A board with words that not everybody may read.

    :ivar words: word → the users who may read it, by id.
    """

    board: EmbeddedBoard
    app: Flask
    line: str
    words: dict[str, set[int]] = field(default_factory=dict)
    ids: dict[str, set[int]] = field(
        default_factory=lambda: {"forum_id": set(), "topic_id": set(), "post_id": set()}
    )


def plant(directory: Path, line: str) -> Planted:
    board = EmbeddedBoard(directory / "forum.db", version=line)
    app = Flask("leaks")
    app.secret_key = "not so secret"
    app.config.update(board.settings, PHPBB3_BOARD_TTL=60)
    PhpBB3(app, cache=SimpleCache(threshold=10_000))
    board.set_config("search_type", "fulltext_native")
    for setting in ("load_search", "load_db_lastread", "load_db_track", "display_unapproved_posts"):
        board.set_config(setting, 1)
    plain, moderator = board.add_user("plain"), board.add_user("moderator")
    author, insider = board.add_user("author"), board.add_user("insider")
    planted = Planted(board, app, line)
    open_forum = _forum(planted, "Open", readers=("GUESTS", "REGISTERED"))
    closed = _forum(planted, "xclosedforumx", users=("insider",))
    below_closed = _forum(planted, "xbelowclosedx", parent=closed, users=("insider",))
    locked = _forum(planted, "Locked", readers=("GUESTS", "REGISTERED"), password="sesame")
    board.grant_role("ROLE_MOD_FULL", user="moderator", forum=open_forum)
    for name in ("plain", "moderator", "author", "insider"):
        board.grant_role("ROLE_USER_FULL", user=name)
    board.grant_role("ROLE_USER_FULL", group="GUESTS")
    everyone = _topic(planted, open_forum, "Welcome", "xeverybodyx", visibility=1)
    _post(planted, everyone, "more of it", 1)
    planted.words |= {"xclosedforumx": {insider}, "xbelowclosedx": {insider}}
    everybody = {1, plain, moderator, author, insider}
    planted.words["xeverybodyx"] = everybody
    sees_own = {author} if line in ("3.3", "4.0") else set()
    for state in HIDDEN_STATES.get(line, (0, 2, 3)):
        word = f"xtopic{state}x"
        _topic(planted, open_forum, word, f"xtext{state}x", visibility=state)
        own = sees_own if state != 2 else set()
        planted.words |= {word: {moderator} | own, f"xtext{state}x": {moderator} | own}
        _post(planted, everyone, f"xpost{state}x", state)
        planted.words[f"xpost{state}x"] = {moderator} | own
    for forum, name, readers in (
        (closed, "closed", {insider}),
        (below_closed, "below", {insider}),
        (locked, "locked", set()),
    ):
        _topic(planted, forum, f"xtitle{name}x", f"xtext{name}x", visibility=1)
        _topic(planted, forum, f"xglobal{name}x", f"xglobaltext{name}x", visibility=1, topic_type=3)
        kinds = ("title", "text") if line == "3.0" else ("title", "text", "global", "globaltext")
        planted.words |= {f"x{kind}{name}x": set(readers) for kind in kinds}
    return planted


def _forum(
    planted: Planted, name: str, *, readers: tuple[str, ...] = (), users: tuple[str, ...] = (), **more: Any
) -> int:
    forum = planted.board.add_forum(name, **more)
    for group in readers:
        planted.board.grant_role("ROLE_FORUM_STANDARD", group=group, forum=forum)
    for user in users:
        planted.board.grant_role("ROLE_FORUM_STANDARD", user=user, forum=forum)
    planted.ids["forum_id"].add(forum)
    return forum


def _topic(planted: Planted, forum: int, title: str, text: str, *, visibility: int, **more: Any) -> int:
    topic = planted.board.add_topic(forum, title, "author", text=text, visibility=visibility, **more)
    planted.ids["topic_id"].add(topic)
    return topic


def _post(planted: Planted, topic: int, text: str, visibility: int) -> int:
    post = planted.board.add_post(topic, text, "author", visibility=visibility)
    planted.ids["post_id"].add(post)
    return post


LISTS: Mapping[str, dict[str, Any]] = {
    "fetch_forums": {},
    "fetch_latest_topics": {"approved_only": False},
    "fetch_active_topics": {"days": 0},
    "fetch_unanswered_topics": {},
    "fetch_unread_topics": {},
    "fetch_own_topics": {},
    "fetch_latest_posts": {"approved_only": False},
    "fetch_first_posts": {},
    "fetch_last_posts": {},
}
BY_ID = {
    "get_forum": "forum_id",
    "fetch_forum_path": "forum_id",
    "fetch_topics": "forum_id",
    "get_topic": "topic_id",
    "fetch_posts": "topic_id",
    "get_post": "post_id",
}


def answers(planted: Planted, user_id: int, *, cache: bool = False) -> Iterator[tuple[str, str]]:
    """Yield what every function says to a user, as text."""
    phpbb3 = board_of(planted.app)
    for name, arguments in LISTS.items():
        yield name, _said(phpbb3.execute_custom, name, cache=cache, limit=None, user_id=user_id, **arguments)
    authors = [planted.board.user_id(name) for name in ("author", "moderator")]
    for author in authors:
        for name in ("fetch_user_topics", "fetch_user_posts"):
            said = _said(
                phpbb3.execute_custom, name, cache=cache, limit=None, user_id=author, viewer_id=user_id
            )
            yield name, said
    for name, parameter in BY_ID.items():
        paging = {"limit": None} if name.startswith("fetch") else {}
        every = range(1, max(planted.ids[parameter]) + 8)
        for number in every:
            call = {parameter: number, "cache": cache, "user_id": user_id, **paging}
            yield f"{name}({number})", _said(phpbb3.execute_custom, name, **call)
    for word in planted.words:
        yield (
            f"search for {word}",
            _said(phpbb3.execute_custom, "fetch_posts_matching", words=word, cache=cache, user_id=user_id),
        )
    with planted.app.test_request_context("/feed"):
        yield "feed", atom_feed(user_id=user_id, limit=100).get_data(as_text=True)


def _said(call: Callable[..., Any], name: str, **arguments: Any) -> str:
    try:
        return json.dumps(call(name, **arguments), default=str)
    except PhpBB3Error as error:
        return str(error)


@pytest.fixture(params=LINES)
def planted(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Planted]:
    made = plant(tmp_path, request.param)
    with closing(made.board), closing(board_of(made.app).driver):
        yield made


def test_hidden_words_reach_only_who_may_read_them(planted: Planted) -> None:
    viewers = {name: planted.board.user_id(name) for name in ("plain", "moderator", "author", "insider")}
    for name, user_id in {"guest": 1, **viewers}.items():
        seen: set[str] = set()
        for where, said in answers(planted, user_id):
            found = {word for word in planted.words if word in said and where != f"search for {word}"}
            leaked = {word for word in found if user_id not in planted.words[word]}
            assert not leaked, (name, where, leaked)
            seen |= found
        rightful = {word for word, readers in planted.words.items() if user_id in readers}
        assert seen == rightful, (name, rightful - seen)


def test_with_every_right_every_word_is_there(planted: Planted) -> None:
    phpbb3 = board_of(planted.app)
    said = json.dumps(
        [
            phpbb3.fetch_latest_posts(limit=None, unfiltered=True, approved_only=False),
            phpbb3.fetch_latest_topics(limit=None, unfiltered=True, approved_only=False),
            phpbb3.fetch_forums(unfiltered=True),
        ]
    )
    assert {word for word in planted.words if word not in said} == set()


def test_cached_answers_keep_viewers_apart(planted: Planted) -> None:
    order = [planted.board.user_id(name) for name in ("moderator", "insider", "author", "plain")]
    for user_id in (*order, 1, *reversed(order)):
        for where, said in answers(planted, user_id, cache=True):
            leaked = {
                word
                for word, readers in planted.words.items()
                if word in said and user_id not in readers and where != f"search for {word}"
            }
            assert not leaked, (user_id, where, leaked)
