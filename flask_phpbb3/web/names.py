"""Warn once of a permission or a group that the board does not have: a view is closed to everybody then, or open."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Iterable, Iterator
from weakref import WeakKeyDictionary

from ..board.board import Board
from ..session.sessions import PhpBB3Session

logger = logging.getLogger("flask_phpbb3.web")

_looked_at: WeakKeyDictionary[Board, set[str | int]] = WeakKeyDictionary()


def warn_of_unknown_options(visitor: PhpBB3Session, options: Iterable[str]) -> None:
    """Warn of permission options that the board does not have.

    :param visitor: who asks for a view.
    :param options: such as ``f_read``, or ``!f_read``.
    """
    names = [option.removeprefix("!") for option in options]
    for name in _new(visitor.board, names):
        known = visitor.board.data().options
        if name not in known:
            logger.warning(
                "permission_required(%r): the board has no such permission option.%s Nobody has it, everybody its "
                "opposite.",
                name,
                _hint(name, list(known)),
            )


def warn_of_unknown_groups(visitor: PhpBB3Session, groups: Iterable[int | str]) -> None:
    """Warn of groups that the board does not have; asks one statement, once in the life of the process.

    :param visitor: whom a view refuses.
    :param groups: ids or names.
    """
    for group in _new(visitor.board, groups):
        rows = visitor.board.connector().private("_fetch_group_names")
        names = {str(row["group_name"]) for row in rows}
        if group not in names and group not in {int(row["group_id"]) for row in rows}:
            logger.warning(
                "group_required(%r): the board has no such group.%s Nobody is a member of it.",
                group,
                _hint(group, names) if isinstance(group, str) else "",
            )


def _new(board: Board, names: Iterable[str | int]) -> Iterator[str | int]:
    seen = _looked_at.setdefault(board, set())
    for name in names:
        if name not in seen:
            seen.add(name)
            yield name


def _hint(name: str | int, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(name), sorted(known), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
