"""What every freshly made miniature board holds besides its schema: groups, roles, grants, bots, fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

YES: Final = 1
NEVER: Final = 0

#: Settings that phpBB counts by itself.
DYNAMIC_CONFIG: Final = frozenset(
    {
        "newest_user_colour",
        "newest_user_id",
        "newest_username",
        "num_files",
        "num_posts",
        "num_topics",
        "num_users",
    }
    | {"rand_seed", "record_online_date", "record_online_users"}
)


@dataclass(frozen=True)
class Group:
    """Describe a special group; its id is its place in :data:`GROUPS`, from 1."""

    name: str
    colour: str = ""
    legend: int = 0
    founder_manage: bool = False


GROUPS: Final = (
    Group("GUESTS"),
    Group("REGISTERED"),
    Group("REGISTERED_COPPA"),
    Group("GLOBAL_MODERATORS", colour="00AA00", legend=2),
    Group("ADMINISTRATORS", colour="AA0000", legend=1, founder_manage=True),
    Group("BOTS", colour="9E8DA7"),
    Group("NEWLY_REGISTERED"),
)


@dataclass(frozen=True)
class Role:
    """Describe a role: the options it allows, those of them it does not, and those it forbids.

    Names are separated by blanks and may end in ``*``; what a line does not know is left out.
    """

    name: str
    description: str
    allowed: str = ""
    but: str = ""
    never: str = ""

    def settings(self, options: Sequence[str]) -> dict[str, int]:
        """Return what the role sets in a line with these options."""
        allowed = _matching(options, self.allowed) - _matching(options, self.but)
        never = _matching(options, self.never)
        return {option: NEVER if option in never else YES for option in options if option in allowed | never}


def _matching(options: Sequence[str], patterns: str) -> set[str]:
    names = set(patterns.split())
    prefixes = tuple(name.removesuffix("*") for name in names if name.endswith("*"))
    return {option for option in options if option in names or option.startswith(prefixes)}


ROLES: Final = (
    Role(
        "ROLE_ADMIN_STANDARD",
        "Runs the board, but not its server.",
        "a_*",
        but="a_aauth a_backup a_bots a_clearlogs a_email a_jabber a_language a_modules a_phpinfo a_roles"
        " a_search a_server a_styles a_switchperm",
    ),
    Role("ROLE_ADMIN_FULL", "May do everything an administrator can.", "a_*"),
    Role("ROLE_USER_FULL", "Every right a member can have.", "u_*"),
    Role(
        "ROLE_USER_STANDARD",
        "The rights of an ordinary member.",
        "u_*",
        but="u_chggrp u_chgname u_ignoreflood u_pm_flash u_pm_forward u_viewonline",
    ),
    Role(
        "ROLE_USER_LIMITED",
        "A member with few rights.",
        "u_ u_chg* u_download u_emoji u_hideonline u_mention u_pm_* u_readpm u_sendpm u_sig u_viewprofile",
        but="u_chggrp u_chgname u_pm_attach u_pm_emailpm u_pm_flash",
    ),
    Role("ROLE_MOD_FULL", "Every right a moderator can have.", "m_*"),
    Role("ROLE_MOD_STANDARD", "An ordinary moderator.", "m_*", but="m_ban m_chgposter"),
    Role(
        "ROLE_MOD_SIMPLE", "Tends topics only.", "m_ m_delete m_edit m_info m_pm_report m_report m_softdelete"
    ),
    Role("ROLE_FORUM_FULL", "Every right in a forum.", "f_*"),
    Role(
        "ROLE_FORUM_STANDARD",
        "Reads and writes.",
        "f_*",
        but="f_announce* f_flash f_ignoreflood f_poll f_sticky f_user_lock",
    ),
    Role("ROLE_FORUM_NOACCESS", "Sees nothing of the forum.", never="f_"),
    Role(
        "ROLE_FORUM_READONLY",
        "Reads, but does not write.",
        "f_ f_download f_list f_list_topics f_print f_read f_search f_subscribe",
    ),
    Role(
        "ROLE_FORUM_BOT",
        "What a search engine may read.",
        "f_ f_download f_list f_list_topics f_print f_read",
    ),
    Role(
        "ROLE_FORUM_ONQUEUE",
        "Writes, but a moderator looks first.",
        "f_ f_attach f_bbcode f_download f_edit f_email f_img f_list f_list_topics f_mention f_post"
        " f_postcount f_print f_read f_reply f_report f_search f_sigs f_smilies f_softdelete"
        " f_subscribe f_vote",
        never="f_noapprove",
    ),
    Role(
        "ROLE_USER_NEW_MEMBER",
        "What a new member must wait for.",
        never="u_chgprofileinfo u_masspm u_masspm_group u_sendpm",
    ),
    Role("ROLE_FORUM_NEW_MEMBER", "A new member's posts are looked at first.", never="f_noapprove"),
)

#: Roles that the special groups have everywhere.
GROUP_ROLES: Final = (
    ("REGISTERED", "ROLE_USER_STANDARD"),
    ("REGISTERED_COPPA", "ROLE_USER_STANDARD"),
    ("GLOBAL_MODERATORS", "ROLE_USER_FULL"),
    ("GLOBAL_MODERATORS", "ROLE_MOD_FULL"),
    ("ADMINISTRATORS", "ROLE_USER_FULL"),
    ("ADMINISTRATORS", "ROLE_ADMIN_STANDARD"),
    ("NEWLY_REGISTERED", "ROLE_USER_NEW_MEMBER"),
)

#: Single options that guests have everywhere.
GUEST_OPTIONS: Final = ("u_", "u_download", "u_search")

#: Name and agent of the search engines a board begins with.
BOTS: Final = (
    ("AdsBot [Google]", "AdsBot-Google"),
    ("Baidu [Spider]", "Baiduspider"),
    ("Bing [Bot]", "bingbot/"),
    ("Google [Bot]", "Googlebot"),
)


@dataclass(frozen=True)
class FieldType:
    """Describe a kind of profile field: phpBB 3.0's number of it, its column and its usual length."""

    number: int | None
    column_type: str
    length: str


FIELD_TYPES: Final = {
    "int": FieldType(1, "BIGINT", "10"),
    "string": FieldType(2, "VARCHAR(255)", "10"),
    "text": FieldType(3, "TEXT", "5|80"),
    "bool": FieldType(4, "SMALLINT", "1"),
    "dropdown": FieldType(5, "INTEGER", "10"),
    "date": FieldType(6, "VARCHAR(10)", "10"),
    "url": FieldType(None, "VARCHAR(255)", "40"),
    "googleplus": FieldType(None, "VARCHAR(255)", "20"),
}

#: Stock profile fields that are no plain ``string``, and those that a board begins without showing.
FIELD_TYPE_OF: Final = {
    "phpbb_googleplus": "googleplus",
    "phpbb_interests": "text",
    "phpbb_occupation": "text",
    "phpbb_website": "url",
}
HIDDEN_FIELDS: Final = frozenset(
    {"phpbb_aol", "phpbb_icq", "phpbb_interests", "phpbb_occupation", "phpbb_wlm", "phpbb_yahoo"}
)
PERSONAL_FIELDS: Final = frozenset({"phpbb_interests", "phpbb_location", "phpbb_occupation"})
