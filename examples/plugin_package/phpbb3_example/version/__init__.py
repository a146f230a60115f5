"""The version ``3.3-example``: phpBB 3.3 with a statement about whose birthday it is."""

from __future__ import annotations

from flask_phpbb3 import Version, hookimpl


@hookimpl
def phpbb3_register_version() -> Version:
    """Offer the version; ``PHPBB3["VERSION"] = "3.3-example"`` chooses it."""
    return Version.from_package(__name__, name="3.3-example", releases="==3.3.*", parent="3.3")
