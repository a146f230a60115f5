"""phpBB 4.0: what differs from 3.3."""

from flask_phpbb3 import Version, hookimpl

from .markup import MARKUP


@hookimpl
def phpbb3_register_version() -> Version:
    """Return phpBB 4.0."""
    return Version.from_package(
        __name__,
        name="4.0",
        releases="==4.0.*",
        automatic=True,
        parent="3.3",
        markup=MARKUP,
        user_columns=("user_last_active",),
        dropped_user_columns=("user_jabber", "user_notify_type"),
        rules={
            "avatar_kinds": frozenset({"upload", "local", "gravatar"}),
            "ban_includes_end": False,
            "ban_ip_networks": True,
            "dotted_ipv6_is_rewritten": True,
            "key_without_sid": True,
            "sign_out_by_hash": True,
            "url_sid": False,
        },
    )
