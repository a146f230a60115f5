"""The driver passes the suite of flask_phpbb3's own drivers, and an application finds it by its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from conftest import HOST, OWNER, READER
from flask_phpbb3 import BoundPhpBB3
from flask_phpbb3.testing import MiniatureBoard, Schema
from flask_phpbb3.testing.conformance import BoardUnderTest, DriverSuite

from phpbb3_mysqlclient import MysqlclientDriver


class TestDriver(DriverSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def subject(cls, mariadb: int) -> Iterator[BoardUnderTest]:
        client = pytest.importorskip("MySQLdb", reason="mysqlclient is not installed: it compiles")
        place = {"HOST": HOST, "PORT": mariadb, "DATABASE": "board"}
        with closing(client.connect(host=HOST, port=mariadb, user=OWNER, database="board")) as connection:
            board = MiniatureBoard(connection, Schema.of("3.3"), dialect="mysql")
            board.create()
            yield BoardUnderTest(
                board=board,
                config={
                    "PHPBB3": {"DRIVER": "mysqlclient", "VERSION": "3.3"},
                    "PHPBB3_DATABASE": {**place, "USER": READER},
                },
                writer={"USER": OWNER},
            )

    def test_it_is_found_by_its_name(self, subject: BoardUnderTest) -> None:
        app = subject.app()
        found = app.extensions["phpbb3"]
        assert isinstance(found, BoundPhpBB3)
        assert isinstance(found.driver, MysqlclientDriver)
        found.driver.close()
