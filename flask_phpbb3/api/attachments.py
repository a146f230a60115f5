"""Attachments in texts and below them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from ..plugins.driver import Row
from ..rendering.attachments import ShownAttachments, attachment_html
from ..rendering.viewer import Words
from .rendering import Rendering


class AttachmentsInTexts(Rendering):
    """What attachments look like."""

    def show_attachments(
        self,
        rows: Iterable[Row],
        *,
        of: int | None = None,
        user_id: int | None = None,
        words: Words | None = None,
    ) -> ShownAttachments:
        """Return what fills attachments into a text, and has the others below it (phpBB rule: Attachments).

        ``shown = phpbb3.show_attachments(rows, of=post["post_id"])``, then
        ``phpbb3.render(post, attachments=shown)``, and then ``shown.below``, a list of HTML.

        :param rows: of `fetch_attachments` or `fetch_message_attachments`.
        :param of: only those of this post or message; None for all, which are then of one.
        :param user_id: as for `reader`, and so ``words``.
        """
        reader = self.reader(user_id=user_id, words=words)

        def html(row: Mapping[str, Any]) -> Markup:
            comment = str(row["attach_comment"] or "")
            if reader.censor:
                comment = self.renderer().title(comment, reader)
            return attachment_html(row, comment, reader.words)

        chosen = [row for row in rows if of is None or int(row["post_msg_id"]) == of]
        return ShownAttachments(chosen, html, words=reader.words)
