"""What a version is: the statements, functions and rules of one phpBB release line.

A `Version` holds only what differs from its parent; `ReleaseLine` is one with its parents folded in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from typing import Any, Protocol

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion
from packaging.version import Version as Release

from ..errors import BrokenPluginError, StatementSyntaxError
from ..phpbb.acl import UserAcl
from ..phpbb.rules import Rules
from .queries import Query, QuerySet, parse_sql


class Viewer(Protocol):
    """For whom content is asked: the source of context parameters."""

    @property
    def user_id(self) -> int:
        """Return the phpBB user id; 1 is the guest."""
        ...

    @property
    def acl(self) -> UserAcl:
        """Return the viewer's permissions; asks the board where they are not known yet."""
        ...

    @property
    def now(self) -> int:
        """Return the Unix time of the request."""
        ...


Function = Callable[..., Any]
"""A named call that takes more than one statement: ``function(ask, *, user_id=…)``.

``ask(name, **parameters)`` calls statements; parameters that the version's ``context`` names are
filled in from the viewer.
"""


@dataclass(frozen=True, kw_only=True)
class Version:
    """One phpBB release line, as a plugin registers it.

    :param name: such as ``3.3``; equal to the entry point's name.
    :param releases: the phpBB releases it serves, as a PEP 440 specifier set: ``==3.3.*``.
    :param parent: the name of the version that this one differs from; None for none.
    :param queries: name of a ``.sql`` file → its text. ``content.sql`` holds general statements and
        ``content.mysql.sql`` those of a dialect; ``""`` and ``mysql`` are short for ``queries.sql`` and
        ``queries.mysql.sql``.
    :param functions: name → `Function`.
    :param context: context parameter → how to get it from the `Viewer`.
    :param rules: fields of `Rules` that differ from the parent's.
    :param escaped_columns: further columns that phpBB stores HTML-escaped as plain text.
    :param secret_columns: further columns that never reach the session mapping, not even by an owner's statement.
    :param schema: the tables, for `flask_phpbb3.testing`: what differs from the parent's.
    """

    name: str
    releases: str
    parent: str | None = None
    queries: Mapping[str, str] = field(default_factory=dict, repr=False)
    functions: Mapping[str, Function] = field(default_factory=dict, repr=False)
    context: Mapping[str, Callable[[Viewer], Any]] = field(default_factory=dict, repr=False)
    rules: Mapping[str, Any] = field(default_factory=dict, repr=False)
    escaped_columns: frozenset[str] = field(default=frozenset(), repr=False)
    secret_columns: frozenset[str] = field(default=frozenset(), repr=False)
    schema: str = field(default="", repr=False)

    @classmethod
    def from_package(cls, package: str, **fields: Any) -> Version:
        """Make a version from the ``.sql`` files of a package: ``schema.sql`` and any number with statements.

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

    @cached_property
    def specifiers(self) -> SpecifierSet:
        """Return the releases as a specifier set.

        :raises BrokenPluginError: if the text is none.
        """
        try:
            return SpecifierSet(self.releases, prereleases=True)
        except InvalidSpecifier:
            raise BrokenPluginError(
                f"Version {self.name!r}: {self.releases!r} is no set of releases; write '==3.3.*' or '>=3.1,<3.2'."
            ) from None

    def serves(self, release: Release) -> bool:
        """Tell whether this version serves a phpBB release."""
        return self.specifiers.contains(release, prereleases=True)


@dataclass(frozen=True)
class ReleaseLine:
    """A version with its parents folded in.

    :param lineage: the versions, the root first.
    """

    lineage: tuple[Version, ...]

    @property
    def version(self) -> Version:
        """Return the most specific version."""
        return self.lineage[-1]

    @property
    def name(self) -> str:
        """Return the name of the version, such as ``3.3``."""
        return self.version.name

    @cached_property
    def rules(self) -> Rules:
        """Return the rules of this line.

        :raises BrokenPluginError: if a version changes a rule that does not exist.
        """
        rules = Rules()
        for version in self.lineage:
            try:
                rules = dataclasses.replace(rules, **version.rules)
            except TypeError:
                unknown = sorted(set(version.rules) - {f.name for f in dataclasses.fields(Rules)})
                raise BrokenPluginError(
                    f"Version {version.name!r} changes unknown rules: {unknown}."
                ) from None
        return rules

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """Return the functions by name."""
        return {name: function for version in self.lineage for name, function in version.functions.items()}

    @cached_property
    def context(self) -> Mapping[str, Callable[[Viewer], Any]]:
        """Return the context parameters by name."""
        return {name: get for version in self.lineage for name, get in version.context.items()}

    @cached_property
    def escaped_columns(self) -> frozenset[str]:
        """Return the columns that phpBB stores HTML-escaped."""
        return frozenset().union(*(version.escaped_columns for version in self.lineage))

    @cached_property
    def secret_columns(self) -> frozenset[str]:
        """Return the columns that never reach the session mapping."""
        return frozenset().union(*(version.secret_columns for version in self.lineage))

    @cached_property
    def schema(self) -> tuple[str, ...]:
        """Return the schema texts, the root first."""
        return tuple(version.schema for version in self.lineage if version.schema)

    def query_set(self, dialect: str) -> QuerySet:
        """Return the statements for a dialect; the dialect's own win within each version.

        :raises StatementSyntaxError: if a file breaks the rules, or two of a version have one name.
        """
        queries = QuerySet()
        for version in self.lineage:
            for key in dict.fromkeys(("", dialect)):
                queries = queries.overlay(_statements(version, key))
        return queries


def _statements(version: Version, dialect: str) -> QuerySet:
    """Return what all files of a version hold for a dialect; the empty one is the general."""
    found: dict[str, Query] = {}
    for file, text in sorted((_file_name(key), text) for key, text in version.queries.items()):
        if file.split(".")[1:-1] != ([dialect] if dialect else []):
            continue
        for query in parse_sql(text, source=f"{version.name}/{file}").values():
            if query.name in found:
                raise StatementSyntaxError(
                    f"{query.source}: {query.name!r} is already defined in {found[query.name].source}."
                )
            found[query.name] = query
    return QuerySet(found.values())


def _file_name(key: str) -> str:
    return key if key.endswith(".sql") else ".".join(filter(None, ("queries", key, "sql")))


def parse_release(text: str) -> Release | None:
    """Read a phpBB release such as ``3.3.10``, ``3.0.7-PL1`` or ``4.0.0-a1``; None if it is none."""
    try:
        return Release(text.strip().lower().replace("-pl", ".post"))
    except InvalidVersion:
        return None
