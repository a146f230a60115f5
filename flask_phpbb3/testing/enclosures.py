"""What hangs on posts of a miniature board: polls, attachments, smilies."""

from __future__ import annotations

from collections.abc import Sequence

from flask_phpbb3.testing.base import BoardBase
from flask_phpbb3.testing.rows import Value
from flask_phpbb3.testing.text import escape, stored_text, stored_title


class Enclosures(BoardBase):
    """Add polls with votes, attachments with the kinds of files that may be shown, and smilies."""

    def add_poll(
        self,
        topic: int,
        title: str,
        options: Sequence[str],
        *,
        most: int = 1,
        start: int | None = None,
        length: int = 0,
        may_change: bool = False,
    ) -> None:
        """Give a topic a poll without votes.

        :param topic: the topic's id.
        :param title: the question; plain text.
        :param options: the answers, which get the ids 1, 2, …
        :param most: how many options one may vote for.
        :param start: when it began, in seconds since 1970; None: now.
        :param length: how many seconds it lasts; 0: for ever.
        :param may_change: whether a vote may be changed.
        :raises LookupError: if the topic does not exist.
        """
        with self._rows.transaction():
            self._known("topics", "topic_id", topic, topic_id=topic)
            self._rows.update(
                "topics",
                {"topic_id": topic},
                poll_title=self._stored(title),
                poll_start=self._now() if start is None else start,
                poll_length=length,
                poll_max_options=most,
                poll_vote_change=int(may_change),
            )
            self._rows.insert_many(
                "poll_options",
                [
                    {"topic_id": topic, "poll_option_id": number, "poll_option_text": self._stored(option)}
                    for number, option in enumerate(options, start=1)
                ],
            )

    def vote(self, user: int | str, topic: int, *options: int, time: int | None = None) -> None:
        """Vote in a poll; a further call adds to what was voted.

        :param user: id or name.
        :param topic: the topic's id.
        :param options: ids of options.
        :param time: when, in seconds since 1970; None: now.
        :raises LookupError: if the user or one of the options does not exist.
        """
        with self._rows.transaction():
            user_id = self.user_id(user)
            for option in options:
                touched = self._rows.execute(
                    "UPDATE {TABLE_PREFIX}poll_options SET poll_option_total = poll_option_total + 1"
                    " WHERE topic_id = ? AND poll_option_id = ?",
                    topic,
                    option,
                )
                if not touched:
                    raise LookupError(f"The topic {topic} has no poll with an option {option}.")
                self._rows.insert(
                    "poll_votes",
                    topic_id=topic,
                    poll_option_id=option,
                    vote_user_id=user_id,
                    vote_user_ip="127.0.0.1",
                )
            self._rows.update(
                "topics", {"topic_id": topic}, poll_last_vote=self._now() if time is None else time
            )

    def add_extension_group(
        self, name: str, extensions: Sequence[str], *, pictures: bool = False, in_messages: bool = True
    ) -> int:
        """Add a kind of files that may be attached, in all forums; return its id.

        :param name: its name.
        :param extensions: such as ``png``.
        :param pictures: whether they are shown in place.
        :param in_messages: whether they may be attached to private messages, too.
        """
        with self._rows.transaction():
            group_id = self._rows.next_id("extension_groups", "group_id")
            self._rows.insert(
                "extension_groups",
                group_id=group_id,
                group_name=escape(name),
                cat_id=int(pictures),
                allow_group=1,
                allow_in_pm=int(in_messages),
            )
            first = self._rows.next_id("extensions", "extension_id")
            self._rows.insert_many(
                "extensions",
                [
                    {"extension_id": number, "group_id": group_id, "extension": extension}
                    for number, extension in enumerate(extensions, start=first)
                ],
            )
        return group_id

    def add_attachment(
        self,
        filename: str,
        *,
        post: int | None = None,
        message: int | None = None,
        comment: str = "",
        physical: str = "",
        size: int = 0,
        mimetype: str = "",
        **columns: Value,
    ) -> int:
        """Attach a file to a post or to a private message; return the attachment's id.

        Only the row is made, no file.

        :param filename: the file's name for people.
        :param post: the post's id.
        :param message: the private message's id.
        :param comment: plain text of one line.
        :param physical: the file's name where it lies; empty: made up.
        :param size: in bytes.
        :param mimetype: such as ``image/png``.
        :param columns: columns of ``attachments`` that shall differ from the usual values.
        :raises LookupError: if the post or message does not exist.
        :raises ValueError: if it is for both or for neither.
        :raises ParameterError: if ``attachments`` has no such column.
        """
        if (post is None) == (message is None):
            raise ValueError("An attachment belongs to a post or to a message: give post= or message=.")
        with self._rows.transaction():
            attach_id = self._rows.next_id("attachments", "attach_id")
            row: dict[str, Value] = {
                "attach_id": attach_id,
                "is_orphan": 0,
                "physical_filename": physical or f"{attach_id}_attachment",
                "real_filename": escape(filename),
                "attach_comment": escape(comment),
                "extension": filename.rpartition(".")[2].lower(),
                "mimetype": mimetype,
                "filesize": size,
            }
            row |= self._of_post(post) if post is not None else self._of_message(message or 0)
            self._rows.insert("attachments", **row | columns)
            self.set_config("num_files", attach_id)
        return attach_id

    def add_smiley(
        self,
        code: str,
        emotion: str,
        file: str,
        *,
        width: int = 20,
        height: int = 20,
        on_posting: bool = True,
    ) -> int:
        """Add a smiley; return its id.

        :param code: what people type, such as ``:)``.
        :param emotion: what it says, such as ``Smile``.
        :param file: its file in the board's folder of smilies.
        :param width: in pixels.
        :param height: in pixels.
        :param on_posting: whether phpBB offers it next to the form.
        """
        with self._rows.transaction():
            smiley_id = self._rows.next_id("smilies", "smiley_id")
            self._rows.insert(
                "smilies",
                smiley_id=smiley_id,
                code=escape(code),
                emotion=escape(emotion),
                smiley_url=file,
                smiley_width=width,
                smiley_height=height,
                smiley_order=smiley_id,
                display_on_posting=int(on_posting),
            )
        return smiley_id

    def _stored(self, line: str) -> str:
        xml = self.schema.has("oauth_states")  # As for posts: the table came with the line that stores XML.
        return stored_text(line, xml=True) if xml else stored_title(line)

    def _of_post(self, post: int) -> dict[str, Value]:
        found = self._rows.first("posts", "topic_id", "poster_id", "post_time", post_id=post)
        if found is None:
            raise LookupError(f"The board has no post {post}; add_post() makes one.")
        topic_id, poster_id, moment = found
        self._rows.update("posts", {"post_id": post}, post_attachment=1)
        self._rows.update("topics", {"topic_id": topic_id}, topic_attachment=1)
        return {"post_msg_id": post, "topic_id": topic_id, "poster_id": poster_id, "filetime": moment}

    def _of_message(self, message: int) -> dict[str, Value]:
        found = self._rows.first("privmsgs", "author_id", "message_time", msg_id=message)
        if found is None:
            raise LookupError(f"The board has no private message {message}; add_message() makes one.")
        author_id, moment = found
        self._rows.update("privmsgs", {"msg_id": message}, message_attachment=1)
        return {"post_msg_id": message, "in_message": 1, "poster_id": author_id, "filetime": moment}
