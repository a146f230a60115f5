"""What a version is: the statements, functions and rules of one phpBB release line.

A `Version` holds only what differs from its parent; `ReleaseLine` is one with its parents folded in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion
from packaging.version import Version as Release

from ..errors import BrokenPluginError
from ..phpbb.acl import UserAcl
from ..phpbb.releases import numbers, reached
from ..phpbb.rules import Rules
from ..rendering.markup import markup_of
from .contents import Contents, Function
from .queries import QuerySet
from .user_columns import add_user_columns, drop_user_columns


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

    @property
    def user_columns(self) -> Mapping[str, Any]:
        """Return the viewer's columns of the table of users."""
        ...

    @property
    def session_id(self) -> str:
        """Return the id of the viewer's phpBB session; empty for none."""
        ...

    @property
    def locked_forums(self) -> frozenset[int]:
        """Return the forums that would ask the viewer for a password; asks the board where there are any."""
        ...

    @property
    def marks_cookie(self) -> str:
        """Return the cookie in which phpBB keeps what a guest has read; empty for none."""
        ...


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What begins with a patch release, within a line.

    :param rules: fields of `Rules` that differ from then on.
    :param user_columns: columns of ``users`` that there are from then on.
    """

    rules: Mapping[str, Any] = field(default_factory=dict)
    user_columns: Collection[str] = ()


@dataclass(frozen=True, kw_only=True)
class Version(Contents):
    """One phpBB release line, as a plugin registers it; the other fields are those of `Contents`.

    :param releases: the phpBB releases it serves, as a PEP 440 specifier set: ``==3.3.*``.
    :param parent: the name of the version that this one differs from; None for none.
    :param automatic: whether ``VERSION`` ``auto``, or a release, may choose it; False for by its name only.
    :param context: context parameter → how to get it from the `Viewer`.
    :param rules: fields of `Rules` that differ from the parent's.
    :param since: release such as ``3.3.11`` → what begins with it.
    :param dropped_user_columns: user columns of the parent that this line has no more.
    """

    kind = "version"

    releases: str
    parent: str | None = None
    automatic: bool = False
    context: Mapping[str, Callable[[Viewer], Any]] = field(default_factory=dict, repr=False)
    rules: Mapping[str, Any] = field(default_factory=dict, repr=False)
    since: Mapping[str, Changes] = field(default_factory=dict, repr=False)
    dropped_user_columns: Collection[str] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if wrong := [release for release in self.since if not numbers(release)]:
            raise self.mistake(f"has changes since {wrong[0]!r}; write a release such as '3.3.11'.")

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

    @property
    def first_release(self) -> str:
        """Return an early release that this version serves, such as ``3.3.0``.

        :raises BrokenPluginError: if the set names no place to look for one.
        """
        near = [(*numbers(specifier.version), 0)[:3] for specifier in self.specifiers]
        near += [(major, minor, patch + 1) for major, minor, patch in near]
        served = [
            text
            for text in (".".join(map(str, found)) for found in sorted(near))
            if self.serves(Release(text))
        ]
        if not served:
            raise self.mistake(
                f"serves {self.releases!r}; name a release, such as '3.3.10', for a board of it."
            )
        return served[0]

    def serves(self, release: Release) -> bool:
        """Tell whether this version serves a phpBB release."""
        return self.specifiers.contains(release, prereleases=True)


@dataclass(frozen=True)
class ReleaseLine:
    """A version with its parents folded in, and what add-ons and the owner put on top.

    :param lineage: the versions, the root first.
    :param additions: what is put on top, the least specific first.
    :param release: the board's phpBB release, by which rules and columns may differ; empty if it is not known.
    """

    lineage: tuple[Version, ...]
    additions: tuple[Contents, ...] = ()
    release: str = ""

    def at(self, release: str) -> ReleaseLine:
        """Return this line as it is at a phpBB release, such as ``3.3.11``."""
        return dataclasses.replace(self, release=release)

    def extended(self, *additions: Contents) -> ReleaseLine:
        """Return this line with something more on top."""
        return dataclasses.replace(self, additions=(*self.additions, *additions))

    @property
    def parts(self) -> tuple[Contents, ...]:
        """Return all that the line consists of, the least specific first."""
        return (*self.lineage, *self.additions)

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
        """Return the rules of this line at its release.

        :raises BrokenPluginError: if a version changes a rule that does not exist.
        """
        rules = Rules()
        for version in self.lineage:
            for fields in (version.rules, *(changes.rules for changes in self._reached(version))):
                try:
                    rules = dataclasses.replace(rules, **fields)
                except TypeError:
                    unknown = sorted(set(fields) - {f.name for f in dataclasses.fields(Rules)})
                    raise version.mistake(f"changes unknown rules: {unknown}.") from None
        return rules

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """Return the functions by name."""
        return {name: function for part in self.parts for name, function in part.functions.items()}

    @cached_property
    def context(self) -> Mapping[str, Callable[[Viewer], Any]]:
        """Return the context parameters by name."""
        return {name: get for version in self.lineage for name, get in version.context.items()}

    @cached_property
    def escaped_columns(self) -> frozenset[str]:
        """Return the columns that phpBB stores HTML-escaped."""
        return frozenset().union(*(part.escaped_columns for part in self.parts))

    @cached_property
    def secret_columns(self) -> frozenset[str]:
        """Return the columns that never reach the session mapping."""
        return frozenset().union(*(part.secret_columns for part in self.parts))

    @cached_property
    def user_columns(self) -> Mapping[str, Contents]:
        """Return what stands for ``{USER_COLUMNS}``: each column of ``users`` with the part that brings it.

        :raises ConfigurationError: if a column is no name or secret, or one is dropped that is not there.
        """
        columns: dict[str, Contents] = {}
        for part in self.parts:
            if isinstance(part, Version):
                drop_user_columns(columns, part, part.dropped_user_columns)
                for changes in self._reached(part):
                    add_user_columns(columns, part, changes.user_columns, self.secret_columns)
            add_user_columns(columns, part, part.user_columns, self.secret_columns)
        return columns

    @cached_property
    def further_user_columns(self) -> tuple[str, ...]:
        """Return the user columns that do not come from the version or its parents."""
        return tuple(name for name, part in self.user_columns.items() if not isinstance(part, Version))

    @cached_property
    def schema(self) -> tuple[str, ...]:
        """Return the schema texts, the root first."""
        return tuple(part.schema for part in self.parts if part.schema)

    def markup(self, release: str) -> dict[str, str]:
        """Return what the elements of a text become (phpBB rule: Markup by release): element → template.

        :param release: the board's, such as ``3.3.10``.
        """
        return markup_of((part.markup for part in self.parts), release)

    def uid_markup(self, release: str) -> dict[str, str]:
        """Return what the bbcode-uid form becomes: name → markup.

        :param release: the board's, such as ``3.3.10``.
        """
        return markup_of((part.uid_markup for part in self.parts), release)

    def _reached(self, version: Version) -> list[Changes]:
        return reached(version.since, self.release)

    def query_set(self, dialect: str) -> QuerySet:
        """Return the statements for a dialect; the dialect's own win within each version.

        :raises StatementSyntaxError: if a file breaks the rules, or two of a version have one name.
        """
        queries = QuerySet()
        for version in self.lineage:
            queries = queries.overlay(version.query_set(dialect))
        return queries


def parse_release(text: str) -> Release | None:
    """Read a phpBB release such as ``3.3.10``, ``3.0.7-PL1`` or ``4.0.0-a1``; None if it is none."""
    try:
        return Release(text.strip().lower().replace("-pl", ".post"))
    except InvalidVersion:
        return None
