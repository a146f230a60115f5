"""Put notifications behind people's bells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_phpbb3.testing import MiniatureBoard
from flask_phpbb3.testing.text import stored_title

from .markup import serialized
from .society import FORUMS, LETTERS, Forum

_HOUR: Final = 3600
_PREFIX: Final = "notification.type."
_OF_POSTS: Final = {
    "Zoë Lindqvist": (
        ("post", "What becomes of the fallow corner?", 1),
        ("post", "Too many tomatoes: 'Żółty' & 'Black Krim'", 1),
    ),
    "Siobhán O'Brien": (
        ("topic_in_queue", "Hello from plot 7", 0),
        ("quote", "Slugs: what really worked for you?", 4),
        ("post", "O'Brien's rhubarb — who wants a crown?", 1),
        ("post", "Swarm in the pear tree", 1),
    ),
    "Jürgen Köhler": (("post", "Hügelkultur or Hochbeet: how deep is deep enough?", 1),),
}
"""Name → the type, the topic and the number of the post."""

_OF_LETTERS: Final = {"Zoë Lindqvist": "The spare key & the shed", "Tom & Ann": "Welcome to plot 7"}
_MOST_FOR_FOUNDER: Final = 12
_LONG_AGO: Final = 9 * 24


class News:
    """Writes notifications as the forum does.

    :param board: the board, with posts and letters.
    :param now: the Unix time that counts as this moment.
    :param topics: title → the topic's id.
    :param letters: subject → the message's id.
    """

    def __init__(
        self, board: MiniatureBoard, now: int, topics: Mapping[str, int], letters: Mapping[str, int]
    ) -> None:
        self._board = board
        self._now = now
        self._topic_ids = topics
        self._letter_ids = letters
        self._topics = {topic.title: topic for forum in _forums() for topic in forum.topics}

    def add(self) -> None:
        """Write them all."""
        for name, news in _OF_POSTS.items():
            for kind, title, number in news:
                self._of_post(name, kind, title, number)
        for name, subject in _OF_LETTERS.items():
            self._of_letter(name, subject)
        self._board.add_notification(
            "Siobhán O'Brien",
            f"{_PREFIX}group_request",
            item=self._board.user_id("Zoë Lindqvist"),
            item_parent=self._board.group_id("Bees & hives"),
            time=self._now - 6 * _HOUR,
            data=serialized({"group_name": stored_title("Bees & hives")}),
        )
        # Once she could read the beekeepers' forum; what the notification says of it is no longer hers to know.
        self._of_post("Zoë Lindqvist", "quote", "Swarm in the pear tree", 1, read=True)
        self._for_founder()

    def _for_founder(self) -> None:
        posts = sorted(
            (hours, title, number)
            for title, topic in self._topics.items()
            for number, (author, hours, _) in enumerate(topic.posts)
            if author != "admin"
        )
        for _, title, number in posts[:_MOST_FOR_FOUNDER]:
            self._of_post("admin", "post", title, number)

    def _of_post(self, name: str, kind: str, title: str, number: int, *, read: bool = False) -> None:
        author, hours, _ = self._topics[title].posts[number]
        topic_id = self._topic_ids[title]
        is_topic = kind == "topic_in_queue"
        self._board.add_notification(
            name,
            f"{_PREFIX}{kind}",
            read=read,
            item=topic_id if is_topic else self._board.post_ids(topic_id)[number],
            item_parent=topic_id,
            time=self._now - int((_LONG_AGO if read else hours) * _HOUR),
            data=serialized(
                {
                    "poster_id": self._board.user_id(author),
                    "topic_title": stored_title(title),
                    "post_subject": stored_title(title if not number else f"Re: {title}"),
                    "post_username": "",
                }
            ),
        )

    def _of_letter(self, name: str, subject: str) -> None:
        letter = next(letter for letter in LETTERS if letter.subject == subject)
        self._board.add_notification(
            name,
            f"{_PREFIX}pm",
            item=self._letter_ids[subject],
            time=self._now - int(letter.hours * _HOUR),
            data=serialized(
                {
                    "from_user_id": self._board.user_id(letter.author),
                    "message_subject": stored_title(subject),
                }
            ),
        )


def _forums() -> list[Forum]:
    return [child for forum in FORUMS for child in (forum, *forum.forums)]
