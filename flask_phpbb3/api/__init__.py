"""All that can be asked of a board as typed methods, for the extension object and the state of one application."""

from __future__ import annotations

from .attachments import AttachmentsInTexts
from .calls import Calls
from .enclosures import Enclosures
from .forums import Forums
from .messages import Messages
from .people import People
from .posts import Posts
from .statements import Statements
from .topics import Topics

__all__ = ["Calls", "PhpBB3API"]


class PhpBB3API(Statements, Forums, Topics, Posts, Enclosures, People, Messages, AttachmentsInTexts):
    """Everything that can be asked of a board. All arguments are given by keyword.

    Everything takes ``cache`` (keep the answer in the session backend, default no) and ``cache_ttl``
    (for how many seconds, more than 0; None for 300); what is called ``fetch_`` takes ``skip`` (0) and
    ``limit`` (10 unless the method says otherwise; None for all). Statements of the owner, of add-ons and of
    third-party versions are attributes as well: ``phpbb3.fetch_my_things(limit=5)``. `Rendering` and
    `AttachmentsInTexts` ask nothing by name: they take rows.

    Each raises ParameterError for arguments that do not fit, and BoardUnavailableError if the board
    cannot be asked.
    """
