"""Hooks, commands, signals and what templates get, each for its page in ``docs/reference``."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import blinker
import click
from flask import Flask

from flask_phpbb3 import PhpBB3
from flask_phpbb3.cli import phpbb3 as command_group
from flask_phpbb3.plugins.hookspecs import Hooks
from flask_phpbb3.session import signals
from flask_phpbb3.web import current

from .pages import code, table

_ROLE = re.compile(r"``?([^`]+)``?")


def hooks() -> str:
    """Return the hooks with their signatures and docstrings."""
    return "\n\n".join(_hooks())


def _hooks() -> Iterator[str]:
    for name, hook in vars(Hooks).items():
        if not hasattr(hook, "flask_phpbb3_spec"):
            continue
        signature = (
            str(inspect.signature(hook)).replace("'", "").replace("(self, ", "(").replace("(self)", "()")
        )
        yield f"## {name}"
        yield f"```text\n{name}{signature}\n```"
        yield _prose(hook)
        arguments = re.findall(r"^:param (\w+): (.+)$", inspect.getdoc(hook) or "", re.MULTILINE)
        if arguments:
            yield "\n".join(f"- `{argument}`: {_one_line(about)}" for argument, about in arguments)


def commands() -> str:
    """Return each command with its help."""
    told = []
    for name, command in sorted(command_group.commands.items()):
        with click.Context(command, info_name=f"flask phpbb3 {name}", max_content_width=90) as context:
            told += [f"## flask phpbb3 {name}", f"```text\n{_even(command.get_help(context))}\n```"]
    return "\n\n".join(told)


def _even(text: str) -> str:
    """Return help without what differs between releases of click: how wide columns are, and where lines break."""
    return "\n".join(line.rstrip() for line in text.splitlines())


def sent_signals() -> str:
    """Return the signals with their arguments."""
    rows = []
    for name, signal in vars(signals).items():
        if isinstance(signal, blinker.NamedSignal):
            when, _, rest = _one_line(signal.__doc__).partition(" Arguments: ")
            rows.append((code(name), code(signal.name), when, rest))
    return table(("name", "blinker's name", "sent when", "arguments beside the sender"), *rows)


def templates() -> str:
    """Return the globals, filters and tests that Jinja gets."""
    bare, app = Flask("bare"), Flask("templates")
    app.config.update(PHPBB3={"DRIVER": "sqlite3"}, PHPBB3_DATABASE={"DATABASE": "no-such-board.db"})
    PhpBB3(app)
    told = []
    for title, kind in (("Globals", "globals"), ("Filters", "filters"), ("Tests", "tests")):
        before, after = getattr(bare.jinja_env, kind), getattr(app.jinja_env, kind)
        added = {name: value for name, value in after.items() if name not in before}
        told.append(f"## {title}")
        if added:
            rows = [_helper(name, added[name], is_filter=kind == "filters") for name in sorted(added)]
            told.append(table(("name", "what it is"), *rows))
        else:
            told.append("None are added.")
    return "\n\n".join(told)


def _helper(name: str, value: Callable[..., Any], *, is_filter: bool) -> tuple[str, str]:
    if name == "phpbb3_user":  # a proxy, which outside a request is nothing to look at
        return code(name), _one_line(inspect.getdoc(current.current_visitor)).partition("; ")[0] + "."
    signature = inspect.signature(value)
    given = [parameter for parameter in signature.parameters if parameter != "self"]
    shown = [_shown(signature.parameters[parameter]) for parameter in given]
    first = f"{given[0]} | {name}" if is_filter else name
    arguments = shown[1:] if is_filter else shown
    call = f"{first}({', '.join(arguments)})" if arguments or not is_filter else first
    return code(call).replace("|", r"\|"), _one_line(inspect.getdoc(value)).partition(". ")[0].rstrip(
        "."
    ) + "."


def _shown(parameter: inspect.Parameter) -> str:
    if parameter.default is inspect.Parameter.empty:
        return parameter.name
    default = parameter.default
    simple = default is None or isinstance(default, (str, int, bool))
    return f"{parameter.name}={default!r}" if simple else f"{parameter.name}=…"


def _prose(documented: Any) -> str:
    text, _, _ = (inspect.getdoc(documented) or "").partition("\n:")
    return "\n\n".join(_one_line(paragraph) for paragraph in text.strip().split("\n\n"))


def _one_line(text: str | None) -> str:
    return _ROLE.sub(r"`\1`", " ".join((text or "").split()))
