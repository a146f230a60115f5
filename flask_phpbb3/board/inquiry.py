"""What a content function receives: for whom it answers, which page, and how to ask.

The functions themselves lie above, in `flask_phpbb3.content`; the connector calls them by name.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import UnionType
from typing import Any, Final, Protocol, get_args, get_origin

from ..errors import ParameterError
from ..phpbb.pages import page_url
from ..phpbb.php import to_bool, to_int
from ..phpbb.rules import Rules
from ..plugins.driver import Row
from ..plugins.version import Viewer
from .arguments import check_bound
from .forums import ForumTree
from .texts import Texts

DEFAULT_LIMIT: Final = 10

MOST_ROWS: Final = 2**63 - 1
"""The greatest number that databases take for a number of rows."""

_SETTINGS_OF_A_VIEWER: Final = (
    "user_type",
    "user_options",
    "user_lang",
    "user_dateformat",
    "user_timezone",
    "user_style",
    "user_lastmark",
    "user_topic_show_days",
    "user_topic_sortby_type",
    "user_topic_sortby_dir",
    "user_post_show_days",
    "user_post_sortby_type",
    "user_post_sortby_dir",
)
"""Columns of a viewer by which answers differ; what else is personal is told by the user id."""


class Known(Protocol):
    """What is known of the board for a short time."""

    @property
    def config(self) -> Mapping[str, str]:
        """Return phpBB's config table."""
        ...

    @property
    def rules(self) -> Rules:
        """Return the rules of the release line."""
        ...

    @property
    def url(self) -> str:
        """Return the board's address without a slash at its end."""
        ...

    @property
    def forums(self) -> ForumTree:
        """Return all forums."""
        ...

    @property
    def texts(self) -> Texts:
        """Return what renders the board's texts."""
        ...

    def kept(self, statement: str) -> Sequence[Row]:
        """Return the rows of a private statement without parameters, kept for a short time."""
        ...

    def guest_viewer(self) -> Viewer:
        """Return the guest."""
        ...

    def viewer_of(self, user_id: int) -> Viewer:
        """Return a user as viewer; one that does not exist may do nothing."""
        ...

    def everything_viewer(self) -> Viewer:
        """Return a viewer from whom nothing is kept."""
        ...


@dataclass(frozen=True)
class Paging:
    """Which rows a ``fetch_`` call returns.

    :param skip: rows to pass over.
    :param limit: most rows to return; None for all.
    """

    skip: int = 0
    limit: int | None = None

    @property
    def end(self) -> int | None:
        """Return how many rows there are up to the last one wanted; None for all."""
        return None if self.limit is None else min(MOST_ROWS, self.skip + self.limit)


class Ask(Protocol):
    """Call a statement of the version by name, private ones too; the viewer's parameters are filled in."""

    def __call__(self, name: str, /, *, skip: int = 0, limit: int | None = None, **parameters: Any) -> Any:
        """Return what the operation of the name says."""
        ...


@dataclass(frozen=True)
class Inquiry:
    """One question about the board's content.

    :ivar ask: calls a statement: ``ask("_fetch_topics", forum_id=2, limit=25)``.
    :ivar viewer: for whom the answer is.
    :ivar page: the rows that are wanted.
    :ivar board: what is known of the board.
    :ivar unfiltered: the viewer sees everything; its user id is nobody's.
    """

    ask: Ask
    viewer: Viewer
    page: Paging
    board: Known
    unfiltered: bool = False

    @property
    def config(self) -> Mapping[str, str]:
        """Return phpBB's config table."""
        return self.board.config

    @property
    def rules(self) -> Rules:
        """Return the rules of the release line."""
        return self.board.rules

    @property
    def forums(self) -> ForumTree:
        """Return all forums."""
        return self.board.forums

    @property
    def user_id(self) -> int:
        """Return the viewer's user id; 1 is the guest."""
        return self.viewer.user_id

    @property
    def now(self) -> int:
        """Return the Unix time of the question."""
        return self.viewer.now

    @property
    def locked_forums(self) -> frozenset[int]:
        """Return the forums whose password the viewer has still to give."""
        return self.viewer.locked_forums

    def page_url(self, script: str, **parameters: Any) -> str:
        """Return the address of one of the board's pages: ``page_url("viewtopic.php", t=7)``."""
        return page_url(self.board.url, script, **parameters)

    def may(self, option: str, forum_id: int = 0) -> bool:
        """Tell whether the viewer has a permission (phpBB rule: Asking for a permission)."""
        return self.viewer.acl.has_privilege(option, forum_id)

    def is_on(self, setting: str, default: str = "0") -> bool:
        """Tell whether a setting of the board is on."""
        return to_bool(self.config.get(setting, default))

    def number(self, setting: str, default: int = 0) -> int:
        """Return a setting of the board as a number."""
        return to_int(self.config.get(setting, str(default)))


@dataclass(frozen=True)
class ContentFunction:
    """A function of the core that answers by name.

    :param call: takes an `Inquiry` and, by keyword, its parameters.
    :param limit: how many rows it returns where the caller does not say; None for all.
    """

    call: Callable[..., Any]
    limit: int | None = DEFAULT_LIMIT

    @cached_property
    def _signature(self) -> inspect.Signature:
        return inspect.signature(self.call, eval_str=True)

    @cached_property
    def viewer_option(self) -> str:
        """Return the keyword that names another viewer: ``user_id``, or ``viewer_id`` if that is taken."""
        return "viewer_id" if "user_id" in self._signature.parameters else "user_id"

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names of its own parameters."""
        return tuple(self._signature.parameters)[1:]

    @property
    def required(self) -> tuple[str, ...]:
        """Return the names of the parameters that every call gives."""
        own = self._signature.parameters
        return tuple(name for name in self.parameters if own[name].default is inspect.Parameter.empty)

    def without_defaults(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a caller has really asked for: a statement in this place may take less."""
        signature = self._signature
        defaults = {name: parameter.default for name, parameter in signature.parameters.items()}
        defaults |= {self.viewer_option: None, "unfiltered": False}
        return {
            name: value
            for name, value in given.items()
            if name not in defaults or value is not defaults[name]
        }

    def check(self, name: str, given: Mapping[str, Any]) -> None:
        """Check names and types of a call's parameters.

        :raises ParameterError: if some are missing, unknown or of the wrong type.
        """
        signature = self._signature
        parameters = list(signature.parameters.values())[1:]
        check_bound(name, signature, given)
        for parameter in parameters:
            value = given.get(parameter.name, parameter.default)
            if value is not parameter.default and not _fits(value, parameter.annotation):
                wanted = inspect.formatannotation(parameter.annotation)
                raise ParameterError(
                    f"{name}(): {parameter.name} must be {wanted}, not {type(value).__name__}."
                )


def _fits(value: Any, annotation: Any) -> bool:
    kinds = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    return any(_is_of(value, kind) for kind in kinds)


def _is_of(value: Any, kind: Any) -> bool:
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if get_origin(kind) is not None:
        inner = get_args(kind)[0]
        return isinstance(value, (list, tuple, set, frozenset)) and all(_is_of(v, inner) for v in value)
    return isinstance(value, kind)


def fingerprint(viewer: Viewer) -> str:
    """Return all of a viewer that an answer may depend on, as text for a cache key."""
    parts = (
        viewer.user_id,
        viewer.acl.encode(),
        sorted(viewer.locked_forums),
        viewer.marks_cookie,
        [(column, viewer.user_columns.get(column)) for column in _SETTINGS_OF_A_VIEWER],
    )
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
