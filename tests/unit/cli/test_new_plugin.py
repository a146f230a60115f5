"""``flask phpbb3 new-plugin``: which names it takes, and that it writes all or nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click import ClickException
from click.testing import CliRunner, Result

from flask_phpbb3.cli import phpbb3
from flask_phpbb3.cli.new_plugin import write
from flask_phpbb3.cli.template import KINDS, PluginName, files_of

LONG = "a-plugin-with-the-longest-name"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(phpbb3, ["new-plugin", *arguments])


@pytest.mark.parametrize("kind", KINDS)
def test_the_folder_is_called_as_the_distribution(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(kind, "our-club")
    assert done.exit_code == 0, done.output
    assert "pip install" in done.output
    assert '"our-club"' in done.output
    assert [entry.name for entry in tmp_path.iterdir()] == ["phpbb3-our-club"]
    written = {str(path.relative_to(tmp_path / "phpbb3-our-club")) for path in tmp_path.rglob("*")}
    assert written >= {
        ".github/workflows/tests.yml",
        ".gitignore",
        "README.md",
        "pyproject.toml",
        "src/phpbb3_our_club/__init__.py",
        "src/phpbb3_our_club/py.typed",
        "tests/test_our_club.py",
        "tox.ini",
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["x", "our-club", "3.2-club", LONG])
def test_nothing_of_the_sample_is_left(kind: str, name: str) -> None:
    files = files_of(kind, PluginName(name), ("3.2", "3.3"))
    assert [path for path, text in files.items() if "acme" in (path + text).lower()] == []


@pytest.mark.parametrize("name", ["x", LONG])
def test_ruff_has_nothing_to_say(name: str, tmp_path: Path) -> None:
    pytest.importorskip("ruff", reason="ruff is of the extra dev")
    for kind in KINDS:
        write(tmp_path / kind, files_of(kind, PluginName(name)))
    for command in (["check"], ["format", "--check"]):
        lint("ruff", *command, "--no-cache", cwd=tmp_path)


def test_mypy_has_nothing_to_say(tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="mypy is of the extra dev")
    for kind in KINDS:
        write(tmp_path / kind, files_of(kind, PluginName(f"our-{kind}")))
    folders = [str(tmp_path / kind / folder) for kind in KINDS for folder in ("src", "tests")]
    lint("mypy", "--config-file", f"{tmp_path}/driver/pyproject.toml", *folders, cwd=tmp_path)


def lint(*command: str, cwd: Path) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_version_builds_on_the_line_that_its_name_begins_with() -> None:
    for name, parent in (("3.2-club", "3.2"), ("club", "3.3"), ("4.0-club", "4.0"), ("3.20-club", "3.3")):
        text = files_of("version", PluginName(name), ("3.2", "3.3", "4.0"))[
            f"src/{PluginName(name).package}/__init__.py"
        ]
        assert f'parent="{parent}"' in text
        assert f'releases="=={parent}.*"' in text
        assert f'name="{name}"' in text
        assert '"user_club"' in text


@pytest.mark.parametrize(
    "name", ["", "Club", "our club", "../club", "club-", "-club", "a--b", "clüb", f"{LONG}r", "a/b", "a\n"]
)
def test_a_name_that_cannot_be_is_refused(name: str, tmp_path: Path) -> None:
    done = run("addon", "--into", str(tmp_path / "made"), "--", name)
    assert done.exit_code == 2
    assert "lower-case letters and digits" in " ".join(done.output.split())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("kind", "name"), [("driver", "sqlite3"), ("version", "3.3")])
def test_a_name_that_is_taken_is_refused(kind: str, name: str, tmp_path: Path) -> None:
    done = run(kind, name, "--into", str(tmp_path / "made"))
    assert done.exit_code == 2
    assert f"'{name}' is the name of a {kind} of flask-phpbb3" in done.output
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    done = run("theme", "club", "--into", str(tmp_path / "made"))
    assert done.exit_code == 2
    assert "'driver', 'version', 'addon'" in done.output


def test_an_empty_folder_is_filled_and_one_that_is_not_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "above" / "made"
    folder.mkdir(parents=True)
    assert run("addon", "club", "--into", str(folder)).exit_code == 0
    (folder / "README.md").write_text("mine")
    done = run("addon", "club", "--into", str(folder))
    assert done.exit_code == 1
    assert f"{folder} is not empty" in done.output
    assert (folder / "README.md").read_text() == "mine"
    assert [entry.name for entry in folder.parent.iterdir()] == ["made"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "made").write_text("mine")
    for target in ("made", "made/below"):
        done = run("addon", "club", "--into", str(tmp_path / target))
        assert done.exit_code == 1
        assert "Error: " in done.output
    assert (tmp_path / "made").read_text() == "mine"


@pytest.mark.parametrize("exists", [True, False])
def test_what_cannot_be_finished_is_not_begun(exists: bool, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    if exists:
        folder.mkdir()
    with pytest.raises(ClickException, match="cannot be written: "):
        write(folder, {"a": "a file", "b": "another", "a/b": "no folder for this one"})
    assert list(tmp_path.iterdir()) == [folder] * exists
    assert not exists or list(folder.iterdir()) == []
