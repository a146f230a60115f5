"""The index: forums as a viewer may know them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..board.forums import ForumTree
from ..board.inquiry import ContentFunction, Inquiry
from ..plugins.driver import Row
from .marks import forum_marks
from .rights import CATEGORY, Rights

_LAST_POST: Final = (
    "forum_last_post_id",
    "forum_last_post_time",
    "forum_last_post_subject",
    "forum_last_poster_id",
    "forum_last_poster_name",
    "forum_last_poster_colour",
)
_ON_ITS_PAGE: Final = (
    "forum_link",
    "forum_rules",
    "forum_rules_link",
    "forum_rules_uid",
    "forum_rules_bitfield",
)
"""What phpBB tells only to readers of the forum."""

_STATES: Final = ("unapproved", "softdeleted")


def fetch_forums(inquiry: Inquiry, *, parent_id: int = 0) -> list[Row]:
    """Return the forums that the index lists, in its order (phpBB rule: Index).

    :param parent_id: only what lies below this forum; 0 for all.
    """
    index = _Index(inquiry)
    above = {parent_id: -1} if parent_id else {}
    shown: list[Row] = []
    for forum_id in index.shown:
        parent = int(index.tree[forum_id]["parent_id"])
        if parent_id and parent not in above:
            continue
        above[forum_id] = above.get(parent, -1) + 1
        shown.append({**index.row(forum_id), "depth": above[forum_id]})
    return shown[inquiry.page.skip : inquiry.page.end]


def get_forum(inquiry: Inquiry, *, forum_id: int) -> Row | None:
    """Return a forum whose page phpBB would open; None for any other.

    :param forum_id: phpBB forum id.
    """
    if not Rights(inquiry).enters(forum_id):
        return None
    index = _Index(inquiry)
    if forum_id not in index.tree:
        return None
    return {**index.row(forum_id), "depth": len(index.tree.ancestors(forum_id))}


def fetch_forum_path(inquiry: Inquiry, *, forum_id: int) -> list[Row]:
    """Return the way from the index to a forum, itself last: rows of ``forum_id``, ``forum_name``, ``url``.

    As phpBB's breadcrumbs, of forums with ``f_list`` only, and nothing for a forum without.

    :param forum_id: phpBB forum id.
    """
    tree = inquiry.forums
    if forum_id not in tree or not inquiry.may("f_list", forum_id):
        return []
    path = [f for f in (*tree.ancestors(forum_id), forum_id) if inquiry.may("f_list", f)]
    rows = [
        {
            "forum_id": f,
            "forum_name": tree[f]["forum_name"],
            "forum_type": tree[f]["forum_type"],
            "url": inquiry.page_url("viewforum.php", f=f),
        }
        for f in path
    ]
    return rows[inquiry.page.skip : inquiry.page.end]


class _Index:
    """All forums at this moment, with what lies below counted in."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.tree = ForumTree(inquiry.ask("_fetch_forums"))
        self._inquiry = inquiry
        self._rights = Rights(inquiry)
        self._marks = forum_marks(inquiry)

    @property
    def shown(self) -> list[int]:
        """Return what the index names: no category without a forum that it names."""
        listed = [f for f in self.tree if f in self._rights.listed]
        with_child = {int(self.tree[f]["parent_id"]) for f in listed}
        return [f for f in listed if int(self.tree[f]["forum_type"]) != CATEGORY or f in with_child]

    def row(self, forum_id: int) -> Row:
        """Return a forum with counts, last post and mark as its parent's page shows them."""
        # What rights are judged by is kept for a while: a forum of that may be gone meanwhile.
        branch = [forum_id, *(f for f in self._rights.below(forum_id) if f in self.tree)]
        row = dict(self.tree[forum_id])
        for kind in ("posts", "topics"):
            row[kind] = sum(self._count(f, kind) for f in branch)
        if not self._rights.approves(forum_id):
            row.update({f"forum_{kind}_{state}": 0 for kind in ("posts", "topics") for state in _STATES})
        newest = max(branch, key=lambda f: int(self.tree[f]["forum_last_post_time"]))
        row.update(self._last_post(newest))
        if not self._rights.reads(forum_id):
            row.update(dict.fromkeys(_ON_ITS_PAGE, ""))
        row["needs_password"] = forum_id in self._rights.locked
        row["is_readable"] = self._rights.reads(forum_id)
        row["is_unread"] = any(self._is_unread(f) for f in branch)
        row["url"] = self._inquiry.page_url("viewforum.php", f=forum_id)
        return row

    def _count(self, forum_id: int, kind: str) -> int:
        row: Mapping[str, Any] = self.tree[forum_id]
        states = ("approved", *_STATES) if self._rights.approves(forum_id) else ("approved",)
        return sum(int(row[f"forum_{kind}_{state}"]) for state in states)

    def _last_post(self, forum_id: int) -> Row:
        """Return who wrote last and what; all blank where the viewer may not read it."""
        row = self.tree[forum_id]
        if self._rights.reads(forum_id):
            return {name: row[name] for name in _LAST_POST}
        return {name: type(row[name])() for name in _LAST_POST}

    def _is_unread(self, forum_id: int) -> bool:
        return int(self.tree[forum_id]["forum_last_post_time"]) > self._marks.of(forum_id)


FUNCTIONS: Final = {
    "fetch_forums": ContentFunction(fetch_forums, limit=None),
    "get_forum": ContentFunction(get_forum),
    "fetch_forum_path": ContentFunction(fetch_forum_path, limit=None),
}
