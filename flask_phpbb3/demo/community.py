"""Put the society's people, forums, posts and letters on the demo's board."""

from __future__ import annotations

import time as clock
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final

from flask_phpbb3.phpbb.identity import FOUNDER
from flask_phpbb3.testing import MiniatureBoard

from .markup import SMILIES, stored
from .news import News
from .people import OTHERS, PEOPLE, Person
from .society import FORUMS, LETTERS, ROLES_IN_ALL_FORUMS, SITE_NAME, File, Forum, Topic

ONLINE_MINUTES: Final = 50
"""How long somebody counts as online; shorter than a session lives."""

_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR
_MARKS: Final = 3 * _DAY
_SETTINGS: Final[dict[str, str | int]] = {
    "allow_pm_attach": 1,
    "load_online_time": ONLINE_MINUTES,
    "posts_per_page": 5,
    "record_online_users": 17,
    "site_desc": "Forty plots, one brook",
    "sitename": SITE_NAME,
}
_STAFF: Final = ("GLOBAL_MODERATORS", "ADMINISTRATORS")
_OPTIONS: Final = {"rent": ("paid", "open")}


def fill(board: MiniatureBoard, now: int) -> None:
    """Put the society on a board that is fresh and has no forums.

    :param now: the Unix time that counts as this moment.
    """
    for name, value in _SETTINGS.items():
        board.set_config(name, value)
    board.set_config("record_online_date", now - 41 * _DAY)
    _add_looks(board)
    _add_people(board, now)
    topics: list[tuple[int, Topic]] = []
    for forum in FORUMS:
        topics += _add_forum(board, forum, 0)
    posts = _Posts(board, now)
    posts.add(topics)
    board.index_posts()
    letters = _add_letters(board, now)
    _add_visits(board, now)
    _add_marks(board, now, posts)
    News(board, now, posts.topics, letters).add()


def _add_looks(board: MiniatureBoard) -> None:
    """Add what texts and profiles need: the style, smilies, BBCodes, kinds of files, fields."""
    board.insert("styles", style_id=1, style_name="prosilver", style_active=1, bbcode_bitfield="//g=")
    for code, file in SMILIES.items():
        board.add_smiley(code, file.capitalize(), f"{file}.svg")
    board.insert(
        "bbcodes",
        bbcode_id=13,
        bbcode_tag="tip",
        bbcode_match="[tip]{TEXT}[/tip]",
        bbcode_tpl='<div class="tip"><b>Tip</b> {TEXT}</div>',
    )
    board.insert(
        "bbcodes",
        bbcode_id=14,
        bbcode_tag="members",
        bbcode_match="[members]{TEXT}[/members]",
        bbcode_tpl='<xsl:choose><xsl:when test="$S_REGISTERED_USER"><div class="tip"><b>For members</b> {TEXT}'
        '</div></xsl:when><xsl:otherwise><div class="tip">A line here is for members.</div></xsl:otherwise>'
        "</xsl:choose>",
    )
    board.add_extension_group("Pictures", ["png", "jpg"], pictures=True)
    board.add_extension_group("Texts", ["txt"])
    board.add_profile_field("plot", "int", label="Plot", field_show_on_vt=1)
    # What somebody owes is for those who look after the board.
    board.add_profile_field(
        "rent", "dropdown", label="Rent", options=_OPTIONS["rent"], field_hide=1, field_novalue="0"
    )
    for number, (title, least) in enumerate((("Seedling", 0), ("Sprout", 2), ("Old oak", 5)), start=2):
        board.insert("ranks", rank_id=number, rank_title=title, rank_min=least, rank_special=0)


def _add_people(board: MiniatureBoard, now: int) -> None:
    board.add_group("Committee", colour="8A4B9C", group_type=1, group_legend=3)
    board.add_group("Bees & hives", colour="B87400", group_legend=4)
    for number, person in enumerate((*PEOPLE, *OTHERS)):
        if person.user_type == FOUNDER:  # comes with the board
            board.change_user("admin", user_lastmark=now - _MARKS, **_of_profile(person, now))
        else:
            _add_person(board, person, now, number)
        fields = {
            ident: _OPTIONS[ident].index(str(value)) + 1 if ident in _OPTIONS else value
            for ident, value in person.about.fields.items()
        }
        if fields:
            board.set_profile(person.username, **fields)
    board.add_member("Zoë Lindqvist", "Bees & hives", pending=True)
    board.insert(
        "zebra", user_id=board.user_id("Zoë Lindqvist"), zebra_id=board.user_id("Siobhán O'Brien"), friend=1
    )


def _add_person(board: MiniatureBoard, person: Person, now: int, number: int) -> None:
    is_new = "NEWLY_REGISTERED" in person.groups
    board.add_user(
        person.username,
        groups=person.groups,
        user_type=person.user_type,
        user_new=int(is_new),
        user_regdate=now - (3 if is_new else 90 + 173 * number) * _DAY,
        user_lastmark=now - _MARKS,
        user_lastvisit=now - (7 + 11 * number) * _HOUR,
        **_of_profile(person, now),
    )
    if person.is_banned:
        board.ban(
            user=person.username,
            end=now + 14 * _DAY,
            reason="Third complaint",
            give_reason="Selling other people's leeks & calling it a rescue.",
        )


def _of_profile(person: Person, now: int) -> dict[str, Any]:
    about = person.about
    columns: dict[str, Any] = {}
    if about.signature:
        columns["user_sig"] = stored(about.signature)
    if about.picture:
        columns |= {
            "user_avatar": f"{about.picture}.png",
            "user_avatar_type": "avatar.driver.upload",
            "user_avatar_width": 128,
            "user_avatar_height": 128,
        }
    if about.born:
        today = clock.gmtime(now)
        born = f"1979-{today.tm_mon}-{today.tm_mday}" if about.born == "today" else about.born
        year, month, day = map(int, born.split("-"))
        columns["user_birthday"] = f"{day:2}-{month:2}-{year:4}"
    return columns


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


class _Posts:
    """Writes all posts in the order of their times: phpBB takes the highest post id for the last post.

    :ivar topics: title → the topic's id.
    """

    def __init__(self, board: MiniatureBoard, now: int) -> None:
        self.topics: dict[str, int] = {}
        self._board = board
        self._now = now

    def add(self, topics: list[tuple[int, Topic]]) -> None:
        """Write the posts of some topics, given with their forums' ids; then what hangs on them."""
        posts = [(post, topic, forum_id) for forum_id, topic in topics for post in topic.posts]
        for post, topic, forum_id in sorted(posts, key=lambda post: -post[0][1]):
            self._write(post, topic, forum_id)
        for _, topic in topics:
            self._hang(topic)

    def id_of(self, title: str, number: int) -> int:
        """Return the id of a post by its number in its topic, from 0."""
        return self._board.post_ids(self.topics[title])[number]

    def _write(self, post: tuple[str, float, str], topic: Topic, forum_id: int) -> None:
        author, hours, typed = post
        moment = self._now - int(hours * _HOUR)
        text = stored(typed, lambda name: self._quoted(topic, name))
        if topic.title in self.topics:
            self._board.add_post(self.topics[topic.title], text, author, time=moment)
            return
        self.topics[topic.title] = self._board.add_topic(
            forum_id,
            topic.title,
            author,
            text=text,
            time=moment,
            topic_type=topic.topic_type,
            visibility=topic.visibility,
            topic_views=17 + 31 * len(topic.posts) + int(hours),
        )

    def _quoted(self, topic: Topic, name: str) -> Mapping[str, int]:
        """Return what phpBB notes of the first post of somebody in a topic."""
        number = next(number for number, (author, _, _) in enumerate(topic.posts) if author == name)
        return {
            "post_id": self.id_of(topic.title, number),
            "time": self._now - int(topic.posts[number][1] * _HOUR),
            "user_id": self._board.user_id(name),
        }

    def _hang(self, topic: Topic) -> None:
        topic_id = self.topics[topic.title]
        for file in topic.files:
            _attach(self._board, file, post=self.id_of(topic.title, file.post))
        if topic.poll is not None:
            self._board.add_poll(
                topic_id,
                topic.poll.title,
                tuple(topic.poll.options),
                start=self._now - int(topic.posts[0][1] * _HOUR),
                length=20 * _DAY,
            )
            for number, voters in enumerate(topic.poll.options.values(), start=1):
                for voter in voters:
                    self._board.vote(voter, topic_id, number, time=self._now - _HOUR)


def _attach(
    board: MiniatureBoard, file: File, *, post: int | None = None, message: int | None = None
) -> None:
    found = resources.files(__package__) / "files" / "attachments" / file.name
    board.add_attachment(
        file.name,
        post=post,
        message=message,
        comment=file.comment,
        physical=file.name,
        size=len(found.read_bytes()),
        mimetype=file.mimetype,
    )


def _add_letters(board: MiniatureBoard, now: int) -> dict[str, int]:
    """Write the letters; return subject → id."""
    ids = {}
    for letter in sorted(LETTERS, key=lambda letter: -letter.hours):
        ids[letter.subject] = board.add_message(
            letter.author,
            letter.to,
            letter.subject,
            stored(letter.text),
            blind=letter.blind,
            read=letter.is_read,
            time=now - int(letter.hours * _HOUR),
        )
        if letter.file is not None:
            _attach(board, letter.file, message=ids[letter.subject])
    return ids


def _add_visits(board: MiniatureBoard, now: int) -> None:
    """Let some people be here; one of them hides."""
    for minutes, person in enumerate(OTHERS, start=4):
        board.sign_in(
            person.username,
            ip="192.0.2.10",
            browser="Somebody's browser",
            session_time=now - 60 * minutes,
            session_viewonline=int(person.username != "Agnieszka Wróbel"),
        )


def _add_marks(board: MiniatureBoard, now: int, posts: _Posts) -> None:
    """Let people have read some topics."""
    for name, titles in {
        "Zoë Lindqvist": ("Slugs: what really worked for you?", "The new plan of the plots"),
        "Siobhán O'Brien": ("Swarm in the pear tree", "Slugs: what really worked for you?"),
    }.items():
        for title in titles:
            board.mark_read(name, topic=posts.topics[title], time=now - 600)
