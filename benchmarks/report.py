"""Make the report of what the sections have found: ``RESULTS.md``, and what lists read as a board grows.

Pure: knows nothing that is not in the data, and says of what is not there that it was not measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from statistics import median, quantiles

from .boards import NAMES, PLANS, UNITS
from .found import Found
from .reasons import REASONS
from .rows import ROWS, Figure, Row

MISSING = "not measured"
_HEADINGS = {
    "costs": "A signed-in request that asks one permission",
    "counts": "Works without a server",
    "stores": "Cached answers",
    "threads": "Eight threads",
    "peers": "Beside others, eight threads",
    "permissions": "Permissions that phpBB has blanked",
    "refresh": "Reading board and bans again",
    "memory": "Memory",
    "boards": "As the board grows",
}
_SECONDS = ("costs", "counts", "stores", "permissions", "boards")
"""Sections whose rounds are seconds; of the others they are requests a second."""


def results(data: Mapping[str, Found]) -> str:
    """Return the text of ``RESULTS.md``.

    :param data: section → what it has found.
    """
    parts = [_head(data), table(data), *_times(data), *_instructions(data), *_plots(), *_plans(data)]
    return "\n\n".join(parts) + "\n"


def _head(data: Mapping[str, Found]) -> str:
    machines = [found.machine for found in data.values() if found.machine]
    dates = sorted(machine["date"] for machine in machines)
    lines = [
        "# What it costs",
        "",
        "Written by `tox -e bench`; how it is measured, and why so, is told in "
        "[docs/why/benchmarks.md](../docs/why/benchmarks.md). Ratios are medians of as many rounds as *n* says, works "
        "by turns, with the quarters of the rounds in brackets; instructions are counted by valgrind's callgrind, "
        "and no load changes them.",
        "",
    ]
    if machines:
        latest = max(machines, key=lambda machine: machine["date"])
        when = dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
        lines.append(
            f"Measured {when} on {latest['system']}, {latest['architecture']}, {latest['cores']} cores, Python "
            f"{latest['python']}; {latest['rounds']} rounds of at least {latest['slice']} s a work, under load "
            f"{latest['load rounds']} of {latest['load slice']} s. Before the sections began, up to "
            f"{max(float(machine['load']) for machine in machines):.1f} processes wanted to run."
        )
    versions = {
        name: text for found in data.values() for name, text in found.texts.get("versions", {}).items()
    }
    if versions:
        lines.append("With " + ", ".join(f"{name} {version}" for name, version in versions.items()) + ".")
    return "\n".join(lines)


def table(data: Mapping[str, Found]) -> str:
    """Return the table of all rows, with its verdicts."""
    lines = [
        "| work | figure | n | instructions | target | |",
        "| --- | --- | ---: | ---: | --- | --- |",
    ]
    lines += [_line(row, data) for row in ROWS]
    return "\n".join(lines)


def _line(row: Row, data: Mapping[str, Found]) -> str:
    found = data.get(row.section, Found())
    figure = row.figure(found)
    target = _target(row)
    counted = row.instructions(data.get("counts", Found()))
    cells = [row.meaning]
    if figure is None:
        why = found.why_not(row.group, row.work)
        cells += [MISSING, "", _number(counted), target, why]
    else:
        cells += [shown(row, figure), str(figure.n or ""), _number(counted), target, _verdict(row, figure)]
    return "| " + " | ".join(cells) + " |"


HEADLINES = (
    *("signed-in.psycopg2", "signed-in.psycopg", "signed-in.pymysql", "signed-in.sqlite3", "guest"),
    *("threads.psycopg2", "threads.psycopg", "threads.pymysql"),
    *("peers.psycopg2.1", "peers.psycopg2.2", "peers.psycopg2.3"),
    *(f"growth.{database}.latest posts" for database in NAMES),
)
"""Rows that the README shows."""
_MARKS = ("<!-- costs: written by `python -m benchmarks` -->\n", "<!-- costs: end -->\n")


def in_readme(text: str, data: Mapping[str, Found]) -> str:
    """Return the README with the figures of today between its two marks."""
    before, rest = text.split(_MARKS[0])
    after = rest.split(_MARKS[1])[1]
    lines = ["| work | figure | target | |", "| --- | --- | --- | --- |"]
    for row in ROWS:
        if row.key in HEADLINES:
            figure = row.figure(data.get(row.section, Found()))
            cells = [MISSING, _target(row), ""]
            if figure is not None:
                cells = [f"{figure.value:.2f}", _target(row), "met" if row.meets(figure) else "not met"]
            lines.append(f"| {' | '.join([row.meaning, *cells])} |")
    table_ = "\n".join(lines)
    return f"{before}{_MARKS[0]}\n{table_}\n\n{_MARKS[1]}{after}"


def _target(row: Row) -> str:
    return "" if row.target is None else f"{'≥' if row.at_least else '≤'} {row.target:g}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def shown(row: Row, figure: Figure) -> str:
    """Return a figure as the table has it."""
    if row.unit:
        return f"{figure.value:.4g} {row.unit}"
    spread = f" ({figure.low:.2f} to {figure.high:.2f})" if figure.n else ""
    return f"**{figure.value:.2f}**{spread}"


def _verdict(row: Row, figure: Figure) -> str:
    met = row.meets(figure)
    if met is None:
        return ""
    if met:
        return "met"
    return f"not met: {REASONS[row.key]}" if row.key in REASONS else "not met"


def _times(data: Mapping[str, Found]) -> Iterator[str]:
    """Yield what each work took by itself."""
    yield "## Each work by itself\n\nMedians, ± half of the middle half's width."
    for section, heading in _HEADINGS.items():
        rounds = data.get(section, Found()).rounds
        if rounds:
            unit = "time" if section in _SECONDS else "requests/s"
            lines = [f"### {heading}", "", f"| where | work | {unit} |", "| --- | --- | ---: |"]
            for group, works in rounds.items():
                lines += [
                    f"| {group} | {name} | {_spread(values, section)} |" for name, values in works.items()
                ]
            yield "\n".join(lines)


def _spread(values: list[float], section: str) -> str:
    low, _, high = quantiles(values, n=4)
    middle = median(values)
    share = f"± {(high - low) / middle * 50:.0f} %"
    return f"{_time(middle)} {share}" if section in _SECONDS else f"{middle:,.0f} {share}"


def _time(seconds: float) -> str:
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def _instructions(data: Mapping[str, Found]) -> Iterator[str]:
    counts = data.get("counts", Found())
    counted = counts.values.get("instructions")
    if not counted:
        yield f"## Instructions\n\nNot counted{': ' if counts.missing else ''}{counts.missing.get('instructions', '')}."
        return
    lines = ["## Instructions", "", "| work | instructions of one turn |", "| --- | ---: |"]
    lines += [f"| {name.replace('_', ' ')} | {number:,.0f} |" for name, number in counted.items()]
    yield "\n".join(lines)


def _plots() -> Iterator[str]:
    yield (
        "## Plots\n\n![Requests a second beside Flask-Session and Flask-Login](results/requests.svg)\n\n"
        "![What a request and the latest posts cost as the board grows](results/growth.svg)"
    )


def _plans(data: Mapping[str, Found]) -> Iterator[str]:
    found = data.get("boards", Found())
    for database, plans in found.texts.items():
        if database not in NAMES:
            continue
        size = max(sizes_of(found, database))
        lines = [f"## Plans of {NAMES[database]} on {size:,} posts"]
        lines += [f"`{name}` ({PLANS[name]}):\n\n```\n{_cut(plan)}\n```" for name, plan in plans.items()]
        yield "\n\n".join(lines)


def _cut(plan: str, most: int = 8) -> str:
    lines = plan.splitlines()
    return "\n".join(lines[:most] + (["…"] if len(lines) > most else []))


def sizes_of(found: Found, database: str) -> list[int]:
    """Return the sizes of a database's boards, in ascending order."""
    name = re.compile(rf"{database}, ([0-9,]+) posts\Z")
    matches = [match for group in found.values if (match := name.match(group))]
    return sorted(int(match[1].replace(",", "")) for match in matches)


def growth(found: Found) -> str:
    """Return the text of ``growth.md``: what each list reads on each board.

    :param found: what the section *boards* has found.
    """
    grown = [
        f"{NAMES[database]}: {question} {ratio:.2f}"
        for database in NAMES
        for question, ratio in _ratios(found, database)
        if round(ratio, 2) > 1.5
    ]
    verdict = (
        f"**More than 1.5 times: {'; '.join(grown)}.**" if grown else "**No question exceeds 1.5 times.**"
    )
    boards = [group for name, group in found.values.items() if name.endswith(": board")]
    people = {
        f"{board['forums']:,} forums, {board['groups']:,} groups and {board['users']:,} users"
        for board in boards
    }
    parts = [_GROWTH.strip().format(" or ".join(sorted(people))), verdict]
    for database in NAMES:
        if sizes := sizes_of(found, database):
            parts.append(f"## {NAMES[database]}\n\n" + "\n".join(_growth_table(found, database, sizes)))
        else:
            parts.append(
                f"## {NAMES[database]}\n\n{MISSING.capitalize()}. {found.missing.get(database, '')}".rstrip()
            )
    return "\n\n".join(parts) + "\n"


_GROWTH = """
# What lists read as a board grows

Measured by `python -m benchmarks boards` on phpBB 3.3's tables with {}.
Of all posts, in a tenth as many topics, of which one holds every twentieth post, a minute lies between each two, so
that a day holds as much on each board.

Viewers: *cold* may read ten forums in which nobody has written for long, *few* ten forums, *half* 500, *all* 1,000;
*regular* reads all as well and marks forums as read, never the whole board; *moderator* may approve posts everywhere,
of which every fiftieth waits. Who a viewer is, and what is kept of the board, is read before and not counted.
PostgreSQL counts pages in its buffers, MariaDB rows read, SQLite steps of its machine, without `ANALYZE`, which
nobody runs on phpBB's files. The ratio is the largest board against the smallest. Times are in
[RESULTS.md](RESULTS.md): they are the machine's.
"""


def _ratios(found: Found, database: str) -> Iterator[tuple[str, float]]:
    sizes = sizes_of(found, database)
    if sizes:
        small, big = (found.values[f"{database}, {posts:,} posts"] for posts in (sizes[0], sizes[-1]))
        for question, read in big.items():
            yield question, read / max(1, small[question])


def _growth_table(found: Found, database: str, sizes: Iterable[int]) -> Iterator[str]:
    groups = [found.values[f"{database}, {posts:,} posts"] for posts in sizes]
    yield f"| {UNITS[database]} | {' | '.join(f'{posts:,}' for posts in sizes)} | ratio |"
    yield f"| --- |{' ---: |' * (len(groups) + 1)}"
    for question, ratio in _ratios(found, database):
        yield f"| {question} | {' | '.join(f'{group[question]:,.0f}' for group in groups)} | {ratio:.2f} |"
