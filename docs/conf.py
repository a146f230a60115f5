"""How Sphinx makes the book of these pages: ``tox -e docs``, then open ``build/book/index.html``."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from pygments.lexers import HtmlDjangoLexer
from sphinx.application import Sphinx

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path[:0] = [str(ROOT), str(ROOT / "drivers"), str(ROOT / "versions")]

import flask_phpbb3  # noqa: E402

project = "flask_phpbb3"
author = "The flask_phpbb3 authors"
version = release = flask_phpbb3.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
nitpicky = True
# Placeholders of statements are no lexer's SQL. That every block is right is held by tests/docs.
suppress_warnings = ["misc.highlighting_failure"]
nitpick_ignore_regex = [
    (r"py:.*", r"(?!flask_phpbb3).*"),  # other projects' books are not at hand without a network
    (r"py:(class|data)", r"flask_phpbb3(\.[a-z_]+)+\.\w+"),  # types of annotations that are no public names
]

# Headings get the anchors that a forge gives them, so a link with one leads to the same place in both.
myst_heading_anchors = 4

html_theme = "furo"
html_title = f"flask_phpbb3 {release}"
html_static_path = ["_static"]
html_css_files = ["book.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False

autodoc_member_order = "bysource"
default_role = "code"

PAGES = {ROOT / "README.md": DOCS / "index.md", ROOT / "CHANGELOG.md": DOCS / "changelog.md"}
"""What stands outside ``docs/`` and is a page of the book all the same."""

_INCLUDE = re.compile(r"^```\{include\} (\S+\.md)\n```$", re.MULTILINE)
_FENCE = re.compile(r"(^ *```.*?^ *```$)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(\[(?:[^\[\]]|\[[^\]]*\])*\])\((?!\w+:|#)([^)#\s]+)((?:#[^)\s]*)?)\)")


def setup(app: Sphinx) -> None:
    """Let links lead where they lead on a forge, also out of ``docs/`` and in included pages."""
    app.connect("source-read", _read)
    app.add_lexer("jinja", HtmlDjangoLexer)


def _read(app: Sphinx, docname: str, source: list[str]) -> None:
    here = DOCS / f"{docname}.md"
    text = relinked(source[0], here, here)
    source[0] = _INCLUDE.sub(lambda found: _included((here.parent / found[1]).resolve(), here), text)


def _included(path: Path, here: Path) -> str:
    return relinked(path.read_text("utf-8"), path, here)


def relinked(text: str, source: Path, page: Path) -> str:
    """Return a file's text with links that lead on from a page of the book.

    :param text: Markdown.
    :param source: the file that the links start from.
    :param page: the page that the text is for.
    """

    def link(found: re.Match[str]) -> str:
        target = (source.parent / found[2]).resolve()
        target = PAGES.get(target, target)
        if DOCS in target.parents or target.suffix in (".py", ".svg"):
            # A page that is named by its file has its title in the book.
            text = "[]" if found[1].endswith(".md]") else found[1]
            return f"{text}({os.path.relpath(target, page.parent)}{found[3]})"
        return f"`{target.relative_to(ROOT)}`"

    parts = _FENCE.split(text)
    return "".join(part if number % 2 else _LINK.sub(link, part) for number, part in enumerate(parts))
