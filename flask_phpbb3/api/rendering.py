"""Stored texts as HTML and as plain text, for whoever reads."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from ..errors import ParameterError
from ..phpbb.stored_texts import StoredText, stored_text
from ..rendering.renderer import Attachments, Renderer
from ..rendering.viewer import Reader, Words


class Rendering(ABC):
    """What stored texts look like.

    Everything answers for the visitor of the request, outside one for the guest; ``user_id`` names another
    reader. Each raises ParameterError for arguments that do not fit, and BoardUnavailableError if the board
    cannot be asked.
    """

    @abstractmethod
    def reader(
        self,
        *,
        user_id: int | None = None,
        board_url: str | None = None,
        words: Words | None = None,
        now: int | None = None,
    ) -> Reader:
        """Return who reads: all of a person by which HTML differs. Its ``key`` belongs into your cache keys.

        :param user_id: another reader than the visitor of the request.
        :param board_url: the board's address that links and pictures get; None for its own, ``./`` for
            relative ones.
        :param words: language strings by phpBB's key, which win over ``PHPBB3_WORDS``.
        :param now: the time of reading, a Unix time; None for now.
        """

    @abstractmethod
    def renderer(self, release: str | None = None) -> Renderer:
        """Return what renders the board's texts; `render` and `plain_text` are shorter.

        :param release: a phpBB release whose markup shall be written, such as ``3.3.10``; None for the board's.
        """

    def render(
        self,
        row: Mapping[str, Any],
        field: str = "post_text",
        *,
        user_id: int | None = None,
        board_url: str | None = None,
        words: Words | None = None,
        now: int | None = None,
        release: str | None = None,
        uid: str | None = None,
        bitfield: str | None = None,
        options: int | None = None,
        attachments: Attachments | None = None,
    ) -> Markup:
        """Return a stored text as the HTML that phpBB shows (phpBB rules: Text formats and Values in texts).

        Posts, private messages, signatures, descriptions and rules of forums, descriptions of groups, titles
        and options of polls: ``phpbb3.render(post)``, ``phpbb3.render(user, "user_sig")``. Safe to show
        whatever the row holds.

        :param row: a row that holds the text, and the columns that phpBB keeps beside it.
        :param field: the text's column.
        :param user_id: as for `reader`, and so ``board_url``, ``words`` and ``now``.
        :param release: as for `renderer`.
        :param uid: in place of the row's column ``bbcode_uid``.
        :param bitfield: in place of the row's column ``bbcode_bitfield``.
        :param options: in place of the row's column of options: 1 BBCodes, 2 smilies, 4 links.
        :param attachments: index and escaped file name of an attachment that the text shows → its HTML; None
            leaves phpBB's placeholder.
        """
        stored = _stored(row, field, uid, bitfield, options)
        reader = self.reader(user_id=user_id, board_url=board_url, words=words, now=now)
        return Markup(self.renderer(release).html(stored, reader, attachments=attachments))  # noqa: S704 - made safe

    def plain_text(
        self,
        row: Mapping[str, Any],
        field: str = "post_text",
        *,
        length: int | None = None,
        quotes: bool = True,
        user_id: int | None = None,
        board_url: str | None = None,
        words: Words | None = None,
        now: int | None = None,
        release: str | None = None,
        uid: str | None = None,
        bitfield: str | None = None,
        options: int | None = None,
    ) -> str:
        """Return the words of a stored text on one line, as plain text: what its reader is shown and no more.

        :param row: as for `render`, and so the other parameters.
        :param length: at most so many characters, cut at the end of a word with ``…``; None for all.
        :param quotes: keep what is quoted; a teaser wants False.
        """
        if length is not None and (isinstance(length, bool) or not isinstance(length, int) or length < 0):
            raise ParameterError(f"length must be a number of characters or None; it is {length!r:.40}.")
        stored = _stored(row, field, uid, bitfield, options)
        reader = self.reader(user_id=user_id, board_url=board_url, words=words, now=now)
        return self.renderer(release).plain_text(stored, reader, length=length, quotes=quotes)

    def censor(self, title: str, *, user_id: int | None = None) -> str:
        """Return a title, subject or name with its words censored (phpBB rule: Word censor).

        :param title: plain text, as rows hold it.
        :param user_id: as for `reader`.
        """
        if not isinstance(title, str):
            raise ParameterError(f"censor(): title must be a str, not {type(title).__name__}.")
        return self.renderer().title(title, self.reader(user_id=user_id))


def _stored(
    row: Mapping[str, Any], field: str, uid: str | None, bitfield: str | None, options: int | None
) -> StoredText:
    if not isinstance(row, Mapping):
        raise ParameterError(f"The row must be a mapping of columns, not {type(row).__name__}.")
    given: dict[str, Any] = {"uid": uid, "bitfield": bitfield, "options": options}
    return dataclasses.replace(
        stored_text(row, field), **{name: value for name, value in given.items() if value is not None}
    )
