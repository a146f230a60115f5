"""The demo through a stranger's driver, and with a stranger's add-on."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from flask_phpbb3 import PluginNotFoundError
from flask_phpbb3.demo import create_app
from flask_phpbb3.demo.account import EXTENSION_NAME

from ..apps import board_of
from .conftest import Install

ADDON = '''
    from flask_phpbb3 import AddOn, hookimpl

    def get_album(ask, *, user_id: int):
        """The pictures of a member."""
        return ask("fetch_images", user_ids=[user_id])

    @hookimpl
    def phpbb3_register_addon():
        return AddOn.from_package(__name__, name="gallery", functions={"get_album": get_album})
'''
QUERIES = """
    -- name: fetch_images
    -- The pictures of members.
    -- escaped: image_name
    -- user_ids (list): phpBB user ids.
    -- viewer_id: the visitor, filled in.
    SELECT i.image_id, i.image_name, %(viewer_id)s AS seen_by
      FROM {TABLE_PREFIX}gallery_images i
     WHERE i.image_user_id IN %(user_ids)s

    -- name: _get_secret
    -- What nobody calls.
    SELECT 1 AS one
"""
SCHEMA = """
-- table: gallery_images
CREATE TABLE {TABLE_PREFIX}gallery_images (
    image_id INTEGER NOT NULL,
    image_user_id INTEGER NOT NULL DEFAULT 0,
    image_name VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (image_id)
);
"""
FILL = """
def fill(board):
    board.insert("gallery_images", image_id=1, image_user_id=2, image_name="Rock &amp; roll")
"""
DRIVER = """
    from flask_phpbb3 import hookimpl
    from flask_phpbb3_sqlite3 import Sqlite3Driver

    class AcmeDriver(Sqlite3Driver):
        name = "acme-files"

    @hookimpl
    def phpbb3_register_driver():
        return AcmeDriver
"""


@contextlib.contextmanager
def demo(**switches: object) -> Iterator[Flask]:
    made = create_app(**switches)  # type: ignore[arg-type]  # whatever a test says
    yield made
    board_of(made).driver.close()
    made.extensions[EXTENSION_NAME].close()


@pytest.fixture
def app(install: Install) -> Iterator[Flask]:
    install(
        "acme-gallery",
        "addons",
        {"gallery": "acme_gallery"},
        ADDON,
        queries=QUERIES,
        schema=SCHEMA,
        demo=FILL,
    )
    with demo(addons=["gallery"]) as made:
        yield made


def test_an_add_on_is_listed_with_what_it_can_be_asked(app: Flask) -> None:
    client = app.test_client()
    assert '<a href="/add-ons"' in client.get("/").text
    page = client.get("/add-ons").text
    found = re.findall(r"<code>((?:get|fetch)_\w+\(.*?\))</code>", page)
    assert found == ["fetch_images(user_ids)", "get_album(user_id)"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("fetch_images?user_ids=1,2", "Rock &amp; roll"),
        ("get_album?user_id=2", "Rock &amp; roll"),
        ("get_album?user_id=1", "[]"),
        ("get_album?user_id=two", "invalid literal"),
        ("get_album", "The pictures of a member."),
    ],
)
def test_it_answers_with_rows_of_its_own(app: Flask, address: str, said: str) -> None:
    answer = app.test_client().get(f"/add-ons/gallery/{address}")
    assert answer.status_code == 200
    assert said in answer.text
    assert ("The answer" in answer.text) is ("?" in address and "two" not in address)


@pytest.mark.parametrize("address", ["gallery/_get_secret", "gallery/get_user", "demo/get_album", "x/y"])
def test_nothing_else_is_called(app: Flask, address: str) -> None:
    assert app.test_client().get(f"/add-ons/{address}").status_code == 404


def test_another_driver_serves_it(install: Install) -> None:
    install("acme-files", "drivers", {"acme-files": "acme_files"}, DRIVER)
    with demo(driver="acme-files") as made:
        client = made.test_client()
        assert board_of(made).driver.name == "acme-files"
        assert "Millbrook" in client.get("/").text
        assert 'href="/add-ons"' not in client.get("/").text
        assert "There is none" in client.get("/add-ons").text


def test_a_plugin_that_is_not_there_is_told() -> None:
    with pytest.raises(PluginNotFoundError, match="No add-on named 'galery'"):
        create_app(addons=["galery"])
    with pytest.raises(PluginNotFoundError, match="No driver named 'acme'"):
        create_app(driver="acme")
