"""Forums, topics and posts of a miniature board, with the counters that phpBB keeps about them."""

from __future__ import annotations

import hashlib

from flask_phpbb3.testing.base import GUEST_ID, BoardBase
from flask_phpbb3.testing.counters import (
    APPROVED,
    count_approved,
    refresh_forum,
    refresh_topic,
    visibility_column,
)
from flask_phpbb3.testing.rows import Value
from flask_phpbb3.testing.text import password_hash, stored_text, stored_title

_GLOBAL_ANNOUNCEMENT = 3
_MOVED = 2


class Content(BoardBase):
    """Add forums, topics and posts."""

    def add_forum(
        self,
        name: str,
        *,
        parent: int = 0,
        forum_type: int = 1,
        password: str = "",
        description: str = "",
        **columns: Value,
    ) -> int:
        """Add a forum behind its siblings; return its id.

        :param name: as a person types it; it is stored escaped.
        :param parent: the forum it lies in; 0 for none.
        :param forum_type: 0 category, 1 forum, 2 link.
        :param password: what visitors must know, stored as a portable hash; for another kind of hash give
            ``forum_password``.
        :param description: plain text, or stored text where the line stores XML.
        :param columns: columns of ``forums`` that shall differ from the usual values.
        :raises LookupError: if the parent does not exist.
        :raises ParameterError: if ``forums`` has no such column.
        """
        with self._rows.transaction():
            left = self._make_room(parent)
            row: dict[str, Value] = {
                "forum_id": self._rows.next_id("forums", "forum_id"),
                "parent_id": parent,
                "left_id": left,
                "right_id": left + 1,
                "forum_name": stored_title(name),
                "forum_desc": stored_text(description, xml=self._stores_xml) if description else "",
                "forum_password": password_hash(password) if password else "",
                "forum_type": forum_type,
                "forum_flags": 48,
            }
            row |= columns
            self._rows.insert("forums", **row)
        return int(str(row["forum_id"]))

    def add_topic(
        self,
        forum: int,
        title: str,
        poster: int | str,
        *,
        text: str = "",
        visibility: int = APPROVED,
        topic_type: int = 0,
        time: int | None = None,
        **columns: Value,
    ) -> int:
        """Add a topic with its first post; return the topic's id.

        :param forum: the forum's id.
        :param title: as a person types it; it is stored escaped.
        :param poster: the author's id or name.
        :param text: the first post, see :meth:`add_post`; empty: the title.
        :param visibility: 0 unapproved, 1 approved, 2 deleted, 3 to be approved again; also the first post's.
        :param topic_type: 0 normal, 1 sticky, 2 announcement, 3 global announcement.
        :param time: when it was written, in seconds since 1970; None: now.
        :param columns: columns of ``topics`` that shall differ from the usual values; what is counted from
            the posts stays counted.
        :raises LookupError: if the forum or the author does not exist.
        :raises ValueError: if the line cannot store the visibility.
        :raises ParameterError: if ``topics`` has no such column.
        """
        with self._rows.transaction():
            topic_id = self._insert_topic(forum, title, visibility, topic_type, columns)
            self.add_post(
                topic_id,
                text or title,
                poster,
                visibility=visibility,
                time=time,
                post_subject=stored_title(title),
            )
        return topic_id

    def add_shadow(self, topic: int, forum: int) -> int:
        """Leave a pointer to a moved topic in a forum; return the pointer's topic id.

        :param topic: the topic it points to.
        :param forum: the forum it stands in.
        :raises LookupError: if the topic or the forum does not exist.
        """
        with self._rows.transaction():
            columns = [name for name in self.schema.columns("topics") if name not in ("topic_id", "forum_id")]
            found = self._rows.first("topics", *columns, topic_id=topic)
            if found is None:
                raise LookupError(f"The board has no topic {topic}; add_topic() makes one.")
            self._check_forum(forum)
            shadow_id = self._rows.next_id("topics", "topic_id")
            row = dict(zip(columns, found, strict=True)) | {"topic_status": _MOVED, "topic_moved_id": topic}
            self._rows.insert("topics", topic_id=shadow_id, forum_id=forum, **row)
            refresh_forum(self._rows, forum)
        return shadow_id

    def add_post(
        self,
        topic: int,
        text: str,
        poster: int | str,
        *,
        visibility: int = APPROVED,
        time: int | None = None,
        **columns: Value,
    ) -> int:
        """Add a post to a topic; return the post's id.

        :param topic: the topic's id.
        :param text: plain text; where the line stores XML, a stored text is kept as it is. Give
            ``post_text`` for any other stored text.
        :param poster: the author's id or name.
        :param visibility: 0 unapproved, 1 approved, 2 deleted, 3 to be approved again.
        :param time: when it was written, in seconds since 1970; None: now.
        :param columns: columns of ``posts`` that shall differ from the usual values.
        :raises LookupError: if the topic or the author does not exist.
        :raises ValueError: if the line cannot store the visibility.
        :raises ParameterError: if ``posts`` has no such column.
        """
        with self._rows.transaction():
            found = self._rows.first("topics", "forum_id", "topic_title", topic_id=topic)
            if found is None:
                raise LookupError(f"The board has no topic {topic}; add_topic() makes one.")
            forum_id, topic_title = found
            poster_id = self.user_id(poster)
            stored = stored_text(text, xml=self._stores_xml)
            row: dict[str, Value] = {
                "post_id": self._rows.next_id("posts", "post_id"),
                "topic_id": topic,
                "forum_id": forum_id,
                "poster_id": poster_id,
                "poster_ip": "127.0.0.1",
                "post_time": self._now() if time is None else time,
                "post_subject": f"Re: {topic_title}",
                "post_text": stored,
                "post_checksum": hashlib.md5(stored.encode(), usedforsecurity=False).hexdigest(),
                visibility_column(self._rows, "posts"): self._checked_visibility(visibility),
            }
            row |= columns
            self._rows.insert("posts", **row)
            self._count_post(topic, forum_id, poster_id, row)
        return int(str(row["post_id"]))

    def post_ids(self, topic: int) -> list[int]:
        """Return the ids of a topic's posts, in the order in which they were added; none for no such topic."""
        with self._rows.transaction():
            found = self._rows.fetch(
                "SELECT post_id FROM {TABLE_PREFIX}posts WHERE topic_id = ? ORDER BY post_id", topic
            )
        return [int(row[0]) for row in found]

    @property
    def _stores_xml(self) -> bool:
        # The table came with the line that began to store XML: a mark of the schema, not of a number.
        return self.schema.has("oauth_states")

    def _insert_topic(
        self, forum: int, title: str, visibility: int, topic_type: int, columns: dict[str, Value]
    ) -> int:
        self._check_forum(forum)
        if topic_type == _GLOBAL_ANNOUNCEMENT and self.schema.has("topics", "topic_approved"):
            forum = 0  # phpBB rule: Global announcements; before visibility they belonged to no forum.
        row: dict[str, Value] = {
            "topic_id": self._rows.next_id("topics", "topic_id"),
            "forum_id": forum,
            "topic_title": stored_title(title),
            "topic_type": topic_type,
            visibility_column(self._rows, "topics"): self._checked_visibility(visibility),
        }
        row |= columns
        self._rows.insert("topics", **row)
        return int(str(row["topic_id"]))

    def _count_post(self, topic: int, forum: int, poster: int, row: dict[str, Value]) -> None:
        refresh_topic(self._rows, topic)
        refresh_forum(self._rows, forum)
        self.set_config("num_posts", count_approved(self._rows, "posts"))
        self.set_config("num_topics", count_approved(self._rows, "topics"))
        counts = row[visibility_column(self._rows, "posts")] == APPROVED and row.get("post_postcount", 1)
        self._rows.execute(
            "UPDATE {TABLE_PREFIX}users SET user_posts = user_posts + ?, user_lastpost_time = ?"
            " WHERE user_id = ?",
            1 if counts and poster != GUEST_ID else 0,
            row["post_time"],
            poster,
        )
        if self._rows.first("topics_posted", "topic_id", user_id=poster, topic_id=topic) is None:
            self._rows.insert("topics_posted", user_id=poster, topic_id=topic, topic_posted=1)

    def _make_room(self, parent: int) -> int:
        if parent == 0:
            return self._rows.next_id("forums", "right_id")
        self._check_forum(parent)
        [[right]] = self._rows.fetch("SELECT right_id FROM {TABLE_PREFIX}forums WHERE forum_id = ?", parent)
        self._rows.execute("UPDATE {TABLE_PREFIX}forums SET left_id = left_id + 2 WHERE left_id > ?", right)
        self._rows.execute(
            "UPDATE {TABLE_PREFIX}forums SET right_id = right_id + 2 WHERE right_id >= ?", right
        )
        return int(right)

    def _check_forum(self, forum: int) -> None:
        self._known("forums", "forum_id", forum, forum_id=forum)

    def _checked_visibility(self, visibility: int) -> int:
        allowed = range(4) if self.schema.has("posts", "post_visibility") else range(2)
        if visibility not in allowed:
            raise ValueError(f"This phpBB line stores the visibilities {list(allowed)}, not {visibility!r}.")
        return visibility
