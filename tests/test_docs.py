"""The documentation tells what is there: names, settings, hooks, rules, tables, links, code."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import blinker
import click
import pytest
from flask import Flask

import flask_phpbb3
from flask_phpbb3 import Failure, PhpBB3, PhpBB3Session, Query, Rules, config, testing, web
from flask_phpbb3.api import PhpBB3API
from flask_phpbb3.cli import phpbb3 as command_group
from flask_phpbb3.config import SESSION_BACKEND_TYPES, Settings
from flask_phpbb3.direct_access.faults import Wait, statement_error
from flask_phpbb3.phpbb import identity
from flask_phpbb3.plugins.hookspecs import Hooks
from flask_phpbb3.plugins.queries import QuerySet, parse_sql
from flask_phpbb3.plugins.registry import GROUPS, Plugins
from flask_phpbb3.plugins.version import ReleaseLine
from flask_phpbb3.session import signals
from flask_phpbb3.web.jinja import URL_GLOBALS
from flask_phpbb3.web.urls import BoardUrls

from . import reference, statements
from .docs.blocks import DOCS, PAGES, ROOT
from .reference.pages import part_of
from .test_layering import ROOMS

LINES = ("3.0", "3.1", "3.2", "3.3", "4.0")
DIALECTS = ("mysql", "postgresql", "sqlite")

_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_FENCE = re.compile(r"^ *```([^`\n]*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_CITATION = re.compile(r"phpBB (rules?): ")


@lru_cache
def text_of(path: Path) -> str:
    return path.read_text("utf-8")


def page(name: str) -> str:
    return text_of(DOCS / name)


def everything() -> str:
    return "\n".join(map(text_of, PAGES))


def headings(path: Path) -> list[str]:
    return _HEADING.findall(_FENCE.sub("", text_of(path)))


def anchor(heading: str) -> str:
    """Return the anchor that Markdown renderers give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def blocks(path: Path, language: str) -> list[str]:
    return [body for found, body in _FENCE.findall(text_of(path)) if found == language]


def with_blocks(language: str) -> list[Any]:
    return [
        pytest.param(body, id=f"{path.relative_to(ROOT)}-{number}")
        for path in PAGES
        for number, body in enumerate(blocks(path, language), start=1)
    ]


# Rules


def sources() -> Iterator[Path]:
    for folder in ("flask_phpbb3", "drivers", "versions", "tests", "examples", "benchmarks"):
        for pattern in ("*.py", "*.sql"):
            yield from (path for path in (ROOT / folder).rglob(pattern) if path != Path(__file__))


def citations(path: Path) -> Iterator[str]:
    """Yield what follows each citation in a file, comment signs and line breaks taken out."""
    plain = re.sub(r"\s*\n\s*(?:#|--)?\s*", " ", text_of(path))
    for found in _CITATION.finditer(plain):
        rest = plain[found.end() :]
        yield rest
        while found[1] == "rules" and (following := re.match(r"[^.)]*?(?:, | and )(?=[A-Z])", rest)):
            rest = rest[following.end() :]
            yield rest


def test_every_rule_that_is_cited_is_told() -> None:
    rules = headings(DOCS / "phpbb-behaviour.md")
    cited = [(path, rest) for path in sources() for rest in citations(path)]
    unknown = [
        f"{path.relative_to(ROOT)}: {rest[:60]}"
        for path, rest in cited
        if not any(re.match(rf"{re.escape(rule)}(?!\w)", rest) for rule in rules)
    ]
    assert len(cited) > 20
    assert unknown == []


# Hooks


def hooks() -> dict[str, list[str]]:
    """Return the hooks with the arguments that pluggy passes."""
    return {
        name: [argument for argument in inspect.signature(hook).parameters if argument != "self"]
        for name, hook in vars(Hooks).items()
        if hasattr(hook, "flask_phpbb3_spec")
    }


def test_every_hook_is_told_with_its_arguments() -> None:
    told = [heading.strip("`") for heading in headings(DOCS / "plugins.md") if "phpbb3_" in heading]
    assert told == [f"{name}({', '.join(arguments)})" for name, arguments in hooks().items()]


def test_every_group_of_entry_points_is_told() -> None:
    assert all(f'"{group}"' in page("plugins.md") for group in GROUPS.values())


# Settings


def settings() -> dict[str, set[str]]:
    """Return the keys of each dict of settings; the top-level ones under an empty name."""
    keys = {
        key: {field.name.upper() for field in dataclasses.fields(kind) if "check" in field.metadata}
        for key, (_, kind) in config._DICTS.items()
    }
    keys[""] = {f"PHPBB3_{f.name.upper()}" for f in dataclasses.fields(Settings) if "check" in f.metadata}
    return keys


def test_every_setting_is_in_the_table() -> None:
    table: dict[str, set[str]] = {"": set()}
    for cell in re.findall(r"^\| (`PHPBB3.*?) \|", text_of(ROOT / "README.md"), re.MULTILINE):
        dictionary = re.match(r"`(PHPBB3\w*)\[", cell)
        if dictionary:
            table.setdefault(dictionary[1], set()).update(re.findall(r'\["(\w+)"\]', cell))
        else:
            table[""].update(re.findall(r"`(PHPBB3_\w+)`", cell))
    assert table == settings()


def test_every_setting_that_is_mentioned_exists() -> None:
    known = {*settings(), *settings()[""], "PHPBB3_TEST_REQUIRE", "PHPBB3_TEST_BOARDS", "PHPBB3_MYDRIVER"}
    assert set(re.findall(r"\bPHPBB3_[A-Z_]+\b", everything())) - known == set()
    for dictionary, key in re.findall(r'\b(PHPBB3(?:_[A-Z]+)*)\["(\w+)"\]', everything()):
        assert dictionary == "PHPBB3_MYDRIVER" or key in settings()[dictionary]


def test_every_session_backend_is_told() -> None:
    row = re.search(r'^\| `PHPBB3_SESSION_BACKEND\["TYPE"\]`.*$', text_of(ROOT / "README.md"), re.MULTILINE)
    assert row is not None
    assert all(f"`{name}`" in row[0] for name in SESSION_BACKEND_TYPES)


# Names


def public(owner: type | ModuleType) -> set[str]:
    names = getattr(owner, "__all__", None) or [name for name in vars(owner) if not name.startswith("_")]
    return set(names)


MAPPING = {"clear", "pop", "popitem", "accessed", "modified", "new", "permanent", "save"}
"""What a session has because Flask's has it."""


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(public(PhpBB3API), id="PhpBB3API"),
        pytest.param(public(PhpBB3Session) - MAPPING, id="PhpBB3Session"),
        pytest.param(public(BoardUrls), id="BoardUrls"),
        pytest.param(public(web), id="web"),
        pytest.param(public(testing), id="testing"),
        pytest.param(public(flask_phpbb3.Driver) | public(flask_phpbb3.SqlDriver), id="Driver"),
        pytest.param(
            {fault.name for fault in flask_phpbb3.Fault} | {*flask_phpbb3.Failure._fields}, id="Fault"
        ),
        pytest.param({field.name for field in dataclasses.fields(Rules)}, id="Rules"),
        pytest.param({field.name for field in dataclasses.fields(flask_phpbb3.Version)}, id="Version"),
        pytest.param({field.name for field in dataclasses.fields(flask_phpbb3.Ban)}, id="Ban"),
    ],
)
def test_every_public_name_is_told(names: set[str]) -> None:
    code = " ".join(re.findall(r"`[^`\n]+`|^ *```.*?^ *```", everything(), re.MULTILINE | re.DOTALL))
    assert {name for name in names - {"board"} if not re.search(rf"\b{name}\b", code)} == set()


@pytest.mark.parametrize("fault", flask_phpbb3.Fault)
def test_every_fault_is_told_with_its_error(fault: flask_phpbb3.Fault) -> None:
    database = config.DatabaseSettings()
    wait = Wait(took=database.statement_timeout, limit=database.statement_timeout)
    error = statement_error(Query("fetch_test", ""), Failure(fault), database, wait)
    row = re.search(rf"^\| `{fault.name}` \|.*$", page("plugins.md"), re.MULTILINE)
    assert row is not None
    assert f"`{type(error).__name__}`" in row[0]


def test_every_signal_is_told_with_its_arguments() -> None:
    sent = {name: value for name, value in vars(signals).items() if isinstance(value, blinker.NamedSignal)}
    assert sent
    for name, signal in sent.items():
        row = re.search(rf"^\| `{name}` \|.*$", page("sessions.md"), re.MULTILINE)
        assert row is not None, name
        arguments = set(re.findall(r"``(\w+)``", (signal.__doc__ or "").partition("Arguments:")[2]))
        assert arguments - set(re.findall(r"`(\w+)`", row[0])) == {"session"}


def test_every_refusal_is_told() -> None:
    told = re.findall(r"^\| `(\w+)` \|", _section("sessions.md", "### `session.refusal`"), re.MULTILINE)
    # A key that the board or the settings do not allow is not asked for, so it is never refused.
    known = {*get_args(identity.Refusal), *get_args(identity.KeyRefusal), "unknown", "banned"} - {
        "not_allowed"
    }
    assert sorted(told) == sorted(known)


def test_every_template_helper_is_told() -> None:
    assert "`phpbb3_login_url()` and the like" in " ".join(page("sessions.md").split())
    app = _app_on_nothing()
    helpers = {name for name in app.jinja_env.globals if name.startswith("phpbb3_")}
    for name in helpers - {f"phpbb3_{page_}_url" for page_ in URL_GLOBALS}:
        assert f"`{name}" in page("sessions.md")
    assert all(f"`{name}`" in page("sessions.md") for name in app.jinja_env.filters if "phpbb3" in name)


def _section(name: str, heading: str) -> str:
    _, _, rest = page(name).partition(f"\n{heading}\n")
    return re.split(r"^#", rest, maxsplit=1, flags=re.MULTILINE)[0]


def _app_on_nothing() -> Flask:
    app = Flask("docs")
    app.config.update(PHPBB3={"DRIVER": "sqlite3"}, PHPBB3_DATABASE={"DATABASE": "no-such-board.db"})
    PhpBB3(app)
    return app


# Tables of docs/versions.md


@lru_cache
def lines() -> list[ReleaseLine]:
    return [Plugins().line(name) for name in LINES]


def table(first: str, rows: Mapping[str, Iterable[str]], *more: str) -> str:
    """Return a table of Markdown with a column for each line of phpBB."""
    cells = [(first, *LINES, *more), ("---",) * (len(LINES) + 1 + len(more))]
    cells += [(f"`{name}`", *row) for name, row in rows.items()]
    return "\n".join("".join(f"| {cell} " if cell else "| " for cell in row) + "|" for row in cells)


def _yes(value: Any) -> str:
    if isinstance(value, (tuple, frozenset)):
        return str(len(value) or "")
    return value if isinstance(value, str) else "yes" if value else ""


@pytest.mark.parametrize("private", [False, True])
def test_statements_by_version(private: bool) -> None:
    general = query_sets("")
    names = sorted({name for queries in general for name in queries if name.startswith("_") is private})
    rows = {
        name: [
            *(queries[name].source.partition("/")[0] if name in queries else "" for queries in general),
            ", ".join(dialect for dialect in DIALECTS if _is_own(name, dialect)),
        ]
        for name in names
    }
    assert table("statement", rows, "own SQL for") in page("versions.md")


def _is_own(name: str, dialect: str) -> bool:
    pairs = zip(query_sets(dialect), query_sets(""), strict=True)
    own = [(special.get(name), general.get(name)) for special, general in pairs]
    return any(special.sql != general.sql for special, general in own if special and general)


@lru_cache
def query_sets(dialect: str) -> list[QuerySet]:
    return [line.query_set(dialect) for line in lines()]


def test_statements_with_parameters_and_columns() -> None:
    assert statements.tables() in page("statements.md"), "run python -m tests.statements"


@pytest.mark.parametrize("statement", ["get_user", "get_session", "get_autologin"])
def test_user_columns_by_version(statement: str) -> None:
    columns = [_user_columns(line, statement) for line in lines()]
    some = sorted(set().union(*columns) - columns[0].intersection(*columns))
    rows = {
        name: [_since(line, lambda at: name in _user_columns(at, statement)) for line in lines()]  # noqa: B023
        for name in some
    }
    assert table("column", rows) in page("versions.md")


def _user_columns(line: ReleaseLine, statement: str) -> set[str]:
    sql = line.query_set("")[statement].compile("phpbb_", line.user_columns).sql
    return set(re.findall(r"\bu\.(\w+)", sql.partition("FROM")[0]))


def _since(line: ReleaseLine, value: Callable[[ReleaseLine], Any]) -> str:
    """Tell what a line has, or from which of its releases on."""
    of_release = {"": value(line), **{f"from {since}": value(line.at(since)) for since in line.version.since}}
    return next((since or _yes(found) for since, found in of_release.items() if found), "")


def test_rules_by_version() -> None:
    rows = {
        field.name: [_since(line, lambda at: getattr(at.rules, field.name)) for line in lines()]  # noqa: B023
        for field in dataclasses.fields(Rules)
    }
    assert table("rule", rows) in page("versions.md")


def test_context_parameters_are_told() -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", page("plugins.md"), re.MULTILINE))
    assert all(told >= set(line.context) for line in lines())


def test_the_rooms_are_told() -> None:
    told = re.findall(r"^\| `(\w+)` \| .+ \| (.+) \|$", page("architecture.md"), re.MULTILINE)
    assert {room: set(re.findall(r"`(\w+)`", below)) for room, below in told} == ROOMS


# docs/reference

ANEW = "run python -m tests.reference"


@pytest.mark.parametrize("name", reference.PARTS)
def test_the_reference_says_what_the_code_says(name: str) -> None:
    assert part_of(page(f"reference/{name}")) == reference.PARTS[name](), ANEW


def test_every_setting_has_its_line_and_its_effect() -> None:
    text = page("reference/settings.md")
    assert reference.settings.whole(text) == text, ANEW
    told = reference.settings.sections(text)
    assert [key for _, key, body in told if len(reference.settings.effect(body)) < 40] == []


# Links, code, commands


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in _LINK.findall(_FENCE.sub("", text_of(path))):
        if re.match(r"https?://", target):
            continue
        file, _, fragment = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        assert found.exists(), target
        assert not fragment or fragment in map(anchor, headings(found)), target


@pytest.mark.parametrize("body", with_blocks("python"))
def test_python_is_python(body: str) -> None:
    for node in ast.walk(ast.parse(body)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "flask_phpbb3":
            module = importlib.import_module(str(node.module))
            assert {alias.name for alias in node.names if not hasattr(module, alias.name)} == set()


def test_sql_blocks_are_read() -> None:
    files = [body for path in PAGES for body in blocks(path, "sql") if body.startswith("-- name:")]
    assert files
    for body in files:
        assert parse_sql(body, source="docs")


@pytest.mark.parametrize("body", with_blocks("toml"))
def test_toml_is_toml(body: str) -> None:
    tomllib = pytest.importorskip("tomllib", reason="Python 3.10 has no tomllib")
    assert set(tomllib.loads(body)["project"]["entry-points"]) <= set(GROUPS.values())


def test_commands_exist() -> None:
    told = set(re.findall(r"\bphpbb3 ([a-z-]+)\b", " ".join(re.findall(r"`flask [^`]+`", everything()))))
    assert told == set(command_group.commands)
    [call] = re.findall(r"phpbb3 whoami SID (.+)", page("sessions.md"))
    options = {
        o for p in command_group.commands["whoami"].params if isinstance(p, click.Option) for o in p.opts
    }
    assert set(re.findall(r"--[a-z-]+", call)) <= options


def test_extras_exist() -> None:
    project = text_of(ROOT / "pyproject.toml").partition("[project.optional-dependencies]")[2]
    extras = set(re.findall(r"^(\w+) = \[", project.partition("\n[")[0], re.MULTILINE))
    told = set(re.findall(r"(?:flask-phpbb3|\.)\[(\w+)\]", everything()))
    row = re.search(r"^Further extras: (.+)$", text_of(ROOT / "README.md"), re.MULTILINE)
    assert row is not None
    told |= set(re.findall(r"`(\w+)`", row[1]))
    assert told <= extras


# Examples and benchmarks


def test_the_tested_example_passes() -> None:
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "examples/tested_app"]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_smallest_example_finds_its_forum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(testing.EmbeddedBoard(tmp_path / "forum.db")) as board:
        forum = board.add_forum("News")
        board.grant_role("ROLE_FORUM_READONLY", group="GUESTS", forum=forum)
        board.add_topic(forum, "Hello", "admin")
    (tmp_path / "config.php").write_text(
        "<?php\n$dbms = 'phpbb\\\\db\\\\driver\\\\sqlite3';\n$dbhost = 'forum.db';\n$table_prefix = 'phpbb_';\n"
    )
    monkeypatch.setenv("PHPBB_CONFIG", str(tmp_path / "config.php"))
    app = _run(ROOT / "examples" / "smallest.py")["app"]
    assert app.test_client().get("/").json == {"hello": "Anonymous", "posts": ["Hello"]}


def test_the_plugin_of_the_docs_passes_its_suite(tmp_path: Path) -> None:
    """The example is whole: its files, as the page has them, and a version with one column more is short."""
    found = re.findall(r"`([\w/.]+)`:\n\n```\w+\n(.*?)^```", page("plugins.md"), re.MULTILINE | re.DOTALL)
    files = dict(found)
    assert set(files) == {"acme_motto/schema.sql", "acme_motto/__init__.py", "test_acme_motto.py"}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    own = [line for name, text in files.items() if name.startswith("acme") for line in text.splitlines()]
    assert sum(bool(line.strip()) for line in own) < 10
    run = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) > 10


def test_the_benchmark_counts_what_the_documentation_says(capsys: pytest.CaptureFixture[str]) -> None:
    _run(ROOT / "benchmarks" / "signed_in_request.py")["main"](0.001)
    table_ = capsys.readouterr().out
    counted = {who: int(number) for who, number in re.findall(r"^(\w+: \w+) +(\d+)", table_, re.MULTILINE)}
    assert counted == {
        "guest: bare": 0,
        "guest: name": 0,
        "guest: permissions": 0,
        "guest: groups": 2,
        "guest: posts": 4,
        "guest: cached_posts": 0,
        "alice: bare": 0,
        "alice: name": 1,
        "alice: permissions": 1,
        "alice: groups": 4,
        "alice: posts": 8,
        "alice: cached_posts": 1,
    }


def _run(path: Path) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
    exec(compile(text_of(path), str(path), "exec"), namespace)
    return namespace
