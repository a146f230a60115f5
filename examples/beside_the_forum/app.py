"""Front page, members' and topics' pages beside a forum: ``flask --app examples/beside_the_forum/app.py run``."""

import os
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, abort, render_template, request

from flask_phpbb3 import PhpBB3
from flask_phpbb3.web import login_required

SIZE = 10  # posts on a page
phpbb3 = PhpBB3()
pages = Blueprint("pages", __name__)


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Make the site; without settings it reads the forum's config.php, named by ``PHPBB_CONFIG``."""
    app = Flask(__name__)
    app.config["PHPBB3"] = {"DRIVER": "auto", "VERSION": "auto"}
    app.config["PHPBB3_DATABASE"] = {"PHPBB_CONFIG": os.environ.get("PHPBB_CONFIG")}
    app.config.update(settings or {})
    phpbb3.init_app(app)
    app.register_blueprint(pages)
    return app


@pages.get("/")
def front() -> str:
    """Show what is new and who is there."""
    return render_template(
        "front.html",
        news=phpbb3.fetch_first_posts(limit=3),
        topics=phpbb3.fetch_latest_topics(limit=10),
        online=phpbb3.fetch_online(),
        figures=phpbb3.get_board_statistics(),
    )


@pages.get("/members/<int:user_id>")
@login_required
def member(user_id: int) -> str:
    """Show a member."""
    found = phpbb3.get_profile(user_id=user_id) or abort(404)
    return render_template("member.html", member=found, posts=phpbb3.fetch_user_posts(user_id=user_id))


@pages.get("/topics/<int:topic_id>")
def topic(topic_id: int) -> str:
    """Show a page of a topic."""
    found = phpbb3.get_topic(topic_id=topic_id) or abort(404)
    page = max(1, request.args.get("page", 1, type=int))
    posts = phpbb3.fetch_posts(topic_id=topic_id, skip=(page - 1) * SIZE, limit=SIZE)
    return render_template("topic.html", topic=found, posts=posts, pages=-(-found["posts"] // SIZE))
