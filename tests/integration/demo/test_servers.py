"""The demo in a server's database: tables of its own, nobody else's, and none afterwards."""

from __future__ import annotations

import re
from contextlib import closing
from typing import Any

import pytest

from flask_phpbb3 import PhpBB3
from flask_phpbb3.demo import create_app
from flask_phpbb3.demo.account import EXTENSION_NAME
from flask_phpbb3.demo.board import DemoBoard

from ...apps import board_of
from ...loading import Databases
from ...writing import connect


@pytest.mark.parametrize(("database", "driver"), [("postgresql", "psycopg")])
def test_it_makes_tables_of_its_own_and_takes_them_away(board: Databases, database: str, driver: str) -> None:
    pytest.importorskip(driver)
    settings: dict[str, Any] = board.empty(database)
    with closing(connect(database, settings)) as connection:
        cursor = connection.cursor()
        cursor.execute("CREATE TABLE phpbb_users (user_id INTEGER)")
        connection.commit()
    app = create_app(driver=driver, database={**settings, "TABLE_PREFIX": "phpbb_"})
    bound, demo = board_of(app), app.extensions[EXTENSION_NAME]
    client = app.test_client()
    key = re.search('csrf_token" value="([^"]+)', client.get("/forum/login").text)
    assert key is not None
    client.post("/sign-in", data={"csrf_token": key[1], "person": "member"})
    assert "Good to see you" in client.get("/").text
    with pytest.raises(RuntimeError, match="tables of a demo already"):
        DemoBoard(server=bound.driver)  # type: ignore[arg-type]  # the demo's own driver is over DB-API
    other = create_app()
    other.extensions.pop("phpbb3")
    other.config["PHPBB3"] = {"DRIVER": driver, "VERSION": "3.3"}
    other.config["PHPBB3_DATABASE"] = {**settings, "TABLE_PREFIX": "phpbb_"}
    PhpBB3(other)
    assert demo.is_read_by(bound)
    assert not demo.is_read_by(board_of(other))
    other.extensions[EXTENSION_NAME].close()
    demo.close()
    assert [name for name in bound.driver.tables() if "phpbb" in name] == ["phpbb_users"]
    bound.driver.close()
    board_of(other).driver.close()
