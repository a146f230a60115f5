"""What a plugin brings besides its code: statements, functions, and what is to know of columns and tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, ClassVar, TypeVar

from ..errors import BrokenPluginError, ConfigurationError, StatementSyntaxError
from ..rendering.markup import MarkupHistory
from .queries import Query, QuerySet, parse_sql

Function = Callable[..., Any]
"""A named call that takes more than one statement: ``function(ask, *, user_id=…)``.

``ask(name, **parameters)`` calls statements; parameters that the version's ``context`` names are
filled in from the viewer.
"""

_C = TypeVar("_C", bound="Contents")


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What versions and add-ons have in common.

    :param name: equal to the entry point's name.
    :param queries: name of a ``.sql`` file → its text. ``content.sql`` holds general statements and
        ``content.mysql.sql`` those of a dialect; ``""`` and ``mysql`` are short for ``queries.sql`` and
        ``queries.mysql.sql``.
    :param functions: name → `Function`.
    :param user_columns: further columns of ``users``, in place of ``{USER_COLUMNS}`` and so in the session.
    :param escaped_columns: further columns that are stored HTML-escaped as plain text.
    :param secret_columns: further columns that never reach the session mapping, not even by an owner's statement.
    :param markup: what texts become in their XML form: release → element → template that it writes from then on.
    :param uid_markup: the same for the bbcode-uid form: release → name → markup.
    :param schema: the tables, for `flask_phpbb3.testing`: what differs from what is there already.
    """

    kind: ClassVar[str] = "plugin"

    name: str
    queries: Mapping[str, str] = field(default_factory=dict, repr=False)
    functions: Mapping[str, Function] = field(default_factory=dict, repr=False)
    user_columns: Collection[str] = field(default=(), repr=False)
    escaped_columns: Collection[str] = field(default=frozenset(), repr=False)
    secret_columns: Collection[str] = field(default=frozenset(), repr=False)
    markup: MarkupHistory = field(default_factory=dict, repr=False)
    uid_markup: MarkupHistory = field(default_factory=dict, repr=False)
    schema: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        for columns in ("user_columns", "escaped_columns", "secret_columns"):
            if isinstance(getattr(self, columns), str):
                raise TypeError(f"{columns} is a collection of names, not a single string")

    @classmethod
    def from_package(cls: type[_C], package: str, **fields: Any) -> _C:
        """Make one from the ``.sql`` files of a package: ``schema.sql`` and any number with statements.

        ``content.sql`` holds statements for every dialect, ``content.<dialect>.sql`` those of one.

        :param package: the package's name, ``__name__`` in its ``__init__.py``.
        :param fields: the other fields.
        :raises TypeError: if it is a single module, which on some Pythons has no files beside it.
        """
        queries: dict[str, str] = {}
        schema = ""
        for file in resources.files(package).iterdir():
            if file.name == "schema.sql":
                schema = file.read_text("utf-8")
            elif file.name.endswith(".sql"):
                queries[file.name] = file.read_text("utf-8")
        return cls(queries=queries, schema=schema, **fields)

    def statements(self, dialect: str) -> QuerySet:
        """Return what all files hold for a dialect; the empty one is the general.

        :raises StatementSyntaxError: if a file breaks the rules, or two statements have one name.
        """
        found: dict[str, Query] = {}
        for file, text in sorted((_file_name(key), text) for key, text in self.queries.items()):
            if file.split(".")[1:-1] != ([dialect] if dialect else []):
                continue
            for query in parse_sql(text, source=f"{self.name}/{file}").values():
                if query.name in found:
                    raise StatementSyntaxError(
                        f"{query.source}: {query.name!r} is already defined in {found[query.name].source}."
                    )
                found[query.name] = query
        return QuerySet(found.values())

    def query_set(self, dialect: str) -> QuerySet:
        """Return the statements for a dialect, whose own win.

        :raises StatementSyntaxError: as `statements`.
        """
        general = self.statements("")
        return general.overlay(self.statements(dialect)) if dialect else general

    @property
    def label(self) -> str:
        """Return what messages call it, such as ``version '3.3'``."""
        return f"{self.kind} {self.name!r}"

    def mistake(self, what: str) -> ConfigurationError:
        """Return the error that tells a mistake of its author.

        :param what: the rest of the sentence that begins with the `label`.
        """
        return BrokenPluginError(f"{self.label[:1].upper()}{self.label[1:]} {what}")


def _file_name(key: str) -> str:
    return key if key.endswith(".sql") else ".".join(filter(None, ("queries", key, "sql")))
