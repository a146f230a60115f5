"""Build tiny phpBB boards for tests and demonstrations."""

from flask_phpbb3.testing.board import MiniatureBoard
from flask_phpbb3.testing.client import PhpBB3Client, login_as, logout
from flask_phpbb3.testing.embedded import EmbeddedBoard
from flask_phpbb3.testing.schema import Schema
from flask_phpbb3.testing.stock import NEVER, YES

__all__ = [
    "NEVER",
    "YES",
    "EmbeddedBoard",
    "MiniatureBoard",
    "PhpBB3Client",
    "Schema",
    "login_as",
    "logout",
]
