"""What a viewer may read, found by plain loops over the rows of the tables.

phpBB rules: Visibility, Forum states, Forum passwords, Index, Topics of a forum, Lists across forums, Stricter
than phpBB, Unread, Global announcements.
"""

from __future__ import annotations

from collections.abc import Iterable

from .board import OUT_OF_FEEDS, Varied
from .tables import Row
from .times import DAY, NOW

GUEST = 1
CATEGORY, LINK = 0, 2
ACTIVE = 16
NORMAL, STICKY, ANNOUNCEMENT, GLOBAL = range(4)


class ReadingByRows:
    """Answer for one viewer, in a browser that has given no forum's password.

    :param made: the board.
    :param user_id: the viewer.
    """

    def __init__(self, made: Varied, user_id: int) -> None:
        self._made = made
        self._tables = made.tables
        self.user_id = user_id
        self.forums = {
            row["forum_id"]: row for row in sorted(made.tables["forums"], key=lambda row: row["left_id"])
        }
        self.topics = {row["topic_id"]: row for row in made.tables["topics"]}
        self.posts = {row["post_id"]: row for row in made.tables["posts"]}
        [self.user] = made.tables.where("users", user_id=user_id)
        self._is_member = user_id != GUEST and self.user["user_type"] in (0, 3)  # not who is inactive
        self._sees_own = made.line in ("3.3", "4.0") and user_id != GUEST

    def may(self, option: str, forum: int = 0) -> bool:
        """Tell whether the viewer has a permission."""
        return self._made.permissions.may(self.user_id, option, forum)

    # --- forums

    def is_locked(self, forum: int) -> bool:
        """Tell whether a forum asks for a password, as it does of everybody."""
        return bool(forum) and self.forums[forum]["forum_password"] != ""

    def reads(self, forum: int) -> bool:
        """Tell whether posts of a forum are shown; 3.0 has global announcements in no forum."""
        if forum == 0:
            return any(self.reads(f) for f in self.forums)
        return self.may("f_read", forum) and not self.is_locked(forum)

    def lists_topics(self, forum: int) -> bool:
        """Tell whether titles of a forum are shown."""
        if forum == 0 or self.is_locked(forum):
            return self.reads(forum)
        return self.may("f_read", forum) or self.may("f_list_topics", forum)

    def enters(self, forum: int) -> bool:
        """Tell whether a forum's page opens, be it to ask for the password."""
        if self.forums[forum]["forum_type"] == LINK:
            return self.may("f_read", forum)
        return any(self.may(option, forum) for option in ("f_list", "f_list_topics", "f_read"))

    def searches(self, forum: int) -> bool:
        """Tell whether a forum's posts are found by searching."""
        return self.may("u_search") and self.reads(forum) and (forum == 0 or self.may("f_search", forum))

    def index(self) -> list[int]:
        """Return the forums that the index names."""
        listed = [f for f in self.forums if all(self.may("f_list", g) for g in (f, *self._above(f)))]
        return [
            f
            for f in listed
            if self.forums[f]["forum_type"] != CATEGORY
            or any(self.forums[g]["parent_id"] == f for g in listed)
        ]

    def _above(self, forum: int) -> list[int]:
        found = []
        while forum := self.forums[forum]["parent_id"]:
            found.append(forum)
        return found

    def branch(self, forum: int) -> list[int]:
        """Return a forum and those below it that are named there."""
        found = [forum]
        for other, row in self.forums.items():
            if row["parent_id"] in found and self.may("f_list", other):
                found.append(other)
        return found

    def counts(self, forum: int) -> tuple[int, int]:
        """Return how many topics and posts the index counts for a forum."""
        found = [0, 0]
        for f in self.branch(forum):
            for place, table in enumerate(("topics", "posts")):
                for row in self._tables.where(table, forum_id=f):
                    moderates = self.may("m_approve", f) and not (
                        table == "posts" and self._made.line == "3.0"
                    )
                    if self._state(row) == 1 or moderates:  # 3.0 counts no hidden posts
                        found[place] += 1
        return found[0], found[1]

    def last_post(self, forum: int) -> int:
        """Return the post that the index names as the last one of a forum; 0 for none."""
        newest = (0, 0, 0)
        for f in self.branch(forum):
            row = self.forums[f]
            newest = max(newest, (row["forum_last_post_time"], f, row["forum_last_post_id"]))
        time, f, post = newest
        return post if time and self.reads(f) else 0

    # --- states

    def _state(self, row: Row) -> int:
        for name in ("post_visibility", "topic_visibility", "post_approved", "topic_approved"):
            if name in row:
                return int(row[name])
        raise AssertionError(row)

    def _in_forum(self, row: Row, author: str) -> bool:
        """Tell whether a topic or post is shown in its forum."""
        state = self._state(row)
        if state == 1 or self.may("m_approve", row["forum_id"]):
            return True
        return state in (0, 3) and self._sees_own and row[author] == self.user_id

    def _across(self, row: Row, *, moderators: bool = True) -> bool:
        """Tell whether a topic or post is shown in lists across forums."""
        return self._state(row) == 1 or (moderators and self.may("m_approve", row["forum_id"]))

    def shows_topic(self, topic_id: int) -> bool:
        """Tell whether the page of a topic opens."""
        row = self.topics[topic_id]
        if row["topic_moved_id"]:
            row = self.topics[row["topic_moved_id"]]
        return self.reads(row["forum_id"]) and self._in_forum(row, "topic_poster")

    def shows_post(self, post_id: int) -> bool:
        """Tell whether a post is on the page of its topic."""
        row = self.posts[post_id]
        return self.shows_topic(row["topic_id"]) and self._in_forum(row, "poster_id")

    def posts_of(self, topic_id: int) -> list[int]:
        """Return the posts on the pages of a topic."""
        topic_id = self.topics[topic_id]["topic_moved_id"] or topic_id
        found = [
            row for row in self._tables.where("posts", topic_id=topic_id) if self.shows_post(row["post_id"])
        ]
        return [row["post_id"] for row in sorted(found, key=lambda row: (row["post_time"], row["post_id"]))]

    # --- the page of a forum

    def page_of(self, forum: int) -> list[int]:
        """Return the topics that a forum's page lists; of one that was moved away, where it went."""
        kind = self.forums[forum]["forum_type"]
        if kind == LINK or not self.enters(forum):
            return []
        if kind == CATEGORY:
            return self._active_below(forum)
        if not self.lists_topics(forum):
            return []
        announced, listed = [], []
        for row in self.topics.values():
            if not self._in_forum(row, "topic_poster"):
                continue
            kind = self._kind(row)
            if (kind == GLOBAL and self.reads(row["forum_id"])) or (
                row["forum_id"] == forum and kind == ANNOUNCEMENT
            ):
                announced.append(row)
            elif row["forum_id"] == forum and kind < ANNOUNCEMENT and self._is_young(row):
                listed.append(row)
        announced.sort(key=lambda row: -row["topic_time"])
        rising = self.user["user_topic_sortby_dir"] == "a"
        listed.sort(
            key=lambda row: (row["topic_last_post_time"], row["topic_last_post_id"]), reverse=not rising
        )
        listed.sort(key=lambda row: -self._kind(row))
        return self._with_targets([*announced, *listed])

    def _with_targets(self, rows: list[Row]) -> list[int]:
        """Put what was moved away where it went, or leave it out where that may not be told."""
        shown = []
        page = [row["topic_id"] for row in rows]
        for row in rows:
            target = self.topics[row["topic_moved_id"]] if row["topic_moved_id"] else row
            if target is not row and (
                target["topic_id"] in page
                or not self.lists_topics(target["forum_id"])
                or not self._in_forum(target, "topic_poster")
            ):
                continue
            shown.append(target["topic_id"])
        return shown

    def _kind(self, row: Row) -> int:
        over = row["topic_time_limit"] and row["topic_time"] + row["topic_time_limit"] <= NOW
        return NORMAL if over else int(row["topic_type"])

    def _is_young(self, row: Row) -> bool:
        days = self.user["user_topic_show_days"]
        return not days or row["topic_last_post_time"] >= NOW - days * DAY

    def _active_below(self, category: int) -> list[int]:
        if not self.forums[category]["forum_flags"] & ACTIVE:
            return []
        forums = [
            f
            for f in self.branch(category)[1:]
            if self.reads(f) and self.forums[f]["forum_flags"] & ACTIVE and self.forums[f]["forum_type"] == 1
        ]
        approves = self.may("m_approve", category)
        found = []
        for row in self.topics.values():
            if row["forum_id"] not in forums or row["topic_type"] > STICKY:
                continue
            state = self._state(row)
            own = state in (0, 3) and self._sees_own and row["topic_poster"] == self.user_id
            if state == 1 or own or (approves and self.may("m_approve", row["forum_id"])):
                found.append(row)
        found.sort(key=lambda row: (row["topic_last_post_time"], row["topic_last_post_id"]), reverse=True)
        found.sort(key=lambda row: -self._kind(row))
        return self._with_targets(found)

    # --- lists across forums

    def active(self, days: int) -> list[int]:
        """Return the topics with new posts."""
        return self._newest(
            row
            for row in self._searched()
            if self._has_flag(row["forum_id"])
            and (not days or row["topic_last_post_time"] >= NOW - days * DAY)
        )

    def unanswered(self) -> list[int]:
        """Return the topics of one approved post."""
        fewest = 0 if self._made.line == "3.0" else 1  # which counts replies: none is none
        return self._newest(row for row in self._searched() if fewest <= self._approved_posts(row) <= 1)

    def own(self) -> list[int]:
        """Return the topics with a post of the viewer's."""
        if not self._is_member:
            return []
        return self._newest(row for row in self._searched() if self._has_post_of(row, self.user_id))

    def written_in(self, author: int) -> list[int]:
        """Return the topics with a post of somebody's."""
        return self._newest(row for row in self._read() if self._has_post_of(row, author))

    def begun_by(self, author: int) -> list[int]:
        """Return the topics that somebody began."""
        return self._newest(row for row in self._read() if row["topic_poster"] == author)

    def unread(self) -> list[int]:
        """Return the topics with posts that the viewer has not read."""
        if not self._is_member:
            return []
        return self._newest(row for row in self._searched() if self.is_unread(row, since_last_mark=True))

    def is_unread(self, row: Row, *, since_last_mark: bool = False) -> bool:
        """Tell whether a topic's last post is younger than what the viewer has read.

        :param since_last_mark: whether what is older than the mark of everything is read, whatever else says.
        """
        if not self._is_member:
            return False
        everything = self.user["user_lastmark"]
        mark = self._forum_mark(row["forum_id"])
        for track in self._tables.where("topics_track", user_id=self.user_id):
            if track["topic_id"] == row["topic_id"]:
                mark = track["mark_time"]
        if since_last_mark and row["topic_last_post_time"] <= everything:
            return False
        return bool(row["topic_last_post_time"] > mark)

    def is_forum_unread(self, forum: int) -> bool:
        """Tell whether the index shows a forum as unread."""
        if not self._is_member:
            return False
        return any(self.forums[f]["forum_last_post_time"] > self._forum_mark(f) for f in self.branch(forum))

    def _forum_mark(self, forum: int) -> int:
        for track in self._tables.where("forums_track", user_id=self.user_id):
            if track["forum_id"] == forum:
                return int(track["mark_time"])
        return int(self.user["user_lastmark"])

    def latest_topics(self, *, approved_only: bool, for_feed: bool = False) -> list[int]:
        """Return the topics with the newest posts."""
        rows = self._read(moderators=not approved_only)
        return self._newest(row for row in rows if not (for_feed and self._is_out_of_feeds(row["forum_id"])))

    def latest_posts(self, *, approved_only: bool, for_feed: bool = False) -> list[int]:
        """Return the newest posts."""
        found = [
            row
            for row in self.posts.values()
            if self._shown_across(row, moderators=not approved_only)
            and not (for_feed and self._is_out_of_feeds(row["forum_id"]))
        ]
        return self._by_time(found)

    def posts_by(self, author: int) -> list[int]:
        """Return the posts of somebody."""
        return self._by_time(
            row for row in self.posts.values() if row["poster_id"] == author and self._shown_across(row)
        )

    def posts_with(self, word: str) -> list[int]:
        """Return the posts that searching for a word finds; no text here holds markup."""
        found = [
            row
            for row in self.posts.values()
            if self.searches(row["forum_id"])
            and self._shown_across(row)
            and word in f"{row['post_subject']} {row['post_text']}".lower().replace("<t>", " ").split()
        ]
        return self._by_time(found)

    def _shown_across(self, post: Row, *, moderators: bool = True) -> bool:
        if not self.reads(post["forum_id"]):
            return False
        if moderators and self.may("m_approve", post["forum_id"]):
            return True
        return self._state(post) == 1 and self._state(self.topics[post["topic_id"]]) == 1

    def _searched(self) -> list[Row]:
        return [
            row
            for row in self.topics.values()
            if self.searches(row["forum_id"]) and not row["topic_moved_id"] and self._across(row)
        ]

    def _read(self, *, moderators: bool = True) -> list[Row]:
        return [
            row
            for row in self.topics.values()
            if self.reads(row["forum_id"])
            and not row["topic_moved_id"]
            and self._across(row, moderators=moderators)
        ]

    def _has_post_of(self, topic: Row, author: int) -> bool:
        return any(
            post["poster_id"] == author and self._across(post)
            for post in self._tables.where("posts", topic_id=topic["topic_id"])
        )

    def _approved_posts(self, topic: Row) -> int:
        return sum(self._state(post) == 1 for post in self._tables.where("posts", topic_id=topic["topic_id"]))

    def _has_flag(self, forum: int) -> bool:
        return forum == 0 or bool(self.forums[forum]["forum_flags"] & ACTIVE)

    def _is_out_of_feeds(self, forum: int) -> bool:
        return forum != 0 and bool(self.forums[forum]["forum_options"] & OUT_OF_FEEDS)

    @staticmethod
    def _newest(rows: Iterable[Row]) -> list[int]:
        ordered = sorted(rows, key=lambda row: (row["topic_last_post_time"], row["topic_last_post_id"]))
        return [row["topic_id"] for row in reversed(ordered)]

    @staticmethod
    def _by_time(rows: Iterable[Row]) -> list[int]:
        ordered = sorted(rows, key=lambda row: (row["post_time"], row["post_id"]))
        return [row["post_id"] for row in reversed(ordered)]
