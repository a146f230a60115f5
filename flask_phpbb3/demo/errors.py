"""Error pages in the site's own clothes, which also hold when the board is away."""

from __future__ import annotations

import logging

from flask import render_template
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from flask_phpbb3 import BoardUnavailableError

logger = logging.getLogger(__name__)

_HEADINGS = {
    400: "That did not work",
    401: "Please sign in",
    403: "Not for you, at the moment",
    404: "Nothing grows here",
    405: "Not this way",
    503: "The forum is away",
}
_HELP = {
    403: "The forum's permissions do not let you in here. Sign in as somebody else, or see where they come from.",
    404: "The page does not exist, or it was never planted.",
    500: "Something broke on our side. The log of this demo says what.",
}


def http_error(error: HTTPException) -> tuple[str, int]:
    """Show an HTTP error as a page."""
    code = error.code or 500
    said = error.description or ""
    text = _HELP.get(code, said) if said == type(error).description else said
    page = render_template(
        "error.html", code=code, heading=_HEADINGS.get(code, "Something went wrong"), text=text
    )
    return page, code


def board_unavailable(error: BoardUnavailableError) -> tuple[str, int]:
    """Answer 503 if the board cannot be asked; nobody is taken for a guest then."""
    logger.error("The board cannot be asked: %s", error)
    return http_error(
        ServiceUnavailable(
            "We cannot ask the forum who you are, so we show nothing rather than the wrong thing. "
            "Nobody has signed you out; please try again soon."
        )
    )
