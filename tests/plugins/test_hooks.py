"""Every hook is told with its signature and has its tests; older and newer plugins are met by each."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from flask import Flask

from flask_phpbb3 import AddOn, BrokenPluginError, Driver, PhpBB3, Version
from flask_phpbb3.plugins.hookspecs import Hooks
from flask_phpbb3.plugins.registry import GROUPS
from flask_phpbb3.testing import EmbeddedBoard

from ..apps import board_of
from .conftest import Install

ROOT = Path(__file__).parents[2]
HOOKS = {name: hook for name, hook in vars(Hooks).items() if name.startswith("phpbb3_")}
RETURNS = {
    "phpbb3_register_driver": type[Driver],
    "phpbb3_register_version": Version,
    "phpbb3_register_addon": AddOn,
    "phpbb3_extend_queries": Mapping[str, str],
}
"""What is told of each in `docs`; whoever changes a hook changes this, the pages and the plugins of the tests."""


def test_hooks_return_what_is_said() -> None:
    assert {name: get_type_hints(hook)["return"] for name, hook in HOOKS.items()} == RETURNS


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_is_documented_with_its_signature(name: str) -> None:
    arguments = [argument for argument in inspect.signature(HOOKS[name]).parameters if argument != "self"]
    page = (ROOT / "docs" / "plugins.md").read_text("utf-8")
    assert f"\n### `{name}({', '.join(arguments)})`\n" in page
    section = re.split(r"\n##", page.partition(f"\n### `{name}(")[2])[0]
    assert all(f"`{argument}`" in section for argument in arguments)
    said = inspect.getdoc(HOOKS[name]) or ""
    assert re.findall(r":param (\w+):", said) == arguments
    reference = (ROOT / "docs" / "reference" / "hooks.md").read_text("utf-8")
    assert re.search(
        rf"^{name}\({', '.join(f'{argument}: .+' for argument in arguments)}\) -> ", reference, re.M
    )


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_is_in_tests_and_in_an_example(name: str) -> None:
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert f"def {name}(" in tests
    examples = "".join(path.read_text("utf-8") for path in (ROOT / "examples").glob("*/src/**/*.py"))
    assert f"def {name}(" in examples + (ROOT / "docs" / "plugins.md").read_text("utf-8")


PLUGINS = {
    "driver": """
        from flask_phpbb3_sqlite3 import Sqlite3Driver

        class AcmeDriver(Sqlite3Driver):
            name = "acme"

        @hookimpl{options}
        def phpbb3_register_driver({arguments}):
            return AcmeDriver
    """,
    "version": """
        from flask_phpbb3 import Version

        @hookimpl{options}
        def phpbb3_register_version({arguments}):
            return Version(name="acme", releases="==3.3.*", parent="3.3")
    """,
    "add-on": """
        from flask_phpbb3 import AddOn

        @hookimpl{options}
        def phpbb3_register_addon({arguments}):
            return AddOn(name="acme", queries={{"": "-- name: get_acme\\nSELECT 1 AS one"}})
    """,
    "short add-on": """
        @hookimpl{options}
        def phpbb3_extend_queries({arguments}):
            return {{"get_acme": "SELECT 1 AS one"}}
    """,
}
NEWER = """
        @hookimpl{options}
        def phpbb3_of_a_release_to_come(something):
            return None
"""


def use(install: Install, kind: str, arguments: str = "", more: str = "") -> None:
    """Install a plugin and start an application that chooses it, on a board."""
    group = kind.removeprefix("short ")
    code = PLUGINS[kind].format(arguments=arguments, options="") + more.format(options="")
    name = f"acme-{group.replace('-', '')}"
    entry = {"acme": name.replace("-", "_")}
    install(
        name, GROUPS[group].rpartition(".")[2], entry, f"\n        from flask_phpbb3 import hookimpl{code}"
    )
    with closing(EmbeddedBoard(Path.cwd() / "forum.db")) as board:
        app = Flask("hooks")
        app.config.update(board.settings)
    chosen = {"driver": {"DRIVER": "acme"}, "version": {"VERSION": "acme"}}.get(group, {})
    app.config["PHPBB3"] = {**app.config["PHPBB3"], **chosen}
    PhpBB3(app, plugins=["acme"] if group == "add-on" else [])
    bound = board_of(app)
    assert (bound.get_user(user_id=2) or {})["username"] == "admin"
    if group == "add-on":
        assert bound.get_acme() == {"one": 1}
    bound.driver.close()


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("kind", PLUGINS)
def test_an_older_plugin_takes_fewer_arguments(install: Install, kind: str) -> None:
    use(install, kind)


@pytest.mark.parametrize("kind", PLUGINS)
def test_a_plugin_takes_an_argument_that_is_not_there_yet(install: Install, kind: str) -> None:
    said = r"'acme' of acme-\w+ 2\.0 does not fit this release.*something.*another release"
    with pytest.raises(BrokenPluginError, match=re.compile(said, re.DOTALL)):
        use(install, kind, "something")


@pytest.mark.parametrize("kind", PLUGINS)
def test_a_newer_plugin_has_a_hook_that_is_not_there_yet(install: Install, kind: str) -> None:
    said = (
        r"'acme' of acme-\w+ 2\.0 does not fit this release.*phpbb3_of_a_release_to_come.*optionalhook=True"
    )
    with pytest.raises(BrokenPluginError, match=re.compile(said, re.DOTALL)):
        use(install, kind, more=NEWER)


@pytest.mark.parametrize("kind", PLUGINS)
def test_it_works_where_it_says_that_it_can_do_without(install: Install, kind: str) -> None:
    use(install, kind, more=NEWER.replace("{options}", "(optionalhook=True)"))


def test_an_object_in_process_is_named_by_its_class(tmp_path: Path) -> None:
    from flask_phpbb3 import hookimpl

    class Newer:
        @hookimpl
        def phpbb3_of_a_release_to_come(self) -> Any:
            return None

    with pytest.raises(BrokenPluginError, match=r"Plugin 'Newer' does not fit this release"):
        PhpBB3(Flask("hooks"), plugins=[Newer()])
