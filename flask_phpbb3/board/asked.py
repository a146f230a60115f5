"""What was asked of the database: each statement with its time, for the log and for whoever wants to know.

Holds names, times and numbers of rows, never a value.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

logger = logging.getLogger("flask_phpbb3.statements")

AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True, slots=True)
class AskedStatement:
    """One statement as it was run.

    :ivar name: such as ``get_session``; private ones begin with an underscore.
    :ivar source: where it was written, as ``file:line``.
    :ivar seconds: how long the answer took, with the wait for a connection.
    :ivar rows: how many rows came back, or were touched; None if the statement failed.
    """

    name: str
    source: str
    seconds: float
    rows: int | None


class Record:
    """Run statements and tell what they took.

    :ivar listener: called after each statement; None while nobody wants to know.
    """

    def __init__(self) -> None:
        self.listener: Callable[[AskedStatement], None] | None = None

    def run(
        self, name: str, source: str, ask: Callable[[], AnswerT], count: Callable[[AnswerT], int]
    ) -> AnswerT:
        """Run a statement.

        :param ask: runs it; what it raises is raised.
        :param count: returns the number of rows of an answer.
        """
        if self.listener is None and not logger.isEnabledFor(logging.DEBUG):
            return ask()
        started = time.perf_counter()
        rows: int | None = None
        try:
            answer = ask()
            rows = count(answer)
        finally:
            asked = AskedStatement(name, source, time.perf_counter() - started, rows)
            outcome = "failed" if rows is None else f"{rows} rows"
            logger.debug("%s [%s]: %s in %.1f ms", name, source, outcome, asked.seconds * 1000)
            if self.listener is not None:
                self.listener(asked)
        return answer
