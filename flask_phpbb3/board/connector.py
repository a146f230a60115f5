"""The one place where driver, version, owner's statements and cache meet: `Connector.call`."""

from __future__ import annotations

import difflib
import inspect
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any, Final

from ..errors import (
    BoardUnavailableError,
    BrokenPluginError,
    ParameterError,
    PhpBB3Error,
    StatementFailedError,
    UnknownStatementError,
    WriteRefusedError,
    WrongStatementError,
)
from ..phpbb.text import stored_forms, unescape_rows
from ..plugins.driver import Driver, Row
from ..plugins.primary import FromPrimary
from ..plugins.queries import Query, QuerySet, parse_statement
from ..plugins.version import ReleaseLine, Viewer
from ..storage.cache import MISS, Cache, QueryCache
from ..waiting.allowance import Spending
from .arguments import check_cache, check_function, parameters_of
from .asked import AnswerT, Record
from .inquiry import DEFAULT_LIMIT, MOST_ROWS, ContentFunction, Inquiry, Known, Paging, fingerprint
from .overrides import METHODS, check_columns, check_override
from .user_columns import UserColumns
from .writes import Writes

NOW: Final = "now"
"""The context parameter that is the same for all viewers, and new every second."""

_ALL_ROWS: Final = Paging()
_ANYWHERE: Final[AbstractContextManager[None]] = nullcontext()


FindViewer = Callable[[], Viewer]


class Connector:
    """Call named statements of one board.

    :param driver: how to ask the board.
    :param line: the release line of the board.
    :param extensions: statements of add-ons.
    :param custom: statements of the owner.
    :param cache: where answers may be kept.
    :param namespace: returns what tells this board's cached answers from others'.
    :param known: what is known of the board.
    :param content: the core's own functions by name; a statement or function of the same name wins.
    :param record: what tells which statements were asked.
    :param spend: makes the block in which the driver is asked, at the cost of what a request may wait.
    :param doubt: is told when a built-in statement does not fit the board's tables.
    :param wrote: is told when something may have been written.
    :param writes: remembers where that was.
    :raises StatementSyntaxError: if a statement cannot be read.
    """

    def __init__(
        self,
        driver: Driver,
        line: ReleaseLine,
        extensions: QuerySet,
        custom: QuerySet,
        *,
        cache: Cache,
        namespace: Callable[[], Sequence[str]],
        known: Known,
        content: Mapping[str, ContentFunction],
        record: Record,
        spend: Callable[[], Spending],
        doubt: Callable[[], None] = lambda: None,
        wrote: Callable[[], None] = lambda: None,
        writes: Writes | None = None,
    ) -> None:
        settings = driver.settings.database
        self.driver = driver
        self.line = line
        self._known = known
        self._record = record
        self._spend = spend
        self._doubt = doubt
        self._wrote = wrote
        self._writes = writes if driver.has_replicas else None
        self._cache = QueryCache(cache, lambda: (*namespace(), line.name, *line.further_user_columns))
        built_in = line.query_set(driver.dialect)
        fields = _user_field_statements(built_in, settings.custom_user_fields)
        self.profile_fields = frozenset(fields) - set(custom)
        everything = built_in.overlay(extensions).overlay(fields).overlay(custom)
        self._queries = dict(everything.compile(settings.table_prefix, line.user_columns))
        self._escaped = {
            query.name: line.escaped_columns.union(query.escaped) if query.escaped else line.escaped_columns
            for query in self._queries.values()
        }
        self._user_columns = UserColumns(driver, line, built_in.get("get_user"))
        self._of_users = frozenset(query.name for query in everything.values() if query.reads_user_columns)
        self._overridden = {*extensions, *custom}
        replaced = {*self._queries, *line.functions} & set(content)
        self._content = {name: call for name, call in content.items() if name not in replaced}
        self._replaced = {name: content[name] for name in replaced}
        for query in (*extensions.values(), *custom.values()):
            replaced_call = self._replaced.get(query.name)
            check_override(query, built_in.get(query.name), replaced_call, line.context)
        for part in line.additions:
            for name in METHODS & set(part.functions):
                raise part.mistake(f"has a function {name!r}; the name is taken by a method.")

    @property
    def content(self) -> Mapping[str, ContentFunction]:
        """Return the functions of the core that no statement or function of the same name replaces."""
        return MappingProxyType(self._content)

    @cached_property
    def names(self) -> frozenset[str]:
        """Return the names of all statements and functions that can be called by name."""
        every = (*self._queries, *self.line.functions, *self._content)
        return frozenset(name for name in every if not name.startswith("_"))

    def describe(self, name: str) -> str:
        """Return the documentation of a statement or function."""
        if name in self._queries:
            return self._queries[name].documentation
        if name in self._content:
            return inspect.getdoc(self._content[name].call) or ""
        return inspect.getdoc(self.line.functions[name]) or ""

    def call(
        self,
        name: str,
        /,
        *,
        viewer: FindViewer | None = None,
        cache: bool = False,
        cache_ttl: float | None = None,
        paging: Mapping[str, Any] | None = None,
        parameters: Mapping[str, Any],
    ) -> Any:
        """Call a statement or function by name.

        :param viewer: finds for whom content is asked, if the statement wants to know; None for the guest.
        :param cache: whether the answer may come from the cache and be kept in it.
        :param cache_ttl: how long to keep it, in seconds, more than 0; None for 300.
        :param paging: ``skip`` and ``limit`` as the caller gave them; defaults 0 and 10.
        :param parameters: the statement's own parameters.
        :returns: a row or None (``get_``), a list of rows (``fetch_``), a bool (``has_``), the number of
            rows touched (``set_``), or whatever a function returns.
        :raises UnknownStatementError: if nothing has that name.
        :raises ParameterError: if parameters are missing, unknown or of the wrong type.
        :raises BoardUnavailableError: if the board cannot be asked.
        :raises MissingColumnError: if the board lacks a user column that the owner or an add-on names.
        """
        self.check_name(name)
        check_cache(name, cache, cache_ttl)
        page = self._page(name, paging or {})
        if name in self._content:
            return self._call_content(name, parameters, page, viewer, cache_ttl if cache else 0)
        if name in self._replaced:
            parameters = self._replaced[name].without_defaults(parameters)
        context = self._fill(name, parameters, viewer)
        values = {**parameters, **context}
        key = self._key(name, values, page, viewer) if cache else None
        if key is not None and (hit := self._cache.get(key)) is not MISS:
            return hit
        answer = self._run(name, values, page, viewer)
        if key is not None:
            self._cache.set(key, answer, cache_ttl)
        return answer

    def check_user_columns(self) -> None:
        """Ask the board whether it has all user columns; asks one statement if so, and some more if not.

        :raises MissingColumnError: naming those that the board lacks and that an owner, an add-on or a version
            chosen by its name only adds.
        :raises BoardMismatchError: if there are some among them that every board of the release should have.
        :raises BoardUnavailableError: if the board cannot be asked.
        """
        self._user_columns.check()

    def _call_content(
        self,
        name: str,
        given: Mapping[str, Any],
        page: Paging,
        viewer: FindViewer | None,
        ttl: float | None,
    ) -> Any:
        """Call a function of the core for the viewer that the call names, or else for the visitor.

        :param ttl: how long to keep the answer, None for the usual time; 0 for not at all.
        """
        function = self._content[name]
        parameters = dict(given)
        unfiltered = parameters.pop("unfiltered", False)
        other = parameters.pop(function.viewer_option, None)
        if not isinstance(unfiltered, bool):
            raise ParameterError(f"{name}(): unfiltered must be True or False.")
        if other is not None and (unfiltered or isinstance(other, bool) or not isinstance(other, int)):
            raise ParameterError(
                f"{name}(): {function.viewer_option} is a user id, and not given with unfiltered=True."
            )
        function.check(name, parameters)
        if unfiltered:
            seen_by = self._known.everything_viewer()
        elif other is not None:
            seen_by = self._known.viewer_of(other)
        else:
            seen_by = (viewer or self._known.guest_viewer)()
        key = None
        if ttl != 0:
            depends = {**parameters, "unfiltered": unfiltered, "viewer": fingerprint(seen_by)}
            key = self._cache.key(name, depends, page.skip, page.limit)
            if key is not None and (hit := self._cache.get(key)) is not MISS:
                return hit
        answer = self._answer_content(name, parameters, page, seen_by, unfiltered)
        if key is not None:
            self._cache.set(key, answer, ttl)
        return answer

    def _answer_content(
        self, name: str, parameters: Mapping[str, Any], page: Paging, viewer: Viewer, unfiltered: bool
    ) -> Any:
        inquiry = Inquiry(partial(self._ask, lambda: viewer), viewer, page, self._known, unfiltered)
        return self._content[name].call(inquiry, **parameters)

    def private(self, name: str, /, **parameters: Any) -> Any:
        """Call any statement for the core itself: all rows, never cached, private ones too.

        Parameters that only a viewer knows must be given, but for the time.

        :raises ParameterError: if an overridden statement lacks a column that the core needs, or wants to know more of
            the viewer than the core does.
        """
        return _answer(self._own(name), self.private_rows(name, **parameters))

    def private_rows(self, name: str, /, **parameters: Any) -> list[Row]:
        """Call any reading statement for the core itself, and return all its rows, whatever its operation.

        :raises ParameterError: as `private`.
        """
        query = self._own(name)
        rows = self._rows(query, self._with_time(query, parameters), _ALL_ROWS)
        if name not in self._overridden or not rows:
            return rows
        check_columns(query, rows[0])
        secrets = self.line.secret_columns
        return [{column: value for column, value in row.items() if column not in secrets} for row in rows]

    def _with_time(self, query: Query, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        given = {NOW: int(time.time()), **parameters} if NOW in query.parameters else parameters
        if missing := [name for name in query.parameters if name not in given]:
            raise ParameterError(
                f"{query.name} [{query.source}] takes {', '.join(missing)}, which the core does not know where it asks "
                "the statement for itself. Leave it out, or give the statement another name."
            )
        return given

    def _own(self, name: str) -> Query:
        """Return a statement that the core needs.

        :raises BrokenPluginError: if the version has none of that name.
        """
        if name not in self._queries:
            raise BrokenPluginError(
                f"Version {self.line.name!r} lacks the statement {name!r}, which the core needs; build it on another "
                "version by its parent."
            )
        return self._queries[name]

    def _key(
        self, name: str, values: Mapping[str, Any], page: Paging, viewer: FindViewer | None
    ) -> str | None:
        """Return the cache key of a call, made of all that its answer may depend on."""
        query = self._queries.get(name)
        if query is not None and not self._is_function(name):
            # An owner's statement may change while its name stays.
            return self._cache.key(f"{name}: {query.sql}", values, page.skip, page.limit)
        # Whatever statements a function calls, they depend on the viewer by nothing else.
        known = (viewer or self._known.guest_viewer)()
        context = {p: get(known) for p, get in self.line.context.items() if p != NOW}
        return self._cache.key(name, {**context, **values}, page.skip, page.limit)

    def _is_function(self, name: str) -> bool:
        return name in self.line.functions and (name not in self._queries or name not in self._overridden)

    def check_name(self, name: str) -> None:
        """Check that a statement or function can be called by a name.

        :raises UnknownStatementError: if none can; offers near names.
        """
        if name in self.names:
            return
        near = difflib.get_close_matches(str(name), sorted(self.names), n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        raise UnknownStatementError(
            f"No statement named {name!r} for phpBB {self.line.name}.{hint} "
            "Add your own in PHPBB3_DATABASE['CUSTOM_STATEMENTS'].",
            statement=str(name),
        )

    def _page(self, name: str, paging: Mapping[str, Any]) -> Paging:
        if not name.startswith("fetch_"):
            if paging:
                raise ParameterError(f"{name}() takes no {' or '.join(paging)}; only fetch_ statements do.")
            return _ALL_ROWS
        content = self._content.get(name)
        usual = content.limit if content else DEFAULT_LIMIT
        skip, limit = paging.get("skip", 0), paging.get("limit", usual)
        for label, value in (("skip", skip), ("limit", limit)):
            if value is None and label == "limit":
                continue
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_ROWS:
                raise ParameterError(f"{name}(): {label} must be a number of rows, 0 or more.")
        return Paging(skip, limit)

    def _fill(self, name: str, parameters: Mapping[str, Any], viewer: FindViewer | None) -> dict[str, Any]:
        """Check the parameters of a call; return the ones that the viewer knows."""
        query = self._queries.get(name)
        wanted: Iterable[str] = query.parameters if query else parameters_of(self.line.functions[name])
        filled = [parameter for parameter in wanted if parameter in self.line.context]
        if query:
            query.check(parameters, filled_in=filled)
        else:
            check_function(name, self.line.functions[name], parameters, filled)
        if not filled:
            return {}
        known = (viewer or self._known.guest_viewer)()
        return {parameter: self.line.context[parameter](known) for parameter in filled}

    def _run(self, name: str, values: Mapping[str, Any], page: Paging, viewer: FindViewer | None) -> Any:
        query = self._queries.get(name)
        if self._is_function(name):
            answer = self.line.functions[name](partial(self._ask, viewer), **values)
            return _page_of(answer, page) if name.startswith("fetch_") else answer
        if name in self._content:
            found = (viewer or self._known.guest_viewer)()
            return self._answer_content(name, values, page, found, unfiltered=False)
        if query is None:
            raise UnknownStatementError(f"phpBB {self.line.name} has no statement {name!r}.", statement=name)
        if query.operation == "set":
            return self._write(query, values, viewer)
        return _answer(query, self._rows(query, values, page))

    def numbers(self, name: str, /, columns: Sequence[str], **parameters: Any) -> str:
        """Call a private statement whose rows are whole numbers, and return all of it as one text.

        See `flask_phpbb3.plugins.driver.Driver.read_numbers`.
        """
        query = self._own(name)
        return self._asked(
            query, lambda: self.driver.read_numbers(query, parameters, columns), lambda text: text.count(";")
        )

    def _rows(self, query: Query, values: Mapping[str, Any], page: Paging) -> list[Row]:
        rows = self._asked(
            query,
            lambda: self.driver.read(query, _prepared(query, values), skip=page.skip, limit=page.limit),
            len,
        )
        return unescape_rows(rows, self._escaped[query.name])

    def _asked(self, query: Query, ask: Callable[[], AnswerT], count: Callable[[AnswerT], int]) -> AnswerT:
        """Ask the driver, at the cost of what the request may wait."""
        try:
            with self._spend(), self._from_where():
                return self._record.run(query.name, query.source, ask, count)
        except StatementFailedError as error:
            if query.name in self._of_users:
                self._user_columns.check()
            raise self._whose(error, query) from None

    def _from_where(self) -> AbstractContextManager[None]:
        """Return the block in which is read what this request may have written."""
        return FromPrimary() if self._writes is not None and self._writes.happened() else _ANYWHERE

    def _whose(self, error: StatementFailedError, query: Query) -> PhpBB3Error:
        """Return the error of a statement that failed: its author's, if the board works, else the board's."""
        if not error.is_lasting:
            return error
        if query.name not in self._overridden:
            self._doubt()
            return error
        try:
            with self._spend():
                self.driver.read(self._own("_fetch_config"), {}, limit=1)
        except BoardUnavailableError:
            return error
        return WrongStatementError(
            f"{error.reason} The board itself can be read: correct the statement, or install what it reads."
        )

    def _ask(
        self,
        viewer: FindViewer | None,
        name: str,
        /,
        *,
        skip: int = 0,
        limit: int | None = None,
        **parameters: Any,
    ) -> Any:
        """Call a statement for a function: all rows unless it says, and what the viewer knows filled in."""
        query = self._queries.get(name)
        filled = [p for p in query.parameters if p in self.line.context] if query else []
        known = (viewer or self._known.guest_viewer)() if filled else None
        context = {p: self.line.context[p](known) for p in filled if known is not None}
        return self._run(name, {**context, **parameters}, Paging(skip, limit), viewer)

    def _write(self, query: Query, values: Mapping[str, Any], viewer: FindViewer | None) -> int:
        if not self.driver.settings.database.lists(query.name):
            raise WriteRefusedError(
                f"{query.name}() would write to the forum; only fields in PHPBB3_DATABASE['CUSTOM_USER_FIELDS'] and "
                "set_ statements in PHPBB3_DATABASE['CUSTOM_STATEMENTS'] may."
            )
        if query.name in self.profile_fields:
            field = query.name.removeprefix("set_")
            check = self.line.functions["_check_profile_value"]
            value = check(partial(self._ask, viewer), field_ident=field, value=values["value"])
            values = {**values, "value": value}
        try:
            with self._spend():
                return self._record.run(
                    query.name, query.source, lambda: self.driver.write(query, _prepared(query, values)), int
                )
        except StatementFailedError as error:
            raise self._whose(error, query) from None
        finally:
            if self._writes is not None:
                self._writes.note()
            self._wrote()


def _prepared(query: Query, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give names the forms in which phpBB may have stored them."""
    names = [key for key, kind in query.types if kind == "name" and key in values]
    return {**values, **{key: stored_forms(values[key]) for key in names}} if names else values


def _answer(query: Query, rows: list[Row]) -> Any:
    if query.operation == "fetch":
        return rows
    first = rows[0] if rows else None
    if query.operation == "get":
        return first
    value = next(iter(first.values())) if first else None
    return bool(value) and value not in ("0", "f")


def _page_of(rows: list[Any], page: Paging) -> list[Any]:
    return rows[page.skip :] if page.limit is None else rows[page.skip : page.skip + page.limit]


def _user_field_statements(queries: QuerySet, names: Iterable[str]) -> QuerySet:
    """Make a ``set_<field>`` of the version's pattern for each custom profile field that it has no own one for."""
    pattern = queries.get("_set_profile_field")
    if pattern is None:
        return QuerySet()
    return QuerySet(
        parse_statement(
            f"set_{name}",
            pattern.sql.replace("{FIELD}", f"pf_{name}"),
            source=f"{pattern.source} for PHPBB3_DATABASE['CUSTOM_USER_FIELDS'] {name!r}",
            documentation=pattern.documentation,
        )
        for name in names
        if f"set_{name}" not in queries
    )
