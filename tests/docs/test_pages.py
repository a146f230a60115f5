"""Every page says what it is for, and the book holds every page."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

import flask_phpbb3
from flask_phpbb3 import errors
from flask_phpbb3.api import PhpBB3API
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing import EmbeddedBoard

from .blocks import DOCS, PAGES, ROOT

WRITTEN = [path for path in PAGES if not path.read_text("utf-8").startswith("```{include}")]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_first_paragraph_is_a_sentence(path: Path) -> None:
    title, _, rest = path.read_text("utf-8").partition("\n\n")
    paragraph = rest.partition("\n\n")[0]
    assert re.fullmatch(r"# .+", title)
    assert re.match(r"[*`\[]*\w.{30,}?[.:]( |$)", " ".join(paragraph.split())), paragraph


@pytest.mark.parametrize(
    "path", [path for path in WRITTEN if DOCS in path.parents], ids=lambda path: str(path.relative_to(ROOT))
)
def test_the_first_sentence_says_what_the_page_is_for(path: Path) -> None:
    paragraph = path.read_text("utf-8").partition("\n\n")[2].partition("\n\n")[0]
    first = re.split(r"(?<=[.:]) ", " ".join(paragraph.split()))[0]
    assert re.search(r"\b[Tt]his (?:page|chapter) |^Each page of this chapter ", first), first


def test_the_book_holds_every_page() -> None:
    listed = set()
    for index in DOCS.rglob("*.md"):
        for entries in re.findall(r"```\{toctree\}\n(.*?)```", index.read_text("utf-8"), re.DOTALL):
            names = [line for line in entries.splitlines() if line and not line.startswith(":")]
            listed |= {(index.parent / f"{name}.md").resolve() for name in names}
    assert listed == set(DOCS.rglob("*.md")) - {DOCS / "index.md"}


def test_pictures_are_few_and_small() -> None:
    pictures = {*(DOCS / "pictures").iterdir()}
    shown = {
        (path.parent / target).resolve()
        for path in PAGES
        for target in re.findall(r"!\[[^\]]+\]\(([^)\s]+\.png)\)", path.read_text("utf-8"))
    }
    assert pictures == {path for path in shown if path.parent == DOCS / "pictures"}
    assert len(pictures) <= 6
    assert max(path.stat().st_size for path in pictures) < 150_000


OLD_NAMES = re.findall(
    r"\w+",
    """
    PhpBB3 init_app app phpbb3_cache get_autologin get_session get_user get_user_profile
    has_membership has_membership_resolve fetch_acl_options get_unread_notifications_count
    get_user_acl execute_custom teardown PhpBB3Session is_authenticated is_member has_privilege
    has_privileges get_link_hash num_unread_notifications pop clear PhpBB3SessionInterface
    BaseBackend execute close is_closed UserAcl Psycopg2Backend ANONYMOUS_CACHE_TTL
    ACL_OPTIONS_CACHE_TTL cache cache_ttl skip limit DRIVER VERSION HOST DATABASE USER PASSWORD
    TABLE_PREFIX CUSTOM_USER_FIELDS CUSTOM_STATEMENTS TYPE SERVERS KEY_PREFIX PHPBB3_COOKIE_NAME
    """,
)
"""What Flask-phpBB3 0.2.1 offers to applications: its modules' names without an underscore, and its settings."""


def test_every_name_of_the_old_release_is_accounted_for() -> None:
    page = (DOCS / "guides" / "from-0.2.md").read_text("utf-8")
    old = " ".join(re.findall(r"^\| (.+?) \| .+ \|$", page, re.MULTILINE))
    code = " ".join(re.findall(r"`[^`]+`", old))
    assert [name for name in OLD_NAMES if not re.search(rf"\b{name}\b", code)] == []


def test_every_public_name_is_in_the_reference() -> None:
    page = (DOCS / "reference" / "python.md").read_text("utf-8")
    names = (
        {*flask_phpbb3.__all__} - {*vars(errors)} - {"Row"}
    )  # errors are there as a whole; Row is a type's name
    assert {name for name in names if not re.search(rf":: {name}$", page, re.MULTILINE)} == set()


ELSEWHERE = {
    "get_id",
    "get_json",
    "get_received",
    "set_session",
    "set_config",
    "set_motto",
    "set_rank",
    "fetch_images",
}
"""Names of that form that belong to other projects or to an owner."""


def test_every_statement_that_is_mentioned_exists() -> None:
    lines = [Plugins().line(name) for name in ("3.0", "3.1", "3.2", "3.3", "4.0")]
    known = {name for line in lines for name in (*line.query_set(""), *line.functions)} | ELSEWHERE
    for owner in (PhpBB3API, flask_phpbb3.PhpBB3Session, flask_phpbb3.SqlDriver, EmbeddedBoard):
        known |= {*dir(owner)}
    known |= {field.name for field in dataclasses.fields(flask_phpbb3.Rules)} | {"has_password"}
    text = "\n".join(path.read_text("utf-8") for path in PAGES)
    examples = [path for kind in ("*.py", "*.sql") for path in (ROOT / "examples").rglob(kind)]
    defined = "\n".join([text, *(path.read_text("utf-8") for path in examples)])
    own = set(re.findall(r'(?:-- name: |def |^ *")(\w+)', defined, re.MULTILINE))
    mentioned = set(re.findall(r"\b_?(?:get|fetch|has|set)_[a-z_]+\b(?!<)", text))
    assert mentioned - known - own == set()
