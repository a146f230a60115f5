"""phpBB 3.2: what differs from 3.1."""

from flask_phpbb3 import Version, hookimpl

from .markup import MARKUP
from .uid_markup import UID_MARKUP


@hookimpl
def phpbb3_register_version() -> Version:
    """Return phpBB 3.2."""
    return Version.from_package(
        __name__,
        name="3.2",
        releases="==3.2.*",
        automatic=True,
        parent="3.1",
        markup=MARKUP,
        uid_markup=UID_MARKUP,
        rules={"notification_switches": ("load_notifications", "allow_board_notifications")},
    )
