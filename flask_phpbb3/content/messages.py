"""Private messages, for the one whose they are. Nobody else's, not even with ``unfiltered``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ..board.inquiry import ContentFunction, Inquiry
from ..errors import ParameterError
from ..phpbb.identity import GUEST_ID
from ..phpbb.messages import (
    FOLDERS,
    INBOX,
    NOT_DELIVERED,
    ON_HOLD,
    OUTBOX,
    SENTBOX,
    recipients,
    visible_blind,
)
from ..phpbb.php import to_int
from ..plugins.driver import Row
from .cards import Cards, find_users
from .groups import group_name

_HOLDS: Final = -1
"""What a user wants done when the inbox is full: nothing of one's own (-3), delete old ones (-2), hold new ones."""

_AS_THE_BOARD_SAYS: Final = -3
_NAMES: Final = {INBOX: "Inbox", OUTBOX: "Outbox", SENTBOX: "Sent messages"}
_FLAGS: Final = ("pm_unread", "pm_new", "pm_replied", "pm_marked", "pm_forwarded")
_COLUMNS: Final = (
    "msg_id",
    "root_level",
    "author_id",
    "message_time",
    "message_subject",
    "message_attachment",
    "message_edit_time",
    "message_edit_count",
)
_TEXT: Final = (
    "message_text",
    "bbcode_uid",
    "bbcode_bitfield",
    "enable_bbcode",
    "enable_smilies",
    "enable_magic_url",
    "enable_sig",
)
SEES_SIGNATURES: Final = 8
"""Bit of ``user_options``."""

SIGNATURE: Final = ("user_sig", "user_sig_bbcode_uid", "user_sig_bbcode_bitfield")


def reads_messages(inquiry: Inquiry) -> bool:
    """Tell whether the board lets the viewer read private messages."""
    return inquiry.user_id > GUEST_ID and inquiry.is_on("allow_privmsg", "1") and inquiry.may("u_readpm")


def shows_signatures(inquiry: Inquiry) -> bool:
    """Tell whether the viewer is shown signatures below posts and messages."""
    options = to_int(inquiry.viewer.user_columns.get("user_options", SEES_SIGNATURES))
    return inquiry.is_on("allow_sig", "1") and bool(options & SEES_SIGNATURES)


def fetch_message_folders(inquiry: Inquiry) -> list[Row]:
    """Return the viewer's folders of private messages: phpBB's own, then the viewer's.

    Columns: ``folder_id``, ``folder_name`` (phpBB's own in English), ``messages``, ``unread``,
    ``max_messages`` (0 for no limit), ``url``. What waits to be delivered counts where phpBB will put it
    (phpBB rule: Private messages).
    """
    if not reads_messages(inquiry):
        return []
    counts = {int(row["folder_id"]): row for row in _counts(inquiry)}
    delivers = _delivers(inquiry, counts)
    names = dict(_NAMES)
    own = inquiry.ask("_fetch_message_folders", user_id=inquiry.user_id)
    names.update({int(row["folder_id"]): str(row["folder_name"]) for row in own})
    most = _message_limit(inquiry)
    rows = []
    for folder_id, name in names.items():
        inside = [folder_id, NOT_DELIVERED] if folder_id == INBOX and delivers else [folder_id]
        rows.append(
            {
                "folder_id": folder_id,
                "folder_name": name,
                "messages": sum(int(counts[f]["messages"]) for f in inside if f in counts),
                "unread": sum(int(counts[f]["unread"]) for f in inside if f in counts),
                "max_messages": most,
                "url": inquiry.page_url("ucp.php", i="pm", folder=_folder_in_address(folder_id)),
            }
        )
    return rows[inquiry.page.skip : inquiry.page.end]


def fetch_private_messages(inquiry: Inquiry, *, folder: str | int = "inbox") -> list[Row]:
    """Return the messages in one of the viewer's folders, the newest first, without their texts.

    Columns of ``privmsgs``, ``pm_unread``, ``pm_replied``, ``pm_marked``, ``pm_forwarded`` as booleans,
    ``author`` (as in `fetch_notifications`), ``folder_id``, ``recipients`` (``kind`` ``user`` or
    ``group``, ``id``, ``name``, ``colour``, ``url``, ``blind``), ``url``. phpBB rule: Private messages.

    :param folder: ``inbox``, ``sentbox``, ``outbox`` or the id of one of the viewer's own.
    :raises ParameterError: for another name.
    """
    folder_id = _folder_id(folder)
    if not reads_messages(inquiry) or folder_id in (NOT_DELIVERED, ON_HOLD):
        return []
    inside = [folder_id]
    if folder_id == INBOX and _delivers(inquiry, {int(row["folder_id"]): row for row in _counts(inquiry)}):
        inside.append(NOT_DELIVERED)
    rows = inquiry.ask(
        "_fetch_messages",
        user_id=inquiry.user_id,
        folder_ids=inside,
        skip=inquiry.page.skip,
        limit=inquiry.page.limit,
    )
    return [{**row, "folder_id": folder_id} for row in _shown(inquiry, rows, ())]


def get_private_message(inquiry: Inquiry, *, msg_id: int) -> Row | None:
    """Return one of the viewer's messages, its text as phpBB stores it; None where it may not be read.

    That is one that is somebody else's, is on hold, or was taken back by its author. The columns of
    `fetch_private_messages`, the text with what the renderer needs, and the author's signature where the
    message has it (``user_sig``, ``user_sig_bbcode_uid``, ``user_sig_bbcode_bitfield``; else empty).
    phpBB rule: Private messages.

    :param msg_id: the message's id.
    """
    if not reads_messages(inquiry):
        return None
    rows = readable_copies(inquiry, inquiry.ask("_fetch_message", user_id=inquiry.user_id, msg_id=msg_id))
    if not rows:
        return None
    row = rows[0]
    signed = int(row["enable_sig"]) and shows_signatures(inquiry)
    message = _shown(inquiry, [row], _TEXT)[0]
    message["folder_id"] = INBOX if int(row["folder_id"]) == NOT_DELIVERED else int(row["folder_id"])
    return {**message, **{column: (row[column] or "") if signed else "" for column in SIGNATURE}}


def readable_copies(inquiry: Inquiry, rows: Iterable[Row]) -> list[Row]:
    """Return those of the viewer's copies of messages that phpBB would let the viewer read.

    :param rows: with ``folder_id`` and ``pm_deleted``.
    """
    kept = [row for row in rows if int(row["folder_id"]) != ON_HOLD and not int(row["pm_deleted"])]
    waits = any(int(row["folder_id"]) == NOT_DELIVERED for row in kept)
    if waits and not _delivers(inquiry, {int(row["folder_id"]): row for row in _counts(inquiry)}):
        return [row for row in kept if int(row["folder_id"]) != NOT_DELIVERED]
    return kept


def _shown(inquiry: Inquiry, rows: Iterable[Row], more: Iterable[str]) -> list[Row]:
    rows = list(rows)
    addresses = [(_open(row), _blind(inquiry, row)) for row in rows]
    users = find_users(
        inquiry,
        [
            *(who for both in addresses for kind, who in (*both[0], *both[1]) if kind == "u"),
            *(row["author_id"] for row in rows),
        ],
    )
    people = _Recipients(inquiry, users)
    return [
        {
            **{column: row[column] for column in (*_COLUMNS, *more)},
            **{flag: bool(int(row[flag])) for flag in _FLAGS},
            "author": people.user(int(row["author_id"])),
            "recipients": [
                *(people.recipient(*one, blind=False) for one in to),
                *(people.recipient(*one, blind=True) for one in blind),
            ],
            "url": inquiry.page_url("ucp.php", i="pm", mode="view", p=row["msg_id"]),
        }
        for row, (to, blind) in zip(rows, addresses, strict=True)
    ]


class _Recipients:
    """Names of people and groups in messages; groups by name, whoever may see them: phpBB does so too."""

    def __init__(self, inquiry: Inquiry, users: dict[int, Row]) -> None:
        self._inquiry = inquiry
        self._cards = Cards(inquiry)
        self._users = users
        self._groups = {int(row["group_id"]): row for row in inquiry.board.kept("_fetch_groups")}

    def user(self, user_id: int) -> Row:
        row = self._users.get(user_id)
        return {
            "user_id": user_id,
            "username": row["username"] if row else "",
            "user_colour": row["user_colour"] if row else "",
            "url": self._cards.profile_url(user_id) if row else "",
        }

    def recipient(self, kind: str, who: int, *, blind: bool) -> Row:
        if kind == "u":
            user = self.user(who)
            name, colour, url = user["username"], user["user_colour"], user["url"]
        else:
            group = self._groups.get(who)
            name, colour = (group_name(group), group["group_colour"]) if group else ("", "")
            url = self._inquiry.page_url("memberlist.php", mode="group", g=who) if group else ""
        return {
            "kind": "user" if kind == "u" else "group",
            "id": who,
            "name": name,
            "colour": colour,
            "url": url,
            "blind": blind,
        }


def _open(row: Row) -> list[tuple[str, int]]:
    return recipients(str(row["to_address"]))


def _blind(inquiry: Inquiry, row: Row) -> list[tuple[str, int]]:
    return visible_blind(str(row["bcc_address"]), inquiry.user_id, int(row["author_id"]))


def _counts(inquiry: Inquiry) -> list[Row]:
    rows: list[Row] = inquiry.ask("_fetch_message_counts", user_id=inquiry.user_id)
    return rows


def _delivers(inquiry: Inquiry, counts: dict[int, Row]) -> bool:
    """Tell whether phpBB would put what waits into the inbox at the viewer's next visit, and not on hold."""
    waiting = int(counts[NOT_DELIVERED]["messages"]) if NOT_DELIVERED in counts else 0
    inside = int(counts[INBOX]["messages"]) if INBOX in counts else 0
    most = _message_limit(inquiry) if waiting else 0
    if not most or inside + waiting <= most:
        return True
    row = inquiry.ask("_get_full_folder_action", user_id=inquiry.user_id)
    wish = int(row["user_full_folder"]) if row else _AS_THE_BOARD_SAYS
    if wish == _AS_THE_BOARD_SAYS:
        wish = inquiry.number("full_folder_action", 2) + _AS_THE_BOARD_SAYS
    return wish != _HOLDS


def _message_limit(inquiry: Inquiry) -> int:
    row = inquiry.ask("_get_message_limit", user_id=inquiry.user_id)
    return int((row or {}).get("message_limit") or 0) or inquiry.number("pm_max_msgs")


def _folder_id(folder: Any) -> int:
    if isinstance(folder, str):
        if folder not in FOLDERS:
            raise ParameterError(f"folder must be one of {', '.join(FOLDERS)}, or the id of an own folder.")
        return FOLDERS[folder]
    return int(folder)


def _folder_in_address(folder_id: int) -> str | int:
    return next((name for name, known in FOLDERS.items() if known == folder_id), folder_id)


FUNCTIONS: Final = {
    "fetch_message_folders": ContentFunction(fetch_message_folders, limit=None),
    "fetch_private_messages": ContentFunction(fetch_private_messages, limit=25),
    "get_private_message": ContentFunction(get_private_message),
}
