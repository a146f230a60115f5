"""What templates get: ``phpbb3_user``, the forum's addresses, forms, dates. Asks the board only when used."""

from __future__ import annotations

from typing import Any

from flask import Flask, has_request_context, session

from ..board.board import Board
from ..rendering.dates import date_settings, format_date
from .current import current_visitor
from .forms import form_token_fields
from .keepalive import keep_alive
from .lists import pagination, unread_icon
from .people import avatar, user_link
from .urls import BoardUrls

URL_GLOBALS = (
    "index",
    "login",
    "logout",
    "register",
    "panel",
    "profile",
    "forum",
    "topic",
    "post",
    "private_messages",
    "compose",
    "notifications",
    "unread_posts",
    "active_topics",
)
"""Methods of `BoardUrls`; ``login`` is ``phpbb3_login_url()`` in a template."""


def register(app: Flask, board: Board, urls: BoardUrls) -> None:
    """Give an application's templates their globals and filters.

    Globals: ``phpbb3_user`` (the session), ``phpbb3_<page>_url()`` for each of `URL_GLOBALS`,
    ``phpbb3_form_token(form_name)``, ``phpbb3_keep_alive(nonce=None)``, ``phpbb3_user_link(user)``,
    ``phpbb3_avatar(user, alt="")``, ``phpbb3_pagination(total, page, per_page)`` and
    ``phpbb3_unread_icon(row)``. Filter: ``phpbb3_date``.

    :param board: the application's board.
    :param urls: the board's addresses.
    """

    def phpbb3_date(time: Any, date_format: str | None = None) -> str:
        """Return a Unix time as the visitor wants dates; nothing for 0, which is phpBB's "never"."""
        if not time:
            return ""
        user = current_visitor().identification.row if has_request_context() else {}
        own_format, zone = date_settings(user, board.data().config)
        return format_date(int(time), date_format or own_format, zone)

    app.jinja_env.globals.update(
        {f"phpbb3_{page}_url": getattr(urls, page) for page in URL_GLOBALS},
        phpbb3_user=session,
        phpbb3_form_token=form_token_fields,
        phpbb3_keep_alive=keep_alive,
        phpbb3_user_link=user_link,
        phpbb3_avatar=avatar,
        phpbb3_pagination=pagination,
        phpbb3_unread_icon=unread_icon,
    )
    app.jinja_env.filters["phpbb3_date"] = phpbb3_date
