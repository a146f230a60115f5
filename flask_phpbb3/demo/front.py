"""The front page: what is new, who is here, whose birthday it is."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template

from .extensions import phpbb3

NEWS_FORUM: Final = 2
"""The forum whose new topics are the site's news: the society's notice board."""

blueprint = Blueprint("front", __name__)


@blueprint.get("/")
def home() -> str:
    """Show the front page."""
    return render_template(
        "home.html",
        topics=phpbb3.fetch_latest_topics(limit=6, approved_only=False),
        news=phpbb3.fetch_first_posts(forum_ids=[NEWS_FORUM], limit=3),
        online=phpbb3.fetch_online(order="time"),
        figures=phpbb3.get_online_figures(),
        statistics=phpbb3.get_board_statistics(),
        birthdays=phpbb3.fetch_birthdays(),
    )
