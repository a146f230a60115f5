"""Forums, topics, posts and people of a board, for the viewer who asks; each function is called by its name.

Asks the version's statements and knows no SQL; what a viewer may see is decided here and in what it asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ..board.inquiry import ContentFunction
from . import (
    attachments,
    forums,
    groups,
    lists,
    messages,
    notifications,
    online,
    passwords,
    people,
    polls,
    posts,
    profiles,
    search,
    topics,
)

FUNCTIONS: Final[Mapping[str, ContentFunction]] = MappingProxyType(
    {
        **attachments.FUNCTIONS,
        **forums.FUNCTIONS,
        **groups.FUNCTIONS,
        **lists.FUNCTIONS,
        **messages.FUNCTIONS,
        **notifications.FUNCTIONS,
        **online.FUNCTIONS,
        **passwords.FUNCTIONS,
        **people.FUNCTIONS,
        **polls.FUNCTIONS,
        **posts.FUNCTIONS,
        **profiles.FUNCTIONS,
        **search.FUNCTIONS,
        **topics.FUNCTIONS,
    }
)
"""All functions by name; the core gives them to the board's connector."""
