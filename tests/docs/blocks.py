"""The code blocks of README and docs, found for the tests that run them.

Whoever writes a page keeps to this:

- The page's first paragraph is a sentence that says what the page is for.
- Every block names its language, and the language says how it is run:

  =============================  =======================================================================
  ``python``                     runs, down the page, in one module on a real embedded board
  ``jinja``, ``html``            is rendered with what the page's Python has defined so far
  ``sh``                         every command is looked up, and run where that is harmless
  ``sql`` with ``-- name:``      is read as a file of statements
  ``postgresql``, ``mysql``      runs on such a server, in a database of its own
  ``toml``, ``ini``, ``json``    is parsed
  ``nginx``, ``apache``,         is given to that server's own check of its configuration
  ``caddyfile``
  ``javascript``                 is compiled by the browser
  ``text``                       is what a program writes: nothing to run
  =============================  =======================================================================

- What a reader would have around a block stands in an invisible comment above it, and runs in the same module::

      <!-- run:
      topic = board.add_topic(board.add_forum("News"), "Hello", "admin")
      -->

  A later one may say what must come out: ``assert client.get("/").status_code == 200``.
- ``<!-- file: templates/front.html -->`` above a block also writes it to that file beside the module.
- ``<!-- not run: reason -->`` above a block that nothing here can run. Their number is bounded.
- Names of the module: see ``Story`` in ``tests/docs/story.py``.
"""

from __future__ import annotations

import os
import re
import textwrap
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = ROOT / "docs"
PAGES: Final = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]

_PART = re.compile(
    r"^(?P<margin>[ ]*)(?P<fence>```+)(?P<info>[^`\n]*)\n(?P<body>.*?)^[ ]*(?P=fence)[ ]*$"
    r"|^[ ]*<!--\s*(?P<kind>run|file|not run):(?P<words>.*?)-->",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A code block, or what runs unseen between two of them.

    :param language: the fence's first word; ``run`` for a comment that runs.
    :param body: the text, without the margin.
    :param path: the page.
    :param line: of the page, the first of the body.
    :param file: the name under which it is to be written, or empty.
    :param not_run: why it does not run, or empty.
    """

    language: str
    body: str
    path: Path
    line: int
    file: str = ""
    not_run: str = ""

    @property
    def where(self) -> str:
        """Return page and line, as editors and pytest read them."""
        return f"{os.path.relpath(self.path, ROOT)}:{self.line}"


@lru_cache
def blocks(path: Path) -> list[Block]:
    """Return the blocks of a page in their order, directives of the book left out."""
    text = path.read_text("utf-8")
    found, said = [], {"file": "", "not run": ""}
    for part in _PART.finditer(text):
        kind, words = part["kind"], textwrap.dedent(part["words"] or "").strip("\n").rstrip()
        line = text.count("\n", 0, part.start("words" if kind else "body")) + 1
        if kind == "run":
            found.append(Block("run", words + "\n", path, line + (part["words"][:1] == "\n")))
        elif kind:
            said[kind] = " ".join(words.split())
        elif not part["info"].startswith("{"):
            body = textwrap.dedent(part["body"])
            found.append(
                Block(part["info"].strip(), body, path, line, file=said["file"], not_run=said["not run"])
            )
        if kind in (None, "run"):
            said = {"file": "", "not run": ""}
    return found


def all_blocks(*languages: str) -> list[Block]:
    """Return the blocks of these languages that are to be run, of all pages."""
    return [
        block for path in PAGES for block in blocks(path) if block.language in languages and not block.not_run
    ]


def block_id(value: Path | Block) -> str:
    """Name a page or a block of one, for pytest."""
    return value.where if isinstance(value, Block) else str(value.relative_to(ROOT))
