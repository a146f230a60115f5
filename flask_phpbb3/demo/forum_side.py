"""The forum's own part: its files, its addresses, and what it would write when somebody uses it.

There is no phpBB next to the demo. What the package's addresses lead to is served from here, and what only the
forum can do, such as marking a topic read, this stand-in does on the demo's own board.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from flask import Blueprint, abort, redirect, request, send_from_directory, url_for
from werkzeug.wrappers import Response

from flask_phpbb3.web import login_required
from flask_phpbb3.web.current import current_visitor

from .account import demo_board, way_back
from .extensions import phpbb3
from .texts import PATH

_FILES: Final = Path(__file__).parent / "files"

blueprint = Blueprint("forum_side", __name__, url_prefix=PATH)


@blueprint.get("/download/file.php")
def file() -> Response:
    """Serve a picture of a member, or an attachment to whoever may download it."""
    if "avatar" in request.args:
        return send_from_directory(_FILES / "avatars", request.args["avatar"])
    attach_id = request.args.get("id", 0, type=int)
    found = _attachment(attach_id)
    if found is None:
        abort(404)
    return send_from_directory(_FILES / "attachments", found["real_filename"], mimetype=found["mimetype"])


@blueprint.get("/images/smilies/<path:name>")
def smiley(name: str) -> Response:
    """Serve the picture of a smiley."""
    return send_from_directory(_FILES / "smilies", name)


@blueprint.get("/<any('index.php', 'viewforum.php', 'viewtopic.php', 'memberlist.php', 'ucp.php'):script>")
def page(script: str) -> Response:
    """Lead an address of the forum's to the page of this site that shows the same."""
    asked = request.args
    number = {name: asked.get(name, 0, type=int) for name in "ftpu"}
    if script == "viewtopic.php" and number["p"]:
        return redirect(url_for("forums.post", post_id=number["p"]))
    if script == "viewtopic.php":
        return redirect(url_for("forums.topic", topic_id=number["t"]))
    if script == "viewforum.php":
        return redirect(url_for("forums.forum", forum_id=number["f"]))
    if script == "memberlist.php" and asked.get("mode") == "viewprofile":
        return redirect(url_for("members.member", user_id=number["u"]))
    if script == "ucp.php" and asked.get("i") == "pm" and number["p"]:
        return redirect(url_for("inbox.message", msg_id=number["p"]))
    return redirect(url_for("forums.index"))


@blueprint.post("/mark-topic/<int:topic_id>")
@login_required
def mark_topic(topic_id: int) -> Response:
    """Note that the visitor has read a topic, as the forum does when it is opened there."""
    if phpbb3.get_topic(topic_id=topic_id) is None:
        abort(404)
    demo_board().mark_read(current_visitor().user_id, topic=topic_id)
    return redirect(way_back(request.form.get("redirect")), 303)


@blueprint.post("/mark-all")
@login_required
def mark_all() -> Response:
    """Note that the visitor has read everything."""
    demo_board().mark_read(current_visitor().user_id)
    return redirect(way_back(request.form.get("redirect")), 303)


@blueprint.post("/mark-notifications")
@login_required
def mark_notifications() -> Response:
    """Note that the visitor has seen all notifications."""
    demo_board().read_notifications(current_visitor().user_id)
    return redirect(url_for("inbox.notifications"), 303)


@blueprint.post("/mark-message/<int:msg_id>")
@login_required
def mark_message(msg_id: int) -> Response:
    """Note that the visitor has read a private message."""
    demo_board().read_message(current_visitor().user_id, msg_id)
    return redirect(url_for("inbox.message", msg_id=msg_id), 303)


@blueprint.post("/vote/<int:topic_id>")
@login_required
def vote(topic_id: int) -> Response:
    """Vote in a poll, if the forum would let the visitor."""
    poll = phpbb3.get_poll(topic_id=topic_id)
    option = request.form.get("option", 0, type=int)
    if poll is None or not poll["may_vote"]:
        abort(403, "The forum would not take your vote here.")
    if option not in {row["poll_option_id"] for row in poll["options"]}:
        abort(400, "Choose one of the answers.")
    demo_board().vote(current_visitor().user_id, topic_id, option)
    return redirect(url_for("forums.topic", topic_id=topic_id, _anchor="poll"), 303)


@blueprint.post("/answer/<int:topic_id>")
@login_required
def answer(topic_id: int) -> Response:
    """Let somebody else answer in a topic, so that there is something new."""
    if phpbb3.get_topic(topic_id=topic_id) is None:
        abort(404)
    demo_board().answer(topic_id, besides=current_visitor().user_id)
    return redirect(way_back(request.form.get("redirect")), 303)


def _attachment(attach_id: int) -> dict[str, Any] | None:
    """Return an attachment that the visitor may download, of a post or of a message."""
    place = phpbb3.get_demo_attachment(attach_id=attach_id)
    if place is None:
        return None
    if place["in_message"]:
        files = phpbb3.fetch_message_attachments(msg_ids=[place["post_msg_id"]])
    else:
        files = phpbb3.fetch_attachments(post_ids=[place["post_msg_id"]])
    return next((file for file in files if file["attach_id"] == attach_id and file["url"]), None)
