"""The addresses of the forum's pages, from the board's config or ``PHPBB3_BOARD_URL``."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote, urljoin, urlsplit

from flask import current_app, has_request_context, request
from werkzeug.urls import iri_to_uri

from ..board.board import Board
from ..errors import ParameterError
from ..phpbb.pages import page_url
from .current import current_visitor

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_SAFE_METHODS: Final = ("GET", "HEAD")
_MISLEADING = re.compile(r"[\\\x00-\x20\x7f]|://[^/?#]*@")
"""What browsers read as another host than Python does, or drop."""
_LINE_BREAK = re.compile(r"%0[ad]", re.IGNORECASE)
# phpBB refuses a semicolon, which its own HTML-escaping makes of these others.
_UNLIKED = re.compile(r"[;\"'<>\\]")


class BoardUrls:
    """The addresses of one board's pages; plain text, which Jinja escapes.

    A board's config is read where ``PHPBB3_BOARD_URL`` is not set, at most every ``PHPBB3_BOARD_TTL``
    seconds. Every method raises BoardUnavailableError if that fails, and ParameterError for an id that is
    none. phpBB rules: Board address, Pages.

    :param board: the board.
    """

    def __init__(self, board: Board) -> None:
        self._board = board

    @property
    def base(self) -> str:
        """Return the board's address without a slash at its end."""
        return self._board.url

    @property
    def leads_back(self) -> bool:
        """Tell whether the sign-in page can send people back to the site that the current request asks.

        phpBB does so only on its own host; whether ``PHPBB3_LOGIN_URL`` does is the owner's business. phpBB rule:
        Redirects.
        """
        return self._board.settings.login_url is not None or is_same_host(request.url_root, self.base)

    def index(self) -> str:
        """Return the forum's first page."""
        return self._page("index.php")

    def login(self, next: str | None = None) -> str:  # noqa: A002 - Flask's word for it
        """Return the sign-in page: the forum's, or what ``PHPBB3_LOGIN_URL`` says.

        The way back is left out where phpBB would not take it: another host, a line break. ``PHPBB3_LOGIN_URL`` gets
        none but a page of this site or of the forum.

        :param next: an address or path of this site to come back to; None: the page that is being asked
            for or, if that is a form that was sent, the page of this site that it stood on; empty: none.
        """
        target = _absolute(self._page_to_return_to() if next is None else next)
        override = self._board.settings.login_url
        if override is not None:
            target = target if _is_own(target, self.base) else ""
            return override.replace("{next}", quote(target, safe=""))
        way_back = redirect_target(target, self.base) if target else None
        return self._page("ucp.php", mode="login", redirect=way_back)

    def logout(self) -> str:
        """Return the address at which phpBB signs the current visitor out.

        It holds the session's id or, from phpBB 4.0, a link hash: show it to nobody else. A visitor without a
        session of phpBB's own, which is also one known by the autologin key, gets the forum's first page: phpBB
        makes the session there that it can end. phpBB rule: Signing out.
        """
        visitor = current_visitor()
        # The visitor of another application has a session on another forum, which is no business of this one.
        if visitor.board is not self._board or visitor.identification.source != "session":
            return self.index()
        if self._board.data().rules.sign_out_by_hash:
            return self._page("ucp.php", mode="logout", hash=visitor.get_link_hash("ucp_logout"))
        return self._page("ucp.php", mode="logout", sid=visitor["session_id"])

    def register(self) -> str:
        """Return the page on which people register."""
        return self._page("ucp.php", mode="register")

    def panel(self) -> str:
        """Return the visitor's own panel."""
        return self._page("ucp.php")

    def profile(self, user_id: int) -> str:
        """Return the profile of a user."""
        return self._page("memberlist.php", mode="viewprofile", u=_id("user_id", user_id))

    def forum(self, forum_id: int) -> str:
        """Return the page of a forum."""
        return self._page("viewforum.php", f=_id("forum_id", forum_id))

    def topic(self, topic_id: int) -> str:
        """Return the first page of a topic."""
        return self._page("viewtopic.php", t=_id("topic_id", topic_id))

    def post(self, post_id: int) -> str:
        """Return a post within its topic."""
        return self._page("viewtopic.php", p=_id("post_id", post_id)) + f"#p{post_id}"

    def private_messages(self) -> str:
        """Return the visitor's inbox."""
        return self._page("ucp.php", i="pm", folder="inbox")

    def compose(self, user_id: int | None = None) -> str:
        """Return the page on which a private message is written.

        :param user_id: to whom; None leaves it open.
        """
        to = None if user_id is None else _id("user_id", user_id)
        return self._page("ucp.php", i="pm", mode="compose", u=to)

    def notifications(self) -> str:
        """Return the visitor's list of notifications; the panel where phpBB has no such list (3.0)."""
        if not self._board.data().rules.has_notifications:
            return self.panel()
        return self._page("ucp.php", i="ucp_notifications")

    def unread_posts(self) -> str:
        """Return the search for what the visitor has not read."""
        return self._page("search.php", search_id="unreadposts")

    def active_topics(self) -> str:
        """Return the search for topics with new posts."""
        return self._page("search.php", search_id="active_topics")

    def terms(self) -> str:
        """Return the terms of use: the smallest page that phpBB makes in full."""
        return self._page("ucp.php", mode="terms")

    def _page(self, script: str, **parameters: Any) -> str:
        return page_url(self.base, script, **parameters)

    def _page_to_return_to(self) -> str:
        """Return the page that is being asked for; of a form that was sent, the page that it stood on."""
        if not has_request_context():
            return ""
        if request.method in _SAFE_METHODS:
            return request.url
        if request.referrer and is_same_host(request.referrer, request.url_root):
            return request.referrer
        adapter = current_app.create_url_adapter(request)
        return request.url if adapter is not None and "GET" in adapter.allowed_methods() else ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


def is_same_host(address: str, board: str) -> bool:
    """Tell whether an address is on the board's host and port, where phpBB sends people back to.

    ``http`` and ``https`` on their usual ports count as the same: the way back is handed over as a path.
    phpBB rule: Redirects.
    """
    host = _host(address)
    return host is not None and host == _host(board)


def redirect_target(address: str, board: str) -> str | None:
    """Return the path that leads phpBB back to an address after signing in; None where it would refuse.

    phpBB rule: Redirects.

    :param address: the absolute address to come back to.
    :param board: the board's address.
    """
    if not is_same_host(address, board):
        return None
    parts = urlsplit(iri_to_uri(address))
    target = "/" + parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
    if _LINE_BREAK.search(target):
        return None
    return _UNLIKED.sub(lambda found: f"%{ord(found[0]):02X}", target)


def _is_own(target: str, board: str) -> bool:
    """Tell whether an address is surely on this site or on the forum, whatever browser reads it."""
    if _MISLEADING.search(target):
        return False
    if not has_request_context() and target.startswith("/") and not target.startswith("//"):
        return True
    own = has_request_context() and is_same_host(target, request.url_root)
    return own or is_same_host(target, board)


def _host(address: str) -> tuple[str, int | None] | None:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    return parts.hostname, None if port == _DEFAULT_PORTS[parts.scheme] else port


def _absolute(target: str) -> str:
    """Return a page of this site as an absolute address; empty if it cannot be made one."""
    if not target or not has_request_context():
        return target
    try:
        return urljoin(request.url, target)
    except ValueError:
        return ""


def _id(name: str, value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ParameterError(f"{name} must be an int from 1; it is {value!r:.40}.")
    return value
