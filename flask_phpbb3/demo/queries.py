"""The demo's own statements, added to the version's as an add-on."""

from __future__ import annotations

from flask_phpbb3 import AddOn, hookimpl


@hookimpl
def phpbb3_register_addon() -> AddOn:
    """Return the statements of ``queries.sql``."""
    return AddOn.from_package("flask_phpbb3.demo", name="demo")
