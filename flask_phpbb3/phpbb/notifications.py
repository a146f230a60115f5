"""What a notification is about: its link, the people in it and its texts, by its type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .php import to_int

MOST_NAMES: Final = 4
"""Names that phpBB shows; where there are more, one less and how many others."""

_PREFIX: Final = "notification.type."


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One type of notifications.

    :ivar link: the page, with ``{item}`` and ``{parent}``; empty for none.
    :ivar about: what its item is: ``post``, ``topic``, ``message``, ``group``, ``user``, or nothing.
    :ivar person: the key of its data that names who did it.
    :ivar guest_name: the key under which a guest's name stands.
    :ivar reference: the keys of its data that may hold what it refers to, the first that is not empty.
    :ivar reason: the keys that may hold a reason.
    :ivar shows_forum: the forum's name belongs to it.
    :ivar needs: the right in the post's forum without which its texts are not shown.
    """

    link: str = ""
    about: str = ""
    person: str = ""
    guest_name: str = ""
    reference: tuple[str, ...] = ()
    reason: tuple[str, ...] = ()
    shows_forum: bool = False
    needs: str = "f_read"


_POST: Final = "viewtopic.php?p={item}#p{item}"
_TOPIC: Final = "viewtopic.php?t={item}"
_MESSAGE: Final = "ucp.php?i=pm&mode=view&p={item}"
_QUEUE: Final = "mcp.php?i=queue&mode=approve_details&"


def _post(**fields: Any) -> Kind:
    defaults = {
        "link": _POST,
        "about": "post",
        "person": "poster_id",
        "guest_name": "post_username",
        "reference": ("topic_title",),
    }
    return Kind(**{**defaults, **fields})


def _topic(**fields: Any) -> Kind:
    return _post(**{"link": _TOPIC, "about": "topic", "shows_forum": True, **fields})


_REPORT: Final = ("report_text", "reason_title")

KINDS: Final[Mapping[str, Kind]] = {
    "post": _post(),
    "quote": _post(),
    "bookmark": _post(),
    "forum": _post(),
    "mention": _post(),
    "topic": _topic(),
    "approve_post": _post(person=""),
    "approve_topic": _topic(person=""),
    "disapprove_post": _post(link="", person="", reason=("disapprove_reason",)),
    "disapprove_topic": _topic(link="", person="", reason=("disapprove_reason",)),
    "post_in_queue": _post(link=f"{_QUEUE}p={{item}}", needs="m_approve"),
    "topic_in_queue": _topic(link=f"{_QUEUE}t={{item}}", needs="m_approve"),
    "report_post": _post(
        link="mcp.php?p={item}&i=reports&mode=report_details#reports",
        person="reporter_id",
        guest_name="",
        reference=("post_subject", "topic_title"),
        reason=_REPORT,
        needs="m_report",
    ),
    "report_post_closed": _post(person="closer_id", guest_name="", reference=("post_subject", "topic_title")),
    "pm": Kind(link=_MESSAGE, about="message", person="from_user_id", reference=("message_subject",)),
    "report_pm": Kind(
        link="mcp.php?r={parent}&i=pm_reports&mode=pm_report_details",
        person="reporter_id",
        reference=("message_subject",),
        reason=_REPORT,
    ),
    "report_pm_closed": Kind(
        link=_MESSAGE, about="message", person="closer_id", reference=("message_subject",)
    ),
    "group_request": Kind(
        link="ucp.php?i=groups&mode=manage&action=list&g={parent}",
        about="group",
        person="item_id",
        reference=("group_name",),
    ),
    "group_request_approved": Kind(
        link="memberlist.php?mode=group&g={item}", about="group", reference=("group_name",)
    ),
    "admin_activate_user": Kind(
        link="memberlist.php?mode=viewprofile&u={item}", about="user", person="item_id"
    ),
}
"""Short name of a type → what it is about."""


def short_name(type_name: str) -> str:
    """Return the short name of one of phpBB's own types; the whole name of an extension's."""
    return type_name.removeprefix(_PREFIX)


def link(kind: Kind, item_id: int, parent_id: int) -> str:
    """Return the page of a notification, relative to the board; empty for none."""
    return kind.link.format(item=int(item_id), parent=int(parent_id))


def people(kind: Kind, data: Mapping[Any, Any], item_id: int) -> list[tuple[int, str]]:
    """Return who did it: user ids and, of guests, the names they gave; the first one and all who joined."""
    if not kind.person:
        return []
    who = item_id if kind.person == "item_id" else to_int(data.get(kind.person))
    found = [(who, _text(data.get(kind.guest_name)))] if who else []
    joined = data.get("responders")
    for one in joined.values() if isinstance(joined, Mapping) else ():
        if isinstance(one, Mapping):
            found.append((to_int(one.get("poster_id")), _text(one.get("username"))))
    return found


def named(everybody: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return those of some people whom phpBB names; the others are only counted."""
    return everybody if len(everybody) <= MOST_NAMES else everybody[: MOST_NAMES - 1]


def text(data: Mapping[Any, Any], keys: tuple[str, ...]) -> str:
    """Return the first text of some keys that is not empty, as phpBB stores it: escaped."""
    return next((found for key in keys if (found := _text(data.get(key)))), "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
