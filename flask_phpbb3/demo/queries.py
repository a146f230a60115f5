"""The demo's own statements, added to the version's as an add-on would."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources

from flask_phpbb3 import hookimpl
from flask_phpbb3.plugins.queries import parse_sql


@hookimpl
def phpbb3_extend_queries() -> Mapping[str, str]:
    """Return the statements of ``queries.sql``."""
    file = resources.files(__package__) / "queries.sql"
    return {
        name: query.sql for name, query in parse_sql(file.read_text("utf-8"), source=str(file.name)).items()
    }
