"""phpBB 3.3: what differs from 3.2."""

from flask_phpbb3 import Changes, Version, hookimpl

from .markup import MARKUP


@hookimpl
def phpbb3_register_version() -> Version:
    """Return phpBB 3.3."""
    return Version.from_package(
        __name__,
        name="3.3",
        releases="==3.3.*",
        automatic=True,
        parent="3.2",
        markup=MARKUP,
        since={"3.3.11": Changes(rules={"dotted_ipv6_is_rewritten": True})},
        rules={
            "authors_see_waiting": True,
            "usual_hash": "argon2",
            "hash_kinds": frozenset(
                {"argon2", "bcrypt", "phpass", "md5", "combined", "combined_md5", "converted"}
            ),
        },
        secret_columns=frozenset({"reset_token", "reset_token_expiration"}),
    )
