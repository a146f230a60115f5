"""Which attachments are shown, and how: by their extension's group, and the reader's wish for pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from .php import to_int
from .serialized import read_map

IMAGE: Final = 1
"""The category of extensions whose files are pictures."""


def extension_groups(rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return extension → its group.

    :param rows: with ``extension``, ``cat_id``, ``allow_group``, ``allowed_forums``, ``allow_in_pm``.
    """
    return {str(row["extension"]).lower(): row for row in rows}


def is_allowed(group: Mapping[str, Any] | None, forum_id: int | None) -> bool:
    """Tell whether files of a group's extensions are shown (phpBB rule: Attachments).

    :param group: the extension's group; None for an extension that the board does not know.
    :param forum_id: the forum of the post; None for a private message.
    """
    if group is None or not to_int(group["allow_group"]):
        return False
    if forum_id is None:
        return bool(to_int(group["allow_in_pm"]))
    stored = str(group["allowed_forums"] or "")
    forums = {to_int(forum) for forum in read_map(stored).values()} if stored else set()
    return not forums or forum_id in forums


def display(
    attachment: Mapping[str, Any], group: Mapping[str, Any] | None, *, images: bool, inlined: bool
) -> str:
    """Return how an allowed attachment is shown: ``thumbnail``, ``image`` or ``file``.

    :param images: the reader wants pictures.
    :param inlined: the board shows pictures in place (config ``img_display_inlined``).
    """
    if group is None or to_int(group["cat_id"]) != IMAGE or not images:
        return "file"
    if to_int(attachment["thumbnail"]):
        return "thumbnail"
    return "image" if inlined else "file"


def addresses(attachment: Mapping[str, Any], shown: str) -> tuple[str, str]:
    """Return the addresses of a file and of its thumbnail, relative to the board; the second may be empty."""
    file = f"download/file.php?id={int(attachment['attach_id'])}"
    if shown == "thumbnail":
        return f"{file}&mode=view", f"{file}&t=1"
    return file, ""
