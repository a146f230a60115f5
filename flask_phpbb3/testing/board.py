"""A tiny but faithful phpBB database: built in a moment, in any database, through any DB-API connection."""

from __future__ import annotations

import secrets

from flask_phpbb3.testing import stock
from flask_phpbb3.testing.base import ADMIN_ID, GUEST_ID
from flask_phpbb3.testing.content import Content
from flask_phpbb3.testing.correspondence import Correspondence
from flask_phpbb3.testing.enclosures import Enclosures
from flask_phpbb3.testing.members import Members
from flask_phpbb3.testing.permissions import Permissions
from flask_phpbb3.testing.search_index import SearchIndex
from flask_phpbb3.testing.visits import Visits


class MiniatureBoard(Members, Permissions, Content, Enclosures, Correspondence, SearchIndex, Visits):
    """Build a miniature board; :class:`~flask_phpbb3.testing.base.BoardBase` tells the parameters.

    Every method commits. The shape of the tables decides what is stored, so that a board of any phpBB line
    is built by the same calls::

        board = MiniatureBoard(sqlite3.connect("board.db"), schema)
        board.create()
        forum = board.add_forum("Announcements")
        board.grant_role("ROLE_FORUM_READONLY", group="GUESTS", forum=forum)
        board.add_topic(forum, "Welcome", "admin")
        cookies = board.sign_in("admin", browser="Firefox")
    """

    #: The guest's user id.
    guest_id = GUEST_ID
    #: The founder's user id.
    admin_id = ADMIN_ID

    def create(self) -> None:
        """Install tables, settings, permission options, special groups, roles, guest, founder and bots.

        The founder is called ``admin`` and has no password; there are no forums yet.
        """
        with self._rows.transaction():
            self._rows.create_tables()
            self._install_config()
            self._install_options()
            self._install_groups()
            for role in stock.ROLES:
                settings = role.settings([option.name for option in self.schema.options])
                if settings:
                    self.add_role(role.name, settings, description=role.description)
            self.add_user("Anonymous", groups=("GUESTS",), user_type=2, user_allow_massemail=0)
            self.add_user(
                "admin",
                groups=("ADMINISTRATORS", "REGISTERED", "GLOBAL_MODERATORS"),
                user_type=3,
                user_rank=1,
            )
            self.add_member("admin", "ADMINISTRATORS", leader=True)
            self._install_grants()
            for name, agent in stock.BOTS:
                self.add_bot(name, agent)
            self._install_profile_fields()

    def clear(self) -> None:
        """Drop every table of the board that exists."""
        with self._rows.transaction():
            self._rows.drop_tables()

    def _install_config(self) -> None:
        config = {
            **self.schema.config,
            "avatar_salt": secrets.token_hex(16),
            "board_startdate": str(self._now()),
            "cookie_name": self.cookie_name,
            "num_files": "0",
            "num_posts": "0",
            "num_topics": "0",
            "num_users": "0",
            "newest_user_colour": "",
            "newest_user_id": "0",
            "newest_username": "",
            "rand_seed": "0",
            "server_name": "localhost",
            "site_desc": "",
            "sitename": "Miniature board",
            "version": self.release,
        }
        self._rows.insert_many(
            "config",
            [
                {"config_name": name, "config_value": value, "is_dynamic": int(name in stock.DYNAMIC_CONFIG)}
                for name, value in config.items()
            ],
        )
        self._rows.insert("lang", lang_id=1, lang_iso="en", lang_dir="en", lang_english_name="English")

    def _install_options(self) -> None:
        self._rows.insert_many(
            "acl_options",
            [
                {
                    "auth_option_id": number,
                    "auth_option": option.name,
                    "is_global": int(option.is_global),
                    "is_local": int(option.is_local),
                }
                for number, option in enumerate(self.schema.options, start=1)
            ],
        )

    def _install_groups(self) -> None:
        # phpBB 3.0 knows a group to be in the legend or not, the later lines its place there.
        is_flag = self.schema.table("groups").columns["group_legend"].type == "SMALLINT"
        for group in stock.GROUPS:
            self.add_group(
                group.name,
                group_type=3,
                colour=group.colour,
                group_legend=min(group.legend, 1) if is_flag else group.legend,
                group_founder_manage=int(group.founder_manage),
            )
        self._rows.insert("ranks", rank_id=1, rank_title="Administrator", rank_special=1)

    def _install_grants(self) -> None:
        for option in stock.GUEST_OPTIONS:
            self.grant(group="GUESTS", option=option)
        for group, role in stock.GROUP_ROLES:
            self.grant_role(role, group=group)
        self.grant_role("ROLE_USER_FULL", user=ADMIN_ID)

    def _install_profile_fields(self) -> None:
        for column in self.schema.columns("profile_fields_data"):
            if column.startswith("pf_"):
                ident = column.removeprefix("pf_")
                self._insert_field(
                    ident,
                    stock.FIELD_TYPE_OF.get(ident, "string"),
                    label=ident.removeprefix("phpbb_").upper(),
                    field_active=int(ident not in stock.HIDDEN_FIELDS),
                    field_is_contact=int(ident not in stock.PERSONAL_FIELDS),
                )
