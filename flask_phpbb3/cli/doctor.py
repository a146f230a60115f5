"""``flask phpbb3 doctor``: look at everything that must be right, and say how to put it right."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Final

import click
from flask import Flask
from flask.cli import ScriptInfo, pass_script_info

from ..errors import BrokenPluginError, ConfigurationError, PhpBB3Error
from .application import NO_BOARD, board_of
from .checks import CHECKS
from .checkup import Context, Finding, Level, passed_over, run_checks
from .output import say

_COLOURS: Final = {Level.OK: "green", Level.WARNING: "yellow", Level.FAILED: "red", Level.SKIPPED: "cyan"}
_WIDTH: Final = max(len(level.value) for level in Level)


@click.command("doctor")
@pass_script_info
def doctor(info: ScriptInfo) -> None:
    """Check settings, database, board, cookies and session backend.

    Each line is ok, a warning, failed, or skipped because of an earlier failure. The exit status is 1 if
    something failed, else 0.
    """
    found: list[Level] = []
    for finding in _examine(info):
        found.append(finding.level)
        _show(finding)
    failures, warnings = found.count(Level.FAILED), found.count(Level.WARNING)
    say()
    say(f"{_count(failures, 'failure')}, {_count(warnings, 'warning')}.")
    if failures:
        raise click.exceptions.Exit(1)


def _examine(info: ScriptInfo) -> Iterator[Finding]:
    try:
        app = info.load_app()
    except PhpBB3Error as error:
        yield from _without_board(str(error), _settings_fix(error))
        return
    bound = board_of(app)
    if bound is None:
        message, _, fix = NO_BOARD.format(app.name).partition(" Call")
        yield from _without_board(message, f"Call{fix}")
        return
    try:
        with app.app_context():
            yield from _with_board(app, Context(app, bound, os.environ))
    finally:
        bound.driver.close()


def _with_board(app: Flask, context: Context) -> Iterator[Finding]:
    yield Finding(Level.OK, "settings", f"The settings of the application {app.name!r} are in order.")
    yield from run_checks(CHECKS, context)


def _without_board(message: str, fix: str) -> Iterable[Finding]:
    yield Finding(Level.FAILED, "settings", message, fix)
    for check in CHECKS:
        yield passed_over(check, "settings")


def _settings_fix(error: PhpBB3Error) -> str:
    key = error.key if isinstance(error, ConfigurationError) else ""
    if key:
        return f"Change {key} in the application's config."
    if isinstance(error, BrokenPluginError):
        return "Install or replace what is named; 'flask phpbb3 plugins' lists what there is."
    return "Change what is named in the application's config."


def _show(finding: Finding) -> None:
    click.secho(f"{finding.level.value:{_WIDTH}}", fg=_COLOURS[finding.level], nl=False)
    say(f"  {finding.subject}: {finding.message}")
    if finding.fix:
        say(f"{'':{_WIDTH}}  Fix: {finding.fix}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
