"""Send odd requests by the million: ``python -m tests.fuzz.long --examples 1000000``.

Prints how fast it was and how many visitors were found by what; exits with 1 at a wrong answer, which it
prints. The same seed and number of jobs send the same requests, but for what the boards draw at random.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from .generator import attempts
from .oracle import complaint
from .site import sites

EXAMPLES = 1_000_000
Outcome = tuple[Counter[str], str | None]


def run(examples: int, seed: int) -> Outcome:
    """Send requests to sites of each kind in turn.

    :returns: how many visitors were found by what, and the first complaint, None if there is none.
    """
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, sites(Path(folder)) as made:
        sources = [(site, attempts(site, 100 * seed + number)) for number, site in enumerate(made.values())]
        for number in range(examples):
            site, make = sources[number % len(sources)]
            attempt = make()
            try:
                answer = site.ask(attempt)
            except Exception as error:  # noqa: BLE001 - none may reach the client
                return found, f"{site.kind}\n{attempt}\nraised {error!r}"
            if wrong := complaint(site, attempt, answer):
                return found, f"{site.kind}\n{attempt}\n{wrong}"
            found[answer.source] += 1
    return found, None


def main() -> int:
    """Run from the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=EXAMPLES, help=f"how many (default {EXAMPLES})")
    parser.add_argument("--seed", type=int, default=0, help="which ones (default 0)")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)"
    )
    arguments = parser.parse_args()
    started = time.monotonic()
    share = -(-arguments.examples // arguments.jobs)
    seeds = range(arguments.seed, arguments.seed + arguments.jobs)
    with multiprocessing.get_context("spawn").Pool(arguments.jobs) as pool:
        outcomes = pool.starmap(run, [(share, seed) for seed in seeds])
    found = sum((counted for counted, _ in outcomes), Counter())
    complaints = [wrong for _, wrong in outcomes if wrong]
    seconds = time.monotonic() - started
    by_source = ", ".join(f"{count} by {source}" for source, count in found.most_common())
    total = found.total()
    sys.stdout.write(f"{total} requests in {seconds:.0f} s ({total / seconds:.0f} a second): {by_source}\n")
    sys.stdout.writelines(f"{wrong}\n" for wrong in complaints)
    return int(bool(complaints))


if __name__ == "__main__":
    sys.exit(main())
