"""A board that fails in the middle: no guard opens, and no page is worse than a 503."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, abort, session

from flask_phpbb3 import BoardUnavailableError
from flask_phpbb3.web import group_required, permission_required

from ...apps import visitor

if TYPE_CHECKING:
    from tests.webapps import MakeApp
pytest_plugins = ["flask_phpbb3.testing.fixtures", "tests.webapps"]

AWAY = {"PHPBB3_DATABASE": {"DATABASE": "/nowhere/board.db"}}


@pytest.fixture(params=[True, False], ids=["testing", "production"])
def away(request: pytest.FixtureRequest, make_site: MakeApp) -> Flask:
    app = make_site(**AWAY)
    app.testing = request.param
    return app


# Guards


GUARDS: dict[str, Any] = {
    "not an administrator": lambda: visitor().has_privilege("!a_board") and abort(403),
    "not any": lambda: visitor().has_privileges("!a_board", "!m_") and abort(403),
    "an administrator": lambda: visitor().has_privilege("a_board") or abort(403),
    "a member of the banished": lambda: visitor().is_member("Banished") and abort(403),
    "no member": lambda: visitor().is_member("Artists") or abort(403),
    "banned": lambda: visitor().ban and abort(403),
    "in groups": lambda: visitor().groups and abort(403),
    "may not read": lambda: visitor().may_read(1) or abort(403),
}


@pytest.mark.parametrize("guard", GUARDS)
def test_no_guard_opens_after_a_failure(away: Flask, guard: str) -> None:
    @away.get("/")
    def page() -> str:
        try:
            session["user_id"]
        except BoardUnavailableError:
            greeting = "?"
        GUARDS[guard]()
        return f"secret {greeting}"

    answer = away.test_client().get("/")
    assert answer.status_code in (403, 503)
    assert "secret" not in answer.text


@pytest.mark.parametrize("decorate", [permission_required("!a_board"), group_required("Artists")])
def test_no_decorator_opens_after_a_failure(away: Flask, decorate: Any) -> None:
    @away.before_request
    def look() -> None:
        with contextlib.suppress(BoardUnavailableError):
            session["user_id"]

    away.add_url_rule("/", view_func=decorate(lambda: "secret"))
    assert away.test_client().get("/").status_code == 503


def test_the_page_about_the_error_may_ask(away: Flask) -> None:
    said: list[Any] = []

    @away.errorhandler(503)
    def sorry(_: Exception) -> tuple[str, int]:
        found = visitor()
        said.extend(
            [found.has_privilege("a_board"), found.is_member("Artists"), found.ban, found.may_read(1)]
        )
        with pytest.raises(BoardUnavailableError):
            found.has_privilege("!a_board")
        return f"sorry, {session['username']}", 503

    away.add_url_rule("/", view_func=lambda: str(session["user_id"]))
    answer = away.test_client().get("/")
    assert (answer.status_code, answer.text) == (503, "sorry, ")
    assert said == [False, False, None, False]


# Where Flask asks no error handler


def _greet(*_: Any) -> Any:
    return f"Hello {session['username']}"


def _wrong() -> str:
    raise ZeroDivisionError


def test_a_failure_in_the_sites_404_page(away: Flask) -> None:
    away.register_error_handler(404, _greet)
    assert away.test_client().get("/nothing").status_code == 503


def test_a_failure_after_the_view(away: Flask) -> None:
    @away.after_request
    def note(response: Any) -> Any:
        response.headers["X-User"] = str(session["user_id"])
        visitor().has_privilege("a_board")
        return response

    away.add_url_rule("/", view_func=lambda: "fine")
    for path in ("/", "/nothing"):
        answer = away.test_client().get(path)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")


def test_a_failure_in_the_sites_500_page(away: Flask) -> None:
    away.register_error_handler(500, _greet)
    away.add_url_rule("/", view_func=_wrong)
    away.testing = False
    assert away.test_client().get("/").status_code == 503


def test_a_failure_in_every_error_page(away: Flask) -> None:
    away.register_error_handler(404, _greet)
    away.register_error_handler(500, _greet)
    assert away.test_client().get("/nothing").status_code in (503, 200)


def test_another_mistake_stays_a_500(make_site: MakeApp) -> None:
    app = make_site()
    app.testing = False
    app.add_url_rule("/", view_func=_wrong)
    assert app.test_client().get("/").status_code == 500


def test_the_sites_own_pages_for_503_are_shown(away: Flask) -> None:
    away.add_url_rule("/", view_func=_greet)
    away.register_error_handler(503, lambda error: (f"own page: {error.code}", 503))
    assert away.test_client().get("/").text == "own page: 503"


def test_an_asynchronous_page_for_503_is_shown(away: Flask) -> None:
    async def sorry(error: Any) -> tuple[str, int]:
        return f"own page: {error.code}", 503

    away.add_url_rule("/", view_func=_greet)
    away.register_error_handler(503, sorry)
    assert away.test_client().get("/").text == "own page: 503"


class NextFlask(Flask):
    """As far as is known: methods that Flask calls itself take another argument."""

    def handle_http_exception(self, *arguments: Any) -> Any:
        raise TypeError("another argument")

    handle_user_exception = Flask.handle_user_exception


def test_no_method_is_called_that_is_flasks_own(make_site: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.webapps.Flask", NextFlask)
    app = make_site(**AWAY)
    app.add_url_rule("/", view_func=_greet)
    app.register_error_handler(503, lambda error: ("own page", 503))
    answer = app.test_client().get("/")
    assert (answer.status_code, answer.text) == (503, "own page")
