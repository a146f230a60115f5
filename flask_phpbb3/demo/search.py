"""Search in what the visitor may read, and a feed of what the guest may."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, render_template, request

from flask_phpbb3 import ParameterError
from flask_phpbb3.web.feeds import atom_feed

from .extensions import phpbb3

MOST: Final = 20

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
def posts() -> str:
    """Show the newest posts with some words."""
    words, trouble = " ".join(request.args.get("words", "").split()), ""
    try:
        found = phpbb3.fetch_posts_matching(words=words, limit=MOST) if words else []
    except ParameterError:
        found, trouble = [], "Those are too many words: ten will do."
    return render_template("search.html", words=words, posts=found, most=MOST, trouble=trouble)


@blueprint.get("/feed")
def feed() -> Response:
    """Return the newest posts that a guest may read, for feed readers."""
    return atom_feed(limit=10)
