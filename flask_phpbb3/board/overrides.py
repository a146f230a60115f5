"""Statements of owners and add-ons that take the place of built-in ones: which may, and what they must bring."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from ..errors import ParameterError, StatementSyntaxError
from ..plugins.driver import Row
from ..plugins.queries import Query
from .inquiry import ContentFunction

METHODS: Final = frozenset({"get_acl", "get_user_acl"})
"""Names of the API that are no statements."""

_USER_COLUMNS: Final = ("user_id", "user_type", "user_permissions")
_BAN_COLUMNS: Final = ("ban_userid", "ban_exclude", "ban_end")
_SESSION_COLUMNS: Final = (
    *("session_id", "session_time", "session_ip", "session_browser", "session_forwarded_for"),
    "session_autologin",
)
_NEEDED_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "get_user": _USER_COLUMNS,
    "get_autologin": (*_USER_COLUMNS, *_BAN_COLUMNS),
    "get_session": (*_USER_COLUMNS, *_SESSION_COLUMNS, *_BAN_COLUMNS),
    "fetch_acl_options": ("auth_option_id", "auth_option", "is_global", "is_local"),
}


def check_override(
    query: Query, built_in: Query | None, replaced: ContentFunction | None, context: Collection[str]
) -> None:
    """Check that a statement can have its name.

    :param built_in: the built-in statement of this name, if there is one.
    :param replaced: the core's own function of this name, if there is one.
    :param context: the parameters that the viewer knows.
    :raises StatementSyntaxError: if it cannot.
    """
    where = f"Statement {query.name!r} [{query.source}]"
    if query.name in METHODS:
        raise StatementSyntaxError(f"{where}: the name is taken by a method.")
    given = set(query.parameters) - set(context)
    if replaced is not None and (unknown := given - set(replaced.parameters)):
        raise StatementSyntaxError(
            f"{where} overrides a built-in one that takes {', '.join(replaced.parameters) or 'no parameters'}, not "
            f"{', '.join(sorted(unknown))}. Take some of these, or give it another name."
        )
    if built_in is None:
        return
    if query.is_private:
        raise StatementSyntaxError(f"{where} would take the place of one that the core asks for itself.")
    needed = set(built_in.parameters) - set(context)
    if needed != given:
        raise StatementSyntaxError(
            f"{where} overrides a built-in one that takes {', '.join(sorted(needed)) or 'no parameters'}. Take the "
            "same, or give it another name."
        )


def check_columns(query: Query, row: Row) -> None:
    """Check that an overriding statement brings what the core itself reads.

    :raises ParameterError: naming the columns that it lacks.
    """
    missing = [column for column in _NEEDED_COLUMNS.get(query.name, ()) if column not in row]
    if missing:
        raise ParameterError(
            f"{query.name} [{query.source}] overrides the built-in statement without its columns "
            f"{', '.join(missing)}, which the core needs. Add them, or give it another name."
        )
