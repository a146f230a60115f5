"""The forum's content as the visitor may see it: front page, forums, topics."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Blueprint, abort, make_response, render_template

from flask_phpbb3.web import refuse
from flask_phpbb3.web.current import current_visitor

from .extensions import phpbb3

_CATEGORY: Final = 0
_APPROVED: Final = 1
_LATELY: Final = 3600

blueprint = Blueprint("content", __name__)


@dataclass(frozen=True)
class Branch:
    """Hold a category with those of its forums that the visitor sees in the list."""

    forum: dict[str, Any]
    children: list[dict[str, Any]] = field(default_factory=list)


@blueprint.get("/")
def home() -> str:
    """Show the latest posts and who is here."""
    return render_template(
        "home.html",
        posts=phpbb3.fetch_latest_posts(limit=6, approved_only=True),
        visitors=phpbb3.fetch_demo_visitors(since=int(time.time()) - _LATELY, limit=None),
    )


@blueprint.get("/forums")
def forums() -> str:
    """Show the forums that the visitor may list."""
    rows = all_forums()
    listed = [row for row in rows if current_visitor().has_privilege("f_list", row["forum_id"])]
    branches = [
        Branch(row, [child for child in listed if child["parent_id"] == row["forum_id"]])
        for row in listed
        if row["forum_type"] == _CATEGORY
    ]
    return render_template(
        "forums.html",
        branches=[branch for branch in branches if branch.children],
        hidden=sum(row["forum_type"] != _CATEGORY for row in rows if row not in listed),
    )


@blueprint.get("/forums/<int:forum_id>")
def forum(forum_id: int) -> str:
    """Show the topics of a forum."""
    found = open_forum(forum_id)
    topics = phpbb3.fetch_demo_topics(forum_id=forum_id, with_waiting=_sees_waiting(forum_id), limit=None)
    return render_template("forum.html", forum=found, topics=topics)


@blueprint.get("/topics/<int:topic_id>")
def topic(topic_id: int) -> str:
    """Show the posts of a topic."""
    found = phpbb3.get_demo_topic(topic_id=topic_id)
    if found is None:
        abort(404)
    forum = open_forum(found["forum_id"])
    posts = phpbb3.fetch_demo_posts(
        topic_id=topic_id, with_waiting=_sees_waiting(forum["forum_id"]), limit=None
    )
    if not posts:
        abort(404)
    return render_template("topic.html", topic=found, forum=forum, posts=posts)


def all_forums() -> list[dict[str, Any]]:
    """Return all forums and categories of the board, in its order."""
    rows: list[dict[str, Any]] = phpbb3.fetch_demo_forums(limit=None)
    return rows


def open_forum(forum_id: int) -> dict[str, Any]:
    """Return a forum that the visitor may read; turn others away as phpBB does."""
    found = next((row for row in all_forums() if row["forum_id"] == forum_id), None)
    if found is None or found["forum_type"] == _CATEGORY:
        abort(404)
    if not current_visitor().has_privilege("f_read", forum_id):
        abort(make_response(refuse()))
    if found["has_password"]:
        abort(
            403,
            f"“{found['forum_name']}” has a password of its own, and only the forum itself can ask for it.",
        )
    return found


def _sees_waiting(forum_id: int) -> int:
    return int(current_visitor().has_privilege("m_approve", forum_id))
