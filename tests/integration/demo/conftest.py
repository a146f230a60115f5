"""A demo for a module's tests, and one for a test that spoils its board."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_phpbb3.demo import create_app
from flask_phpbb3.demo.account import EXTENSION_NAME


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    """A demo whose board a module's tests share."""
    made = create_app()
    yield made
    made.extensions[EXTENSION_NAME].close()


@pytest.fixture
def own_app() -> Iterator[Flask]:
    """A demo whose board a test may spoil."""
    made = create_app()
    yield made
    made.extensions[EXTENSION_NAME].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A guest of the shared demo."""
    return app.test_client()
