"""Find plugins by name, load the one chosen, and explain what went wrong.

Listing imports nothing. Only what an application names is loaded, so a broken add-on that merely lies
about cannot take an application down.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final, TypeVar

import pluggy
from packaging.version import Version as Release

from ..errors import BrokenPluginError, DuplicatePluginError, PluginNotFoundError
from .addon import AddOn, may_only_read, refuse_twice
from .driver import Driver
from .hookspecs import PROJECT_NAME, Hooks
from .queries import QuerySet, parse_statements
from .version import ReleaseLine, Version, parse_release

GROUPS: Final = {
    "driver": "flask_phpbb3.drivers",
    "version": "flask_phpbb3.versions",
    "add-on": "flask_phpbb3.addons",
}
AUTO: Final = "auto"
DISTRIBUTION: Final = "flask-phpbb3"

_PluginT = TypeVar("_PluginT", type[Driver], Version)


@dataclass(frozen=True)
class InstalledPlugin:
    """A plugin that some distribution offers.

    :ivar kind: ``driver``, ``version`` or ``add-on``.
    :ivar name: the entry point's name.
    :ivar distribution: name and version of the distribution, or ``in process``.
    """

    kind: str
    name: str
    distribution: str


class Plugins:
    """The plugins of one application.

    :param plugins: in-process plugins (modules or objects with hooks), or names of installed add-ons.
    :raises PluginError: if one cannot be used.
    """

    def __init__(self, plugins: Iterable[Any] = ()) -> None:
        self._manager = pluggy.PluginManager(PROJECT_NAME)
        self._manager.add_hookspecs(Hooks)
        self._in_process: list[str] = []
        self._addon_names: dict[str, str] = {}
        self._entry_points = {kind: tuple(entry_points(group=group)) for kind, group in GROUPS.items()}
        for plugin in plugins:
            if isinstance(plugin, str):
                label = self._load_and_register("add-on", plugin)
                self._addon_names[label] = plugin
            else:
                self._in_process.append(self._register(plugin, self._label_of(plugin)))

    def installed(self) -> list[InstalledPlugin]:
        """List all plugins by kind and name, importing none that is not in use."""
        found = [
            InstalledPlugin(kind, point.name, _distribution(point))
            for kind, points in self._entry_points.items()
            for point in points
        ]
        found += [InstalledPlugin("driver", name, "in process") for name in self._in_process_drivers()]
        found += [InstalledPlugin("version", name, "in process") for name in self._in_process_versions()]
        return sorted(found, key=lambda plugin: (plugin.kind, plugin.name, plugin.distribution))

    def addon_names(self) -> frozenset[str]:
        """Return the names of the installed add-ons in use."""
        return frozenset(self._addon_names.values())

    def version_names(self) -> list[str]:
        """Return the names of all versions, importing none that is not in use."""
        return sorted({*self._names("version"), *self._in_process_versions()})

    def driver(self, name: str) -> type[Driver]:
        """Load the driver of a name.

        :raises PluginError: if there is none, more than one, or it does not fit.
        """
        in_process = self._in_process_drivers()
        if name in in_process:
            self._refuse_duplicate("driver", name)
            return in_process[name]
        label = self._load_and_register("driver", name, in_process)
        return _checked_driver(self._ask(label, "phpbb3_register_driver"), name, label)

    def driver_for(self, dbms: str) -> type[Driver]:
        """Load the driver for phpBB's word for a database, among those whose module is installed.

        A driver of this distribution wins, the first by name; other drivers must say that they are `automatic`.

        :param dbms: such as ``postgres``.
        :raises PluginError: if no driver serves it, none is installed, or two strangers do alike.
        """
        serving: list[type[Driver]] = []
        broken: list[str] = []
        for name in sorted({*self._names("driver"), *self._in_process_drivers()}):
            try:
                found = self.driver(name)
            except BrokenPluginError as error:
                broken.append(str(error))
            else:
                serving += [found] if dbms in found.dbms else []
        choice = [found for found in serving if vars(found).get("automatic")]  # a subclass speaks for itself
        installed = self._first_built_in("driver", [found for found in choice if found.is_installed()])
        if len(installed) > 1:
            raise DuplicatePluginError(
                f"Drivers {_names_of(installed)} serve {dbms!r} alike; name one of them in {_setting('driver')}.",
                key=_setting("driver"),
            )
        if installed:
            return installed[0]
        if choice:
            names = " or ".join(f"pip install '{found.needs()}'" for found in choice)
            message = f"No driver for {dbms!r} is installed: {names}."
        elif serving:
            message = f"Drivers are chosen by name only for {dbms!r}: {_names_of(serving)}."
        else:
            message = f"No driver serves {dbms!r}, the $dbms of the forum's config.php."
        raise PluginNotFoundError(" ".join([message, *broken]), key=_setting("driver"))

    def line(self, version: str) -> ReleaseLine:
        """Load the version of a name, or the most specific one that serves a phpBB release.

        :param version: a plugin's name such as ``3.3`` or a release such as ``3.3.10``.
        :raises PluginError: if there is none, more than one, or it does not fit.
        """
        if version in self._names("version") or version in self._in_process_versions():
            return self._lineage(version)
        release = parse_release(version)
        if release is None:
            raise PluginNotFoundError(
                self._unknown("version", version, self._in_process_versions()), key="PHPBB3['VERSION']"
            )
        return self._lineage(self._most_specific(release, version))

    def addons(self, version: str) -> tuple[AddOn, ...]:
        """Ask all registered plugins for add-ons.

        :param version: the name of the chosen version.
        :raises PluginError: if one would write or does not fit.
        :raises StatementSyntaxError: if a statement cannot be read.
        """
        found: list[AddOn] = []
        for plugin in self._manager.get_plugins():
            label = self._manager.get_name(plugin) or ""
            addon = self._ask(label, "phpbb3_register_addon", version=version)
            if addon is None:
                continue
            if not isinstance(addon, AddOn):
                raise BrokenPluginError(
                    f"{_sentence(label)}: phpbb3_register_addon must return a flask_phpbb3.AddOn, not {addon!r:.80}."
                )
            _check_name(addon, self._addon_names.get(label), label)
            addon.check()
            found.append(addon)
        return tuple(found)

    def extensions(self, version: str, dialect: str) -> QuerySet:
        """Ask all registered plugins for further statements.

        :raises PluginError: if an add-on would write, or two define the same name.
        :raises StatementSyntaxError: if a statement cannot be read.
        """
        known: dict[str, str] = {}
        queries = QuerySet()
        for addon in self.addons(version):
            added = addon.query_set(dialect)
            refuse_twice(known, {query.name: query.source for query in added.values()})
            refuse_twice(known, dict.fromkeys(addon.functions, addon.label))
            queries = queries.overlay(added)
        for added in self._extended_queries(version, dialect):
            refuse_twice(known, {query.name: query.source for query in added.values()})
            queries = queries.overlay(added)
        return queries

    def _extended_queries(self, version: str, dialect: str) -> Iterator[QuerySet]:
        for plugin in self._manager.get_plugins():
            label = self._manager.get_name(plugin) or ""
            extended = self._ask(label, "phpbb3_extend_queries", version=version, dialect=dialect)
            if extended is None:
                continue
            if not isinstance(extended, Mapping):
                raise BrokenPluginError(f"{_sentence(label)}: phpbb3_extend_queries must return a mapping.")
            added = parse_statements(extended, source=label)
            for query in added.values():
                if query.operation == "set" or query.is_private:
                    raise may_only_read(label, query.name)
            yield added

    def _label_of(self, plugin: Any) -> str:
        """Return what an in-process plugin is called; a second object of one class is another plugin."""
        label = f"plugin {getattr(plugin, '__name__', type(plugin).__name__)!r}"
        known = self._manager.get_plugin(label)
        return label if known is None or known is plugin else f"{label} ({len(self._in_process) + 1})"

    def _first_built_in(self, kind: str, plugins: list[_PluginT]) -> list[_PluginT]:
        """Return the first, by name, that comes with this distribution, alone; all of them if none does."""
        own = [plugin for plugin in plugins if self._is_built_in(kind, plugin.name)]
        return own[:1] or plugins

    def _is_built_in(self, kind: str, name: str) -> bool:
        return any(point.dist and point.dist.name == DISTRIBUTION for point in self._points(kind, name))

    def _load_and_register(self, kind: str, name: str, in_process: Iterable[str] = ()) -> str:
        """Register an installed plugin; return the label it is known by."""
        plugin = self._load(kind, name, in_process)
        return self._register(plugin, f"{kind} {name!r}", _distribution(self._points(kind, name)[0]))

    def _register(self, plugin: Any, label: str, distribution: str = "") -> str:
        """Register a plugin and check all its hooks; return the label it is known by.

        :param distribution: what brings it; empty for a plugin in process.
        """
        if self._manager.has_plugin(label):
            return label
        try:
            self._manager.register(plugin, label)
            self._manager.check_pending()
        except pluggy.PluginValidationError as error:
            whose = f"{_sentence(label)} of {distribution}" if distribution else _sentence(label)
            raise BrokenPluginError(
                f"{whose} does not fit this release of flask_phpbb3: {str(error).strip()}. Its hooks are mistyped, or "
                "it was written for another release; one that it can do without is marked "
                "hookimpl(optionalhook=True)."
            ) from error
        except ValueError as error:
            raise DuplicatePluginError(f"{_sentence(label)} is registered twice: {error}") from error
        return label

    def _ask(self, label: str, hook: str, **arguments: Any) -> Any:
        """Call a hook of one plugin; None if it has no such hook."""
        others = [p for p in self._manager.get_plugins() if self._manager.get_name(p) != label]
        try:
            answers = self._manager.subset_hook_caller(hook, others)(**arguments)
        except Exception as error:
            raise BrokenPluginError(
                f"{_sentence(label)}: {hook} failed with {type(error).__name__}: {error}"
            ) from error
        return answers[0] if answers else None

    def _names(self, kind: str) -> list[str]:
        return sorted({point.name for point in self._entry_points[kind]})

    def _points(self, kind: str, name: str) -> list[EntryPoint]:
        return [point for point in self._entry_points[kind] if point.name == name]

    def _load(self, kind: str, name: str, in_process: Iterable[str] = ()) -> Any:
        points = self._points(kind, name)
        if not points:
            raise PluginNotFoundError(self._unknown(kind, name, in_process), key=_setting(kind))
        if len(points) > 1:
            raise _duplicate(kind, name, [_distribution(point) for point in points])
        try:
            return points[0].load()
        except Exception as error:
            raise BrokenPluginError(
                f"{kind.capitalize()} {name!r} of {_distribution(points[0])} does not load: "
                f"{type(error).__name__}: {error}"
            ) from error

    def _unknown(self, kind: str, name: str, in_process: Iterable[str]) -> str:
        names = sorted({*self._names(kind), *in_process})
        near = difflib.get_close_matches(name, names, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        return f"No {kind} named {name!r} ({_setting(kind)}). Installed: {', '.join(names) or 'none'}.{hint}"

    def _refuse_duplicate(self, kind: str, name: str) -> None:
        if points := self._points(kind, name):
            raise _duplicate(kind, name, ["in process", *map(_distribution, points)])

    def _in_process_drivers(self) -> dict[str, type[Driver]]:
        asked = [(label, self._ask(label, "phpbb3_register_driver")) for label in self._in_process]
        drivers = [_checked_driver(found, None, label) for label, found in asked if found is not None]
        return _by_name("driver", drivers)

    def _in_process_versions(self) -> dict[str, Version]:
        asked = [(label, self._ask(label, "phpbb3_register_version")) for label in self._in_process]
        versions = [_checked_version(found, None, label) for label, found in asked if found is not None]
        return _by_name("version", versions)

    def _version(self, name: str) -> Version:
        in_process = self._in_process_versions()
        if name in in_process:
            self._refuse_duplicate("version", name)
            return in_process[name]
        label = self._load_and_register("version", name, in_process)
        return _checked_version(self._ask(label, "phpbb3_register_version"), name, label)

    def _lineage(self, name: str) -> ReleaseLine:
        lineage = [self._version(name)]
        while (parent := lineage[0].parent) is not None:
            if any(version.name == parent for version in lineage):
                raise BrokenPluginError(f"Version {name!r} is its own ancestor through {parent!r}.")
            lineage.insert(0, self._version(parent))
        return ReleaseLine(tuple(lineage))

    def _most_specific(self, release: Release, asked: str) -> str:
        """Choose among all versions that serve a release; one that does not load is passed over.

        Of several that serve the same releases, one of this distribution wins; of strangers, the one that builds
        on another.
        """
        matching: list[Version] = []
        broken: list[str] = []
        for name in self.version_names():
            try:
                version = self._version(name)
                if version.serves(release):
                    matching.append(version)
            except BrokenPluginError as error:
                broken.append(str(error))
        choice = [version for version in matching if version.automatic]
        if not choice:
            by_name = f" By its name only: {_names_of(matching)}." if matching else ""
            raise PluginNotFoundError(
                " ".join(
                    [
                        f"No version serves phpBB {asked} ({_setting('version')}).{by_name} Installed: "
                        f"{', '.join(self.version_names())}.",
                        *broken,
                    ]
                ),
                key=_setting("version"),
            )
        narrowest = max(map(_specificity, choice))
        best = [version for version in choice if _specificity(version) == narrowest]
        parents = {version.parent for version in best}
        best = self._first_built_in("version", best) or best
        best = [version for version in best if version.name not in parents] if len(best) > 1 else best
        if len(best) > 1:
            raise DuplicatePluginError(
                f"Versions {_names_of(best)} serve phpBB {asked} alike; name one of them in {_setting('version')}.",
                key=_setting("version"),
            )
        return best[0].name


def _sentence(label: str) -> str:
    return label[:1].upper() + label[1:]


def _names_of(plugins: Iterable[type[Driver] | Version]) -> str:
    return ", ".join(repr(plugin.name) for plugin in plugins)


def _setting(kind: str) -> str:
    return {"driver": "PHPBB3['DRIVER']", "version": "PHPBB3['VERSION']"}.get(kind, "plugins=")


def _distribution(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown distribution"


def _duplicate(kind: str, name: str, distributions: list[str]) -> DuplicatePluginError:
    return DuplicatePluginError(
        f"More than one {kind} is named {name!r}: {', '.join(distributions)}. Uninstall all but one.",
        key=_setting(kind),
    )


def _by_name(kind: str, plugins: Iterable[Any]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for plugin in plugins:
        if plugin.name in named:
            raise _duplicate(kind, plugin.name, ["in process", "in process"])
        named[plugin.name] = plugin
    return named


def _checked_driver(found: Any, name: str | None, label: str) -> type[Driver]:
    if not (isinstance(found, type) and issubclass(found, Driver)):
        raise BrokenPluginError(
            f"{_sentence(label)}: phpbb3_register_driver must return a subclass of flask_phpbb3.Driver, "
            f"not {found!r:.80}."
        )
    _check_name(found, name, label)
    if inspect.isabstract(found):
        missing = ", ".join(sorted(found.__abstractmethods__))
        raise BrokenPluginError(f"{_sentence(label)} is incomplete: {found.__name__} lacks {missing}.")
    return found


def _checked_version(found: Any, name: str | None, label: str) -> Version:
    if not isinstance(found, Version):
        raise BrokenPluginError(
            f"{_sentence(label)}: phpbb3_register_version must return a flask_phpbb3.Version, not {found!r:.80}."
        )
    _check_name(found, name, label)
    return found


def _check_name(found: Any, name: str | None, label: str) -> None:
    own = getattr(found, "name", None)
    if not isinstance(own, str) or (name is not None and own != name):
        raise BrokenPluginError(
            f"{_sentence(label)} calls itself {own!r}; name it as its entry point is named."
        )


def _specificity(version: Version) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Order versions: the later its first release and the earlier its last, the more specific."""
    first: tuple[int, ...] = (0, 0, 0)
    last: tuple[int, ...] = (9999, 0, 0)
    for specifier in version.specifiers:
        text = specifier.version.removesuffix(".*")
        release = Release(text).release
        bound = (*release, 0, 0, 0)[:3]
        if specifier.operator in {"==", "===", ">=", ">", "~="}:
            first = max(first, bound)
        if specifier.operator in {"<", "<="} or (
            specifier.operator in {"==", "==="} and text == specifier.version
        ):
            last = min(last, bound)
        elif specifier.operator in {"==", "~="}:
            prefix = release if specifier.operator == "==" else release[:-1]
            last = min(last, (*prefix[:-1], prefix[-1] + 1, 0, 0, 0)[:3])
    return first, tuple(-part for part in last)
