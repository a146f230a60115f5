"""Every code block of README and docs runs, or says unseen why it cannot; see ``blocks.py`` for the rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from configparser import ConfigParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import pytest

from flask_phpbb3.plugins.queries import parse_sql
from flask_phpbb3.plugins.registry import Plugins
from flask_phpbb3.testing import Schema
from tests import servers

from .blocks import PAGES, Block, all_blocks, block_id, blocks
from .story import RUN, Story

GUESTS: Final = frozenset({"celery", "flask_admin"})
"""What a guide is about and is too much for the extra ``test``."""
MOST_NOT_RUN: Final = 3
"""How many blocks may say that nothing here can run them."""


def _toml(body: str) -> None:
    pytest.importorskip("tomllib", reason="Python 3.10 has no tomllib").loads(body)


def _ini(body: str) -> None:
    ConfigParser(interpolation=None).read_string(body)


def _sql(body: str) -> None:
    """Read a file of statements, or of a schema; what is neither names its database: postgresql or mysql."""
    if body.startswith(("-- table:", "-- alter:")):
        assert Schema.load(*Plugins().line("3.3").schema, body)
    else:
        assert body.startswith("-- name:")
        assert parse_sql(body, source="docs")


def _text(body: str) -> None:
    assert body.strip()


PARSED: Final[dict[str, Callable[[str], Any]]] = {
    "toml": _toml,
    "ini": _ini,
    "json": json.loads,
    "sql": _sql,
    "text": _text,
}
SERVERS: Final = frozenset({"postgresql", "mysql", "nginx", "apache", "caddyfile", "javascript"})
"""Languages of other programs, which have their say in ``test_servers.py``."""


@pytest.mark.parametrize(
    "path", [path for path in PAGES if any(block.language in RUN for block in blocks(path))], ids=block_id
)
def test_the_page_runs(path: Path, tmp_path: Path) -> None:
    for module in sorted(GUESTS):
        if any(f"from {module} " in block.body for block in blocks(path)) and not find_spec(module):
            servers.absent("guides", f"{module} is not installed")
    with Story(tmp_path).open() as story:
        for block in blocks(path):
            if (block.language in RUN or block.file) and not block.not_run:
                story.tell(block)
        assert story.unused_templates() == []


@pytest.mark.parametrize("block", all_blocks(*PARSED), ids=block_id)
def test_the_block_is_read(block: Block) -> None:
    PARSED[block.language](block.body)


@pytest.mark.parametrize("path", PAGES, ids=block_id)
def test_every_block_names_a_language_that_is_run(path: Path) -> None:
    known = RUN | SERVERS | {*PARSED}
    assert [block.where for block in blocks(path) if block.language not in known] == []


def test_few_blocks_are_not_run() -> None:
    left_out = [block for path in PAGES for block in blocks(path) if block.not_run]
    assert len(left_out) <= MOST_NOT_RUN, [block.where for block in left_out]
    assert [block.where for block in left_out if len(block.not_run.split()) < 3] == []
