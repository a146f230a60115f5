"""Messages that people see are in ``docs/reference``, and how it reads them from the code."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, render_template_string

import flask_phpbb3
from flask_phpbb3 import PhpBB3, PhpBB3Error, testing
from flask_phpbb3.testing import EmbeddedBoard

from . import statements
from .apps import asking
from .reference import errors, settings
from .reference.pages import FOLDER
from .reference.templates import Module, raised


def test_settings_stand_in_the_order_of_the_code() -> None:
    text = (FOLDER / "settings.md").read_text("utf-8")
    order = [(setting.group, setting.key) for setting in settings.settings()]
    told = [(group, key) for group, key, _ in settings.sections(text)]
    assert sorted(told) == sorted(order)
    assert [group for group, _ in told] == [group for group, _ in order]


def test_every_error_is_told_and_can_be_imported() -> None:
    text = (FOLDER / "errors.md").read_text("utf-8")
    for kind in errors.classes():
        assert f"\n### {kind.__name__}\n" in text
        assert getattr(flask_phpbb3, kind.__name__) is kind


# Messages of real failures.


def start(**config: object) -> None:
    app = Flask("site")
    app.config.update({"PHPBB3": {"DRIVER": "sqlite3", "VERSION": "3.3"}, **config})
    PhpBB3(app)


def on_a_board(directory: Path, **settings_: object) -> None:
    board = EmbeddedBoard(directory / "forum.db")
    board.close()
    version = str(settings_.pop("version", "3.3"))
    database = {"DATABASE": str(board.path), **settings_}
    with asking("sqlite3", database, version=version) as phpbb3:
        phpbb3.board.data()
        phpbb3.execute_custom("get_user", user_id="two")


SIGHTS: dict[str, Callable[[Path], object]] = {
    "an unknown setting": lambda _: start(PHPBB3_BORD_TTL=3),
    "a setting in the wrong dict": lambda _: start(PHPBB3={"HOST": "db"}),
    "a wrong value": lambda _: start(PHPBB3_BOARD_TTL="soon"),
    "no dict": lambda _: start(PHPBB3_DATABASE="forum"),
    "an unknown driver": lambda _: start(PHPBB3={"DRIVER": "psycop2"}),
    "auto without a file": lambda _: start(PHPBB3={"DRIVER": "auto"}),
    "no config.php": lambda path: start(PHPBB3_DATABASE={"PHPBB_CONFIG": str(path / "config.php")}),
    "an unknown option": lambda _: start(PHPBB3_DATABASE={"OPTIONS": {"sslmode": "require"}}),
    "two statements in one": lambda _: start(
        PHPBB3_DATABASE={"CUSTOM_STATEMENTS": {"get_x": "SELECT 1; SELECT 2"}}
    ),
    "a writer that reads": lambda _: start(
        PHPBB3_DATABASE={"CUSTOM_STATEMENTS": {"get_x": "DELETE FROM {TABLE_PREFIX}users"}}
    ),
    "no folder": lambda path: start(
        PHPBB3_SESSION_BACKEND={"TYPE": "filesystem", "DIRECTORY": str(path / "forum.db")}
    ),
    "no file": lambda path: on_a_board(path, DATABASE=str(path / "nowhere.db")),
    "a wrong prefix": lambda path: on_a_board(path, TABLE_PREFIX="forum_"),
    "another release": lambda path: on_a_board(path, version="3.1"),
    "a missing column": lambda path: on_a_board(path, USER_COLUMNS=["user_karma"]),
    "a wrong type": on_a_board,
}


@pytest.mark.parametrize("sight", SIGHTS)
def test_a_message_that_is_seen_is_on_the_page(sight: str, tmp_path: Path) -> None:
    if sight == "no folder":
        (tmp_path / "forum.db").write_text("a file")
    with pytest.raises(Exception) as caught:
        SIGHTS[sight](tmp_path)
    assert isinstance(caught.value, PhpBB3Error), caught.value
    assert errors.is_told(type(caught.value), str(caught.value)), str(caught.value)


def test_a_message_that_is_not_ours_is_not_on_the_page() -> None:
    assert not errors.is_told(flask_phpbb3.ConfigurationError, "PHPBB3_BOARD_TTL is odd.")
    assert not errors.is_told(flask_phpbb3.PoolTimeoutError, "Unknown setting PHPBB3_BORD_TTL. Known: none.")


# How messages are read from the code.


def ways(tmp_path: Path, source: str) -> list[str]:
    path = tmp_path / "module.py"
    path.write_text(textwrap.dedent(source))
    return [text for call in raised([Module(path)], ["Oops"]) for text in call.templates]


def test_what_is_known_at_run_time_is_a_hole(tmp_path: Path) -> None:
    assert ways(tmp_path, 'def f(name, x):\n    raise Oops(f"No {name!r} in {x.place:>3}.")') == [
        "No {name} in {place}."
    ]


def test_both_ways_of_a_condition_are_told(tmp_path: Path) -> None:
    source = """
        def f(name, near):
            hint = f" Did you mean {near}?" if near else ""
            raise Oops(f"No {name}.{hint}")
    """
    assert ways(tmp_path, source) == ["No {name}. Did you mean {near}?", "No {name}."]


def test_a_function_of_the_module_is_followed(tmp_path: Path) -> None:
    source = """
        LIMIT = "PHPBB3_LIMIT"

        def _path(name, inside):
            if inside:
                return f"{inside}[{name}]"
            return name

        def f(name):
            raise Oops(_path(name, "") + " is odd; see " + LIMIT + ".")
    """
    assert ways(tmp_path, source) == ["{name} is odd; see PHPBB3_LIMIT."]


def test_what_an_if_has_asked_is_not_empty(tmp_path: Path) -> None:
    source = """
        def _problem(x):
            if x:
                return "it is shared"
            return ""

        def f(x):
            why = _problem(x)
            if why:
                raise Oops(f"Refused, as {why}.")
    """
    assert ways(tmp_path, source) == ["Refused, as it is shared."]


# Templates.


def test_the_template_of_the_page_works(tmp_path: Path) -> None:
    source = re.search(r"```jinja\n(.*?)```", (FOLDER / "jinja.md").read_text("utf-8"), re.DOTALL)
    assert source is not None
    board = EmbeddedBoard(tmp_path / "forum.db")
    board.add_user("alice")
    board.close()
    app = Flask("site")
    app.config.update(board.settings)
    app.test_client_class = testing.PhpBB3Client
    PhpBB3(app)
    app.add_url_rule("/", "home", lambda: render_template_string(source[1]))
    client = app.test_client()
    assert "Sign in" in client.get("/").text
    testing.login_as(client, "alice")
    shown = client.get("/").text
    app.extensions["phpbb3"].driver.close()
    assert ">alice<" in shown
    assert "mode=logout" in shown


def test_every_statement_that_has_rows_tells_their_columns() -> None:
    """A board that has something of each kind: what is told by words alone is what has no row."""
    found = statements.told()
    assert {name for name, entry in found.items() if not (name.startswith("_") or entry.columns)} == {
        "has_membership",
        "has_membership_resolve",
        "verify_password",
    }
