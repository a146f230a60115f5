"""Attachments of posts and private messages, for those who may download them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from ..board.inquiry import ContentFunction, Inquiry
from ..phpbb.attachments import addresses, display, extension_groups, is_allowed
from ..phpbb.php import to_int
from ..plugins.driver import Row
from .messages import readable_copies, reads_messages
from .places import Places

SEES_IMAGES: Final = 1
"""Bit of ``user_options``."""


def fetch_attachments(inquiry: Inquiry, *, post_ids: list[int]) -> list[Row]:
    """Return the attachments of some posts, in the order in which texts count them: the newest first.

    Only of posts that the viewer may see, in forums where the viewer may download (phpBB rule:
    Attachments). Columns of ``attachments`` but where the file lies, and ``index`` (its number in the
    text of its post), ``shown_as`` (``image``, ``thumbnail``, ``file``, or ``deactivated`` where the
    board shows a note instead), ``url`` and ``thumbnail_url`` (empty for none). ``attach_comment`` is
    stored text: escaped, with line breaks.

    :param post_ids: phpBB post ids.
    """
    if not inquiry.is_on("allow_attachments", "1") or not inquiry.may("u_download"):
        return []
    places = Places(inquiry, posts=post_ids)
    forums = {
        post_id: int(row["forum_id"]) for post_id, row in places.posts.items() if places.sees_post(post_id)
    }
    wanted = [post_id for post_id, forum_id in forums.items() if _may_download(inquiry, forum_id)]
    if not wanted:
        return []
    rows = inquiry.ask("_fetch_post_attachments", post_ids=sorted(wanted))
    shown = _shown(inquiry, rows, lambda row: forums[int(row["post_msg_id"])])
    return shown[inquiry.page.skip : inquiry.page.end]


def fetch_message_attachments(inquiry: Inquiry, *, msg_ids: list[int]) -> list[Row]:
    """Return the attachments of some of the viewer's messages, as `fetch_attachments` those of posts.

    :param msg_ids: ids of messages.
    """
    allowed = inquiry.is_on("allow_attachments", "1") and inquiry.is_on("allow_pm_attach")
    if not allowed or not reads_messages(inquiry) or not inquiry.may("u_pm_download"):
        return []
    rows = inquiry.ask("_fetch_message_ids", user_id=inquiry.user_id, msg_ids=sorted(set(msg_ids)))
    own = sorted({int(row["msg_id"]) for row in readable_copies(inquiry, rows)})
    if not own:
        return []
    shown = _shown(inquiry, inquiry.ask("_fetch_message_attachments", msg_ids=own), lambda row: None)
    return shown[inquiry.page.skip : inquiry.page.end]


def _may_download(inquiry: Inquiry, forum_id: int) -> bool:
    return not forum_id or inquiry.may("f_download", forum_id)


def _shown(inquiry: Inquiry, rows: Iterable[Row], forum_of: Callable[[Row], int | None]) -> list[Row]:
    groups = extension_groups(inquiry.board.kept("_fetch_extensions"))
    images = bool(to_int(inquiry.viewer.user_columns.get("user_options", SEES_IMAGES)) & SEES_IMAGES)
    inlined = inquiry.is_on("img_display_inlined", "1")
    oldest_first = inquiry.is_on("display_order")
    counted: dict[int, int] = {}
    shown: list[Row] = []
    for row in rows:
        parent = int(row["post_msg_id"])
        index = counted[parent] = counted.get(parent, -1) + 1
        group = groups.get(str(row["extension"]).lower())
        shown_as, url, thumbnail = "deactivated", "", ""
        if is_allowed(group, forum_of(row)):
            shown_as = display(row, group, images=images, inlined=inlined)
            url, thumbnail = (f"{inquiry.board.url}/{a}" if a else "" for a in addresses(row, shown_as))
        place = {"index": index, "position": -index if oldest_first else index}
        shown.append({**row, **place, "shown_as": shown_as, "url": url, "thumbnail_url": thumbnail})
    return shown


FUNCTIONS: Final = {
    "fetch_attachments": ContentFunction(fetch_attachments, limit=None),
    "fetch_message_attachments": ContentFunction(fetch_message_attachments, limit=None),
}
