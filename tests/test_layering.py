"""Who may import whom, as docs/architecture.md has it, read from the sources."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import flask_phpbb3

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "flask_phpbb3"

OUTER = {"web", "cli", "demo", "testing"}
"""Folders that may import anything of the core."""

LAYERS: tuple[set[str], ...] = (
    {"errors", "php", "text", "rules", "snapshot", "sql_text", "acl_options"},
    {"acl", "addresses", "config", "config_php", "queries", "pool", "tokens"},
    {"driver", "visitor", "faults"},
    {"sql_driver", "version", "bots", "bans", "identity"},
    {"hookspecs", "cache", "backends"},
    {"plugins", "connector", "keystore"},
    {"permissions"},
    {"board"},
    {"identification"},
    {"application_keys", "signals"},
    {"lastseen"},
    {"sessions"},
    {"api"},
    {"extension"},
)
"""From the bottom; a module imports only from layers below its own, or from beside it."""

ALLOWED = {
    "flask": {"sessions", "application_keys", "extension", "signals", "keystore", "lastseen", *OUTER},
    "werkzeug": {"sessions", "extension", *OUTER},
    "pluggy": {"hookspecs", "plugins"},
    "cachelib": {"backends", "cache", *OUTER},
    "pymemcache": {"backends"},
    "redis": {"backends"},
    "blinker": {"signals", *OUTER},
    "packaging": {"version", "plugins", "board", *OUTER},
    "click": {"cli"},
    "flask_login": {"web"},
    "pytest": {"testing"},
}
"""Third-party package → the only modules of the core that may import it."""

DATABASE_MODULES = {"psycopg2", "psycopg", "psycopg_pool", "pymysql", "MySQLdb", "sqlite3"}


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield what a file imports, as absolute names, and whether only type checkers see it."""
    tree = ast.parse(path.read_text("utf-8"))
    typing_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    source = next(root for root in (ROOT / "drivers", ROOT / "versions", ROOT) if root in path.parents)
    package = [*path.relative_to(source).parts[:-1]]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node in typing_only) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            if module == "flask_phpbb3" and node.level:  # from . import board
                yield from ((f"{module}.{alias.name}", node in typing_only) for alias in node.names)
            else:
                yield module, node in typing_only


def module_of(path: Path) -> str:
    """Return the module or folder of the core that a file belongs to."""
    return path.relative_to(CORE).with_suffix("").parts[0]


FILES = sorted(path for path in CORE.rglob("*.py"))
PLUGINS = sorted([*(ROOT / "drivers").rglob("*.py"), *(ROOT / "versions").rglob("*.py")])


def test_every_module_has_its_layer() -> None:
    known = {name for layer in LAYERS for name in layer} | OUTER | {"__init__"}
    assert {module_of(path) for path in FILES} - known == set()
    assert sum(map(len, LAYERS)) == len({name for layer in LAYERS for name in layer})


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_lies_below(path: Path) -> None:
    name = module_of(path)
    if name in OUTER or name == "__init__":
        return
    height = {module: number for number, layer in enumerate(LAYERS) for module in layer}
    for found, typing_only in imports(path):
        if not found.startswith("flask_phpbb3.") or typing_only:
            continue
        other = found.split(".")[1]
        # The extension registers what pages need.
        if (name, other) == ("extension", "web"):
            continue
        assert other in height, f"{name} imports {found}"
        assert height[other] <= height[name], f"{name} imports {found}, which lies above it"


def test_there_is_no_circle() -> None:
    graph = {
        module_of(path): {
            found.split(".")[1]
            for found, typing_only in imports(path)
            if found.startswith("flask_phpbb3.") and not typing_only
        }
        for path in FILES
        if path.parent == CORE and path.stem != "__init__"
    }
    for start in graph:
        seen: set[str] = set()
        ahead = set(graph[start])
        while ahead:
            name = ahead.pop()
            seen.add(name)
            ahead |= graph.get(name, set()) - seen
        assert start not in seen, f"{start} imports itself in a circle"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_third_party_packages_are_kept_where_they_belong(path: Path) -> None:
    name = module_of(path)
    for found, _ in imports(path):
        top = found.partition(".")[0]
        if top in ALLOWED:
            assert name in ALLOWED[top], f"{name} imports {found}"
        if top in DATABASE_MODULES:
            assert name in {"demo", "testing"}, f"{name} imports {found}"
            assert top == "sqlite3"
        assert not top.startswith("flask_phpbb3_") or name in {"demo", "testing"}, f"{name} imports {found}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pytest_is_wanted_only_by_suites_and_fixtures(path: Path) -> None:
    if path.parent.name == "conformance" or path.stem in {"fixtures", "plugin"}:
        return
    assert not any(found.partition(".")[0] in {"pytest", "_pytest"} for found, _ in imports(path))


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: str(path.relative_to(ROOT)))
def test_plugins_import_only_public_names(path: Path) -> None:
    """As a stranger's would: names of ``flask_phpbb3.__all__``, never a module inside."""
    tree = ast.parse(path.read_text("utf-8"))
    own = path.relative_to(ROOT).parts[1]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "flask_phpbb3" and not node.level:
            assert {alias.name for alias in node.names} <= set(flask_phpbb3.__all__)
    for found, typing_only in imports(path):
        assert not found.startswith("flask_phpbb3."), found
        if found.partition(".")[0].startswith("flask_phpbb3_") and not found.startswith(own):
            assert path.parts[-3] == "drivers"  # what drivers share lies in a package of its own
        if found.partition(".")[0] in DATABASE_MODULES and not typing_only:
            assert not _at_top(tree, found), f"{found} must be imported when the driver is used"


def _at_top(tree: ast.Module, module: str) -> bool:
    return any(
        (isinstance(node, ast.Import) and any(alias.name == module for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == module)
        for node in tree.body
    )


def test_importing_the_package_imports_no_client() -> None:
    """Neither a database module nor a cache's client, nor any plugin."""
    import subprocess

    code = "import flask_phpbb3, sys; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "flask_phpbb3" in loaded
    assert not loaded & {*DATABASE_MODULES, "pymemcache", "redis", "pytest", "flask_login"}
    assert not [name for name in loaded if name.startswith("flask_phpbb3_")]


def test_all_names_exist_and_are_sorted() -> None:
    assert all(hasattr(flask_phpbb3, name) for name in flask_phpbb3.__all__)
    assert len(set(flask_phpbb3.__all__)) == len(flask_phpbb3.__all__)
