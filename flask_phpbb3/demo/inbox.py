"""What is for one's own eyes: private messages, and the list behind the bell."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, abort, render_template, request

from flask_phpbb3.web import login_required

from .extensions import phpbb3

FOLDERS: Final = ("inbox", "outbox", "sentbox")

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/messages")
@login_required
def messages() -> str:
    """Show the messages of a folder."""
    folder = request.args.get("folder", "inbox")
    if folder not in FOLDERS:
        abort(404)
    return render_template(
        "messages.html",
        folder=folder,
        folders=phpbb3.fetch_message_folders(),
        messages=phpbb3.fetch_private_messages(folder=folder),
    )


@blueprint.get("/messages/<int:msg_id>")
@login_required
def message(msg_id: int) -> str:
    """Show a message."""
    found = phpbb3.get_private_message(msg_id=msg_id)
    if found is None:
        abort(404)
    return render_template(
        "message.html", message=found, files=phpbb3.fetch_message_attachments(msg_ids=[msg_id])
    )


@blueprint.get("/notifications")
@login_required
def notifications() -> str:
    """Show what has happened."""
    return render_template("notifications.html", news=phpbb3.fetch_notifications(limit=20))
