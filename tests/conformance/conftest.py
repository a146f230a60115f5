"""Miniature boards for the suites."""

from ..miniatures import build  # noqa: F401 - a fixture
