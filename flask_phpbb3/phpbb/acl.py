"""What a user may do: read phpBB's permission string, compute it from the tables, explain it, ask it.

Knows no database: rows come in as plain values, in the order in which the database gave them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from .acl_options import GROUP_BITS, GROUP_CHARACTERS, AclLayout, AclOptions
from .php import BLANKS

YES = 1
NEVER = 0
NO = -1

_Source = Literal["user", "group"]
_Asked = tuple[_Source, int, int, int]
"""Whose row it is, and its option id, role id and setting."""

_USER_FOUNDER = 3
_FORUM_IDS = range(
    2**24
)  # what phpBB's type for them holds; a permission string has a line for each below the last
_GROUP_MAX = "zik0zj"  # 2**31 - 1; phpBB's digits sort as their values do
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# int(…, 36) alone would take signs, blanks, underscores and other scripts' digits.
_is_base36 = re.compile(r"[0-9a-z]+").fullmatch


class AclRow(NamedTuple):
    """Hold one row of ``acl_users`` or ``acl_groups``.

    :ivar forum_id: the forum the row is about, 0 for the whole board.
    :ivar auth_option_id: the option it sets, where ``auth_role_id`` is 0.
    :ivar auth_role_id: the role it gives, or 0.
    :ivar auth_setting: :data:`YES` or :data:`NEVER`, where ``auth_role_id`` is 0.
    :ivar group_id: the group that holds it; 0 in a row of ``acl_users``.
    """

    forum_id: int
    auth_option_id: int
    auth_role_id: int
    auth_setting: int
    group_id: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> AclRow:
        """Make a row from a database row whose numbers may be strings.

        :param row: a mapping with the four columns, and ``group_id`` for a group's row.
        :returns: the row.
        :raises KeyError: when a column is missing.
        """
        return cls(
            int(row["forum_id"]),
            int(row["auth_option_id"]),
            int(row["auth_role_id"]),
            int(row["auth_setting"]),
            int(row.get("group_id", 0)),
        )


@dataclass(frozen=True, slots=True)
class TraceStep:
    """Hold one step on the way to a setting, as :func:`trace` lists them.

    :ivar source: ``"user"`` or ``"group"`` for a row; ``"founder"`` for what founders always get;
        ``"flag"`` for what another option does to a flag such as ``m_``.
    :ivar group_id: the group whose row it was, or 0.
    :ivar auth_role_id: the role that brought the setting, or 0.
    :ivar setting: what the step asks for: :data:`YES`, :data:`NEVER`, or :data:`NO` to take a yes back.
    :ivar result: what holds after it; the same three values.
    """

    source: Literal["user", "group", "founder", "flag"]
    group_id: int
    auth_role_id: int
    setting: int
    result: int


def fits(user_permissions: str, options: AclOptions) -> bool:
    """Tell whether phpBB would believe a stored permission string instead of computing it anew.

    phpBB rule: Stale permissions.

    :param user_permissions: the column of that name.
    :param options: the board's options.
    :returns: False when it is blank or a line that is not empty does not have the length, in bits,
        that the number of options asks for.
    """
    return UserAcl.stored(user_permissions, options) is not None


class UserAcl:
    """Answer what one user may do. Immutable; a line is decoded when it is asked for.

    Made by :meth:`decode` or :meth:`compute`.

    :param options: the board's options.
    :param lines: the lines of the permission string, each at the place of its forum's id (0: global).
    """

    __slots__ = ("_decoded", "_global_bits", "_lines", "_options")

    def __init__(self, options: AclOptions, lines: Sequence[str]) -> None:
        self._options = options
        self._lines = lines
        self._decoded: dict[int, int] = {}  # bits by forum id, of lines only
        self._global_bits = self._bits(0) or 0

    @classmethod
    def decode(cls, user_permissions: str, options: AclOptions) -> UserAcl:
        """Read a stored permission string.

        phpBB rule: Permission string.

        :param user_permissions: the column of that name. A line that phpBB cannot have written
            grants nothing; ask :func:`fits` first whether phpBB would believe the whole.
        :param options: the board's options.
        :returns: the rights in it.
        """
        return cls(options, user_permissions.split("\n"))

    @classmethod
    def stored(cls, user_permissions: str, options: AclOptions) -> UserAcl | None:
        """Read a stored permission string if phpBB would believe it; see :func:`fits`."""
        if not user_permissions.strip(BLANKS):
            return None
        first, *others = lines = user_permissions.split("\n")
        width = options.local_width()
        if first and not _has_width(first, options.global_width()):
            return None
        if not all(_has_width(line, width) for line in set(others) if line):
            return None
        return cls(options, lines)

    @classmethod
    def compute(
        cls,
        options: AclOptions,
        *,
        user_type: int,
        user_rows: Iterable[AclRow],
        group_rows: Iterable[AclRow],
        role_data: Mapping[int, Mapping[int, int]],
    ) -> UserAcl:
        """Compute the rights as phpBB does when it finds no string it believes.

        phpBB rule: Merging permissions.

        :param options: the board's options.
        :param user_type: phpBB's number; 3 is a founder.
        :param user_rows: the user's rows of ``acl_users``, in database order.
        :param group_rows: the rows of ``acl_groups`` of the groups that count: the membership is not
            pending, and the user does not lead a group that has ``group_skip_auth``.
        :param role_data: role id → option id → setting, in database order.
        :returns: the rights.
        """
        rows_of: dict[int, list[_Asked]] = {}
        for row in user_rows:
            rows_of.setdefault(row[0], []).append(("user", *row[1:4]))
        for row in group_rows:
            rows_of.setdefault(row[0], []).append(("group", *row[1:4]))
        granted_anyway = _founder_options(options) if user_type == _USER_FOUNDER else set()
        if granted_anyway:
            rows_of.setdefault(0, [])
        lines = [""] * (max((f for f in rows_of if f in _FORUM_IDS), default=0) + 1)
        known: dict[tuple[bool, tuple[_Asked, ...]], str] = {}  # most forums have the same rows as others
        for forum_id, rows in rows_of.items():
            if forum_id not in _FORUM_IDS:
                continue
            key = (forum_id != 0, tuple(rows))
            if key not in known:
                held = _merged(rows, role_data, options)
                if forum_id == 0:
                    held.update(dict.fromkeys(granted_anyway, YES))
                known[key] = _line_granting(held, options.layout(forum_id)) if held else ""
            lines[forum_id] = known[key]
        return cls(options, lines)

    @classmethod
    def all_of(cls, options: AclOptions, forum_ids: Iterable[int]) -> UserAcl:
        """Return every right there is, globally and in some forums; nobody on the board has these.

        :param options: the board's options.
        :param forum_ids: the forums.
        """
        everything, everything_here = (
            _line_of(sum(layout.masks.values()), layout.width)
            for layout in (options.layout(0), options.layout(1))
        )
        wanted = {forum_id for forum_id in forum_ids if forum_id in _FORUM_IDS}
        lines = [everything_here if f in wanted else "" for f in range(1, max(wanted, default=0) + 1)]
        return cls(options, [everything, *lines])

    def has_privilege(self, option: str, forum_id: int = 0) -> bool:
        """Tell whether the user has a right, as phpBB's ``acl_get``.

        phpBB rule: Asking for a permission.

        :param option: the option's name; ``"!f_read"`` turns the answer round.
        :param forum_id: the forum; 0 asks for the global line alone.
        :returns: the global answer, or the forum's. An unknown option is not granted, and a forum
            without a line, or a value that is no forum's id, grants nothing of its own.
        """
        # In one piece, as pages ask this often and calls would take as long as the rest.
        masks = self._options.masks.get(option)
        if masks is None:
            name = option[1:]
            return option[:1] == "!" and (
                name not in self._options.masks or not self.has_privilege(name, forum_id)
            )
        global_mask, local_mask = masks
        if self._global_bits & global_mask:
            return True
        # True is 1 to Python, but nobody's forum.
        if not forum_id or forum_id is True or not isinstance(forum_id, int):
            return False
        bits = self._decoded.get(forum_id) or self._bits(forum_id)
        return bits is not None and bits & local_mask != 0

    def has_privileges(self, *options: str, forum_id: int = 0) -> bool:
        """Tell whether the user has at least one of several rights, as phpBB's ``acl_gets``.

        :param options: names as for :meth:`has_privilege`; without any the answer is False.
        :param forum_id: the forum; 0 asks for the global line alone.
        :returns: whether one of them is granted.
        """
        return any(self.has_privilege(option, forum_id) for option in options)

    def forums(self, option: str, forum_ids: Iterable[int] | None = None) -> list[int]:
        """Return the forums in which the user has a right, as phpBB's ``acl_getf``.

        phpBB rule: Listing forums by permission.

        :param option: a local option; ``"!f_read"`` asks for the forums without the right.
        :param forum_ids: the ids of all forums of the board, needed for ``!`` and otherwise unused:
            a permission string does not name the forums in which a user has no rights.
        :returns: ids in ascending order, of forums that have a line; with ``!`` also of those of
            ``forum_ids`` that have none.
        :raises TypeError: when ``!`` is asked without ``forum_ids``.
        """
        negate = option.startswith("!")
        if negate and forum_ids is None:
            raise TypeError(
                f"forums({option!r}) needs forum_ids, the ids of the board's forums: "
                "a permission string does not name the forums in which a user has no rights."
            )
        name = option[1:] if negate else option
        found: list[int] = []
        if mask := self._options.layout(1).masks.get(name, 0):
            everywhere = self._grants_globally(name)
            found = [f for f, bits in self._forum_bits() if (everywhere or bits & mask != 0) is not negate]
        if negate:
            with_line = {forum_id for forum_id, _ in self._forum_bits()}
            found = sorted({*found, *(f for f in forum_ids or () if f not in with_line)})
        return found

    def has_privilege_anywhere(self, option: str) -> bool:
        """Tell whether the user has a right in any forum, as phpBB's ``acl_getf_global``.

        phpBB rule: Asking for a permission anywhere.

        :param option: the option's name; ``!`` means nothing here, so such a name is unknown.
        :returns: for a local option, whether a forum that has a line grants it, hence False for a
            global moderator without any line; for any other option, the global answer.
        """
        everywhere = self._grants_globally(option)
        if mask := self._options.layout(1).masks.get(option, 0):
            return any(everywhere or bits & mask for _, bits in self._forum_bits())
        return everywhere

    def encode(self) -> str:
        """Return the permission string as phpBB would store it.

        phpBB rule: Permission string.

        :returns: the string; empty when there is no line.
        """
        valid = (line if self._bits(f) is not None else "" for f, line in enumerate(self._lines))
        return "\n".join(valid).rstrip("\n")

    def _grants_globally(self, option: str) -> bool:
        return option in self._options.masks and self.has_privilege(option)

    def _bits(self, forum_id: int) -> int | None:
        if not 0 <= forum_id < len(self._lines):
            return None
        bits = _bits_of(self._lines[forum_id], self._options.layout(forum_id).width)
        if bits is not None:
            self._decoded[forum_id] = bits
        return bits

    def _forum_bits(self) -> Iterator[tuple[int, int]]:
        width = self._options.local_width()
        for forum_id, line in enumerate(self._lines):
            if forum_id and line and (bits := _bits_of(line, width)) is not None:
                yield forum_id, bits

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, UserAcl):
            return NotImplemented
        return self._options == other._options and self.encode() == other.encode()

    def __hash__(self) -> int:
        return hash(self.encode())

    def __repr__(self) -> str:
        return f"<UserAcl: lines for {sum(1 for _ in self._forum_bits())} forums>"


def trace(
    options: AclOptions,
    option: str,
    forum_id: int,
    *,
    user_type: int,
    user_rows: Iterable[AclRow],
    group_rows: Iterable[AclRow],
    role_data: Mapping[int, Mapping[int, int]],
) -> list[TraceStep]:
    """List what decides one option in one line, in the order in which phpBB merges it.

    phpBB rule: Merging permissions. A right in a forum is granted by the forum's line or by the global
    one: trace both.

    :param options: the board's options.
    :param option: the option's name, without ``!``.
    :param forum_id: the forum, 0 for the global line.
    :param user_type: as for :meth:`UserAcl.compute`, and so are the other parameters.
    :param user_rows: the user's rows.
    :param group_rows: the rows of the groups that count.
    :param role_data: role id → option id → setting.
    :returns: the steps; the last one's result is what holds. None at all: nothing was set, or the
        option has no bit in this line.
    """
    layout = options.layout(forum_id)
    asked = options.by_name(option)
    if asked is None or option not in layout.masks:
        return []
    wanted = asked.auth_option_id
    held: dict[int, int] = {}
    steps: list[TraceStep] = []
    rows: list[tuple[_Source, AclRow]] = [("user", row) for row in user_rows]
    rows += [("group", row) for row in group_rows]
    for source, row in rows:
        _, option_id, role_id, own_setting, group_id = row
        proposed = (
            _settings_of(option_id, role_id, own_setting, role_data) if row.forum_id == forum_id else {}
        )
        for number, setting in proposed.items():
            before = held.get(wanted, NO)
            _merge(held, source, role_id, {number: setting}, options)
            result = held.get(wanted, NO)
            if number == wanted:
                steps.append(TraceStep(source, group_id, role_id, setting, result))
            elif result != before:
                steps.append(TraceStep("flag", group_id, role_id, NO, result))
    if user_type == _USER_FOUNDER and forum_id == 0:
        founder_options = _founder_options(options)
        held.update(dict.fromkeys(founder_options, YES))
        if wanted in founder_options:
            steps.append(TraceStep("founder", 0, 0, YES, YES))
    granted = (layout.granted.get(number, 0) for number, setting in held.items() if setting == YES)
    if held.get(wanted) != YES and any(mask & layout.masks[option] for mask in granted):
        steps.append(TraceStep("flag", 0, 0, YES, YES))
    return steps


def _settings_of(
    option_id: int, role_id: int, setting: int, role_data: Mapping[int, Mapping[int, int]]
) -> Mapping[int, int]:
    """Return what a row asks for: option id → setting."""
    return role_data.get(role_id, {}) if role_id else {option_id: setting}


def _merged(
    rows: Iterable[_Asked], role_data: Mapping[int, Mapping[int, int]], options: AclOptions
) -> dict[int, int]:
    """Return what all rows of one forum come to; empty if none asks for anything."""
    held: dict[int, int] = {}
    for source, option_id, role_id, setting in rows:
        _merge(held, source, role_id, _settings_of(option_id, role_id, setting, role_data), options)
    return held


def _merge(
    held: dict[int, int], source: _Source, role_id: int, settings: Mapping[int, int], options: AclOptions
) -> None:
    if source == "user":
        held.update(
            {number: held.get(number, setting) for number, setting in settings.items()}
            if role_id
            else settings
        )
        return
    for number, setting in settings.items():
        if held.get(number) == NEVER:
            continue
        held[number] = setting
        if setting == NEVER:
            flag_id = options.flag_id(number)
            if flag_id is not None and held.get(flag_id) == YES:
                del held[flag_id]


def _line_granting(held: Mapping[int, int], layout: AclLayout) -> str:
    bits = 0
    for number, setting in held.items():
        if setting == YES:
            bits |= layout.granted.get(number, 0)
    return _line_of(bits, layout.width)


def _founder_options(options: AclOptions) -> set[int]:
    layout = options.layout(0)
    return {
        number for number, name in zip(layout.granted, layout.masks, strict=True) if name.startswith("a_")
    }


def _has_width(line: str, width: int) -> bool:
    # A group above the maximum has a 32nd bit, which makes the line too long for phpBB.
    return len(line) == width and _has_groups(line)


@lru_cache(maxsize=4096)  # users of a board share most of their lines
def _has_groups(line: str) -> bool:
    groups = (line[start : start + GROUP_CHARACTERS] for start in range(0, len(line), GROUP_CHARACTERS))
    return all(group <= _GROUP_MAX for group in groups)


@lru_cache(maxsize=4096)
def _bits_of(line: str, width: int) -> int | None:
    """Return the bits of a line; None for one that phpBB cannot have written."""
    if not line or not _has_width(line, width) or not _is_base36(line):
        return None
    bits = 0
    for start in range(0, len(line), GROUP_CHARACTERS):
        bits = bits << GROUP_BITS | int(line[start : start + GROUP_CHARACTERS], 36)
    return bits


def _line_of(bits: int, width: int) -> str:
    line = ""
    for _ in range(width // GROUP_CHARACTERS):
        bits, group = divmod(bits, 1 << GROUP_BITS)
        characters = ""
        for _ in range(GROUP_CHARACTERS):
            group, digit = divmod(group, 36)
            characters = _DIGITS[digit] + characters
        line = characters + line
    return line
