"""What is said of a plugin that is unknown, broken, duplicate, mistyped or outdated."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from flask import Flask

from flask_phpbb3 import (
    BrokenPluginError,
    Driver,
    DuplicatePluginError,
    PhpBB3,
    PluginError,
    PluginNotFoundError,
    Version,
    hookimpl,
)
from flask_phpbb3.plugins.registry import Plugins

from ..apps import board_of, make_app
from ..miniatures import Build, build  # noqa: F401 - a fixture
from .conftest import Install

pytestmark = pytest.mark.slow


def start(driver: str = "sqlite3", version: str = "3.3", plugins: tuple[Any, ...] = ()) -> None:
    app = Flask("plugins")
    app.config.update(PHPBB3={"DRIVER": driver, "VERSION": version}, PHPBB3_DATABASE={"DATABASE": "x.db"})
    PhpBB3(app, plugins=plugins)


def test_an_unknown_driver_is_told_with_what_there_is() -> None:
    with pytest.raises(PluginNotFoundError) as caught:
        start(driver="sqlite")
    message = str(caught.value)
    assert message.startswith("No driver named 'sqlite' (PHPBB3['DRIVER']). Installed: ")
    assert "psycopg2" in message
    assert message.endswith("Did you mean 'sqlite3'?")


@pytest.mark.parametrize("version", ["3.7", "2.0.23", "five", "3.3.x"])
def test_an_unknown_version_is_told_with_what_there_is(version: str) -> None:
    with pytest.raises(PluginNotFoundError, match=r"PHPBB3\['VERSION'\].*Installed: .*3\.1, 3\.2, 3\.3"):
        start(version=version)


@pytest.mark.parametrize(
    ("version", "line"),
    [("3.1", "3.1"), ("3.1.12", "3.1"), ("3.3.99", "3.3"), ("3.0.14-PL1", "3.0"), ("4.0.0-a1", "4.0")],
)
def test_a_release_finds_its_line(version: str, line: str) -> None:
    assert Plugins().line(version).name == line


def test_a_plugin_that_does_not_load_is_named(install: Install) -> None:
    install("acme-broken", "drivers", {"acme": "acme_broken"}, "import no_such_module_at_all")
    with pytest.raises(
        BrokenPluginError, match=r"'acme' of acme-broken 2\.0 does not load: ModuleNotFoundError"
    ):
        start(driver="acme")


def test_a_broken_plugin_that_merely_lies_about_harms_nobody(install: Install) -> None:
    install("acme-broken", "drivers", {"acme": "acme_broken"}, "raise RuntimeError('boom')")
    install("acme-line", "versions", {"9.9": "acme_line"}, "raise RuntimeError('boom')")
    start()
    assert Plugins().line("3.3.10").name == "3.3"
    assert "acme_broken" not in sys.modules
    assert ("driver", "acme") in {(plugin.kind, plugin.name) for plugin in Plugins().installed()}


def test_two_distributions_of_one_name_are_refused(install: Install) -> None:
    for name in ("acme-one", "acme-two"):
        install(name, "drivers", {"acme": name.replace("-", "_")}, "")
    with pytest.raises(
        DuplicatePluginError, match=r"'acme'.*acme-(one|two) 2\.0, acme-(one|two) 2\.0.*Uninstall"
    ):
        start(driver="acme")


def test_a_mistyped_hook_is_told(install: Install) -> None:
    code = """
        from flask_phpbb3 import hookimpl

        @hookimpl
        def phpbb3_register_drivers():
            return None
    """
    install("acme-typo", "drivers", {"acme": "acme_typo"}, code)
    with pytest.raises(
        BrokenPluginError, match=r"'acme' of acme-typo 2\.0 does not fit.*phpbb3_register_drivers"
    ):
        start(driver="acme")


def test_a_plugin_of_another_release_is_told(install: Install) -> None:
    argument = """
        from flask_phpbb3 import hookimpl

        @hookimpl
        def phpbb3_register_driver(engine):
            return None
    """
    install("acme-argument", "drivers", {"acme": "acme_argument"}, argument)
    with pytest.raises(BrokenPluginError, match=r"engine.*another release"):
        start(driver="acme")
    missing = """
        from flask_phpbb3 import Driver, hookimpl

        class Old(Driver):
            name = "acme2"

        @hookimpl
        def phpbb3_register_driver():
            return Old
    """
    install("acme-missing", "drivers", {"acme2": "acme_missing"}, missing)
    with pytest.raises(BrokenPluginError, match=r"incomplete: Old lacks location, read, write"):
        start(driver="acme2")


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("None", "must return a subclass of flask_phpbb3.Driver"),
        ("dict", "must return a subclass of flask_phpbb3.Driver"),
        ("1 / 0", "ZeroDivisionError"),
        ("type('Named', (flask_phpbb3.Driver,), {'name': 'other'})", "name it as its entry point"),
    ],
)
def test_a_wrong_answer_of_a_hook_is_told(install: Install, returned: str, said: str) -> None:
    code = f"""
        import flask_phpbb3

        @flask_phpbb3.hookimpl
        def phpbb3_register_driver():
            return {returned}
    """
    install("acme-wrong", "drivers", {"acme": "acme_wrong"}, code)
    with pytest.raises(BrokenPluginError, match=said):
        start(driver="acme")


def test_a_plugin_without_the_hook_is_told(install: Install) -> None:
    install("acme-empty", "drivers", {"acme": "acme_empty"}, "")
    with pytest.raises(BrokenPluginError, match="phpbb3_register_driver"):
        start(driver="acme")


class Registers:
    """An in-process plugin that registers a version."""

    def __init__(self, **fields: Any) -> None:
        self.fields = fields

    @hookimpl
    def phpbb3_register_version(self) -> Version:
        return Version(**self.fields)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "x", "releases": "3.3", "parent": "3.3"}, "no set of releases"),
        ({"name": "x", "releases": "==3.3.99", "parent": "x"}, "its own ancestor"),
        ({"name": "x", "releases": "==3.3.99", "parent": "nope"}, "nope"),
        (
            {"name": "x", "releases": "==3.3.99", "parent": "3.3", "rules": {"colour": 1}},
            "unknown rules.*colour",
        ),
        ({"name": "3.3", "releases": "==3.3.99"}, "More than one version"),
    ],
)
def test_a_version_that_does_not_fit_is_told(
    fields: dict[str, Any],
    said: str,
    build: Build,  # noqa: F811
) -> None:
    with pytest.raises(PluginError, match=said):
        _use(build, fields)


def _use(build: Build, fields: dict[str, Any]) -> None:  # noqa: F811
    made = build("sqlite", "sqlite3", "3.3")
    made.board.set_config("version", "3.3.99")
    app = make_app(
        "sqlite3", made.config["PHPBB3_DATABASE"], version=fields["name"], plugins=(Registers(**fields),)
    )
    line = board_of(app).board.connector().line
    assert line.rules
    assert line.version.specifiers


class AddOn:
    """An in-process add-on for the tables of a phpBB extension."""

    def __init__(self, statements: Any) -> None:
        self.statements = statements
        self.asked: list[tuple[str, str]] = []

    @hookimpl
    def phpbb3_extend_queries(self, version: str, dialect: str) -> Any:
        self.asked.append((version, dialect))
        return self.statements


def test_an_add_on_brings_reading_statements(build: Build) -> None:  # noqa: F811
    made = build("sqlite", "sqlite3", "3.3")
    add_on = AddOn(
        {
            "fetch_bot_names": "SELECT bot_name FROM {TABLE_PREFIX}bots ORDER BY bot_id",
            "get_user_profile": "SELECT 'add-on' AS source FROM {TABLE_PREFIX}users WHERE user_id = %(user_id)s",
        }
    )
    database = dict(made.config["PHPBB3_DATABASE"])
    phpbb3 = board_of(make_app("sqlite3", database, version="3.3", plugins=(add_on,)))
    assert len(phpbb3.fetch_bot_names(limit=2)) == 2
    assert phpbb3.get_user_profile(user_id=2) == {"source": "add-on"}
    assert ("3.3", "sqlite") in add_on.asked
    database["CUSTOM_STATEMENTS"] = {"fetch_bot_names": "SELECT 'owner' AS bot_name"}
    owned = board_of(make_app("sqlite3", database, version="3.3", plugins=(add_on,)))
    assert owned.fetch_bot_names() == [{"bot_name": "owner"}]  # the owner's word is the last


@pytest.mark.parametrize(
    ("statements", "error", "said"),
    [
        ({"set_rank": "UPDATE x SET y = 1"}, BrokenPluginError, "may only read"),
        ({"_get_secret": "SELECT 1"}, BrokenPluginError, "may only read"),
        (["get_x"], BrokenPluginError, "must return a mapping"),
        ({"get_x": "SELECT 1; SELECT 2"}, ValueError, "more than one statement"),
        ({"x": "SELECT 1"}, ValueError, "operation"),
    ],
)
def test_an_add_on_that_does_not_fit_is_told(statements: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        start(plugins=(AddOn(statements),))


def test_two_add_ons_with_one_statement_are_refused() -> None:
    class Other(AddOn):
        pass

    with pytest.raises(DuplicatePluginError, match="'get_x' is defined by"):
        start(plugins=(AddOn({"get_x": "SELECT 1"}), Other({"get_x": "SELECT 2"})))


def test_an_installed_add_on_is_used_where_it_is_named(install: Install, build: Build) -> None:  # noqa: F811
    code = """
        from flask_phpbb3 import hookimpl

        @hookimpl
        def phpbb3_extend_queries(version):
            return {"get_answer": "SELECT 42 AS answer"}
    """
    install("acme-addon", "addons", {"acme-answers": "acme_addon"}, code)
    database = build("sqlite", "sqlite3", "3.3").config["PHPBB3_DATABASE"]
    phpbb3 = board_of(make_app("sqlite3", database, version="3.3", plugins=("acme-answers",)))
    assert phpbb3.get_answer() == {"answer": 42}
    with pytest.raises(AttributeError):
        board_of(make_app("sqlite3", database, version="3.3")).get_answer()
    with pytest.raises(PluginNotFoundError, match=r"'acme-answer'.*Did you mean 'acme-answers'"):
        start(plugins=("acme-answer",))


def test_a_driver_in_process_with_an_installed_name_is_refused() -> None:
    class Mine:
        @hookimpl
        def phpbb3_register_driver(self) -> type[Driver]:
            return Plugins().driver("sqlite3")

    with pytest.raises(DuplicatePluginError, match="in process"):
        start(plugins=(Mine(),))
