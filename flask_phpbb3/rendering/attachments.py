"""Attachments as phpBB shows them: a picture, a link to a file, or a note in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from markupsafe import Markup

from ..phpbb.php import to_int
from .viewer import Words
from .words import count, word

_UNITS: Final = ((2**30, "GIB"), (2**20, "MIB"), (2**10, "KIB"))


class ShownAttachments:
    """The attachments of one post or message, for `flask_phpbb3.rendering.renderer.Renderer.html`.

    Called with a number and a file name it returns what stands in the text for it.

    :param rows: the attachments, with their ``index`` and ``position``.
    :param html: an attachment → its HTML.
    :param words: strings of the reader's language.
    """

    def __init__(
        self,
        rows: Iterable[Mapping[str, Any]],
        html: Callable[[Mapping[str, Any]], Markup],
        *,
        words: Words,
    ) -> None:
        self._rows = {int(row["index"]): row for row in rows}
        self._html = html
        self._words = words
        self._used: set[int] = set()

    def __call__(self, index: int, name: str) -> str:
        """Return the HTML of an attachment in the text; a note where there is none of that number.

        :param index: its number.
        :param name: its file name as the text has it, escaped.
        """
        row = self._rows.get(index)
        if row is None:
            return _note(self._words, "MISSING_INLINE_ATTACHMENT", Markup(name))  # noqa: S704 - escaped by the renderer
        self._used.add(index)
        return self._html(row)

    @property
    def below(self) -> list[Markup]:
        """Return the HTML of those that the text has not shown, once it is rendered."""
        rest = [row for index, row in self._rows.items() if index not in self._used]
        return [self._html(row) for row in sorted(rest, key=lambda row: int(row["position"]))]


def attachment_html(row: Mapping[str, Any], comment: str, words: Words) -> Markup:
    """Return the HTML of an attachment, in the shape that prosilver styles.

    :param row: a row of ``fetch_attachments`` or ``fetch_message_attachments``.
    :param comment: its comment as plain text, with line breaks.
    :param words: strings of the reader's language.
    """
    if row["shown_as"] == "deactivated":
        note = _note(words, "EXTENSION_DISABLED_AFTER_POSTING", row["extension"])
        return Markup("<p>[{}]</p>").format(note)
    downloads = to_int(row["download_count"])
    seen = "VIEWED_COUNTS" if row["shown_as"] != "file" else "DOWNLOAD_COUNTS"
    facts = {
        "url": row["url"],
        "thumbnail": row["thumbnail_url"],
        "name": row["real_filename"],
        "size": _size(to_int(row["filesize"]), words),
        "seen": count(words, seen, downloads),
        "text": comment or row["real_filename"],
        "comment": _lines(comment),
    }
    shape = _SHAPES[row["shown_as"]]
    return shape.format(**facts, said=_said(row["shown_as"], facts["comment"]))


_SHAPES: Final[Mapping[str, Markup]] = {
    "thumbnail": Markup(
        '<dl class="thumbnail"><dt><a href="{url}"><img src="{thumbnail}" class="postimage" alt="{text}" '
        'title="{name} ({size}) {seen}"></a></dt>{said}</dl>'
    ),
    "image": Markup(
        '<dl class="file"><dt class="attach-image"><img src="{url}" class="postimage" alt="{text}"></dt>{said}'
        "<dd>{name} ({size}) {seen}</dd></dl>"
    ),
    "file": Markup(
        '<dl class="file"><dt><span class="imageset icon_topic_attach"></span> '
        '<a class="postlink" href="{url}">{name}</a></dt>{said}<dd>({size}) {seen}</dd></dl>'
    ),
}


def _said(shown_as: str, comment: Markup) -> Markup:
    if not comment:
        return Markup()
    shape = Markup("<dd> {}</dd>") if shown_as == "thumbnail" else Markup("<dd><em>{}</em></dd>")
    return shape.format(comment)


def _lines(text: str) -> Markup:
    return Markup("<br>\n").join(text.split("\n")) if text else Markup()


def _size(size: int, words: Words) -> str:
    for unit, key in _UNITS:
        if size >= unit:
            return f"{round(size / unit, 2):g} {word(words, key)}"
    return f"{size} {word(words, 'BYTES')}"


def _note(words: Words, key: str, name: str) -> Markup:
    """Return a sentence of the language with a name in it; the ``<strong>`` around it is ours."""
    sentence = word(words, key).replace("<strong>", "").replace("</strong>", "")
    before, _, after = sentence.partition("%s")
    return Markup("{}<strong>{}</strong>{}").format(before, name, after)
