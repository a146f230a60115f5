"""Every error with its texts, and every line of the log, for ``docs/reference/errors.md``."""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from flask_phpbb3 import errors

from .pages import code
from .templates import Module, Raised, raised

ROOT = Path(__file__).resolve().parents[2]
LEVELS: Final = ("debug", "info", "warning", "error", "exception")
_PYTHONS_OWN: Final = ("RuntimeError", "TypeError", "AttributeError")
_TOLD_BY_FLASK: Final = ("ServiceUnavailable", "SignInRequired")
_ROOMS_OF_USERS: Final = ("session", "web", "extension.py")
"""Where Python's own errors are for who writes an application; elsewhere they never leave the package."""


@cache
def modules() -> tuple[Module, ...]:
    """Return the code that an application runs, and no tests or demo."""
    files = [path for room in ("flask_phpbb3", "drivers", "versions") for path in (ROOT / room).rglob("*.py")]
    apart = {ROOT / "flask_phpbb3" / name for name in ("testing", "demo", "cli")}
    return tuple(Module(path) for path in sorted(files) if not apart & set(path.parents))


def classes() -> list[type[Exception]]:
    """Return the errors of this package in the order in which they are defined."""
    return [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.PhpBB3Error)
    ]


def texts(names: Iterable[str], *, of: str = "", among: Iterable[Module] = ()) -> dict[str, list[str]]:
    """Return class → its texts, each once, without those that are made of holes alone."""
    found: dict[str, list[str]] = {}
    for call in raised(list(among) or modules(), names, of=of):
        told = found.setdefault(call.name, [])
        told += [text for text in call.templates if text not in told and _says_something(text)]
    return found


def _says_something(text: str) -> bool:
    return bool(re.search(r"\w", re.sub(r"\{[^{}]*\}", "", text)))


def pattern(text: str) -> re.Pattern[str]:
    """Return what matches a message made of a template."""
    return re.compile(".+?".join(map(re.escape, re.split(r"\{[^{}]*\}|%[a-z]", text))), re.DOTALL)


def is_told(kind: type[Exception], message: str) -> bool:
    """Tell whether a message of an error is on the page."""
    return any(pattern(text).fullmatch(message) for text in _own_texts().get(kind.__name__, ()))


@cache
def _own_texts() -> dict[str, list[str]]:
    return texts([kind.__name__ for kind in classes()])


def part() -> str:
    """Return the part of the page that is written by a program."""
    tree = (inspect.getdoc(errors) or "").partition("::\n\n")[2]
    return "\n\n".join(
        [
            "## The tree",
            f"```text\n{inspect.cleandoc(tree)}\n```",
            "## This package's own",
            *_own(),
            "## What stands for `{error}`",
            "Of a setting it is what is allowed, which [the settings](settings.md) have in full. Of a statement:",
            _list(_reasons("plugins", "ValueError")),
            "Of `PHPBB3_MARKUP` and of the board's BBCodes, as `flask phpbb3 doctor` tells them:",
            _list(_reasons("rendering", "RefusedDefinitionError")),
            "## Python's own",
            "What is raised where the code of the application is at fault.",
            *_pythons_own(),
            "## Pages",
            "What visitors read where the application has no page of its own for the status.",
            _list(text for told in texts(_TOLD_BY_FLASK).values() for text in told),
            "## Lines in the log",
            *_log(),
        ]
    )


def _own() -> Iterator[str]:
    told = _own_texts()
    for kind in classes():
        bases = ", ".join(code(base.__name__) for base in kind.__bases__ if base is not Exception)
        about, _, _ = (inspect.getdoc(kind) or "").partition("\n:ivar")
        yield f"### {kind.__name__}"
        yield " ".join(filter(None, [" ".join(about.split()), f"A kind of {bases}." if bases else ""]))
        if kind.__name__ in told:
            yield _list(told[kind.__name__])


def _reasons(room: str, name: str) -> list[str]:
    among = [module for module in modules() if (ROOT / "flask_phpbb3" / room) in module.path.parents]
    return texts([name], among=among).get(name, [])


def _pythons_own() -> Iterator[str]:
    places = [ROOT / "flask_phpbb3" / room for room in _ROOMS_OF_USERS]
    among = [m for m in modules() if any(place == m.path or place in m.path.parents for place in places)]
    for name, told in texts(_PYTHONS_OWN, among=among).items():
        if told:
            yield f"### {name}"
            yield _list(told)


def _log() -> Iterator[str]:
    found: dict[str, dict[str, list[str]]] = {}
    for module in modules():
        for call in (call for name in ("logger", "_logger") for call in raised([module], LEVELS, of=name)):
            _note(found.setdefault(_logger(module), {}), call)
    for name in sorted(found):
        yield f"### `{name}`"
        levels = sorted(found[name], key=lambda level: logging.getLevelName(level.upper()), reverse=True)
        yield _list(f"{level.upper()}: {text}" for level in levels for text in found[name][level])


def _note(levels: dict[str, list[str]], call: Raised) -> None:
    level = "error" if call.name == "exception" else call.name
    told = levels.setdefault(level, [])
    told += [text for text in call.templates if text not in told and _says_something(text)]


def _logger(module: Module) -> str:
    found = re.search(r'getLogger\("([\w.]+)"\)', module.path.read_text("utf-8"))
    return found[1] if found else "flask_phpbb3"


def _list(texts_: Iterable[str]) -> str:
    return "\n".join(f"- {code(' '.join(text.split()))}" for text in texts_)
