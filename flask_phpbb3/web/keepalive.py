"""Keep a phpBB session alive while its owner stays on this site: the browser fetches a small forum page.

Only phpBB's own pages renew a session's time (phpBB rule: Session renewal).
"""

from __future__ import annotations

import time
from typing import Final

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from ..phpbb.identity import configured_number
from ..phpbb.php import to_bool, to_int
from .current import current_visitor
from .urls import BoardUrls

_SHORTEST: Final = 61
"""phpBB writes a session's time at most once a minute."""

_LONGEST: Final = 86400
_MARGIN: Final = 300

_SCRIPT = Markup(
    "<script{}>(function(){{function stay(){{"
    'fetch({},{{mode:"no-cors",credentials:"include",cache:"no-store"}}).catch(function(){{}})}}'
    "setTimeout(function(){{stay();setInterval(stay,{})}},{})}})()</script>"
)


def keep_alive(nonce: str | None = None) -> Markup:
    """Return a script that lets the browser fetch a small forum page before the session ends.

    Empty for whoever has no session that ends: guests, bots, and people with the forum's remember-me. The
    forum must be on the same site as the page (subdomains are), or the browser sends no cookies.

    :param nonce: for sites with a Content-Security-Policy, which must also allow the forum in ``connect-src``.
    """
    visitor = current_visitor()
    who = visitor.identification
    if not who.is_authenticated or who.source != "session" or to_bool(who.row.get("session_autologin")):
        return Markup()
    config = visitor.board.data().config
    interval = renewal_interval(configured_number(config, "session_length"))
    age = max(0, int(time.time()) - to_int(who.row.get("session_time")))
    attribute = Markup(' nonce="{}"').format(nonce) if nonce else Markup()
    url = htmlsafe_json_dumps(BoardUrls(visitor.board).terms())
    return _SCRIPT.format(attribute, url, interval * 1000, max(0, interval - age) * 1000)


def renewal_interval(session_length: int) -> int:
    """Return how often to renew a session, in seconds: a quarter before its end, at most five minutes.

    :param session_length: the board's setting ``session_length``, in seconds.
    """
    return min(_LONGEST, max(_SHORTEST, session_length - min(_MARGIN, session_length // 4)))
