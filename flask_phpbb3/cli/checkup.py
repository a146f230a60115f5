"""How ``doctor`` works: a check yields findings, and one that builds on a failed check is passed over."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask import Flask

from ..errors import PhpBB3Error
from ..extension import BoundPhpBB3


class Level(enum.Enum):
    """How a finding is to be taken."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """What a check has found; never with a password, session id, key or hash in it.

    :param level: how it is to be taken.
    :param subject: what was looked at, in a word or two.
    :param message: what was found, as a sentence.
    :param fix: what to do; empty if there is nothing to do.
    """

    level: Level
    subject: str
    message: str
    fix: str = ""


@dataclass(frozen=True)
class Context:
    """What checks may look at.

    :param app: the application.
    :param bound: its board.
    :param environ: the environment variables.
    """

    app: Flask
    bound: BoundPhpBB3
    environ: Mapping[str, str]


@dataclass(frozen=True)
class Check:
    """One thing to look at.

    :param subject: its name, under which other checks can require it.
    :param look: yields what it finds; an error of this package that it raises is a failure.
    :param requires: subjects of checks that must not have failed or been passed over.
    :param fix: what to do if `look` raises.
    """

    subject: str
    look: Callable[[Context], Iterable[Finding]]
    requires: tuple[str, ...] = ()
    fix: str = ""


def run_checks(checks: Iterable[Check], context: Context) -> Iterator[Finding]:
    """Run checks in order and yield what they find."""
    cause: dict[str, str] = {}  # what failed or was passed over → what it comes from
    for check in checks:
        if in_the_way := [cause[subject] for subject in check.requires if subject in cause]:
            cause[check.subject] = in_the_way[0]
            yield passed_over(check, in_the_way[0])
            continue
        for finding in _look(check, context):
            if finding.level is Level.FAILED:
                cause[check.subject] = check.subject
            yield finding


def passed_over(check: Check, subject: str) -> Finding:
    """Return the finding of a check that another one's failure leaves nothing to look at."""
    return Finding(Level.SKIPPED, check.subject, f"Not looked at: {subject} must be put right first.")


def _look(check: Check, context: Context) -> Iterator[Finding]:
    try:
        yield from check.look(context)
    except PhpBB3Error as error:
        yield Finding(Level.FAILED, check.subject, str(error), check.fix)
