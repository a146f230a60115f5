"""What the core needs to know about a phpBB release line, one field per difference.

The defaults are those of phpBB 3.3. No other module of the core asks which version it serves.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The differences between phpBB's release lines.

    :param url_sid: phpBB takes a session id from ``?sid=`` when the cookies bring none. 4.0 does so only
        with a container parameter that is not in the database, so False there.
    :param key_without_sid: the autologin key counts although the request brings no session id (4.0);
        before, phpBB throws the user id and key cookies away then.
    :param dotted_ipv6_is_rewritten: an IPv6 address that ends in a dotted IPv4 one is put in its usual form
        before the blocks are compared (3.3.11).
    :param ban_ip_networks: a banned address is an address or a network such as ``192.0.2.0/24`` (4.0);
        before, a text in which ``*`` stands for anything.
    :param ban_includes_end: a ban still holds in the second of its end (up to 3.3).
    :param has_notifications: the board has a list of notifications (3.1 and later).
    :param notification_switches: settings that must all be on for the number of unread notifications to be
        shown.
    :param sign_out_by_hash: the sign-out link carries the link hash of ``ucp_logout`` (4.0) instead of the
        session id.
    :param avatar_kinds: the kinds of avatars that the board knows.
    :param hash_kinds: the kinds of password hashes that the board accepts; see
        `flask_phpbb3.phpbb.passwords`.
    :param usual_hash: the kind that phpBB makes of a new password.
    :param authors_see_waiting: an author sees own texts that wait for approval, where the board's setting
        ``display_unapproved_posts`` allows it (3.3 and later).
    :param announcements_without_forum: global announcements lie in forum 0 (3.0).
    """

    url_sid: bool = True
    key_without_sid: bool = False
    dotted_ipv6_is_rewritten: bool = False
    ban_ip_networks: bool = False
    ban_includes_end: bool = True
    has_notifications: bool = True
    notification_switches: tuple[str, ...] = ("load_notifications", "allow_board_notifications")
    sign_out_by_hash: bool = False
    avatar_kinds: frozenset[str] = frozenset({"upload", "remote", "local", "gravatar"})
    hash_kinds: frozenset[str] = frozenset(
        {"argon2", "bcrypt", "phpass", "md5", "combined", "combined_md5", "converted"}
    )
    usual_hash: str = "argon2"
    authors_see_waiting: bool = True
    announcements_without_forum: bool = False
