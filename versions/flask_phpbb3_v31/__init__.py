"""phpBB 3.1: what differs from 3.0."""

from flask_phpbb3 import Version, hookimpl

from .uid_markup import UID_MARKUP


@hookimpl
def phpbb3_register_version() -> Version:
    """Return phpBB 3.1."""
    return Version.from_package(
        __name__,
        name="3.1",
        releases="==3.1.*",
        automatic=True,
        parent="3.0",
        # The contact columns became custom profile fields.
        dropped_user_columns=(
            "user_aim",
            "user_dst",
            "user_from",
            "user_icq",
            "user_interests",
            "user_msnm",
            "user_occ",
            "user_website",
            "user_yim",
        ),
        uid_markup=UID_MARKUP,
        rules={
            "announcements_without_forum": False,
            "avatar_kinds": frozenset({"upload", "remote", "local", "gravatar"}),
            "has_notifications": True,
            "notification_switches": ("load_notifications",),
            "usual_hash": "bcrypt",
            "hash_kinds": frozenset({"bcrypt", "phpass", "md5", "combined", "converted"}),
        },
    )
