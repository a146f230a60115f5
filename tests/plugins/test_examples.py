"""The distributions of ``examples``: grown from what ``new-plugin`` writes, installed by pip, tested by their tests."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from flask_phpbb3.cli.template import KINDS, PluginName, files_of

from ..servers import absent
from .environments import Environment

ROOT = Path(__file__).parents[2]


class Example(NamedTuple):
    """A folder of ``examples``, and the command that it began with: ``new-plugin KIND NAME``."""

    folder: str
    kind: str
    name: str

    @property
    def path(self) -> Path:
        return ROOT / "examples" / self.folder


EXAMPLES = [
    Example("behind_a_firewall", "driver", "http"),
    Example("club_board", "version", "3.3-club"),
    Example("mysqlclient", "driver", "mysqlclient"),
    Example("recorded", "driver", "recorded"),
    Example("thanks", "addon", "thanks"),
]
OWN = "description = "
"""What an example says otherwise."""


def test_every_distribution_is_among_them() -> None:
    assert {path.parent for path in (ROOT / "examples").glob("*/pyproject.toml")} == {
        example.path for example in EXAMPLES
    }
    assert {example.kind for example in EXAMPLES} == set(KINDS)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.folder)
def test_it_is_what_the_command_writes_and_more(example: Example) -> None:
    """No file is missing, and what tools read has every line of the template, in its order."""
    written = files_of(example.kind, PluginName(example.name), ("3.3",))
    for path, text in written.items():
        found = (example.path / path).read_text("utf-8")
        if path.endswith((".py", ".sql", ".md")):
            continue
        lines = iter(found.splitlines())
        expected = [line for line in text.splitlines() if not line.startswith(OWN)]
        assert [line for line in expected if line not in lines][:1] == [], path
    assert (
        (example.path / "README.md")
        .read_text("utf-8")
        .startswith(f"# {PluginName(example.name).distribution}")
    )


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    pytest.importorskip("hatchling")
    return Environment(tmp_path_factory.mktemp("venv"))


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.folder)
def test_its_tests_pass(example: Example, environment: Environment) -> None:
    if example.folder == "mysqlclient" and importlib.util.find_spec("MySQLdb") is None:
        absent("mysqlclient", "mysqlclient is not installed: it compiles, so it is in no extra")
    environment.install(example.path)
    said = environment.run(
        *("-m", "pytest", "-q", "-p", "no:cacheprovider"),
        cwd=example.path,
        PYTHONPATH=str(ROOT),
        PYTHONDONTWRITEBYTECODE="1",
    )
    passed = re.search(r"(\d+) passed", said)
    assert passed is not None
    assert int(passed[1]) > 10
