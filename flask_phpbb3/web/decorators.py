"""Who may see a view: `login_required`, `permission_required`, `group_required`.

They go below ``@app.route``, on views with ``def`` or ``async def``. Whoever is refused gets what
`flask_phpbb3.web.refusal.refuse` says; somebody banned always is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, overload

from werkzeug.exceptions import NotFound

from ..session.sessions import PhpBB3Session
from .current import current_visitor
from .guard import View, guard
from .names import warn_of_unknown_groups, warn_of_unknown_options
from .refusal import refuse

Test = Callable[[PhpBB3Session, dict[str, Any]], bool]

_MAX_ID: Final = 2**63 - 1


@overload
def login_required(view: View) -> View: ...


@overload
def login_required(view: None = None, *, as_json: bool | None = None) -> Callable[[View], View]: ...


def login_required(view: View | None = None, *, as_json: bool | None = None) -> View | Callable[[View], View]:
    """Let only those see a view who are signed in; ``@login_required`` and ``@login_required()`` are one.

    :param view: the view.
    :param as_json: as for `flask_phpbb3.web.refuse`.
    """
    decorate = _let_in(lambda visitor, _: visitor.is_authenticated, as_json=as_json)
    return decorate if view is None else decorate(view)


def permission_required(
    *options: str, forum_id: int = 0, forum_id_arg: str | None = None, as_json: bool | None = None
) -> Callable[[View], View]:
    """Let only those see a view who have a permission (phpBB rule: Asking for a permission).

    A guest who has it sees the view, too. A forum's id that is no number is answered with 404.

    :param options: such as ``f_read``; of several any will do. ``!f_read`` asks the opposite. ``f_read`` of a
        forum is not enough while its password has not been given (phpBB rule: Forum passwords).
    :param forum_id: the forum; 0 for none.
    :param forum_id_arg: the argument of the view that holds the forum's id, such as ``forum_id``.
    :param as_json: as for `flask_phpbb3.web.refuse`.
    :raises TypeError: if no option is given, or the forum twice.
    """
    if not options or not all(isinstance(option, str) for option in options):
        raise TypeError("Name a permission: @permission_required('f_read', forum_id=2).")
    if isinstance(forum_id, bool) or not isinstance(forum_id, int):
        raise TypeError("forum_id is a forum's id; name an argument of the view as forum_id_arg='forum_id'.")
    if forum_id and forum_id_arg is not None:
        raise TypeError("permission_required() takes forum_id or forum_id_arg, not both.")

    def has_permission(visitor: PhpBB3Session, view_args: dict[str, Any]) -> bool:
        forum = forum_id if forum_id_arg is None else _forum_id(view_args, forum_id_arg)
        answer = any(_has(visitor, option, forum) for option in options)
        if visitor.failure is None:
            warn_of_unknown_options(visitor, options)
        return answer

    return _let_in(has_permission, as_json=as_json)


def group_required(*groups: int | str, as_json: bool | None = None) -> Callable[[View], View]:
    """Let only members of a group see a view; pending members are none.

    :param groups: ids, or names as people read them (special groups: phpBB's constant, such as
        ``ADMINISTRATORS``); of several any will do.
    :param as_json: as for `flask_phpbb3.web.refuse`.
    :raises TypeError: if no group is given.
    """
    if not groups or not all(isinstance(group, (int, str)) for group in groups):
        raise TypeError("Name a group: @group_required('Moderators').")

    def is_member(visitor: PhpBB3Session, _: dict[str, Any]) -> bool:
        if not visitor.is_authenticated:
            return False
        if any(visitor.is_member(group) for group in groups):
            return True
        warn_of_unknown_groups(visitor, groups)
        return False

    return _let_in(is_member, as_json=as_json)


def _let_in(may_see: Test, *, as_json: bool | None) -> Callable[[View], View]:
    def refusal(view_args: dict[str, Any]) -> Any:
        visitor = current_visitor()
        return refuse(as_json=as_json) if visitor.ban or not may_see(visitor, view_args) else None

    return guard(refusal)


def _has(visitor: PhpBB3Session, option: str, forum_id: int) -> bool:
    if option == "f_read" and forum_id:
        return visitor.may_read(forum_id)
    return visitor.has_privilege(option, forum_id)


def _forum_id(view_args: dict[str, Any], name: str) -> int:
    if name not in view_args:
        raise RuntimeError(
            f"permission_required(forum_id_arg={name!r}): the view has no such argument; it has "
            f"{', '.join(map(repr, view_args)) or 'none'}. Name one of the route."
        )
    value = view_args[name]
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < len(str(_MAX_ID)):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotFound
    return value
