"""Render odd texts for a while: ``python -m tests.fuzz.long_texts --examples 20000``.

Runs the tests of both forms of stored texts with new examples each time; stops at the first that is wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings

from . import test_uid_texts, test_xml_texts


def checks() -> list[Callable[..., Any]]:
    """Return the tests that take examples."""
    return [
        test
        for module in (test_xml_texts, test_uid_texts)
        for name, test in vars(module).items()
        if name.startswith("test_") and hasattr(test, "hypothesis")
    ]


def main() -> None:
    """Run every check with so many examples."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--examples", type=int, default=20_000, help="examples of each check")
    examples: int = parser.parse_args().examples
    longer = settings(
        max_examples=examples,
        derandomize=False,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    for check in checks():
        check._hypothesis_internal_use_settings = longer  # type: ignore[attr-defined]
        check()
        sys.stdout.write(f"{check.__name__}: {examples} examples\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
