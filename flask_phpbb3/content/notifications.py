"""The list behind the bell, and the numbers in a page's header."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..board.inquiry import ContentFunction, Inquiry
from ..phpbb.identity import GUEST_ID, IGNORED
from ..phpbb.notifications import KINDS, Kind, link, named, people, short_name, text
from ..phpbb.php import to_bool, to_int
from ..phpbb.serialized import read_map
from ..phpbb.text import unescape
from ..plugins.driver import Row
from .cards import Cards, find_users
from .groups import VisibleGroups
from .messages import readable_copies, reads_messages
from .places import Places

_UNKNOWN: Final = Kind()


@dataclass(frozen=True)
class _Entry:
    """A notification with its type and its data."""

    row: Row
    name: str
    kind: Kind
    data: Mapping[Any, Any]

    @property
    def item_id(self) -> int:
        """Return what it is about."""
        return int(self.row["item_id"])


def has_notifications(inquiry: Inquiry) -> bool:
    """Tell whether the board shows the viewer notifications at all (phpBB rule: Unread notifications)."""
    user_type = to_int(inquiry.viewer.user_columns.get("user_type", IGNORED))
    if inquiry.user_id <= GUEST_ID or user_type == IGNORED:
        return False
    switches = inquiry.rules.notification_switches
    return inquiry.rules.has_notifications and all(
        to_bool(inquiry.config.get(name, "1")) for name in switches
    )


def fetch_notifications(inquiry: Inquiry, *, only_unread: bool = False) -> list[Row]:
    """Return the viewer's notifications, the newest first (phpBB rule: Notifications).

    Columns: ``notification_id``, ``type`` (``post``, ``quote``, ``pm`` …; an extension's by its whole
    name), ``item_id``, ``item_parent_id``, ``is_unread``, ``notification_time``, ``url`` (empty for
    none), ``users`` (who did it, as phpBB names them: ``user_id``, ``username``, ``user_colour``,
    ``url``, ``avatar_url`` …), ``others`` (how many more), ``reference`` (the title it is about),
    ``forum_name``, ``reason``, ``readable``. Of what the viewer may no longer read the row stays, with
    ``readable`` false and these three empty.

    :param only_unread: only unread ones.
    """
    if not has_notifications(inquiry):
        return []
    rows = inquiry.ask(
        "_fetch_notifications",
        user_id=inquiry.user_id,
        only_unread=int(only_unread),
        skip=inquiry.page.skip,
        limit=inquiry.page.limit,
    )
    entries = [_entry(row) for row in rows]
    readable = _Readable(inquiry, entries)
    cards = Cards(inquiry)
    shown = {entry.row["notification_id"]: named(_people(entry)) for entry in entries}
    users = find_users(inquiry, (who for group in shown.values() for who, _ in group))
    return [
        _notification(
            inquiry, cards, entry, shown[entry.row["notification_id"]], users, readable.may_read(entry)
        )
        for entry in entries
    ]


def get_unread_counts(inquiry: Inquiry) -> Row:
    """Return the numbers that phpBB's pages show next to a visitor's name.

    ``notifications`` (0 where the board shows none), ``private_messages`` (unread),
    ``new_private_messages`` (not delivered to a folder yet); all 0 for guests and bots. phpBB rules:
    Unread notifications, Private messages.
    """
    user = inquiry.viewer.user_columns
    if inquiry.user_id <= GUEST_ID or to_int(user.get("user_type", IGNORED)) == IGNORED:
        return {"notifications": 0, "private_messages": 0, "new_private_messages": 0}
    unread = None
    if has_notifications(inquiry):
        unread = inquiry.ask("get_unread_notifications_count", user_id=inquiry.user_id)
    return {
        "notifications": int(unread["num"]) if unread else 0,
        "private_messages": max(0, to_int(user.get("user_unread_privmsg", 0))),
        "new_private_messages": max(0, to_int(user.get("user_new_privmsg", 0))),
    }


def _entry(row: Row) -> _Entry:
    name = short_name(str(row["notification_type_name"]))
    return _Entry(row, name, KINDS.get(name, _UNKNOWN), read_map(str(row["notification_data"] or "")))


def _people(entry: _Entry) -> list[tuple[int, str]]:
    return people(entry.kind, entry.data, entry.item_id)


def _notification(
    inquiry: Inquiry,
    cards: Cards,
    entry: _Entry,
    who: list[tuple[int, str]],
    users: Mapping[int, Row],
    readable: bool,
) -> Row:
    address = link(entry.kind, entry.item_id, int(entry.row["item_parent_id"]))
    texts = {
        "reference": text(entry.data, entry.kind.reference),
        "forum_name": text(entry.data, ("forum_name",) if entry.kind.shows_forum else ()),
        "reason": text(entry.data, entry.kind.reason),
    }
    return {
        "notification_id": entry.row["notification_id"],
        "type": entry.name,
        "item_id": entry.item_id,
        "item_parent_id": int(entry.row["item_parent_id"]),
        "is_unread": not int(entry.row["notification_read"]),
        "notification_time": entry.row["notification_time"],
        "url": f"{inquiry.board.url}/{address}" if address else "",
        "users": [_person(cards, users.get(user_id), guest) for user_id, guest in who],
        "others": len(_people(entry)) - len(who),
        "readable": readable,
        **{name: unescape(found) if readable else "" for name, found in texts.items()},
    }


def _person(cards: Cards, row: Row | None, guest: str) -> Row:
    if row is None or (guest and int(row["user_id"]) == GUEST_ID):
        return {
            "user_id": GUEST_ID,
            "username": unescape(guest),
            "user_colour": "",
            "url": "",
            "avatar_url": "",
        }
    card = cards.of(row)
    return {name: card[name] for name in ("user_id", "username", "user_colour", "url", "avatar_url")}


class _Readable:
    """Which of some notifications are about what the viewer may read now.

    At most a statement for each kind of thing: posts, topics, messages, the viewer's groups.
    """

    def __init__(self, inquiry: Inquiry, entries: Iterable[_Entry]) -> None:
        self._inquiry = inquiry
        about: dict[str, set[int]] = {}
        for entry in entries:
            about.setdefault(entry.kind.about, set()).add(entry.item_id)
        self._places = Places(inquiry, posts=about.get("post", ()), topics=about.get("topic", ()))
        self._messages = self._of_viewer(about.get("message", set()))
        self._groups = VisibleGroups(inquiry)

    def may_read(self, entry: _Entry) -> bool:
        if entry.kind is _UNKNOWN:
            return False
        item_id = entry.item_id
        if entry.kind.about == "post":
            return self._places.sees_post(item_id, entry.kind.needs) or self._is_about_own(entry)
        if entry.kind.about == "topic":
            return self._places.sees_topic(item_id, entry.kind.needs) or self._is_about_own(entry)
        if entry.kind.about == "message":
            return item_id in self._messages
        if entry.kind.about == "group":
            group_id = item_id if entry.name == "group_request_approved" else int(entry.row["item_parent_id"])
            return group_id in self._groups
        return self._inquiry.may("a_user") if entry.kind.about == "user" else self._inquiry.may("m_pm_report")

    def _is_about_own(self, entry: _Entry) -> bool:
        """Tell whether it says that the viewer's own text was refused: it is gone, and still the viewer's."""
        own = to_int(entry.data.get("poster_id")) == self._inquiry.user_id
        return own and entry.name in ("disapprove_post", "disapprove_topic")

    def _of_viewer(self, msg_ids: set[int]) -> set[int]:
        if not msg_ids or not reads_messages(self._inquiry):
            return set()
        rows = self._inquiry.ask("_fetch_message_ids", user_id=self._inquiry.user_id, msg_ids=sorted(msg_ids))
        return {int(row["msg_id"]) for row in readable_copies(self._inquiry, rows)}


FUNCTIONS: Final = {
    "fetch_notifications": ContentFunction(fetch_notifications),
    "get_unread_counts": ContentFunction(get_unread_counts),
}
