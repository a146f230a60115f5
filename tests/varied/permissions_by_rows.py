"""phpBB's permissions, found by plain loops over the rows of the tables.

phpBB rules: Permission string, Merging permissions, Asking for a permission and those around them.
"""

from __future__ import annotations

from typing import Any

from .tables import Tables

YES, NEVER = 1, 0
FOUNDER = 3
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

Settings = dict[int, dict[str, int]]
"""Forum (0: the whole board) → option → YES or NEVER."""


class PermissionsByRows:
    """Answer what phpBB would grant.

    :param tables: the board's rows.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        options = sorted(tables["acl_options"], key=lambda row: row["auth_option_id"])
        self.names = {row["auth_option_id"]: row["auth_option"] for row in options}
        self.everywhere = [row["auth_option"] for row in options if row["is_global"]]
        self.in_forums = [row["auth_option"] for row in options if row["is_local"]]
        self.roles: dict[int, list[tuple[str, int]]] = {}
        for row in tables["acl_roles_data"]:
            setting = (self.names[row["auth_option_id"]], row["auth_setting"])
            self.roles.setdefault(row["role_id"], []).append(setting)
        self._lines: dict[int, dict[int, str]] = {}

    def may(self, user_id: int, option: str, forum_id: int = 0) -> bool:
        """Tell whether a user has a permission, by what is stored where phpBB would believe it."""
        if option.startswith("!"):
            return not self.may(user_id, option[1:], forum_id)
        lines = self.lines(user_id)
        if option in self.everywhere and self._bit(lines.get(0, ""), self.everywhere.index(option)):
            return True
        return (
            forum_id != 0
            and option in self.in_forums
            and self._bit(lines.get(forum_id, ""), self.in_forums.index(option))
        )

    def may_anywhere(self, user_id: int, option: str) -> bool:
        """Tell whether some forum that has a line grants a local option; of others the global answer."""
        if option not in self.in_forums:
            return self.may(user_id, option)
        return any(
            self.may(user_id, option, forum) for forum, line in self.lines(user_id).items() if forum and line
        )

    def lines(self, user_id: int) -> dict[int, str]:
        """Return forum → bits as ``0`` and ``1``, stored or computed; forums without any setting are missing."""
        if user_id not in self._lines:
            [user] = self._tables.where("users", user_id=user_id)
            stored = user["user_permissions"]
            self._lines[user_id] = self._read(stored) if self._believed(stored) else self.computed(user_id)
        return self._lines[user_id]

    def text(self, user_id: int) -> str:
        """Return the string that phpBB computes and stores."""
        lines = self.computed(user_id)
        written = []
        for forum in range(max(lines, default=0) + 1):
            bits = lines.get(forum, "")
            bits += "0" * (-len(bits) % 31)
            written.append("".join(_base36(bits[at : at + 31]) for at in range(0, len(bits), 31)))
        return "\n".join(written).rstrip("\n")

    def computed(self, user_id: int, *, backwards: bool = False) -> dict[int, str]:
        """Return forum → bits as phpBB computes them from the rows.

        :param backwards: as if the database returned the rows the other way round.
        """
        lines = {}
        for forum, settings in self._merged(user_id, backwards).items():
            options = self.in_forums if forum else self.everywhere
            granted = {name for name in options if settings.get(name) == YES}
            granted |= {name[:2] for name in granted} & set(options)
            if settings:  # a line of noughts, where everything is NEVER
                lines[forum] = "".join("1" if name in granted else "0" for name in options)
        return lines

    def is_told_by_rows(self, user_id: int) -> bool:
        """Tell whether the order in which a database returns rows does not matter."""
        return self.computed(user_id) == self.computed(user_id, backwards=True)

    def _merged(self, user_id: int, backwards: bool) -> Settings:
        held: Settings = {}
        own = self._tables.where("acl_users", user_id=user_id)
        for row in reversed(own) if backwards else own:
            there = held.setdefault(row["forum_id"], {})
            if row["auth_role_id"]:
                for option, setting in self.roles.get(row["auth_role_id"], []):
                    there.setdefault(option, setting)
            else:
                there[self.names[row["auth_option_id"]]] = row["auth_setting"]
        groups = self._groups(user_id)
        rows = [row for row in self._tables["acl_groups"] if row["group_id"] in groups]
        for row in reversed(rows) if backwards else rows:
            settings = (
                self.roles.get(row["auth_role_id"], [])
                if row["auth_role_id"]
                else [(self.names[row["auth_option_id"]], row["auth_setting"])]
            )
            there = held.setdefault(row["forum_id"], {})
            for option, setting in reversed(settings) if backwards else settings:
                if there.get(option) == NEVER:
                    continue
                there[option] = setting
                if setting == NEVER and there.get(option[:2]) == YES:
                    del there[option[:2]]
        [user] = self._tables.where("users", user_id=user_id)
        if user["user_type"] == FOUNDER:
            for option in self.everywhere:
                if option.startswith("a_"):
                    held.setdefault(0, {})[option] = YES
        return held

    def _groups(self, user_id: int) -> set[int]:
        skipping = {row["group_id"] for row in self._tables["groups"] if row["group_skip_auth"]}
        return {
            row["group_id"]
            for row in self._tables.where("user_group", user_id=user_id)
            if not row["user_pending"] and not (row["group_leader"] and row["group_id"] in skipping)
        }

    def _believed(self, stored: str) -> bool:
        if not stored.strip():
            return False
        return all(
            len(line) == self._width(forum)
            for forum, line in enumerate(stored.rstrip("\n").split("\n"))
            if line
        )

    def _width(self, forum: int) -> int:
        count = len(self.in_forums if forum else self.everywhere)
        return 6 * ((count + 30) // 31)

    def _read(self, stored: str) -> dict[int, str]:
        lines = {}
        for forum, line in enumerate(stored.rstrip("\n").split("\n")):
            pieces = [line[at : at + 6] for at in range(0, len(line), 6)]
            if pieces:
                lines[forum] = "".join(format(int(piece, 36), "031b") for piece in pieces)
        return lines

    @staticmethod
    def _bit(line: str, place: int) -> bool:
        return line[place : place + 1] == "1"


def _base36(bits: str) -> str:
    number, text = int(bits, 2), ""
    while number:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text.zfill(6)


def described(found: Any, oracle: PermissionsByRows, user_id: int, forums: list[int]) -> list[Any]:
    """Return the questions that ours (a `UserAcl`) answers otherwise; of every option in every forum."""
    wrong: list[Any] = []
    for option in [*oracle.names.values(), "x_unknown"]:
        for forum in forums:
            if found.has_privilege(option, forum) is not oracle.may(user_id, option, forum):
                wrong.append((option, forum))
        if found.has_privilege_anywhere(option) is not oracle.may_anywhere(user_id, option):
            wrong.append((option, "anywhere"))
    return wrong
