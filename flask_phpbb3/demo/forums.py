"""The forum's content as the visitor may see it: index, forums, topics."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from flask_phpbb3.web.lists import pagination

from .extensions import phpbb3
from .paging import asked_page

CATEGORY: Final = 0
TOPICS_ON_A_PAGE: Final = 20
POSTS_ON_A_PAGE: Final = 5

blueprint = Blueprint("forums", __name__)


@blueprint.get("/forums")
def index() -> str:
    """Show the forums that the visitor may know of."""
    return render_template("forums.html", forums=phpbb3.fetch_forums())


@blueprint.get("/forums/<int:forum_id>")
def forum(forum_id: int) -> str:
    """Show the topics of a forum."""
    found = phpbb3.get_forum(forum_id=forum_id)
    if found is None or found["forum_type"] == CATEGORY:
        abort(404)
    _ask_for_password(found)
    page = pagination(found["topics"], asked_page(), TOPICS_ON_A_PAGE)
    return render_template(
        "forum.html",
        forum=found,
        path=phpbb3.fetch_forum_path(forum_id=forum_id),
        topics=phpbb3.fetch_topics(forum_id=forum_id, skip=page.skip, limit=page.per_page),
        page=page,
    )


@blueprint.get("/topics/<int:topic_id>")
def topic(topic_id: int) -> str:
    """Show the posts of a topic with what hangs on them."""
    found = phpbb3.get_topic(topic_id=topic_id)
    if found is None:
        abort(404)
    page = pagination(found["posts"], asked_page(), POSTS_ON_A_PAGE)
    posts = phpbb3.fetch_posts(topic_id=topic_id, skip=page.skip, limit=page.per_page)
    return render_template(
        "topic.html",
        topic=found,
        path=phpbb3.fetch_forum_path(forum_id=found["forum_id"]),
        posts=posts,
        poll=phpbb3.get_poll(topic_id=topic_id),
        files=phpbb3.fetch_attachments(post_ids=[post["post_id"] for post in posts]),
        page=page,
    )


@blueprint.get("/posts/<int:post_id>")
def post(post_id: int) -> Response:
    """Lead to a post on its page of its topic."""
    place = phpbb3.get_post_page(post_id=post_id, per_page=POSTS_ON_A_PAGE)
    if place is None:
        abort(404)
    page = place["page"] if place["page"] > 1 else None
    return redirect(url_for("forums.topic", topic_id=place["topic_id"], page=page, _anchor=f"p{post_id}"))


@blueprint.get("/unread")
def unread() -> str:
    """Show what the visitor has not read."""
    return render_template("unread.html", topics=phpbb3.fetch_unread_topics(limit=TOPICS_ON_A_PAGE))


def _ask_for_password(forum: dict[str, Any]) -> None:
    if forum["needs_password"]:
        abort(
            403,
            f"“{forum['forum_name']}” has a password of its own, and only the forum itself can ask for it.",
        )
