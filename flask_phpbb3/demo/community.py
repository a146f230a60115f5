"""Put the society's people, forums and posts on the demo's board."""

from __future__ import annotations

from typing import Final

from flask_phpbb3.phpbb.identity import FOUNDER
from flask_phpbb3.testing import MiniatureBoard

from .people import PEOPLE, Person
from .society import FORUMS, OTHER_MEMBERS, ROLES_IN_ALL_FORUMS, SITE_NAME, Forum, Topic

_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR


def fill(board: MiniatureBoard, now: int) -> None:
    """Put the society on a board that is fresh and has no forums.

    :param now: the Unix time that counts as this moment.
    """
    board.set_config("sitename", SITE_NAME)
    _add_people(board, now)
    topics: list[tuple[int, Topic]] = []
    for forum in FORUMS:
        topics += _add_forum(board, forum, 0)
    _add_posts(board, topics, now)
    _add_visits(board, now)


def _add_people(board: MiniatureBoard, now: int) -> None:
    board.add_group("Committee", colour="8A4B9C", group_type=1)
    board.add_group("Bees & hives", colour="B87400")
    others = [Person(key="", username=name, role="", story="") for name in OTHER_MEMBERS]
    for number, person in enumerate((*PEOPLE, *others)):
        if person.user_type == FOUNDER:
            continue  # comes with the board
        is_new = "NEWLY_REGISTERED" in person.groups
        board.add_user(
            person.username,
            groups=person.groups,
            user_type=person.user_type,
            user_new=int(is_new),
            user_regdate=now - (3 if is_new else 90 + 173 * number) * _DAY,
        )
        if person.is_banned:
            board.ban(
                user=person.username,
                end=now + 14 * _DAY,
                reason="Third complaint",
                give_reason="Selling other people's leeks & calling it a rescue.",
            )
    board.add_member("Zoë Lindqvist", "Bees & hives", pending=True)


def _add_forum(board: MiniatureBoard, forum: Forum, parent: int) -> list[tuple[int, Topic]]:
    """Add a forum and what lies in it; return its topics, which are still to be written, with the forums' ids."""
    forum_id = board.add_forum(
        forum.name,
        parent=parent,
        forum_type=0 if forum.forums else 1,
        description=forum.description,
        password=forum.password,
    )
    for group, role in {**ROLES_IN_ALL_FORUMS, **forum.roles}.items():
        board.grant_role(role, group=group, forum=forum_id)
    for moderator in forum.moderators:
        board.grant_role("ROLE_MOD_STANDARD", user=moderator, forum=forum_id)
    topics = [(forum_id, topic) for topic in forum.topics]
    for child in forum.forums:
        topics += _add_forum(board, child, forum_id)
    return topics


def _add_posts(board: MiniatureBoard, topics: list[tuple[int, Topic]], now: int) -> None:
    """Write all posts in the order of their times: phpBB takes the highest post id for the last post."""
    posts = [(post, topic, forum_id) for forum_id, topic in topics for post in topic.posts]
    topic_ids: dict[str, int] = {}
    for (author, hours, text), topic, forum_id in sorted(posts, key=lambda post: -post[0][1]):
        moment = now - int(hours * _HOUR)
        if topic.title in topic_ids:
            board.add_post(topic_ids[topic.title], text, author, time=moment)
        else:
            topic_ids[topic.title] = board.add_topic(
                forum_id,
                topic.title,
                author,
                text=text,
                time=moment,
                topic_type=topic.topic_type,
                visibility=topic.visibility,
            )


def _add_visits(board: MiniatureBoard, now: int) -> None:
    """Let some people be here, and some have news."""
    for minutes, name in enumerate(OTHER_MEMBERS, start=4):
        board.sign_in(name, ip="192.0.2.10", browser="Somebody's browser", session_time=now - 60 * minutes)
    news = {"Zoë Lindqvist": 3, "Siobhán O'Brien": 5, "Jürgen Köhler": 1, "admin": 12, "Tom & Ann": 1}
    for name, count in news.items():
        for number in range(count):
            board.add_notification(name, "notification.type.post", item=number, time=now - number * _HOUR)
    board.add_notification("Zoë Lindqvist", "notification.type.quote", read=True, time=now - 9 * _DAY)
