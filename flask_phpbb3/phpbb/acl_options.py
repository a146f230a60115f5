"""Permission options: which bit of a line of phpBB's permission string means which.

Made once for a board from the rows of ``acl_options``; knows no user.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

GROUP_BITS: Final = 31
"""Bits that phpBB writes as one group of characters."""
GROUP_CHARACTERS: Final = 6


@dataclass(frozen=True, slots=True)
class AclOption:
    """Hold one row of phpBB's table ``acl_options``.

    :ivar auth_option_id: the option's number, by which bits are ordered.
    :ivar auth_option: its name, such as ``"f_read"``.
    :ivar is_global: whether it has a bit in the global line.
    :ivar is_local: whether it has a bit in the line of each forum.
    """

    auth_option_id: int
    auth_option: str
    is_global: bool
    is_local: bool

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> AclOption:
        """Make an option from a database row whose numbers may be strings.

        :param row: a mapping with the four columns; others are ignored.
        :returns: the option.
        :raises KeyError: when a column is missing.
        """
        return cls(
            auth_option_id=int(row["auth_option_id"]),
            auth_option=str(row["auth_option"]),
            is_global=bool(int(row["is_global"])),
            is_local=bool(int(row["is_local"])),
        )


@dataclass(frozen=True, slots=True)
class AclLayout:
    """Know the bits of one kind of line; the first option has the highest.

    :ivar masks: the bit of each option, by name and in order.
    :ivar granted: by option id, the bit of the option together with its flag's (``m_`` for ``m_edit``).
    :ivar width: the length of the line in characters.
    """

    masks: Mapping[str, int]
    granted: Mapping[int, int]
    width: int

    @classmethod
    def of(cls, options: Iterable[AclOption]) -> AclLayout:
        """Lay out the bits of these options.

        :param options: the options that the line holds, in the order of their numbers.
        :returns: the layout; the last group of 31 bits is filled up on the right.
        """
        ids = {option.auth_option: option.auth_option_id for option in options}
        groups = -(-len(ids) // GROUP_BITS)
        top = groups * GROUP_BITS - 1
        masks = {name: 1 << (top - position) for position, name in enumerate(ids)}
        granted = {number: masks[name] | masks.get(_flag_of(name), 0) for name, number in ids.items()}
        return cls(masks, granted, groups * GROUP_CHARACTERS)


class AclOptions:
    """Know which bit of a line means which option. Immutable; made once for a board.

    Iteration yields the names in order, ``in`` asks for a name.

    :param options: the rows of ``acl_options``.
    :ivar mark: what tells these options from those of another moment: their number and the highest id.
    :ivar masks: by name of an option, its bit in the global line and its bit in a forum's; 0 where it has none.
    """

    __slots__ = ("_by_id", "_global", "_local", "_names", "_options", "mark", "masks")

    def __init__(self, options: Iterable[AclOption]) -> None:
        self._options = tuple(sorted(options, key=lambda option: option.auth_option_id))
        self._by_id = {option.auth_option_id: option for option in self._options}
        self.mark = len(self._options), max(self._by_id, default=0)
        self._names = {option.auth_option: option for option in self._options}
        self._global = AclLayout.of(option for option in self._options if option.is_global)
        self._local = AclLayout.of(option for option in self._options if option.is_local)
        # No question reaches a name with an exclamation mark.
        self.masks: Mapping[str, tuple[int, int]] = {
            name: (self._global.masks.get(name, 0), self._local.masks.get(name, 0))
            for name in self._names
            if not name.startswith("!")
        }

    @property
    def global_options(self) -> tuple[str, ...]:
        """Names of the options of the global line, in the order of its bits."""
        return tuple(self._global.masks)

    @property
    def local_options(self) -> tuple[str, ...]:
        """Names of the options of a forum's line, in the order of its bits."""
        return tuple(self._local.masks)

    def global_width(self) -> int:
        """Return the length of the global line in characters."""
        return self._global.width

    def local_width(self) -> int:
        """Return the length of a forum's line in characters."""
        return self._local.width

    def by_id(self, auth_option_id: int) -> AclOption | None:
        """Return the option of this number, or None.

        :param auth_option_id: the option's number.
        """
        return self._by_id.get(auth_option_id)

    def by_name(self, auth_option: str) -> AclOption | None:
        """Return the option of this name, or None.

        :param auth_option: the option's name, without ``!``.
        """
        return self._names.get(auth_option)

    def layout(self, forum_id: int) -> AclLayout:
        """Return how the line of a forum is laid out.

        :param forum_id: the forum, 0 for the global line.
        """
        return self._local if forum_id else self._global

    def flag_id(self, auth_option_id: int) -> int | None:
        """Return the number of the flag (``m_`` for ``m_edit``) over an option, or None.

        :param auth_option_id: the option's number.
        """
        option = self._by_id.get(auth_option_id)
        flag = self._names.get(_flag_of(option.auth_option)) if option else None
        return flag.auth_option_id if flag else None

    def __contains__(self, auth_option: object) -> bool:
        return auth_option in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._options)

    def __eq__(self, other: object) -> bool:
        return self._options == other._options if isinstance(other, AclOptions) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._options)

    def __repr__(self) -> str:
        return f"<AclOptions: {len(self.global_options)} global, {len(self.local_options)} local>"


def _flag_of(auth_option: str) -> str:
    return auth_option[: auth_option.find("_") + 1]
