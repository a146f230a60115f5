"""What the site itself keeps for a visitor, and pages that not everybody may open."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from flask_phpbb3.web import login_required, permission_required

from .extensions import phpbb3

ACCENTS: Final = {"leaf": "Leaf", "beetroot": "Beetroot", "sky": "Sky"}
_MOST_NOTES: Final = 12
_LONGEST_NOTE: Final = 120

blueprint = Blueprint("yours", __name__)


@blueprint.get("/notes")
def notes() -> str:
    """Show the visitor's notes, and count the visits of this page."""
    session["notes_visits"] = session.get("notes_visits", 0) + 1
    return render_template(
        "notes.html", notes=session.get("notes", []), visits=session["notes_visits"], accents=ACCENTS
    )


@blueprint.post("/notes")
def add_note() -> Response:
    """Keep a note."""
    text = " ".join(request.form.get("text", "").split())[:_LONGEST_NOTE]
    if text:
        session["notes"] = [*session.get("notes", []), text][-_MOST_NOTES:]
    return redirect(url_for("yours.notes"), 303)


@blueprint.post("/notes/clear")
def clear_notes() -> Response:
    """Forget all notes."""
    session.pop("notes", None)
    return redirect(url_for("yours.notes"), 303)


@blueprint.post("/accent")
def choose_accent() -> Response:
    """Keep the visitor's colour."""
    if request.form.get("accent") in ACCENTS:
        session["accent"] = request.form["accent"]
    return redirect(url_for("yours.notes"), 303)


@blueprint.get("/plot")
@login_required
def plot() -> str:
    """Show a page for members."""
    return render_template("plot.html")


@blueprint.get("/roll")
@permission_required("a_user")
def roll() -> str:
    """Show all members, inactive ones too, to those who may manage them."""
    return render_template("roll.html", members=phpbb3.fetch_users(order="name", limit=None))
