"""Keep the counters and last-post columns of topics and forums right, by counting the rows.

phpBB rule: Visibility. Lines before visibility have only "approved", which counts as 1 here.
"""

from __future__ import annotations

from flask_phpbb3.testing.rows import Rows, Value

UNAPPROVED, APPROVED, DELETED, REAPPROVE = range(4)


def visibility_column(rows: Rows, table: str) -> str:
    """Name the column of ``topics`` or ``posts`` that says who sees a row."""
    kind = table.removesuffix("s")
    return f"{kind}_visibility" if rows.schema.has(table, f"{kind}_visibility") else f"{kind}_approved"


def refresh_topic(rows: Rows, topic_id: int) -> None:
    """Count a topic's posts and find its first and last one; without posts it stays as it is."""
    visibility = visibility_column(rows, "posts")
    counts = _counts(rows, "posts", "topic_id = ?", topic_id)
    if not counts:
        return
    [[first]] = rows.fetch("SELECT MIN(post_id) FROM {TABLE_PREFIX}posts WHERE topic_id = ?", topic_id)
    # The last post is the last one everybody sees; a topic nobody sees yet shows its moderators the newest.
    [[last]] = rows.fetch(
        f"SELECT COALESCE(MAX(CASE WHEN {visibility} = ? THEN post_id END), MAX(post_id))"
        " FROM {TABLE_PREFIX}posts WHERE topic_id = ?",
        APPROVED,
        topic_id,
    )
    changes: dict[str, Value] = {"topic_first_post_id": first, "topic_last_post_id": last}
    poster_id, name, colour, _, time = _post(rows, first)
    changes |= {"topic_poster": poster_id, "topic_time": time}
    changes |= {"topic_first_poster_name": name, "topic_first_poster_colour": colour}
    poster_id, name, colour, subject, time = _post(rows, last)
    changes |= {
        "topic_last_poster_id": poster_id,
        "topic_last_poster_name": name,
        "topic_last_poster_colour": colour,
    }
    changes |= {"topic_last_post_subject": subject, "topic_last_post_time": time}
    if rows.schema.has("topics", "topic_posts_approved"):
        changes |= _counters("topic_posts", counts)
    else:
        changes["topic_replies"] = max(counts.get(APPROVED, 0) - 1, 0)
        changes["topic_replies_real"] = sum(counts.values()) - 1
    rows.update("topics", {"topic_id": topic_id}, **changes)


def refresh_forum(rows: Rows, forum_id: int) -> None:
    """Count a forum's topics and posts and find its last post."""
    posts = _counts(rows, "posts", "forum_id = ?", forum_id)
    topics = _counts(rows, "topics", "forum_id = ?", forum_id)
    if rows.schema.has("forums", "forum_posts_approved"):
        changes = {**_counters("forum_posts", posts), **_counters("forum_topics", topics)}
    else:
        changes = {
            "forum_posts": posts.get(APPROVED, 0),
            "forum_topics": topics.get(APPROVED, 0),
            "forum_topics_real": sum(topics.values()),
        }
    found = rows.fetch(
        "SELECT topic_last_post_id, topic_last_poster_id, topic_last_poster_name, topic_last_poster_colour,"
        " topic_last_post_subject, topic_last_post_time FROM {TABLE_PREFIX}topics"
        f" WHERE forum_id = ? AND topic_moved_id = 0 AND {visibility_column(rows, 'topics')} = ?"
        " ORDER BY topic_last_post_id DESC",
        forum_id,
        APPROVED,
    )
    columns = ("post_id", "poster_id", "poster_name", "poster_colour", "post_subject", "post_time")
    for column, value in zip(columns, found[0] if found else (0, 0, "", "", "", 0), strict=True):
        changes[f"forum_last_{column}"] = value
    rows.update("forums", {"forum_id": forum_id}, **changes)


def count_approved(rows: Rows, table: str) -> int:
    """Return how many topics or posts of the board everybody may see."""
    return _counts(rows, table, "1 = 1").get(APPROVED, 0)


def _counts(rows: Rows, table: str, condition: str, *parameters: Value) -> dict[int, int]:
    column = visibility_column(rows, table)
    found = rows.fetch(
        f"SELECT {column}, COUNT(*) FROM {{TABLE_PREFIX}}{table} WHERE {condition} GROUP BY {column}",
        *parameters,
    )
    return {int(visibility): int(count) for visibility, count in found}


def _counters(prefix: str, counts: dict[int, int]) -> dict[str, Value]:
    return {
        f"{prefix}_approved": counts.get(APPROVED, 0),
        f"{prefix}_unapproved": counts.get(UNAPPROVED, 0) + counts.get(REAPPROVE, 0),
        f"{prefix}_softdeleted": counts.get(DELETED, 0),
    }


def _post(rows: Rows, post_id: int) -> tuple[int, str, str, str, int]:
    [[poster_id, name, guest_name, colour, subject, time]] = rows.fetch(
        "SELECT p.poster_id, u.username, p.post_username, u.user_colour, p.post_subject, p.post_time"
        " FROM {TABLE_PREFIX}posts p JOIN {TABLE_PREFIX}users u ON u.user_id = p.poster_id"
        " WHERE p.post_id = ?",
        post_id,
    )
    return poster_id, guest_name or name, colour, subject, time
