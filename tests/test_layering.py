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

ROOMS: dict[str, set[str]] = {
    "errors": set(),
    "waiting": {"errors"},
    "phpbb": {"errors"},
    "rendering": {"phpbb"},
    "config": {"phpbb", "errors"},
    "plugins": {"config", "rendering"},
    "direct_access": {"plugins", "waiting"},
    "storage": {"config", "waiting"},
    "board": {"plugins", "storage"},
    "content": {"board"},
    "session": {"board", "storage"},
    "web": {"session", "content"},
    "api": {"web", "content"},
    "extension": {"api", "direct_access"},
    "cli": {"extension"},
    "testing": {"extension"},
    "demo": {"cli", "testing"},
}
"""Folder or module of the core → what it stands on; it may import these, and whatever they stand on."""

FLASK = {"session", "storage", "web", "extension", "cli", "testing", "demo"}
ALLOWED = {
    "flask": FLASK,
    "werkzeug": FLASK,
    "pluggy": {"plugins"},
    "cachelib": {"storage", "testing", "demo"},
    "pymemcache": {"storage"},
    "redis": {"storage"},
    "blinker": {"session", "web"},
    "packaging": {"plugins", "board", "cli"},
    "click": {"cli"},
    "flask_login": {"web"},
    "pytest": {"testing"},
}
"""Third-party package → the only rooms of the core that may import it."""

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
            folder = source.joinpath(*module.split("."))
            for alias in node.names:
                whole = (folder / f"{alias.name}.py").exists() or (folder / alias.name).is_dir()
                yield (f"{module}.{alias.name}" if whole else module), node in typing_only


def room_of(path: Path) -> str:
    """Return the room of the core that a file belongs to."""
    return path.relative_to(CORE).with_suffix("").parts[0]


def below(room: str) -> set[str]:
    """Return all that a room may import."""
    return {deep for near in ROOMS[room] for deep in {near, *below(near)}}


def ties(path: Path) -> set[str]:
    """Return the modules of the core that a file imports when it runs, without the leading package's name."""
    return {
        found.removeprefix("flask_phpbb3.")
        for found, typing_only in imports(path)
        if found.startswith("flask_phpbb3.") and not typing_only
    }


FILES = sorted(path for path in CORE.rglob("*.py"))
PLUGINS = sorted([*(ROOT / "drivers").rglob("*.py"), *(ROOT / "versions").rglob("*.py")])


def test_every_module_stands_in_a_room() -> None:
    assert {room_of(path) for path in FILES} - {*ROOMS, "__init__"} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_what_lies_below(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    upward = {tie for tie in ties(path) if tie.split(".")[0] not in {room, *below(room)}}
    assert not upward, f"{room} imports {upward}, which does not lie below it"


def test_there_is_no_circle() -> None:
    """Neither between modules nor, by the table, between rooms; not even one that only type checkers see."""
    graph = {
        _dotted(path): {
            found.removeprefix("flask_phpbb3.")
            for found, _ in imports(path)
            if found.startswith("flask_phpbb3.")
        }
        for path in FILES
    }
    for start in graph:
        seen: set[str] = set()
        ahead = set(graph[start])
        while ahead:
            name = ahead.pop()
            seen.add(name)
            ahead |= graph.get(name, set()) - seen
        assert start not in seen, f"{start} imports itself in a circle"


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(CORE).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_third_party_packages_are_kept_where_they_belong(path: Path) -> None:
    name = room_of(path)
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
