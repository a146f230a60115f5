"""The suite for drivers, over every driver of our own."""

from __future__ import annotations

import pytest

from flask_phpbb3.testing.conformance import BoardUnderTest, DriverSuite

from ..miniatures import PAIRS, Build


class TestEveryDriver(DriverSuite):
    @pytest.fixture(scope="class", params=PAIRS, ids="-".join)
    @classmethod
    def subject(cls, request: pytest.FixtureRequest, build: Build) -> BoardUnderTest:
        database, driver = request.param
        return build(database, driver, "3.3")
