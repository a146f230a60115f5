"""phpBB 3.0, the root of all lines: its statements, rules and tables."""

from flask_phpbb3 import Version, Viewer, hookimpl

from .profile import check_profile_value
from .uid_markup import UID_MARKUP
from .user_columns import USER_COLUMNS

ESCAPED_COLUMNS = frozenset(
    {
        "attach_comment",
        "ban_give_reason",
        "ban_reason",
        "ban_reason_display",
        "bot_name",
        "draft_subject",
        "field_contact_url",
        "folder_name",
        "forum_last_post_subject",
        "forum_last_poster_name",
        "forum_link",
        "forum_name",
        "forum_rules_link",
        "group_name",
        "lang_name",
        "lang_value",
        "message_subject",
        "post_delete_reason",
        "post_edit_reason",
        "post_subject",
        "post_username",
        "rank_title",
        "real_filename",
        "report_text",
        "role_name",
        "topic_delete_reason",
        "topic_first_poster_name",
        "topic_last_post_subject",
        "topic_last_poster_name",
        "topic_title",
        "user_aim",
        "user_from",
        "user_icq",
        "user_interests",
        "user_jabber",
        "user_msnm",
        "user_occ",
        "user_website",
        "user_yim",
        "username",
        "pf_*",
    }
)

SECRET_COLUMNS = frozenset(
    {
        "forum_password",
        "key_id",
        "user_actkey",
        "user_form_salt",
        "user_last_confirm_key",
        "user_newpasswd",
        "user_password",
    }
)


def readable_forums(viewer: Viewer) -> list[int]:
    """Return the forums whose posts phpBB would show a viewer; a forum with a password asks everybody for it."""
    return sorted(set(viewer.acl.forums("f_read")) - viewer.locked_forums)


@hookimpl
def phpbb3_register_version() -> Version:
    """Return phpBB 3.0."""
    return Version.from_package(
        __name__,
        name="3.0",
        releases="==3.0.*",
        automatic=True,
        functions={"_check_profile_value": check_profile_value},
        context={
            "now": lambda viewer: viewer.now,
            "viewer_id": lambda viewer: viewer.user_id,
            "readable_forums": readable_forums,
        },
        uid_markup=UID_MARKUP,
        rules={
            "announcements_without_forum": True,
            "authors_see_waiting": False,
            "avatar_kinds": frozenset({"upload", "remote", "local"}),
            "has_notifications": False,
            "notification_switches": (),
            "usual_hash": "phpass",
            "hash_kinds": frozenset({"phpass", "md5"}),
        },
        user_columns=USER_COLUMNS,
        escaped_columns=ESCAPED_COLUMNS,
        secret_columns=SECRET_COLUMNS,
    )
