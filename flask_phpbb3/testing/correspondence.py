"""What is between one member and the board: private messages, and what has been read."""

from __future__ import annotations

from collections.abc import Sequence

from flask_phpbb3.testing.base import BoardBase
from flask_phpbb3.testing.rows import Value
from flask_phpbb3.testing.text import stored_text, stored_title

INBOX, SENTBOX, OUTBOX = 0, -1, -2


class Correspondence(BoardBase):
    """Write private messages, and mark topics and forums read."""

    def add_message(
        self,
        author: int | str,
        to: Sequence[int | str],
        subject: str,
        text: str,
        *,
        blind: Sequence[int | str] = (),
        read: bool = False,
        time: int | None = None,
        **columns: Value,
    ) -> int:
        """Write a private message and deliver it; return its id.

        :param author: id or name.
        :param to: the recipients, users by id or name.
        :param subject: as a person types it; it is stored escaped.
        :param text: plain text; where the line stores XML, a stored text is kept as it is.
        :param blind: further recipients whom the others are not told.
        :param read: whether the recipients have read it.
        :param time: when it was written, in seconds since 1970; None: now.
        :param columns: columns of ``privmsgs`` that shall differ from the usual values.
        :raises LookupError: if one of the users does not exist.
        :raises ParameterError: if ``privmsgs`` has no such column.
        """
        with self._rows.transaction():
            author_id = self.user_id(author)
            open_ids = [self.user_id(user) for user in to]
            blind_ids = [self.user_id(user) for user in blind]
            msg_id = self._rows.next_id("privmsgs", "msg_id")
            row: dict[str, Value] = {
                "msg_id": msg_id,
                "author_id": author_id,
                "author_ip": "127.0.0.1",
                "message_time": self._now() if time is None else time,
                "message_subject": stored_title(subject),
                "message_text": stored_text(text, xml=self.schema.has("oauth_states")),
                "to_address": ":".join(f"u_{user_id}" for user_id in open_ids),
                "bcc_address": ":".join(f"u_{user_id}" for user_id in blind_ids),
            }
            self._rows.insert("privmsgs", **row | columns)
            self._deliver(msg_id, author_id, [*open_ids, *blind_ids], read=read)
        return msg_id

    def mark_read(
        self, user: int | str, *, topic: int | None = None, forum: int | None = None, time: int | None = None
    ) -> None:
        """Note that a user has read a topic, a forum or, without either, everything.

        phpBB rule: Unread.

        :param user: id or name.
        :param topic: the topic's id.
        :param forum: the forum's id.
        :param time: up to when, in seconds since 1970; None: now.
        :raises LookupError: if the user, topic or forum does not exist.
        """
        moment = self._now() if time is None else time
        with self._rows.transaction():
            user_id = self.user_id(user)
            if topic is not None:
                found = self._rows.first("topics", "forum_id", topic_id=topic)
                if found is None:
                    raise LookupError(f"The board has no topic {topic}; add_topic() makes one.")
                self._rows.delete("topics_track", user_id=user_id, topic_id=topic)
                self._rows.insert(
                    "topics_track", user_id=user_id, topic_id=topic, forum_id=found[0], mark_time=moment
                )
            elif forum is not None:
                self._known("forums", "forum_id", forum, forum_id=forum)
                self._rows.delete("topics_track", user_id=user_id, forum_id=forum)
                self._rows.delete("forums_track", user_id=user_id, forum_id=forum)
                self._rows.insert("forums_track", user_id=user_id, forum_id=forum, mark_time=moment)
            else:
                self._rows.delete("topics_track", user_id=user_id)
                self._rows.delete("forums_track", user_id=user_id)
                self._rows.update("users", {"user_id": user_id}, user_lastmark=moment)

    def read_notifications(self, user: int | str) -> None:
        """Note that a user has seen all notifications.

        :raises LookupError: if the user does not exist, or the line has no notifications.
        """
        with self._rows.transaction():
            self._rows.update("notifications", {"user_id": self.user_id(user)}, notification_read=1)

    def read_message(self, user: int | str, message: int) -> None:
        """Note that a user has read a private message, which then lies among the author's sent ones.

        :raises LookupError: if the user does not exist, or has no such message unread.
        """
        with self._rows.transaction():
            user_id = self.user_id(user)
            touched = self._rows.update(
                "privmsgs_to",
                {"msg_id": message, "user_id": user_id, "pm_unread": 1},
                pm_unread=0,
                pm_new=0,
            )
            if not touched:
                raise LookupError(f"The user {user!r} has no unread private message {message}.")
            self._rows.update("privmsgs_to", {"msg_id": message, "folder_id": OUTBOX}, folder_id=SENTBOX)
            self._count_unread(user_id)

    def _deliver(self, msg_id: int, author_id: int, recipients: Sequence[int], *, read: bool) -> None:
        place = {"msg_id": msg_id, "author_id": author_id}
        own: dict[str, Value] = {"user_id": author_id, "pm_new": 0, "pm_unread": 0}
        self._rows.insert("privmsgs_to", **place, **own, folder_id=SENTBOX if read else OUTBOX)
        for user_id in recipients:
            self._rows.insert(
                "privmsgs_to",
                **place,
                user_id=user_id,
                pm_new=0,
                pm_unread=int(not read),
                folder_id=INBOX,
            )
            self._count_unread(user_id)

    def _count_unread(self, user_id: int) -> None:
        [[unread]] = self._rows.fetch(
            "SELECT COUNT(*) FROM {TABLE_PREFIX}privmsgs_to WHERE user_id = ? AND pm_unread = 1 AND folder_id >= 0",
            user_id,
        )
        self._rows.update("users", {"user_id": user_id}, user_unread_privmsg=unread)
