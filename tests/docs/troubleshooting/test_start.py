"""The site does not start."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from flask_phpbb3 import BrokenPluginError, ConfigurationError

from ...apps import close, make_app
from .conftest import MakeSite
from .entries import Entry


def test_a_misspelt_setting(entry: Entry, make: MakeSite) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make(bord_ttl=30)
    assert entry.is_seen_in(str(caught.value))
    assert caught.value.key == "PHPBB3_BORD_TTL"
    assert make(board_ttl=30).ask({}).status == 200


def test_a_missing_package(entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pymysql")
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "pymysql", None)
        with pytest.raises(BrokenPluginError) as caught:
            make_app("pymysql", {}, version="3.3")
    assert entry.is_seen_in(str(caught.value))
    close(make_app("pymysql", {}, version="3.3"))


def test_config_php_cannot_be_read(entry: Entry, tmp_path: Path) -> None:
    file = tmp_path / "config.php"
    with pytest.raises(ConfigurationError) as caught:
        make_app("auto", {"PHPBB_CONFIG": str(file)})
    assert entry.is_seen_in(str(caught.value))
    file.write_text("<?php $dbms = 'sqlite3'; $dbhost = 'forum.db'; $table_prefix = 'phpbb_';")
    close(make_app("auto", {"PHPBB_CONFIG": str(file)}))


def test_config_php_reads_the_environment(
    entry: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.php"
    file.write_text("<?php $dbms = 'sqlite3'; $dbhost = getenv('FORUM_FILE'); $table_prefix = 'phpbb_';")
    monkeypatch.delenv("FORUM_FILE", raising=False)
    with pytest.raises(ConfigurationError) as caught:
        make_app("auto", {"PHPBB_CONFIG": str(file)})
    assert entry.is_seen_in(str(caught.value))
    monkeypatch.setenv("FORUM_FILE", "forum.db")
    close(make_app("auto", {"PHPBB_CONFIG": str(file)}))
