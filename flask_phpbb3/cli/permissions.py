"""``flask phpbb3 permissions USER [OPTION]``: what somebody may do, and where that comes from."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

import click
from flask.cli import ScriptInfo, pass_script_info

from ..board.board import BoardData
from ..board.connector import Connector
from ..board.permissions import PermissionTables, permission_tables, user_acl
from ..phpbb.acl import NEVER, NO, YES, TraceStep, UserAcl, fits, trace
from ..phpbb.acl_options import AclOptions
from .application import board_for_command
from .output import coloured, say, say_wrapped, shown_width

_WORDS: Final = {YES: ("yes", "green"), NO: ("no", "yellow"), NEVER: ("never", "red")}
_WIDTH: Final = 100


@click.command("permissions")
@click.argument("user")
@click.argument("option", required=False)
@click.option("--forum", "forum_id", type=click.IntRange(min=1), help="Ask about the forum of this id.")
@pass_script_info
def permissions(info: ScriptInfo, user: str, option: str | None, forum_id: int | None) -> None:
    """Show what USER (a name or an id) may do.

    With an OPTION such as f_read, show where each yes and never comes from, in the order in which phpBB
    merges them.
    """
    with board_for_command(info) as bound:
        data = bound.board.data()
        row = _find_user(data.connector, user)
        if forum_id is not None:
            _check_forum(data.connector, forum_id)
        say(f"{row['username']} (user {row['user_id']}): {_stored_state(row, data.options)}")
        if option is None:
            _show_table(data, row, forum_id)
        else:
            _show_trace(data, row, _known_option(option, data.options), forum_id or 0)


def _find_user(connector: Connector, user: str) -> dict[str, Any]:
    """Return a user's row by id or name.

    :raises click.ClickException: if there is none.
    """
    row: dict[str, Any] | None = None
    if user.isascii() and user.isdigit() and len(user) < 19:
        row = connector.private("get_user", user_id=int(user))
    if row is None:
        row = connector.private("_get_user_by_name", username=user, username_clean=user.lower())
    if row is None:
        raise click.ClickException(f"The board has no user of the name or id {user!r}.")
    return row


def _check_forum(connector: Connector, forum_id: int) -> None:
    if forum_id not in _forum_names(connector):
        raise click.ClickException(f"The board has no forum {forum_id}.")


def _known_option(option: str, options: AclOptions) -> str:
    if option in options:
        return option
    near = difflib.get_close_matches(option, list(options), n=3)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    raise click.ClickException(f"The board has no permission option {option!r}.{hint}")


def _stored_state(row: Mapping[str, Any], options: AclOptions) -> str:
    """Say what phpBB would make of the stored string. phpBB rule: Stored permissions."""
    if not fits(row["user_permissions"], options):
        blank = "blank" if not row["user_permissions"].strip() else "outgrown"
        return f"the stored permission string is {blank}, so permissions are computed"
    if int(row["user_perm_from"]):
        return (
            f"the stored permission string counts; it holds those of user {row['user_perm_from']}, on trial"
        )
    return "the stored permission string counts"


# What somebody may do


def _show_table(data: BoardData, row: Mapping[str, Any], forum_id: int | None) -> None:
    acl = user_acl(data.connector, data.options, row)
    if forum_id is not None:
        name = _forum_names(data.connector)[forum_id]
        say(f"In forum {forum_id}, {name} (globally granted ones included)", bold=True)
        _show_options(_granted(acl, (*data.options.local_options, *data.options.global_options), forum_id))
        return
    say("Everywhere", bold=True)
    _show_options(_granted(acl, data.options.global_options, 0))
    _show_forums(acl, data)


def _granted(acl: UserAcl, options: Iterable[str], forum_id: int) -> list[str]:
    return [option for option in dict.fromkeys(options) if acl.has_privilege(option, forum_id)]


def _show_options(options: Iterable[str]) -> None:
    """Print options by kind; a flag such as ``m_`` heads its line."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for option in options:
        kinds[option.partition("_")[0] + "_"].append(option)
    for kind in sorted(kinds):
        say_wrapped(" ".join(kinds[kind]), width=_WIDTH, indent="  ", further="    ")
    if not kinds:
        say("  nothing")


def _show_forums(acl: UserAcl, data: BoardData) -> None:
    """Print the local options, forums with the same ones together."""
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for forum_id, name in _forum_names(data.connector).items():
        granted = tuple(_granted(acl, data.options.local_options, forum_id))
        alike[granted].append(f"{forum_id} {name}")
    for granted, forums in alike.items():
        title = f"In forum{'s' * (len(forums) > 1)} {', '.join(forums)}"
        say_wrapped(title, width=_WIDTH, further="  ", bold=True)
        _show_options(granted)


def _forum_names(connector: Connector) -> dict[int, str]:
    rows = connector.private("_fetch_forum_names")
    return {int(row["forum_id"]): str(row["forum_name"]) for row in rows}


# Where one option comes from


def _show_trace(data: BoardData, row: Mapping[str, Any], option: str, forum_id: int) -> None:
    tables = permission_tables(data.connector, int(row["user_id"]))
    names = _Names(data.connector, int(row["user_id"]), tables)
    lines = [(0, "Everywhere")] if option in data.options.global_options else []
    if forum_id and option in data.options.local_options:
        lines.append((forum_id, f"In forum {forum_id}, {_forum_names(data.connector)[forum_id]}"))
    for line, title in lines:
        say(title, bold=True)
        _show_steps(_trace(data.options, option, line, row, tables), names)
    acl = user_acl(data.connector, data.options, row)
    if lines:
        _show_result(data, row, tables, acl, option, forum_id)
    if option in data.options.local_options and not forum_id:
        forums = ", ".join(map(str, acl.forums(option))) or "no forum by a line of its own"
        say(f"{option} is set forum by forum: granted in {forums}. Give --forum ID for one of them.")
    elif forum_id and option not in data.options.local_options:
        say(f"{option} is not set forum by forum; the answer for the whole board counts everywhere.")


def _trace(
    options: AclOptions, option: str, forum_id: int, row: Mapping[str, Any], tables: PermissionTables
) -> list[TraceStep]:
    return trace(
        options,
        option,
        forum_id,
        user_type=int(row["user_type"]),
        user_rows=tables.user_rows,
        group_rows=tables.group_rows,
        role_data=tables.role_data,
    )


def _show_steps(steps: Iterable[TraceStep], names: _Names) -> None:
    rows = [("at first", "", _word(NO))]
    rows += [(names.describe(step), _word(step.setting), _word(step.result)) for step in steps]
    width = max(len(who) for who, _, _ in rows)
    for who, setting, result in rows:
        says = f"says {setting}" if setting else ""
        padding = " " * (11 - shown_width(says))
        say(f"  {who:{width}}  {says}{padding}so far {result}")
    if len(rows) == 1:
        say("  nobody says anything about it")


def _show_result(
    data: BoardData,
    row: Mapping[str, Any],
    tables: PermissionTables,
    acl: UserAcl,
    option: str,
    forum_id: int,
) -> None:
    """Print the answer, and whether the tables and the stored string agree about it."""
    answer = acl.has_privilege(option, forum_id)
    say(f"Granted: {_word(YES if answer else NO)}")
    if not fits(row["user_permissions"], data.options):
        return
    computed = UserAcl.compute(
        data.options,
        user_type=int(row["user_type"]),
        user_rows=tables.user_rows,
        group_rows=tables.group_rows,
        role_data=tables.role_data,
    ).has_privilege(option, forum_id)
    if computed == answer:
        say("The stored permission string agrees.")
    else:
        say(
            f"The stored permission string says {_word(YES if answer else NO)} and counts, although the tables say "
            f"{_word(YES if computed else NO)}. phpBB computes it anew when its cache is purged in the administration."
        )


class _Names:
    """Tell groups and roles by name.

    :param tables: what the user's permissions are computed from.
    """

    def __init__(self, connector: Connector, user_id: int, tables: PermissionTables) -> None:
        memberships = connector.private("_fetch_memberships", user_id=user_id)
        self._groups = {int(row["group_id"]): str(row["group_name"]) for row in memberships}
        role_ids = sorted({row.auth_role_id for row in (*tables.user_rows, *tables.group_rows)} - {0})
        roles = connector.private("_fetch_roles", role_ids=role_ids) if role_ids else []
        # The versions do not list role names among their escaped columns.
        self._roles = {int(row["role_id"]): str(row["role_name"]) for row in roles}

    def describe(self, step: TraceStep) -> str:
        """Return who says what a step says."""
        if step.source == "founder":
            return "founder: every a_ option"
        role = f", role {self._roles.get(step.auth_role_id, step.auth_role_id)}" if step.auth_role_id else ""
        group = f"group {self._groups.get(step.group_id, step.group_id)}" if step.group_id else ""
        if step.source == "flag":
            what = (
                "another option of its kind is yes" if step.setting == YES else "another of its kind is never"
            )
            return f"flag: {what}" + (f" ({group}{role})" if group else "")
        return f"{group or 'user'}{role}"


def _word(setting: int) -> str:
    word, colour = _WORDS[setting]
    return coloured(word, colour)
