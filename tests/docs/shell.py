"""Commands of the pages: each is looked up where it is declared, and run where that changes nothing outside."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import itertools
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import click
from flask import Flask, cli

from flask_phpbb3.cli import phpbb3
from tests import command_line

from .blocks import ROOT

if TYPE_CHECKING:
    from .story import Story

HARMLESS: Final = frozenset({"cd", "mkdir", "git"})
"""Words of a shell that need no look."""


def run(body: str, story: Story) -> None:
    """Run or look up every command of a block."""
    for words in commands(body):
        program = words[0].rpartition("/")[2]
        kind = KINDS.get(re.sub(r"[\d.]+$", "", program))
        assert kind or program in HARMLESS, f"no test knows {program!r}: see tests/docs/shell.py"
        if kind:
            kind(words[1:], story)


def commands(body: str) -> Iterator[list[str]]:
    """Yield the commands of a block as words, without their assignments and redirections."""
    for line in re.sub(r"\\\n\s*", " ", body).splitlines():
        words: list[str] = []
        for word in (*shlex.split(line, comments=True), "&&"):
            if word in ("&&", "||", "|", "&"):
                if words:
                    yield words
                words = []
            elif words or not re.match(r"\w+=", word):
                words.append(word)


def _pip(words: list[str], story: Story) -> None:
    assert words[0] == "install", words
    for word in words[1:]:
        if word.startswith("-"):
            assert word in ("-e", "-q", "--quiet", "--upgrade", "-U"), word
            continue
        name, extras = _requirement(word)
        if name in (".", "flask-phpbb3"):
            assert extras <= _extras(), f"{word}: there are the extras {_extras()}"
        else:
            assert not extras
            assert name in _declared(), f"{word}: no extra declares it"


def _requirement(word: str) -> tuple[str, set[str]]:
    found = re.fullmatch(r"([^\[<>=~!]+)(?:\[([\w,-]+)\])?(?:[<>=~!].*)?", word)
    assert found, word
    name = "." if "/" in found[1] else found[1].lower()
    return name, {*(found[2] or "").split(",")} - {""}


@lru_cache
def _extras() -> frozenset[str]:
    text = (ROOT / "pyproject.toml").read_text("utf-8").partition("[project.optional-dependencies]")[2]
    return frozenset(re.findall(r"^([\w-]+) = \[", text.partition("\n[")[0], re.MULTILINE))


@lru_cache
def _declared() -> frozenset[str]:
    """Return the names of packages that the project declares, and those that this Python has."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    installed = {str(d.metadata["Name"]).lower() for d in importlib.metadata.distributions()}
    return frozenset({*re.findall(r'"([\w-]+)(?=[\["<>=])', text), *installed})


def _python(words: list[str], story: Story) -> None:
    if words[:1] != ["-m"]:
        assert any((base / words[0]).is_file() for base in (story.folder, ROOT)), words
        return
    module, *rest = words[1:]
    if module in KINDS:
        KINDS[module](rest, story)
    else:
        assert importlib.util.find_spec(module), f"there is no module {module}"


def _pytest(words: list[str], story: Story) -> None:
    """Run the tests that the page has written; those of the project itself are under way."""
    if any(story.folder.rglob("test_*.py")):
        pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*pytest, *words], cwd=story.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def _flask(words: list[str], story: Story) -> None:
    name = ""
    if words[0] == "--app":
        name, words = words[1], words[2:]
    command, *rest = words
    if command == "phpbb3":
        app = story.names.get("app")
        app = app if isinstance(app, Flask) and "phpbb3" in app.extensions else story.site()[0]
        assert rest[0] in phpbb3.commands, f"there is no flask phpbb3 {rest[0]}"
        result = command_line.run(lambda: app, *rest)
        assert result.exit_code in (0, 1), (
            result.output
        )  # 2 is click's word for a command that is not understood
        return
    own = story.names.get("app")
    if isinstance(own, Flask) and command in own.cli.commands:
        result = own.test_cli_runner().invoke(args=words, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return
    if "." in name:
        cli.ScriptInfo(name).load_app()
    known = cli.FlaskGroup().get_command(click.Context(cli.cli), command)
    assert known, f"there is no flask {command}"
    _parse(known, rest)


def _parse(command: click.Command, words: list[str]) -> None:
    """Look at the options of a command without running what belongs to them."""
    command.make_parser(click.Context(command)).parse_args(list(words))


def _tox(words: list[str], story: Story) -> None:
    asked = [
        name for option, value in itertools.pairwise(words) if option == "-e" for name in value.split(",")
    ]
    assert {*asked} <= _environments(), asked


@lru_cache
def _environments() -> frozenset[str]:
    parser = ConfigParser(interpolation=None)
    parser.read(ROOT / "tox.ini")
    listed = parser["tox"]["env_list"].split("\n")
    sections = [name.partition(":")[2] for name in parser.sections() if name.startswith("testenv:")]
    names = {name for part in (*listed, *sections) for name in _expanded(part.strip())}
    pairs = {
        name.replace("py3-", f"{python}-")
        for name in names
        for python in ("py310", "py311", "py312", "py313")
    }
    return frozenset(names | pairs)


def _expanded(text: str) -> list[str]:
    parts = [
        re.split(r"\s*,\s*", part[1:-1]) if part[:1] == "{" else [part]
        for part in re.split(r"(\{.*?\})", text)
    ]
    return ["".join(chosen) for chosen in itertools.product(*parts)]


def _gunicorn(words: list[str], story: Story) -> None:
    from gunicorn.config import Config

    arguments = Config().parser().parse_args(words)
    assert all(re.fullmatch(r"[\w.]+(:\w+(\(.*\))?)?", app) for app in arguments.args), words


def _celery(words: list[str], story: Story) -> None:
    """Look at the words that lead to a command of Celery's, and at that command's options."""
    from celery.bin.celery import celery

    module, command, *rest = words[words.index("--app") + 1 :]
    assert (story.folder / f"{module}.py").is_file(), words
    _parse(celery.commands[command], rest)


KINDS: Final[dict[str, Callable[[list[str], Story], None]]] = {
    "pip": _pip,
    "python": _python,
    "pytest": _pytest,
    "flask": _flask,
    "tox": _tox,
    "gunicorn": _gunicorn,
    "celery": _celery,
}
"""Name of a program → what looks at its words."""
