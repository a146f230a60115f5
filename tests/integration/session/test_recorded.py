"""Every request that was put to phpBB itself, put to a Flask application on the same board: the same visitor."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import pytest
from flask import Flask, session

from ... import boards
from ...apps import TRIPLES, board_of, clock, make_app, visitor
from ...loading import Databases, Settings
from ...unit.phpbb.test_recorded_identity import (
    SOURCES,
    STRICTER,
    UNREADABLE_ADDRESSES,
    _cookie_header,
    _expected,
    _user_agent,
    _wire,
)
from ...writing import connect, execute_many

GUEST = 1
COUNTS = {release: count for release, _, count in SOURCES}


@pytest.mark.parametrize(("release", "database", "driver"), TRIPLES)
def test_every_recorded_request(
    release: str, database: str, driver: str, board: Databases, replayed: Callable[[str, int], None]
) -> None:
    dump = "replay" if release == "3.3.10" else None
    settings = board.fresh(release, database, dump=dump)
    differences, stricter, count = replay(release, database, driver, settings)
    replayed(f"{release} {database} {driver}", count)
    assert differences == {}
    assert stricter == STRICTER.get(release, set())
    fewer = (release, database) == ("3.3.10", "mariadb")  # cannot store the emoji of one of them
    assert count == COUNTS[release] - fewer


def replay(
    release: str, database: str, driver: str, settings: Settings
) -> tuple[dict[str, Any], set[str], int]:
    """Put every recorded request to an application; return differences, who is banned by us alone, the count."""
    recorded = boards.load(release, f"sessions-{database}.json.gz")
    settled, changing = application(driver, settings), application(driver, settings, board_ttl=0)
    differences: dict[str, Any] = {}
    stricter = set()
    for name, case in recorded["cases"].items():
        answer = case["answer"]
        now = answer.get("now", recorded["dump_time"])
        config = case.get("config", {})
        with clock(now), configured(database, settings, config):
            seen = ask(changing if config else settled, case, recorded)
        user_id, banned = _expected(answer)
        if seen["banned"] and not banned:
            stricter.add(name)
            continue
        if name in UNREADABLE_ADDRESSES.get(release, ()):
            assert seen["user_id"] == GUEST
            continue
        expected = {"user_id": GUEST if banned else user_id, "banned": banned}
        if not banned and not answer.get("redirect"):
            known = ["is_registered", "is_bot"]
            # A new session brings a registered user a new salt, and phpBB alone can make one.
            known += ["link_hash"] if answer.get("kept_session") else []
            known += ["session_id"] if answer.get("kept_session") and not answer["is_bot"] else []
            expected |= {key: answer[key] for key in known if key in answer}
        if wrong := {
            key: (seen[key], value) for key, value in expected.items() if value not in (None, seen[key])
        }:
            differences[name] = wrong
    for app in (settled, changing):
        board_of(app).driver.close()
    return differences, stricter, len(recorded["cases"])


def application(driver: str, settings: Settings, **more: Any) -> Flask:
    """Make an application that tells of any request who its visitor is."""
    app = make_app(driver, settings, url_sid=True, check_referer=True, **more)

    @app.before_request
    def tell() -> dict[str, Any]:
        app.extensions["seen"] = {
            "user_id": session["user_id"],
            "session_id": session["session_id"],
            "banned": visitor().ban is not None,
            "is_registered": visitor().is_authenticated,
            "is_bot": visitor().is_bot,
            "link_hash": visitor().get_link_hash("x"),
        }
        return {}

    return app


def ask(app: Flask, case: Mapping[str, Any], recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Put a recorded request to the application, byte for byte as it was sent."""
    app.extensions.pop("seen", None)
    with app.test_client(use_cookies=False) as client:
        _, status, _ = client.run_wsgi_app(environ_of(case, recorded))
    assert status.startswith("200")
    seen: dict[str, Any] = app.extensions["seen"]
    return seen


def environ_of(case: Mapping[str, Any], recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Return the WSGI environ that a server would make of a recorded request."""
    request = case["request"]
    server = recorded.get("server", {})
    body = (request.get("body") or "").encode()
    environ = {
        "REQUEST_METHOD": case.get("method", "GET"),
        "SCRIPT_NAME": server.get("script_path", "/").rstrip("/"),
        "PATH_INFO": "/",
        "QUERY_STRING": _wire((request.get("query") or "").removeprefix("?")),
        "SERVER_NAME": "board.example",
        "SERVER_PORT": str(server.get("port", 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request["ip"],
        "HTTP_HOST": request.get("host", "board.example"),
        "HTTP_COOKIE": _cookie_header(request),
        "HTTP_USER_AGENT": _user_agent(request),
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else None,
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    headers = {
        f"HTTP_{name.upper().replace('-', '_')}": _wire(text) for name, text in request["extra"].items()
    }
    return {name: value for name, value in {**environ, **headers}.items() if value is not None}


@contextmanager
def configured(database: str, settings: Settings, config: Mapping[str, str]) -> Iterator[None]:
    """Change settings of the board for a while."""
    if not config:
        yield
        return
    mark = "?" if database == "sqlite" else "%s"
    with closing(connect(database, settings)) as connection:
        cursor = connection.cursor()

        marks = ", ".join([mark] * len(config))
        cursor.execute(
            f"SELECT config_name, config_value FROM phpbb_config WHERE config_name IN ({marks})",
            tuple(config),
        )
        before = dict(cursor.fetchall())
        for values in (config, before):
            cursor.execute(f"DELETE FROM phpbb_config WHERE config_name IN ({marks})", tuple(config))
            insert = "INSERT INTO phpbb_config (config_name, config_value) VALUES (?, ?)"
            execute_many(connection, database, insert, values.items())
            connection.commit()
            if values is config:
                yield
