"""The book itself, built by Sphinx: nothing warns, and README and CHANGELOG are pages whose links lead on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests import servers

from .blocks import DOCS, ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the book as ``tox -e docs`` does."""
    if any(find_spec(name) is None for name in ("sphinx", "furo", "myst_parser", "sphinx_copybutton")):
        servers.absent("docs", "the extra docs is not installed")
    folder = tmp_path_factory.mktemp("book")
    options = ("-W", "-n", "--keep-going", "-q", "-b", "html", "-d", str(folder / "doctrees"))
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, str(DOCS), str(folder / "html")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"


def test_every_page_is_made(book: Path) -> None:
    made = {path.relative_to(book).with_suffix("") for path in book.rglob("*.html")}
    assert {path.relative_to(DOCS).with_suffix("") for path in DOCS.rglob("*.md")} <= made


@pytest.mark.parametrize("name", ["index", "guides/front-page", "reference/settings", "changelog"])
def test_links_lead_to_pages(book: Path, name: str) -> None:
    page = book / f"{name}.html"
    links = set(re.findall(r'href="([^":#]+\.html)(?:#[^"]*)?"', page.read_text("utf-8")))
    assert links
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_a_link_of_the_readme_keeps_its_anchor(book: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    anchored = re.findall(r"\]\(docs/([\w/-]+)\.md#([\w-]+)\)", readme)
    assert anchored
    index = (book / "index.html").read_text("utf-8")
    for page, anchor in anchored:
        assert f'href="{page}.html#{anchor}"' in index
        assert f'id="{anchor}"' in (book / f"{page}.html").read_text("utf-8")


def test_what_is_outside_the_book_is_named(book: Path) -> None:
    """A forge follows links to folders of examples; here there is nothing to follow."""
    for path in book.rglob("*.html"):
        for target in re.findall(r'<a [^>]*href="([^":#]+)"', path.read_text("utf-8")):
            leads = Path(os.path.normpath(path.parent / target.partition("?")[0]))
            assert leads.exists(), (path.relative_to(book), target)
