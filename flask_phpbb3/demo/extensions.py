"""The extension object that the demo's views ask."""

from __future__ import annotations

from flask_phpbb3 import PhpBB3

from . import queries

phpbb3 = PhpBB3(plugins=[queries])
