from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, session

from flask_phpbb3 import PhpBB3
from flask_phpbb3.testing import EmbeddedBoard, MiniatureBoard, PhpBB3Client, login_as, logout
from flask_phpbb3.web import current_visitor
from tests.apps import board_of

if TYPE_CHECKING:
    from tests.webapps import MakeApp

pytest_plugins = ["flask_phpbb3.testing.fixtures", "tests.webapps"]

LINES = pytest.mark.parametrize("phpbb3_version", ["3.0", "3.1", "3.2", "3.3", "4.0", "3.3.10"])


def add_index(app: Flask) -> None:
    app.add_url_rule(
        "/", "index", lambda: [session["username"], session["session_admin"], session["session_autologin"]]
    )


@LINES
def test_an_application_tests_itself_without_a_forum(
    phpbb3_board: EmbeddedBoard, phpbb3_settings: dict[str, Any]
) -> None:
    phpbb3_board.add_user("zoë")
    app = Flask("someones")
    app.config.update(phpbb3_settings, SECRET_KEY="x")
    PhpBB3(app)
    add_index(app)
    client = app.test_client()
    assert client.get("/").json == ["Anonymous", 0, 0]
    login_as(client, "zoë")
    assert client.get("/").json == ["zoë", 0, 0]
    login_as(client, phpbb3_board.admin_id, autologin=True, admin=True)
    assert client.get("/").json == ["admin", 1, 1]
    logout(client)
    assert client.get("/").json == ["Anonymous", 0, 0]
    logout(client)
    board_of(app).driver.close()


def test_signing_out_ends_session_and_key(make_site: MakeApp, phpbb3_board: EmbeddedBoard) -> None:
    app = make_site()
    add_index(app)
    client: Any = app.test_client()
    cookies = client.login_as("alice", autologin=True)
    client.logout()
    assert client.get_cookie("phpbb3_mini_sid") is None
    for name, value in cookies.items():
        client.set_cookie(name, value)
    assert client.get("/").json[0] == "Anonymous"


def test_the_session_is_the_clients_own(make_site: MakeApp) -> None:
    app = make_site(SERVER_NAME="shop.example.org:8080")
    add_index(app)
    client: Any = app.test_client()
    client.environ_base.update(REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Browser/7")
    client.login_as("alice")
    assert client.get("/").json[0] == "alice"
    assert client.get("/", environ_base={"REMOTE_ADDR": "198.51.100.1"}).json[0] == "Anonymous"
    assert client.get("/", headers={"User-Agent": "Browser/8"}).json[0] == "Anonymous"


def test_somebody_unknown_is_told(make_site: MakeApp) -> None:
    client: Any = make_site().test_client()
    with pytest.raises(LookupError, match="nobody"):
        client.login_as("nobody")


def test_changes_of_the_board_are_seen_at_once(make_site: MakeApp, phpbb3_board: EmbeddedBoard) -> None:
    app = make_site()
    app.add_url_rule("/", "index", lambda: str(current_visitor().has_privilege("u_sendpm")))
    client: Any = app.test_client()
    assert client.get("/").text == "False"
    phpbb3_board.grant(group="GUESTS", option="u_sendpm")
    assert client.get("/").text == "True"


def test_a_board_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "board.db"
    with closing(EmbeddedBoard(path, version="3.1")) as board:
        alice = board.add_user("alice")
    with closing(EmbeddedBoard(path)) as board:
        assert (board.user_id("alice"), board.release) == (alice, "3.1.0")


def test_no_other_board_is_written_to(
    tmp_path: Path, make_site: MakeApp, phpbb3_board: EmbeddedBoard
) -> None:
    path = tmp_path / "someones.db"
    with closing(sqlite3.connect(path)) as connection:
        MiniatureBoard(connection, phpbb3_board.schema).create()
    before = path.read_bytes()
    client: Any = make_site(PHPBB3_DATABASE={"DATABASE": str(path)}).test_client()
    for attempt in (lambda: client.login_as("admin"), client.logout, lambda: EmbeddedBoard(path)):
        with pytest.raises(ValueError, match="not been made by EmbeddedBoard"):
            attempt()
    assert path.read_bytes() == before


def test_no_file_of_another_kind_is_touched(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Jane")
    with pytest.raises(ValueError, match="the file is none"):
        EmbeddedBoard(path)
    assert path.read_text() == "Dear Jane"


def test_an_application_without_a_board_is_told() -> None:
    with pytest.raises(ValueError, match="init_app"):
        login_as(Flask("plain").test_client(), "alice")


def test_another_database_is_refused() -> None:
    pytest.importorskip("psycopg2")
    app = Flask("postgres")
    app.config.update(PHPBB3={"DRIVER": "psycopg2"})
    PhpBB3(app)
    with pytest.raises(ValueError, match="its driver is 'psycopg2'"):
        login_as(app.test_client(), "alice")


def test_keys_are_prepared_outside_a_request(phpbb3_settings: dict[str, Any]) -> None:
    app = Flask("someones")
    app.config.update(phpbb3_settings, SECRET_KEY="x")
    PhpBB3(app)
    app.test_client_class = PhpBB3Client
    client = app.test_client()
    assert isinstance(client, PhpBB3Client)
    client.login_as("admin")
    with client.session_transaction() as prepared:
        assert prepared["username"] == "admin"
        prepared["cart"] = [1, 2]
    with client.session_transaction() as prepared:
        assert prepared["cart"] == [1, 2]
    board_of(app).driver.close()
