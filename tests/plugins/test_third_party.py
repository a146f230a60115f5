"""A stranger's driver and version, installed as distributions of their own, are found and used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..miniatures import Build, build  # noqa: F401 - a fixture
from . import distributions

pytestmark = pytest.mark.slow

DRIVER = '''
    """A driver that asks no database: its board is a dict in the application's config."""

    from flask_phpbb3 import Driver, hookimpl


    class DictDriver(Driver):
        name = "dict"
        settings_keys = ("PHPBB3_DICT",)

        @property
        def location(self):
            return ("dict",)

        def read(self, query, parameters, *, skip=0, limit=None):
            rows = self.settings.driver_settings["PHPBB3_DICT"].get(query.name, [])
            end = None if limit is None else skip + limit
            return [dict(row) for row in rows][skip:end]

        def write(self, query, parameters):
            raise NotImplementedError(query.name)


    @hookimpl
    def phpbb3_register_driver():
        return DictDriver
'''

VERSION = '''
    """A forum that somebody keeps alive: phpBB 3.3.99 with a table more."""

    from flask_phpbb3 import Version, hookimpl


    def get_motto(ask, *, user_id):
        """Return a user's motto."""
        row = ask("get_user", user_id=user_id)
        return row and f"I am {row['username']}"


    @hookimpl
    def phpbb3_register_version():
        return Version(
            name="acme",
            releases=">=3.3.90,<3.3.100",
            automatic=True,
            parent="3.3",
            queries={"": "-- name: get_release\\n-- What the board says it is.\\nSELECT config_value FROM "
                         "{TABLE_PREFIX}config WHERE config_name = 'version'"},
            functions={"get_motto": get_motto},
        )
'''

PROGRAM = """
import json, sys
from flask import Flask
from flask_phpbb3 import PhpBB3

settings = json.loads(sys.argv[1])
app = Flask("stranger")
app.config.update(settings)
PhpBB3(app)
phpbb3 = app.extensions["phpbb3"]
answers = {name: phpbb3.execute_custom(name, **values) for name, values in json.loads(sys.argv[2]).items()}
names = [(plugin.kind, plugin.name, plugin.distribution) for plugin in phpbb3.plugins.installed()]
print(json.dumps({"line": phpbb3.board.connector().line.name, "answers": answers, "installed": names}))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install both wheels with pip, without a registry."""
    pytest.importorskip("hatchling")
    directory = tmp_path_factory.mktemp("plugins")
    wheels = [
        distributions.build(directory, "acme-phpbb3-dict", "drivers", {"dict": "acme_phpbb3_dict"}, DRIVER),
        distributions.build(directory, "acme-phpbb3-line", "versions", {"acme": "acme_phpbb3_line"}, VERSION),
    ]
    target = directory / "site"
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"),
            *("--disable-pip-version-check", "--target", str(target), *map(str, wheels)),
        ],
        check=True,
        capture_output=True,
    )
    return target


def run(site: Path, settings: dict[str, Any], calls: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Run an application in a process of its own that sees the installed plugins."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(settings), json.dumps(calls)],
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_a_strangers_driver_serves_a_board(site: Path) -> None:
    option = {"auth_option_id": 1, "auth_option": "f_", "is_global": 0, "is_local": 1, "founder_only": 0}
    user = {"user_id": 1, "user_type": 2, "username": "R&amp;D", "user_permissions": ""}
    board = {
        "_fetch_config": [{"config_name": "version", "config_value": "3.3.10"}],
        "fetch_acl_options": [option, {**option, "auth_option_id": 2, "auth_option": "f_read"}],
        "get_user": [user],
    }
    found = run(
        site,
        {"PHPBB3": {"DRIVER": "dict", "VERSION": "auto"}, "PHPBB3_DICT": board},
        {
            "get_user": {"user_id": 1},
            "fetch_acl_options": {"skip": 1},
            "has_membership": {"user_id": 1, "group_id": 2},
        },
    )
    assert found["line"] == "3.3"
    assert found["answers"]["get_user"] == {**user, "username": "R&D"}
    assert [row["auth_option"] for row in found["answers"]["fetch_acl_options"]] == ["f_read"]
    assert found["answers"]["has_membership"] is False
    assert ["driver", "dict", "acme-phpbb3-dict 2.0"] in found["installed"]


@pytest.mark.parametrize("version", ["acme", "3.3.99", "auto"])
def test_a_strangers_version_is_the_most_specific(site: Path, build: Build, version: str) -> None:  # noqa: F811
    made = build("sqlite", "sqlite3", "3.3")
    made.board.set_config("version", "3.3.99")
    settings = {
        "PHPBB3": {"DRIVER": "sqlite3", "VERSION": version},
        "PHPBB3_DATABASE": made.config["PHPBB3_DATABASE"],
    }
    calls: dict[str, dict[str, Any]] = {
        "get_release": {},
        "get_motto": {"user_id": 2},
        "has_membership_resolve": {"user_id": 2, "group_name": "ADMINISTRATORS"},
    }
    found = run(site, settings, calls)
    assert found["line"] == "acme"
    assert found["answers"] == {
        "get_release": {"config_value": "3.3.99"},
        "get_motto": "I am admin",
        "has_membership_resolve": True,
    }


def test_other_releases_keep_their_version(site: Path, build: Build) -> None:  # noqa: F811
    made = build("sqlite", "sqlite3", "3.3")
    settings = {
        "PHPBB3": {"DRIVER": "sqlite3", "VERSION": "auto"},
        "PHPBB3_DATABASE": made.config["PHPBB3_DATABASE"],
    }
    assert run(site, settings, {})["line"] == "3.3"
