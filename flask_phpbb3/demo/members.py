"""Who belongs to the society: the list and everybody's page, for those who may look at profiles."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, abort, render_template, request

from flask_phpbb3.web import permission_required
from flask_phpbb3.web.lists import pagination

from .extensions import phpbb3
from .paging import asked_page

MEMBERS_ON_A_PAGE: Final = 12
ORDERS: Final = {"name": "Name", "-joined": "Newest first", "-posts": "Most posts"}

blueprint = Blueprint("members", __name__)


@blueprint.get("/members")
@permission_required("u_viewprofile")
def index() -> str:
    """Show the members, or those whose names begin with something."""
    prefix, order = request.args.get("prefix", ""), request.args.get("order", "name")
    page = pagination(phpbb3.get_board_statistics()["num_users"], asked_page(), MEMBERS_ON_A_PAGE)
    return render_template(
        "members.html",
        members=phpbb3.fetch_users(
            prefix=prefix, order=order if order in ORDERS else "name", skip=page.skip, limit=page.per_page
        ),
        groups=phpbb3.fetch_groups(legend=True),
        prefix=prefix,
        order=order,
        orders=ORDERS,
        page=page,
    )


@blueprint.get("/members/<int:user_id>")
@permission_required("u_viewprofile")
def member(user_id: int) -> str:
    """Show what a member tells, and wrote where the visitor may read."""
    profile = phpbb3.get_profile(user_id=user_id)
    if profile is None:
        abort(404)
    return render_template(
        "member.html", member=profile, posts=phpbb3.fetch_user_posts(user_id=user_id, limit=5)
    )
