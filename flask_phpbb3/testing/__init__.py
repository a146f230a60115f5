"""Build tiny phpBB boards for tests and demonstrations."""

from flask_phpbb3.testing.board import MiniatureBoard
from flask_phpbb3.testing.schema import Schema
from flask_phpbb3.testing.stock import NEVER, YES

__all__ = ["NEVER", "YES", "MiniatureBoard", "Schema"]
