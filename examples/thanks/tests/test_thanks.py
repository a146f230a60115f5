"""The add-on on a board with its tables; and phpBB's own statements are as they were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask, session
from flask_phpbb3 import BoundPhpBB3
from flask_phpbb3.testing import EmbeddedBoard
from flask_phpbb3.testing.conformance import BoardUnderTest, VersionSuite


class TestAddOn(VersionSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def subject(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoardUnderTest]:
        path = tmp_path_factory.mktemp("board") / "forum.db"
        with closing(EmbeddedBoard(path, version="3.3", plugins=["thanks"])) as board:
            yield BoardUnderTest(
                board=board,
                config=board.settings,
                plugins=("thanks",),
            )

    @pytest.fixture(scope="class")
    @classmethod
    def author(cls, subject: BoardUnderTest) -> int:
        """Have somebody thanked for a post that everybody may read, and for one that guests may not."""
        board = subject.board
        author = board.add_user("Ann", user_thanks_received=3)
        fans = [board.add_user("Bo", user_thanks_given=2), board.add_user("Cy", user_thanks_given=1)]
        for number, groups in enumerate((("GUESTS", "REGISTERED"), ("REGISTERED",)), start=1):
            forum = board.add_forum(f"For {groups[0]}")
            for group in groups:
                board.grant_role("ROLE_FORUM_STANDARD", group=group, forum=forum)
            topic = board.add_topic(forum, f"Topic {number}", author)
            post = board.add_post(topic, "text", author, post_subject=f"Post {number}")
            for fan in fans[: 3 - number]:
                board.insert(
                    "thanks_given",
                    post_id=post,
                    user_id=fan,
                    thanks_words="R&amp;D",
                    thanks_time=number * 1000 + fan,
                )
        return author

    def test_only_what_the_visitor_may_read(self, phpbb3: BoundPhpBB3, author: int) -> None:
        found = phpbb3.get_thanks_of_user(user_id=author)
        assert (found["username"], found["given"], found["received"]) == ("Ann", 0, 3)
        assert [(row["post_subject"], row["username"]) for row in found["latest"]] == [
            ("Post 1", "Cy"),
            ("Post 1", "Bo"),
        ]
        assert [row["thanks"] for row in phpbb3.fetch_most_thanked_posts(since=0)] == [2]
        assert phpbb3.fetch_most_thanked_posts(since=2_000_000_000) == []
        assert phpbb3.get_thanks_of_user(user_id=10**6) is None

    def test_a_member_sees_more(self, subject: BoardUnderTest, app: Flask, author: int) -> None:
        phpbb3 = app.extensions["phpbb3"]
        cookies = subject.board.sign_in("Bo", browser="Suite/1.0")
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        with app.test_request_context("/", headers={"Cookie": header, "User-Agent": "Suite/1.0"}):
            posts = {row["post_id"]: row["thanks"] for row in phpbb3.fetch_most_thanked_posts(since=0)}
            assert sorted(posts.values()) == [1, 2]
            assert session["user_thanks_given"] == 2
            assert all(phpbb3.has_thanked(post_id=post) for post in posts)
            thanks = phpbb3.fetch_thanks(post_ids=list(posts))
            assert [row["username"] for row in thanks] == ["Bo", "Cy", "Bo"]
            assert {row["thanks_words"] for row in thanks} == {"R&D"}
        assert not any(phpbb3.has_thanked(post_id=post) for post in posts)
        assert len(phpbb3.fetch_thanks(post_ids=list(posts))) == 2
