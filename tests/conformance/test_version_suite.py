"""The suite for versions, over every version of our own by every driver."""

from __future__ import annotations

import pytest

from flask_phpbb3.testing.conformance import BoardUnderTest, VersionSuite

from ..miniatures import PAIRS, RELEASES, Build

WORLDS = [(database, driver, line) for line in RELEASES for database, driver in PAIRS]


class TestEveryVersion(VersionSuite):
    @pytest.fixture(scope="class", params=WORLDS, ids="-".join)
    @classmethod
    def subject(cls, request: pytest.FixtureRequest, build: Build) -> BoardUnderTest:
        database, driver, line = request.param
        return build(database, driver, line)
