"""Further columns of users: the owner's and a version's, in the session; secret and missing ones."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from flask_phpbb3 import (
    BoardMismatchError,
    BoardUnavailableError,
    BrokenPluginError,
    Changes,
    ConfigurationError,
    MissingColumnError,
    PhpBB3Error,
    Version,
    hookimpl,
)
from flask_phpbb3.testing.conformance import BoardUnderTest

from ...apps import board_of, close, make_app, visitor
from ...command_line import diagnose, factory
from ...miniatures import PAIRS, Build

AGENT = "Browser/1.0"


def plugin(**fields: Any) -> Any:
    """Make a plugin with one version that builds on 3.3."""

    class Plugin:
        @hookimpl
        def phpbb3_register_version(self) -> Version:
            return Version(**{"name": "3.3-x", "releases": "==3.3.*", "parent": "3.3", **fields})

    return Plugin()


@pytest.fixture(params=PAIRS, ids="-".join, scope="module")
def subject(request: pytest.FixtureRequest, build: Build) -> BoardUnderTest:
    database, driver = request.param
    made = build(database, driver, "3.3")
    with made.board._rows.transaction():
        made.board._rows.execute(
            "ALTER TABLE {TABLE_PREFIX}users ADD COLUMN user_motto VARCHAR(60) DEFAULT 'none'"
        )
        made.board._rows.execute("UPDATE {TABLE_PREFIX}users SET user_motto = 'R&amp;D' WHERE user_id = 2")
    return made


def app_on(subject: BoardUnderTest, *columns: str, **settings: Any) -> Flask:
    return subject.app(database={"USER_COLUMNS": list(columns)}, **settings)


def founder(app: Flask) -> dict[str, Any]:
    found = board_of(app).get_user(user_id=2)
    assert found is not None
    return found


@pytest.mark.parametrize("version", ["3.3", "auto"])
def test_an_owners_column_is_in_every_row_of_a_user(subject: BoardUnderTest, version: str) -> None:
    app = app_on(subject, "user_motto", PHPBB3={**subject.config["PHPBB3"], "VERSION": version})
    cookies = subject.board.sign_in("admin", browser=AGENT)
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    with app.test_request_context("/", headers={"Cookie": header, "User-Agent": AGENT}):
        assert (visitor()["user_id"], visitor()["user_motto"]) == (2, "R&amp;D")
    with app.test_request_context("/"):
        assert visitor()["user_motto"] == "none"
    assert founder(app)["user_motto"] == "R&amp;D"
    close(app)


@pytest.mark.parametrize("version", ["3.3", "auto"])
def test_a_missing_column_is_named_and_is_no_outage(subject: BoardUnderTest, version: str) -> None:
    app = app_on(subject, "user_motto", "user_moto", PHPBB3={**subject.config["PHPBB3"], "VERSION": version})
    with app.test_request_context("/"), pytest.raises(MissingColumnError) as caught:
        visitor().user_id  # noqa: B018 - asks the board
    assert "no column 'user_moto' (from PHPBB3_DATABASE['USER_COLUMNS'])" in str(caught.value)
    assert "user_motto" not in str(caught.value)
    assert not isinstance(caught.value, BoardUnavailableError)
    assert caught.value.key == "PHPBB3_DATABASE['USER_COLUMNS']"
    close(app)


def test_an_error_page_may_touch_the_session_all_the_same(subject: BoardUnderTest) -> None:
    app = app_on(subject, "user_moto", TESTING=False)
    app.add_url_rule("/", view_func=lambda: visitor()["username"])
    app.register_error_handler(500, lambda error: (f"sorry, {visitor().get('username', 'you')}", 500))
    answer = app.test_client().get("/")
    assert (answer.status_code, answer.text) == (500, "sorry, you")
    close(app)


def test_a_column_that_goes_while_the_application_runs(subject: BoardUnderTest) -> None:
    with subject.board._rows.transaction():
        subject.board._rows.execute("ALTER TABLE {TABLE_PREFIX}users ADD COLUMN user_gone INTEGER DEFAULT 1")
    app = app_on(subject, "user_gone", PHPBB3_BOARD_TTL=600)
    assert founder(app)["user_gone"] == 1
    board_of(app).driver.close()
    with subject.board._rows.transaction():
        subject.board._rows.execute("ALTER TABLE {TABLE_PREFIX}users DROP COLUMN user_gone")
    with pytest.raises(MissingColumnError, match="'user_gone'"):
        board_of(app).get_session(session_id="0" * 32)
    close(app)


def test_doctor_names_a_missing_column(subject: BoardUnderTest) -> None:
    database = {**subject.config["PHPBB3_DATABASE"], "USER_COLUMNS": ["user_motto", "user_moto"]}
    for version in ("3.3", "auto"):
        config = {"PHPBB3": {**subject.config["PHPBB3"], "VERSION": version}, "PHPBB3_DATABASE": database}
        found = diagnose(factory(config))
        assert found.failed == {"tables"}
        assert "'user_moto'" in found.messages["tables"]
        assert "USER_COLUMNS" in found.messages["tables"]


@pytest.mark.parametrize(("automatic", "error"), [(True, BoardMismatchError), (False, MissingColumnError)])
def test_a_version_without_its_column(
    subject: BoardUnderTest, automatic: bool, error: type[PhpBB3Error]
) -> None:
    """Every board of a line has the columns of a version that may be chosen by release."""
    app = make_app(
        subject.config["PHPBB3"]["DRIVER"],
        subject.config["PHPBB3_DATABASE"],
        version="3.3-x",
        plugins=(plugin(user_columns=("user_moto",), automatic=automatic),),
    )
    with pytest.raises(error, match=r"'user_moto' \(from version '3\.3-x'\)"):
        board_of(app).board.data()
    close(app)


@pytest.fixture(scope="module")
def small(build: Build) -> BoardUnderTest:
    return build("sqlite", "sqlite3", "3.3")


@pytest.mark.parametrize("version", ["3.3", "auto", "3.3.15"])
@pytest.mark.parametrize("column", ["user_password", "user_form_salt", "reset_token", "user_actkey"])
def test_a_secret_column_is_refused_at_the_start(small: BoardUnderTest, column: str, version: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"{column}.*secret") as caught:
        app_on(small, column, PHPBB3={"DRIVER": "sqlite3", "VERSION": version})
    assert caught.value.key == "PHPBB3_DATABASE['USER_COLUMNS']"


@pytest.mark.parametrize("column", ["session_id", "ban_end", "last_ip"])
def test_a_column_does_not_take_the_place_of_the_sessions(small: BoardUnderTest, column: str) -> None:
    with pytest.raises(ConfigurationError, match="rows of sessions"):
        app_on(small, column)


@pytest.mark.parametrize("columns", ["user_motto", ["user_motto; DROP"], ["User"], [""], [1], ["a", "a"]])
def test_what_is_no_list_of_columns(small: BoardUnderTest, columns: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"\['USER_COLUMNS'\] is .*columns of the table users"):
        small.app(database={"USER_COLUMNS": columns})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"user_columns": ("user_password",)}, "adds the user column 'user_password', which is secret"),
        ({"user_columns": ("reset_token",)}, "secret"),
        ({"user_columns": ("key",), "secret_columns": {"key"}}, "secret"),
        ({"user_columns": ("u.x",)}, "a name is lower-case letters"),
        ({"user_columns": ("session_time",)}, "rows of sessions"),
        (
            {"dropped_user_columns": ("user_icq",)},
            "drops the user column 'user_icq', which no version before",
        ),
        ({"user_columns": "user_motto"}, "user_columns is a collection of names"),
    ],
)
def test_a_versions_mistakes(small: BoardUnderTest, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BrokenPluginError, match=said):
        make_app("sqlite3", small.config["PHPBB3_DATABASE"], version="3.3-x", plugins=(plugin(**fields),))


def test_an_owner_says_which_columns_are_stored_escaped(small: BoardUnderTest) -> None:
    small.board.add_forum("R&D")
    sql = "SELECT f.forum_name AS name, f.forum_name AS x_name FROM {TABLE_PREFIX}forums f"
    database = {"CUSTOM_STATEMENTS": {"fetch_names": sql}}
    for escaped, row in (
        ([], {"name": "R&amp;D", "x_name": "R&amp;D"}),
        (["name"], {"name": "R&D", "x_name": "R&amp;D"}),
        (["name", "x_*"], {"name": "R&D", "x_name": "R&D"}),
    ):
        app = small.app(database={**database, "ESCAPED_COLUMNS": escaped})
        assert board_of(app).fetch_names() == [row]
        close(app)


def test_owners_statements_have_the_placeholder_too(small: BoardUnderTest) -> None:
    sql = "SELECT {USER_COLUMNS} FROM {TABLE_PREFIX}users u WHERE u.user_type = 3"
    app = small.app(database={"CUSTOM_STATEMENTS": {"fetch_founders": sql}})
    phpbb3 = board_of(app)
    assert phpbb3.fetch_founders() == [phpbb3.get_user(user_id=2)]
    close(app)


def test_an_owner_may_name_a_column_that_is_there_already(small: BoardUnderTest) -> None:
    app = app_on(small, "user_email")
    assert "user_email" in founder(app)
    close(app)


@pytest.mark.parametrize("version", ["3.3-x", "auto", "3.3.15"])
def test_the_boards_own_release_decides(build: Build, version: str) -> None:
    made = build("sqlite", "sqlite3", "3.3")
    with made.board._rows.transaction():
        made.board._rows.execute("ALTER TABLE {TABLE_PREFIX}users ADD COLUMN user_new_one INTEGER DEFAULT 1")
    since = {"3.3.12": Changes(user_columns=("user_new_one",))}
    app = make_app(
        "sqlite3",
        made.config["PHPBB3_DATABASE"],
        version=version,
        plugins=(plugin(since=since, releases=">=3.3.9,<3.3.90", automatic=True),),
        board_ttl=0,
    )
    seen = []
    for release in ("3.3.10", "3.3.11", "3.3.12"):
        made.board.set_config("version", release)
        board_of(app).board.bans()
        rules = board_of(app).board.data().rules
        seen.append((rules.dotted_ipv6_is_rewritten, "user_new_one" in founder(app)))
    assert seen == [(False, False), (True, False), (True, True)]
    close(app)
