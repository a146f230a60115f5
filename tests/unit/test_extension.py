"""The extension: one object, many applications."""

from __future__ import annotations

import copy
import logging

import pytest
from cachelib import SimpleCache
from flask import Flask, session

from flask_phpbb3 import BoundPhpBB3, ConfigurationError, PhpBB3, WrongStatementError
from flask_phpbb3.testing.conformance import BoardUnderTest

from ..apps import board_of
from ..miniatures import Build


@pytest.fixture(scope="module")
def subjects(build: Build) -> list[BoardUnderTest]:
    made = [build("sqlite", "sqlite3", line) for line in ("3.0", "3.3")]
    for number, subject in enumerate(made):
        subject.board.add_user(f"only on {number}")
    return made


def config(subject: BoardUnderTest) -> Flask:
    app = Flask(__name__)
    app.config.update(subject.config, TESTING=True, SECRET_KEY="x")
    return app


def test_one_object_serves_two_applications_with_two_boards(subjects: list[BoardUnderTest]) -> None:
    phpbb3 = PhpBB3()
    apps = [config(subject) for subject in subjects]
    for app in apps:
        phpbb3.init_app(app)
    user = subjects[1].board.user_id("only on 1")
    for number, app in enumerate(apps):
        with app.app_context():
            assert phpbb3.bound is app.extensions["phpbb3"] is app.phpbb3  # type: ignore[attr-defined]
            name = f"only on {number}"
            row = phpbb3.get_user(user_id=subjects[number].board.user_id(name))
            assert row is not None
            assert row["username"] == name
    assert board_of(apps[1]).get_user(user_id=user) is not None  # bound: no context wanted
    with apps[0].test_request_context("/"):
        inner = board_of(apps[1]).fetch_latest_posts(limit=None)  # another application's visitor is not ours
        assert inner == []
        assert session["user_id"] == 1
    for app in apps:
        board_of(app).driver.close()


def test_the_rights_of_one_board_are_none_on_another(subjects: list[BoardUnderTest]) -> None:
    phpbb3 = PhpBB3()
    apps = [config(subject) for subject in subjects]
    for app, subject in zip(apps, subjects, strict=True):
        phpbb3.init_app(app)
        forum = subject.board.add_forum("For the administrator")
        subject.board.grant(user="admin", forum=forum, option="f_read")
        subject.board.add_topic(forum, "Secret", "admin")
    cookies = "; ".join(f"{name}={value}" for name, value in subjects[0].board.sign_in("admin").items())
    with apps[0].test_request_context("/", headers={"Cookie": cookies, "User-Agent": ""}):
        assert [post["topic_title"] for post in phpbb3.fetch_latest_posts()] == ["Secret"]
        with apps[1].app_context():
            assert phpbb3.fetch_latest_posts() == []
    for app in apps:
        board_of(app).driver.close()


def test_init_app_connects_to_nothing() -> None:
    app = Flask(__name__)
    app.config.update(
        PHPBB3={"DRIVER": "sqlite3", "VERSION": "auto"}, PHPBB3_DATABASE={"DATABASE": "/no/such/board"}
    )
    phpbb3 = PhpBB3(app)
    assert isinstance(app.extensions["phpbb3"], BoundPhpBB3)
    with app.app_context():
        assert callable(phpbb3.fetch_anything_at_all)
    assert app.test_client().get("/").status_code == 404


def test_a_wrong_setting_leaves_no_half_made_extension() -> None:
    app = Flask(__name__)
    app.config["PHPBB3"] = {"DRIVER": "sqlite3", "VERSON": "3.3"}
    with pytest.raises(ConfigurationError, match="Did you mean 'VERSION'"):
        PhpBB3(app)
    assert "phpbb3" not in app.extensions
    app.config["PHPBB3"] = {"DRIVER": "sqlite3", "VERSION": "3.3"}
    PhpBB3(app)


def test_a_given_cache_is_used_instead(subjects: list[BoardUnderTest]) -> None:
    own, given = SimpleCache(), SimpleCache()
    app = config(subjects[1])
    phpbb3 = PhpBB3(cache=own)
    phpbb3.init_app(app, cache=given)
    board_of(app).get_user(user_id=2, cache=True)
    assert not own._cache
    assert given._cache
    board_of(app).driver.close()


def test_looking_at_attributes_connects_to_nothing_and_ends() -> None:
    phpbb3 = PhpBB3()
    assert not hasattr(phpbb3, "__wrapped__")
    assert not hasattr(phpbb3, "_anything")
    assert hasattr(copy.copy(phpbb3), "init_app")
    assert callable(phpbb3.get_whatever)


def test_an_unknown_name_offers_near_ones(subjects: list[BoardUnderTest]) -> None:
    app = config(subjects[1])
    phpbb3 = PhpBB3(app)
    with app.app_context():
        for name in ("latest_posts", "fetch_latest_post"):
            for owner in (phpbb3, board_of(app)):
                with pytest.raises(AttributeError, match="fetch_latest_posts"):
                    getattr(owner, name)
        assert not hasattr(phpbb3, "__deepcopy__")
    assert not hasattr(phpbb3, "latest_posts")
    board_of(app).driver.close()


def test_a_requests_statements_are_recorded_where_that_is_wanted(
    subjects: list[BoardUnderTest], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="flask_phpbb3.statements")
    app = config(subjects[1])
    app.config["PHPBB3_RECORD_STATEMENTS"] = True
    broken = {"fetch_broken": "SELECT no_such_column FROM {TABLE_PREFIX}users"}
    app.config["PHPBB3_DATABASE"] = {**app.config["PHPBB3_DATABASE"], "CUSTOM_STATEMENTS": broken}
    phpbb3 = PhpBB3(app)
    with app.test_request_context():
        phpbb3.get_user(user_id=2)
        with pytest.raises(WrongStatementError):
            phpbb3.execute_custom("fetch_broken")
        asked = phpbb3.asked_statements
        assert [(one.name, one.rows) for one in asked[-2:]] == [("get_user", 1), ("fetch_broken", None)]
        assert "queries.sql:" in asked[-2].source
        assert all(one.seconds > 0 for one in asked)
    assert f"get_user [{asked[-2].source}]: 1 rows in" in caplog.text
    assert "fetch_broken" in caplog.text
    with app.test_request_context():
        assert phpbb3.asked_statements == ()
    board_of(app).driver.close()


def test_nothing_is_recorded_by_default(subjects: list[BoardUnderTest]) -> None:
    app = config(subjects[1])
    phpbb3 = PhpBB3(app)
    with app.test_request_context():
        phpbb3.get_user(user_id=2)
        assert phpbb3.asked_statements == ()
    assert board_of(app).asked_statements == ()
    board_of(app).driver.close()


def test_the_shell_knows_the_board(subjects: list[BoardUnderTest]) -> None:
    app = config(subjects[1])
    PhpBB3(app)
    assert app.make_shell_context()["phpbb3"] is board_of(app)
