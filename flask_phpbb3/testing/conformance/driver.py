"""The suite for drivers that speak SQL: `DriverSuite`."""

from __future__ import annotations

from flask_phpbb3.testing.conformance.answers import AnswerTests
from flask_phpbb3.testing.conformance.errors import ErrorTests
from flask_phpbb3.testing.conformance.limits import LimitTests
from flask_phpbb3.testing.conformance.outages import OutageTests


class DriverSuite(OutageTests, LimitTests, ErrorTests, AnswerTests):
    """Check a driver; a subclass overrides the fixture `subject`.

    Pytest takes the parts from the last to the first, so what stops the server comes at the end. Tests that
    the subject gives no ground for are skipped, and named at the end of the run.
    """
