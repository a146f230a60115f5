"""What is in the wheel and the sdist."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from . import release

ROOT = Path(__file__).resolve().parents[1]
SOURCES = (ROOT, ROOT / "drivers", ROOT / "versions")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling")
    directory = tmp_path_factory.mktemp("dist")
    release.build(ROOT, directory)
    return directory


@pytest.fixture(scope="module")
def wheel(built: Path) -> list[str]:
    [path] = built.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def package_files() -> set[str]:
    """Return every file of our packages as the wheel should name it."""
    return {
        str(path.relative_to(source))
        for source in SOURCES
        for package in source.glob("flask_phpbb3*")
        if package.is_dir()
        for path in package.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and "__pycache__" not in path.parts
    }


def test_another_clone_builds_the_same_bytes(built: Path, tmp_path: Path) -> None:
    """Of the wheel; pytest and others may leave files in this tree that the sdist would carry."""
    again = release.build(release.copy_of_the_tree(tmp_path), tmp_path / "dist")
    [wheel] = built.glob("*.whl")
    assert again[wheel.name] == wheel.read_bytes()


def test_the_index_would_show_the_page(built: Path) -> None:
    pytest.importorskip("twine", reason="twine is in the extra dev")
    done = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *map(str, built.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_name_at_the_top_is_ours(wheel: list[str]) -> None:
    assert {name.partition("/")[0].partition("-")[0] for name in wheel} == {
        package.name for source in SOURCES for package in source.glob("flask_phpbb3*") if package.is_dir()
    }
    assert all(name.startswith("flask_phpbb3") for name in wheel)


def test_every_file_of_the_packages_is_in(wheel: list[str]) -> None:
    """The statements, the tables, the templates, and py.typed of each package."""
    expected = package_files()
    assert expected - set(wheel) == set()
    assert {name for name in wheel if ".dist-info/" not in name} == expected
    for source in SOURCES:
        for package in source.glob("flask_phpbb3*"):
            if package.is_dir():
                assert f"{package.name}/py.typed" in expected
    assert sum(name.endswith(".sql") for name in wheel) >= 10


def test_the_entry_points_name_packages_that_are_in(built: Path, wheel: list[str]) -> None:
    import configparser

    [path] = built.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        [name] = [name for name in wheel if name.endswith("entry_points.txt")]
        parser = configparser.ConfigParser(delimiters=("=",))
        parser.optionxform = str  # type: ignore[assignment, method-assign]  # as the library documents it
        parser.read_string(archive.read(name).decode())
    assert {"flask_phpbb3.drivers", "flask_phpbb3.versions", "flask.commands"} <= set(parser.sections())
    for group in parser.sections():
        for target in parser[group].values():
            module = target.partition(":")[0].replace(".", "/")
            assert f"{module}.py" in wheel or f"{module}/__init__.py" in wheel, target


def test_no_link_of_the_packages_page_leads_to_a_file_that_is_not_there(
    built: Path, wheel: list[str]
) -> None:
    [path] = built.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        [name] = [name for name in wheel if name.endswith(".dist-info/METADATA")]
        page = archive.read(name).decode()
    links = re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", page)
    assert [link for link in links if not link.startswith(("https://", "http://", "#"))] == []
    assert "docs/sessions.md" in page
    assert "!`" not in page, "a picture has lost its file"


def test_the_sdist_builds_and_tests_itself(built: Path) -> None:
    [path] = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for name in (
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "tox.ini",
        "tests/conftest.py",
        "tests/test_wheel.py",
    ):
        assert name in names
    assert {f"{path.relative_to(ROOT)}" for path in (ROOT / "versions").rglob("*.sql")} <= names
    for name in ("CHANGELOG.md", "CONTRIBUTING.md", "RELEASING.md", "SECURITY.md"):
        assert name in names
    assert not [name for name in names if name.startswith(("../", "shared")) or "__pycache__" in name]
