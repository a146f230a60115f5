"""A page for members and one for the staff; ``create_app`` is given the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, session

from flask_phpbb3 import PhpBB3
from flask_phpbb3.web import group_required, login_required

phpbb3 = PhpBB3()


def create_app(settings: Mapping[str, Any]) -> Flask:
    """Make the application.

    :param settings: what ``app.config`` needs to find the forum.
    """
    app = Flask(__name__)
    app.config.update(settings)
    phpbb3.init_app(app)
    app.add_url_rule("/members", view_func=members)
    app.add_url_rule("/staff", view_func=staff)
    return app


@login_required
def members() -> dict[str, Any]:
    """Count the visits of this login, in a key of the application's own."""
    session["visits"] = session.get("visits", 0) + 1
    return {"hello": session["username"], "visits": session["visits"]}


@group_required("Staff")
def staff() -> dict[str, Any]:
    """Show the newest posts that the visitor may read."""
    return {"posts": [post["post_subject"] for post in phpbb3.fetch_latest_posts(limit=5)]}
