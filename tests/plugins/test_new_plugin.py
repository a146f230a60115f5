"""What ``flask phpbb3 new-plugin`` writes: installed by pip as it is, tested by its own tests, chosen, used."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest

from flask_phpbb3.cli.new_plugin import write
from flask_phpbb3.cli.template import KINDS, PluginName, files_of
from flask_phpbb3.testing import EmbeddedBoard

from .environments import Environment

APPLICATION = """
from flask import Flask
from flask_phpbb3 import PhpBB3

app = Flask("club")
app.config.update({settings!r})
PhpBB3(app, plugins={plugins!r})
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    pytest.importorskip("hatchling")
    return Environment(tmp_path_factory.mktemp("venv"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_its_tests_pass_as_generated_and_an_application_chooses_it(
    kind: str, environment: Environment, tmp_path: Path
) -> None:
    name = f"our-{kind}"
    write(tmp_path / "made", files_of(kind, PluginName(name)))
    environment.install(tmp_path / "made")
    said = environment.run("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path / "made")
    passed = re.search(r"(\d+) passed", said)
    assert passed is not None
    assert int(passed[1]) > 10

    with closing(EmbeddedBoard(tmp_path / "forum.db")) as board:
        settings = {**board.settings, "SECRET_KEY": "s"}
    settings["PHPBB3"] = {**settings["PHPBB3"], **({kind.upper(): name} if kind != "addon" else {})}
    (tmp_path / "club.py").write_text(
        APPLICATION.format(settings=settings, plugins=[name] if kind == "addon" else [])
    )
    listed = environment.run("-m", "flask", "--app", "club", "phpbb3", "plugins", cwd=tmp_path)
    [row] = [line.split() for line in listed.splitlines() if name in line.split()]
    assert row == [KINDS[kind], name, PluginName(name).distribution, "0.1.0", "(chosen)"]
