"""Who the visitor is and may do what, and where each right comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, abort, render_template, request

from flask_phpbb3.board.permissions import permission_tables
from flask_phpbb3.phpbb.acl import NEVER, NO, YES, TraceStep, trace
from flask_phpbb3.web.current import current_visitor

from .extensions import phpbb3
from .forums import CATEGORY
from .wording import SOURCES, USER_TYPES, clock, group_name, role_name

LOCAL_OPTIONS: Final = {
    "f_list": "see it",
    "f_read": "read",
    "f_post": "new topics",
    "f_reply": "reply",
    "f_noapprove": "at once",
    "f_edit": "edit own",
    "f_attach": "attach",
    "f_poll": "polls",
    "f_announce": "announce",
    "m_approve": "approve",
    "m_edit": "edit any",
    "m_delete": "delete any",
}
"""Options of a forum that the matrix shows, with a heading each."""

GLOBAL_OPTIONS: Final = {
    "u_viewprofile": "look at profiles",
    "u_search": "search",
    "u_sendpm": "send private messages",
    "u_attach": "attach files",
    "u_hideonline": "hide from who is here",
    "m_ban": "ban people",
    "a_user": "manage users",
    "a_board": "change the board's settings",
}
"""Options of the whole board that the page shows, in words."""

SETTINGS: Final = {YES: "yes", NO: "no", NEVER: "never"}

blueprint = Blueprint("permissions", __name__)


@dataclass(frozen=True)
class Step:
    """Hold a step of a trace in words.

    :ivar source: whose setting it is.
    :ivar role: the role that brought it; empty for none.
    :ivar setting: ``yes``, ``no`` or ``never``.
    :ivar result: what holds after it, in the same words.
    """

    source: str
    role: str
    setting: str
    result: str


@blueprint.get("/you")
def you() -> str:
    """Show the session, groups and permissions of the visitor."""
    who = current_visitor()
    return render_template(
        "you.html",
        facts=_facts(),
        groups=who.groups,
        forums=_forums(),
        local_options=LOCAL_OPTIONS,
        global_options=GLOBAL_OPTIONS,
    )


@blueprint.get("/you/trace")
def trace_option() -> str:
    """Show step by step why the visitor has a permission or not."""
    options = phpbb3.bound.board.data().options
    option = request.args.get("option", "f_post")
    forum_id = request.args.get("forum", 0, type=int)
    forums = _forums()
    asked = options.by_name(option)
    if asked is None or forum_id not in {0, *(row["forum_id"] for row in forums)}:
        abort(404)
    lines = [(forum_id, "In this forum")] * (forum_id != 0 and asked.is_local)
    lines += [(0, "On the whole board")] * asked.is_global
    return render_template(
        "trace.html",
        option=option,
        forum_id=forum_id,
        forums=forums,
        options=sorted(options),
        only_local=not asked.is_global,
        lines=[(title, _steps(option, line)) for line, title in lines],
        allowed=current_visitor().has_privilege(option, forum_id),
    )


def _forums() -> list[dict[str, Any]]:
    """Return the forums whose name the visitor may know."""
    return [row for row in phpbb3.fetch_forums() if row["forum_type"] != CATEGORY]


def _facts() -> list[tuple[str, Any]]:
    who = current_visitor()
    facts: list[tuple[str, Any]] = [
        ("username", who["username"]),
        ("user_id", who.user_id),
        ("Identified by", SOURCES[who.identification.source]),
        ("user_type", USER_TYPES.get(int(who["user_type"]), who["user_type"])),
        ("session.is_authenticated", who.is_authenticated),
        ("session.is_bot", who.is_bot),
        ("session.refusal", who.refusal),
        ("session.ban", who.ban is not None),
        ("session.num_unread_notifications", who.num_unread_notifications),
    ]
    if who.identification.source == "session":
        facts += [
            ("session_start", clock(int(who["session_start"]))),
            ("session_time", clock(int(who["session_time"]))),
            ("session_ip", who["session_ip"]),
            ("session_browser", who["session_browser"]),
        ]
    return facts


def _steps(option: str, forum_id: int) -> list[Step]:
    data = phpbb3.bound.board.data()
    tables = permission_tables(data.connector, current_visitor().user_id)
    steps = trace(
        data.options,
        option,
        forum_id,
        user_type=int(current_visitor()["user_type"]),
        user_rows=tables.user_rows,
        group_rows=tables.group_rows,
        role_data=tables.role_data,
    )
    roles = {int(row["role_id"]): row["role_name"] for row in phpbb3.fetch_demo_roles(limit=None)}
    groups = {int(row["group_id"]): row["group_name"] for row in current_visitor().groups}
    return [_in_words(step, roles, groups) for step in steps]


def _in_words(step: TraceStep, roles: dict[int, str], groups: dict[int, str]) -> Step:
    sources = {
        "user": "Set for this user",
        "group": f"Group “{group_name(groups.get(step.group_id, str(step.group_id)))}”",
        "founder": "Founders always have it",
        "flag": "Follows from other options of its kind",
    }
    return Step(
        source=sources[step.source],
        role=role_name(roles.get(step.auth_role_id, "")),
        setting=SETTINGS[step.setting],
        result=SETTINGS[step.result],
    )
