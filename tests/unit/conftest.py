"""Fixtures of unit tests that want a small board."""

from ..miniatures import build  # noqa: F401 - a fixture
