"""phpBB's own elements: what their attributes may hold, and what is computed from those."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import lru_cache
from typing import Final

from .dates import format_date
from .program import Checked, Derive
from .values import COLOR, EMAIL, NUMBER, SEQUENCE, SIMPLE_TEXT, SIZE, URL, ValueType
from .viewer import Reader


@dataclass(frozen=True)
class ElementRules:
    """What holds for one of phpBB's own elements, whatever its markup.

    :ivar checks: attribute → what its value must be.
    :ivar derive: computes further attributes.
    :ivar derived: the names of those.
    """

    checks: Mapping[str, Checked] = field(default_factory=dict)
    derive: Derive | None = None
    derived: frozenset[str] = frozenset()


def _quote(values: Mapping[str, str], reader: Reader) -> dict[str, str]:
    """Give a quote its links and its date; stored ones never count."""
    derived: dict[str, str] = {}
    board = reader.board_url
    if post := values.get("post_id"):
        derived["post_url"] = f"{board}viewtopic.php?p={post}#p{post}"
    if message := values.get("msg_id"):
        derived["msg_url"] = f"{board}ucp.php?i=pm&mode=view&p={message}"
    if user := values.get("user_id"):
        derived["profile_url"] = f"{board}memberlist.php?mode=viewprofile&u={user}"
    if time := values.get("time"):
        derived["date"] = _date(int(time), reader)
    return derived


def _date(time: int, reader: Reader) -> str:
    """Return a date as a reader is shown it; those that stay the same are remembered."""
    if "|" not in reader.date_format and not reader.words:
        return _lasting_date(time, reader.date_format, reader.zone, reader.language)
    return format_date(
        time,
        reader.date_format,
        reader.zone,
        now=reader.now,
        words=reader.words,
        language=reader.language,
    )


@lru_cache(maxsize=4096)
def _lasting_date(time: int, date_format: str, zone: tzinfo, language: str) -> str:
    return format_date(time, date_format, zone, language=language)


def _mention(values: Mapping[str, str], reader: Reader) -> dict[str, str]:
    board = reader.board_url
    if user := values.get("user_id"):
        return {"profile_url": f"{board}memberlist.php?mode=viewprofile&u={user}"}
    if group := values.get("group_id"):
        return {"profile_url": f"{board}memberlist.php?mode=group&g={group}"}
    return {}


def _required(**types: ValueType) -> dict[str, Checked]:
    return {name: Checked(name, kind) for name, kind in types.items()}


def _optional(**types: ValueType) -> dict[str, Checked]:
    return {name: Checked(name, kind, optional=True) for name, kind in types.items()}


ELEMENTS: Final[Mapping[str, ElementRules]] = {
    "ATTACHMENT": ElementRules(_optional(index=NUMBER)),
    "COLOR": ElementRules(_required(color=COLOR)),
    "EMAIL": ElementRules(_required(email=EMAIL)),
    "EMOJI": ElementRules(_required(seq=SEQUENCE, tseq=SEQUENCE)),
    "FLASH": ElementRules(_required(url=URL, width=NUMBER, height=NUMBER)),
    "IMG": ElementRules(_required(src=URL)),
    "LIST": ElementRules(_optional(type=SIMPLE_TEXT)),
    "MENTION": ElementRules(_optional(user_id=NUMBER, group_id=NUMBER), _mention, frozenset({"profile_url"})),
    "QUOTE": ElementRules(
        _optional(post_id=NUMBER, msg_id=NUMBER, user_id=NUMBER, time=NUMBER, url=URL),
        _quote,
        frozenset({"post_url", "msg_url", "profile_url", "date"}),
    ),
    "SIZE": ElementRules(_required(size=SIZE)),
    "URL": ElementRules(_required(url=URL)),
}
