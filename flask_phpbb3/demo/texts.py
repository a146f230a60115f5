"""The forum's texts on this site: links that stay here, and attachments where the texts name them."""

from __future__ import annotations

import html
import re
from typing import Any, Final

from flask import Flask
from markupsafe import Markup

from .extensions import phpbb3

PATH: Final = "/forum"
BOARD_URL: Final = f"http://localhost{PATH}"
"""What the board's address is said to be; pages take its path, whatever host and port the demo runs on."""

MARKUP: Final = {
    # phpBB's own markup has event handlers here, which the demo's Content-Security-Policy forbids.
    "QUOTE": '<blockquote><xsl:if test="not(@author)"><xsl:attribute name="class">uncited</xsl:attribute></xsl:if>'
    '<div><xsl:if test="@author"><cite><xsl:choose>'
    '<xsl:when test="@post_url"><a href="{@post_url}">{@author} wrote</a></xsl:when>'
    "<xsl:otherwise>{@author} wrote</xsl:otherwise></xsl:choose>"
    '<xsl:if test="@date"><span class="responsive-hide">{@date}</span></xsl:if></cite></xsl:if>'
    "<xsl:apply-templates/></div></blockquote>",
    # A keyboard can scroll what is too wide.
    "CODE": '<div class="codebox"><p>Code</p><pre tabindex="0" role="region" aria-label="Code"><code>'
    "<xsl:apply-templates/></code></pre></div>",
}
_ATTACHED = re.compile(r'<ATTACHMENT [^>]*\bindex="(\d+)"')


def init_app(app: Flask) -> None:
    """Offer templates addresses on the forum, and texts that lead there."""
    app.add_template_filter(on_site)
    app.add_template_filter(shown)
    app.add_template_filter(own_files)
    app.add_template_filter(named_files)


def on_site(address: str) -> str:
    """Return an address of the forum as one of this site, on which the forum's stand-in lives."""
    return address.replace(BOARD_URL, PATH, 1) if address.startswith(BOARD_URL) else address


def own_files(files: list[dict[str, Any]], post_id: int) -> list[dict[str, Any]]:
    """Return the attachments of one post."""
    return [file for file in files if file["post_msg_id"] == post_id]


def named_files(row: dict[str, Any], column: str = "post_text") -> set[int]:
    """Return the numbers of the attachments that a text shows where it names them."""
    return {int(index) for index in _ATTACHED.findall(row[column])}


def shown(
    row: dict[str, Any], column: str = "post_text", files: list[dict[str, Any]] | None = None
) -> Markup:
    """Return a stored text as HTML, its links on this site, its attachments where the text names them.

    :param files: rows of the text's attachments.
    """
    by_index = {file["index"]: file for file in files or []}

    def attachment(index: int, name: str) -> str | None:
        file = by_index.get(index)
        return None if file is None else str(picture(file))

    return phpbb3.render(row, column, board_url=f"{PATH}/", attachments=attachment)


def picture(file: dict[str, Any]) -> Markup:
    """Return an attachment in a text."""
    if file["shown_as"] == "deactivated":
        return Markup("<em>A file of a kind that the forum does not show.</em>")
    address, name = on_site(file["url"]), file["real_filename"]
    if file["shown_as"] in ("image", "thumbnail"):
        return Markup(
            '<figure class="attached"><a href="{0}"><img src="{0}" alt="{1}" loading="lazy"></a>'
            "<figcaption>{1}</figcaption></figure>"
        ).format(address, html.unescape(file["attach_comment"]) or name)
    return Markup('<a class="file" href="{}">{}</a>').format(address, name)
