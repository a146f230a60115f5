"""Add-ons as packages: statements, functions, columns and tables on top of a version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from flask_phpbb3 import (
    AddOn,
    BrokenPluginError,
    DuplicatePluginError,
    MissingColumnError,
    ParameterError,
    PhpBB3,
    StatementSyntaxError,
    hookimpl,
)
from flask_phpbb3.testing import EmbeddedBoard, Schema

from ..apps import board_of, close, visitor
from .conftest import Install

GALLERY = """
    from flask_phpbb3 import AddOn, hookimpl

    def get_album(ask, *, user_id):
        "A user with pictures."
        user = ask("get_user", user_id=user_id)
        return user and {"owner": user["username"], "images": ask("fetch_images", user_id=user_id)}

    @hookimpl
    def phpbb3_register_addon(version):
        return AddOn.from_package(
            __name__,
            name="gallery",
            functions={"get_album": get_album},
            user_columns=["user_images"],
            escaped_columns=["image_name"],
            secret_columns=["user_image_key"],
        )
"""
QUERIES = """
    -- name: fetch_images
    -- The pictures of a user, the newest first.
    -- escaped: name
    -- user_id (int): phpBB user id.
    SELECT i.image_id, i.image_name, i.image_name AS name
      FROM {TABLE_PREFIX}gallery_images i
     WHERE i.image_user_id = %(user_id)s
     ORDER BY i.image_id DESC

    -- name: get_engine
    -- What answers.
    SELECT 'any' AS engine
"""
SQLITE = """
    -- name: get_engine
    -- What answers.
    SELECT 'sqlite' AS engine
"""
SCHEMA = """
-- table: gallery_images
CREATE TABLE {TABLE_PREFIX}gallery_images (
    image_id INTEGER NOT NULL,
    image_user_id INTEGER NOT NULL DEFAULT 0,
    image_name VARCHAR(255) NOT NULL DEFAULT '',
    PRIMARY KEY (image_id)
);

-- alter: users
ADD user_images INTEGER NOT NULL DEFAULT 0
ADD user_image_key VARCHAR(32) NOT NULL DEFAULT 'canary'
"""


@pytest.fixture
def gallery(install: Install) -> str:
    """Install an add-on as a stranger's distribution."""
    install(
        "acme-gallery",
        "addons",
        {"gallery": "acme_gallery"},
        GALLERY,
        queries=QUERIES,
        queries_sqlite=SQLITE,
        schema=SCHEMA,
    )
    return "gallery"


@pytest.fixture
def board(gallery: str, tmp_path: Path) -> Iterator[EmbeddedBoard]:
    with closing(EmbeddedBoard(tmp_path / "forum.db", plugins=[gallery])) as made:
        made.insert("gallery_images", image_id=1, image_user_id=2, image_name="Rock &amp; roll")
        yield made


def make(board: EmbeddedBoard, *plugins: Any, **database: Any) -> Flask:
    app = Flask("addons")
    app.config.update(board.settings, SECRET_KEY="s", TESTING=True)
    app.config["PHPBB3_DATABASE"] = {**board.settings["PHPBB3_DATABASE"], **database}
    PhpBB3(app, plugins=plugins)
    return app


def test_statements_are_typed_documented_and_unescaped(board: EmbeddedBoard, gallery: str) -> None:
    app = make(board, gallery)
    phpbb3 = board_of(app)
    assert phpbb3.fetch_images(user_id=2) == [
        {"image_id": 1, "image_name": "Rock & roll", "name": "Rock & roll"}
    ]
    assert phpbb3.get_engine() == {"engine": "sqlite"}
    with pytest.raises(ParameterError, match=r"gallery/queries\.sql:2.*must be of type int, not str"):
        phpbb3.fetch_images(user_id="2")
    described = phpbb3.board.connector().describe
    assert described("fetch_images").startswith("The pictures of a user")
    assert described("get_album") == "A user with pictures."
    close(app)


def test_functions_and_columns(board: EmbeddedBoard, gallery: str) -> None:
    sql = "SELECT u.* FROM {TABLE_PREFIX}users u WHERE u.user_id = %(user_id)s"
    app = make(board, gallery)
    album = board_of(app).get_album(user_id=2)
    assert (album["owner"], len(album["images"])) == ("admin", 1)
    with app.test_request_context("/"):
        assert visitor()["user_images"] == 0
    close(app)
    app = make(board, gallery, CUSTOM_STATEMENTS={"get_user": sql})
    with app.test_request_context("/"):
        assert visitor()["user_images"] == 0
        assert "user_image_key" not in visitor()
    close(app)


def test_the_owners_word_is_the_last(board: EmbeddedBoard, gallery: str) -> None:
    own = {"get_album": "SELECT %(user_id)s AS mine", "get_engine": "SELECT 'own' AS engine"}
    app = make(board, gallery, CUSTOM_STATEMENTS=own)
    assert board_of(app).get_album(user_id=7) == {"mine": 7}
    assert board_of(app).get_engine() == {"engine": "own"}
    close(app)


def test_its_tables_are_in_miniature_boards(board: EmbeddedBoard, gallery: str) -> None:
    schema = Schema.of("3.3.10", plugins=[gallery])
    assert schema.has("gallery_images")
    assert schema.has("users", "user_images")
    assert not Schema.of("3.3").has("gallery_images")
    with closing(EmbeddedBoard(board.path, plugins=[gallery])) as again:
        assert again.schema.has("gallery_images")


def test_without_its_column_it_says_so(gallery: str, tmp_path: Path) -> None:
    with closing(EmbeddedBoard(tmp_path / "bare.db")) as bare:
        app = make(bare, gallery)
        with pytest.raises(MissingColumnError, match=r"'user_images' \(from add-on 'gallery'\)"):
            board_of(app).get_user(user_id=2)
        close(app)


def returns(found: Any) -> Any:
    """Make a plugin whose hook returns something."""

    class Plugin:
        @hookimpl
        def phpbb3_register_addon(self) -> Any:
            return found

    return Plugin()


def statement(name: str, sql: str = "SELECT 1 AS a", **fields: Any) -> AddOn:
    return AddOn(name="x", queries={"": f"-- name: {name}\n{sql}"}, **fields)


@pytest.mark.parametrize(
    ("found", "error", "said"),
    [
        ({}, BrokenPluginError, "phpbb3_register_addon must return a flask_phpbb3.AddOn"),
        (statement("set_x", "UPDATE a SET b = 1"), BrokenPluginError, "'set_x'; an add-on may only read"),
        (AddOn(name="x", functions={"set_x": print}), BrokenPluginError, "'set_x'; an add-on may only read"),
        (
            AddOn(name="x", functions={"_check_profile_value": print}),
            BrokenPluginError,
            "has a function '_check",
        ),
        (AddOn(name="x", functions={"album": print}), BrokenPluginError, "has a function 'album'"),
        (AddOn(name="x", functions={"get_acl": print}), BrokenPluginError, "taken by a method"),
        (
            statement("get_x", functions={"get_x": print}),
            BrokenPluginError,
            "both a function and a statement",
        ),
        (statement("get_x", "SELECT 1; SELECT 2"), StatementSyntaxError, "x/queries.sql:1"),
        (statement("_fetch_config"), StatementSyntaxError, "the core asks for itself"),
        (AddOn(name="x", user_columns=["user_password"]), BrokenPluginError, "Add-on 'x' adds .*secret"),
        (
            AddOn(name="x", user_columns=["user_a"], secret_columns=["user_a"]),
            BrokenPluginError,
            "Add-on 'x' adds .*secret",
        ),
    ],
)
def test_an_add_on_that_does_not_fit(tmp_path: Path, found: Any, error: type[Exception], said: str) -> None:
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as board, pytest.raises(error, match=said):
        make(board, returns(found))


def test_two_add_ons_with_one_name_are_refused(tmp_path: Path) -> None:
    pairs = [
        (statement("get_x"), statement("get_x")),
        (statement("get_x"), AddOn(name="y", functions={"get_x": print})),
    ]
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as board:
        for one, other in pairs:
            with pytest.raises(DuplicatePluginError, match="'get_x' is defined by"):
                make(board, returns(one), returns(other))


def test_an_add_on_is_named_as_its_entry_point(install: Install, tmp_path: Path) -> None:
    install("acme-wrong", "addons", {"wrong": "acme_wrong"}, GALLERY)
    said = pytest.raises(BrokenPluginError, match="calls itself 'gallery'; name it as its entry point")
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as board, said:
        make(board, "wrong")


def test_its_own_private_statement_serves_its_functions(tmp_path: Path) -> None:
    def get_answer(ask: Any) -> Any:
        """Return the answer."""
        return ask("_get_secret_answer")

    found = statement("_get_secret_answer", "SELECT 42 AS answer", functions={"get_answer": get_answer})
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as board:
        app = make(board, returns(found))
        assert board_of(app).get_answer() == {"answer": 42}
        with pytest.raises(AttributeError):
            board_of(app)._get_secret_answer()
        close(app)


def test_comment_lines_of_custom_statements_count(tmp_path: Path) -> None:
    sql = """
        -- The forums of a parent.
        -- escaped: name
        -- parent_id (int): forum id; 0 for the index.
        SELECT f.forum_name AS name FROM {TABLE_PREFIX}forums f WHERE f.parent_id = %(parent_id)s
    """
    with closing(EmbeddedBoard(tmp_path / "forum.db")) as board:
        board.add_forum("R&D")
        app = make(board, CUSTOM_STATEMENTS={"fetch_children": sql})
        phpbb3 = board_of(app)
        assert phpbb3.fetch_children(parent_id=0) == [{"name": "R&D"}]
        assert (
            app.jinja_env.from_string("{{ name }}").render(phpbb3.fetch_children(parent_id=0)[0]) == "R&amp;D"
        )
        assert phpbb3.board.connector().describe("fetch_children").startswith("The forums of a parent.")
        with pytest.raises(ParameterError, match="must be of type int"):
            phpbb3.fetch_children(parent_id="0")
        close(app)
