"""Run ``flask phpbb3 …`` on applications made by tests."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from flask_phpbb3 import PhpBB3
from flask_phpbb3.cli import phpbb3

_FINDING = re.compile(r"(ok|warning|failed|skipped) +([^:]+): (.*)")
_FIX = re.compile(r" +Fix: (.*)")


def run(make: Callable[[], Flask], *arguments: str, **environ: str) -> Result:
    """Run a command on the application that a factory makes; an error that is no exit is raised."""
    # Whatever serves the tests themselves must not look like a server of the application.
    clean = {"WEB_CONCURRENCY": None, "GUNICORN_CMD_ARGS": None}
    info = ScriptInfo(create_app=make)
    return CliRunner(env={**clean, **environ}).invoke(
        phpbb3, list(arguments), obj=info, catch_exceptions=False
    )


def factory(config: Mapping[str, Any], **arguments: Any) -> Callable[[], Flask]:
    """Return a factory of applications with this config.

    :param arguments: for `PhpBB3`.
    """

    def make() -> Flask:
        app = Flask("site")
        app.secret_key = "canary-of-the-secret-key"
        app.config.update(config)
        PhpBB3(app, **arguments)
        return app

    return make


class Diagnosis(NamedTuple):
    """What ``doctor`` said: level, message and fix of each subject's most serious line."""

    exit_code: int
    output: str
    levels: Mapping[str, str]
    messages: Mapping[str, str]
    fixes: Mapping[str, str]

    @property
    def failed(self) -> set[str]:
        """Return the subjects that failed."""
        return {subject for subject, level in self.levels.items() if level == "failed"}


def diagnose(make: Callable[[], Flask], **environ: str) -> Diagnosis:
    """Run ``doctor``; its exit status must fit what it said."""
    result = run(make, "doctor", **environ)
    levels: dict[str, str] = {}
    messages: dict[str, str] = defaultdict(str)
    fixes: dict[str, str] = defaultdict(str)
    subject = ""
    for line in result.output.splitlines():
        if found := _FINDING.match(line):
            level, subject, message = found.groups()
            if levels.get(subject) != "failed":
                levels[subject] = level
            messages[subject] += f"{message}\n"
        elif fix := _FIX.match(line):
            fixes[subject] += f"{fix[1]}\n"
    assert result.exit_code == (1 if "failed" in levels.values() else 0), result.output
    assert all(fixes[name] for name, level in levels.items() if level in ("failed", "warning")), result.output
    return Diagnosis(result.exit_code, result.output, levels, messages, fixes)
