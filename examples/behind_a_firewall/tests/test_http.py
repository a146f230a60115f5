"""The driver and the service, over a real line: the suite, the token, the deadline, and every way to fail."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_phpbb3 import (
    BoundPhpBB3,
    ConfigurationError,
    ConnectionFailedError,
    ParameterError,
    PhpBB3,
    Query,
    StatementFailedError,
    StatementTimeoutError,
)
from flask_phpbb3.testing import EmbeddedBoard
from flask_phpbb3.testing.conformance import Answer, BoardUnderTest, NamedDriverSuite
from werkzeug.serving import WSGIRequestHandler, make_server

from phpbb3_http import HttpDriver
from phpbb3_http.service import create_app

TOKEN = "canary-of-the-token-0123456789"


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: a page of lines for each test helps nobody."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free port; yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def settings(address: str, token: str = TOKEN, **database: Any) -> dict[str, Any]:
    return {
        "PHPBB3": {"DRIVER": "http", "VERSION": "3.3"},
        "PHPBB3_DATABASE": database,
        "PHPBB3_HTTP": {"URL": address, "TOKEN": token},
    }


def client(config: dict[str, Any]) -> BoundPhpBB3:
    app = Flask("client")
    app.config.update(config)
    PhpBB3(app)
    found = app.extensions["phpbb3"]
    assert isinstance(found, BoundPhpBB3)
    return found


class TestDriver(NamedDriverSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def subject(cls, board: EmbeddedBoard, answers: list[Answer]) -> Iterator[BoardUnderTest]:
        service = create_app({**board.settings, "SERVICE_TOKEN": TOKEN})
        with served(service) as address:
            elsewhere = settings("http://127.0.0.1:9")["PHPBB3_HTTP"]
            yield BoardUnderTest(board=board, config=settings(address), elsewhere={"PHPBB3_HTTP": elsewhere})
        service.extensions["phpbb3"].driver.close()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with closing(EmbeddedBoard(tmp_path_factory.mktemp("board") / "forum.db")) as board:
        made = create_app({**board.settings, "SERVICE_TOKEN": TOKEN})
        yield made
        made.extensions["phpbb3"].driver.close()


@pytest.fixture(scope="module")
def address(service: Flask) -> Iterator[str]:
    with served(service) as found:
        yield found


def test_the_token_is_told_nowhere(address: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    found = client(settings(address, token=f"{TOKEN}-wrong"))
    with pytest.raises(ConnectionFailedError, match=r"refuses the token, PHPBB3_HTTP\['TOKEN'\]") as caught:
        found.get_user(user_id=2)
    shown = (found.driver, found.driver.location, found.settings, vars(found.driver), caught.value)
    assert TOKEN not in repr(shown) + str(caught.value) + caplog.text
    found.driver.close()


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({}, "with URL and TOKEN"),
        ({"URL": "https://a", "TOKEN": "short"}, "16 printable"),
        ({"URL": "https://a", "TOKEN": f"{TOKEN}\r\nX: y"}, "16 printable"),
        ({"URL": "ftp://a", "TOKEN": TOKEN}, "must be an address"),
        ({"URL": "http://board.example", "TOKEN": TOKEN}, "must begin with https"),
    ],
)
def test_settings_that_cannot_be(setting: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        client({"PHPBB3": {"DRIVER": "http", "VERSION": "3.3"}, "PHPBB3_HTTP": setting})
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("header", "status"),
    [({}, 401), ({"Authorization": f"Basic {TOKEN}"}, 401), ({"Authorization": f"Bearer {TOKEN}"}, 404)],
)
def test_nobody_without_the_token_learns_what_there_is(
    service: Flask, header: dict[str, str], status: int
) -> None:
    for path in ("/statements/no_such_statement", "/elsewhere"):
        assert service.test_client().post(path, json={}, headers=header).status_code == status


@pytest.mark.parametrize("name", ["_get_password", "_set_profile_field", "set_rank", "get_nothing"])
def test_the_service_runs_what_it_knows_and_no_password(service: Flask, name: str) -> None:
    header = {"Authorization": f"Bearer {TOKEN}"}
    answer = service.test_client().post(f"/statements/{name}", json={}, headers=header)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"parameters": {"user_id": 2}},
        {"parameters": {}, "skip": 0, "limit": None},
        {"parameters": {"user_id": 2, "more": 1}, "skip": 0, "limit": None},
        {"parameters": {"user_id": {"a": 1}}, "skip": 0, "limit": None},
        {"parameters": {"user_id": 2}, "skip": -1, "limit": None},
        {"parameters": {"user_id": 2}, "skip": 0, "limit": True},
    ],
)
def test_a_question_that_is_none(service: Flask, body: Any) -> None:
    header = {"Authorization": f"Bearer {TOKEN}"}
    answer = service.test_client().post("/statements/get_user", json=body, headers=header)
    assert answer.status_code == 400
    assert answer.get_json()["error"] == "parameters"


def test_a_statement_that_only_the_application_knows(address: str) -> None:
    found = client(settings(address, CUSTOM_STATEMENTS={"get_answer": "SELECT 42 AS answer"}))
    with pytest.raises(StatementFailedError, match="runs no statement of that name"):
        found.get_answer()
    found.driver.close()


def test_a_parameter_that_no_json_holds(address: str) -> None:
    driver = client(settings(address)).driver
    with pytest.raises(ParameterError, match="JSON"):
        driver.read(Query("get_user", "SELECT 1", parameters=("user_id",)), {"user_id": b"2"})


def test_the_boards_failure_is_the_boards(service: Flask, address: str) -> None:
    found = client(settings(address))
    assert (found.get_user(user_id=2) or {})["username"] == "admin"
    service.extensions["phpbb3"].driver.close()
    file = Path(service.extensions["phpbb3"].settings.database.database)
    gone = file.rename(file.with_name("gone.db"))
    with pytest.raises(ConnectionFailedError, match="there is no such file"):
        found.get_user(user_id=2)
    gone.rename(file)
    assert (found.get_user(user_id=2) or {})["username"] == "admin"
    found.driver.close()


def test_lines_are_kept_and_a_restarted_service_goes_unnoticed(tmp_path: Path) -> None:
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as board:
        made = {**board.settings, "SERVICE_TOKEN": TOKEN}
    (tmp_path / "served.py").write_text(
        f"from phpbb3_http.service import create_app\napp = create_app({made!r})\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    found = client(settings(f"http://127.0.0.1:{port}"))
    driver = found.driver
    assert isinstance(driver, HttpDriver)
    for _ in range(2):
        with gunicorn(tmp_path, port):
            for _ in range(3):
                assert (found.get_user(user_id=2) or {})["username"] == "admin"
            assert driver.idle == 1
        with pytest.raises(ConnectionFailedError, match="cannot be asked"):
            found.get_user(user_id=2)
    driver.close()


@contextmanager
def gunicorn(folder: Path, port: int) -> Iterator[None]:
    """Serve an application as it would be served, with connections that are kept."""
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen([*command, "--log-level", "error", "served:app"], cwd=folder) as process:
        try:
            for _ in range(600):
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


@pytest.mark.parametrize(
    "drips", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n["]
)
def test_an_answer_must_be_whole_in_time(drips: bytes) -> None:
    """Neither silence nor a byte now and then keeps a page waiting."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_drip, args=(listener, drips), daemon=True)
        thread.start()
        found = client(settings(f"http://127.0.0.1:{listener.getsockname()[1]}", STATEMENT_TIMEOUT=0.3))
        with pytest.raises(StatementTimeoutError, match="has not answered in time"):
            found.get_user(user_id=2)
    thread.join()


@pytest.mark.parametrize("said", [b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno"])
def test_something_else_answers(said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_say, args=(listener, said))
        thread.start()
        found = client(settings(f"http://127.0.0.1:{listener.getsockname()[1]}"))
        with pytest.raises(ConnectionFailedError):
            found.get_user(user_id=2)
        found.driver.close()
    thread.join()


def _drip(listener: socket.socket, said: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.sendall(said)
        for _ in range(40):
            time.sleep(0.05)
            try:
                connection.sendall(b"x" * bool(said))
            except OSError:
                return
        connection.sendall(b"\r\nContent-Length: 11\r\n\r\n" * (said[-1:] != b"[") + b'{"rows":[]}')


def _say(listener: socket.socket, said: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(said)
