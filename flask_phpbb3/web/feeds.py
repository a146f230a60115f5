"""Atom feeds of what a viewer may see: by default the guest, whoever asks for the feed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from flask import Response, current_app, request

from ..phpbb.identity import GUEST_ID
from ..phpbb.php import to_int

_EXCERPT: Final = 500
_USUAL: Final = 15
_TIME: Final = 300
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom_feed(
    *,
    user_id: int = GUEST_ID,
    forum_ids: Sequence[int] | None = None,
    limit: int | None = None,
    title: str | None = None,
    whole: bool = False,
    max_age: int = _TIME,
) -> Response:
    """Return an Atom feed of the newest posts that somebody may read; never of what the current visitor may.

    Forums that the board keeps out of its feeds and forums with a password are left out (phpBB rule: Lists across
    forums). The answer to anybody but the guest is marked as private.

    :param user_id: for whom: a user whose key the view has checked.
    :param forum_ids: only posts of these forums; None for all.
    :param limit: most entries; None for what the board says (``feed_limit_post``).
    :param title: the feed's title; None for the board's name.
    :param whole: entries hold whole posts as HTML instead of an excerpt as text.
    :param max_age: for how many seconds the answer may be kept by a browser or, the guest's, by a cache.
    :raises BoardUnavailableError: if the board cannot be asked.
    """
    phpbb3: Any = current_app.extensions["phpbb3"]
    config = phpbb3.board.config
    posts = phpbb3.fetch_latest_posts(
        user_id=user_id,
        forum_ids=forum_ids,
        for_feed=True,
        limit=limit or to_int(config.get("feed_limit_post")) or _USUAL,
    )
    name = phpbb3.urls.base if title is None and not config.get("sitename") else title or config["sitename"]
    newest = max((_changed(post) for post in posts), default=0)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{_text(request.base_url)}</id>",
        f"<title>{_text(name)}</title>",
        f"<updated>{_time(newest)}</updated>",
        f'<link rel="self" type="application/atom+xml" href={_attribute(request.url)}/>',
        f"<link href={_attribute(phpbb3.urls.index())}/>",
        *(_entry(phpbb3, post, user_id, whole) for post in posts),
        "</feed>",
    ]
    answer = Response("\n".join(lines) + "\n", content_type="application/atom+xml; charset=utf-8")
    answer.cache_control.max_age = max_age
    if user_id == GUEST_ID:
        answer.cache_control.public = True
    else:
        answer.cache_control.private = True
    return answer


def _entry(phpbb3: Any, post: dict[str, Any], user_id: int, whole: bool) -> str:
    title = phpbb3.censor(post["post_subject"] or post["topic_title"], user_id=user_id)
    if whole:
        content = f'<content type="html">{_text(phpbb3.render(post, user_id=user_id))}</content>'
    else:
        excerpt = phpbb3.plain_text(post, length=_EXCERPT, quotes=False, user_id=user_id)
        content = f'<summary type="text">{_text(excerpt)}</summary>'
    return "\n".join(
        [
            "<entry>",
            f"<id>{_text(post['url'])}</id>",
            f"<title>{_text(title)}</title>",
            f"<link href={_attribute(post['url'])}/>",
            f"<published>{_time(post['post_time'])}</published>",
            f"<updated>{_time(_changed(post))}</updated>",
            f"<author><name>{_text(post['author']['username'])}</name></author>",
            f"<category term={_attribute(post['forum_name'])}/>",
            content,
            "</entry>",
        ]
    )


def _changed(post: dict[str, Any]) -> int:
    return max(int(post["post_time"]), int(post["post_edit_time"]))


def _time(moment: int) -> str:
    return datetime.fromtimestamp(int(moment), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(value: Any) -> str:
    return escape(_NOT_XML.sub("", str.__str__(value) if isinstance(value, str) else str(value)))


def _attribute(value: Any) -> str:
    return quoteattr(_NOT_XML.sub("", str(value)))
